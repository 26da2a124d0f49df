"""A token that was handed in is looked at before it goes anywhere."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.cloud import CLOUDS, custom_cloud
from permdesk.domain.tenant import Account
from permdesk.errors import SignInError
from permdesk.graph.tokens import TOKEN_VARIABLE, StaticToken, token_from

GLOBAL = CLOUDS["global"]
CUSTOM = custom_cloud("https://graph.local:8443")
NOW = 1_800_000_000.0


def jwt(**claims: object) -> str:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2lnbmF0dXJl"


def static(token: str, cloud_id: str = "global") -> StaticToken:
    cloud = CUSTOM if cloud_id == "custom" else CLOUDS[cloud_id]
    return StaticToken(token, cloud=cloud, now=lambda: NOW)


GOOD = jwt(
    aud="https://graph.microsoft.com",
    exp=NOW + 60,
    tid="5B1F7C0E-88d2-4a35-9d61-2f0c6be3a417",
    oid="0b4f1c2d-1111-4222-8333-444455556666",
    upn="admin@larkfield.example",
    scp="Directory.Read.All",
)


def test_a_good_token_tells_who_and_where() -> None:
    token = static(GOOD)
    assert token.token() == GOOD
    assert token.tenant_id == "5b1f7c0e-88d2-4a35-9d61-2f0c6be3a417"
    assert token.account == Account(
        "admin@larkfield.example",
        "0b4f1c2d-1111-4222-8333-444455556666",
        "5B1F7C0E-88d2-4a35-9d61-2f0c6be3a417",
    )


@pytest.mark.parametrize(
    "token", ["opaque", "a.b", "a.b.c.d", "EwB4A8l6BAAU" * 20, "%%%.%%%.%%%", "a.W10.c", "a.e30.c"]
)
def test_an_opaque_token_is_used_as_it_is(token: str) -> None:
    source = static(f"  {token}\n")
    assert source.token() == token
    assert source.account == Account()
    assert source.tenant_id is None


@pytest.mark.parametrize(
    ("audience", "cloud"),
    [
        ("https://graph.microsoft.com", "global"),
        ("https://graph.microsoft.com/", "global"),
        ("00000003-0000-0000-c000-000000000000", "usgov"),
        ("https://graph.microsoft.us", "usgov"),
        ("https://graph.local:8443", "custom"),
        ("https://graph.microsoft.com", "custom"),
    ],
)
def test_the_audiences_of_graph(audience: str, cloud: str) -> None:
    assert static(jwt(aud=audience, exp=NOW + 60), cloud).token()


@pytest.mark.parametrize(
    ("audience", "cloud"),
    [
        ("https://management.azure.com/", "global"),
        ("https://graph.windows.net", "global"),
        ("https://graph.microsoft.com", "usgov"),
        ("https://graph.microsoft.com.evil.example", "global"),
        ("", "global"),
        ("https://outlook.office365.com", "custom"),
    ],
)
def test_a_token_for_another_service_is_refused(audience: str, cloud: str) -> None:
    with pytest.raises(SignInError, match="not for Microsoft Graph") as caught:
        static(jwt(aud=audience, exp=NOW + 60), cloud)
    assert caught.value.remedy


@pytest.mark.parametrize("expires", [NOW, NOW - 1, 0, -1e300])
def test_an_expired_token_is_refused(expires: float) -> None:
    with pytest.raises(SignInError, match="expired"):
        static(jwt(aud="https://graph.microsoft.com", exp=expires))


def test_a_token_that_expires_on_the_way_is_noticed() -> None:
    clock = [NOW]
    token = StaticToken(GOOD, cloud=GLOBAL, now=lambda: clock[0])
    clock[0] += 61
    with pytest.raises(SignInError, match="15 January 2027"):
        token.token()


def test_a_personal_account_is_refused() -> None:
    with pytest.raises(SignInError, match="personal"):
        static(jwt(aud="https://graph.microsoft.com", tid="9188040d-6c67-4c5b-b112-36a304b66dad"))


@pytest.mark.parametrize("token", ["", " ", "two words", "line\nbreak", "caf\u00e9", "a\x00b", "x\r\nX-Evil: 1"])
def test_what_cannot_be_a_token_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(SignInError, match="no access token") as caught:
        static(token)
    assert not token.strip() or token not in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_a_token_or_a_sign_in_error(text: str) -> None:
    try:
        source = static(text)
    except SignInError:
        return
    assert source.token() == text.strip()
    assert source.token() not in repr(source) or len(source.token()) < 15


@given(st.dictionaries(st.sampled_from(["exp", "aud", "tid", "oid", "upn"]), st.integers() | st.text() | st.none()))
def test_any_claims_are_taken_or_refused(claims: dict[str, object]) -> None:
    token = jwt(**claims)
    try:
        source = static(token)
    except SignInError as refused:
        assert token not in str(refused)  # noqa: PT017 - most claims raise nothing
        return
    assert source.token() == token


def test_the_environment_hands_it_over_or_does_not() -> None:
    assert token_from({}, cloud=GLOBAL) is None
    found = token_from({TOKEN_VARIABLE: "opaque"}, cloud=GLOBAL)
    assert found is not None
    assert found.token() == "opaque"
    with pytest.raises(SignInError):
        token_from({TOKEN_VARIABLE: ""}, cloud=GLOBAL)
