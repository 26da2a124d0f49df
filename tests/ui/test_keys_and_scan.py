"""Keys of the window, scanning with true threads, dropping a file, and high contrast."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from permdesk.paths import Paths
from permdesk.presentation.progress import Pace
from permdesk.presentation.tree import Segment
from permdesk.services.bundle import Services
from permdesk.services.target import SampleTarget
from permdesk.ui.app import open_window
from permdesk.ui.tasks import Tasks
from permdesk.ui.tokens import Scheme
from permdesk.ui.views.dialogs.bind import BindSheet
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.help import HelpSheet
from permdesk.ui.views.dialogs.question import QuestionSheet
from permdesk.ui.views.dialogs.sheet import Dim
from permdesk.ui.window import Window
from tests.ui.driving import show, texts

_CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def threaded(qapp: QApplication, qtbot: QtBot, services: Services, paths: Paths) -> Iterator[Window]:
    """A window whose work runs on threads, as it does for a person."""
    window = open_window(qapp, services, paths=paths, tasks=Tasks())
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    window.deleteLater()


def test_ctrl_and_a_number_choose_a_segment(tenant: Window, qtbot: QtBot) -> None:
    show(tenant, "svc-m365-backup")
    keys = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)
    for key, segment in reversed(list(zip(keys, list(Segment)[: len(keys)], strict=True))):
        qtbot.keyClick(tenant, key, _CTRL)
        assert tenant.permissions.segments.current is segment


def test_sheets_open_by_key(tenant: Window, qtbot: QtBot) -> None:
    show(tenant, "svc-m365-backup")
    for key, modifier, kind in (
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, HelpSheet),
        (Qt.Key.Key_B, _CTRL, BindSheet),
        (Qt.Key.Key_Return, _CTRL, ReconsentSheet),
    ):
        qtbot.keyClick(tenant, key, modifier)
        sheet = tenant.sheets.sheet
        assert isinstance(sheet, kind)
        assert tenant.findChildren(Dim)
        qtbot.keyClick(sheet, Qt.Key.Key_Escape)
        assert tenant.sheets.sheet is None
        assert not any(dim.isVisible() for dim in tenant.findChildren(Dim))


def test_ctrl_f_filters_in_the_pane_with_the_focus(tenant: Window, qtbot: QtBot) -> None:
    show(tenant, "svc-m365-backup")
    tenant.activateWindow()
    tenant.focus.pane(1)
    qtbot.keyClick(tenant, Qt.Key.Key_F, _CTRL)
    assert tenant.focusWidget() is tenant.permissions.field
    tenant.focus.pane(0)
    qtbot.keyClick(tenant, Qt.Key.Key_F, _CTRL)
    assert tenant.apps.isAncestorOf(tenant.focusWidget())
    assert tenant.focusWidget() is not tenant.apps.list


def test_no_key_is_given_twice(tenant: Window) -> None:
    given = [key.toString() for action in tenant.actions() for key in action.shortcuts()]
    assert len(given) == len(set(given))
    for needed in ("Ctrl+K", "Ctrl+F", "F5", "Ctrl+Return", "F6", "Shift+F6", "F8", "Shift+F8", "F4", "Ctrl+B",
                   "Ctrl+T", "Alt+Home", "F1", "Ctrl+1", "Ctrl+5"):  # fmt: skip
        assert needed in given


def test_a_scan_on_threads_arrives(threaded: Window, qtbot: QtBot) -> None:
    seen: list[Pace] = []
    threaded.workspace.scan_progress.connect(seen.append)
    threaded.open(SampleTarget())
    assert threaded.workspace.scanning
    assert not threaded.top_bar.scan.isEnabled()
    assert "Reading" in texts(threaded.apps)
    qtbot.waitUntil(lambda: threaded.workspace.shown is not None, timeout=30_000)
    assert not threaded.workspace.scanning
    assert threaded.top_bar.scan.isEnabled()
    assert seen
    last = seen[-1].progress
    assert last is not None
    assert last.over
    assert len(last.finished) > 3
    assert threaded.middle.currentWidget() is threaded.overview


def test_a_scan_is_cancelled_after_asking(threaded: Window, qtbot: QtBot) -> None:
    threaded.open(SampleTarget())
    qtbot.keyClick(threaded, Qt.Key.Key_Escape)
    sheet = threaded.sheets.sheet
    assert isinstance(sheet, QuestionSheet)
    sheet.agreed.emit()
    assert not threaded.workspace.scanning
    qtbot.waitUntil(lambda: not threaded.workspace.tasks.busy, timeout=30_000)
    assert threaded.workspace.shown is None
    assert "No scan of this tenant yet" in texts(threaded.apps)


def test_going_on_reading_keeps_reading(threaded: Window, qtbot: QtBot) -> None:
    threaded.open(SampleTarget())
    threaded.sheets.ask_cancel()
    sheet = threaded.sheets.sheet
    assert isinstance(sheet, QuestionSheet)
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: threaded.workspace.shown is not None, timeout=30_000)


def test_closing_while_reading_leaves_nothing_behind(threaded: Window) -> None:
    threaded.open(SampleTarget())
    threaded.close()
    assert not threaded.isVisible()


def test_the_question_goes_when_the_scan_is_done(threaded: Window, qtbot: QtBot) -> None:
    threaded.open(SampleTarget())
    threaded.sheets.ask_cancel()
    qtbot.waitUntil(lambda: threaded.workspace.shown is not None, timeout=30_000)
    assert threaded.sheets.sheet is None


@pytest.mark.parametrize(("name", "taken"), [("larkfield.permdesk", True), ("notes.txt", False)])
def test_dropping_a_file(tenant: Window, tmp_path: Path, name: str, taken: bool) -> None:
    file = tmp_path / "larkfield.permdesk"
    tenant.files.save_path(file)
    dropped = tmp_path / name
    dropped.write_bytes(file.read_bytes())
    before = tenant.workspace.shown
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(dropped))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    tenant.dropEvent(event)
    assert (tenant.workspace.shown is not before) == taken


def test_high_contrast_draws_without_a_veil(tenant: Window, qapp: QApplication) -> None:
    before = tenant.theme.scheme
    tenant.theme.set_appearance(Scheme.HIGH_CONTRAST)
    tenant.theme.apply(qapp)
    try:
        show(tenant, "svc-m365-backup")
        assert not tenant.grab().isNull()
        tenant.sheets.help()
        assert not tenant.findChildren(Dim)
    finally:
        tenant.theme.set_appearance(before)
        tenant.theme.apply(qapp)


def test_the_drop_of_a_scheme_reaches_every_label(tenant: Window, qapp: QApplication) -> None:
    show(tenant, "svc-m365-backup")
    light = tenant.grab().toImage().pixelColor(tenant.width() - 40, tenant.height() // 2)
    tenant.theme.set_appearance(Scheme.DARK)
    tenant.theme.apply(qapp)
    dark = tenant.grab().toImage().pixelColor(tenant.width() - 40, tenant.height() // 2)
    tenant.theme.set_appearance(Scheme.LIGHT)
    tenant.theme.apply(qapp)
    assert light.lightness() > 200
    assert dark.lightness() < 80
