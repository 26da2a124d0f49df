"""Report: gather what is told of tenants, and write it as a file."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import permdesk
from permdesk.domain.finding import Comparison
from permdesk.domain.fingerprint import fingerprint
from permdesk.domain.ports import CancelToken
from permdesk.domain.scan_store import ScanStore
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import FormatError, StorageError, UsageError
from permdesk.presentation.summary import summarize
from permdesk.reports.choice import Choice, Letterhead, Page
from permdesk.reports.document import Document
from permdesk.reports.file_format import FileFormat
from permdesk.reports.subject import Subject, UnreadTenant
from permdesk.services.compare import Compare
from permdesk.services.history import History
from permdesk.services.scan import NeverCancelled
from permdesk.services.trend import Trend
from permdesk.whole_file import writing_whole

Progress = Callable[[float], None]
#: The tenants of a report, and those that belong to it and were not read.
About = tuple[Sequence[Subject], Sequence[UnreadTenant]]


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
        self._history = history
        self.trend = Trend(compare=compare, scans=scans, history=history)
        self._write_pdf = write_pdf

    def subject(
        self, snapshot: Snapshot, comparison: Comparison, *, trend: bool = True, cancel: CancelToken | None = None
    ) -> Subject:
        """Return everything a report tells of one tenant.

        Args:
            snapshot: the scan.
            comparison: of this scan, with whatever a person ticked.
            trend: earlier scans are compared too, as many as a trend takes.
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

    def write(
        self,
        subjects: Sequence[Subject],
        choice: Choice,
        file_format: FileFormat,
        path: Path,
        *,
        unread: Sequence[UnreadTenant] = (),
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
            unread: tenants that belong to the report and were not read.
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
                self._into(stream, (subjects, unread), choice, file_format, progress, cancel or NeverCancelled())
                # Somebody may have put a file there meanwhile.
                _free(target, path, overwrite=overwrite)
        except OSError as problem:
            raise _unwritten(path, problem) from problem
        progress(1.0)

    def pieces(
        self,
        subjects: Sequence[Subject],
        choice: Choice,
        file_format: FileFormat,
        *,
        unread: Sequence[UnreadTenant] = (),
        cancel: CancelToken | None = None,
    ) -> Iterator[bytes]:
        """Return a report that is text, piece by piece, for a terminal or a pipe; CSV without its byte order mark.

        Args:
            subjects: the tenants, at least one.
            choice: what the person chose.
            file_format: one that is text.
            unread: tenants that belong to the report and were not read.
            cancel: asked often.

        Raises:
            UsageError: the format is none that can be printed.
            Cancelled: the person cancelled.
        """
        match file_format:
            case FileFormat.CSV:
                return self._csv((subjects, unread), choice, _no_progress, cancel or NeverCancelled())
            case FileFormat.JSON:
                return iter((_json((subjects, unread), choice),))
            case FileFormat.HTML:
                return _html((subjects, unread), choice)
            case _:
                raise UsageError(f"{file_format.upper()} is no text", remedy="Name a file to write it to.")

    def _into(
        self,
        stream: BinaryIO,
        about: About,
        choice: Choice,
        file_format: FileFormat,
        progress: Progress,
        cancel: CancelToken,
    ) -> None:
        subjects, unread = about
        match file_format:
            case FileFormat.PDF:
                from permdesk.reports.compose import compose

                document = compose(subjects, choice, unread)
                self._write_pdf(document, stream, choice.page, choice.letterhead, progress=progress, cancel=cancel)
            case FileFormat.XLSX:
                _workbook(stream, about, choice, _of_rows(subjects, progress), cancel)
            case FileFormat.CSV:
                from permdesk.reports.tables.csv_file import BOM

                stream.write(BOM)
                stream.writelines(self._csv(about, choice, _of_rows(subjects, progress), cancel))
            case _:
                stream.writelines(self.pieces(subjects, choice, file_format, unread=unread, cancel=cancel))

    @staticmethod
    def _csv(about: About, choice: Choice, progress: Callable[[int], None], cancel: CancelToken) -> Iterator[bytes]:
        from permdesk.reports.tables.csv_file import csv_lines

        subjects, unread = about
        return csv_lines(subjects, choice.apps, unread=unread, progress=progress, cancel=cancel)


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
    stream: BinaryIO, about: About, choice: Choice, progress: Callable[[int], None], cancel: CancelToken
) -> None:
    from permdesk.reports.tables.sheets import sheets
    from permdesk.reports.tables.workbook import write_workbook

    subjects, unread = about
    names = ", ".join(subject.comparison.tenant.name for subject in subjects[:3])
    write_workbook(
        sheets(subjects, choice.apps, unread),
        stream,
        title=f"{names} · App permissions: summary of compliance",
        author=choice.letterhead.firm,
        created=max(subject.comparison.read_at for subject in subjects),
        page=choice.page,
        progress=progress,
        cancel=cancel,
    )


def _json(about: About, choice: Choice) -> bytes:
    from permdesk.reports.report_document import report_document

    return json.dumps(report_document(about[0], choice.apps, about[1]), indent=2, ensure_ascii=True).encode() + b"\n"


def _html(about: About, choice: Choice) -> Iterator[bytes]:
    from permdesk.reports.compose import compose
    from permdesk.reports.html import render_html

    pieces = render_html(compose(about[0], choice, about[1]), letterhead=choice.letterhead)
    return (piece.encode() for piece in pieces)
