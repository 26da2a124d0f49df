"""What is kept of sign-ins between runs: one encrypted file, its key in the keyring, or nothing but memory."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from permdesk.auth.keys import KeyStore, KeysUnavailableError
from permdesk.auth.locks import between_processes
from permdesk.domain.sign_in import SignIn, StorageKind, TokenStorage
from permdesk.errors import StorageError
from permdesk.whole_file import write_whole

_log = logging.getLogger(__name__)

#: Seconds that another permdesk may hold the file: somebody may be unlocking the keyring for it.
_LOCK_SECONDS = 60.0
#: Seconds that another permdesk may take to renew a token, until one here is renewed beside it.
_TURN_SECONDS = 20.0


class VaultContent(Struct):
    """Everything that is kept.

    Attributes:
        sign_ins: newest last.
        caches: MSAL's own serialised caches, by cloud and client.
    """

    sign_ins: list[SignIn] = []
    caches: dict[str, str] = {}


class Vault:
    """Keeps sign-ins, encrypted and locked between threads and processes.

    Args:
        file: the encrypted file; None keeps in memory alone.
        keys: keeps its key.
        tell: called with a sentence when a file that cannot be opened was kept aside.
    """

    def __init__(self, file: Path | None, keys: KeyStore, *, tell: Callable[[str], None]) -> None:
        self._file = file
        self._keys = keys
        self._tell = tell
        self._lock = threading.RLock()
        self._memory = VaultContent()
        self._why = "" if file is not None else "permdesk was told to keep nothing"
        self._key: str | None = None
        self._ending = threading.Event()

    @property
    def storage(self) -> TokenStorage:
        """How sign-ins are kept; where nothing is kept yet, how they would be, without asking anybody to unlock it.

        Raises:
            StorageError: as ``open``.
            Cancelled: the program ends.
        """
        if self._key is None:
            self.look()
        why = self._why
        if not why and self._file is not None and _missing(self._file):
            # A keyring may be there now and not later, or the other way round: nothing is concluded from it.
            why = self._keys.why_not()
        return TokenStorage(StorageKind.MEMORY if why else StorageKind.ENCRYPTED, why)

    def look(self) -> VaultContent:
        """Return the content; where nothing is kept, no keyring is asked, and nothing made.

        Raises:
            StorageError: as ``open``.
            Cancelled: the program ends.
        """
        with self._lock:
            if self._file is None or self._why:
                return self._draft()
            if _missing(self._file):
                return VaultContent()
            with self.open() as content:
                return content

    def close(self) -> None:
        """Let nobody wait any more, neither for the keyring nor for another process: the program ends."""
        self._ending.set()
        self._keys.close()

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Take turns with other processes that renew tokens.

        A courtesy: it saves each of them a request. One that takes too long is not waited for.

        Raises:
            Cancelled: the program ends.
        """
        if self._file is None or self._why:
            yield
            return
        with contextlib.ExitStack() as held:
            # A folder that cannot be written is told by whoever opens the file.
            with contextlib.suppress(OSError):
                renewing = self._file.with_name(f"{self._file.name}.renewing")
                held.enter_context(between_processes(renewing, seconds=_TURN_SECONDS, ending=self._ending))
            yield

    @contextlib.contextmanager
    def open(self) -> Iterator[VaultContent]:
        """Yield the content; what was changed in it is kept at the end, unless an error ends it.

        No time is to be spent within: other processes wait.

        Raises:
            StorageError: another permdesk holds the file, or it cannot be read or written.
            Cancelled: the program ends.
        """
        with self._lock:
            if self._file is not None and not self._why:
                with self._between_processes(self._file):
                    content = self._load(self._file)
                    before = msgspec.json.encode(content)
                    yield content
                    after = msgspec.json.encode(content)
                    if after != before:
                        self._keep(self._file, content, after)
            else:
                draft = self._draft()
                yield draft
                self._memory = draft

    @contextlib.contextmanager
    def _between_processes(self, file: Path) -> Iterator[None]:
        with contextlib.ExitStack() as held:
            try:
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                lock = between_processes(Path(f"{file}.lock"), seconds=_LOCK_SECONDS, ending=self._ending)
                in_time = held.enter_context(lock)
            except OSError as problem:
                raise _unusable(file, problem) from problem
            if not in_time:
                raise StorageError(
                    "Another permdesk is signing in",
                    detail=f"{file} stayed locked for {_LOCK_SECONDS:.0f} seconds.",
                    remedy="Wait until it is done, then try again.",
                )
            yield

    def _load(self, file: Path) -> VaultContent:
        try:
            sealed = file.read_bytes()
        except FileNotFoundError:
            # Whoever removed it removed its key, too.
            self._key = None
            return VaultContent()
        except OSError as problem:
            raise _unusable(file, problem) from problem
        try:
            opened = self._opened(sealed)
        except KeysUnavailableError as problem:
            # The file may be whole: it waits until the keyring answers again.
            self._forgetful(str(problem))
            return self._draft()
        if isinstance(opened, VaultContent):
            return opened
        self._set_aside(file, opened)
        return VaultContent()

    def _opened(self, sealed: bytes) -> VaultContent | str:
        """Return what is in the file, or a clause that says why it cannot be opened."""
        content = _unsealed(sealed, self._key) if self._key is not None else None
        if content is None:
            # Another process may have signed out, and in again with a key of its own.
            self._key = self._keys.get()
            if self._key is None:
                return "its key is not in the keyring of this computer"
            content = _unsealed(sealed, self._key)
        return content or "it is damaged, or was written with another key"

    def _keep(self, file: Path, content: VaultContent, encoded: bytes) -> None:
        if self._why:
            self._memory = content
            return
        if not content.sign_ins and not content.caches:
            self._forget(file)
            return
        from cryptography.fernet import Fernet

        try:
            key = self._key or self._keys.get()
            if key is None or not _is_key(key):
                key = Fernet.generate_key().decode()
                self._keys.set(key)
            sealed = Fernet(key).encrypt(encoded)
        except KeysUnavailableError as problem:
            self._forgetful(str(problem))
            self._memory = content
            return
        self._key = key
        try:
            write_whole(file, sealed)
        except OSError as problem:
            raise _unusable(file, problem) from problem

    def _forget(self, file: Path) -> None:
        self._key = None
        try:
            file.unlink(missing_ok=True)
        except OSError as problem:
            raise _unusable(file, problem) from problem
        with contextlib.suppress(KeysUnavailableError):
            self._keys.forget()

    def _forgetful(self, why: str) -> None:
        _log.info("Sign-ins are kept in memory alone: %s", why)
        self._why = why

    def _draft(self) -> VaultContent:
        """Return a copy of what is in memory: an error must leave it as it was."""
        return msgspec.json.decode(msgspec.json.encode(self._memory), type=VaultContent)

    def _set_aside(self, file: Path, why: str) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        aside = file.with_name(f"{file.stem}.broken-{stamp}{file.suffix}")
        try:
            file.rename(aside)
        except OSError as problem:
            raise _unusable(file, problem) from problem
        self._tell(f"The kept sign-ins cannot be opened: {why}. The file is kept as {aside}. Sign in again.")


def _missing(file: Path) -> bool:
    try:
        file.stat()
    except FileNotFoundError:
        return True
    except OSError:
        # Whatever is in the way is told by whoever opens it.
        return False
    return False


def _is_key(text: str) -> bool:
    from cryptography.fernet import Fernet

    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def _unsealed(sealed: bytes, key: str) -> VaultContent | None:
    """Return the content of a file, or None where this key does not open it."""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        return msgspec.json.decode(Fernet(key).decrypt(sealed), type=VaultContent)
    except (InvalidToken, ValueError, msgspec.MsgspecError, RecursionError):
        return None


def _unusable(file: Path, problem: OSError) -> StorageError:
    return StorageError(
        f"The kept sign-ins in {file} cannot be used",
        detail=f"{problem.strerror or problem}.",
        remedy="Free some space, allow reading and writing there, or name another folder with --data-dir.",
    )
