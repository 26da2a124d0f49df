"""What to do about one app, in order."""

from collections.abc import Iterable

from permdesk.domain.consent_change import change_of
from permdesk.domain.finding import AppComparison, AppFlag, Finding, Flag, Remedy, Status
from permdesk.domain.permission import AZURE_AD_GRAPH_APP_ID
from permdesk.domain.profile import Route
from permdesk.domain.wording import listed, verb
from permdesk.presentation.explanation import vendor_of
from permdesk.presentation.requirement import is_needed
from permdesk.reports.compose.runs import bold, named, plain, quiet, sentence, spaced
from permdesk.reports.document import Block, Heading, Paragraph, Run, Runs, Steps

_MOST_NAMED = 6


def step_blocks(app: AppComparison) -> Iterable[Block]:
    """Yield the steps, or that there are none."""
    yield Heading("What to do")
    steps = tuple(_steps(app))
    if steps:
        last = plain("Read the tenant again, and file the new summary with this page.")
        yield Steps((*steps, last))
    else:
        yield Paragraph(plain("Nothing, by what was read."))


def _steps(app: AppComparison) -> Iterable[Runs]:
    if app.missing_profile is not None:
        yield plain("Add the folder that holds its profile, or bind the app to another profile; then compare again.")
    if AppFlag.AMBIGUOUS in app.flags:
        yield plain(
            "Several apps bear this name, and a name can be copied. Look at publisher, owner tenant and app ID, and "
            "confirm the right one before anybody consents."
        )
    elif AppFlag.UNCONFIRMED in app.flags:
        yield plain(
            "It was matched by its name, and a name can be copied. Look at publisher, owner tenant and app ID, and "
            "confirm it before anybody consents."
        )
    open_findings = [f for f in app.findings if f.counts and f.accepted is None]
    yield from _read_again(app, open_findings)
    yield from _gaps(app, open_findings)
    yield from _excess(app, open_findings)
    yield from _housekeeping(app)


def _read_again(app: AppComparison, findings: list[Finding]) -> Iterable[Runs]:
    unread = [f for f in findings if f.status is Status.UNVERIFIED]
    if unread or not app.excess_complete:
        apis = listed(sorted({named(f.permission.resource, 80) for f in unread}), most=_MOST_NAMED)
        what = f"the grants on {apis}" if apis else "what was not read"
        yield plain(f"Read {what} again, with an account that may, such as a Global Reader.")


def _gaps(app: AppComparison, findings: list[Finding]) -> Iterable[Runs]:
    gaps = [f for f in findings if f.status is Status.MISSING or (f.status is Status.PARTIAL and f.gap is not False)]
    retired = [f for f in app.findings if Flag.RETIRED_API in f.flags and f.status is not Status.BASIC]
    if retired:
        azure = any(f.permission.resource_app_id == AZURE_AD_GRAPH_APP_ID for f in retired)
        ews = any(f.permission.resource_app_id != AZURE_AD_GRAPH_APP_ID for f in retired)
        without = listed([*(["Azure AD Graph"] if azure else []), *(["Exchange Web Services (EWS)"] if ews else [])])
        yield plain(f"Ask {named(vendor_of(app), 80)} for a version without {without}.")
    not_offered = [f for f in gaps if Remedy.NOT_OFFERED in f.remedy]
    if not_offered:
        yield plain(
            f"Ask {named(vendor_of(app), 80)} about {_values(not_offered)}: "
            f"{verb(len(not_offered), 'its API does', 'their APIs do')} not offer it in this tenant or cloud."
        )
    absent = [f for f in gaps if Remedy.PROVISION_API in f.remedy]
    if absent:
        names = sorted({named(f.permission.resource, 80) for f in absent})
        yield plain(f"Add {listed(names, most=_MOST_NAMED)} to this tenant: until then a consent fails.")
    declare = [f for f in gaps if Remedy.DECLARE in f.remedy]
    if declare:
        yield plain(
            f"Add {_values(declare)} to the API permissions of the registration: consent alone would not add it."
        )
    if any(Remedy.CONSENT in f.remedy or f.status is Status.PARTIAL for f in gaps):
        yield from _may_go(app)
        yield _consent(app)


def _may_go(app: AppComparison) -> Iterable[Runs]:
    removed = list(change_of(app).removed)
    if not removed:
        return
    number = len(removed)
    needed = [f for f in removed if is_needed(f, app.baseline)]
    words = (
        f"Before the consent: {_values(removed)} {verb(number, 'is', 'are')} granted and not asked for, and a new "
        f"consent may remove {verb(number, 'it', 'them')}."
    )
    yield (Run(words), bold(f" Needed: {_values(needed)}.")) if needed else plain(words)


def _consent(app: AppComparison) -> Runs:
    routes = app.profile.routes if app.profile is not None else ()
    if not routes:
        where = (
            "on the API permissions page of the registration" if app.registration_id is not None else "in the portal"
        )
        return plain(f"Grant admin consent {where}.")
    route = routes[0]
    return (bold(f"{named(route.label, 120)}: "), Run(_walk(route)), *_who(route))


def _walk(route: Route) -> str:
    steps = [named(step, 300).rstrip(".") for step in route.steps]
    return spaced("; ".join([steps[0], *(step[:1].lower() + step[1:] for step in steps[1:])]) + "." if steps else "")


def _who(route: Route) -> Runs:
    told = spaced(f"Who may: {sentence(route.who)}" if route.who else "", sentence(route.note))
    return (quiet(f" {told}"),) if told else ()


def _excess(app: AppComparison, findings: list[Finding]) -> Iterable[Runs]:
    excess = [f for f in findings if f.status is Status.EXCESS]
    if excess:
        does = "the app does without it" if len(excess) == 1 else "the app does without them"
        yield plain(
            f"Remove {_values(excess)} in the Entra admin center if {does}; else accept "
            f"{verb(len(excess), 'it', 'them')} with a reason and a review date."
        )
    only = [f for f in findings if f.status is Status.DECLARED_ONLY]
    if only and app.registration_id is not None:
        yield plain(f"Take {_values(only)} out of the registration: the next consent would grant it.")


def _housekeeping(app: AppComparison) -> Iterable[Runs]:
    if AppFlag.CREDENTIAL_EXPIRES in app.flags:
        yield plain("Renew the credential of the registration in time.")
    if AppFlag.NO_DIRECTORY_ROLE in app.flags:
        yield plain("Give its service principal the directory role that Exchange asks for, or the permission is idle.")
    if any(Flag.ACCOUNT_GONE in finding.flags for finding in app.findings):
        yield plain("Remove the grants of accounts that do not exist any more.")


def _values(findings: list[Finding]) -> str:
    return listed(list(dict.fromkeys(named(f.permission.label, 120) for f in findings)), most=_MOST_NAMED)
