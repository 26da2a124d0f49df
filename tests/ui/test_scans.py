"""One scan after the other: the newer replaces the older, and the older stays within reach."""

from pathlib import Path

from PySide6.QtWidgets import QMenu

from permdesk.services.target import FileTarget, KeptTarget, SampleTarget
from permdesk.ui.window import Window
from tests.ui.driving import show


def _words(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def test_a_second_scan_replaces_the_first(tenant: Window) -> None:
    first = tenant.workspace.shown
    show(tenant, "svc-m365-backup")
    tenant.workspace.scan()
    assert tenant.workspace.shown is not first
    assert tenant.workspace.app is not None
    assert tenant.workspace.app.display_name == "svc-m365-backup"


def test_earlier_scans_of_a_tenant_are_in_its_menu(tenant: Window) -> None:
    menu = QMenu()
    tenant.files.fill_menu(menu)
    assert "Scans of this tenant" not in _words(menu)
    tenant.workspace.open(SampleTarget(complete=True))
    tenant.files.fill_menu(menu)
    assert "Scans of this tenant" in _words(menu)
    earlier = next(action.menu() for action in menu.actions() if action.text() == "Scans of this tenant")
    assert isinstance(earlier, QMenu)
    assert sorted("not fully read" in words for words in _words(earlier)) == [False, True]
    assert earlier.toolTipsVisible()
    assert all("from 09:42 to 09:44." in action.toolTip() for action in earlier.actions())
    other = next(action for action in earlier.actions() if not action.isChecked())
    other.trigger()
    shown = tenant.workspace.shown
    assert shown is not None
    assert isinstance(shown.target, KeptTarget)
    # The sample can always be read anew.
    assert tenant.top_bar.scan.isEnabled()
    tenant.workspace.scan()
    assert isinstance(tenant.workspace.target, SampleTarget)


def test_a_saved_scan_is_not_read_again_and_the_window_says_why(tenant: Window, tmp_path: Path) -> None:
    file = tmp_path / "a.permdesk"
    tenant.files.save_path(file)
    tenant.workspace.open(FileTarget(file))
    shown = tenant.workspace.shown
    assert shown is not None
    assert not tenant.top_bar.scan.isEnabled()
    assert "saved scan" in tenant.top_bar.scan.toolTip()
    tenant.workspace.scan()
    assert tenant.workspace.shown is shown
    assert "saved scan" in tenant.banner.text


def test_a_file_that_does_not_open_leaves_the_tenant_as_it_is(tenant: Window, tmp_path: Path) -> None:
    tenant.workspace.open(FileTarget(tmp_path / "nowhere.permdesk"))
    assert tenant.sheets.sheet is not None
    tenant.sheets.sheet.reject()
    assert isinstance(tenant.workspace.target, SampleTarget)
    assert tenant.top_bar.scan.isEnabled()
