"""Report: gather what is told of tenants, and write it as a file."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import permdesk
from permdesk.domain.finding import Baseline, Comparison, Verdict
from permdesk.domain.fingerprint import fingerprint
from permdesk.domain.ports import CancelToken
from permdesk.domain.scan_store import ScanStore
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import Cancelled, FormatError, StorageError, UsageError
from permdesk.presentation.requirement import NeedCounts, app_need_counts
from permdesk.presentation.summary import summarize
from permdesk.reports.charts import TrendPoint
from permdesk.reports.choice import Choice, Letterhead, Page
from permdesk.reports.document import Document
from permdesk.reports.file_format import FileFormat
from permdesk.reports.subject import Subject
from permdesk.services.compare import Compare
from permdesk.services.history import History
from permdesk.services.letting_go import let_go
from permdesk.services.scan import NeverCancelled
from permdesk.whole_file import writing_whole

#: Days of a trend, this one's included.
MOST_POINTS = 12
#: Apps of all earlier scans of a trend together: each scan is loaded and compared. Two points come whatever it costs.
MOST_APPS = 60_000

Progress = Callable[[float], None]


class WritePdf(Protocol):
    """Lays a document out on pages and writes them; raises Cancelled, OSError and whatever a logo is wrong with."""

    def __call__(
        self,
        document: Document,
        target: BinaryIO,
        page: Page,
        letterhead: Letterhead,
        *,
        progress: Progress,
        cancel: CancelToken,
    ) -> None:
        """Write; ``progress`` is told from 0 to 1 how much is done."""
        ...


def _no_progress(_done: float) -> None:
    return None


class Report:
    """Makes reports; any thread may.

    Args:
        compare: compares earlier scans for the trend.
        scans: the kept scans.
        history: the scan before, and the difference.
        write_pdf: writes a document on pages.
    """

    def __init__(self, *, compare: Compare, scans: ScanStore, history: History, write_pdf: WritePdf) -> None:
        self._compare = compare
        self._scans = scans
        self._history = history
        self._write_pdf = write_pdf

    def subject(
        self, snapshot: Snapshot, comparison: Comparison, *, trend: bool = True, cancel: CancelToken | None = None
    ) -> Subject:
        """Return everything a report tells of one tenant.

        Args:
            snapshot: the scan.
            comparison: of this scan, with whatever a person ticked.
            trend: earlier scans are compared too, as many as ``MOST_POINTS`` and ``MOST_APPS`` permit.
            cancel: asked between two scans.

        Raises:
            StorageError: history or catalog cannot be read.
            Cancelled: the person cancelled.
        """
        changes = None
        if (older := self._previous(snapshot)) is not None:
            changes = self._history.diff(older, snapshot)
        points = self.trend(snapshot, comparison, cancel=cancel) if trend else ()
        return Subject(
            comparison=comparison,
            summary=summarize(comparison),
            fingerprint=fingerprint(snapshot),
            program_version=permdesk.__version__,
            judged_on=self._compare.today(snapshot),
            changes=changes,
            trend=points,
        )

    def _previous(self, snapshot: Snapshot) -> Snapshot | None:
        try:
            return self._history.previous(snapshot)
        except FormatError:
            # A damaged scan of last year must not keep this year's report from being made.
            return None

    def trend(
        self, snapshot: Snapshot, comparison: Comparison, *, cancel: CancelToken | None = None
    ) -> tuple[TrendPoint, ...]:
        """Return the last scan of each day on which one was kept, oldest first, this scan last; () for it alone.

        Args:
            snapshot: the scan.
            comparison: of this scan.
            cancel: asked between two scans.

        Raises:
            StorageError: history or catalog cannot be read.
            Cancelled: the person cancelled.
        """
        hurry = cancel or NeverCancelled()
        points = {snapshot.read_at.date(): _point(comparison)}
        tenant, apps = snapshot.tenant, 0
        for record in self._history.timeline(cloud=tenant.cloud, tenant_id=tenant.id):
            day = record.read_at.date()
            if record.read_at >= snapshot.read_at or day in points:
                continue
            apps += record.apps
            if len(points) == MOST_POINTS or (apps > MOST_APPS and len(points) > 1):
                break
            if hurry.is_set():
                raise Cancelled
            if (point := self._point_of(record.scan_id, hurry)) is not None:
                points[day] = point
        return tuple(points[day] for day in sorted(points)) if len(points) > 1 else ()

    def _point_of(self, scan_id: str, hurry: CancelToken) -> TrendPoint | None:
        """Return what a kept scan comes to; None where it was deleted meanwhile, or is damaged."""
        try:
            snapshot = self._scans.load(scan_id)
        except FormatError:
            return None
        if snapshot is None:
            return None
        comparison = self._compare(snapshot)
        point = _point(comparison)
        # Freed at once, a large tenant would hold every other thread.
        held: list[object] = [comparison, snapshot]
        del comparison, snapshot
        let_go(held, hurry=hurry)
        return point

    def write(
        self,
        subjects: Sequence[Subject],
        choice: Choice,
        file_format: FileFormat,
        path: Path,
        *,
        overwrite: bool = False,
        progress: Progress = _no_progress,
        cancel: CancelToken | None = None,
    ) -> None:
        """Write a report to a file, whole or not at all.

        Args:
            subjects: the tenants, at least one.
            choice: what the person chose.
            file_format: of the file, whatever its name ends in.
            path: where it goes.
            overwrite: a file of this name may be replaced.
            progress: told from 0 to 1 how much is done.
            cancel: asked often.

        Raises:
            UsageError: the file is there already, and ``overwrite`` is False.
            StorageError: it cannot be written; an older file of the name is as it was.
            Cancelled: the person cancelled, and likewise.
        """
        target = path.resolve()
        _free(target, path, overwrite=overwrite)
        try:
            with writing_whole(target) as stream:
                self._into(stream, subjects, choice, file_format, progress, cancel or NeverCancelled())
                # Somebody may have put a file there meanwhile.
                _free(target, path, overwrite=overwrite)
        except OSError as problem:
            raise _unwritten(path, problem) from problem
        progress(1.0)

    def pieces(
        self, subjects: Sequence[Subject], choice: Choice, file_format: FileFormat, cancel: CancelToken | None = None
    ) -> Iterator[bytes]:
        """Return a report that is text, piece by piece, for a terminal or a pipe; CSV without its byte order mark.

        Raises:
            UsageError: the format is none that can be printed.
            Cancelled: the person cancelled.
        """
        match file_format:
            case FileFormat.CSV:
                return self._csv(subjects, choice, _no_progress, cancel or NeverCancelled())
            case FileFormat.JSON:
                return iter((_json(subjects, choice),))
            case FileFormat.HTML:
                return _html(subjects, choice)
            case _:
                raise UsageError(f"{file_format.upper()} is no text", remedy="Name a file to write it to.")

    def _into(
        self,
        stream: BinaryIO,
        subjects: Sequence[Subject],
        choice: Choice,
        file_format: FileFormat,
        progress: Progress,
        cancel: CancelToken,
    ) -> None:
        match file_format:
            case FileFormat.PDF:
                from permdesk.reports.compose import compose

                self._write_pdf(
                    compose(subjects, choice), stream, choice.page, choice.letterhead, progress=progress, cancel=cancel
                )
            case FileFormat.XLSX:
                _workbook(stream, subjects, choice, _of_rows(subjects, progress), cancel)
            case FileFormat.CSV:
                from permdesk.reports.tables.csv_file import BOM

                stream.write(BOM)
                stream.writelines(self._csv(subjects, choice, _of_rows(subjects, progress), cancel))
            case _:
                stream.writelines(self.pieces(subjects, choice, file_format, cancel))

    @staticmethod
    def _csv(
        subjects: Sequence[Subject], choice: Choice, progress: Callable[[int], None], cancel: CancelToken
    ) -> Iterator[bytes]:
        from permdesk.reports.tables.csv_file import csv_lines

        return csv_lines(subjects, choice.apps, progress=progress, cancel=cancel)


def _free(target: Path, path: Path, *, overwrite: bool) -> None:
    if target.exists() and not overwrite:
        raise UsageError(f"{path} exists already", remedy="Choose another name, or allow it to be replaced.")


def _unwritten(path: Path, problem: OSError) -> StorageError:
    where = f" ({problem.filename})" if isinstance(problem.filename, str) else ""
    return StorageError(
        f"{path} cannot be written",
        detail=f"{problem.strerror or problem}{where}. Nothing was saved, and an older file of that name is unchanged.",
        remedy="Choose a folder you may write to, with enough room.",
    )


def _of_rows(subjects: Sequence[Subject], progress: Progress) -> Callable[[int], None]:
    """Return what takes a number of rows for what it is of all; rows of other kinds are few."""
    most = sum(len(app.findings) for subject in subjects for app in subject.comparison.apps) or 1
    return lambda rows: progress(min(0.99, rows / most))


def _workbook(
    stream: BinaryIO, subjects: Sequence[Subject], choice: Choice, progress: Callable[[int], None], cancel: CancelToken
) -> None:
    from permdesk.reports.tables.sheets import sheets
    from permdesk.reports.tables.workbook import write_workbook

    names = ", ".join(subject.comparison.tenant.name for subject in subjects[:3])
    write_workbook(
        sheets(subjects, choice.apps),
        stream,
        title=f"{names} · App permissions: summary of compliance",
        author=choice.letterhead.firm,
        created=max(subject.comparison.read_at for subject in subjects),
        page=choice.page,
        progress=progress,
        cancel=cancel,
    )


def _json(subjects: Sequence[Subject], choice: Choice) -> bytes:
    from permdesk.reports.report_document import report_document

    return json.dumps(report_document(subjects, choice.apps), indent=2, ensure_ascii=True).encode() + b"\n"


def _html(subjects: Sequence[Subject], choice: Choice) -> Iterator[bytes]:
    from permdesk.reports.compose import compose
    from permdesk.reports.html import render_html

    pieces = render_html(compose(subjects, choice), letterhead=choice.letterhead)
    return (piece.encode() for piece in pieces)


def _point(comparison: Comparison) -> TrendPoint:
    """Return what a scan came to: apps held against a vendor's page that are, or may be, in the tenant."""
    matched = [
        app for app in comparison.apps if app.baseline is Baseline.PROFILE and app.verdict is not Verdict.NOT_INSTALLED
    ]
    need = sum(map(app_need_counts, matched), NeedCounts())
    return TrendPoint(
        day=comparison.read_at.date(),
        needed=need.needed,
        granted=need.granted,
        missing=need.missing,
        excess=need.beyond,
        unread=need.unread,
        complete=bool(comparison.reads) and all(read.complete for read in comparison.reads),
    )
