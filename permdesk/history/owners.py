"""Who works on a scan: a lock for each, which ends with its process however that ends."""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from permdesk.errors import StorageError


class Owner:
    """A lock that is held until it is released."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release: Callable[[], None] | None = release
        self._lock = threading.Lock()

    def release(self) -> None:
        """Let others work on the scan; more than once does no harm."""
        with self._lock:
            release, self._release = self._release, None
        if release is not None:
            release()


class Owners:
    """The locks of the scans of one history.

    Args:
        history: the history's file; None for one in memory, which no other process sees.
    """

    def __init__(self, history: Path | None) -> None:
        self._history = history
        self._lock = threading.Lock()
        self._held: set[int] = set()

    def own(self, journal: int) -> Owner | None:
        """Return the lock of a scan, or None where somebody else works on it.

        Raises:
            StorageError: locks cannot be made in this folder.
        """
        if self._history is None:
            with self._lock:
                if journal in self._held:
                    return None
                self._held.add(journal)
            return Owner(lambda: self._let_go(journal))
        return self._own_file(self._file(self._history, journal))

    def forget(self, journal: int) -> None:
        """Remove what a scan's lock leaves behind: it is finished or gone, and nobody asks for it again."""
        if self._history is not None:
            with contextlib.suppress(OSError):
                self._file(self._history, journal).unlink()

    @staticmethod
    def _own_file(file: Path) -> Owner | None:
        from filelock import FileLock, Timeout

        lock = FileLock(file, mode=0o600, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return None
        except OSError as problem:
            raise StorageError(
                f"permdesk cannot write to {file.parent}",
                detail=f"{problem.strerror or problem}. Nothing was changed.",
                remedy="Allow writing there, or name another folder with --data-dir.",
            ) from problem
        return Owner(lock.release)

    def _let_go(self, journal: int) -> None:
        with self._lock:
            self._held.discard(journal)

    @staticmethod
    def _file(history: Path, journal: int) -> Path:
        return history.with_name(f"{history.stem}.scan-{journal}.lock")
