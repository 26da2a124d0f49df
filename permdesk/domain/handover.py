"""The mail that hands a consent over: the path to walk first, what to check, why, and only then the link."""

from urllib.parse import quote

from permdesk.domain.application import Origin
from permdesk.domain.consent import ConsentPlan, HandOver
from permdesk.domain.consent_who import NAME_LIMIT
from permdesk.domain.finding import Finding
from permdesk.domain.profile import Route
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, verb

#: Characters. Some mail programs cut a mailto: address at about 2,000.
_LONGEST_MAILTO = 1_900
#: More names than these are counted, not listed.
_MOST_NAMES = 12


def hand_over(plan: ConsentPlan) -> HandOver:
    """Return the mail for a plan; every name in it that somebody else chose is made inert.

    Where the whole text would be too long for a mailto: address, that address carries it without remarks.
    """
    subject = f"Please re-authorise {inert(plan.display_name, NAME_LIMIT)} in {inert(plan.tenant.name, NAME_LIMIT)}"
    body = _body(plan, remarks=True)
    mailto = _mailto(subject, body)
    if len(mailto) > _LONGEST_MAILTO:
        mailto = _mailto(subject, _body(plan, remarks=False))
    return HandOver(subject, body, mailto)


def _mailto(subject: str, body: str) -> str:
    lines = body.replace("\n", "\r\n")
    return f"mailto:?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"


def _body(plan: ConsentPlan, *, remarks: bool) -> str:
    app = inert(plan.display_name, NAME_LIMIT)
    tenant = inert(plan.tenant.name, NAME_LIMIT)
    first = plan.routes[0]
    blocks = (
        f"Please re-authorise the app {app} in the tenant {tenant}.",
        _path(first.route, None if first.url == plan.link else first.url, remarks=remarks),
        _identity(plan, app, tenant),
        _reason(plan, remarks=remarks),
        _link(plan),
    )
    return "\n\n".join(blocks) + "\n"


def _path(route: Route, page: str | None, *, remarks: bool) -> str:
    lines = [f"The path to walk: {inert(route.label)}"]
    lines += [f"  {number}. {inert(step)}" for number, step in enumerate(route.steps, 1)]
    if page and remarks:
        lines.append(f"  The page: {page}")
    if route.who:
        lines.append(f"  Who may: {inert(route.who)}")
    if route.note and remarks:
        lines.append(f"  Note: {inert(route.note)}")
    return "\n".join(lines)


def _identity(plan: ConsentPlan, app: str, tenant: str) -> str:
    if plan.origin is Origin.REGISTERED_HERE:
        publisher = "registered in this tenant itself"
    elif plan.publisher is not None:
        publisher = f"{inert(plan.publisher.name, NAME_LIMIT)} (verified by Microsoft)"
    else:
        publisher = "not verified by Microsoft"
    rows = [("App", app), ("App ID", plan.app_id or ""), ("Publisher", publisher)]
    if plan.owner_tenant_id and plan.origin is not Origin.REGISTERED_HERE:
        rows.append(("Owner tenant ID", plan.owner_tenant_id))
    rows += [("Tenant", tenant), ("Tenant ID", plan.tenant.id)]
    return "\n".join(["Check before you accept:", *(f"  {name + ':':<17}{inert(value)}" for name, value in rows)])


def _reason(plan: ConsentPlan, *, remarks: bool) -> str:
    source = inert(plan.profile.vendor, NAME_LIMIT) if plan.profile else "its registration"
    needed = [finding for finding in (*plan.will_be_added, *plan.still_missing) if finding.gap]
    lines = ["Why:"]
    if needed:
        count = len(needed)
        asked = f"{counted(count, 'permission')} that {source} asks for {verb(count, 'is', 'are')}"
        lines.append(f"  {asked} not granted: {_names(needed)}.")
    else:
        lines.append("  Nothing needed is missing; the consent is renewed.")
    if plan.may_be_removed:
        lines.append(f"  A new consent may remove what is not asked for: {_names(list(plan.may_be_removed))}.")
    if remarks:
        # The first caution counts what was just named.
        lines += [f"  {caution}" for caution in plan.cautions[1 if plan.may_be_removed else 0 :]]
    return "\n".join(lines)


def _names(findings: list[Finding]) -> str:
    names = list(dict.fromkeys(inert(finding.permission.label, NAME_LIMIT) for finding in findings))
    if len(names) > _MOST_NAMES:
        return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES:,} more"
    return ", ".join(names)


def _link(plan: ConsentPlan) -> str:
    if plan.link is None:
        return f"There is no link: {plan.closed_because}"
    return (
        "The admin consent link, for this tenant and this app alone. "
        f"Check that it begins with {plan.cloud.login}/ and carries the two IDs above:\n{plan.link}"
    )
