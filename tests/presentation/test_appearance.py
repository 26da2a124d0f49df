"""The one table of looks: complete, told apart without colour, and readable by WCAG's own formula."""

import pytest

from permdesk.domain.finding import AppFlag, Flag, Status, Verdict, VerdictReason
from permdesk.presentation import appearance
from permdesk.presentation.appearance import APP_FLAG, FLAG, STATUS, TONES, VERDICT, Glyph, Pair, verdict_look


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour[1:3]) + 0.7152 * linear(colour[3:5]) + 0.0722 * linear(colour[5:7])


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_wcags() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#B3261E", "#FFFFFF") == pytest.approx(6.54, abs=0.01)


def test_everything_has_a_look() -> None:
    assert set(STATUS) == set(Status)
    assert set(VERDICT) == set(Verdict)
    assert set(FLAG) == set(Flag)
    assert set(APP_FLAG) == set(AppFlag)


def test_glyph_and_word_tell_statuses_apart_without_colour() -> None:
    assert len({look.glyph for look in STATUS.values()}) == len(Status)
    assert len({look.label for look in STATUS.values()}) == len(Status)
    assert len({look.label for look in VERDICT.values()}) == len(Verdict)


def test_hatching_means_not_read_and_nothing_else() -> None:
    assert [status for status, look in STATUS.items() if look.hatched] == [Status.UNVERIFIED]
    assert [verdict for verdict, look in VERDICT.items() if look.hatched] == [Verdict.UNVERIFIED]


def test_an_app_that_waits_for_a_persons_word_was_read() -> None:
    assert not verdict_look(Verdict.UNVERIFIED, VerdictReason.IDENTITY).hatched
    assert verdict_look(Verdict.UNVERIFIED, VerdictReason.NOT_READ).hatched
    assert verdict_look(Verdict.UNVERIFIED, VerdictReason.IDENTITY).glyph is Glyph.WARNING


def test_words_of_the_screen_are_not_those_of_the_contract() -> None:
    assert STATUS[Status.UNVERIFIED].label == "Not read"
    assert STATUS[Status.DECLARED_ONLY].label == "Configured only"
    assert VERDICT[Verdict.COMPLIANT].label == "As documented"
    assert VERDICT[Verdict.UNVERIFIED].label == "Not fully read"


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_tone_is_readable_on_its_tint(tone: appearance.Tone, scheme: str) -> None:
    pair: Pair = getattr(TONES[tone], scheme)
    assert contrast(pair.foreground, pair.tint) >= 4.5


def test_attention_comes_first() -> None:
    order = sorted(Status, key=appearance.ATTENTION_ORDER.__getitem__)
    assert order[:4] == [Status.MISSING, Status.PARTIAL, Status.UNVERIFIED, Status.EXCESS]
    assert set(order[:4]) == appearance.NEEDS_ATTENTION
    assert order[-1] is Status.BASIC
