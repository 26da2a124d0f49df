"""One process that makes paper: started with what it is about, asked, and ended for certain."""

import contextlib
import importlib
import logging
import multiprocessing
import queue
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection, wait
from pathlib import Path

from permdesk.apart.messages import Noted
from permdesk.apart.paper_messages import Answer, Band, Open, Question, Rest, Rows, Stop, Went, hear_child, say
from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled

_log = logging.getLogger("permdesk.ui.paper")
_root = logging.getLogger("permdesk")
#: Seconds that a killed process may take to be gone: that of a large tenant gives much memory back.
_GONE = 10.0
#: What the process runs; it knows every part of the program, which nothing below it does.
_CHILD = "permdesk.paper_child"

#: What comes of a question; None once the process is gone.
Heard = Went | Band | Answer | None
#: What a process runs, given its end of the line.
Runs = Callable[[Connection], None]


def run_child(line: Connection) -> None:
    """Run the process: what multiprocessing starts."""
    importlib.import_module(_CHILD).main(line)


class PaperProcess:
    """A running process; every method but ``ask`` may be called on any thread.

    Args:
        runs: what it runs.
    """

    def __init__(self, runs: Runs = run_child) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="permdesk-paper-"))
        # A forked process would share locks that another thread holds.
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=runs, args=(theirs,), name="permdesk-paper", daemon=True)
        try:
            self._process.start()
        except BaseException:
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise
        finally:
            theirs.close()
        self.pid = self._process.pid
        self.exit_code: int | None = None
        self._sending, self._asked = threading.Lock(), threading.Lock()
        self._inboxes: dict[int, queue.SimpleQueue[Heard]] = {}
        self._numbers = 0
        self._ended = threading.Event()
        self._gone = False
        threading.Thread(target=self._listen, name="permdesk-paper", daemon=True).start()

    @property
    def alive(self) -> bool:
        """True until it is known to be gone."""
        return not self._gone

    def begin(self, first: Open, pieces: "Iterable[Rows | Rest]", cancel: CancelToken) -> None:
        """Say what it is about.

        Raises:
            Cancelled: somebody cancelled; the process is ended, for it has half of it.
            OSError: it is gone.
        """
        say(self._line, first)
        for piece in pieces:
            if cancel.is_set():
                self.kill()
                raise Cancelled
            say(self._line, piece)

    def ask(self, make: Callable[[int], Question]) -> "tuple[int, queue.SimpleQueue[Heard]]":
        """Ask a question, which is made with its number; return the number and where the answer comes."""
        with self._asked:
            self._numbers += 1
            number = self._numbers
            inbox: queue.SimpleQueue[Heard] = queue.SimpleQueue()
            self._inboxes[number] = inbox
            if self._gone:
                inbox.put(None)
        self._say(make(number))
        return number, inbox

    def stop(self, number: int) -> None:
        """Say that nobody wants an answer any more."""
        self._say(Stop(number))

    def forget(self, number: int) -> None:
        """Throw away what still comes of a question."""
        self._inboxes.pop(number, None)

    def kill(self) -> None:
        """End it, at once and without waiting for that."""
        # It may be gone, and let go of, in this very moment.
        with contextlib.suppress(ValueError):
            self._process.kill()

    def wait(self) -> None:
        """Wait until it is gone and cleaned up after."""
        self._ended.wait(_GONE)

    def _say(self, message: Question | Stop) -> None:
        try:
            with self._sending:
                say(self._line, message)
        except (OSError, ValueError):
            # Gone: whoever listens for it will notice.
            _log.info("The process for paper does not listen any more")

    def _listen(self) -> None:
        while True:
            try:
                message = hear_child(self._line)
            except (EOFError, OSError):
                break
            if isinstance(message, Noted):
                _root.getChild(message.name.removeprefix("permdesk.")).log(message.level, "%s", message.text)
                continue
            inbox = self._inboxes.get(message.number)
            if inbox is not None:
                inbox.put(message)
        if not wait([self._process.sentinel], _GONE):
            self._process.kill()
        # The end of the interpreter may be waiting for it as well, and then learns the code in place of this.
        self._process.join()
        self.exit_code = self._process.exitcode
        with contextlib.suppress(ValueError):
            self._process.close()
        self._line.close()
        shutil.rmtree(self.scratch, ignore_errors=True)
        self._ended.set()
        with self._asked:
            self._gone = True
            for inbox in list(self._inboxes.values()):
                inbox.put(None)
