"""Routes, links, who may, what changes, and the mail: by construction of single apps."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from permdesk.domain.application import Origin, Publisher
from permdesk.domain.cloud import CLOUDS, Cloud, custom_cloud
from permdesk.domain.consent import IDENTITY_OPEN, Closed, consent_link
from permdesk.domain.consent_plan import plan_consent
from permdesk.domain.consent_who import YouMay
from permdesk.domain.finding import (
    AppComparison,
    AppFlag,
    Baseline,
    Comparison,
    Declared,
    Documented,
    Finding,
    Flag,
    Granted,
    MatchedBy,
    Remedy,
    Status,
    Verdict,
)
from permdesk.domain.permission import EXCHANGE_APP_ID, GRAPH_APP_ID, Kind, Permission
from permdesk.domain.portal import PortalPage, portal_link
from permdesk.domain.profile import Profile, Route, RouteKind, Source
from permdesk.domain.tenant import Account, HeldRole, Tenant

TENANT = Tenant("5b1f7c0e-88d2-4a35-9d61-2f0c6be3a417", "Larkfield Instruments", "global")
APP_ID = "c2a94e17-6d30-4f4b-a7f5-90d1c3e8b264"
OBJECT_ID = "0f67ef30-480c-5b94-ad07-58e1aca477ca"
GLOBAL = CLOUDS["global"]
CONSOLE = Route(
    RouteKind.VENDOR_CONSOLE, "Re-authorize in the console", ("Sign in", "Choose Re-authorize"), who="Admin"
)
READER = HeldRole("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader")
PRIVILEGED = HeldRole("e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator")
GLOBAL_ADMIN = HeldRole("62e90394-69f5-4237-9190-012177145e10", "Global Administrator")
CLOUD_APPS = HeldRole("158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator")
LINK = Route(RouteKind.ADMIN_CONSENT_LINK, "Grant admin consent", ("Open the link",))
PROFILE = Profile(
    "vendor-app",
    "Vendor",
    "Product",
    "Vendor Product",
    "1",
    Source("Page", "Home", "2026-01", "2026-11"),
    "Vendor App",
    (),
    routes=(CONSOLE, LINK),
)


def finding(value="Files.Read.All", **changes) -> Finding:
    values = {
        "permission": Permission(GRAPH_APP_ID, OBJECT_ID, "Microsoft Graph", Kind.APPLICATION, value, OBJECT_ID),
        "documented": Documented.YES,
        "declared": Declared.UNREADABLE,
        "granted": Granted.NONE,
        "status": Status.MISSING,
        "reason": None,
        "remedy": (Remedy.CONSENT,),
        "flags": (),
        "users": 0,
        "holders": (),
        "since": None,
        "gap": True,
        "counts": True,
        "requirement": None,
        "covered_by": None,
        "accepted": None,
    }
    return Finding(**{**values, **changes})


def satisfied(value="Mail.Read", **changes) -> Finding:
    settled = {"granted": Granted.TENANT, "status": Status.SATISFIED, "remedy": (), "gap": False}
    return finding(value, **{**settled, **changes})


def vendor_app(**changes) -> AppComparison:
    values = {
        "app_id": APP_ID,
        "object_id": OBJECT_ID,
        "registration_id": None,
        "display_name": "Vendor App",
        "origin": Origin.EXTERNAL,
        "type": "Application",
        "publisher": Publisher("Vendor Ltd"),
        "owner_tenant_id": "0f7f3c55-2d1b-4b9c-a2b4-61c7f2f6a9d3",
        "reply_urls": (),
        "profile": PROFILE,
        "missing_profile": None,
        "matched_by": MatchedBy.APP_ID,
        "binding": None,
        "candidates": (),
        "resembles": None,
        "uses": None,
        "baseline": Baseline.PROFILE,
        "verdict": Verdict.GAPS,
        "verdict_reason": None,
        "excess_complete": True,
        "flags": (),
        "directory_roles": (),
        "credentials": None,
        "findings": (finding(), satisfied()),
        "newest_grant": None,
    }
    return AppComparison(**{**values, **changes})


def own_app(**changes) -> AppComparison:
    values = {
        "origin": Origin.REGISTERED_HERE,
        "registration_id": OBJECT_ID,
        "publisher": None,
        "owner_tenant_id": TENANT.id,
        "reply_urls": ("https://localhost",),
        "profile": None,
        "matched_by": None,
        "baseline": Baseline.MANIFEST,
        "findings": (finding(declared=Declared.YES, documented=Documented.NONE),),
    }
    return vendor_app(**{**values, **changes})


NOBODY = Account()


def plan(app: AppComparison, *, cloud: Cloud = GLOBAL, tenant: Tenant = TENANT, account: Account = NOBODY):
    moment = datetime(2026, 11, 22, 9, 42, tzinfo=UTC)
    comparison = Comparison("scan", tenant, account, moment, (), (app,), {}, "1", {PROFILE.id: PROFILE})
    return plan_consent(comparison, app, cloud=cloud)


def labels(findings):
    return [f.permission.label for f in findings]


class TestLink:
    @pytest.mark.parametrize(
        ("cloud", "host"),
        [
            ("global", "login.microsoftonline.com"),
            ("usgov", "login.microsoftonline.us"),
            ("usgov-dod", "login.microsoftonline.us"),
            ("china", "login.partner.microsoftonline.cn"),
        ],
    )
    def test_it_is_pinned_to_tenant_and_cloud(self, cloud, host):
        found = plan(vendor_app(), cloud=CLOUDS[cloud])
        assert found.link == f"https://{host}/{TENANT.id}/adminconsent?client_id={APP_ID}"
        assert found.closed is None
        assert found.closed_because == ""

    def test_a_custom_cloud_uses_the_address_that_was_named(self):
        cloud = custom_cloud("https://graph.example", "https://login.example:8443")
        assert plan(vendor_app(), cloud=cloud).link == (
            f"https://login.example:8443/{TENANT.id}/adminconsent?client_id={APP_ID}"
        )

    @given(st.text(max_size=60))
    def test_no_odd_id_ever_stands_in_an_address(self, text):
        for ids in ({"tenant_id": text, "app_id": APP_ID}, {"tenant_id": TENANT.id, "app_id": text}):
            assert consent_link(GLOBAL, **ids) is None

    @pytest.mark.parametrize(
        ("app", "closed"),
        [
            (vendor_app(app_id=None, verdict=Verdict.NOT_INSTALLED), Closed.NOT_INSTALLED),
            (vendor_app(origin=Origin.MANAGED_IDENTITY), Closed.MANAGED_IDENTITY),
            (vendor_app(origin=Origin.MICROSOFT), Closed.MICROSOFT),
            (vendor_app(flags=(AppFlag.UNCONFIRMED, AppFlag.AMBIGUOUS)), Closed.AMBIGUOUS),
            (vendor_app(flags=(AppFlag.UNCONFIRMED,)), Closed.UNCONFIRMED),
            (own_app(flags=(AppFlag.UNCONFIRMED,), profile=PROFILE), Closed.UNCONFIRMED),
            (vendor_app(profile=None), Closed.NO_PROFILE),
            (vendor_app(profile=None, flags=(AppFlag.LOOK_ALIKE,)), Closed.NO_PROFILE),
            (own_app(reply_urls=()), Closed.NO_REPLY_URL),
            (vendor_app(app_id="not-a-guid"), Closed.UNUSABLE_ID),
        ],
    )
    def test_it_is_shut_with_a_reason(self, app, closed):
        found = plan(app)
        assert found.closed is closed
        assert found.link is None
        assert found.closed_because.endswith(".")
        assert all("adminconsent" not in (offer.url or "") for offer in found.routes)
        assert (found.mail is None) == (closed in IDENTITY_OPEN)

    def test_it_is_shut_where_nobody_knows_the_sign_in_address(self):
        found = plan(vendor_app(), cloud=custom_cloud("https://graph.example"))
        assert found.closed is Closed.NO_LOGIN_ENDPOINT
        assert "--login-endpoint" in found.closed_because


class TestRoutes:
    def test_the_profile_s_routes_come_first_and_in_order(self):
        assert [offer.route for offer in plan(vendor_app()).routes] == [CONSOLE, LINK]
        assert plan(vendor_app()).routes[1].url == plan(vendor_app()).link

    def test_an_own_app_walks_its_registration_first(self):
        first, second = plan(own_app()).routes
        assert first.route.kind is RouteKind.REGISTRATION
        assert first.url is not None
        assert APP_ID in first.url
        assert second.route.kind is RouteKind.ADMIN_CONSENT_LINK

    def test_a_profile_without_link_route_still_gets_the_link(self):
        only_console = replace(PROFILE, routes=(CONSOLE,))
        kinds = [offer.route.kind for offer in plan(vendor_app(profile=only_console)).routes]
        assert kinds == [RouteKind.VENDOR_CONSOLE, RouteKind.ADMIN_CONSENT_LINK]


class TestWhoMay:
    def test_application_permissions_of_graph_need_the_privileged(self):
        found = plan(vendor_app()).who
        assert found.needs_privileged is True
        assert found.roles == ("Privileged Role Administrator", "Global Administrator")
        assert "not enough" in found.text

    def test_what_is_granted_already_counts(self):
        exchange = Permission(EXCHANGE_APP_ID, None, "Exchange", Kind.APPLICATION, "Exchange.ManageAsApp", None)
        delegated = Permission(GRAPH_APP_ID, None, "Graph", Kind.DELEGATED, "Mail.Read", None)
        harmless = (finding(permission=exchange), finding(permission=delegated))
        assert plan(vendor_app(findings=harmless)).who.needs_privileged is False
        assert "Application Administrator" in plan(vendor_app(findings=harmless)).who.roles
        held = satisfied(documented=Documented.NO, status=Status.EXCESS)
        assert plan(vendor_app(findings=(*harmless, held))).who.needs_privileged is True

    def test_an_own_app_asks_for_its_manifest_alone(self):
        held = satisfied(documented=Documented.NONE, declared=Declared.NO, status=Status.EXCESS)
        delegated = Permission(GRAPH_APP_ID, None, "Graph", Kind.DELEGATED, "Mail.Read", None)
        asked = finding(permission=delegated, declared=Declared.YES)
        assert plan(own_app(findings=(held, asked))).who.needs_privileged is False

    def test_an_unread_manifest_leaves_it_open(self):
        found = plan(own_app(findings=(finding(declared=Declared.UNVERIFIED),))).who
        assert found.needs_privileged is None
        assert found.roles == ("Privileged Role Administrator", "Global Administrator")


class TestWhetherYouMay:
    def told(self, *roles, app=None, username="admin@larkfield.example", read=True):
        account = Account(username, roles=roles if read else None)
        return plan(app or vendor_app(), account=account).you

    @pytest.mark.parametrize("role", [PRIVILEGED, GLOBAL_ADMIN])
    def test_a_role_that_is_enough(self, role):
        found = self.told(READER, role)
        assert found.you is YouMay.YES
        assert role.name in found.text
        assert found.held == (READER.name, role.name)

    def test_a_role_that_is_enough_for_less(self):
        found = self.told(CLOUD_APPS)
        assert found.you is YouMay.NOT_NOW
        assert "Cloud Application Administrator" in found.text
        assert "Privileged Identity Management" in found.text
        exchange = Permission(EXCHANGE_APP_ID, None, "Exchange", Kind.APPLICATION, "Exchange.ManageAsApp", None)
        harmless = vendor_app(findings=(finding(permission=exchange),))
        assert self.told(CLOUD_APPS, app=harmless).you is YouMay.YES

    def test_it_is_the_template_that_tells_not_the_name(self):
        assert self.told(HeldRole(PRIVILEGED.template_id, "Rollenadministrator")).you is YouMay.YES
        assert self.told(HeldRole(READER.template_id, "Global Administrator")).you is YouMay.NOT_NOW

    def test_no_role_and_roles_that_were_not_read_are_different_things(self):
        assert self.told().you is YouMay.NOT_NOW
        assert self.told().held == ()
        assert self.told(read=False).you is YouMay.UNKNOWN
        assert self.told(read=False).held is None

    def test_names_that_others_chose_are_inert(self):
        found = self.told(HeldRole(READER.template_id, "\u202eevil\n"), username="\u202ename" * 100)
        assert "\u202e" not in found.text
        assert "\n" not in found.text
        assert len(found.text) < 700


class TestChange:
    def test_a_vendor_s_app(self):
        found = plan(
            vendor_app(
                findings=(
                    finding("Added"),
                    finding("Provision", remedy=(Remedy.PROVISION_API, Remedy.CONSENT)),
                    finding("Not.Offered", remedy=(Remedy.NOT_OFFERED,)),
                    finding("Unread", granted=Granted.UNVERIFIED, status=Status.UNVERIFIED, remedy=()),
                    satisfied("Stays"),
                    satisfied(
                        "Gone",
                        documented=Documented.NO,
                        status=Status.EXCESS,
                        flags=(Flag.MAY_BE_REMOVED_UNCLEAR,),
                    ),
                    satisfied("openid", status=Status.BASIC),
                )
            )
        )
        assert labels(found.will_be_added) == ["Added"]
        assert labels(found.still_missing) == ["Provision", "Not.Offered"]
        assert labels(found.not_read) == ["Unread"]
        assert labels(found.stays) == ["Stays"]
        assert labels(found.may_be_removed) == ["Gone"]
        assert any("not in this tenant" in caution for caution in found.cautions)
        assert any("could not be read" in caution for caution in found.cautions)
        assert any("manifest lives in Vendor's tenant" in caution for caution in found.cautions)

    def test_an_own_app(self):
        found = plan(
            own_app(
                findings=(
                    finding("Asked", declared=Declared.YES),
                    finding("Documented", declared=Declared.NO, remedy=(Remedy.DECLARE, Remedy.CONSENT)),
                    finding("Only.Declared", declared=Declared.YES, status=Status.DECLARED_ONLY, remedy=(), gap=False),
                    finding("Unknown", declared=Declared.UNVERIFIED),
                    satisfied("Needed", declared=Declared.NO, flags=(Flag.MAY_BE_REMOVED,)),
                )
            )
        )
        assert labels(found.will_be_added) == ["Asked", "Only.Declared"]
        assert labels(found.still_missing) == ["Documented"]
        assert labels(found.may_be_removed) == ["Needed"]
        assert labels(found.not_read) == ["Unknown"]
        assert any("Configure first" in caution for caution in found.cautions)

    @pytest.mark.parametrize("own", [True, False])
    @pytest.mark.parametrize("granted", list(Granted))
    @pytest.mark.parametrize("declared", list(Declared))
    @pytest.mark.parametrize("documented", list(Documented))
    def test_no_permission_stands_in_two_lists(self, own, granted, declared, documented):
        one = finding(granted=granted, declared=declared, documented=documented)
        found = plan((own_app if own else vendor_app)(findings=(one,)))
        lists = (found.will_be_added, found.may_be_removed, found.still_missing, found.stays, found.not_read)
        assert sum(one in listed for listed in lists) <= 1
        assert not (granted is Granted.UNVERIFIED and one not in found.not_read)


class TestMail:
    def test_it_leads_with_the_path_and_ends_with_the_link(self):
        mail = plan(vendor_app()).mail
        assert mail is not None
        order = [
            "The path to walk: Re-authorize in the console",
            APP_ID,
            "Vendor Ltd",
            TENANT.id,
            "Why:",
            "adminconsent",
        ]
        places = [mail.body.index(text) for text in order]
        assert places == sorted(places)
        assert mail.body.rstrip().endswith(
            f"https://login.microsoftonline.com/{TENANT.id}/adminconsent?client_id={APP_ID}"
        )

    def test_the_address_opens_the_same_text(self):
        mail = plan(vendor_app()).mail
        assert mail is not None
        address = urlsplit(mail.mailto)
        fields = parse_qs(address.query)
        assert address.scheme == "mailto"
        assert address.path == ""
        assert set(fields) == {"subject", "body"}
        assert fields["body"][0].replace("\r\n", "\n") == mail.body
        assert fields["subject"][0] == mail.subject

    def test_a_long_text_is_shortened_in_the_address_alone(self):
        many = tuple(finding(f"Permission.Number{n}.ReadWrite.All") for n in range(700))
        mail = plan(vendor_app(findings=many)).mail
        assert mail is not None
        assert "and 688 more" in mail.body
        assert len(mail.mailto) < 3_000
        assert unquote(mail.mailto).endswith(f"client_id={APP_ID}\r\n")

    def test_names_are_inert(self):
        evil = "Vendor\r\nBcc: all@larkfield.example\x1b[2J\u202e" + "A" * 10_000
        app = vendor_app(display_name=evil, publisher=Publisher(evil))
        mail = plan(app, tenant=Tenant(TENANT.id, evil, "global")).mail
        assert mail is not None
        assert not set("\r\x1b\u202e") & set(mail.body + mail.subject)
        assert "\nBcc" not in mail.body
        assert len(mail.subject) < 400
        assert max(len(line) for line in mail.body.splitlines()) < 1_000

    def test_without_a_link_it_says_why(self):
        mail = plan(own_app(reply_urls=())).mail
        assert mail is not None
        assert "There is no link" in mail.body
        assert "AADSTS500113" in mail.body


class TestPortal:
    def test_the_entra_admin_center_is_pinned_to_the_tenant(self):
        link = portal_link(
            PortalPage.ENTERPRISE_PERMISSIONS, cloud=GLOBAL, tenant_id=TENANT.id, app_id=APP_ID, object_id=OBJECT_ID
        )
        assert link is not None
        assert link.url == (
            f"https://entra.microsoft.com/{TENANT.id}/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Permissions"
            f"/objectId/{OBJECT_ID}/appId/{APP_ID}"
        )

    def test_china_has_the_azure_portal(self):
        link = portal_link(
            PortalPage.REGISTRATION_PERMISSIONS, cloud=CLOUDS["china"], tenant_id=TENANT.id, app_id=APP_ID
        )
        assert link is not None
        assert link.url.startswith(f"https://portal.azure.cn/#@{TENANT.id}/view/")

    def test_a_custom_cloud_has_none(self):
        cloud = custom_cloud("https://graph.example", "https://login.example")
        assert plan(own_app(), cloud=cloud).portal == ()

    @pytest.mark.parametrize("page", list(PortalPage))
    @given(text=st.text(max_size=50))
    def test_no_odd_id_ever_stands_in_an_address(self, page, text):
        assert portal_link(page, cloud=GLOBAL, tenant_id=text, app_id=APP_ID, object_id=OBJECT_ID) is None

    def test_a_managed_identity_says_so(self):
        found = plan(vendor_app(origin=Origin.MANAGED_IDENTITY))
        assert all(link.url.endswith("/servicePrincipalType/ManagedIdentity") for link in found.portal)
        assert found.portal


def test_what_the_vendor_probably_asked_for_is_told_of_what_may_be_removed_alone() -> None:
    excess = finding(
        "Files.Read.All",
        documented=Documented.NO,
        granted=Granted.TENANT,
        status=Status.EXCESS,
        flags=(Flag.MAY_BE_REMOVED_UNCLEAR,),
    )
    other = finding(
        "Calendars.Read",
        documented=Documented.NO,
        granted=Granted.TENANT,
        status=Status.EXCESS,
        flags=(Flag.MAY_BE_REMOVED_UNCLEAR,),
    )
    app = vendor_app(findings=(excess, other, satisfied()), asked_together=(excess.permission, satisfied().permission))
    made = plan(app)
    assert made.may_be_removed == (excess, other)
    assert made.probably_asked_for == (excess,)
