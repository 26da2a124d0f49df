"""The program that lays out, paints, prints and saves for a window of permdesk, for as long as that lives."""

import contextlib
import gc
import os
import queue
import shutil
import signal
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from permdesk.apart.child_log import send_logs
from permdesk.apart.messages import Noted, Problem, problem_of
from permdesk.apart.paper_messages import (
    Answer,
    Band,
    Export,
    FromChild,
    Gather,
    LayOut,
    Open,
    Paint,
    Print,
    Question,
    Rest,
    Rows,
    Save,
    ScanAgain,
    Stop,
    Went,
    hear_window,
    say,
)
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import BugError, Cancelled, WorldError
from permdesk.paths import Paths
from permdesk.redaction import redact
from permdesk.services.paper import About, KeptTenants, OneTenant, Paper

#: Seconds between two words about how far it came, at least.
_WENT_EVERY = 0.05
#: Seconds that work has to leave no half file behind once the window is gone.
_LEAVE = 5.0
#: Bytes of a picture that go at a time: the window takes each in a fraction of a millisecond.
_BAND = 2**18


def main(line: Connection) -> None:
    """Answer the questions at the other end of the line until it is gone."""
    # An interruption at a terminal reaches every process there: the window decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        first = hear_window(line)
    except (EOFError, OSError):
        # The window went before it had said anything.
        return
    if not isinstance(first, Open):
        raise BugError("a process for paper that does not begin with where everything is")
    # What a print server is handed is collected in a file there, which a killed process could not take away.
    os.environ |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), first.scratch)
    # It shows nothing, and so stands in no Dock.
    os.environ["QT_MAC_DISABLE_FOREGROUND_APPLICATION_TRANSFORM"] = "1"
    talk = _Talk(line, Path(first.scratch))
    # Told to end together with the window, it leaves nothing half done either.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda _number, _frame: talk.leave_soon())
    send_logs(lambda name, level, text: talk.say(Noted(name, level, text)), first.log_level)
    try:
        about = _about(first, line)
    except (EOFError, OSError):
        talk.leave()
    paper = _paper(first, about)
    del about
    # What is here by now stays: to search it for garbage again and again would take seconds of a large tenant.
    gc.collect()
    gc.freeze()
    work, pictures = _Lane(talk, paper), _Lane(talk, paper)
    threading.Thread(target=talk.listen, args=(work.add, pictures.add), name="permdesk-line", daemon=True).start()
    threading.Thread(target=pictures.run, name="permdesk-pictures", daemon=True).start()
    # Qt begins on the main thread.
    work.run()


def _about(first: Open, line: Connection) -> About:
    if first.places is not None:
        return KeptTenants(first.places)
    return OneTenant(_scan(line), ticks=first.ticks, said=first.said)


def _scan(line: Connection) -> Snapshot:
    again = ScanAgain()
    gc.disable()
    try:
        while True:
            match hear_window(line):
                case Rows() as rows:
                    again.add(rows)
                case Rest() as rest:
                    return again.whole(rest)
                case _:
                    raise BugError("something else than a scan came where one was due")
    finally:
        gc.enable()


def _paper(first: Open, about: About) -> Paper:
    from permdesk.composition import build

    paths = Paths(**{name: Path(folder) for name, folder in first.folders.items()})
    services = build(paths, tuple(Path(folder) for folder in first.profile_dirs), today=lambda: first.today)
    return services.papers.about(about)


class _Talk:
    """The conversation with the window."""

    def __init__(self, line: Connection, scratch: Path) -> None:
        self._line, self._scratch = line, scratch
        self._sending = threading.Lock()
        self._wanted: dict[int, threading.Event] = {}

    def say(self, message: FromChild) -> None:
        """Send a message; whoever listens for the end of the window notices where nobody hears it."""
        with contextlib.suppress(OSError, ValueError), self._sending:
            say(self._line, message)

    def wanted(self, number: int) -> threading.Event:
        """Return what is set once an answer is not wanted any more."""
        return self._wanted.setdefault(number, threading.Event())

    def answered(self, number: int) -> None:
        """Forget a question."""
        self._wanted.pop(number, None)

    def listen(self, work: Callable[[Question], None], pictures: Callable[[Question], None]) -> None:
        """Hear the window until it is gone; then nobody wants anything any more."""
        while True:
            try:
                message = hear_window(self._line)
            except (EOFError, OSError):
                break
            match message:
                case Stop(number):
                    if number in self._wanted:
                        self._wanted[number].set()
                case Paint():
                    self.wanted(message.number)
                    pictures(message)
                case Gather() | LayOut() | Save() | Print() | Export():
                    self.wanted(message.number)
                    work(message)
        self.leave()

    def leave_soon(self) -> None:
        """End; the work of this thread goes on until it has noticed."""
        threading.Thread(target=self.leave, name="permdesk-leave", daemon=True).start()

    def leave(self) -> NoReturn:
        """End, once what is under way has left nothing half done."""
        for wanted in list(self._wanted.values()):
            wanted.set()
        end = time.monotonic() + _LEAVE
        while self._wanted and time.monotonic() < end:
            time.sleep(0.02)
        shutil.rmtree(self._scratch, ignore_errors=True)
        os._exit(0)


class _Lane:
    """Answers one question after the other."""

    def __init__(self, talk: _Talk, paper: Paper) -> None:
        self._talk, self._paper = talk, paper
        self._waiting: queue.SimpleQueue[Question] = queue.SimpleQueue()

    def add(self, question: Question) -> None:
        """Put a question behind the others."""
        self._waiting.put(question)

    def run(self) -> None:
        """Answer for ever."""
        while True:
            question = self._waiting.get()
            answer = self._answer(question)
            # Before it is answered, so that a window that is gone leaves nothing to wait for.
            self._talk.answered(question.number)
            self._talk.say(answer)

    def _answer(self, question: Question) -> Answer:
        number = question.number
        try:
            return self._do(question)
        except Cancelled:
            return Answer(number, problem=Problem(Cancelled.__name__, "Nobody wants it any more"))
        except WorldError as problem:
            return Answer(number, problem=problem_of(problem))
        except MemoryError:
            # What is held is not worth the little that is left: the window begins anew.
            os._exit(1)
        except BaseException:
            words = redact(traceback.format_exc())
            return Answer(
                number, problem=Problem(BugError.__name__, "Making paper met a fault of permdesk's own", words)
            )

    def _do(self, question: Question) -> Answer:
        number, paper = question.number, self._paper
        wanted = self._talk.wanted(number)
        if wanted.is_set():
            raise Cancelled
        told = self._told(number)
        match question:
            case Gather():
                paper.make_ready(wanted)
            case LayOut(_, choice):
                return Answer(number, laid=paper.lay_out(choice, told=told, cancel=wanted))
            case Paint(_, laid, page, width):
                picture = paper.picture(laid, page, width, cancel=wanted)
                dots = memoryview(picture.dots)
                for begin in range(0, len(dots), _BAND):
                    band = bytes(dots[begin : begin + _BAND])
                    self._talk.say(Band(number, picture.width, picture.height, begin, band))
            case Save(_, choice, path):
                paper.save(choice, Path(path), told=told, cancel=wanted)
            case Print(_, choice, wish):
                return Answer(number, pages=paper.print(choice, wish, told=told, cancel=wanted))
            case Export(_, choice, kind, path):
                paper.export(choice, kind, Path(path), told=told, cancel=wanted)
        return Answer(number)

    def _told(self, number: int) -> Callable[[int, int], None]:
        last = 0.0

        def told(done: int, of: int) -> None:
            nonlocal last
            now = time.monotonic()
            if done >= of or now - last >= _WENT_EVERY:
                last = now
                self._talk.say(Went(number, done, of))

        return told
