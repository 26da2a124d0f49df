"""The contract of the verdict once more: slow, literal, and written without a look at the program's own way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from permdesk.domain.application import SHARED_TOOLS, CredentialKind, Registration, ServicePrincipal
from permdesk.domain.grant import AppRoleAssignment
from permdesk.domain.knowledge import Knowledge
from permdesk.domain.permission import (
    AZURE_AD_GRAPH_APP_ID,
    EXCHANGE_APP_ID,
    GRAPH_APP_ID,
    ZERO_ROLE_ID,
    PublishedPermission,
)
from permdesk.domain.profile import ActsFor, Condition, Profile, Requirement, Uses
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import MICROSOFT_TENANTS

BASIC_ALWAYS = ("openid", "profile", "email", "offline_access")


@dataclass(frozen=True)
class Key:
    """A permission: its API (appId, or ``gone:<object id>``), its kind, and its value or else its id."""

    api: str
    kind: str
    value: str | None
    id: str | None


@dataclass
class Row:
    """One permission of one app, in the words of the JSON contract; ``ids`` are those it has in this tenant."""

    key: Key
    ids: set[str]
    documented: str = "none"
    declared: str = "no"
    granted: str = "none"
    users: int | None = 0
    holders: tuple[str, ...] = ()
    since: date | None = None
    status: str = ""
    reason: str | None = None
    remedy: tuple[str, ...] = ()
    flags: set[str] = field(default_factory=set)
    covered_by: set[str] = field(default_factory=set)
    accepted: str | None = None
    gap: bool | None = False
    needed: bool = False
    undecided: bool = False
    counts: bool = True


@dataclass
class Answer:
    """One app: its binding, verdict, flags and rows."""

    app_id: str | None
    object_id: str | None
    origin: str
    profile: str | None
    matched_by: str | None
    baseline: str
    verdict: str
    verdict_reason: str | None
    excess_complete: bool
    flags: set[str]
    rows: dict[Key, Row]
    uses_chosen: bool | None = None
    resembles: frozenset[str] = frozenset()


def fold(name: str) -> str:
    """Case and white space folded."""
    return " ".join(name.split()).casefold()


class Oracle:
    """The contract over one snapshot.

    ``near`` tells for each (folded) name which profile's app name it resembles without being it: how names are
    compared is another matter, tested elsewhere.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        profiles: Mapping[str, Profile],
        facts: CatalogFacts,
        knowledge: Knowledge,
        today: date,
        uses: Mapping[str, Uses] | None = None,
        near: Mapping[str, str] | None = None,
    ) -> None:
        self.s = snapshot
        self.profiles = profiles
        self.facts = facts
        self.knowledge = knowledge
        self.today = today
        self.run_uses = uses or {}
        self.near = near or {}

    # -- what was read ----------------------------------------------------------------------------------------

    def read_completely(self, read: str, *, api: str | None = None, client: str | None = None) -> bool:
        found = [
            r
            for r in self.s.reads
            if r.read.value == read
            and (client is not None or r.client_object_id is None)
            and (api is None or (r.resource_app_id == api and r.client_object_id is None))
            and (client is None or r.client_object_id == client)
        ]
        return bool(found) and all(r.status.value == "complete" for r in found)

    @property
    def principals_read(self) -> bool:
        return self.read_completely("servicePrincipals")

    @property
    def registrations_read(self) -> bool:
        return self.read_completely("applications")

    @property
    def delegated_read(self) -> bool:
        return self.read_completely("oauth2PermissionGrants")

    def definitions_read(self, api: str) -> bool:
        return self.read_completely("definitions", api=api)

    def assignments_read(self, api: str, client: str) -> bool:
        return self.read_completely("appRoleAssignments", api=api) or self.read_completely(
            "appRoleAssignments", client=client
        )

    # -- what is there ----------------------------------------------------------------------------------------

    def principal(self, app_id: str) -> ServicePrincipal | None:
        return next((p for p in self.s.service_principals if p.app_id == app_id), None)

    def registration(self, app_id: str) -> Registration | None:
        return next((r for r in self.s.registrations if r.app_id == app_id), None)

    def api_object(self, api: str) -> str | None:
        for principal in self.s.service_principals:
            if principal.app_id == api:
                return principal.object_id
        for definition in self.s.apis:
            if definition.app_id == api:
                return definition.object_id
        return None

    def api_of_object(self, object_id: str) -> str:
        for principal in self.s.service_principals:
            if principal.object_id == object_id:
                return principal.app_id
        for definition in self.s.apis:
            if definition.object_id == object_id:
                return definition.app_id
        return f"gone:{object_id}"

    def published(self, api: str, kind: str) -> list[PublishedPermission]:
        return [p for d in self.s.apis if d.app_id == api for p in d.permissions if p.kind.value == kind]

    def value_of(self, api: str, kind: str, permission_id: str) -> str | None:
        return next((p.value for p in self.published(api, kind) if p.id == permission_id), None)

    def key_of_id(self, api: str, kind: str, permission_id: str) -> Key:
        value = self.value_of(api, kind, permission_id)
        return Key(api, kind, None, permission_id) if value is None else Key(api, kind, value.casefold(), None)

    def app_ids(self) -> list[str]:
        return sorted({r.app_id for r in self.s.registrations} | {p.app_id for p in self.s.service_principals})

    def registered_here(self, app_id: str) -> bool:
        principal = self.principal(app_id)
        return self.registration(app_id) is not None or (
            principal is not None
            and principal.type != "ManagedIdentity"
            and principal.owner_tenant_id == self.s.tenant.id
        )

    def manifest_unread(self, app_id: str) -> bool:
        """Registered here for all one can tell, /applications not completely read, its row not among what was got.

        Only service principals of the type Application have a registration; where Graph names no owner, it may be us.
        """
        principal = self.principal(app_id)
        return (
            self.registration(app_id) is None
            and not self.registrations_read
            and principal is not None
            and principal.type == "Application"
            and principal.owner_tenant_id in (self.s.tenant.id, None)
        )

    def origin(self, app_id: str) -> str:
        principal = self.principal(app_id)
        if principal is not None and principal.type == "ManagedIdentity":
            return "managed-identity"
        if self.registered_here(app_id):
            return "registered-here"
        if principal is not None and principal.owner_tenant_id in MICROSOFT_TENANTS:
            return "microsoft"
        return "external"

    # -- binding ----------------------------------------------------------------------------------------------

    def names(self, app_id: str) -> set[str]:
        principal, registration = self.principal(app_id), self.registration(app_id)
        names = []
        if principal is not None:
            names += [principal.display_name, principal.app_display_name or ""]
        if registration is not None:
            names.append(registration.display_name)
        return {fold(name) for name in names if name.strip()}

    def said(self, app_id: str) -> bool:
        """A person's word: unbound, or bound to a profile, be it there or not."""
        return app_id in self.knowledge.bindings

    def sure_profile(self, app_id: str) -> tuple[str | None, str | None]:
        """The profile by a person's word or by appId, and by which of the two."""
        if self.said(app_id):
            profile_id = self.knowledge.bindings[app_id].profile_id
            if profile_id is None:
                return None, None
            return profile_id, "person" if self.knowledge.bindings[app_id].by_hand else "app-id"
        for profile in self.ordered_profiles():
            if profile.app_id == app_id:
                return profile.id, "app-id"
        return None, None

    def ordered_profiles(self) -> list[Profile]:
        """Shipped ones first: at most one profile per app, whatever the user's own files repeat."""
        return sorted(self.profiles.values(), key=lambda p: (p.origin.value != "shipped", p.id))

    def named(self, profile: Profile) -> list[str]:
        """Apps that bear the profile's name exactly, whatever else is known of them."""
        if profile.app_name is None:
            return []
        return [a for a in self.app_ids() if fold(profile.app_name) in self.names(a)]

    def of_one_name(self, profile: Profile) -> set[str]:
        return {
            p.id
            for p in self.profiles.values()
            if p.app_name is not None and fold(p.app_name) == fold(profile.app_name or "")
        }

    def confirmed_unread(self, profile: Profile) -> bool:
        """One of that name was confirmed, and the lists are cut so that it is not among what was got."""
        if self.principals_read and self.registrations_read:
            return False
        return any(
            binding.profile_id in self.of_one_name(profile) and not binding.by_hand
            for app_id, binding in self.knowledge.bindings.items()
            if app_id not in self.app_ids()
        )

    def elsewhere(self, app_id: str) -> bool:
        """A person confirmed this appId in another tenant: it is suggested, and resembles nobody."""
        return self.knowledge.elsewhere.get(app_id) in self.profiles

    def bind(self, app_id: str) -> tuple[str | None, str | None, set[str], frozenset[str]]:
        """Return the profile, how it was matched, flags, and whom the app resembles (any one may be named)."""
        profile_id, by = self.sure_profile(app_id)
        if profile_id is not None:
            return profile_id, by, set(), frozenset()
        if self.said(app_id):
            return None, None, set(), frozenset()
        settled = set()
        for profile in self.ordered_profiles():
            if app_id not in self.named(profile):
                continue
            others = [a for a in self.named(profile) if a != app_id]
            one_name = self.of_one_name(profile)
            if any(self.sure_profile(a)[0] in one_name for a in others) or self.confirmed_unread(profile):
                settled.add(profile.app_name or "")
                continue
            rivals = [a for a in others if not self.said(a) and self.sure_profile(a)[0] is None]
            return profile.id, "name", {"unconfirmed"} | ({"ambiguous"} if rivals else set()), frozenset()
        if settled:
            return None, None, {"look-alike"}, frozenset(settled)
        if self.elsewhere(app_id):
            return None, None, set(), frozenset()
        if self.origin(app_id) != "microsoft":
            resembled = {self.near[name] for name in self.names(app_id) if name in self.near}
            if resembled:
                return None, None, {"look-alike"}, frozenset(resembled)
        return None, None, set(), frozenset()

    # -- the three columns ------------------------------------------------------------------------------------

    def uses(self, app_id: str, profile: Profile) -> Uses:
        cells = frozenset(cell for r in profile.requirements for cell in r.cells)
        chosen = self.run_uses.get(profile.id, self.knowledge.uses.get((app_id, profile.id)))
        # Nothing ticked is refused: it means that nobody chose from what the page has now.
        if chosen is not None and (chosen.cells & cells or not cells):
            return chosen
        registration = self.registration(app_id)
        evidence = registration is not None and any(
            c.kind is CredentialKind.CERTIFICATE for c in registration.credentials
        )
        conditions = frozenset({Condition.CERTIFICATE_SIGN_IN}) if evidence else frozenset()
        return Uses(cells, conditions, chosen=False)

    @staticmethod
    def ticked(uses: Uses, requirement: Requirement) -> bool:
        if (
            requirement.condition is Condition.CERTIFICATE_SIGN_IN
            and Condition.CERTIFICATE_SIGN_IN not in uses.conditions
        ):
            return False
        return not requirement.workloads or any(cell in uses.cells for cell in requirement.cells)

    def assignments(self, app_id: str) -> list[AppRoleAssignment]:
        principal = self.principal(app_id)
        if principal is None:
            return []
        return [
            a
            for a in dict.fromkeys(self.s.app_role_assignments)
            if a.client_id == principal.object_id and a.role_id != ZERO_ROLE_ID
        ]

    def scopes(self, app_id: str) -> list[tuple[str, str, str | None]]:
        """(API, scope as written, principal) for each value of each delegated grant."""
        principal = self.principal(app_id)
        if principal is None:
            return []
        return [
            (self.api_of_object(g.resource_id), value, g.principal_id)
            for g in self.s.delegated_grants
            if g.client_id == principal.object_id
            for value in g.scope.split()
        ]

    def requirement(self, profile: Profile | None, key: Key) -> Requirement | None:
        if profile is None or key.value is None:
            return None
        return next(
            (
                r
                for r in profile.requirements
                if r.resource_app_id == key.api and r.kind.value == key.kind and r.value.casefold() == key.value
            ),
            None,
        )

    def declared_ids(self, app_id: str, api: str, kind: str) -> set[str]:
        registration = self.registration(app_id)
        if registration is None:
            return set()
        return {r.id for r in registration.required if r.resource_app_id == api and r.kind.value == kind}

    def unresolved(self, api: str, kind: str, ids: set[str]) -> set[str]:
        """Those ids that may stand for anything, because the API's definitions were not completely read."""
        if self.definitions_read(api):
            return set()
        return {i for i in ids if self.value_of(api, kind, i) is None}

    def granted_ids(self, app_id: str, api: str) -> set[str]:
        return {a.role_id for a in self.assignments(app_id) if self.api_of_object(a.resource_id) == api}

    def granted(self, app_id: str, profile: Profile | None, row: Row) -> str:
        api, kind = row.key.api, row.key.kind
        principal = self.principal(app_id)
        if principal is None:
            meaning_unread = (
                row.key.value is None
                and self.api_object(api) is not None
                and not self.definitions_read(api)
                and (kind == "delegated" or self.documents_unread(profile, api, kind))
            )
            return "none" if self.principals_read and not meaning_unread else "unverified"
        if not api.startswith("gone:") and self.api_object(api) is None:
            return "none" if self.principals_read else "unverified"
        if kind == "application":
            held = self.granted_ids(app_id, api)
            if held & row.ids:
                return "tenant"
            if not self.assignments_read(api, principal.object_id):
                return "unverified"
            if self.definitions_read(api):
                return "none"
            if not row.ids:
                return "unverified"  # known only by value
            if self.unresolved(api, kind, held):
                return "unverified"  # one of those may be its twin
            if row.key.value is None and self.documents_unread(profile, api, kind):
                return "unverified"  # it may be one of the documented
            return "none"
        scopes = [(value, who) for a, value, who in self.scopes(app_id) if a == api]
        mine = [who for value, who in scopes if row.key.value is not None and value.casefold() == row.key.value]
        if None in mine:
            return "tenant"
        if not self.delegated_read or not self.definitions_read(api):
            return "unverified"
        return "users" if mine else "none"

    def documents_unread(self, profile: Profile | None, api: str, kind: str) -> bool:
        """The profile documents values of this API that nothing here gives an id to."""
        known = {p.value.casefold() for p in self.published(api, kind)}
        return profile is not None and any(
            r.resource_app_id == api and r.kind.value == kind and r.value.casefold() not in known
            for r in profile.requirements
        )

    # -- one app ----------------------------------------------------------------------------------------------

    def app(self, app_id: str) -> Answer:
        profile_id, by, flags, resembles = self.bind(app_id)
        lost = profile_id is not None and profile_id not in self.profiles
        profile = self.profiles[profile_id] if profile_id is not None and not lost else None
        uses = self.uses(app_id, profile) if profile is not None else None
        registration, principal = self.registration(app_id), self.principal(app_id)
        if profile is not None:
            baseline = "profile"
        elif lost:
            baseline = "none"
        elif (registration is not None and registration.required) or self.manifest_unread(app_id):
            baseline = "manifest"
        else:
            baseline = "none"

        rows = self.gather(app_id, profile)
        newest = max((a.created.date() for a in self.assignments(app_id) if a.created is not None), default=None)
        kept: dict[Key, Row] = {}
        for row in rows.values():
            requirement = self.requirement(profile, row.key)
            if profile is None:
                row.documented = "none"
            elif requirement is None:
                row.documented = "no"
            else:
                assert uses is not None
                row.documented = "yes" if self.ticked(uses, requirement) else "other-scope"
            row.declared = self.declared(app_id, row)
            row.granted = self.granted(app_id, profile, row)
            if row.documented == "other-scope" and row.declared != "yes" and row.granted == "none":
                continue
            self.judge(app_id, row, baseline, requirement, uses, newest)
            if row.status:
                kept[row.key] = row
        for row in kept.values():
            self.cover(row, kept)

        excess_complete = self.excess_complete(app_id, kept, baseline)
        flags |= self.app_flags(app_id, kept)
        unread = any(
            r.granted != "tenant" and self.condition_unread(app_id, self.requirement(profile, r.key), uses)
            for r in rows.values()
        )
        verdict, reason = self.verdict(app_id, kept, baseline, flags, need_unread=unread)
        if lost:
            # Nobody can say what it needs: what it holds is listed, and it is not called well.
            baseline, verdict, reason, excess_complete = "profile", "UNVERIFIED", "not-read", False
        return Answer(
            app_id,
            principal.object_id if principal is not None else None,
            self.origin(app_id),
            profile_id,
            by,
            baseline,
            verdict,
            reason,
            excess_complete,
            flags,
            kept,
            uses.chosen if uses is not None else None,
            resembles,
        )

    def gather(self, app_id: str, profile: Profile | None) -> dict[Key, Row]:
        keys: list[Key] = []
        if profile is not None:
            keys += [Key(r.resource_app_id, r.kind.value, r.value.casefold(), None) for r in profile.requirements]
        registration = self.registration(app_id)
        if registration is not None:
            keys += [self.key_of_id(r.resource_app_id, r.kind.value, r.id) for r in registration.required]
        keys += [
            self.key_of_id(self.api_of_object(a.resource_id), "application", a.role_id)
            for a in self.assignments(app_id)
        ]
        keys += [Key(api, "delegated", value.casefold(), None) for api, value, _ in self.scopes(app_id)]
        rows = {}
        for key in keys:
            ids = {key.id} if key.id is not None else set()
            ids |= {p.id for p in self.published(key.api, key.kind) if p.value.casefold() == key.value}
            rows[key] = Row(key, ids)
        return rows

    def declared(self, app_id: str, row: Row) -> str:
        if self.manifest_unread(app_id):
            return "unverified"
        if self.registration(app_id) is None:
            return "unreadable"
        ids = self.declared_ids(app_id, row.key.api, row.key.kind)
        if ids & row.ids:
            return "yes"
        # An id of the manifest that nothing gives a value to may be this permission.
        return "unverified" if self.may_be_same(app_id, row, ids) else "no"

    def may_be_same(self, app_id: str, row: Row, ids: set[str]) -> bool:
        api, kind = row.key.api, row.key.kind
        if api.startswith("gone:"):
            registration = self.registration(app_id)
            return not self.principals_read and any(
                r.kind.value == kind and self.api_object(r.resource_app_id) is None
                for r in (registration.required if registration is not None else ())
            )
        return bool(self.unresolved(api, kind, ids - row.ids))

    def judge(
        self,
        app_id: str,
        row: Row,
        baseline: str,
        requirement: Requirement | None,
        uses: Uses | None,
        newest: date | None,
    ) -> None:
        api, kind, value = row.key.api, row.key.kind, row.key.value
        principal = self.principal(app_id)
        published = [p for p in self.published(api, kind) if p.id in row.ids]
        # Switched-off twins aside, every publication of a value has to be of type User.
        live = [p for p in published if p.enabled] or published
        consentable = bool(live) and all(p.user_consentable for p in live)
        here = self.api_object(api) is not None
        definitions = self.definitions_read(api)

        mine = [who for a, v, who in self.scopes(app_id) if a == api and v.casefold() == value]
        row.holders = tuple(sorted({who for who in mine if who is not None})) if kind == "delegated" else ()
        if kind == "application":
            row.users = 0
        elif (
            not self.delegated_read
            or (principal is None and not self.principals_read)
            or (not here and not api.startswith("gone:") and not self.principals_read)
            or (value is None and here and not definitions)
        ):
            row.users = None
        else:
            row.users = len(row.holders)
        dates = [
            a.created.date()
            for a in self.assignments(app_id)
            if kind == "application"
            and self.api_of_object(a.resource_id) == api
            and a.role_id in row.ids
            and a.created is not None
        ]
        row.since = min(dates, default=None)

        row.needed = row.documented == "yes" if baseline == "profile" else row.declared == "yes"
        if baseline == "none":
            row.needed = False
        row.undecided = self.condition_unread(app_id, requirement, uses)
        is_granted = row.granted in ("tenant", "users")
        basic = (
            api == GRAPH_APP_ID
            and kind == "delegated"
            and (value in BASIC_ALWAYS or (value == "user.read" and requirement is None))
        )
        row.counts = not basic
        if baseline == "manifest" and ((consentable and definitions) or row.granted == "users"):
            row.counts = False

        if basic:
            row.status = "BASIC"
        elif row.granted == "unverified":
            row.status = "UNVERIFIED"
        elif baseline == "none":
            row.status = "GRANTED" if is_granted else "DECLARED_ONLY" if row.declared == "yes" else ""
        elif row.needed and row.granted == "tenant":
            row.status = "SATISFIED"
        elif row.needed and row.granted == "users":
            row.status = "PARTIAL"
            row.gap = baseline == "profile" and self.partial_gap(row, requirement, consentable=consentable)
        elif row.needed:
            # Users may consent to it themselves, for all that was read of it.
            unread = baseline == "manifest" and kind == "delegated" and here and not definitions
            row.status, row.gap = "MISSING", None if unread or self.acceptance_unread(app_id, row) else True
            own_lacks = ("declare",) if row.declared == "no" else ()
            if not here:
                row.remedy = ("provision-api", *own_lacks, "consent")
            elif definitions and not any(p.enabled for p in published):
                row.remedy = ("not-offered",)
            else:
                row.remedy = (*own_lacks, "consent")
        elif is_granted and self.need_unknown(row, baseline):
            row.status = "GRANTED"
        elif is_granted:
            row.status = "EXCESS"
            if row.documented == "other-scope":
                row.reason = "other-scope"
            elif row.declared != "unverified":
                row.reason = "declared-undocumented" if row.declared == "yes" else "neither"
            gone = api.startswith("gone:") and self.principals_read
            if baseline == "manifest" and kind == "delegated" and not definitions and not gone:
                row.counts = False  # whether users may consent to it was not read
        elif row.declared == "yes":
            row.status = "DECLARED_ONLY"

        self.flag(app_id, row, requirement, newest, definitions=definitions, consentable=consentable)

    def need_unknown(self, row: Row, baseline: str) -> bool:
        """Granted, but what it is or whether it is needed was not read: no EXCESS."""
        api = row.key.api
        if row.key.value is None and not self.definitions_read(api):
            return True
        if api.startswith("gone:") and not self.principals_read:
            return True
        if baseline == "manifest" and row.declared == "unverified":
            return True
        return row.undecided

    def condition_unread(self, app_id: str, requirement: Requirement | None, uses: Uses | None) -> bool:
        """Whether the registration bears a certificate decides, and the registration was not read."""
        return (
            requirement is not None
            and uses is not None
            and not uses.chosen
            and requirement.condition is Condition.CERTIFICATE_SIGN_IN
            and self.manifest_unread(app_id)
        )

    def partial_gap(self, row: Row, requirement: Requirement | None, *, consentable: bool) -> bool | None:
        if requirement is not None and requirement.acts_for is ActsFor.EVERYONE and not consentable:
            return True
        states = []
        for holder in row.holders:
            user = next((u for u in self.s.users if u.object_id == holder), None)
            states.append(None if user is None else (False if user.gone else user.enabled))
        if True in states:
            return False
        return None if None in states else True

    def flag(
        self,
        app_id: str,
        row: Row,
        requirement: Requirement | None,
        newest: date | None,
        *,
        definitions: bool,
        consentable: bool,
    ) -> None:
        api, kind, value = row.key.api, row.key.kind, row.key.value
        published = [p for p in self.published(api, kind) if p.id in row.ids]
        seen = row.declared == "yes" or row.holders or row.granted in ("tenant", "users")
        always_there = api == GRAPH_APP_ID and kind == "delegated" and value in BASIC_ALWAYS
        withdrawn = definitions and not always_there
        withdrawn = withdrawn or (api.startswith("gone:") and self.principals_read)
        if (published and not any(p.enabled for p in published)) or (not published and seen and withdrawn):
            row.flags.add("stale")
        if api == AZURE_AD_GRAPH_APP_ID or (
            api == EXCHANGE_APP_ID and kind == "application" and value == "full_access_as_app"
        ):
            row.flags.add("retired-api")
        if (
            row.status in ("MISSING", "PARTIAL")
            and requirement is not None
            and requirement.last_update is not None
            and newest is not None
            and tuple(int(part) for part in requirement.last_update.split("-")[:2]) > (newest.year, newest.month)
        ):
            row.flags.add("changed-since-last-consent")
        if row.status != "BASIC" and row.granted == "tenant":
            if row.declared == "no":
                row.flags.add("may-be-removed")
            unnamed = (value is None and not definitions) or (api.startswith("gone:") and not self.principals_read)
            if (
                self.origin(app_id) == "external"
                and self.registration(app_id) is None
                and row.documented == "no"
                and not unnamed
            ):
                row.flags.add("may-be-removed-unclear")
        for acceptance in self.knowledge.acceptances:
            named = acceptance.permission
            if (
                acceptance.app_id == app_id
                and named.resource_app_id == (None if api.startswith("gone:") else api)
                and named.kind.value == kind
                and (named.value.casefold() == value or named.value.casefold() in row.ids)
                and acceptance.holds(self.today)
            ):
                row.flags.add("accepted")
                row.accepted = acceptance.reason
        for reach in self.facts.reach:
            if reach.resource_app_id == api and reach.kind.value == kind and reach.value.casefold() == value:
                row.flags.add(reach.reach.value)
        if consentable:
            row.flags.add("user-consentable")
        if any(u.gone for u in self.s.users if u.object_id in row.holders):
            row.flags.add("account-gone")

    def acceptance_unread(self, app_id: str, row: Row) -> bool:
        """An acceptance of this API names a value, and which value this id has was not read."""
        return (
            row.key.value is None
            and not self.definitions_read(row.key.api)
            and any(
                a.app_id == app_id
                and a.holds(self.today)
                and a.permission.resource_app_id == row.key.api
                and a.permission.kind.value == row.key.kind
                and a.permission.value.casefold() not in row.ids
                for a in self.knowledge.acceptances
            )
        )

    def broader(self, key: Key) -> set[str]:
        """Values that the curated list puts above this one, over any number of steps."""
        found: set[str] = set()
        while True:
            more = {
                c.broader.casefold()
                for c in self.facts.covers
                if c.resource_app_id == key.api
                and c.kind.value == key.kind
                and (c.narrower.casefold() == key.value or c.narrower.casefold() in found)
            }
            if more <= found:
                return found - {key.value or ""}
            found |= more

    def cover(self, row: Row, rows: Mapping[Key, Row]) -> None:
        """By a broader granted permission of the same API and kind."""
        if row.status not in ("MISSING", "PARTIAL"):
            return
        for value in self.broader(row.key):
            held = rows.get(Key(row.key.api, row.key.kind, value, None))
            if held is not None and held.granted == "tenant":
                row.flags.add("probably-covered")
                row.covered_by.add(value)

    def excess_complete(self, app_id: str, rows: Mapping[Key, Row], baseline: str) -> bool:
        principal = self.principal(app_id)
        if principal is None:
            return self.principals_read
        for row in rows.values():
            definitions = self.definitions_read(row.key.api)
            if row.status == "UNVERIFIED" and not row.needed:
                return False
            unnamed = (row.key.value is None and not definitions) or (
                row.key.api.startswith("gone:") and not self.principals_read
            )
            # What is gone for certain cannot be read any further.
            gone = row.key.api.startswith("gone:") and self.principals_read
            if row.status == "GRANTED" and (unnamed or baseline != "none") and (not gone or self.unsure(row, baseline)):
                return False
            if row.status == "EXCESS" and row.granted == "tenant" and not row.counts and not definitions:
                return False
        every_api = (
            self.principals_read
            and self.read_completely("apis")
            and all(self.read_completely("appRoleAssignments", api=api) for api in self.s.role_apis)
            and all(
                r.status.value == "complete"
                for r in self.s.reads
                if r.read.value == "appRoleAssignments" and r.client_object_id is None
            )
        )
        own_side = self.read_completely("appRoleAssignments", client=principal.object_id)
        return self.delegated_read and (every_api or own_side)

    def unsure(self, row: Row, baseline: str) -> bool:
        """Whether it is needed depends on something else than its name that was not read."""
        return row.undecided or (baseline == "manifest" and row.declared == "unverified")

    def app_flags(self, app_id: str, rows: Mapping[Key, Row]) -> set[str]:
        flags = set()
        principal, registration = self.principal(app_id), self.registration(app_id)
        if (principal is not None and (principal.disabled or not principal.enabled)) or (
            registration is not None and registration.disabled
        ):
            flags.add("dormant")
        if app_id in SHARED_TOOLS:
            flags.add("shared-tool")
        if registration is not None and registration.credentials:
            valid = [
                c.ends.date()
                for c in registration.credentials
                if c.ends is not None
                and c.ends.date() >= self.today
                and (c.starts is None or c.starts.date() <= self.today)
            ]
            if not valid or max(valid) <= self.today + timedelta(days=30):
                flags.add("credential-expires")
        manage = rows.get(Key(EXCHANGE_APP_ID, "application", "exchange.manageasapp", None))
        if (
            manage is not None
            and manage.granted == "tenant"
            and self.read_completely("directoryRoles")
            and principal is not None
            and not any(r.principal_id == principal.object_id for r in self.s.directory_roles)
        ):
            flags.add("no-directory-role")
        return flags

    def verdict(
        self, app_id: str, rows: Mapping[Key, Row], baseline: str, flags: set[str], *, need_unread: bool
    ) -> tuple[str, str | None]:
        if baseline == "none":
            return "NO_BASELINE", None
        if baseline == "manifest" and self.manifest_unread(app_id):
            return "UNVERIFIED", "not-read"
        if need_unread:
            return "UNVERIFIED", "not-read"
        counted = [r for r in rows.values() if r.counts]
        open_rows = [r for r in counted if r.accepted is None]
        if any(r.needed and r.status == "UNVERIFIED" for r in counted):
            return "UNVERIFIED", "not-read"
        if any(r.status in ("MISSING", "PARTIAL") and r.gap is None for r in open_rows):
            return "UNVERIFIED", "not-read"
        if any(r.gap for r in open_rows if r.status in ("MISSING", "PARTIAL")):
            return "GAPS", None
        if any(r.status == "EXCESS" for r in open_rows):
            return "EXCESSIVE", None
        if flags & {"unconfirmed", "ambiguous"}:
            return "UNVERIFIED", "identity"
        return "COMPLIANT", None

    # -- the tenant -------------------------------------------------------------------------------------------

    def not_installed(self) -> dict[str, tuple[str, str | None]]:
        """Verdict and reason of every expected profile that no app bears."""
        borne = {self.bind(a)[0] for a in self.app_ids()}
        sure = self.principals_read and self.registrations_read
        return {
            p: (("NOT_INSTALLED", None) if sure and p in self.profiles else ("UNVERIFIED", "not-read"))
            for p in self.knowledge.expected
            if p not in borne
        }

    def answers(self) -> dict[str, Answer]:
        """Every app of the tenant by appId."""
        return {app_id: self.app(app_id) for app_id in self.app_ids()}
