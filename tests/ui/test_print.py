"""The print preview: what it shows, what a person chooses in it, and what it says where there is no printer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from permdesk.paths import Paths
from permdesk.reports.choice import Form, Letterhead, Paper
from permdesk.services.bundle import Services
from permdesk.services.target import FileTarget, SampleTarget
from permdesk.settings import Settings
from permdesk.ui.app import open_window
from permdesk.ui.controllers.jobs import Jobs, Tell
from permdesk.ui.controllers.preview import PrintPreview
from permdesk.ui.controllers.reports import BUSY, NO_SCAN
from permdesk.ui.tasks import Task, Tasks
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.problem import ProblemSheet
from permdesk.ui.views.report.app_chooser import AppChooserSheet
from permdesk.ui.views.report.job_strip import JobStrip
from permdesk.ui.views.report.letterhead import LetterheadSheet
from permdesk.ui.views.report.page_view import Fit
from permdesk.ui.views.report.setup import Apps
from permdesk.ui.window import Window
from tests.ui.driving import button, texts


class Opener(QObject):
    """What opens files in place of the system."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


@pytest.fixture
def opener() -> Iterator[Opener]:
    made = Opener()
    QDesktopServices.setUrlHandler("file", made, "show")
    yield made
    QDesktopServices.unsetUrlHandler("file")


@pytest.fixture
def preview(tenant: Window, qtbot: QtBot) -> PrintPreview:
    """The preview of the sample tenant, opened as a person does."""
    qtbot.waitUntil(tenant.isActiveWindow)
    qtbot.keyClick(tenant, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    made = tenant.reports.preview
    assert made is not None
    assert tenant.sheets.sheet is made.sheet
    qtbot.waitUntil(made.sheet.isVisible)
    return made


def _action(window: Window, words: str) -> QAction:
    return next(action for action in window.main_menu.actions() if action.text() == words)


def test_without_a_scan_print_is_shut_and_says_why(window: Window, qtbot: QtBot) -> None:
    for made in (window.top_bar.print, window.top_bar.export):
        assert not made.isEnabled()
        assert NO_SCAN in made.toolTip()
    for words in ("Print…", "Export…"):
        assert not _action(window, words).isEnabled()
        assert NO_SCAN in _action(window, words).toolTip()
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert window.sheets.sheet is None


def test_with_a_scan_it_is_open(tenant: Window) -> None:
    assert tenant.top_bar.print.isEnabled()
    assert "Ctrl+P" in tenant.top_bar.print.toolTip()
    assert _action(tenant, "Export…").isEnabled()
    tenant.top_bar.print.click()
    assert tenant.reports.preview is not None


def test_every_page_stands_in_small_and_large(preview: PrintPreview) -> None:
    count = preview.images.count
    assert count > 10
    sheet = preview.sheet
    assert sheet.small.model().rowCount() == count
    assert sheet.where.text() == f"Page 1 of {count}"
    last = sheet.small.model().index(count - 1, 0)
    assert last.data(Qt.ItemDataRole.AccessibleTextRole) == f"Page {count} of {count}"
    sheet.small.setCurrentIndex(last)
    assert sheet.pages.page == count - 1
    assert sheet.where.text() == f"Page {count} of {count}"
    assert sheet.pages.accessibleDescription() == f"Page {count} of {count}"


def test_keys_go_through_the_pages_and_change_their_size(preview: PrintPreview, qtbot: QtBot) -> None:
    pages = preview.sheet.pages
    assert preview.sheet.focusWidget() is pages
    qtbot.keyClick(pages, Qt.Key.Key_PageDown)
    qtbot.keyClick(pages, Qt.Key.Key_PageDown)
    assert pages.page == 2
    assert preview.sheet.small.currentIndex().row() == 2
    qtbot.keyClick(pages, Qt.Key.Key_End)
    assert pages.page == preview.images.count - 1
    qtbot.keyClick(pages, Qt.Key.Key_Home)
    qtbot.keyClick(pages, Qt.Key.Key_0)
    assert pages.fit is Fit.PAGE
    before = pages.zoom
    qtbot.keyClick(pages, Qt.Key.Key_Plus)
    assert pages.zoom > before
    assert preview.sheet.zoom.text() == f"{round(pages.zoom * 100)} %"
    button(preview.sheet, "Page width").click()
    assert pages.fit is Fit.WIDTH
    # The whole width is seen, and it is used.
    assert pages.horizontalScrollBar().maximum() == 0
    assert pages.zoom * preview.images.size[0] * 96 / 72 > pages.viewport().width() * 0.8


def test_short_is_short_and_letter_and_landscape_are_what_they_say(preview: PrintPreview) -> None:
    setup, before = preview.setup, preview.images.count
    setup.form.buttons[Form.SHORT].click()
    assert preview.images.count < before / 5
    assert not setup.apps.isVisibleTo(preview.sheet)
    setup.paper.choose(Paper.LETTER)
    setup.paper.chosen.emit(Paper.LETTER)
    assert preview.images.size == (612, 792)
    setup.turned.buttons[True].click()
    assert preview.images.size == (792, 612)


def _colourful(image: QImage) -> int:
    found = 0
    for y in range(0, image.height(), 2):
        for x in range(0, image.width(), 2):
            colour = image.pixelColor(x, y)
            found += (
                max(colour.red(), colour.green(), colour.blue()) - min(colour.red(), colour.green(), colour.blue()) > 24
            )
    return found


def test_black_and_white_shows_no_colour(preview: PrintPreview) -> None:
    def first() -> QImage:
        preview.images.image(0, 500)
        image = preview.images.image(0, 500)
        assert image is not None
        return image

    assert _colourful(first()) > 20
    preview.setup.colour.buttons[False].click()
    assert _colourful(first()) == 0


def test_apps_are_chosen_by_hand(preview: PrintPreview, qtbot: QtBot) -> None:
    setup, before = preview.setup, preview.images.count
    assert len(setup.offered) > 20
    button(preview.sheet, "Choose apps…").click()
    chooser = preview.sheet.findChild(AppChooserSheet)
    assert isinstance(chooser, AppChooserSheet)
    assert len(chooser.model.ticked) == sum(app.profiled for app in setup.offered)
    button(chooser, "Choose none").click()
    assert not chooser.done_button.isEnabled()
    qtbot.keyClicks(chooser.field, "svc-m365")
    assert [app.name for app in chooser.model.seen] == ["svc-m365-backup"]
    chooser.list.setCurrentIndex(chooser.model.index(0))
    qtbot.keyClick(chooser.list, Qt.Key.Key_Space)
    chooser.field.clear()
    chooser.done_button.click()
    assert setup.apps.current is Apps.CHOSEN
    assert setup.choice.apps == (next(app.key for app in setup.offered if app.name == "svc-m365-backup"),)
    assert preview.images.count < before
    assert preview.ready is not None
    titles = [title for title, _, _ in preview.ready.laid.outline]
    assert "svc-m365-backup" in titles
    assert "AvePoint Cloud Backup Express" not in titles


def test_choosing_nobody_after_all_goes_back(preview: PrintPreview) -> None:
    preview.setup.apps.choose(Apps.CHOSEN)
    preview.setup.apps.chosen.emit(Apps.CHOSEN)
    chooser = preview.sheet.findChild(AppChooserSheet)
    assert isinstance(chooser, AppChooserSheet)
    chooser.reject()
    assert preview.setup.apps.current is Apps.PROFILED


def test_without_a_printer_the_pages_are_there_and_pdf_is_offered(preview: PrintPreview) -> None:
    sheet = preview.sheet
    assert not sheet.print.isEnabled()
    assert "No printer is set up" in sheet.print.toolTip()
    assert "No printer is set up on this computer" in texts(sheet)
    assert sheet.save.isEnabled()
    assert sheet.save.isDefault()
    assert not sheet.details.isVisibleTo(sheet)


def _save(preview: PrintPreview, path: Path) -> None:
    button(preview.sheet, "Save as PDF…").click()
    dialog = preview.dialog
    assert isinstance(dialog, QFileDialog)
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert not dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)
    assert Path(dialog.selectedFiles()[0]).name == "larkfield.example-2026-11-22.pdf"
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_a_pdf_is_saved_and_can_be_opened(
    tenant: Window, preview: PrintPreview, tmp_path: Path, opener: Opener, paths: Paths
) -> None:
    path = tmp_path / "for the auditor.pdf"
    path.write_bytes(b"older")
    _save(preview, path)
    assert tenant.sheets.sheet is None
    assert path.read_bytes().startswith(b"%PDF-1.4")
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix != ""] == ["for the auditor.pdf"]
    assert f"Saved as {path}" in texts(tenant.jobs)
    button(tenant.jobs, "Open").click()
    button(tenant.jobs, "Show in folder").click()
    assert opener.opened == [str(path), str(tmp_path)]
    button(tenant.jobs, "Close this line").click()
    assert not tenant.jobs.isVisible()
    assert Settings.load(paths.settings_file).report.folder == str(tmp_path)


def test_a_folder_that_may_not_be_written_to_is_said_and_nothing_is_left(
    tenant: Window, preview: PrintPreview, read_only: Path
) -> None:
    _save(preview, read_only / "summary.pdf")
    problem = tenant.sheets.sheet
    assert isinstance(problem, ProblemSheet)
    assert "cannot be written" in texts(problem)
    assert "Choose a folder you may write to" in texts(problem)
    assert list(read_only.iterdir()) == []
    assert not tenant.jobs.isVisible()


def test_what_was_chosen_is_there_the_next_time(tenant: Window, preview: PrintPreview, paths: Paths) -> None:
    setup = preview.setup
    setup.form.buttons[Form.SHORT].click()
    setup.turned.buttons[True].click()
    setup.colour.buttons[False].click()
    setup.region.choose("de-DE")
    setup.region.chosen.emit("de-DE")
    assert "28.03.2026, 12.345" in texts(setup)
    preview.sheet.reject()
    kept = Settings.load(paths.settings_file).report
    assert (kept.long, kept.landscape, kept.colour, kept.locale) == (False, True, False, "de-DE")
    tenant.reports.print()
    assert tenant.reports.preview is not None
    choice = tenant.reports.preview.setup.choice
    assert (choice.form, choice.page.landscape, choice.page.colour, choice.locale) == (Form.SHORT, True, False, "de-DE")


def test_the_letterhead_is_changed_from_here_and_stands_on_the_pages(preview: PrintPreview, paths: Paths) -> None:
    button(preview.sheet, "Letterhead…").click()
    sheet = preview.sheet.findChild(LetterheadSheet)
    assert isinstance(sheet, LetterheadSheet)
    sheet.form.firm.setText("Harbour Lane Advisers")
    sheet.form.address.setPlainText("4 Harbour Lane\n\nTidewell")
    sheet.accept()
    assert preview.setup.choice.letterhead == Letterhead(
        firm="Harbour Lane Advisers", address=("4 Harbour Lane", "Tidewell")
    )
    assert "Harbour Lane Advisers" in texts(preview.setup)
    assert Settings.load(paths.settings_file).report_head.firm == "Harbour Lane Advisers"


def test_ctrl_p_in_the_sheet_without_a_printer_does_nothing(preview: PrintPreview, qtbot: QtBot) -> None:
    qtbot.keyClick(preview.sheet, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert preview.sheet.isVisible()


def test_laying_out_can_be_stopped_and_begun_again(
    qapp: QApplication, qtbot: QtBot, services: Services, paths: Paths
) -> None:
    window = open_window(qapp, services, paths=paths, tasks=Tasks())
    try:
        window.resize(1280, 720)
        window.show()
        window.open(SampleTarget())
        qtbot.waitUntil(lambda: window.workspace.shown is not None, timeout=20_000)
        window.reports.print()
        preview = window.reports.preview
        assert preview is not None
        # Nothing was heard of the pages yet: that takes a turn of the event loop.
        assert "Gathering" in texts_now(preview)
        preview.sheet.stop.click()
        assert preview.images.count == 0
        assert not preview.sheet.save.isEnabled()
        qtbot.waitUntil(lambda: not window.workspace.tasks.busy, timeout=20_000)
        assert preview.ready is None
        assert preview.sheet.pages.accessibleDescription() == "Stopped. Nothing was laid out."
        button(preview.sheet, "Lay out again").click()
        qtbot.waitUntil(lambda: preview.images.count > 10, timeout=20_000)
        assert preview.sheet.save.isEnabled()
        assert not preview.sheet.again.isVisible()
        preview.sheet.reject()
    finally:
        window.close()
        window.deleteLater()


def texts_now(preview: PrintPreview) -> str:
    """Return what labels say, without a turn of the event loop."""
    return "\n".join(label.text() for label in preview.sheet.findChildren(QLabel) if label.isVisibleTo(preview.sheet))


_HOSTILE = "<b>=cmd|'/c calc'!A0</b>\u202etxt.exe\n\x00\x1b[31m \U0001f980 עברית " + "W" * 10_000


@pytest.mark.parametrize("bare", [False, True], ids=["apps", "no-apps"])
def test_hostile_names_and_a_tenant_without_apps_are_printed_like_any_other(
    window: Window, tmp_path: Path, services: Services, bare: bool
) -> None:
    window.workspace.open(SampleTarget())
    shown = window.workspace.shown
    assert shown is not None
    tenant = replace(
        shown.snapshot.tenant,
        id="5b1f7c0e-88d2-4a35-9d61-2f0c6be3a418",
        name=_HOSTILE,
        default_domain="../../etc/passwd\x00<i>" + "d" * 300,
    )
    snapshot = replace(shown.snapshot, tenant=tenant, scan_id="0f0f0f0f-1111-4222-8333-944455556666")
    if bare:
        snapshot = replace(
            snapshot, registrations=(), service_principals=(), app_role_assignments=(), delegated_grants=()
        )
    file = tmp_path / "hostile.permdesk"
    services.save_scan(snapshot, file)
    window.workspace.open(FileTarget(file))
    window.reports.print()
    preview = window.reports.preview
    assert preview is not None
    assert preview.images.count > (2 if bare else 20)
    assert "\u202e" not in texts(preview.sheet)
    assert preview.images.image(0, 300) is not None
    button(preview.sheet, "Save as PDF…").click()
    assert isinstance(preview.dialog, QFileDialog)
    offered = Path(preview.dialog.selectedFiles()[0])
    assert offered.name.startswith("etc-passwd")
    assert len(offered.name) < 120
    preview.dialog.fileSelected.emit(str(tmp_path / "out.pdf"))
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")


# Work in the background


class Slow:
    """Work that goes on until it is cancelled."""

    def __call__(self, task: Task, tell: Tell) -> int:
        done = 0
        while not task.cancel.wait(0.005):
            done += 1
            tell(f"Printing page {done} of 1,000,000", done, 1_000_000)
        return done


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    tasks = Tasks()
    strip = JobStrip(Theme())
    qtbot.addWidget(strip)
    made = Jobs(tasks, strip)
    made.strip = strip  # type: ignore[attr-defined]
    yield made
    tasks.close()


def test_work_tells_how_far_it_came_and_stops_when_asked(jobs: Jobs, qtbot: QtBot) -> None:
    strip: JobStrip = jobs.strip  # type: ignore[attr-defined]
    strip.show()
    ended: list[object] = []
    jobs.start(
        "Printing",
        Slow(),
        done=lambda pages: (f"{pages}", ()),
        failed=ended.append,
        cancelled=lambda: "Cancelled. Nothing was printed.",
    )
    assert jobs.busy
    qtbot.waitUntil(lambda: "of 1,000,000" in strip.words.text())
    button(strip, "Cancel").click()
    assert strip.words.text() == "Cancelling"
    qtbot.waitUntil(lambda: not jobs.busy)
    assert strip.words.text() == "Cancelled. Nothing was printed."
    assert not strip.cancel.isVisibleTo(strip)
    assert not ended


def test_closing_the_window_amid_a_job_asks_first(tenant: Window, qtbot: QtBot) -> None:
    tenant.reports.jobs._set_busy(True)
    assert BUSY in tenant.top_bar.print.toolTip()
    tenant.close()
    assert tenant.isVisible()
    sheet = tenant.sheets.sheet
    assert sheet is not None
    assert "Stop and close?" in texts(sheet)
    tenant.reports.jobs._set_busy(False)
    assert tenant.sheets.sheet is None
    assert tenant.top_bar.print.isEnabled()
