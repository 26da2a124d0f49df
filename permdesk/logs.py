"""Log files by area, from which everything that looks like a secret is taken out before it is written."""

import contextlib
import logging
import logging.handlers
import time
from pathlib import Path

from permdesk.redaction import redact

#: Every area that logs, and what it speaks of; its logger is ``permdesk.<area>`` or one below.
AREAS = {
    "auth": "signing in and tokens, without the tokens",
    "graph": "requests to Microsoft Graph and their answers' outlines",
    "catalog": "profiles: the shipped ones and the person's own",
    "history": "the person's own database",
    "scan": "reading a tenant from start to end",
    "ui": "the window",
    "cli": "the command line",
}

_ROOT = logging.getLogger("permdesk")
_FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(name)s [%(threadName)s] %(message)s"
#: Control characters, line feed and tab excepted, as they are written in Python.
_INERT = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
_FILE_BYTES, _FILES = 1_000_000, 5


class RedactingFormatter(logging.Formatter):
    """Formats a whole record, exception and stack included, and only then takes the secrets out."""

    def __init__(self) -> None:
        super().__init__(_FORMAT, datefmt="%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished text of a record, redacted, without characters that would steer a terminal."""
        return redact(super().format(record)).translate(_INERT)


class _QuietFile(logging.handlers.RotatingFileHandler):
    """A log file that never gets in the way: where it cannot be written, the record is dropped."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Drop the record: logging's own answer prints it to stderr with its arguments, secrets and all."""

    def close(self) -> None:
        """Close the file, whatever its last lines come to on a full disk."""
        with contextlib.suppress(OSError):
            super().close()


def start(folder: Path, *, level: int = logging.INFO) -> str | None:
    """Write logs to ``folder/permdesk.log``, five files of a megabyte; starting again replaces the earlier start.

    Returns:
        A sentence for the person where no log can be written; permdesk goes on without.
    """
    stop()
    _ROOT.setLevel(level)
    file = folder / "permdesk.log"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _QuietFile(file, maxBytes=_FILE_BYTES, backupCount=_FILES - 1, encoding="utf-8", errors="replace")
    except OSError as error:
        # A handler all the same: without one, logging prints warnings to stderr, unredacted.
        _ROOT.addHandler(logging.NullHandler())
        return f"No log is written: {file} cannot be opened ({error.strerror or error})."
    handler.setFormatter(RedactingFormatter())
    _ROOT.addHandler(handler)
    return None


def stop() -> None:
    """Close the log file."""
    for handler in list(_ROOT.handlers):
        _ROOT.removeHandler(handler)
        handler.close()
