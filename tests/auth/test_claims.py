"""Who signed in, where, and with what: read from what the token endpoint answers."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.auth.claims import sign_in_of
from permdesk.domain.cloud import CLOUDS
from permdesk.domain.sign_in import PERSONAL_TENANT, Reading, SignInRequest
from permdesk.errors import SignInError
from tests.auth.backends import CLIENT, OTHER_TENANT, TENANT

OID = "00000000-0000-4000-8000-000000000001"


def client_info(uid: str, utid: str) -> str:
    return base64.urlsafe_b64encode(json.dumps({"uid": uid, "utid": utid}).encode()).decode().rstrip("=")


def result(**changes: Any) -> dict[str, Any]:
    claims = {"tid": TENANT, "oid": OID, "preferred_username": "admin@larkfield.example", "sub": "pairwise"}
    answer = {
        "id_token_claims": claims,
        "client_info": client_info(OID, TENANT),
        "scope": "https://graph.microsoft.com/User.Read Directory.Read.All openid profile",
    }
    claims.update({name: value for name, value in changes.items() if name in ("tid", "oid", "preferred_username")})
    answer.update({name: value for name, value in changes.items() if name not in claims})
    return answer


def request(cloud: str = "global", reading: Reading = Reading.BASIC) -> SignInRequest:
    return SignInRequest(CLOUDS[cloud], CLIENT, TENANT, reading=reading)


def test_a_member() -> None:
    sign_in = sign_in_of(request(), result())
    assert sign_in.account_id == f"{OID}.{TENANT}"
    assert (sign_in.username, sign_in.object_id) == ("admin@larkfield.example", OID)
    assert (sign_in.tenant_id, sign_in.home_tenant_id, sign_in.guest) == (TENANT, TENANT, False)
    assert sign_in.lacking == ()


def test_a_guest_lives_elsewhere() -> None:
    sign_in = sign_in_of(request(), result(client_info=client_info("home-oid", OTHER_TENANT.upper())))
    assert sign_in.guest
    assert sign_in.home_tenant_id == OTHER_TENANT
    assert sign_in.account_id == f"home-oid.{OTHER_TENANT.upper()}"
    assert sign_in.tenant_id == TENANT
    assert sign_in.object_id == OID


@pytest.mark.parametrize(
    "changes",
    [
        {"tid": PERSONAL_TENANT},
        {"tid": PERSONAL_TENANT.upper()},
        # As a guest, too: the home is what counts.
        {"client_info": client_info("00000000-0000-0000-abcd-ef0123456789", PERSONAL_TENANT)},
    ],
)
def test_personal_accounts_are_refused_with_a_sentence(changes: dict[str, str]) -> None:
    with pytest.raises(SignInError, match="This is a personal Microsoft account") as told:
        sign_in_of(request(), result(**changes))
    assert told.value.remedy == "Sign in with a work or school account."


@pytest.mark.parametrize("tid", ["", None, "organizations", f"{TENANT}/../{OTHER_TENANT}", 7, [TENANT]])
def test_a_tenant_that_is_none_is_refused(tid: object) -> None:
    with pytest.raises(SignInError, match="did not say who signed in"):
        sign_in_of(request(), result(tid=tid))


def test_without_claims_nobody_signed_in() -> None:
    for claims in (None, "eyJ", [], 3):
        with pytest.raises(SignInError, match="did not say who signed in"):
            sign_in_of(request(), {**result(), "id_token_claims": claims})


def test_tenants_are_compared_in_lower_case() -> None:
    assert sign_in_of(request(), result(tid=TENANT.upper())).tenant_id == TENANT


@pytest.mark.parametrize(
    ("cloud", "scope", "received"),
    [
        ("global", "https://graph.microsoft.com/User.Read", ("User.Read",)),
        ("global", "HTTPS://Graph.Microsoft.com/User.Read", ("User.Read",)),
        ("usgov", "https://graph.microsoft.us/User.Read email", ("User.Read", "email")),
        ("china", "https://microsoftgraph.chinacloudapi.cn/Directory.Read.All", ("Directory.Read.All",)),
        # Of another service: none of ours.
        ("usgov", "https://graph.microsoft.com/User.Read", ("https://graph.microsoft.com/User.Read",)),
        ("global", "", ()),
    ],
)
def test_scopes_are_those_of_the_clouds_own_graph(cloud: str, scope: str, received: tuple[str, ...]) -> None:
    assert sign_in_of(request(cloud), result(scope=scope)).received == received


def test_what_was_not_given_is_lacking() -> None:
    meagre = sign_in_of(request(), result(scope="User.Read"))
    assert [scope.value for scope in meagre.lacking] == ["Directory.Read.All"]
    strict = sign_in_of(request(reading=Reading.STRICT), result(scope="User.Read Application.Read.All"))
    assert strict.lacking == ()


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
ANYTHING = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(st.text(max_size=3), PLAIN, max_size=2)


@given(
    tid=st.sampled_from([TENANT, TENANT.upper(), OTHER_TENANT]) | ANYTHING,
    oid=ANYTHING,
    name=ANYTHING,
    scope=ANYTHING,
    info=st.text() | st.binary().map(lambda b: base64.urlsafe_b64encode(b).decode()) | ANYTHING,
)
def test_any_answer_is_a_sign_in_to_a_tenant_or_refused(
    tid: object, oid: object, name: object, scope: object, info: object
) -> None:
    answer = result(tid=tid, oid=oid, preferred_username=name, scope=scope, client_info=info)
    try:
        sign_in = sign_in_of(request(), answer)
    except SignInError:
        return
    assert sign_in.tenant_id in (TENANT, OTHER_TENANT)
    assert isinstance(sign_in.username, str)
    assert sign_in.account_id
    assert tuple(sorted(sign_in.received)) == sign_in.received
