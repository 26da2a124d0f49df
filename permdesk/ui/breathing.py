"""Keeps the window's thread from waiting for the interpreter while other threads work on a large tenant."""

import contextlib
import gc
import sys
import threading
from collections.abc import Iterator

#: Seconds that a thread keeps the interpreter while another waits for it: a fraction of what an eye notices.
_TURN = 0.001

_lock = threading.Lock()
_working = 0


def prepare() -> None:
    """Let threads take short turns, and take what the program is made of out of what is searched for garbage."""
    sys.setswitchinterval(_TURN)
    gc.collect()
    gc.freeze()


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Search for no garbage while a tenant is loaded or compared, and never among its rows afterwards.

    Rows have no cycles, and there are millions of them: each search would hold every thread for seconds. They are
    freed as soon as nobody refers to them, as ever.
    """
    global _working
    with _lock:
        if not _working:
            # What is garbage by now would stay for ever.
            gc.collect()
            gc.disable()
        _working += 1
    try:
        yield
    finally:
        with _lock:
            _working -= 1
            gc.freeze()
            if not _working:
                gc.enable()
