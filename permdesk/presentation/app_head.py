"""What stands above an app's tree: its name, where it comes from, and its verdict in one sentence."""

from enum import StrEnum

from msgspec import Struct

from permdesk.domain.application import Origin
from permdesk.domain.dates import day
from permdesk.domain.finding import AppComparison, AppFlag, Baseline, Verdict
from permdesk.domain.text import inert
from permdesk.presentation.app_rows import EXCESS_OPEN, LONGEST_NAME, matched_words
from permdesk.presentation.appearance import APP_FLAG, ORIGIN, Look, Tag, Tone, verdict_look
from permdesk.presentation.profile_name import name_beside_vendor
from permdesk.presentation.requirement import NeedCounts, app_need_counts


class Run(Struct, frozen=True, gc=False):
    """A piece of a sentence; a tone makes it bold and coloured."""

    text: str
    tone: Tone | None = None
    strong: bool = False


class Notice(StrEnum):
    """What a person has to look at before anything else about this app counts."""

    UNCONFIRMED = "unconfirmed"
    AMBIGUOUS = "ambiguous"
    LOOK_ALIKE = "look-alike"


class AppHead(Struct, frozen=True):
    """The head of an app.

    Attributes:
        badge: the verdict in words, and that grants beyond the need were not fully read where it sounds complete.
        publisher: name of its publisher or where it is registered.
        verified: Microsoft verified the publisher.
        facts: what else the second line says.
        sentence: the verdict in words.
        notice: what to look at first, with its text.
        tags: remarks on the app.
    """

    title: str
    look: Look
    badge: str
    publisher: str
    verified: bool
    facts: tuple[str, ...]
    sentence: tuple[Run, ...]
    counts: NeedCounts
    notice: tuple[Notice, str] | None
    tags: tuple[Tag, ...]

    @property
    def spoken(self) -> str:
        """The sentence without its colours."""
        return "".join(run.text for run in self.sentence)


_NOTICE_FLAGS = frozenset({AppFlag.UNCONFIRMED, AppFlag.AMBIGUOUS, AppFlag.LOOK_ALIKE})


def app_head(app: AppComparison) -> AppHead:
    """Return the head of an app, every word ready."""
    counts = app_need_counts(app)
    look = verdict_look(app.verdict, app.verdict_reason)
    badge = look.label
    if not app.excess_complete and app.verdict is not Verdict.UNVERIFIED:
        badge += f" · {EXCESS_OPEN}"
    publisher, verified = _publisher(app)
    return AppHead(
        title=inert(app.display_name, LONGEST_NAME) or "(no name)",
        look=look,
        badge=badge,
        publisher=publisher,
        verified=verified,
        facts=tuple(_facts(app)),
        sentence=_sentence(app, counts),
        counts=counts,
        notice=_notice(app),
        tags=tuple(tag for flag, tag in APP_FLAG.items() if flag in app.flags and flag not in _NOTICE_FLAGS),
    )


def _publisher(app: AppComparison) -> tuple[str, bool]:
    if app.verdict is Verdict.NOT_INSTALLED:
        return inert(app.profile.vendor, 80) if app.profile else "", False
    if app.origin is not Origin.EXTERNAL:
        return ORIGIN[app.origin], False
    if app.publisher is not None:
        return inert(app.publisher.name, 80), True
    return "Publisher not verified", False


def _facts(app: AppComparison) -> list[str]:
    facts = []
    if app.profile is not None:
        words = f"profile {name_beside_vendor(app.profile)}"
        if app.verdict is not Verdict.NOT_INSTALLED:
            words += f", {matched_words(app)}"
            if app.binding is not None and app.binding.decided is not None:
                words += f" on {day(app.binding.decided)}"
        facts.append(words)
    elif app.missing_profile is not None:
        expected = "expected by profile" if app.app_id is None else "bound by you to profile"
        facts.append(f"{expected} {inert(app.missing_profile, 80)}, which is not found")
    elif app.baseline is Baseline.MANIFEST:
        facts.append("held against its own manifest")
    if app.newest_grant is not None:
        facts.append(f"newest grant {day(app.newest_grant)}")
    return facts


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _sentence(app: AppComparison, counts: NeedCounts) -> tuple[Run, ...]:
    if app.verdict is Verdict.NOT_INSTALLED:
        text = app.profile.not_installed if app.profile is not None else ""
        return (Run(inert(text, 600) or "Expected in this tenant, and no app bears this profile."),)
    if app.missing_profile is not None:
        return (
            Run(f"The profile {inert(app.missing_profile, 80)} is not found, so "),
            Run("nobody can say what this app needs", Tone.UNREAD, strong=True),
            Run(". What it holds is listed without judgement."),
        )
    if app.baseline is Baseline.NONE:
        number = len(app.findings)
        listed = f"{number} {'permission is' if number == 1 else 'permissions are'} listed without judgement."
        return (Run("No profile is bound and no manifest can be read: "), Run(listed, strong=True))
    # Every other verdict says so in its badge.
    open_end = not app.excess_complete and app.verdict is Verdict.UNVERIFIED
    wanted = "needed" if app.baseline is Baseline.PROFILE else "configured"
    runs = [Run(f"Of {counts.needed} {'permission' if counts.needed == 1 else 'permissions'} {wanted}, ")]
    parts: list[Run] = [Run(f"{counts.granted} {_are(counts.granted)} granted", strong=True)]
    if counts.partial:
        parts.append(Run(f"{counts.partial} partly"))
    # A long list does without some of its words, so that the sentence stays on its line.
    long = bool(counts.partial and counts.missing and counts.unread)
    if counts.missing:
        verb = "" if long else f" {_are(counts.missing)}"
        parts.append(Run(f"{counts.missing}{verb} missing", Tone.MISSING, strong=True))
    if counts.unread:
        parts.append(Run(f"{counts.unread} could not be read", Tone.UNREAD, strong=True))
    if counts.needed == 0:
        runs = [Run("Nothing is needed for the services in use." if app.profile else "The manifest asks for nothing.")]
        parts = []
    for place, part in enumerate(parts):
        if place:
            runs.append(Run(" and " if place == len(parts) - 1 and not long else ", "))
        runs.append(part)
    if parts:
        runs.append(Run("."))
    if counts.beyond:
        runs += [Run(" "), Run(f"{counts.beyond} granted", Tone.EXCESS, strong=True), Run(" beyond that")]
        runs += [Run(f", {EXCESS_OPEN}", Tone.UNREAD), Run(".")] if open_end else [Run(".")]
    elif counts.needed == counts.granted and counts.needed:
        # Nothing may be said of what lies beyond unless all of it was read.
        runs.append(Run(" Nothing is granted beyond that." if app.excess_complete else ""))
    if open_end and not counts.beyond:
        runs.append(Run(" Excess was not fully read.", Tone.UNREAD))
    return tuple(run for run in runs if run.text)


def _notice(app: AppComparison) -> tuple[Notice, str] | None:
    if AppFlag.LOOK_ALIKE in app.flags:
        other = f"“{inert(app.resembles, 80)}”" if app.resembles else "a vendor app"
        publisher = "" if app.publisher is not None else "; its publisher is not verified"
        return Notice.LOOK_ALIKE, f"Resembles {other}{publisher}. permdesk has not bound it."
    if AppFlag.AMBIGUOUS in app.flags:
        several = "Several apps bear this name, and a name can be copied."
        return Notice.AMBIGUOUS, f"{several} Look at publisher, owner and app ID, then confirm the right one."
    if AppFlag.UNCONFIRMED in app.flags:
        return (
            Notice.UNCONFIRMED,
            "Matched by its name, and a name can be copied. Look at publisher, owner and app ID, then confirm once.",
        )
    return None
