"""The letterhead in the settings: kept at once, the logo looked at before it is taken."""

import struct
import zlib
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QFileDialog

from permdesk.paths import Paths
from permdesk.settings import Settings
from permdesk.ui.views.dialogs.settings import SettingsSheet
from permdesk.ui.views.report.letterhead import LetterheadForm
from permdesk.ui.window import Window
from tests.ui.driving import button, texts

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30">'
    '<rect width="90" height="30" fill="#123456"/>%s</svg>'
)


@pytest.fixture
def form(tenant: Window) -> LetterheadForm:
    tenant.sheets.settings()
    sheet = tenant.sheets.sheet
    assert isinstance(sheet, SettingsSheet)
    return sheet.letterhead


def _choose(form: LetterheadForm, path: Path) -> None:
    button(form, "Choose a logo…").click()
    assert isinstance(form.dialog, QFileDialog)
    form.dialog.fileSelected.emit(str(path))
    form.dialog.reject()


def _png(folder: Path) -> Path:
    image = QImage(120, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("#a01030"))
    path = folder / "logo.png"
    assert image.save(str(path))
    return path


def test_what_is_typed_is_kept_when_the_sheet_closes(tenant: Window, form: LetterheadForm, paths: Paths) -> None:
    form.firm.setText("  Harbour Lane Advisers ")
    form.address.setPlainText("4 Harbour Lane\nTidewell")
    form.footer.setText("Confidential")
    assert tenant.sheets.sheet is not None
    tenant.sheets.sheet.accept()
    kept = Settings.load(paths.settings_file).report_head
    assert (kept.firm, kept.address, kept.footer) == (
        "Harbour Lane Advisers",
        ("4 Harbour Lane", "Tidewell"),
        "Confidential",
    )


def test_a_logo_is_shown_kept_and_taken_away(
    tenant: Window, form: LetterheadForm, paths: Paths, tmp_path: Path
) -> None:
    _choose(form, _png(tmp_path))
    assert form.picture.accessibleName() == "Logo"
    seen = form.picture.grab().toImage().pixelColor(form.picture.width() // 2, form.picture.height() // 2)
    assert seen == QColor("#a01030")
    assert Settings.load(paths.settings_file).report_head.logo.startswith(b"\x89PNG")
    assert tenant.sheets.sheet is not None
    tenant.sheets.sheet.accept()
    # It is there again, from the settings alone.
    (tmp_path / "logo.png").unlink()
    tenant.sheets.settings()
    again = tenant.sheets.sheet
    assert isinstance(again, SettingsSheet)
    assert again.letterhead.picture.accessibleName() == "Logo"
    button(again.letterhead, "Remove").click()
    assert again.letterhead.picture.accessibleName() == "No logo"
    assert Settings.load(paths.settings_file).report_head.logo == b""


def test_an_svg_is_drawn(form: LetterheadForm, tmp_path: Path) -> None:
    path = tmp_path / "logo.svg"
    path.write_text(_SVG % "")
    _choose(form, path)
    seen = form.picture.grab().toImage().pixelColor(form.picture.width() // 2, form.picture.height() // 2)
    assert seen == QColor("#123456")


def _huge(folder: Path) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"This is a letter, not a picture.",
        (_SVG % '<image href="https://larkfield.example/x.png"/>').encode(),
        None,
    ],
    ids=["text", "external", "huge"],
)
def test_what_is_no_logo_is_refused_and_the_one_before_stays(
    form: LetterheadForm, tmp_path: Path, content: bytes | None, paths: Paths
) -> None:
    _choose(form, _png(tmp_path))
    kept = Settings.load(paths.settings_file).report_head.logo
    before = texts(form)
    path = tmp_path / "bad.png"
    path.write_bytes(_huge(tmp_path) if content is None else content)
    _choose(form, path)
    assert texts(form) != before
    assert "." in form.note.text()
    assert form.picture.accessibleName() == "Logo"
    assert Settings.load(paths.settings_file).report_head.logo == kept
