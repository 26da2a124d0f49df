"""Starts the process of a scan, hands it tokens, and hears from it until it is done, gone or cancelled."""

import importlib
import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from permdesk.apart.journal import ElsewhereJournal
from permdesk.apart.messages import (
    Begin,
    Done,
    FromChild,
    Give,
    Moved,
    Need,
    Noted,
    Problem,
    Refuse,
    Stop,
    ToChild,
    error_of,
    hear_child,
    problem_of,
    say,
)
from permdesk.domain.ports import CancelToken, Progress
from permdesk.domain.scan_store import ScanJournal, ScanStore
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import BugError, Cancelled, ReadError, StorageError, WorldError
from permdesk.paths import Paths
from permdesk.services.scan import Begin as BeginReading
from permdesk.services.scan import Reading
from permdesk.services.target import ReadTarget, TokenTarget

if TYPE_CHECKING:
    from permdesk.domain.ports import SignedIn

_log = logging.getLogger("permdesk.scan")
_root = logging.getLogger("permdesk")

#: Seconds between two questions whether the person cancelled.
_SLICE = 0.1
#: Seconds that a cancelled scan has to leave its pages in order before it is ended.
_LEAVE = 3.0
#: What the process runs; it knows every part of the program, which nothing below it does.
_CHILD = "permdesk.scan_child"


def run_child(line: Connection) -> None:
    """Run the process of a scan: what multiprocessing starts."""
    importlib.import_module(_CHILD).main(line)


class ApartReader:
    """Implements ``DirectoryReader`` by a process of its own.

    Args:
        target: the tenant.
        paths: the person's folders.
        profile_dirs: folders of own profiles.
        scans: has the scan once the process has kept it.
        journal: learns what the process says of its own.
        afresh: go on with no interrupted scan, and bring none up to date.
    """

    def __init__(
        self,
        target: TokenTarget,
        *,
        paths: Paths,
        profile_dirs: tuple[Path, ...],
        scans: ScanStore,
        journal: ElsewhereJournal,
        afresh: bool = False,
    ) -> None:
        self._target = target
        self._paths = paths
        self._profile_dirs = profile_dirs
        self._scans = scans
        self._journal = journal
        self._afresh = afresh

    def read(self, *, journal: ScanJournal, progress: Callable[[Progress], None], cancel: CancelToken) -> Snapshot:
        """Return everything that the process could read; it keeps its pages itself.

        Raises:
            ReadError: also where the process ended before it was done.
        See ``DirectoryReader`` for the rest.
        """
        # A forked process would share locks that another thread holds.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=run_child, args=(theirs,), name="permdesk-scan", daemon=True)
        process.start()
        theirs.close()
        try:
            talk = _Talk(ours, process, self._target.token, progress=progress, cancel=cancel)
            done = talk.to_the_end(self._begin())
        finally:
            _end(process)
            ours.close()
        return self._snapshot(done)

    def _begin(self) -> Begin:
        target, paths = self._target, self._paths
        return Begin(
            folders={name: str(getattr(paths, name)) for name in paths.__struct_fields__},
            profile_dirs=[str(folder) for folder in self._profile_dirs],
            cloud=target.cloud,
            account=target.token.account,
            tenant_id=target.token.tenant_id,
            permissions=target.permissions,
            ca_file=str(target.ca_file) if target.ca_file else None,
            afresh=self._afresh,
            log_level=_log.getEffectiveLevel(),
        )

    def _snapshot(self, done: Done) -> Snapshot:
        self._journal.learn(done)
        if done.unkept is not None:
            from permdesk.history.scan_format import decode

            return decode(done.content, name="The scan")
        snapshot = self._scans.load(done.scan_id)
        if snapshot is None:
            raise StorageError(
                "The scan is not in the history any more", remedy="Scan again; nothing but that scan is lost."
            )
        return snapshot


class _Talk:
    """One conversation with the process of a scan."""

    def __init__(
        self,
        line: Connection,
        process: BaseProcess,
        token: "SignedIn",
        *,
        progress: Callable[[Progress], None],
        cancel: CancelToken,
    ) -> None:
        self._line = line
        self._process = process
        self._token = token
        self._progress = progress
        self._cancel = cancel
        self._sending = threading.Lock()
        self._stopped: float | None = None

    def to_the_end(self, begin: Begin) -> Done:
        self._say(begin)
        while True:
            self._mind_cancel()
            try:
                if not self._line.poll(_SLICE):
                    continue
                message = hear_child(self._line)
            except (EOFError, OSError):
                raise self._gone() from None
            done = self._take(message)
            if done is not None:
                return done

    def _take(self, message: FromChild) -> Done | None:
        match message:
            case Done():
                return message
            case Moved(progress):
                self._progress(progress)
            case Noted(name, level, text):
                _root.getChild(name.removeprefix("permdesk.")).log(level, "%s", text)
            case Need():
                # To renew one may take as long as a network does; a cancel is heard meanwhile.
                threading.Thread(target=self._answer, args=(message,), name="permdesk-token", daemon=True).start()
            case Problem():
                if message.kind == Cancelled.__name__:
                    raise Cancelled
                raise error_of(message)
        return None

    def _answer(self, need: Need) -> None:
        answer: ToChild
        try:
            if need.refused is None:
                answer = Give(self._token.token())
            else:
                answer = Give(self._token.renew(refused=need.refused, claims=need.claims))
        except WorldError as problem:
            answer = Refuse(problem_of(problem))
        except BaseException:
            _log.exception("No token for a scan")
            answer = Refuse(Problem(BugError.__name__, "No token could be made"))
        self._say(answer)

    def _mind_cancel(self) -> None:
        if self._stopped is None and self._cancel.is_set():
            self._stopped = time.monotonic()
            self._say(Stop())
        elif self._stopped is not None and time.monotonic() - self._stopped > _LEAVE:
            raise Cancelled

    def _say(self, message: ToChild) -> None:
        try:
            with self._sending:
                say(self._line, message)
        except (OSError, ValueError):
            # Gone: whoever listens for it will notice.
            _log.info("The process of a scan does not listen any more")

    def _gone(self) -> Exception:
        self._process.join(_LEAVE)
        if self._cancel.is_set():
            return Cancelled()
        code = self._process.exitcode
        _log.error("The process of a scan ended early, exit code %s", code)
        return ReadError(
            "The scan broke off",
            detail=f"Its process ended before it was done (exit code {code}). What it had read is kept.",
            remedy="Scan again: it goes on where it stopped.",
        )


def _end(process: BaseProcess) -> None:
    process.join(_LEAVE)
    if process.is_alive():
        process.terminate()
        process.join(_LEAVE)
    if process.is_alive():
        process.kill()
        process.join()
    process.close()


class ApartReadings:
    """Makes readings whose tenants are read in a process of their own; the sample is read in this one.

    Args:
        here: makes readings in this process.
        paths: the person's folders.
        profile_dirs: folders of own profiles.
        scans: has what the processes kept.
    """

    def __init__(self, here: BeginReading, *, paths: Paths, profile_dirs: tuple[Path, ...], scans: ScanStore) -> None:
        self._here = here
        self._paths = paths
        self._profile_dirs = profile_dirs
        self._scans = scans

    def __call__(self, target: ReadTarget, *, afresh: bool = False) -> Reading:
        """Return what reads this target."""
        if not isinstance(target, TokenTarget):
            return self._here(target, afresh=afresh)
        journal = ElsewhereJournal(datetime.now(UTC))
        reader = ApartReader(
            target,
            paths=self._paths,
            profile_dirs=self._profile_dirs,
            scans=self._scans,
            journal=journal,
            afresh=afresh,
        )
        return Reading(reader, journal)
