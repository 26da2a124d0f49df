"""Signing in with a code that is entered in another browser: MSAL asks the provider until it was."""

import threading
import time

import pytest

from permdesk.domain.ports import CodeWaiting
from permdesk.errors import Cancelled, SignInError
from tests.system.sign_in.desk import Desk
from tests.system.sign_in.parts import ADMIN, LARKFIELD, Deed

pytestmark = pytest.mark.linux


class Person:
    """Enters the code where permdesk says."""

    def __init__(self, desk: Desk, *, abort: bool = False) -> None:
        self._desk = desk
        self._told = {"login": ADMIN, "abort": abort}
        self.deed: Deed | None = None
        self.waiting: CodeWaiting | None = None

    def __call__(self, waiting: CodeWaiting) -> None:
        self.waiting = waiting
        self.deed = self._desk.service.browser.start("code", address=waiting.address, code=waiting.code, **self._told)


def test_the_code_is_entered(desk: Desk) -> None:
    person = Person(desk)
    sign_in = desk.session.device(desk.service.request(), waiting=person, cancel=threading.Event())
    assert (sign_in.username, sign_in.tenant_id) == (ADMIN, LARKFIELD[0])
    assert sign_in.lacking == ()
    assert person.waiting is not None
    assert person.waiting.address.startswith(f"{desk.service.cloud.login}/{LARKFIELD[0]}/")
    assert 500 < person.waiting.seconds <= 900
    assert person.deed is not None
    assert "Success" in person.deed.result()["text"]
    assert desk.session.sign_ins() == (sign_in,)
    assert desk.session.token(sign_in).token() in desk.service.provider.ask("issued")["issued"]


def test_it_is_cancelled(desk: Desk) -> None:
    cancel = threading.Event()
    at: list[float] = []

    def later() -> None:
        at.append(time.monotonic())
        cancel.set()

    def waiting(_told: CodeWaiting) -> None:
        threading.Timer(1.2, later).start()

    with pytest.raises(Cancelled):
        desk.session.device(desk.service.request(), waiting=waiting, cancel=cancel)
    assert time.monotonic() - at[0] < 2.0
    assert desk.session.sign_ins() == ()


def test_it_is_declined(desk: Desk) -> None:
    person = Person(desk, abort=True)
    with pytest.raises(SignInError, match="The sign-in was declined"):
        desk.session.device(desk.service.request(), waiting=person, cancel=threading.Event())
    assert person.deed is not None
    assert person.deed.result()
    assert desk.session.sign_ins() == ()
