"""permdesk-cli consent: how an app is re-authorised, what it would change, and the link."""

from collections.abc import Sequence
from datetime import UTC

import click

from permdesk.cli.commands.consent_again import tell_holders, tell_proof
from permdesk.cli.documents import consent_document
from permdesk.cli.exits import Exit
from permdesk.cli.files import Place
from permdesk.cli.options import Command, session_options
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import bold, columns, name, say
from permdesk.domain.consent import IDENTITY_OPEN, Closed, ConsentPlan, RouteOffer
from permdesk.domain.experience import Experience
from permdesk.domain.finding import AppComparison, Finding
from permdesk.domain.repair import gives_what_is_missing, takes_what_is_beyond
from permdesk.domain.text import inert
from permdesk.errors import UsageError
from permdesk.presentation.experience import experience_words
from permdesk.presentation.scripts import ScriptForm, script


@click.command(
    cls=Command,
    examples=(
        'permdesk-cli consent "AvePoint Cloud Backup Express" --sample',
        "permdesk-cli consent svc-m365-backup --sample --mail",
        "permdesk-cli consent svc-m365-backup --scan larkfield.permdesk --json",
        "permdesk-cli consent svc-m365-backup --sample --script powershell",
        "permdesk-cli consent svc-m365-backup --sample --script azure-cli --withdraw",
        "permdesk-cli consent svc-m365-backup --sample --holders",
        "permdesk-cli consent svc-m365-backup --sample --check-again",
    ),
)
@click.argument("app")
@click.option("--uses", multiple=True, metavar="PROFILE:CELL", help="Services in use for this run (repeatable).")
@click.option("--mail", is_flag=True, help="Print the mail that hands this over instead.")
@click.option(
    "--script",
    "form",
    type=click.Choice([form.value for form in ScriptForm]),
    help="Print a script instead that grants what the app needs and lacks, and nothing else; with --check-again, one "
    "that gives back what was lost.",
)
@click.option("--withdraw", is_flag=True, help="With --script: withdraw what goes beyond the need instead.")
@click.option("--holders", is_flag=True, help="Print who holds the directory roles that are enough instead.")
@click.option(
    "--check-again",
    "again",
    is_flag=True,
    help="After the click: read APP alone, print what changed since the scan before, and keep that record.",
)
@click.option(
    "--before",
    type=Place(),
    metavar="FILE_OR_ID",
    help="With --check-again: the scan before (default: the newest one of the tenant that is kept).",
)
@session_options()
def consent(
    session: Session,
    app: str,
    uses: tuple[str, ...],
    before: str | None,
    *,
    mail: bool,
    form: str | None,
    withdraw: bool,
    holders: bool,
    again: bool,
) -> int:
    """Show how APP is re-authorised, and the link.

    Told are the route, what the click adds and may remove, and who may click. permdesk opens nothing and changes
    nothing. The link stays shut while nobody has confirmed who the app is.
    """
    if withdraw and (form is None or again):
        raise UsageError("--withdraw goes with --script alone", remedy="Name what shall run it: --script powershell.")
    if form is not None and (mail or session.as_json):
        raise UsageError("--script prints a script and nothing else", remedy="Leave --mail and --json out.")
    _one_thing(mail=mail, script=form is not None and not again, holders=holders, again=again)
    if before is not None and not again:
        raise UsageError("--before goes with --check-again", remedy="Add --check-again.")
    if again:
        return tell_proof(session, app, before, uses, form=ScriptForm(form) if form is not None else None)
    comparison = session.compare(uses=uses)
    found = session.services.find_app(comparison, app)
    plan = session.services.consent(comparison, found, cloud=session.cloud)
    if holders:
        return tell_holders(session, comparison, plan)
    if form is not None:
        click.echo(_script(plan, found, ScriptForm(form), withdraw=withdraw), nl=False)
    elif session.as_json:
        emit(consent_document(plan, session.services.consents.experience(plan)))
    elif mail:
        say(plan.mail.body if plan.mail else plan.closed_because)
    else:
        for line in _lines(plan, session.services.consents.experience(plan)):
            say(line)
    return Exit.DONE


def _one_thing(*, mail: bool, script: bool, holders: bool, again: bool) -> None:
    if sum((mail, script, holders, again)) > 1:
        raise UsageError(
            "--mail, --script, --holders and --check-again each print one thing", remedy="Name one of them."
        )


def _script(plan: ConsentPlan, app: AppComparison, form: ScriptForm, *, withdraw: bool) -> str:
    if plan.closed in IDENTITY_OPEN and plan.closed is not Closed.MANAGED_IDENTITY:
        raise UsageError("There is no script as long as it is open who the app is", detail=plan.closed_because)
    make = takes_what_is_beyond if withdraw else gives_what_is_missing
    repair = make(app, tenant=plan.tenant, cloud=plan.cloud)
    if repair is None:
        raise UsageError("No script can be made for this app", detail="An ID of it, or of the tenant, is no GUID.")
    return script(repair, form)


def _lines(plan: ConsentPlan, experience: Sequence[Experience]) -> list[str]:
    lines = [bold(f"Re-consent to {name(plan.display_name)} in {name(plan.tenant.name)}"), ""]
    for place, offer in enumerate(plan.routes):
        lines += _route(offer, "First" if place == 0 else "Or")
    lines += ["Who may consent", f"  {plan.who.text}", f"  {plan.you.title}. {plan.you.text}", ""]
    if experience:
        lines += ["What earlier consents did", *(f"  {experience_words(one, zone=UTC)}" for one in experience), ""]
    for title, findings in (
        ("May be removed", plan.may_be_removed),
        ("Will be added", plan.will_be_added),
        ("Still missing after the click", plan.still_missing),
        ("Could not be read", plan.not_read),
        ("Stays", plan.stays),
    ):
        if findings:
            rows = (_row(finding, asked=finding in plan.probably_asked_for) for finding in findings)
            lines += [f"{title} ({len(findings)})", *columns(rows, indent="  "), ""]
    lines += [f"! {caution}" for caution in plan.cautions]
    lines += ["", "Link", f"  {plan.link or 'None. ' + inert(plan.closed_because)}"]
    if plan.portal:
        rows = ((link.label, link.url) for link in plan.portal)
        lines += ["", "Portal", *columns(rows, indent="  ")]
    return lines


def _route(offer: RouteOffer, word: str) -> list[str]:
    route = offer.route
    lines = [f"{word}: {inert(route.label)}"]
    lines += [f"  {number}. {inert(step)}" for number, step in enumerate(route.steps, 1)]
    if route.who:
        lines.append(f"  Who: {inert(route.who)}")
    if route.note:
        lines.append(f"  Note: {inert(route.note)}")
    if offer.url:
        lines.append(f"  {offer.url}")
    return [*lines, ""]


def _row(finding: Finding, *, asked: bool) -> tuple[str, ...]:
    permission, accepted = finding.permission, finding.accepted
    words = (name(permission.label), permission.kind.value, name(permission.resource, 40))
    remarks = (
        "probably asked for by the vendor" if asked else "",
        f"accepted by {name(accepted.by, 60)}" if accepted is not None else "",
    )
    said = "; ".join(remark for remark in remarks if remark)
    return (*words, said) if said else words
