"""Sends what a child process logs to the process that has the log file, without what looks like a secret."""

import logging
from collections.abc import Callable

from permdesk.redaction import redact


class _OverTheLine(logging.Handler):
    def __init__(self, tell: Callable[[str, int, str], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(record.name, record.levelno, redact(self.format(record)))


def send_logs(tell: Callable[[str, int, str], None], level: int) -> None:
    """Hand every record of permdesk on from now.

    Args:
        tell: receives name, level and text.
        level: of records that are told.
    """
    ours = logging.getLogger("permdesk")
    ours.setLevel(level)
    ours.addHandler(_OverTheLine(tell))
