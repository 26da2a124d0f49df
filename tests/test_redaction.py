"""No shape of text lets a secret through, and what is no secret stays readable."""

import base64
import json
import string
import urllib.parse

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from permdesk.redaction import REDACTED, redact

BASE64URL = string.ascii_letters + string.digits + "-_"


def encoded(part: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part, separators=(",", ":")).encode()).decode().rstrip("=")


#: Secrets that their shape alone gives away, wherever they stand.
shapes = st.one_of(
    st.builds(
        lambda algorithm, subject, signature: f"{encoded({'alg': algorithm})}.{encoded({'sub': subject})}.{signature}",
        st.sampled_from(["none", "RS256"]),
        st.text(string.ascii_letters, min_size=3),
        st.text(BASE64URL, max_size=60),
    ),
    st.builds(
        lambda first, rest: f"{first}.A{rest}", st.sampled_from("01"), st.text(BASE64URL, min_size=40, max_size=90)
    ),
    st.builds(
        lambda a, b: f"{a}8Q~{b}",
        st.text(BASE64URL, min_size=3, max_size=3),
        st.text(BASE64URL, min_size=34, max_size=34),
    ),
)
#: Secrets that only what stands before gives away.
opaque = st.text(BASE64URL + ".~+/", min_size=12, max_size=80).filter(lambda text: any(c.isdigit() for c in text))
fields = st.sampled_from(
    [
        "access_token",
        "refresh_token",
        "id_token",
        "client_secret",
        "client_assertion",
        "password",
        "accessToken",
        "device_code",
    ]
)
surroundings = st.text(string.ascii_letters + string.digits + " \n\t.,:;=&?{}[]()<>'\"\\/%äß\u202e", max_size=20)

CONTAINERS = {
    "JSON": lambda field, secret: json.dumps({field: secret, "expires_in": 3599}),
    "JSON in JSON": lambda field, secret: json.dumps({"body": json.dumps({field: secret})}),
    "repr of JSON": lambda field, secret: repr(json.dumps({"it's": 1, field: secret})),
    "repr of bytes": lambda field, secret: repr(json.dumps({field: secret}).encode()),
    "repr": lambda field, secret: repr({field: secret}),
    "keyword": lambda field, secret: f"Token({field}={secret!r})",
    "form": lambda field, secret: urllib.parse.urlencode({"grant_type": "x", field: secret, "scope": "y"}),
    "address": lambda field, secret: f"https://localhost/?state=1&{field}={urllib.parse.quote(secret)}#top",
    "twice quoted": lambda field, secret: urllib.parse.quote(f"{field}={urllib.parse.quote(secret)}"),
    "cut short": lambda field, secret: f'{{"{field}": "{secret}',
    "plain": lambda field, secret: f"{field}: {secret}",
    "Bearer": lambda _, secret: f"Authorization: Bearer {secret}",
    "headers": lambda _, secret: repr({"Authorization": f"bearer {secret}", "Accept": "*/*"}),
}


def leaks(secret: str, text: str) -> bool:
    """True if eight characters in a row of ``secret`` are left in ``text``."""
    return any(secret[start : start + 8] in text for start in range(len(secret) - 7))


@pytest.mark.parametrize("container", CONTAINERS)
@given(field=fields, secret=opaque)
def test_a_named_secret_is_taken_out(container: str, field: str, secret: str) -> None:
    text = CONTAINERS[container](field, secret)
    assert not leaks(secret, redact(text)), redact(text)


@given(before=surroundings, secret=shapes, after=surroundings)
@example(before="\\n", secret=f"{encoded({'alg': 'none'})}.{encoded({'sub': 'me'})}.", after="")
@example(before="%3D", secret="1.A" + "b" * 40, after="&")
def test_a_secret_with_a_shape_is_taken_out_wherever_it_stands(before: str, secret: str, after: str) -> None:
    body = secret.rstrip(".")
    assume(not leaks(body, before + " " + after))
    assert not leaks(body[-20:], redact(before + secret + after))
    assert not leaks(body[:20], redact(before + secret + after))


@given(before=surroundings, secret=shapes, after=surroundings)
def test_redacting_twice_is_redacting_once(before: str, secret: str, after: str) -> None:
    once = redact(before + secret + after)
    assert redact(once) == once


@pytest.mark.parametrize(
    "code", ["1.AXEAmO0f3_2-Qk6-0123456789abcdefghijklmnopqrstuvwxyz", "M.C507_BAY.2.U.8e2f1b6c-0000-4444"]
)
@pytest.mark.parametrize(
    "text", ['{{"code": "{}"}}', "code={}&state=x", "?code={}&session_state=1", "{{'code': '{}'}}"]
)
def test_an_authorization_code_is_taken_out(text: str, code: str) -> None:
    assert not leaks(code, redact(text.format(code)))


@pytest.mark.parametrize(
    "text",
    [
        "GET /v1.0/servicePrincipals?$top=999 -> 403 Authorization_RequestDenied",
        '{"error": {"code": "Directory_ObjectQuotaExceeded", "message": "no"}}',
        '{"code": "Request_MultipleObjectsWithSameKeyValue"}',
        "status code: 429, exit code=3, code: 70",
        "RoleManagement.ReadWrite.Directory and DelegatedPermissionGrant.ReadWrite.All are missing",
        "00000003-0000-0000-c000-000000000000 publishes User.Read.All df021288-bdef-4463-88db-98f22de89214",
        "the token is refused; the access token has expired",
        "graph.microsoft.com keeps the basic reads of surveyresultsoflarkfield.sharepoint.example",
        "read 839 of 839 at 2026-11-02T09:15:00.000Z",
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_what_stands_around_a_secret_stays() -> None:
    assert redact('{"access_token": "abcdefgh12345678", "expires_in": 3599}') == (
        f'{{"access_token": {REDACTED}, "expires_in": 3599}}'
    )
    assert redact("grant_type=x&refresh_token=abcdefgh1234&scope=y") == f"grant_type=x&refresh_token={REDACTED}&scope=y"


@pytest.mark.parametrize(
    "text", ["eyJ" * 200_000, "a." * 300_000, '\\"' * 200_000, "password=" * 60_000, "1.A" * 200_000, "code=1" * 90_000]
)
def test_a_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    import time

    def seconds(size: int) -> float:
        start = time.perf_counter()
        redact(text[:size])
        return time.perf_counter() - start

    # Four times the text in at most twelve times the time: a quadratic rule takes sixteen.
    assert seconds(len(text)) <= 12 * max(seconds(len(text) // 4) for _ in range(3)) + 0.05
