"""A later start of the program: the window that is open takes it, unless something lies over it."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from permdesk.history.scan_file import save_scan
from permdesk.only_one import Asked
from permdesk.services.target import FileTarget, SampleTarget
from permdesk.ui.controllers.later_starts import LaterStarts
from permdesk.ui.window import Window


def _ask(later: LaterStarts, asked: Asked, qtbot: QtBot) -> bool:
    answers: list[bool] = []
    caller = threading.Thread(target=lambda: answers.append(later.answer(asked)))
    caller.start()
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    caller.join()
    return answers[0]


def test_nothing_to_open_brings_the_window_to_the_front(tenant: Window, qtbot: QtBot) -> None:
    shown = tenant.workspace.shown
    tenant.showMinimized()
    assert _ask(LaterStarts(tenant), Asked(), qtbot)
    assert not tenant.windowState() & Qt.WindowState.WindowMinimized
    assert tenant.isVisible()
    assert tenant.workspace.shown is shown


def test_a_scan_file_is_opened_here(tenant: Window, qtbot: QtBot, tmp_path: Path) -> None:
    assert tenant.workspace.shown is not None
    path = tmp_path / "saved scan.permdesk"
    save_scan(tenant.workspace.shown.snapshot, path)
    assert _ask(LaterStarts(tenant), Asked(file=str(path)), qtbot)
    assert tenant.workspace.target == FileTarget(path)


@pytest.mark.parametrize(("said", "complete"), [("complete", True), ("partial", False)])
def test_the_sample_is_opened_here(window: Window, qtbot: QtBot, said: str, complete: bool) -> None:
    assert _ask(LaterStarts(window), Asked(sample=said), qtbot)
    assert window.workspace.target == SampleTarget(complete=complete)


def test_a_file_that_is_not_there_is_told_of_in_the_window(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    assert _ask(LaterStarts(window), Asked(file=str(tmp_path / "gone.permdesk")), qtbot)
    assert window.middle.currentWidget() is window.failure


def test_while_a_sheet_lies_over_it_nothing_is_opened_behind(tenant: Window, qtbot: QtBot, tmp_path: Path) -> None:
    later = LaterStarts(tenant)
    before = tenant.workspace.target
    tenant.sheets.about()
    assert not _ask(later, Asked(file=str(tmp_path / "other.permdesk")), qtbot)
    assert tenant.workspace.target == before
    assert _ask(later, Asked(), qtbot), "to come to the front disturbs nobody"


def test_a_window_that_does_not_come_to_answer_opens_nothing_later(
    tenant: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("permdesk.ui.controllers.later_starts.PATIENCE", 0.05)
    later = LaterStarts(tenant)
    answers: list[bool] = []
    before = tenant.workspace.target
    # The window's thread waits here, so nothing is taken meanwhile.
    caller = threading.Thread(target=lambda: answers.append(later.answer(Asked(sample="complete"))))
    caller.start()
    caller.join()
    assert answers == [False]
    qtbot.wait(20)
    assert tenant.workspace.target == before
