"""Theme, icons, glyphs and painting: the tokens, one family, and shapes that tell themselves apart."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from permdesk import paths
from permdesk.domain.finding import Status
from permdesk.presentation.appearance import STATUS, Glyph, Tone
from permdesk.presentation.requirement import NeedCounts
from permdesk.ui import glyphs, icons
from permdesk.ui.elision import elide_middle
from permdesk.ui.painting import RequirementBar, tool_tip
from permdesk.ui.stylesheet import style_sheet
from permdesk.ui.theme import Theme
from permdesk.ui.tick_box import TickBox
from permdesk.ui.tokens import COLOURS, SIZES, TYPE, Density, Scheme
from tests.presentation.test_appearance import contrast

# fmt: off
NEEDED = (
    "scan", "re-consent", "print", "export", "search", "filter", "menu", "more", "close", "plus", "minus", "tick",
    "chevron-down", "chevron-right", "expand-all", "collapse-all", "copy", "open-outside", "mail", "save-script",
    "lock", "api", "application", "delegated", "users", "bind", "clock", "document", "folder", "flask", "sign-in",
    "sign-out", "add-tenant", "home", "eye", "trend", "warning", "info", "shield", "settings", "help", "calendar",
)
# fmt: on


@pytest.fixture(params=[Scheme.LIGHT, Scheme.DARK])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Theme:
    return Theme(request.param)


@pytest.mark.parametrize("ground", ["panel", "window", "selection", "selection-idle", "hover", "raised"])
def test_text_is_readable_on_every_ground(theme: Theme, ground: str) -> None:
    for role in ("text", "text2", "muted", "accent"):
        assert contrast(theme.color(role).name().upper(), theme.color(ground).name().upper()) >= 4.5, role
    for tone in Tone:
        assert contrast(theme.tone(tone).name().upper(), theme.color(ground).name().upper()) >= 4.5, tone


def test_edges_and_the_filled_button_are_seen(theme: Theme) -> None:
    for ground in ("panel", "window", "selection"):
        assert contrast(theme.color("edge").name(), theme.color(ground).name()) >= 3
    for fill in ("accent", "accent-pressed"):
        assert contrast(theme.color("on-accent").name(), theme.color(fill).name()) >= 4.5


def test_the_style_sheet_is_short_and_written_in_tokens(theme: Theme) -> None:
    sheet = style_sheet(theme.color, theme.size, theme.high_contrast)
    assert sheet.count("\n") < 120
    known = {QColor(pair[theme.dark]).name() for pair in COLOURS.values()}
    assert set(re.findall(r"#[0-9a-fA-F]{6}", sheet)) <= known


def test_colours_are_written_in_two_places_only() -> None:
    folder = Path(paths.__file__).parent
    found = {
        path.relative_to(folder).as_posix()
        for path in [*folder.glob("ui/**/*.py"), *folder.glob("presentation/*.py")]
        if re.search(r"[\"']#[0-9A-Fa-f]{6}[\"']", path.read_text("utf-8"))
    }
    assert found == {"presentation/appearance.py", "presentation/colours.py"}


def test_high_contrast_steps_aside(qapp: QApplication) -> None:
    theme = Theme(Scheme.HIGH_CONTRAST)
    assert theme.palette() == qapp.palette()
    system = qapp.palette()
    for tone in Tone:
        assert theme.tone(tone) == system.color(QPalette.ColorRole.Text)
        assert theme.tint(tone) == system.color(QPalette.ColorRole.Base)
    for role in COLOURS:
        assert theme.color(role).isValid()


def test_switching_tells_everybody_and_changes_the_tokens(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme(Scheme.LIGHT)
    before = theme.color("panel"), theme.size("app-row")
    with qtbot.waitSignal(theme.changed):
        theme.set_appearance(Scheme.DARK, Density.COMPACT)
    assert theme.color("panel") != before[0]
    assert (before[1], theme.size("app-row")) == SIZES["app-row"]


def test_larger_system_type_makes_everything_larger(qapp: QApplication) -> None:
    usual = QFont(qapp.font())
    try:
        large = QFont(usual)
        large.setPointSizeF(16)
        qapp.setFont(large)
        theme = Theme()
        assert theme.font("body").pointSizeF() > 12
        assert theme.size("row") > SIZES["row"][0]
    finally:
        qapp.setFont(usual)
    assert {step.bold for step in TYPE.values()} == {True, False}


def test_the_family_is_complete_and_of_one_hand() -> None:
    assert icons.names() == tuple(sorted(NEEDED))
    for name in NEEDED:
        drawing = (paths.resources() / "icons" / f"{name}.svg").read_text("utf-8")
        assert 'viewBox="0 0 16 16"' in drawing
        assert 'stroke-width="1.5"' in drawing
        assert 'stroke-linecap="round"' in drawing
        assert not re.search("#[0-9A-Fa-f]{3}", drawing)


def _ink(image: QImage) -> list[tuple[int, int]]:
    return [(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() > 40]


@pytest.mark.parametrize("name", NEEDED)
def test_an_icon_is_seen_and_leaves_air(qapp: QApplication, name: str) -> None:
    image = icons.pixmap(name, 16, QColor("black"), 4.0).toImage()
    ink = _ink(image)
    assert len(ink) > 100
    edges = {x for x, _ in ink} | {y for _, y in ink}
    assert min(edges) >= 2
    assert max(edges) <= 61


def test_an_icon_follows_the_theme_and_is_muted_when_disabled(qapp: QApplication) -> None:
    theme = Theme(Scheme.LIGHT)
    icon = icons.icon("plus", theme)

    def colours(mode: object = None) -> set[str]:
        image = icon.pixmap(32, 32).toImage() if mode is None else icon.pixmap(32, 32, mode).toImage()  # type: ignore[call-overload]
        return {image.pixelColor(x, y).name() for x, y in _ink(image) if image.pixelColor(x, y).alpha() == 255}

    assert colours() == {theme.color("text").name()}
    assert colours(icon.Mode.Disabled) == {theme.color("muted").name()}
    theme.set_appearance(Scheme.DARK)
    assert colours() == {theme.color("text").name()}


def test_an_unknown_icon_is_said_at_once(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon", Theme())


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_a_button_icon_is_as_sharp_as_its_screen(qapp: QApplication, ratio: float) -> None:
    theme = Theme()
    made = icons.icon("scan", theme).pixmap(QSize(16, 16), ratio)
    assert made.devicePixelRatio() == ratio
    assert made.size() == QSize(round(16 * ratio), round(16 * ratio))
    assert made.toImage() == icons.pixmap("scan", 16, theme.color("text"), ratio).toImage()


def test_every_size_of_the_programs_mark_is_there(qapp: QApplication) -> None:
    assert {size.width() for size in icons.app_icon().availableSizes()} >= {16, 32, 48, 256}


@pytest.mark.parametrize("size", glyphs.SIZES)
def test_glyphs_are_told_apart_in_one_colour(qapp: QApplication, size: int) -> None:
    theme = Theme()
    shapes = {}
    for glyph in Glyph:
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        glyphs.paint(painter, glyph, QRect(0, 0, size, size), QColor("black"))
        painter.end()
        ink = frozenset(_ink(image))
        assert ink, glyph
        shapes[glyph] = ink
    for one in Glyph:
        for other in Glyph:
            if one is not other:
                assert len(shapes[one] ^ shapes[other]) >= size // 2, (one, other)
    assert glyphs.pixmap(Status.MISSING, size, 2.0, theme).width() == size * 2


def test_a_glyphs_name_is_its_word(qtbot: QtBot) -> None:
    label = glyphs.GlyphLabel(Theme(), STATUS[Status.UNVERIFIED])
    qtbot.addWidget(label)
    assert label.accessibleName() == "Not read"


def test_a_cut_name_keeps_its_first_word_and_its_end(qapp: QApplication) -> None:
    metrics = QFontMetrics(Theme().font("body"))
    name = "AvePoint Cloud Backup Express"
    width = metrics.horizontalAdvance("AvePoint … Backup Express") + 2
    assert elide_middle(name, metrics, width) == "AvePoint … Backup Express"
    assert elide_middle(name, metrics, 10_000) == name
    permission = elide_middle("Directory.AccessAsUser.ReadWrite.All", metrics, 170)
    assert permission.startswith("Directory.")
    assert permission.endswith(".All")
    for narrow in range(0, 200, 7):
        assert metrics.horizontalAdvance(elide_middle(name, metrics, narrow)) <= max(narrow, 20)


def test_tool_tips_show_markup_as_it_is() -> None:
    assert "<b>" not in tool_tip("<b>bold</b>")
    assert "&lt;b&gt;" in tool_tip("<b>bold</b>")
    assert tool_tip("") == ""
    assert len(tool_tip("x" * 100_000)) < 1000


def _columns(counts: NeedCounts, theme: Theme) -> dict[str, int]:
    bar = RequirementBar(theme)
    bar.set_counts(counts)
    bar.resize(400, 14)
    image = bar.grab().toImage()
    # Below the middle, where a segment that is granted in part is filled.
    row = [image.pixelColor(x, 9).name() for x in range(400)]
    return {tone: row.count(theme.bar(Tone(tone)).name()) for tone in ("satisfied", "partial", "excess")}


def test_a_bar_is_as_long_as_its_counts(qapp: QApplication) -> None:
    theme = Theme()
    wide = _columns(NeedCounts(granted=6, partial=3, beyond=3), theme)
    assert wide["satisfied"] == pytest.approx(2 * wide["partial"], abs=4)
    # What lies beyond the need is upright lines: one dot in three or four.
    assert wide["partial"] / 5 < wide["excess"] < wide["partial"] / 2
    assert _columns(NeedCounts(granted=4), theme)["excess"] == 0
    assert sum(_columns(NeedCounts(), theme).values()) == 0


def test_a_bar_says_its_counts(qtbot: QtBot) -> None:
    bar = RequirementBar(Theme())
    qtbot.addWidget(bar)
    bar.set_counts(NeedCounts(7, 1, 2, 2, 2))
    assert bar.accessibleName() == (
        "of 12 needed, 7 granted, 1 partly, 2 missing, 2 not read; 2 granted beyond the need"
    )


def test_a_tick_box_is_a_check_box(qtbot: QtBot) -> None:
    box = TickBox(Theme(), "Teams")
    qtbot.addWidget(box)
    box.resize(120, 24)
    box.show()
    assert isinstance(box, QCheckBox)
    before = box.grab().toImage()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    assert box.isChecked()
    assert box.grab().toImage() != before
