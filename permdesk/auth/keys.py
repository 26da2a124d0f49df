"""The key that encrypts tokens, kept where the operating system keeps secrets; asked with a deadline."""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

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
        outcome: queue.Queue[tuple[bool, object]] = queue.Queue(maxsize=1)

        def run() -> None:
            try:
                outcome.put((True, work()))
            except BaseException as problem:
                outcome.put((False, problem))

        # A call that hangs cannot be ended: its thread must not hold the program up.
        threading.Thread(target=run, name="permdesk-keyring", daemon=True).start()
        try:
            done, value = outcome.get(timeout=self._deadline)
        except queue.Empty:
            self._hung = True
            raise KeysUnavailableError("The keyring of this computer does not answer") from None
        if done:
            return value  # type: ignore[return-value]
        if isinstance(value, KeysUnavailableError):
            raise value
        _log.info("The keyring refused: %s", type(value).__name__)
        raise KeysUnavailableError(_why(value)) from None


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
