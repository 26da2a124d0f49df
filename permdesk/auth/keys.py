"""The key that encrypts tokens, kept where the operating system keeps secrets; asked with a deadline."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from permdesk.auth.waiting import TooLateError, awaited

T = TypeVar("T")

_log = logging.getLogger(__name__)

_SERVICE = "permdesk"
#: Seconds: enough for a person to unlock a keyring that asks, far less than the 120 a dead D-Bus service takes.
_DEADLINE = 30.0
#: Where keyring keeps a secret in clear, or nowhere at all.
_UNSAFE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


class KeysUnavailableError(Exception):
    """The operating system's keyring cannot be used now; the sentence says why."""


class KeyStore(Protocol):
    """Keeps one secret under a name."""

    def why_not(self) -> str:
        """Return why it could keep nothing, in a sentence; empty where it may well. Nobody is asked to unlock it."""
        ...

    def get(self) -> str | None:
        """Return the secret, or None where there is none.

        Raises:
            KeysUnavailableError: nobody can say.
        """
        ...

    def set(self, secret: str) -> None:
        """Keep the secret, or raise KeysUnavailableError."""
        ...

    def forget(self) -> None:
        """Forget the secret, or raise KeysUnavailableError."""
        ...

    def close(self) -> None:
        """Let nobody wait any more: the program ends. Whoever does gets Cancelled."""
        ...


class KeyringKeys:
    """Implements ``KeyStore`` with the operating system's keyring; never called on the window's thread.

    Args:
        name: tells this data folder's key from those of others.
        deadline: seconds that a call may take; after one that took longer, no other is tried.
    """

    def __init__(self, name: str, *, deadline: float = _DEADLINE) -> None:
        self._name = name
        self._deadline = deadline
        self._hung = False
        self._ending = threading.Event()

    def close(self) -> None:
        """Let nobody wait any more: whoever does gets Cancelled, and the keyring is left to itself."""
        self._ending.set()

    def why_not(self) -> str:
        """Return why it could keep nothing; empty where a keyring is there, which may be locked or not answer yet."""
        try:
            self._in_time(_check_backend)
        except KeysUnavailableError as problem:
            return str(problem)
        return ""

    def get(self) -> str | None:
        """Return the secret, or None where there is none."""

        def ask() -> str | None:
            import keyring

            _check_backend()
            return keyring.get_password(_SERVICE, self._name)

        return self._in_time(ask)

    def set(self, secret: str) -> None:
        """Keep the secret."""

        def ask() -> None:
            import keyring

            _check_backend()
            keyring.set_password(_SERVICE, self._name, secret)
            # Some keyrings take everything and keep nothing.
            if keyring.get_password(_SERVICE, self._name) != secret:
                raise KeysUnavailableError("The keyring of this computer did not keep what it was given")

        self._in_time(ask)

    def forget(self) -> None:
        """Forget the secret."""

        def ask() -> None:
            import keyring

            _check_backend()
            if keyring.get_password(_SERVICE, self._name) is not None:
                keyring.delete_password(_SERVICE, self._name)

        self._in_time(ask)

    def _in_time(self, work: Callable[[], T]) -> T:
        if self._hung:
            raise KeysUnavailableError("The keyring of this computer does not answer")

        def ask() -> T:
            try:
                return work()
            except KeysUnavailableError:
                raise
            except BaseException as problem:  # backends raise what they like
                _log.info("The keyring refused: %s", type(problem).__name__)
                raise KeysUnavailableError(_why(problem)) from None

        # A call that hangs cannot be ended: its thread must not hold the program up.
        try:
            return awaited(ask, name="permdesk-keyring", cancel=self._ending, seconds=self._deadline)
        except TooLateError:
            self._hung = True
            raise KeysUnavailableError("The keyring of this computer does not answer") from None


def _check_backend() -> None:
    import keyring

    backend = keyring.get_keyring()
    # A chain is as safe as the backend that it asks first.
    first = next(iter(getattr(backend, "backends", ())), backend)
    if type(first).__module__.startswith(_UNSAFE):
        raise KeysUnavailableError("This computer has no keyring that permdesk can use")


def _why(problem: object) -> str:
    match type(problem).__name__:
        case "NoKeyringError":
            return "This computer has no keyring that permdesk can use"
        case "KeyringLocked":
            return "The keyring of this computer is locked"
        case _:
            return "The keyring of this computer cannot be used"
