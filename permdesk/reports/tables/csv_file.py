r"""Writes the permissions of a report as CSV (RFC 4180): one flat table, a row for each permission.

Decided here, and said in the help:

- A file begins with a byte order mark, for without it Excel takes UTF-8 for the code page of its computer; readers
  made for it pass over the mark (Python: ``utf-8-sig``). What goes through a pipe has none.
- Lines end in CR LF, fields stand between commas, every field that is text is quoted.
- A text that a spreadsheet could take for a formula gets an apostrophe before it: one that begins with ``=``, ``+``,
  ``-``, ``@``, tab or CR, their full-width forms too, and one that would begin so where the reader splits at
  semicolons, tabs or bars instead of commas, as Excel does in half of Europe.
- What was not read is told in rows of its own, so that the table never looks complete where it is not.
"""

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

from permdesk.domain.finding import AppComparison
from permdesk.domain.ports import CancelToken
from permdesk.errors import Cancelled
from permdesk.presentation.appearance import Look
from permdesk.reports.compose.unread import why_words
from permdesk.reports.subject import Subject, UnreadTenant
from permdesk.reports.tables.permissions import COLUMNS as PERMISSION
from permdesk.reports.tables.permissions import NOT_READ, SECTION, Section, app_cells, permission_rows
from permdesk.reports.tables.sheet import Value, cell_text
from permdesk.reports.tables.sheets import is_told

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()

_FORMULA = r"=+\-@\t\r＝＋－＠"
_BEGINS = re.compile(rf'^[\s"]*[{_FORMULA}]')
_BEGINS_ELSEWHERE = re.compile(rf'([;|\t])(?=[\s"]*[{_FORMULA}])')

_BEGIN = ("Record", "Tenant", "Tenant ID", "Read at", "Scan", "Everything read", "Held against")
_APP = ("App", "App ID", "Verdict")
HEAD = (*_BEGIN, *_APP, *(column.title for column in PERMISSION))
_HELD_AGAINST = {Section.VENDORS: "vendor's page", Section.MANIFESTS: "own manifest", Section.OTHERS: "nothing"}
#: Rows between two looks at whether to go on.
_EVERY = 500


def csv_lines(
    subjects: Sequence[Subject],
    chosen: tuple[str, ...] | None,
    *,
    unread: Sequence[UnreadTenant] = (),
    progress: Callable[[int], None],
    cancel: CancelToken,
) -> Iterator[bytes]:
    """Yield the lines of a report, the head first, each with its end.

    Args:
        subjects: the tenants.
        chosen: keys of the apps to tell of; None for all.
        unread: tenants that belong to the report and were not read: a row for each comes first.
        progress: told every so often how many rows are made.
        cancel: asked as often.

    Raises:
        Cancelled: the person cancelled.
    """
    yield _line(HEAD)
    for one in unread:
        yield _line(_of_unread(one))
    number = 0
    for subject in subjects:
        for row in _rows(subject, chosen):
            yield _line(row)
            number += 1
            if number % _EVERY == 0:
                if cancel.is_set():
                    raise Cancelled
                progress(number)


def _rows(subject: Subject, chosen: tuple[str, ...] | None) -> Iterator[Sequence[Value]]:
    comparison = subject.comparison
    tenant = comparison.tenant
    complete = bool(comparison.reads) and all(read.complete for read in comparison.reads)
    begin = (tenant.name or "Tenant not read", tenant.id, comparison.read_at, comparison.scan_id, complete)
    for gap in subject.summary.gaps:
        read = gap.read
        api = read.resource or read.resource_app_id
        words = " ".join(filter(None, (read.detail, read.remedy)))
        what: dict[str, Value] = {"API": api, "Status": NOT_READ, "Reason": words, "API ID": read.resource_app_id}
        cells = (*(None,) * len(_APP), *(what.get(column.title) for column in PERMISSION))
        yield ("not read", *begin, read.read.value, *cells)
    for app in comparison.apps:
        if is_told(app, chosen):
            yield from _of_app(app, begin)


def _of_unread(one: UnreadTenant) -> Sequence[Value]:
    what: dict[str, Value] = {"Status": NOT_READ, "Reason": why_words(one)}
    cells = (*(None,) * len(_APP), *(what.get(column.title) for column in PERMISSION))
    return ("not read", one.name, one.tenant_id or None, None, None, False, "tenant", *cells)


def _of_app(app: AppComparison, begin: tuple[Value, ...]) -> Iterator[Sequence[Value]]:
    against = _HELD_AGAINST[SECTION[app.baseline]]
    if not app.findings:
        yield ("app", *begin, against, *app_cells(app), *(None,) * len(PERMISSION))
    for row in permission_rows(app):
        yield ("permission", *begin, against, *row)


def _line(row: Iterable[Value]) -> bytes:
    return (",".join(map(_field, row)) + "\r\n").encode()


def _field(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Look):
        return _quoted(value.label)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else str(value)


@functools.lru_cache(maxsize=2**15)
def _quoted(text: str) -> str:
    return f'"{disarmed(text).replace(chr(34), chr(34) * 2)}"'


def disarmed(text: str) -> str:
    """Return a text, inert, that no spreadsheet takes for a formula, whichever separator it splits at."""
    clean = cell_text(text)
    if _BEGINS.match(clean):
        clean = f"'{clean}"
    return _BEGINS_ELSEWHERE.sub(r"\1'", clean)
