"""What becomes of tokens after signing in: renewed, refused, revoked, of several accounts, forgotten."""

import base64
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keyring
import pytest

from permdesk.errors import ReadError, SignInAgainError, SignInError
from tests.system.sign_in import parts
from tests.system.sign_in.desk import Desk, Service
from tests.system.sign_in.parts import ADMIN, GUEST, LARKFIELD, NORTHMERE, SECOND

pytestmark = pytest.mark.linux


def claims_of(token: str) -> dict[str, Any]:
    """Return what an access token of the provider says; it is a JWT as Entra's are."""
    part = token.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return told


@contextmanager
def lifetime(service: Service, seconds: int) -> Iterator[None]:
    """Let access tokens be good for so long."""
    service.provider.ask("lifetime", seconds=seconds)
    try:
        yield
    finally:
        service.provider.ask("lifetime", seconds=3600)


def test_an_expired_one_is_renewed_without_a_person(desk: Desk) -> None:
    with lifetime(desk.service, 2):
        sign_in = desk.sign_in()
        handle = desk.session.token(sign_in)
        first = handle.token()
        time.sleep(2.1)
        assert claims_of(first)["exp"] <= time.time()
        second = handle.token()
    assert second != first
    assert claims_of(second)["exp"] > time.time() - 1
    assert claims_of(second)["aud"] == desk.service.graph
    assert len(desk.addresses) == 1


def test_a_good_one_that_graph_refuses_is_replaced(desk: Desk) -> None:
    handle = desk.session.token(desk.sign_in())
    first = handle.token()
    second = handle.renew(refused=first)
    assert second != first
    third = handle.renew(refused=second, claims='{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}')
    assert third not in (first, second)
    assert handle.token() == third


def test_many_threads_renew_it_once(desk: Desk) -> None:
    """The provider takes every refresh token once, and a second use for theft: renewing twice would end the sign-in."""
    handle = desk.session.token(desk.sign_in())
    first = handle.token()
    with ThreadPoolExecutor(6) as pool:
        renewed = {task.result() for task in [pool.submit(handle.renew, refused=first) for _ in range(6)]}
    assert len(renewed) == 1
    assert handle.renew(refused=renewed.pop())


def test_a_revoked_one_sends_the_person_back(desk: Desk) -> None:
    sign_in = desk.sign_in()
    handle = desk.session.token(sign_in)
    token = handle.token()
    desk.service.revoke(ADMIN)
    for _ in range(2):
        with pytest.raises(SignInAgainError) as told:
            handle.renew(refused=token)
        assert told.value.title == f"{ADMIN} has to sign in again"
        assert told.value.remedy == "Sign in again."
        assert told.value.sign_in == sign_in.key
    # The account stays, so that the person finds it; signing in again makes it good, at once.
    assert desk.session.sign_ins() == (sign_in,)
    assert desk.sign_in() == sign_in
    assert desk.session.token(sign_in).renew(refused=token) not in (token, "")


def test_offline_a_good_one_is_kept_and_a_spent_one_is_said(desk: Desk, service: Service, tmp_path: Path) -> None:
    with parts.provider(service.trust, tmp_path) as provider:
        mortal = Service(service.trust, provider, service.browser)
        provider.ask("lifetime", seconds=3)
        handle = desk.session.token(desk.sign_in(request=mortal.request()))
        first = handle.token()
        provider.kill()
        assert handle.token() == first
        time.sleep(max(0.0, claims_of(first)["exp"] - time.time()) + 1.1)
        with pytest.raises(ReadError, match="could not be reached"):
            handle.token()


def test_two_accounts_and_a_guest_side_by_side(desk: Desk) -> None:
    admin, second, guest = desk.sign_in(ADMIN), desk.sign_in(SECOND), desk.sign_in(GUEST)
    assert desk.session.sign_ins() == (admin, second, guest)
    assert admin.account_id != second.account_id
    subjects = [claims_of(desk.session.token(sign_in).token())["sub"] for sign_in in (admin, second, guest)]
    # The provider names people by what they enter.
    assert subjects == [ADMIN, SECOND, GUEST]
    assert (guest.tenant_id, guest.home_tenant_id, guest.guest) == (LARKFIELD[0], NORTHMERE[0], True)
    renewed = desk.session.token(second).renew(refused=desk.session.token(second).token())
    assert claims_of(renewed)["sub"] == SECOND

    assert desk.session.forget(second) == (second,)
    assert desk.session.sign_ins() == (admin, guest)
    with pytest.raises(SignInError, match="is signed out"):
        desk.session.token(second).token()
    assert claims_of(desk.session.token(admin).token())["sub"] == ADMIN
    with desk.vault.open() as content:
        assert second.account_id not in json.dumps(content.caches)


def test_tenants_and_signing_out_of_all_of_them_at_once(desk: Desk) -> None:
    """One account in two tenants: what is forgotten is the account."""
    here = desk.sign_in(GUEST)
    # At home the provider knows the same person by the same name.
    there = desk.sign_in(parts.GUEST_AT_HOME, request=desk.service.request(tenant=NORTHMERE[1]))
    assert (here.tenant_id, there.tenant_id) == (LARKFIELD[0], NORTHMERE[0])
    assert here.account_id == there.account_id
    tokens = [desk.session.token(sign_in).token() for sign_in in (here, there)]
    assert [LARKFIELD[0] in claims_of(tokens[0])["iss"], NORTHMERE[0] in claims_of(tokens[1])["iss"]] == [True, True]
    assert set(desk.session.forget(here)) == {here, there}
    assert desk.session.sign_ins() == ()


def test_signing_out_leaves_nothing(desk: Desk) -> None:
    sign_in = desk.sign_in()
    handle = desk.session.token(sign_in)
    token = handle.token()
    assert keyring.get_password("permdesk", str(desk.file.parent))
    desk.session.forget(sign_in)
    assert not desk.file.exists()
    assert keyring.get_password("permdesk", str(desk.file.parent)) is None
    for ask in (desk.session.token(sign_in).token, lambda: handle.renew(refused=token)):
        with pytest.raises(SignInError, match="is signed out"):
            ask()
