"""The key of the kept sign-ins: where it is kept, where it never is, and who does not wait for it."""

import threading
import time

import keyring.errors
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from permdesk.auth import keys as module
from permdesk.auth.keys import KeyringKeys, KeysUnavailableError
from permdesk.errors import Cancelled
from tests.auth.backends import FailingKeyring, ForgetfulKeyring, HangingKeyring, MemoryKeyring, using


def test_it_is_kept_by_name_and_forgotten() -> None:
    backend = MemoryKeyring()
    with using(backend):
        mine, other = KeyringKeys("/home/admin/permdesk"), KeyringKeys("/srv/permdesk")
        assert mine.get() is None
        mine.set("secret")
        assert (mine.get(), other.get()) == ("secret", None)
        mine.forget()
        assert mine.get() is None
        assert backend.kept == {}


def test_forgetting_nothing_is_no_fault() -> None:
    with using(MemoryKeyring()):
        KeyringKeys("x").forget()


def test_a_keyring_that_forgets_is_none() -> None:
    with using(ForgetfulKeyring()), pytest.raises(KeysUnavailableError, match="did not keep"):
        KeyringKeys("x").set("secret")


class PlainText(MemoryKeyring):
    """Stands where keyrings.alt keeps its files in clear."""


PlainText.__module__ = "keyrings.alt.file"


class Chain(chainer.ChainerBackend):
    """Asks first whom it is told."""

    backends = ()

    def __init__(self, *members: KeyringBackend) -> None:
        self.backends = members


@pytest.mark.parametrize(
    "backend",
    [fail.Keyring(), null.Keyring(), PlainText(), Chain(PlainText(), MemoryKeyring()), Chain(fail.Keyring())],
    ids=["fail", "null", "plain text", "a chain with plain text first", "a chain of nothing"],
)
def test_what_keeps_nothing_or_keeps_it_in_clear_is_refused(backend: KeyringBackend) -> None:
    with using(backend):
        for ask in (KeyringKeys("x").get, lambda: KeyringKeys("x").set("secret"), KeyringKeys("x").forget):
            with pytest.raises(KeysUnavailableError, match="no keyring that permdesk can use"):
                ask()


def test_a_chain_with_a_good_one_first_is_good() -> None:
    first = MemoryKeyring()
    with using(Chain(first, PlainText())):
        KeyringKeys("x").set("secret")
    assert list(first.kept.values()) == ["secret"]


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (keyring.errors.NoKeyringError("nothing here"), "has no keyring"),
        (keyring.errors.KeyringLocked("closed"), "is locked"),
        (keyring.errors.InitError("failed"), "cannot be used"),
        (TimeoutError("the bus"), "cannot be used"),
        (SystemExit(3), "cannot be used"),
    ],
)
def test_why_it_cannot_be_used_is_a_sentence(problem: BaseException, words: str) -> None:
    with using(FailingKeyring(problem)), pytest.raises(KeysUnavailableError, match=words) as told:
        KeyringKeys("x").get()
    assert str(problem) not in str(told.value)


def test_one_that_hangs_is_given_up_and_not_asked_again() -> None:
    backend = HangingKeyring()
    with using(backend):
        keys = KeyringKeys("x", deadline=0.2)
        start = time.monotonic()
        for ask in (keys.get, lambda: keys.set("secret"), keys.forget, keys.get):
            with pytest.raises(KeysUnavailableError, match="does not answer"):
                ask()
        assert time.monotonic() - start < 1.0
        assert backend.asked == 1
        backend.go.set()


def test_one_that_hangs_does_not_hold_the_program_up() -> None:
    backend = HangingKeyring()
    with using(backend), pytest.raises(KeysUnavailableError):
        KeyringKeys("x", deadline=0.05).get()
    left = [thread for thread in threading.enumerate() if thread.name == "permdesk-keyring"]
    assert all(thread.daemon for thread in left)
    backend.go.set()


def test_whoever_waits_when_the_program_ends_waits_no_longer() -> None:
    backend = HangingKeyring()
    with using(backend):
        keys = KeyringKeys("x")
        threading.Timer(0.2, keys.close).start()
        start = time.monotonic()
        with pytest.raises(Cancelled):
            keys.get()
        # Nor does whoever comes now.
        for ask in (keys.get, lambda: keys.set("secret"), keys.forget, keys.why_not):
            with pytest.raises(Cancelled):
                ask()
        assert time.monotonic() - start < 1.5
        assert backend.asked == 1
        backend.go.set()


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        (MemoryKeyring(), ""),
        (fail.Keyring(), "This computer has no keyring that permdesk can use"),
        (null.Keyring(), "This computer has no keyring that permdesk can use"),
    ],
    ids=["one", "none", "one that keeps nothing"],
)
def test_why_it_could_keep_nothing_is_told_without_a_secret(backend: KeyringBackend, why: str) -> None:
    with using(backend):
        assert KeyringKeys("x").why_not() == why


def test_whether_it_answers_is_not_tried_before_there_is_something_to_keep() -> None:
    backend = HangingKeyring()
    with using(backend):
        keys = KeyringKeys("x", deadline=0.2)
        assert keys.why_not() == ""
        assert backend.asked == 0
        with pytest.raises(KeysUnavailableError):
            keys.get()
        assert keys.why_not() == "The keyring of this computer does not answer"
        backend.go.set()


def test_the_deadline_leaves_time_to_unlock_but_not_the_two_minutes_of_a_dead_service() -> None:
    assert 10 <= module._DEADLINE <= 60


def test_the_thread_that_asks_is_not_the_one_that_waits() -> None:
    asked_by: list[threading.Thread] = []

    class Watching(MemoryKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            asked_by.append(threading.current_thread())
            return None

    with using(Watching()):
        KeyringKeys("x").get()
    assert asked_by
    assert threading.current_thread() not in asked_by
