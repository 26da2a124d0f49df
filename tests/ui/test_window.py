"""The window as a whole: first run, panes, drawer, keys, remembered layout, and nothing that flashes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from permdesk import __version__
from permdesk import settings as kept
from permdesk.domain.finding import Status
from permdesk.paths import Paths
from permdesk.presentation.appearance import NEEDS_ATTENTION
from permdesk.presentation.search import AppFilter
from permdesk.services.bundle import Services
from permdesk.services.target import FileTarget, SampleTarget
from permdesk.settings import Settings
from permdesk.ui.tokens import Density, Scheme
from permdesk.ui.views.dialogs.problem import ProblemSheet
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.sign_in.sheet import SignInSheet
from permdesk.ui.window import Window
from tests.ui.driving import app_named, button, choose, show, texts


def test_first_run_offers_three_ways(window: Window) -> None:
    assert window.pages.currentWidget() is window.first_run
    said = texts(window.first_run)
    assert "Look at a sample tenant" in said
    assert "Open a saved scan" in said
    window.first_run.choose(2)
    assert isinstance(window.sheets.sheet, SignInSheet)
    # Nobody is signed in, so no account is offered.
    assert not window.first_run.accounts.isVisibleTo(window.first_run)


def test_key_one_opens_the_sample(window: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(window.first_run, Qt.Key.Key_1)
    assert window.pages.currentWidget() is window.desk
    assert window.workspace.shown is not None
    assert window.windowTitle() == "Larkfield Instruments – permdesk"


def test_overview_comes_first_and_the_details_step_aside(tenant: Window) -> None:
    assert tenant.middle.currentWidget() is tenant.overview
    assert not tenant.panes.right_shown
    assert not tenant.top_bar.reconsent.isEnabled()
    assert "Choose an app first" in tenant.top_bar.reconsent.toolTip()
    said = texts(tenant.overview)
    assert "Who reaches far" in said
    assert "Look at this first" in said
    assert "refused (403)" in said


def test_selecting_an_app_shows_its_tree_and_details(tenant: Window) -> None:
    show(tenant, "svc-m365-backup")
    assert tenant.middle.currentWidget() is tenant.permissions
    assert tenant.panes.right_shown
    choose(tenant, Status.MISSING, "Notes")
    said = texts(tenant.details)
    assert "Why NAKIVO wants it" in said
    assert "The link alone would not add it." in said
    assert tenant.status.place.startswith("Notes.ReadWrite.All · ")
    assert tenant.status.place.endswith("that need attention")


def test_below_1280_the_details_are_a_drawer(tenant: Window, qtbot: QtBot) -> None:
    show(tenant, "svc-m365-backup")
    tenant.resize(1200, 800)
    assert tenant.panes.is_drawer
    assert not tenant.panes.right_shown
    qtbot.keyClick(tenant, Qt.Key.Key_F4)
    assert tenant.panes.right_shown
    assert tenant.details.window() is tenant
    right = tenant.details.mapTo(tenant, tenant.details.rect().topRight()).x()
    assert right == tenant.width() - 1
    qtbot.keyClick(tenant, Qt.Key.Key_Escape)
    assert not tenant.panes.right_shown
    tenant.resize(1440, 900)
    assert not tenant.panes.is_drawer
    assert tenant.panes.right_shown


def test_f8_walks_across_apps(tenant: Window, qtbot: QtBot) -> None:
    tenant.apps.set_filter(AppFilter())
    visited: list[tuple[str, object]] = []
    while True:
        qtbot.keyClick(tenant, Qt.Key.Key_F8)
        app, finding = tenant.workspace.app, tenant.workspace.finding
        assert app is not None
        assert finding is not None
        if visited and visited[-1] == (app.key, finding.permission):
            break
        visited.append((app.key, finding.permission))
    assert len(visited) == len(set(visited))
    assert len({key for key, _ in visited}) > 3
    comparison = tenant.workspace.comparison
    assert comparison is not None
    wanted = {
        (app.key, finding.permission)
        for app in comparison.apps
        if app.key in {key for key, _ in visited}
        for finding in app.findings
        if finding.status in NEEDS_ATTENTION and finding.counts and finding.accepted is None
    }
    assert set(visited) == wanted
    for back in visited[-2::-1]:
        qtbot.keyClick(tenant, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
        app, finding = tenant.workspace.app, tenant.workspace.finding
        assert app is not None
        assert finding is not None
        assert (app.key, finding.permission) == back


def test_f6_goes_round_the_panes(tenant: Window, qtbot: QtBot) -> None:
    show(tenant, "svc-m365-backup")
    tenant.activateWindow()
    tenant.focus.pane(0)
    places = []
    for _ in range(4):
        qtbot.keyClick(tenant, Qt.Key.Key_F6)
        focus = tenant.focusWidget()
        places.append(
            next(
                place
                for place, pane in enumerate((tenant.apps, tenant.middle, tenant.details))
                if pane.isAncestorOf(focus)
            )
        )
    assert places == [1, 2, 0, 1]


def test_overview_key(tenant: Window, qtbot: QtBot) -> None:
    show(tenant, "svc-m365-backup")
    qtbot.keyClick(tenant, Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    assert tenant.workspace.app is None
    assert tenant.middle.currentWidget() is tenant.overview


def test_theme_density_and_layout_are_remembered(make_window: Callable[[], Window], paths: Paths) -> None:
    first = make_window()
    first.open(SampleTarget())
    show(first, "svc-m365-backup")
    first.appearance.choose_theme(kept.Theme.DARK)
    first.appearance.choose_density(kept.Density.COMPACT)
    assert first.theme.scheme is Scheme.DARK
    first.panes.splitter.setSizes([260, 800, 380])
    sizes = first.panes.splitter.sizes()
    first.resize(1500, 880)
    first.close()
    stored = Settings.load(paths.settings_file)
    assert stored.theme is kept.Theme.DARK
    second = make_window()
    assert second.theme.scheme is Scheme.DARK
    assert second.theme.density is Density.COMPACT
    second.open(SampleTarget())
    show(second, "svc-m365-backup")
    assert abs(second.panes.splitter.sizes()[0] - sizes[0]) <= 20
    assert abs(second.panes.splitter.sizes()[2] - sizes[2]) <= 20


def test_a_broken_file_is_a_sentence_and_the_window_lives(tenant: Window, tmp_path: Path) -> None:
    broken = tmp_path / "broken.permdesk"
    broken.write_bytes(b"{not a scan")
    before = tenant.workspace.shown
    tenant.workspace.open(FileTarget(broken))
    assert isinstance(tenant.sheets.sheet, ProblemSheet)
    assert tenant.workspace.shown is before
    tenant.sheets.sheet.accept()
    show(tenant, "svc-m365-backup")
    assert tenant.middle.currentWidget() is tenant.permissions


def test_a_broken_file_at_the_start_is_said_where_there_is_room(window: Window, tmp_path: Path) -> None:
    broken = tmp_path / "broken.permdesk"
    broken.write_bytes(b"{not a scan")
    window.open(FileTarget(broken))
    assert window.sheets.sheet is None
    page = window.middle.currentWidget()
    assert page is window.failure
    said = texts(page)
    assert "broken.permdesk" in said
    assert "Open a file that permdesk saved" in said
    assert "Nothing is open" in texts(window.apps)
    # The file is as broken the second time: another one is the next step, and has the focus.
    assert window.focusWidget() is button(page, "Open another file…")
    assert button(page, "Try again").isEnabled()
    assert "permdesk 0" not in said
    fold = button(page, "Details for support")
    fold.click()
    assert f"permdesk {__version__}" in texts(page)
    button(page, "Copy the details").click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("broken.permdesk")
    assert __version__ in copied


def test_a_tenant_opened_after_a_failure_is_shown_with_the_list_in_focus(window: Window, tmp_path: Path) -> None:
    window.open(FileTarget(tmp_path / "nowhere.permdesk"))
    assert window.middle.currentWidget() is window.failure
    button(window.failure, "Open the sample tenant").click()
    assert window.middle.currentWidget() is window.overview
    assert window.focusWidget() is window.apps.list


def test_a_saved_scan_opens_again(tenant: Window, tmp_path: Path) -> None:
    file = tmp_path / "larkfield.permdesk"
    tenant.files.save_path(file)
    assert file.stat().st_size > 1000
    assert "larkfield.permdesk" in tenant.banner.text
    before = tenant.workspace.comparison
    assert before is not None
    tenant.files.open_path(file)
    after = tenant.workspace.comparison
    assert after is not None
    assert [app.key for app in after.apps] == [app.key for app in before.apps]
    assert tenant.top_bar.tenant.accessibleName().startswith("Tenant Larkfield Instruments")


def test_tenants_of_the_history_are_in_the_menu(tenant: Window) -> None:
    tenant.files.fill_menu(tenant.tenant_menu)
    words = [action.text() for action in tenant.tenant_menu.actions()]
    assert any(text.startswith("Larkfield Instruments, read") for text in words)
    assert "Open a saved scan…" in words


@pytest.mark.linux
@pytest.mark.logs_warning("could not be kept")
def test_a_full_disk_costs_the_keeping_and_nothing_else(window: Window, services: Services, paths: Paths) -> None:
    import resource

    services.scan(SampleTarget(complete=True))
    room = paths.history_db.stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file may grow: to whoever writes that is a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        window.workspace.open(SampleTarget())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert window.workspace.shown is not None
    assert "not kept" in window.banner.text
    show(window, "svc-m365-backup")
    assert window.middle.currentWidget() is window.permissions


class _Watch(QObject):
    """Notes what is ever shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if (
            event.type() is QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and not isinstance(watched, Window | Sheet | QMenu)
            and "Tip" not in type(watched).__name__
        ):
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


def test_nothing_else_becomes_a_window(window: Window, qapp: QApplication) -> None:
    # A widget that is shown before it has a parent flashes up as a window and takes the focus.
    watch = _Watch()
    qapp.installEventFilter(watch)
    try:
        window.workspace.open(SampleTarget())
        comparison = window.workspace.comparison
        assert comparison is not None
        show(window, "AvePoint Cloud Backup Express")
        for app in {(app.verdict, app.origin, app.flags): app for app in comparison.apps}.values():
            window.workspace.select_app(app.key)
            window.details_control.show_now()
            for found in {found.status: found for found in app.findings}.values():
                window.permissions.select_finding(found)
                window.details_control.show_now()
        for opens in (
            window.sheets.help,
            window.sheets.keys,
            window.sheets.about,
            window.sheets.licences,
        ):
            opens()
            sheet = window.sheets.sheet
            assert sheet is not None
            sheet.reject()
        window.workspace.select_app(app_named(window, "svc-m365-backup").key)
        for opens in (window.sheets.bind, window.consent.reconsent):
            opens()
            sheet = window.sheets.sheet
            assert sheet is not None
            sheet.reject()
        window.top_bar.search.setText("Mail")
        window.top_bar.search.clear()
    finally:
        qapp.removeEventFilter(watch)
    assert not watch.seen


@pytest.mark.parametrize("width", [840, 1280, 1440, 2560])
def test_no_pane_is_pushed_out(tenant: Window, width: int) -> None:
    show(tenant, "svc-m365-backup")
    tenant.resize(width, 720)
    for pane in (tenant.apps, tenant.middle, tenant.top_bar, tenant.status):
        assert 0 < pane.mapTo(tenant, pane.rect().topRight()).x() < tenant.width()


def test_right_to_left_mirrors_the_panes(make_window: Callable[[], Window], qapp: QApplication) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        made = make_window()
        made.open(SampleTarget())
        show(made, "svc-m365-backup")
        assert (
            made.apps.mapTo(made, made.apps.rect().topLeft()).x()
            > made.middle.mapTo(made, made.middle.rect().topLeft()).x()
        )
        assert made.details.mapTo(made, made.details.rect().topLeft()).x() <= 1
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_own_faults_are_a_report_without_tokens(tenant: Window, services: Services) -> None:
    from permdesk.ui.app import Crashes

    crashes = Crashes(tenant)
    crashes.install()
    try:
        import sys

        try:
            raise RuntimeError("Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2ln")  # noqa: TRY301
        except RuntimeError as error:
            import logging

            logging.getLogger("permdesk.ui").disabled = True
            sys.excepthook(type(error), error, error.__traceback__)
            logging.getLogger("permdesk.ui").disabled = False
    finally:
        crashes.remove()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, ProblemSheet)
    report = sheet.text.toPlainText()
    assert "RuntimeError" in report
    assert "eyJ" not in report
    assert "[redacted]" in report
