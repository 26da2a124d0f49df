"""Finds threads and Qt timers that a test leaves running, and names the line that started them (napari's idea)."""

import gc
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

_GRACE_SECONDS = 2.0
_births: "weakref.WeakKeyDictionary[Any, str]" = weakref.WeakKeyDictionary()
_qt_watched = False


def _remember_births(owner: type, method: str) -> None:
    """Wrap ``owner.method`` so that every object notes who started it."""
    original: Callable[..., Any] = getattr(owner, method)

    def start(self: Any, *args: Any, **named: Any) -> Any:
        _births[self] = _birthplace()
        return original(self, *args, **named)

    setattr(owner, method, start)


def _birthplace() -> str:
    """Name the innermost line that belongs to neither this file nor a library."""
    for frame in reversed(traceback.extract_stack(limit=40)):
        if frame.filename != __file__ and "site-packages" not in frame.filename and "/lib/python" not in frame.filename:
            return f"{frame.filename}:{frame.lineno} ({frame.line})"
    return "somewhere in a library"


_remember_births(threading.Thread, "start")


def _watch_qt() -> Any:
    """Return QtCore if a test has imported it, watched from its first sight on."""
    global _qt_watched
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and not _qt_watched:
        _qt_watched = True
        for owner in (core.QThread, core.QTimer):
            _remember_births(owner, "start")
    return core


def _running_qt(core: Any) -> list[Any]:
    from shiboken6 import isValid

    return [
        thing
        for thing in list(_births)
        if isinstance(thing, core.QObject)
        and isValid(thing)
        and (thing.isRunning() if isinstance(thing, core.QThread) else thing.isActive())
    ]


def _left(before: set[Any]) -> list[Any]:
    threads = [thread for thread in threading.enumerate() if not thread.daemon and thread not in before]
    core = _watch_qt()
    return threads + ([thing for thing in _running_qt(core) if thing not in before] if core else [])


def _settle() -> None:
    """Let Qt delete what it was asked to, and Python what nobody holds."""
    core = sys.modules.get("PySide6.QtCore")
    application = core.QCoreApplication.instance() if core else None
    if core and application:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
        application.processEvents()
    gc.collect()


@contextmanager
def watched() -> Iterator[None]:
    """Fail if something that was started within is still running two seconds after."""
    core = _watch_qt()
    before: set[Any] = {*threading.enumerate(), *(_running_qt(core) if core else ())}
    yield
    deadline = time.monotonic() + _GRACE_SECONDS
    while (left := _left(before)) and time.monotonic() < deadline:
        _settle()
        time.sleep(0.01)
    if left:
        lines = [f"{thing!r}, started at {_births.get(thing, 'an unknown place')}" for thing in left]
        pytest.fail("left running:\n  " + "\n  ".join(lines), pytrace=False)
