"""How far a scan has come: one line for a person at a terminal, or a JSON document a line for a program."""

import contextlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from time import monotonic
from typing import Any

from permdesk.cli.terminal import note
from permdesk.domain.coverage import ReadName
from permdesk.domain.ports import Progress
from permdesk.domain.text import inert
from permdesk.presentation.progress import Pace, begun, moved, so_far, speed, time_left, waits
from permdesk.services.latest import Latest

_CLEAR = "\r\x1b[K"
#: Seconds between two looks of the line, and between two documents.
_LINE_EVERY, _JSON_EVERY = 0.1, 1.0
#: Letters of a line where the terminal does not tell how many it has.
_WIDE = 80


class Shown(StrEnum):
    """How progress is shown."""

    LINE = "line"
    JSON = "json"
    NONE = "none"


@contextlib.contextmanager
def showing(
    how: Shown, *, before: Mapping[ReadName, int], tenant: Mapping[str, str | None]
) -> Iterator[Callable[[Progress], None]]:
    """Yield what shows progress on standard error; a line is shown only where somebody watches.

    Args:
        how: a line, documents, or nothing.
        before: rows of each kind that the tenant's last scan had.
        tenant: ``cloud`` and ``tenant_id``, for the documents.
    """
    if how is Shown.NONE or (how is Shown.LINE and not sys.stderr.isatty()):
        yield _nothing
        return
    pace = begun(monotonic(), before)

    def tell(progress: Progress) -> None:
        nonlocal pace
        pace = moved(pace, progress, at=monotonic())
        if how is Shown.JSON:
            note(json.dumps(document(pace, tenant), ensure_ascii=True))
        else:
            columns = shutil.get_terminal_size((_WIDE, 24)).columns
            note(_CLEAR + line(pace, columns - 1), newline=False)

    try:
        with Latest(tell, every=_JSON_EVERY if how is Shown.JSON else _LINE_EVERY) as latest:
            yield latest
    finally:
        if how is Shown.LINE:
            note(_CLEAR, newline=False)


def _nothing(_progress: Progress) -> None:
    return None


def line(pace: Pace, limit: int) -> str:
    """Return how far a scan has come, in at most ``limit`` letters; what matters most comes first."""
    current = pace.progress.current if pace.progress is not None else ""
    parts = [so_far(pace), waits(pace).partition(" Nothing")[0] or time_left(pace), speed(pace), inert(current, 60)]
    text = ""
    for part in filter(None, parts):
        longer = f"{text} · {part}" if text else part
        if len(longer) > limit:
            break
        text = longer
    return text or so_far(pace)[: max(0, limit)]


def document(pace: Pace, tenant: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the same as the JSON document of resources/schemas/progress-1.json."""
    progress = pace.progress
    waiting = progress.waiting if progress is not None else None
    source = None
    if pace.total is not None:
        source = "announced" if pace.certain else "last-scan"
    return {
        "schema": "permdesk.progress/1",
        **tenant,
        "reading": inert(progress.current, 200) if progress is not None else "",
        "rows": pace.rows,
        "rows_kept": progress.kept if progress is not None else 0,
        "expected": pace.total,
        "expected_from": source,
        "rows_per_second": round(pace.rate, 1) if pace.rate is not None else None,
        "seconds_left": pace.shown,
        "seconds": round(pace.at - pace.began, 1),
        "waiting": {"seconds": waiting.seconds, "asked": waiting.asked} if waiting is not None else None,
        "reads": [
            {
                "read": step.read.value,
                "rows": step.rows,
                "expected": step.expected,
                "lists": step.lists,
                "ended": step.ended,
                "over": step.over,
            }
            for step in (progress.steps if progress is not None else ())
        ],
        "over": progress.over if progress is not None else False,
    }
