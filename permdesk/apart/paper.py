"""Makes paper in a process of its own: whatever happens there, the window goes on."""

import queue
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from permdesk.apart.messages import error_of
from permdesk.apart.paper_messages import (
    Answer,
    Band,
    Export,
    Gather,
    LayOut,
    Open,
    Paint,
    Print,
    Question,
    Save,
    Went,
    scan_in_pieces,
)
from permdesk.apart.paper_process import PaperProcess, Runs, _log, run_child
from permdesk.domain.ports import CancelToken
from permdesk.errors import BugError, Cancelled, WorldError
from permdesk.paths import Paths
from permdesk.reports.choice import Choice
from permdesk.reports.file_format import FileFormat
from permdesk.reports.on_paper import Laid, Picture, Wish
from permdesk.services.paper import About, KeptTenants, OneTenant, Told
from permdesk.whole_file import remove_parts

#: Seconds between two questions whether somebody cancelled.
_SLICE = 0.05
#: Seconds that cancelled work has to end by itself before the process is ended.
_LEAVE = 0.6


class ApartPapers:
    """Implements ``Papers``.

    Args:
        paths: the person's folders.
        profile_dirs: folders of own profiles.
        today: the day of the computer.
        runs: what the process runs.
    """

    def __init__(
        self, *, paths: Paths, profile_dirs: tuple[Path, ...], today: Callable[[], date], runs: Runs = run_child
    ) -> None:
        self._paths, self._profile_dirs, self._today, self._runs = paths, profile_dirs, today, runs

    def about(self, about: About) -> "ApartPaper":
        """Return what makes a report about this."""
        return ApartPaper(about, opened=self._open, runs=self._runs)

    def _open(self, about: About, scratch: Path) -> Open:
        paths = self._paths
        return Open(
            folders={name: str(getattr(paths, name)) for name in paths.__struct_fields__},
            profile_dirs=[str(folder) for folder in self._profile_dirs],
            scratch=str(scratch),
            today=self._today(),
            places=about.places if isinstance(about, KeptTenants) else None,
            ticks=about.ticks if isinstance(about, OneTenant) else (),
            said=about.said if isinstance(about, OneTenant) else True,
            log_level=_log.getEffectiveLevel(),
        )


class ApartPaper:
    """Implements ``Paper`` by one process, started when it is first asked, and again where it was ended.

    Args:
        about: what its reports tell of.
        opened: makes what the process is told first.
        runs: what the process runs.
    """

    def __init__(self, about: About, *, opened: Callable[[About, Path], Open], runs: Runs) -> None:
        self._about, self._opened, self._runs = about, opened, runs
        self._turn = threading.Lock()
        self._process: PaperProcess | None = None
        #: The one that laid out what was laid out last; another one would paint other pages.
        self._has_pages: PaperProcess | None = None
        self._closed = 0

    @property
    def pid(self) -> int | None:
        """The process, or None where there is none now."""
        process = self._process
        return process.pid if process is not None and process.alive else None

    def make_ready(self, cancel: CancelToken) -> None:
        """Start the process, and let it gather."""
        self._ask(Gather, cancel=cancel, told=_nobody, patient=True)

    def lay_out(self, choice: Choice, *, told: Told, cancel: CancelToken) -> Laid:
        """Return the outline of the pages."""
        used: list[PaperProcess] = []
        answer = self._ask(
            lambda number: LayOut(number, choice), cancel=cancel, told=told, patient=True, used=used.append
        )
        if answer.laid is None:
            raise BugError("pages without an outline")
        self._has_pages = used[0]
        return answer.laid

    def picture(self, laid: Laid, page: int, width: int, *, cancel: CancelToken) -> Picture:
        """Return a page as dots, from the process that laid it out and no other."""
        process = self._has_pages
        if process is None or not process.alive:
            raise self._gone(process)
        found: list[Picture] = []

        def band(band: Band) -> None:
            if not found:
                found.append(Picture(band.width, band.height, bytearray(4 * band.width * band.height)))
            found[0].dots[band.begin : band.begin + len(band.dots)] = band.dots

        self._hear(
            process,
            lambda number: Paint(number, laid, page, width),
            cancel=cancel,
            told=_nobody,
            patient=True,
            band=band,
        )
        if not found:
            raise BugError("a page without dots")
        return found[0]

    def save(self, choice: Choice, path: Path, *, told: Told, cancel: CancelToken) -> None:
        """Write the pages as PDF."""
        self._to_file(path, lambda number: Save(number, choice, str(path)), told=told, cancel=cancel)

    def export(self, choice: Choice, kind: FileFormat, path: Path, *, told: Told, cancel: CancelToken) -> None:
        """Write a file of a format."""
        self._to_file(path, lambda number: Export(number, choice, kind, str(path)), told=told, cancel=cancel)

    def _to_file(self, path: Path, make: Callable[[int], Question], *, told: Told, cancel: CancelToken) -> None:
        process: list[PaperProcess] = []
        try:
            self._ask(make, cancel=cancel, told=told, used=process.append)
        finally:
            if process and not process[0].alive and process[0].pid is not None:
                # A process that was killed could not remove what it had begun.
                remove_parts(path, process[0].pid)

    def print(self, choice: Choice, wish: Wish, *, told: Told, cancel: CancelToken) -> int:
        """Print, and return how many pages."""
        drawn: list[bool] = []

        def heard(done: int, of: int) -> None:
            if of and done >= of:
                # From here on the print server has it, or is about to.
                drawn.append(True)
            told(done, of)

        try:
            return self._ask(lambda number: Print(number, choice, wish), cancel=cancel, told=heard).pages
        except _Gone as gone:
            if drawn:
                raise WorldError(
                    "Printing broke off at its end",
                    detail=f"{gone.detail} The printer {wish.name} may have the summary, or not.",
                    remedy="Look into its queue before you print again.",
                ) from gone
            raise

    def close(self) -> None:
        """End the process at once."""
        self._closed += 1
        process = self._process
        if process is not None:
            process.kill()

    # Asking

    def _ask(
        self,
        make: Callable[[int], Question],
        *,
        cancel: CancelToken,
        told: Told,
        patient: bool = False,
        used: Callable[[PaperProcess], None] | None = None,
    ) -> Answer:
        """Ask a question of the running process, and wait for the answer.

        Args:
            make: makes the question with its number.
            cancel: asked every fraction of a second.
            told: how far it came; may raise Cancelled.
            patient: a process that does not notice a cancel soon is left at work: what it gathers is wanted later.
            used: receives the process.
        """
        while not self._turn.acquire(timeout=_SLICE):
            if cancel.is_set():
                raise Cancelled
        try:
            process = self._running(cancel)
            if used is not None:
                used(process)
        finally:
            self._turn.release()
        return self._hear(process, make, cancel=cancel, told=told, patient=patient)

    def _running(self, cancel: CancelToken) -> PaperProcess:
        if self._process is not None and self._process.alive:
            return self._process
        if cancel.is_set():
            raise Cancelled
        try:
            process = self._process = PaperProcess(self._runs)
        except OSError as problem:
            raise WorldError(
                "No process can be started that makes the pages",
                detail=f"{problem.strerror or problem}. Nothing was printed or saved.",
                remedy="Close what you do not need, and try again.",
            ) from problem
        about = self._about
        pieces = scan_in_pieces(about.snapshot) if isinstance(about, OneTenant) else iter(())
        try:
            process.begin(self._opened(about, process.scratch), pieces, cancel)
        except OSError as problem:
            process.kill()
            if cancel.is_set():
                raise Cancelled from problem
            raise self._gone(process) from problem
        return process

    def _hear(
        self,
        process: PaperProcess,
        make: Callable[[int], Question],
        *,
        cancel: CancelToken,
        told: Told,
        patient: bool = False,
        band: Callable[[Band], None] | None = None,
    ) -> Answer:
        closed = self._closed
        number, inbox = process.ask(make)
        stopped: float | None = None
        try:
            while True:
                if stopped is None and cancel.is_set():
                    stopped = time.monotonic()
                    process.stop(number)
                if stopped is not None and time.monotonic() - stopped > _LEAVE:
                    if not patient:
                        process.kill()
                        process.wait()
                    raise Cancelled
                try:
                    heard = inbox.get(timeout=_SLICE)
                except queue.Empty:
                    continue
                match heard:
                    case Went(_, done, of) if stopped is None:
                        try:
                            told(done, of)
                        except Cancelled:
                            stopped = time.monotonic()
                            process.stop(number)
                    case Band() if band is not None:
                        band(heard)
                    case Answer():
                        return _good(heard)
                    case None:
                        if stopped is not None or cancel.is_set() or closed != self._closed:
                            raise Cancelled
                        raise self._gone(process)
                    case _:
                        pass
        finally:
            process.forget(number)

    def _gone(self, process: PaperProcess | None) -> WorldError:
        if process is None:
            return _Gone("There are no pages any more", detail="They were let go of.", remedy="Lay them out again.")
        process.wait()
        _log.error("The process for paper ended early, exit code %s", process.exit_code)
        return _Gone(
            "The process that makes the pages ended early",
            detail=f"Exit code {process.exit_code}: it was ended from outside, or this computer has too little memory. "
            "Nothing was printed or saved.",
            remedy="Close what you do not need, and try again.",
        )


class _Gone(WorldError):
    """The process is not there any more, and nobody ended it on purpose."""


def _nobody(_done: int, _of: int) -> None:
    return None


def _good(answer: Answer) -> Answer:
    if answer.problem is None:
        return answer
    if answer.problem.kind == Cancelled.__name__:
        raise Cancelled
    raise error_of(answer.problem)
