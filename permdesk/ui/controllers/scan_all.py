"""Reads the tenants of several accounts, one after the other; one that fails does not stop the rest."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from permdesk.domain.sign_in import SignIn
from permdesk.domain.wording import counted, verb
from permdesk.errors import StorageError, WorldError
from permdesk.presentation.progress import Pace, so_far, time_left
from permdesk.services.letting_go import let_go
from permdesk.ui.breathing import uncollected
from permdesk.ui.controllers.loading import paced
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.tasks import Lane, Task


class ScanAll(QObject):
    """A queue of scans that go to the history; what is on screen stays."""

    #: ``words``, ``done`` or ``current`` changed.
    moved = Signal()
    #: SignIn whose tenant was read.
    read = Signal(object)
    #: SignIn whose tenant was not, and the error.
    failed = Signal(object, object)
    #: How it went, in words; True where every tenant was read.
    ended = Signal(str, bool)

    def __init__(self, workspace: Workspace, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._queue: list[tuple[SignIn, str]] = []
        self._all = 0
        self._good = 0
        self._bad: list[str] = []
        self._task: Task | None = None
        self.active = False
        #: What is being read, in words; empty once nothing is.
        self.words = ""
        #: Key of the sign-in whose tenant is being read.
        self.current = ""

    @property
    def done(self) -> int:
        """How many tenants are behind it, read or not."""
        return self._good + len(self._bad)

    @property
    def total(self) -> int:
        """How many tenants there are to read."""
        return self._all if self.active else 0

    def start(self, accounts: Sequence[tuple[SignIn, str]]) -> None:
        """Read the tenants of these accounts: each sign-in with its tenant's name, one account for each tenant."""
        if self.active:
            return
        self.active = True
        once: dict[tuple[str, str], tuple[SignIn, str]] = {}
        for signed, name in accounts:
            once.setdefault((signed.cloud.id, signed.tenant_id), (signed, name))
        self._queue = list(once.values())
        self._all, self._good, self._bad = len(self._queue), 0, []
        self._next()

    def stop(self) -> None:
        """Read no more; what was read is kept."""
        if self.active:
            if self._task is not None:
                self._task.stop()
            left = self._all - self.done
            self._end(f" {counted(left, 'tenant')} {verb(left, 'was', 'were')} left out." if left else "")

    def _next(self) -> None:
        if not self._queue:
            self._end("")
            return
        signed, name = self._queue.pop(0)
        place = self._all - len(self._queue)
        services = self._workspace.services
        self.current = signed.key
        self._tell(f"Reading {place} of {self._all}: {name}")

        @uncollected()
        def work(task: Task) -> StorageError | None:
            target = services.accounts.target(signed)
            told = paced(task.report, services.scan.rows_before(target))
            outcome = [services.scan(target, progress=told, cancel=task.cancel)]
            unkept = outcome[0].unkept
            # It is kept; nobody looks at it here.
            let_go([outcome.pop()], hurry=task.cancel)
            return unkept

        def progressed(pace: Pace) -> None:
            words = (so_far(pace).removeprefix("Read ") + " rows", time_left(pace))
            self._tell(f"Reading {place} of {self._all}: {name}, {', '.join(filter(None, words))}")

        def done(unkept: StorageError | None) -> None:
            if unkept is not None:
                gone_wrong(unkept)
                return
            self._good += 1
            self.read.emit(signed)
            self._next()

        def gone_wrong(error: Exception) -> None:
            if not isinstance(error, WorldError):
                self._end("")
                self._workspace.failed.emit(error)
                return
            self._bad.append(f"{name}: {error.title}")
            self.failed.emit(signed, error)
            self._next()

        self._task = self._workspace.tasks.run(
            work, done=done, failed=gone_wrong, progress=progressed, lane=Lane.NETWORK, owner=self
        )

    def _tell(self, words: str) -> None:
        self.words = words
        self.moved.emit()

    def _end(self, rest: str) -> None:
        self._task, self._queue, self.words, self.current, self.active = None, [], "", "", False
        said = f"{counted(self._good, 'tenant')} read."
        if self._bad:
            said += f" {counted(len(self._bad), 'tenant')} could not be read: {'; '.join(self._bad[:3])}."
        self.ended.emit(said + rest, not self._bad and not rest)
