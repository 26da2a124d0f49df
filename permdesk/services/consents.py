"""Consents: the records of those that were made, what they teach for the next one, and the list of those to make."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import permdesk
from permdesk.domain.consent import ConsentPlan
from permdesk.domain.consent_list import ConsentList
from permdesk.domain.consent_record import ConsentRecord
from permdesk.domain.consent_store import ConsentStore, KeptConsents
from permdesk.domain.experience import Experience, experience_with
from permdesk.domain.ports import CancelToken
from permdesk.domain.retention import Retention
from permdesk.errors import StorageError, UsageError
from permdesk.reports.choice import Letterhead, Page
from permdesk.reports.document import Document
from permdesk.reports.file_format import FileFormat
from permdesk.services.history import SHORTEST_PREFIX
from permdesk.services.report import WritePdf
from permdesk.services.scan import NeverCancelled
from permdesk.whole_file import writing_whole

#: The formats in which a record can be saved.
RECORD_FORMATS = (FileFormat.PDF, FileFormat.HTML, FileFormat.JSON)
_LISTS = "permdesk-cli consents lists those it has."


class Consents:
    """Keeps, finds and writes records of consents; any thread may ask. Each method may raise StorageError.

    Args:
        store: where they are kept.
        write_pdf: writes a document on pages.
        now: the present moment, with time zone.
    """

    def __init__(self, *, store: ConsentStore, write_pdf: WritePdf, now: Callable[[], datetime]) -> None:
        self._store = store
        self._write_pdf = write_pdf
        self._now = now

    # Records

    def keep(self, record: ConsentRecord) -> None:
        """Keep a record; a later reading of the same consent replaces it."""
        self._store.keep(record)

    def of_tenant(self, *, cloud: str, tenant_id: str, app_id: str | None = None) -> KeptConsents:
        """Return the records of a tenant, or of one of its apps, newest first."""
        return self._store.of_tenant(cloud=cloud, tenant_id=tenant_id, app_id=app_id)

    def all(self) -> KeptConsents:
        """Return the records of every tenant, newest first."""
        return self._store.all()

    def named(self, word: str) -> ConsentRecord:
        """Return the record of this id, or the one whose id begins so.

        Raises:
            UsageError: there is none, or there are several.
        """
        meant = word.casefold()
        found = [one for one in self._store.all().records if one.record_id.casefold().startswith(meant)]
        exact = [one for one in found if one.record_id.casefold() == meant]
        if exact:
            return exact[0]
        if not found:
            raise UsageError(f"The history has no record {word[:80]!r} of a consent", remedy=_LISTS)
        if len(found) > 1 or len(meant) < SHORTEST_PREFIX:
            raise UsageError(
                f"{word[:80]!r} does not name one record", remedy="Type more of its id, as permdesk-cli consents shows."
            )
        return found[0]

    def delete(self, records: Iterable[ConsentRecord]) -> int:
        """Delete records; return how many there were."""
        return self._store.delete([record.record_id for record in records])

    def tidy(self, rule: Retention) -> int:
        """Delete the records that the rule for scans does not keep; of each app the newest stays."""
        return self._store.tidy(rule, now=self._now())

    def experience(self, plan: ConsentPlan) -> tuple[Experience, ...]:
        """Return what earlier consents tell of the one that a preview is of."""
        profile = plan.profile.id if plan.profile is not None else ""
        known = self._store.like(
            cloud=plan.tenant.cloud, tenant_id=plan.tenant.id, app_id=plan.app_id, profile_id=profile
        )
        return experience_with(plan, known.records)

    # Paper and files

    def paper(self, record: ConsentRecord, *, locale: str = "en-GB") -> Document:
        """Return a record as the tree that pages and HTML are made of; it reads nothing."""
        from permdesk.reports.record_part import record_paper

        return record_paper(record, locale=locale, program_version=permdesk.__version__)

    def write(
        self,
        record: ConsentRecord,
        path: Path,
        file_format: FileFormat,
        *,
        page: Page | None = None,
        letterhead: Letterhead | None = None,
        locale: str = "en-GB",
        overwrite: bool = False,
        cancel: CancelToken | None = None,
    ) -> None:
        """Write a record to a file, whole or not at all.

        Args:
            record: what is written.
            path: where it goes.
            file_format: one of ``RECORD_FORMATS``, whatever the name ends in.
            page: the paper; A4 upright where none is named.
            letterhead: stands on the first page; none where none is named.
            locale: of dates and numbers.
            overwrite: a file of this name may be replaced.
            cancel: asked often.

        Raises:
            UsageError: the format is none of a record, or the file is there already and ``overwrite`` is False.
            Cancelled: the person cancelled; an older file of the name is as it was.
        """
        if file_format not in RECORD_FORMATS:
            raise UsageError(
                f"A record is not saved as {file_format.upper()}",
                remedy="Choose a name that ends in pdf, html or json.",
            )
        target = path.resolve()
        if target.exists() and not overwrite:
            raise UsageError(f"{path} exists already", remedy="Choose another name, or allow it to be replaced.")
        head = letterhead or Letterhead()
        try:
            with writing_whole(target) as stream:
                self._into(stream, record, file_format, page or Page(), head, locale, cancel or NeverCancelled())
        except OSError as problem:
            raise StorageError(
                f"{path} cannot be written",
                detail=f"{problem.strerror or problem}. Nothing was saved.",
                remedy="Choose a folder you may write to, with enough room.",
            ) from problem

    def _into(
        self,
        stream: BinaryIO,
        record: ConsentRecord,
        file_format: FileFormat,
        page: Page,
        head: Letterhead,
        locale: str,
        cancel: CancelToken,
    ) -> None:
        if file_format is FileFormat.JSON:
            from permdesk.reports.record_document import record_json

            stream.write(record_json(record))
            return
        document = self.paper(record, locale=locale)
        if file_format is FileFormat.PDF:
            self._write_pdf(document, stream, page, head, progress=lambda _done: None, cancel=cancel)
            return
        from permdesk.reports.html import render_html

        stream.writelines(piece.encode() for piece in render_html(document, letterhead=head))

    # The list of consents to make

    def list_of(self, *, cloud: str, tenant_id: str) -> ConsentList | None:
        """Return the list of a tenant; None for none."""
        return self._store.list_of(cloud=cloud, tenant_id=tenant_id)

    def keep_list(self, made: ConsentList) -> None:
        """Keep the list of a tenant; an empty one is forgotten."""
        self._store.keep_list(made)
