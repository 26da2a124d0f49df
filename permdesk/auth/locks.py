"""A lock between processes: it ends with the process that holds it, however that ends."""

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from permdesk.errors import Cancelled

#: Seconds between two tries.
_PAUSE = 0.05


@contextlib.contextmanager
def between_processes(file: Path, *, seconds: float, ending: threading.Event) -> Iterator[bool]:
    """Hold the lock on a file; yield whether it came in time. Without it the block goes on all the same.

    Args:
        file: exists for the lock alone; it is made, and stays.
        seconds: how long to wait for another process.
        ending: set once the program ends.

    Raises:
        Cancelled: the program ends.
        OSError: the file cannot be made.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(file, mode=0o600)
    end = time.monotonic() + seconds
    held = False
    while not held:
        try:
            lock.acquire(timeout=0)
            held = True
        except Timeout:
            if time.monotonic() >= end:
                break
            if ending.wait(_PAUSE):
                raise Cancelled from None
    try:
        yield held
    finally:
        if held:
            lock.release()
