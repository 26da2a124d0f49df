"""The part of one app: how completely it was read, its facts, its permissions, what to do, what changed."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from permdesk.domain.application import Origin
from permdesk.domain.coverage import Coverage, ReadName
from permdesk.domain.finding import AppComparison, AppFlag, Baseline, Declared, MatchedBy, Status, Verdict
from permdesk.domain.profile import Profile, ProfileOrigin
from permdesk.domain.text import inert
from permdesk.domain.wording import listed
from permdesk.presentation.app_head import AppHead, app_head
from permdesk.presentation.app_rows import EXCESS_OPEN, matched_words
from permdesk.presentation.appearance import APP_FLAG, CONDITION, ORIGIN, WARNING, Look
from permdesk.reports.compose.case import Case, installed, look_of
from permdesk.reports.compose.changes import app_change_blocks
from permdesk.reports.compose.completeness import COMPLETE_LOOK, INCOMPLETE_LOOK
from permdesk.reports.compose.permissions import accepted_blocks, excess_blocks, missing_blocks, permission_blocks
from permdesk.reports.compose.runs import an_id, capital, named, plain, sentence
from permdesk.reports.compose.steps import step_blocks
from permdesk.reports.document import Bar, Block, Callout, Fact, Facts, Heading, Paragraph, Part, Run

#: A vendor's page without a look at it for so long is said to be old.
_OLD_MONTHS = 12
#: Verdicts that sound as if all were known.
_SOUND_FINAL = frozenset({Verdict.GAPS, Verdict.EXCESSIVE, Verdict.COMPLIANT})
_NOTICES = (AppFlag.LOOK_ALIKE, AppFlag.AMBIGUOUS, AppFlag.UNCONFIRMED)


def app_part(case: Case, app: AppComparison, *, name: str, level: int) -> Part:
    """Return everything that is told of one app.

    Args:
        case: its tenant.
        app: the app.
        name: of the part.
        level: of its bookmark.
    """
    below = case.name_and_domain if case.prefix else ""
    return Part(name, case.app_name(app), tuple(_blocks(case, app)), below=below, badge=badge_of(app), level=level)


def badge_of(app: AppComparison) -> Look:
    """Return the look of a verdict, which never sounds final where grants beyond the need were not fully read."""
    look = look_of(app)
    if not app.excess_complete and app.verdict in _SOUND_FINAL:
        return replace(look, label=f"{look.label} · {EXCESS_OPEN}")
    return look


def _blocks(case: Case, app: AppComparison) -> Iterable[Block]:
    yield Facts(tuple(_facts(case, app)))
    if not installed(app):
        yield Callout(look_of(app), "Expected, and no app of this tenant bears it.", (plain(_not_installed(app)),))
        return
    head = app_head(app)
    need = head.counts
    yield _completeness(case, app, head)
    yield from _notices(app, head)
    if need.needed + need.beyond:
        yield Bar(need, need.needed + need.beyond)
    yield from permission_blocks(case, app)
    if app.baseline is not Baseline.NONE:
        yield from missing_blocks(case, app)
        yield from excess_blocks(case, app)
    yield from accepted_blocks(case, app)
    yield from _notes(app)
    yield from step_blocks(app)
    yield from app_change_blocks(case, app)


def _not_installed(app: AppComparison) -> str:
    told = sentence(app.profile.not_installed) if app.profile is not None else ""
    return told or "Install it, or say that it is not expected in this tenant any more."


def _facts(case: Case, app: AppComparison) -> Iterable[Fact]:
    notation = case.notation
    if app.app_id is not None:
        yield Fact("App ID", (an_id(app.app_id),))
    if installed(app):
        yield Fact("Publisher", plain(_publisher(app)))
    yield Fact("Compared with", plain(_measure(app)))
    if app.profile is not None:
        yield Fact("Page date", plain(_page_date(case, app.profile)))
    if app.profile is not None and installed(app):
        yield Fact("Matched", plain(_matched(case, app)))
    if not installed(app):
        return
    newest = notation.long_day(app.newest_grant) if app.newest_grant is not None else "no date kept"
    yield Fact("Newest grant", plain(newest))
    yield Fact("Manifest", plain(_manifest(app)))
    if app.profile is not None and app.profile.has_choices:
        yield Fact("Services in use", plain(_uses(app)))
    yield Fact("Directory roles", plain(_roles(app)))
    if app.registration_id is not None:
        yield Fact("Credentials", plain(_credentials(case, app)))
    if app.owner_tenant_id is not None and app.origin is Origin.EXTERNAL:
        yield Fact("Owner tenant", (an_id(app.owner_tenant_id),))
    if app.object_id is not None:
        yield Fact("Object ID", (an_id(app.object_id),))


def _publisher(app: AppComparison) -> str:
    if app.publisher is not None:
        return f"{named(app.publisher.name, 120)} (verified)"
    if app.origin is Origin.EXTERNAL:
        return "not verified"
    return ORIGIN[app.origin]


def _measure(app: AppComparison) -> str:
    if app.profile is not None:
        return f"{named(app.profile.name, 120)}, {inert(app.profile.edition, 60)}".rstrip(", ")
    if app.missing_profile is not None:
        return f"profile {named(app.missing_profile, 120)}, which is not found"
    return "its own manifest alone" if app.baseline is Baseline.MANIFEST else "nothing: listed without judgement"


def _page_date(case: Case, profile: Profile) -> str:
    source = profile.source
    retrieved = f"read in {case.notation.page_date(inert(source.retrieved, 20))}" if source.retrieved else ""
    when = case.notation.page_date(inert(source.date, 20)) if source.date else "the page bears no date"
    old = ", older than 12 months" if source.date and _is_old(source.date, case.subject.judged_on) else ""
    own = "a profile of the user’s own" if profile.origin is not ProfileOrigin.SHIPPED else ""
    return "; ".join(part for part in (when + old, retrieved, own) if part)


def _is_old(text: str, today: date) -> bool:
    try:
        year, month = int(text[:4]), int(text[5:7])
    except ValueError:
        return False
    return (today.year - year) * 12 + today.month - month > _OLD_MONTHS


def _matched(case: Case, app: AppComparison) -> str:
    words = matched_words(app, by_reader=False)
    decided = app.binding.decided if app.binding is not None else None
    if decided is None or app.matched_by is MatchedBy.NAME:
        return words
    return f"{words} on {case.notation.long_day(decided)}"


def _manifest(app: AppComparison) -> str:
    if app.registration_id is not None:
        unread = any(finding.declared is Declared.UNVERIFIED for finding in app.findings)
        return "registered in this tenant, not read" if unread else "registered in this tenant, read"
    if any(finding.declared is Declared.UNVERIFIED for finding in app.findings):
        return "not read"
    if app.origin in (Origin.EXTERNAL, Origin.MICROSOFT):
        return "in the vendor’s tenant, not readable"
    return "none"


def _uses(app: AppComparison) -> str:
    uses, profile = app.uses, app.profile
    if uses is None or profile is None:
        return "not known"
    if not uses.chosen:
        return "not chosen yet: everything assumed"
    by_workload: dict[str, list[str]] = {}
    for cell in profile.matrix:
        if cell in uses.cells:
            by_workload.setdefault(inert(cell.workload, 60), []).append(inert(cell.operation, 60))
    told = [f"{workload} ({', '.join(operations)})" for workload, operations in by_workload.items()]
    told += [CONDITION[one] for one in profile.choosable_conditions if one in uses.conditions]
    return ", ".join(told) or "none"


def _roles(app: AppComparison) -> str:
    if app.directory_roles is None:
        return "not read"
    names = dict.fromkeys(named(role.role, 80) for role in app.directory_roles)
    return listed(list(names), most=12) or "none"


def _credentials(case: Case, app: AppComparison) -> str:
    if app.credentials is None:
        return "not read"
    dated = [c.ends.date() for c in app.credentials if c.ends is not None]
    if not app.credentials:
        return "none"
    number = case.counted(len(app.credentials), "secret or certificate", "secrets and certificates")
    if not dated:
        return number
    newest = max(dated)
    ends = "ended" if newest < case.subject.judged_on else "ends"
    return f"{number}, the newest {ends} on {case.notation.long_day(newest)}"


def _completeness(case: Case, app: AppComparison, told: AppHead) -> Callout:
    need, head = told.counts, Run(told.spoken)
    wanted = "needed" if app.baseline is Baseline.PROFILE else "configured"
    unread = sum(1 for finding in app.findings if finding.status is Status.UNVERIFIED)
    if app.baseline is not Baseline.NONE and need.unread:
        of = f"{case.notation.number(need.unread)} of {case.counted(need.needed, f'{wanted} permission')}"
        title = f"{capital(of)} could not be read, so this app cannot be judged."
        return Callout(INCOMPLETE_LOOK, title, ((head,),))
    if app.verdict is Verdict.UNVERIFIED and app.missing_profile is not None:
        title = "Its profile is not at hand, so this app cannot be judged."
        return Callout(INCOMPLETE_LOOK, f"{title}{' Not everything it holds was read.' if unread else ''}", ((head,),))
    if unread or not app.excess_complete:
        title = f"All {wanted} permissions were read; what is granted beyond them was not read to the end."
        if app.baseline is Baseline.NONE:
            title = "Not everything it holds was read."
        elif not _manifest_read(case, app):
            title = "Its manifest could not be read to the end."
        return Callout(INCOMPLETE_LOOK, title, ((head,),))
    return Callout(COMPLETE_LOOK, "Everything about this app’s permissions was read.", ((head,),))


def _manifest_read(case: Case, app: AppComparison) -> bool:
    listed_whole = Coverage(case.comparison.reads).list_complete(ReadName.APPLICATIONS)
    return listed_whole or not any(finding.declared is Declared.UNVERIFIED for finding in app.findings)


def _notices(app: AppComparison, head: AppHead) -> Iterable[Block]:
    if head.notice is not None:
        yield Callout(WARNING, "Who this app is has not been confirmed.", (plain(head.notice[1]),))
    for flag, tag in APP_FLAG.items():
        if flag in app.flags and flag not in _NOTICES:
            yield Callout(WARNING, tag.meaning, ())


def _notes(app: AppComparison) -> Iterable[Block]:
    if app.profile is not None and app.profile.notes:
        yield Heading("What to know about this app")
        yield from (Paragraph(plain(sentence(note))) for note in app.profile.notes)
