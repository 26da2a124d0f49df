"""One window for each data folder: a second start hands what it was asked to open to the first, and ends.

Qt has sockets of its own for that, but its whole network would ship with them; the standard library's connection does
it with a secret that both ends prove to know, on Unix sockets and Windows pipes alike.
"""

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from multiprocessing import AuthenticationError
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from permdesk.whole_file import write_whole

if TYPE_CHECKING:
    from multiprocessing.connection import Connection, Listener

    from filelock import BaseFileLock

_log = logging.getLogger("permdesk.ui")

#: Bytes of what one start may hand to another: a path and a token.
_MOST = 65_536
#: Seconds that a second start waits for the first before it opens a window of its own.
PATIENCE = 3.0
#: Seconds between two calls.
_AGAIN = 0.1


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What a start was asked to open.

    Attributes:
        file: a saved scan, absolute; empty for none.
        sample: "" for no, "complete" and "partial" for the sample tenant with and without its refused read.
        activation: what the desktop gave the start, so that its window may come to the front; empty where it gave none.
    """

    file: str = ""
    sample: str = ""
    activation: str = ""


class _Door(Struct, frozen=True):
    """Where the first start listens, and what proves that a caller belongs to the same person."""

    address: str
    secret: str


class OnlyOne:
    """Either the first start, which listens, or a later one, which hands on.

    Args:
        data: the folder that one window may have open.
        profiles: folders of profiles given at the start: with others, it is another window.
    """

    def __init__(self, data: Path, profiles: tuple[Path, ...] = ()) -> None:
        of = "\n".join(str(path.absolute()) for path in profiles)
        name = f"window-{sha256(of.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}" if of else "window"
        self._file = data / f"{name}.json"
        self._lock_file = data / f"{name}.lock"
        self._lock: BaseFileLock | None = None
        self._listener: Listener | None = None
        self._closed = False

    def hand_on(self, asked: Asked, *, patience: float = PATIENCE) -> bool:
        """Return True where another window took it; False where this start has to open one itself.

        Args:
            asked: what to open there.
            patience: seconds to wait for a window that does not answer.
        """
        if self._is_first():
            return False
        until = time.monotonic() + patience
        taken: list[bool] = []
        # Neither connecting nor proving has a time limit of its own.
        caller = threading.Thread(
            target=lambda: taken.append(self._call(asked, until)), name="second-start", daemon=True
        )
        caller.start()
        caller.join(patience)
        return taken == [True]

    def listen(self, answer: Callable[[Asked], bool]) -> None:
        """Let later starts hand on what they were asked to open; does nothing where this is not the first.

        Args:
            answer: called on another thread; says whether it is taken.
        """
        if self._lock is None:
            return
        from multiprocessing.connection import Listener

        secret = secrets.token_bytes(32)
        try:
            self._listener = Listener(authkey=secret)
            write_whole(self._file, msgspec.json.encode(_Door(str(self._listener.address), secret.hex())))
        except OSError as error:
            _log.warning("later starts will open windows of their own: %s", error)
            return
        threading.Thread(target=self._serve, args=(self._listener, answer), name="later-starts", daemon=True).start()

    def close(self) -> None:
        """Stop listening; a later start is the first again."""
        self._closed = True
        if self._listener is not None:
            # Closing alone does not wake who waits for a caller.
            waker = threading.Thread(target=self._call, args=(Asked(), 0.0), name="last-caller", daemon=True)
            waker.start()
            waker.join(0.5)
            with contextlib.suppress(OSError):
                self._file.unlink()
            with contextlib.suppress(OSError):
                self._listener.close()
            self._listener = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _is_first(self) -> bool:
        from filelock import FileLock, Timeout

        lock = FileLock(self._lock_file, mode=0o600)
        try:
            self._lock_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout:
            return False
        except (OSError, NotImplementedError):
            # A folder that cannot be written, or a file system without locks: nobody can be told from the first.
            return True
        self._lock = lock
        return True

    def _call(self, asked: Asked, until: float) -> bool:
        """Call the first window; one that is only just starting is called again until then."""
        from multiprocessing.connection import Client

        while True:
            try:
                door = msgspec.json.decode(self._file.read_bytes(), type=_Door)
                with Client(door.address, authkey=bytes.fromhex(door.secret)) as line:
                    line.send_bytes(msgspec.json.encode(asked))
                    return line.recv_bytes(16) == b"taken"
            except (OSError, EOFError, ValueError, msgspec.MsgspecError, AuthenticationError) as error:
                if time.monotonic() + _AGAIN > until:
                    _log.info("the first window of this data folder does not answer: %s", error)
                    return False
            time.sleep(_AGAIN)

    def _serve(self, listener: "Listener", answer: Callable[[Asked], bool]) -> None:
        while True:
            try:
                line = listener.accept()
            except (EOFError, AuthenticationError):
                continue
            except OSError:
                return  # closed
            if self._closed:
                line.close()
                return
            # A caller that says nothing must not keep the next one waiting.
            threading.Thread(target=_hear, args=(line, answer), name="later-start", daemon=True).start()


def _hear(line: "Connection", answer: Callable[[Asked], bool]) -> None:
    with contextlib.suppress(OSError, EOFError, ValueError, msgspec.MsgspecError), line:
        asked = msgspec.json.decode(line.recv_bytes(_MOST), type=Asked)
        line.send_bytes(b"taken" if answer(asked) else b"busy")


def activation(environ: Mapping[str, str]) -> str:
    """Return what the desktop gave this start, Wayland's token or X11's, so that its window may come to the front."""
    return (environ.get("XDG_ACTIVATION_TOKEN") or environ.get("DESKTOP_STARTUP_ID") or "")[:4_096]
