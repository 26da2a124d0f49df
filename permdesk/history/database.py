"""The history's SQLite file: opened per use, migrated with a copy kept, and never left half-written.

Each use opens its own connection, so any thread may come; whoever writes in many small steps keeps one open. The file
has a rollback journal rather than a write-ahead log: it can be read in a folder that nobody may write to, and what a
killed process leaves the next one undoes.
"""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from permdesk.errors import StorageError
from permdesk.history.migrations import STEPS, Step

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

T = TypeVar("T")

_SET = "history"
#: How long another permdesk's transaction is waited for: readers are held up by a commit alone, which is short.
_BUSY_SECONDS = {"read": 3.0, "write": 10.0}
_BROKEN = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
_IN_USE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
#: SQLite's extended codes carry the plain one in their low byte.
_PLAIN = 0xFF


class HistoryDatabase:
    """One history file, or one in memory.

    Args:
        path: the file; None for a history that ends with this object.
        tell: called with a sentence when a broken file was kept aside.
        steps: migrations in order, by name.
        keep_open: True to open the file once, at its first use, until ``close``; uses follow one another then.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        tell: Callable[[str], None] = lambda _sentence: None,
        steps: Mapping[str, Step] = STEPS,
        keep_open: bool = False,
    ) -> None:
        self._path = path
        self._tell = tell
        self._steps = steps
        self._keep_open = keep_open
        self._kept: Database | None = None
        self._lock = threading.RLock()
        self._memory: Database | None = None

    @property
    def path(self) -> Path | None:
        """The file; None in memory."""
        return self._path

    def kept_open(self) -> "HistoryDatabase":
        """Return the same history, to be opened once for many uses and closed after them."""
        if self._path is None:
            return self
        return HistoryDatabase(self._path, tell=self._tell, steps=self._steps, keep_open=True)

    def close(self) -> None:
        """Close what was kept open; a history in memory stays."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
                self._kept = None

    def read(self, work: "Callable[[Database], T]") -> T:
        """Return what ``work`` finds; where there is no file yet, it finds an empty history.

        Raises:
            StorageError: the file cannot be opened, is in use, or was written by a newer permdesk.
        """
        return self._attempt(work, write=False)

    def write(self, work: "Callable[[Database], T]") -> T:
        """Return what ``work`` gives; what it writes is kept whole or not at all.

        Raises:
            StorageError: nothing was kept: read-only, full, in use, or written by a newer permdesk.
        """
        return self._attempt(work, write=True)

    def compact(self, *, from_share: float = 0.0) -> bool:
        """Give the room that deleted scans left back to the disk; True where there was some.

        Args:
            from_share: the part of the file that has to be free for it to be worth the time, which grows with the file.

        Raises:
            StorageError: it cannot be done now; everything is as it was, and the room serves later scans.
        """
        path = self._path
        if path is None or not path.exists():
            return False

        def work(database: "Database") -> bool:
            free, pages = (
                database.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count")
            )
            if not free or free < from_share * pages:
                return False
            database.conn.execute("VACUUM")
            return True

        try:
            with contextlib.closing(self._opened(path, create=True)) as database:
                return work(database)
        except sqlite3.DatabaseError as problem:
            raise self._storage_error(problem, write=True) from problem

    def _attempt(self, work: "Callable[[Database], T]", *, write: bool) -> T:
        try:
            return self._once(work, write=write)
        except sqlite3.DatabaseError as problem:
            if self._path is None or _code(problem) not in _BROKEN:
                raise self._storage_error(problem, write=write) from problem
            self._keep_aside(self._path, problem)
        try:
            return self._once(work, write=write)
        except sqlite3.DatabaseError as problem:
            raise self._storage_error(problem, write=write) from problem

    def _once(self, work: "Callable[[Database], T]", *, write: bool) -> T:
        if self._path is None or not (write or self._path.exists()):
            with self._lock, self._in_memory().atomic() as database:
                return work(database)
        with self._connected(self._path, create=write) as database:
            if not write:
                return work(database)
            with _transaction(database):
                return work(database)

    def _in_memory(self) -> "Database":
        if self._memory is None:
            self._memory = _wrapped(sqlite3.connect(":memory:", check_same_thread=False))
            self._migrations().apply(self._memory)
        return self._memory

    @contextlib.contextmanager
    def _connected(self, path: Path, *, create: bool) -> "Iterator[Database]":
        if not self._keep_open:
            with contextlib.closing(self._opened(path, create=create)) as database:
                yield database
            return
        with self._lock:
            if self._kept is None:
                self._kept = self._opened(path, create=create)
            self._kept.conn.execute(f"PRAGMA busy_timeout = {_patience(write=create) * 1000:.0f}")
            try:
                yield self._kept
            except sqlite3.Error:
                self.close()
                raise

    def _opened(self, path: Path, *, create: bool) -> "Database":
        if create:
            self._create(path)
        # mode=rw opens a write-protected file for reading; it never makes a new one.
        address = f"{Path(os.path.abspath(path)).as_uri()}?mode=rw"  # noqa: PTH100 - links stay as the person set them
        connection = sqlite3.connect(
            address, uri=True, timeout=_patience(write=create), check_same_thread=not self._keep_open
        )
        try:
            database = _wrapped(connection)
            if not self._is_current(connection):
                self._migrate(database)
        except BaseException:
            connection.close()
            raise
        return database

    def _create(self, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as problem:
            raise _unwritable(path, problem.strerror or str(problem)) from problem

    def _migrations(self) -> "Migrations":
        from sqlite_utils import Migrations

        migrations = Migrations(_SET)
        for name, step in self._steps.items():
            migrations(name=name)(step)
        return migrations

    def _is_current(self, connection: sqlite3.Connection) -> bool:
        """True where the file has just the steps that this program knows: one look in place of many."""
        try:
            applied = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (_SET,))
            return {name for (name,) in applied} == set(self._steps)
        except sqlite3.OperationalError:
            # A new file, or one in use: the long way tells.
            return False

    def _migrate(self, database: "Database") -> None:
        """Bring the file up to date: all steps and their records in one transaction, after a copy of the file."""
        migrations = self._migrations()
        applied = [migration.name for migration in migrations.applied(database)]
        if unknown := sorted(set(applied) - set(self._steps)):
            raise StorageError(
                "The history was written by a newer permdesk",
                detail=f"It has steps this one does not know ({', '.join(unknown)[:80]}). Nothing was changed.",
                remedy="Update permdesk, or name another folder with --data-dir.",
            )
        if not migrations.pending(database):
            return
        with _transaction(database):
            pending = migrations.pending(database)
            if applied and pending and self._path is not None:
                _copy(self._path, self._path.with_name(f"{self._path.stem}.before-{pending[0].name}.sqlite"))
            migrations.apply(database)

    def _keep_aside(self, path: Path, problem: sqlite3.DatabaseError) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        aside = path.with_name(f"{path.stem}.broken-{stamp}.sqlite")
        try:
            path.rename(aside)
            journal = path.with_name(f"{path.name}-journal")
            if journal.exists():
                journal.rename(aside.with_name(f"{aside.name}-journal"))
        except OSError as refused:
            raise StorageError(
                "The history is damaged and cannot be moved aside",
                detail=f"{path}: {problem}; {refused.strerror}.",
                remedy="Move the file away, or name another folder with --data-dir.",
            ) from refused
        self._tell(
            f"The history was damaged ({problem}). It is kept as {aside}, and a new one was begun: "
            "earlier scans, confirmations and services in use are not in it."
        )

    def _storage_error(self, problem: sqlite3.DatabaseError, *, write: bool) -> StorageError:
        path = self._path or Path(":memory:")
        code = _code(problem)
        if code in _IN_USE:
            return StorageError(
                "The history is in use by another permdesk",
                detail=f"{path} stayed locked for {_patience(write=write):.0f} seconds. Nothing was changed.",
                remedy="Wait until the other one is done, then try again.",
            )
        if code == sqlite3.SQLITE_FULL:
            return _unwritable(path, "The disk is full")
        return _unwritable(path, str(problem)) if write else _unreadable(path, str(problem))


@contextlib.contextmanager
def _transaction(database: "Database") -> "Iterator[None]":
    # Taking the write lock first: two processes that read and then both want to write would refuse each other.
    database.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.conn.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            database.rollback()
        raise


def _wrapped(connection: sqlite3.Connection) -> "Database":
    from sqlite_utils import Database

    # Plug-ins of the sqlite-utils command have no business in here.
    return Database(connection, execute_plugins=False)


def _copy(source: Path, target: Path) -> None:
    """Copy through SQLite: opening the file by other means would drop this process's locks on it."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with (
        contextlib.closing(sqlite3.connect(source)) as original,
        contextlib.closing(sqlite3.connect(part)) as copy,
    ):
        original.backup(copy)
    part.replace(target)


def _code(problem: sqlite3.DatabaseError) -> int:
    return getattr(problem, "sqlite_errorcode", 0) & _PLAIN


def _patience(*, write: bool) -> float:
    return _BUSY_SECONDS["write" if write else "read"]


def _unreadable(path: Path, why: str) -> StorageError:
    return StorageError(
        f"The history {path} cannot be read",
        detail=f"{why[:1].upper()}{why[1:]}. Earlier scans and what was said of apps are in it. Nothing was changed.",
        remedy="Allow reading it, mend or move it away, or name another folder with --data-dir.",
    )


def _unwritable(path: Path, why: str) -> StorageError:
    return StorageError(
        f"permdesk cannot keep this in {path}",
        detail=f"{why[:1].upper()}{why[1:]}. Nothing was changed.",
        remedy="Free some space, allow writing there, or name another folder with --data-dir.",
    )
