"""The window where the history cannot be opened: what was read is compared, and nothing is said to be kept."""

import pytest

from permdesk.domain.finding import Verdict
from permdesk.domain.profile import Cell, Uses
from permdesk.paths import Paths
from permdesk.services.target import SampleTarget
from permdesk.ui.window import Window
from tests.ui.driving import app_named, button, show

pytestmark = pytest.mark.logs_warning("could not be kept")


@pytest.fixture
def shut(window: Window, paths: Paths) -> Window:
    """The sample tenant, with a folder where the history should be."""
    paths.history_db.mkdir()
    window.workspace.open(SampleTarget())
    return window


def test_the_scan_is_shown_and_the_banner_says_what_is_lost(shut: Window) -> None:
    assert shut.workspace.shown is not None
    assert shut.workspace.shown.unsaid is not None
    assert "history.sqlite" in shut.banner.text
    assert "nothing can be kept" in shut.banner.text
    assert app_named(shut, "AvePoint Cloud Backup Express").verdict is Verdict.UNVERIFIED


def test_a_tick_holds_until_the_window_closes(shut: Window) -> None:
    app = show(shut, "svc-m365-backup")
    assert app.uses is not None
    teams = Cell("Teams", "Backup")
    shut.permissions.uses.changed.emit(Uses(app.uses.cells | {teams}, app.uses.conditions))
    after = shut.workspace.app
    assert after is not None
    assert after.uses is not None
    assert teams in after.uses.cells
    assert shut.sheets.sheet is None


def test_saying_something_tells_that_it_was_not_kept(shut: Window) -> None:
    before = show(shut, "svc-m365-backup")
    shut.describing.unbind()
    assert shut.sheets.sheet is not None
    assert shut.workspace.app is before
    button(shut.sheets.sheet, "Close").click()


def test_once_the_history_opens_the_words_are_there_again(shut: Window, paths: Paths) -> None:
    paths.history_db.rmdir()
    shut.workspace.scan()
    assert shut.workspace.shown is not None
    assert shut.workspace.shown.unsaid is None
