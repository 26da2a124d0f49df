"""Settings: every choice acts at once, is kept, and holds after a new start."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from permdesk.paths import Paths
from permdesk.services.target import SampleTarget
from permdesk.settings import Density, LessMotion, Settings, Theme
from permdesk.ui import tokens
from permdesk.ui.views.dialogs.settings import SettingsSheet
from permdesk.ui.views.ring import Ring
from permdesk.ui.window import Window


@pytest.fixture
def sheet(tenant: Window, qtbot: QtBot) -> SettingsSheet:
    qtbot.waitUntil(tenant.isActiveWindow)
    qtbot.keyClick(tenant, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    made = tenant.sheets.sheet
    assert isinstance(made, SettingsSheet)
    return made


def test_colours_and_rows_change_at_once_and_are_kept(tenant: Window, sheet: SettingsSheet, paths: Paths) -> None:
    sheet.colours.buttons[Theme.DARK].click()
    sheet.rows.buttons[Density.COMPACT].click()
    assert tenant.theme.scheme is tokens.Scheme.DARK
    assert tenant.theme.density is tokens.Density.COMPACT
    kept = Settings.load(paths.settings_file)
    assert (kept.theme, kept.density) == (Theme.DARK, Density.COMPACT)


def test_less_motion_stops_what_turns(tenant: Window, sheet: SettingsSheet, paths: Paths, qtbot: QtBot) -> None:
    ring = Ring(tenant.theme)
    qtbot.addWidget(ring)
    sheet.motion.buttons[LessMotion.ON].click()
    assert tenant.theme.less_motion
    assert not ring._timer.isActive()
    sheet.motion.buttons[LessMotion.OFF].click()
    assert not tenant.theme.less_motion
    assert ring._timer.isActive()
    assert Settings.load(paths.settings_file).less_motion is LessMotion.OFF


def test_microsofts_own_apps_are_listed_and_stay_listed(
    tenant: Window, sheet: SettingsSheet, make_window: Callable[[], Window]
) -> None:
    def lines(window: Window) -> list[str]:
        return [line.spoken for line in window.apps.list.list_model.listing]

    assert not any("Microsoft’s own apps" in line for line in lines(tenant))
    sheet.microsoft.click()
    assert any("Microsoft’s own apps" in line for line in lines(tenant))
    again = make_window()
    again.workspace.open(SampleTarget())
    assert any("Microsoft’s own apps" in line for line in lines(again))


def test_the_link_below_the_list_is_remembered_too(tenant: Window, paths: Paths) -> None:
    tenant.apps.microsoft_foot.link.click()
    assert Settings.load(paths.settings_file).show_microsoft
    assert "Hide" in tenant.apps.microsoft_foot.link.accessibleName()


def test_what_holds_is_shown(tenant: Window, paths: Paths) -> None:
    tenant.appearance.choose_density(Density.COMPACT)
    tenant.sheets.settings()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, SettingsSheet)
    assert sheet.rows.current is Density.COMPACT
    assert sheet.colours.current is Theme.SYSTEM
    assert not sheet.microsoft.isChecked()
