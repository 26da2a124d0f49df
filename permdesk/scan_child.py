"""The program that reads one tenant for another process of permdesk, and ends."""

import os
import signal
import threading
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from permdesk.apart.child_log import send_logs
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
    error_of,
    hear_parent,
    problem_of,
    say,
)
from permdesk.domain.ports import Progress
from permdesk.domain.tenant import Account
from permdesk.errors import BugError, Cancelled, StorageError, WorldError
from permdesk.paths import Paths
from permdesk.redaction import redact

#: Seconds for which a token that was given is used without asking again.
_FRESH = 5.0
#: Seconds between two words about how far it came.
_MOVED_EVERY = 0.1
#: Seconds that a scan has to leave its pages in order once nobody listens any more.
_LEAVE = 5.0


def main(line: Connection) -> None:
    """Read what the other end of the line asks for; end when it is done, cancelled, or the other end is gone."""
    # An interruption at a terminal reaches every process there: the one that asked decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin = hear_parent(line)
    if not isinstance(begin, Begin):
        raise BugError("a scan that does not begin with what to read")
    talk = _Talk(line)
    send_logs(lambda name, level, text: talk.say(Noted(name, level, text)), begin.log_level)
    threading.Thread(target=talk.listen, name="permdesk-line", daemon=True).start()
    talk.say(_outcome(begin, talk))
    talk.end()


def _outcome(begin: Begin, talk: "_Talk") -> Done | Problem:
    try:
        return _read(begin, talk)
    except Cancelled:
        return Problem(Cancelled.__name__, "The scan was cancelled")
    except WorldError as problem:
        return problem_of(problem)
    except BaseException:
        return Problem(BugError.__name__, "A scan met a fault of permdesk's own", redact(traceback.format_exc()))


def _read(begin: Begin, talk: "_Talk") -> Done:
    from permdesk.composition import build
    from permdesk.services.latest import Latest
    from permdesk.services.target import TokenTarget

    paths = Paths(**{name: Path(folder) for name, folder in begin.folders.items()})
    services = build(paths, tuple(Path(folder) for folder in begin.profile_dirs))
    target = TokenTarget(
        begin.cloud,
        _LentToken(begin, talk),
        Path(begin.ca_file) if begin.ca_file else None,
        begin.permissions,
    )
    with Latest(talk.moved, every=_MOVED_EVERY) as moved:
        outcome = services.scan(target, progress=moved, cancel=talk.stopped, afresh=begin.afresh)
    snapshot = outcome.snapshot
    done = Done(snapshot.scan_id, outcome.resumed, outcome.anew)
    if outcome.unkept is None:
        return done
    from permdesk.history.scan_format import encode

    return Done(done.scan_id, done.resumed, done.anew, _unkept(outcome.unkept), encode(snapshot))


def _unkept(problem: StorageError) -> Problem:
    return problem_of(problem)


class _Talk:
    """The conversation with whoever asked for the scan."""

    def __init__(self, line: Connection) -> None:
        self.stopped = threading.Event()
        self._line = line
        self._sending = threading.Lock()
        self._answered = threading.Condition()
        self._answers: list[Give | Refuse] = []
        self._asking = threading.Lock()
        self._gone = False

    def say(self, message: FromChild) -> None:
        """Send a message; where nobody listens any more, the scan ends."""
        try:
            with self._sending:
                say(self._line, message)
        except (OSError, ValueError):
            self.stopped.set()

    def moved(self, progress: Progress) -> None:
        """Tell how far the scan came."""
        self.say(Moved(progress))

    def ask(self, need: Need) -> str | None:
        """Return the token that was asked for; raises as ``TokenSource`` does."""
        with self._asking:
            self.say(need)
            with self._answered:
                while not self._answers:
                    if self._gone or self.stopped.is_set():
                        raise Cancelled
                    self._answered.wait(0.2)
                answer = self._answers.pop(0)
        if isinstance(answer, Refuse):
            raise error_of(answer.problem)
        return answer.token

    def listen(self) -> None:
        """Hear the other end until it is gone; then nobody wants the scan any more."""
        while True:
            try:
                message = hear_parent(self._line)
            except (EOFError, OSError):
                break
            if isinstance(message, Stop):
                self.stopped.set()
            elif isinstance(message, Give | Refuse):
                with self._answered:
                    self._answers.append(message)
                    self._answered.notify_all()
        self._gone = True
        self.stopped.set()
        time.sleep(_LEAVE)
        os._exit(1)

    def end(self) -> None:
        """Say no more."""
        self._line.close()


class _LentToken:
    """Implements ``SignedIn`` with what the other process hands out."""

    def __init__(self, begin: Begin, talk: _Talk) -> None:
        self._begin = begin
        self._talk = talk
        self._lock = threading.Lock()
        self._held: tuple[str, float] | None = None

    def __repr__(self) -> str:
        return "_LentToken(...)"

    @property
    def account(self) -> Account:
        """The person."""
        return self._begin.account

    @property
    def tenant_id(self) -> str | None:
        """The tenant."""
        return self._begin.tenant_id

    def token(self) -> str:
        """Return a token that is valid now."""
        with self._lock:
            held = self._held
            if held is None or time.monotonic() - held[1] > _FRESH:
                fresh = self._talk.ask(Need())
                if fresh is None:
                    raise BugError("a token source without a token")
                held = self._held = (fresh, time.monotonic())
            return held[0]

    def renew(self, *, refused: str, claims: str | None = None) -> str | None:
        """Return a token in place of one that was refused, or None."""
        with self._lock:
            if self._held is not None and self._held[0] != refused:
                return self._held[0]
            fresh = self._talk.ask(Need(refused, claims))
            if fresh is not None:
                self._held = (fresh, time.monotonic())
            return fresh
