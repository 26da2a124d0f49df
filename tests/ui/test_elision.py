"""Names that do not fit: what is left of them still tells them apart."""

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from permdesk.services.bundle import Services
from permdesk.ui.elision import elide_middle
from permdesk.ui.theme import Theme

#: What the tree leaves a name in a window of 1280, without its tags, in logical pixels.
NARROW = 186


@pytest.fixture
def metrics(qapp: QApplication) -> QFontMetrics:
    return QFontMetrics(Theme().font("cell"))


def test_neighbours_stay_apart_in_a_narrow_window(services: Services, metrics: QFontMetrics) -> None:
    for profile in services.catalog.profiles().values():
        names: dict[tuple[object, str], str] = {}
        for requirement in profile.requirements:
            cut = elide_middle(requirement.value, metrics, NARROW)
            key = (requirement.resource_app_id, requirement.kind, cut)
            assert names.setdefault(key, requirement.value) == requirement.value, (profile.id, cut)  # type: ignore[arg-type]


def test_a_permission_is_cut_at_its_words(metrics: QFontMetrics) -> None:
    name = "BackupRestore-Configuration.ReadWrite.All"
    forms = {elide_middle(name, metrics, width) for width in range(180, 320)}
    assert forms == {
        "…Configuration.ReadWrite.All",
        "Backup…Configuration.ReadWrite.All",
        name,
    }


@pytest.mark.parametrize("name", ["Policy.ReadWrite.AuthenticationMethod", "Policy.Read.AuthenticationMethod"])
def test_reading_and_writing_are_never_cut_away(name: str, metrics: QFontMetrics) -> None:
    word = "Write" if "Write" in name else "Read"
    for width in range(150, 300, 5):
        assert word in elide_middle(name, metrics, width)


def test_an_app_keeps_its_first_word_and_whole_last_ones(qapp: QApplication) -> None:
    metrics = QFontMetrics(Theme().font("body"))
    name = "AvePoint Cloud Backup for Dynamics Customer Engagement"
    for width in range(metrics.horizontalAdvance("AvePoint … Engagement") + 1, 400, 9):
        cut = elide_middle(name, metrics, width)
        if cut == name:
            continue
        first, _, rest = cut.partition(" … ")
        assert first == "AvePoint"
        assert name.endswith(f" {rest}")
    assert elide_middle(name, metrics, 120).startswith("AvePoint … Enga")


@pytest.mark.parametrize("name", ["", ".", "..", "a.b", "…", "x" * 300, " ", "a" * 200 + "." + "b" * 200, "ÄÖ.Ü.ß"])
def test_odd_names_are_cut_to_the_width(name: str, metrics: QFontMetrics) -> None:
    for width in (0, 1, 40, 120):
        cut = elide_middle(name, metrics, width)
        assert metrics.horizontalAdvance(cut) <= max(width, metrics.horizontalAdvance("…"))
