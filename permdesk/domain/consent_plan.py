"""The plan of a consent: routes, link or the reason why it is shut, portal pages, and the mail to hand it over."""

from functools import partial

from msgspec.structs import replace

from permdesk.domain.application import Origin
from permdesk.domain.cloud import Cloud
from permdesk.domain.consent import IDENTITY_OPEN, Closed, ConsentPlan, RouteOffer, consent_link
from permdesk.domain.consent_change import asked_for, cautions, change_of
from permdesk.domain.consent_who import who_may, you_may
from permdesk.domain.finding import AppComparison, AppFlag, Comparison
from permdesk.domain.handover import hand_over
from permdesk.domain.portal import PortalLink, PortalPage, is_guid, portal_link
from permdesk.domain.profile import Route, RouteKind
from permdesk.domain.tenant import Tenant


def plan_consent(comparison: Comparison, app: AppComparison, *, cloud: Cloud) -> ConsentPlan:
    """Return the plan for one compared app.

    Args:
        comparison: the tenant the app belongs to.
        app: one of its apps.
        cloud: the tenant's cloud; a custom one without login endpoint closes the link.
    """
    closed = _closed(app, comparison.tenant, cloud)
    link = None
    if closed is None and app.app_id is not None:
        link = consent_link(cloud, tenant_id=comparison.tenant.id, app_id=app.app_id)
    change = change_of(app)
    pages = _portal_links(app, comparison.tenant, cloud)
    own = app.origin is Origin.REGISTERED_HERE
    who = who_may(app, own=own, asked_for=partial(asked_for, own=own))
    plan = ConsentPlan(
        app_id=app.app_id,
        object_id=app.object_id,
        registration_id=app.registration_id,
        display_name=app.display_name,
        origin=app.origin,
        publisher=app.publisher,
        owner_tenant_id=app.owner_tenant_id,
        tenant=comparison.tenant,
        cloud=cloud,
        profile=app.profile,
        scan_id=comparison.scan_id,
        read_at=comparison.read_at,
        routes=_routes(app, link, pages, closed),
        link=link,
        closed=closed,
        closed_because=_closed_because(closed, app) if closed else "",
        who=who,
        you=you_may(who, comparison.account),
        will_be_added=change.added,
        may_be_removed=change.removed,
        probably_asked_for=change.probably_asked_for(app),
        still_missing=change.missing,
        stays=change.stays,
        not_read=change.unread,
        cautions=cautions(app, change),
        portal=pages,
        mail=None,
    )
    return plan if closed in IDENTITY_OPEN else replace(plan, mail=hand_over(plan))


def _closed(app: AppComparison, tenant: Tenant, cloud: Cloud) -> Closed | None:
    if app.app_id is None:
        return Closed.NOT_INSTALLED
    if app.origin is Origin.MANAGED_IDENTITY:
        return Closed.MANAGED_IDENTITY
    if app.origin is Origin.MICROSOFT:
        return Closed.MICROSOFT
    if AppFlag.AMBIGUOUS in app.flags:
        return Closed.AMBIGUOUS
    if AppFlag.UNCONFIRMED in app.flags:
        return Closed.UNCONFIRMED
    own = app.origin is Origin.REGISTERED_HERE
    if app.profile is None and not own:
        return Closed.NO_PROFILE
    if cloud.login is None:
        return Closed.NO_LOGIN_ENDPOINT
    if own and not app.reply_urls:
        return Closed.NO_REPLY_URL
    if not (is_guid(app.app_id) and is_guid(tenant.id)):
        return Closed.UNUSABLE_ID
    return None


def _closed_because(closed: Closed, app: AppComparison) -> str:
    match closed:
        case Closed.NOT_INSTALLED:
            expected = app.profile.not_installed if app.profile else ""
            return expected or "No app of this tenant bears this profile, so there is nothing to consent to."
        case Closed.MANAGED_IDENTITY:
            return "It is a managed identity: Azure gives it permissions by script, and no consent page exists for it."
        case Closed.MICROSOFT:
            return "It is an app of Microsoft's own: its consent is not given by a link."
        case Closed.AMBIGUOUS:
            return (
                "Several apps bear this name, and names can be copied. "
                "Look at publisher, owner tenant and app ID, confirm the right one, and the link opens."
            )
        case Closed.UNCONFIRMED:
            return (
                "It was matched by name alone, and names can be copied. "
                "Look at publisher, owner tenant and app ID, confirm it once, and the link opens."
            )
        case Closed.NO_PROFILE:
            return (
                "It is not bound to a vendor's profile, so permdesk cannot say what a consent should grant. "
                "Bind it, or decide on its permissions page in the portal."
            )
        case Closed.NO_LOGIN_ENDPOINT:
            return "The sign-in address of this cloud is not known. Name it with --login-endpoint."
        case Closed.NO_REPLY_URL:
            return (
                "The registration has no reply address, so the link would end in an error (AADSTS500113). "
                "Grant admin consent on its API permissions page in the portal."
            )
        case Closed.UNUSABLE_ID:
            return "Its app ID or the tenant's ID is no GUID, so no address can be made of it."


def _routes(
    app: AppComparison, link: str | None, pages: tuple[PortalLink, ...], closed: Closed | None
) -> tuple[RouteOffer, ...]:
    routes = list(app.profile.routes) if app.profile else []
    if closed in (Closed.MANAGED_IDENTITY, Closed.MICROSOFT, Closed.NOT_INSTALLED):
        return tuple(RouteOffer(route, None) for route in routes)
    if not routes and app.origin is Origin.REGISTERED_HERE:
        routes.append(_OWN_ROUTE)
    if not any(route.kind is RouteKind.ADMIN_CONSENT_LINK for route in routes):
        routes.append(_LINK_ROUTE)
    by_page = {page.page: page.url for page in pages}
    beginning = {
        RouteKind.VENDOR_CONSOLE: None,
        RouteKind.REGISTRATION: by_page.get(PortalPage.REGISTRATION_PERMISSIONS),
        RouteKind.ADMIN_CONSENT_LINK: link,
    }
    return tuple(RouteOffer(route, beginning[route.kind]) for route in routes)


_OWN_ROUTE = Route(
    RouteKind.REGISTRATION,
    "Grant admin consent in the portal",
    steps=(
        "Open the app registration in the Entra admin center",
        "Open API permissions and look at the configured permissions",
        "Choose Grant admin consent for the tenant",
    ),
    note="The portal asks what becomes of other granted permissions: keep those that are needed.",
)
_LINK_ROUTE = Route(
    RouteKind.ADMIN_CONSENT_LINK,
    "Grant admin consent",
    steps=(
        "Open the admin consent link of this app, pinned to this tenant",
        "Sign in, read what the app asks for, and accept",
    ),
    note="The page it ends on may look like an error: reading the tenant again decides.",
)


def _portal_links(app: AppComparison, tenant: Tenant, cloud: Cloud) -> tuple[PortalLink, ...]:
    pages = []
    if app.registration_id is not None:
        pages += [PortalPage.REGISTRATION_PERMISSIONS, PortalPage.REGISTRATION_CREDENTIALS]
    if app.object_id is not None:
        pages += [PortalPage.ENTERPRISE_PERMISSIONS, PortalPage.ENTERPRISE_OVERVIEW]
    managed = app.origin is Origin.MANAGED_IDENTITY
    links = (
        portal_link(
            page,
            cloud=cloud,
            tenant_id=tenant.id,
            app_id=app.app_id,
            object_id=app.object_id,
            managed_identity=managed,
        )
        for page in pages
    )
    return tuple(link for link in links if link is not None)
