"""Who may give a consent in Entra ID, and whether whoever reads the tenant may.

Sources: learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent for the roles,
learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference for their template ids.
"""

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.finding import AppComparison, Declared, Finding, Granted
from permdesk.domain.permission import AZURE_AD_GRAPH_APP_ID, GRAPH_APP_ID, Kind
from permdesk.domain.tenant import Account, HeldRole
from permdesk.domain.text import inert
from permdesk.domain.wording import listed, verb

#: The longest name of a stranger's choosing in a sentence.
NAME_LIMIT = 120

#: Roles that may consent to anything: name, and the id of its template.
_PRIVILEGED = {
    "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
}
#: Roles that may consent to everything but application permissions of Microsoft Graph.
_APPLICATION = {
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
}
_TEMPLATES = {**_PRIVILEGED, **_APPLICATION}
PRIVILEGED_ROLES = tuple(_PRIVILEGED)
APPLICATION_ROLES = tuple(_APPLICATION)


class WhoMay(Struct, frozen=True):
    """Who may consent in Entra ID.

    Attributes:
        text: one or two sentences.
        roles: directory roles, each of which is enough.
        needs_privileged: the consent covers application permissions of Microsoft Graph; None where nobody can say.
    """

    text: str
    roles: tuple[str, ...]
    needs_privileged: bool | None


class YouMay(StrEnum):
    """Whether the account that read the tenant may consent."""

    YES = "yes"
    NOT_NOW = "not-now"
    UNKNOWN = "unknown"


class Answer(Struct, frozen=True):
    """The answer for one account.

    Attributes:
        title: the answer in a few words.
        text: what it rests on, and what to do.
        held: its active directory roles by name; None where they were not read.
    """

    you: YouMay
    title: str
    text: str
    held: tuple[str, ...] | None


def who_may(app: AppComparison, *, own: bool, asked_for: Callable[[Finding], bool]) -> WhoMay:
    """Return who may consent in Entra ID, by everything the consent asks for, granted already or not.

    Args:
        app: the compared app.
        own: it is registered in this tenant.
        asked_for: tells whether the consent asks for a permission.
    """
    graph_roles = [
        finding
        for finding in app.findings
        if finding.permission.kind is Kind.APPLICATION
        and finding.permission.resource_app_id in (GRAPH_APP_ID, AZURE_AD_GRAPH_APP_ID)
        and (asked_for(finding) or (not own and finding.granted is Granted.TENANT))
    ]
    enough = f"Enough: {' or '.join(PRIVILEGED_ROLES)}."
    if graph_roles:
        return WhoMay(
            f"It asks for application permissions of Microsoft Graph. {enough} "
            f"{' and '.join(APPLICATION_ROLES)} are not enough.",
            PRIVILEGED_ROLES,
            needs_privileged=True,
        )
    if any(finding.declared is Declared.UNVERIFIED for finding in app.findings) or not app.findings:
        return WhoMay(
            f"What it asks for could not be read. Surely {enough[0].lower()}{enough[1:]}", PRIVILEGED_ROLES, None
        )
    roles = (*APPLICATION_ROLES, *PRIVILEGED_ROLES)
    source = "" if own else "As far as the vendor's page and its grants tell, "
    text = f"{source}{'no' if source else 'No'} application permission of Microsoft Graph is asked for."
    return WhoMay(f"{text} Enough: {', '.join(roles[:-1])} or {roles[-1]}.", roles, needs_privileged=False)


def roles_enough(who: WhoMay) -> tuple[HeldRole, ...]:
    """Return the roles that are enough, with their templates."""
    return tuple(HeldRole(_TEMPLATES[role], role) for role in who.roles)


def you_may(who: WhoMay, account: Account, *, now: bool = False) -> Answer:
    """Return whether an account may consent, by its active directory roles.

    Args:
        who: whose roles are enough.
        account: who read the tenant.
        now: its roles are those of this moment, not those of when the tenant was read.
    """
    name = inert(account.username, NAME_LIMIT) if account.username else "the account that read the tenant"
    if account.roles is None:
        return Answer(
            YouMay.UNKNOWN,
            "Your roles could not be read",
            f"The directory roles of {name} were not told, as with a guest or a partner's account.",
            None,
        )
    held = tuple(inert(role.name, NAME_LIMIT) for role in account.roles)
    number = max(1, len(held))
    were = verb(number, "is", "are") if now else verb(number, "was", "were")
    active = f"{listed(held) if held else 'No directory role'} {were} active for {name}"
    wanted = {_TEMPLATES[role] for role in who.roles}
    if any(role.template_id in wanted for role in account.roles):
        return Answer(YouMay.YES, "You may", f"{active}.", held)
    return Answer(
        YouMay.NOT_NOW,
        f"Not with the roles {'active now' if now else 'that were active'}",
        f"{active}. If you hold an eligible one in Privileged Identity Management, activate it, then check roles "
        "again. A custom role may be enough; permdesk does not read those.",
        held,
    )
