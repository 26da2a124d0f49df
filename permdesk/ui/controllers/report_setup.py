"""What is kept of how reports were made last, and what can be chosen of a tenant."""

import heapq
import re
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QStandardPaths

from permdesk.domain.finding import Comparison
from permdesk.domain.text import inert
from permdesk.presentation.appearance import VERDICT
from permdesk.reports.check_document import worth_telling
from permdesk.reports.choice import Choice, Form, Letterhead, Page, Paper
from permdesk.reports.file_format import FileFormat
from permdesk.ui.controllers.appearance import AppearanceController
from permdesk.ui.views.report.parts import usual_locale, usual_paper
from permdesk.ui.views.report.setup import AppChoice

#: Apps that are sorted in one go: a millisecond or so.
_PIECE: Final = 1000


class Kept:
    """Between the settings and what a person chooses of a report."""

    def __init__(self, appearance: AppearanceController) -> None:
        self._appearance = appearance

    def choice(self, letterhead: Letterhead) -> Choice:
        """Return what to begin with: as it was the last time."""
        kept = self._appearance.settings.report
        paper = Paper(kept.paper) if kept.paper in set(Paper) else usual_paper()
        return Choice(
            form=Form.LONG if kept.long else Form.SHORT,
            letterhead=letterhead,
            page=Page(paper=paper, landscape=kept.landscape, colour=kept.colour),
            locale=kept.locale or usual_locale(),
        )

    def keep(self, choice: Choice, *, printer: str | None = None, folder: str | None = None, kind: str = "") -> None:
        """Begin with this the next time; None leaves printer or folder as they are."""
        settings = self._appearance.settings
        before = settings.report
        settings.report = replace(
            before,
            long=choice.form is Form.LONG,
            # Those usual here are not written down: they follow whoever moves elsewhere.
            paper="" if choice.page.paper is usual_paper() else choice.page.paper.value,
            locale="" if choice.locale == usual_locale() else choice.locale,
            landscape=choice.page.landscape,
            colour=choice.page.colour,
            printer=before.printer if printer is None else printer,
            folder=before.folder if folder is None else folder,
            format=kind or before.format,
        )
        self._appearance.save()

    @property
    def printer(self) -> str:
        """The printer that was printed to last; empty where none was."""
        return self._appearance.settings.report.printer

    @property
    def format(self) -> FileFormat:
        """The format that was saved last."""
        kept = self._appearance.settings.report.format
        return FileFormat(kept) if kept in set(FileFormat) else FileFormat.PDF

    def place(self, name: str) -> str:
        """Return where a file of a name is offered to be saved: in the folder used last, if it is still there."""
        kept = self._appearance.settings.report.folder
        folder = Path(kept) if kept else None
        if folder is None or not folder.is_dir():
            usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            folder = Path(usual) if usual and Path(usual).is_dir() else Path.home()
        return str(folder / name)


def file_name(comparison: Comparison) -> str:
    """Return what a file about a tenant is called, without its suffix."""
    tenant = comparison.tenant
    domain = re.sub(r"[^\w.-]+", "-", tenant.default_domain or tenant.id)[:80].strip(".-") or "tenant"
    return f"{domain}-{comparison.read_at.date().isoformat()}"


def app_choices(comparison: Comparison) -> list[AppChoice]:
    """Return the apps of which a report can tell, those with a profile first; on a large tenant it takes a while."""
    rows = [
        (app.profile is None, app.display_name.casefold(), place, app)
        for place, app in enumerate(comparison.apps)
        if worth_telling(app) or app.profile is not None
    ]
    # To sort them all at once would hold the window for as long as that takes.
    pieces = [sorted(rows[begin : begin + _PIECE]) for begin in range(0, len(rows), _PIECE)]
    return [
        AppChoice(
            app.key,
            inert(app.display_name, 160) or "(no name)",
            VERDICT[app.verdict].label,
            app.profile is not None,
        )
        for *_, app in heapq.merge(*pieces)
    ]
