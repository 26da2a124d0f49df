"""How an app is (re-)authorised: the facts of a plan, and the admin-consent link.

The link is the v1 admin consent address: it asks for everything the app's manifest requires and nothing else, needs no
address to come back to, and is pinned to one directory of one cloud
(learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent).
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.application import Origin, Publisher
from permdesk.domain.cloud import Cloud
from permdesk.domain.consent_who import Answer, WhoMay
from permdesk.domain.finding import Documented, Finding, Flag
from permdesk.domain.portal import PortalLink, is_guid
from permdesk.domain.profile import Profile, Route
from permdesk.domain.tenant import Tenant


class Closed(StrEnum):
    """Why there is no consent link."""

    NOT_INSTALLED = "not-installed"
    MANAGED_IDENTITY = "managed-identity"
    MICROSOFT = "microsoft"
    AMBIGUOUS = "ambiguous"
    UNCONFIRMED = "unconfirmed"
    NO_PROFILE = "no-profile"
    NO_LOGIN_ENDPOINT = "no-login-endpoint"
    NO_REPLY_URL = "no-reply-url"
    UNUSABLE_ID = "unusable-id"


#: As long as one of these holds, nobody is asked to consent: who the app is, or that one can consent to it, is open.
IDENTITY_OPEN = frozenset(
    {
        Closed.NOT_INSTALLED,
        Closed.MANAGED_IDENTITY,
        Closed.MICROSOFT,
        Closed.AMBIGUOUS,
        Closed.UNCONFIRMED,
        Closed.NO_PROFILE,
        Closed.UNUSABLE_ID,
    }
)


class RouteOffer(Struct, frozen=True):
    """A route, and the page it begins on where permdesk knows it."""

    route: Route
    url: str | None


class HandOver(Struct, frozen=True):
    """A mail that lets somebody else walk the route: its text, and the address that opens it as a new mail."""

    subject: str
    body: str
    mailto: str


class ConsentPlan(Struct, frozen=True):
    """Everything to know before a click.

    Attributes:
        routes: the first is to be walked first.
        link: the admin-consent address; None where ``closed`` says why not.
        closed_because: the sentence that goes with ``closed``; empty where the link is open.
        will_be_added: not granted tenant-wide, and the consent asks for it as far as manifest or vendor's page tell.
        may_be_removed: granted tenant-wide, and not among what the consent asks for.
        probably_asked_for: of these, what came within a minute of documented permissions: the vendor's app asked for
            it then.
        still_missing: needed, and not there after the click: configure it, add its API, or ask the vendor.
        stays: granted tenant-wide, and asked for again.
        who: whose directory roles are enough.
        you: whether the account that read the tenant has one of them.
        not_read: nobody could read whether it is granted.
        cautions: sentences to show beside the link.
        mail: None as long as it is open who the app is.
    """

    app_id: str | None
    object_id: str | None
    registration_id: str | None
    display_name: str
    origin: Origin
    publisher: Publisher | None
    owner_tenant_id: str | None
    tenant: Tenant
    cloud: Cloud
    profile: Profile | None
    scan_id: str
    read_at: datetime
    routes: tuple[RouteOffer, ...]
    link: str | None
    closed: Closed | None
    closed_because: str
    who: WhoMay
    you: Answer
    will_be_added: tuple[Finding, ...]
    may_be_removed: tuple[Finding, ...]
    probably_asked_for: tuple[Finding, ...]
    still_missing: tuple[Finding, ...]
    stays: tuple[Finding, ...]
    not_read: tuple[Finding, ...]
    cautions: tuple[str, ...]
    portal: tuple[PortalLink, ...]
    mail: HandOver | None

    @property
    def dangerous(self) -> bool:
        """True where what may be lost is firm, or needed: an app registered here, or a documented permission."""
        return any(
            Flag.MAY_BE_REMOVED in finding.flags or finding.documented is Documented.YES
            for finding in self.may_be_removed
        )


def consent_link(cloud: Cloud, *, tenant_id: str, app_id: str) -> str | None:
    """Return the v1 admin-consent address of an app in one directory; None without sign-in host or with odd ids."""
    if cloud.login is None or not (is_guid(tenant_id) and is_guid(app_id)):
        return None
    return f"{cloud.login}/{tenant_id}/adminconsent?client_id={app_id}"
