"""Documented, declared and granted, compared: the verdict on every app of a tenant."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property

from msgspec.structs import replace

from permdesk.domain.application import CredentialKind, Origin, Registration
from permdesk.domain.binding import App, Match, join_apps, match_apps, match_of
from permdesk.domain.columns import AppFacts
from permdesk.domain.coverage import ReadName
from permdesk.domain.covers import Broader
from permdesk.domain.directory import Api, Directory
from permdesk.domain.finding import (
    AppComparison,
    AppFlag,
    Baseline,
    Comparison,
    Declared,
    MatchedBy,
    Verdict,
    VerdictReason,
)
from permdesk.domain.grant import DirectoryRole
from permdesk.domain.knowledge import Acceptance, Knowledge
from permdesk.domain.permission import Kind
from permdesk.domain.profile import Profile, Uses, assumed_uses
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.rows import Row, asked_together, gather
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.verdict import judge, verdict_of

#: An own registration whose newest valid credential ends within this time is flagged.
CREDENTIAL_WARNING = timedelta(days=30)
_NONE: frozenset[tuple[Api, Kind]] = frozenset()


def compare(
    snapshot: Snapshot,
    *,
    profiles: Mapping[str, Profile],
    facts: CatalogFacts,
    knowledge: Knowledge,
    today: date,
    uses: Mapping[str, Uses] | None = None,
) -> Comparison:
    """Hold every app of a scan against its baseline.

    Args:
        snapshot: what was read, with its coverage.
        profiles: every profile that can be bound, by id.
        facts: reach, covers and API names of the catalog.
        knowledge: what people said about this tenant's apps.
        today: the day acceptances and credentials are judged on.
        uses: services in use by profile id, replacing stored choice and assumption for this run.

    Returns:
        Apps ordered by name, then the expected profiles that no app bears.
    """
    return TenantComparison(
        snapshot, profiles=profiles, facts=facts, knowledge=knowledge, today=today, uses=uses
    ).compare()


class TenantComparison:
    """A scan made ready to be compared: whole, and then again app by app, as services in use are ticked.

    Args: as those of ``compare``.
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
    ) -> None:
        self.directory = Directory(snapshot, facts)
        self.snapshot = snapshot
        self.profiles = profiles
        self.knowledge = knowledge
        self.today = today
        self.uses = uses or {}
        self.tenant_id = snapshot.tenant.id
        self.catalog_version = facts.version
        self.apps = join_apps(self.directory, snapshot.tenant)
        self.matches = match_apps(
            self.apps, profiles=profiles, knowledge=knowledge, complete=self.directory.apps_complete
        )
        self.broader = Broader(facts.covers)
        self.roles_complete = self.directory.coverage.list_complete(ReadName.DIRECTORY_ROLES)
        self.roles: dict[str, list[DirectoryRole]] = {}
        for role in snapshot.directory_roles:
            self.roles.setdefault(role.principal_id, []).append(role)
        self.acceptances: dict[str, dict[tuple[str | None, Kind, str], Acceptance]] = {}
        for acceptance in knowledge.acceptances:
            if acceptance.holds(today):
                key = acceptance.permission
                accepted = self.acceptances.setdefault(acceptance.app_id, {})
                accepted[key.resource_app_id, key.kind, key.value.casefold()] = acceptance
        self.every_assignment_complete = self.directory.coverage.every_assignment_complete(
            frozenset(snapshot.role_apis)
        )

    def compare(self, *, profiled: bool = False) -> Comparison:
        """Hold every app against its baseline.

        Args:
            profiled: those alone that are held against a profile; of a large tenant they are few.
        """
        snapshot = self.snapshot
        matched = ((app, match_of(self.matches, app)) for app in self.apps)
        compared = [
            self._app(app, match)
            for app, match in matched
            if not profiled or match.profile or match.missing is not None
        ]
        borne = {app.profile.id if app.profile is not None else app.missing_profile for app in compared}
        compared += [self._expected(profile_id) for profile_id in sorted(self.knowledge.expected - borne)]
        return Comparison(
            scan_id=snapshot.scan_id,
            tenant=snapshot.tenant,
            account=snapshot.account,
            read_at=snapshot.read_at,
            reads=snapshot.reads,
            apps=tuple(compared),
            users=self.directory.users,
            catalog_version=self.catalog_version,
            profiles=dict(self.profiles),
            ended_at=snapshot.ended_at,
            lapsed=tuple(one for one in self.knowledge.acceptances if not one.holds(self.today)),
        )

    def alone(self, before: AppComparison) -> Comparison:
        """Hold one app against its baseline, and no other; there is no app where it is not in the tenant any more.

        Args:
            before: the app as another scan had it; services in use that a person chose for it stand.
        """
        same = [app for app in self.apps if app.app_id == before.app_id]
        same.sort(key=lambda app: (app.principal.object_id if app.principal else None) != before.object_id)
        snapshot = self.snapshot
        chosen = before.uses if before.uses is not None and before.uses.chosen else None
        return Comparison(
            scan_id=snapshot.scan_id,
            tenant=snapshot.tenant,
            account=snapshot.account,
            read_at=snapshot.read_at,
            reads=snapshot.reads,
            apps=tuple(self._app(app, match_of(self.matches, app), chosen) for app in same[:1]),
            users=self.directory.users,
            catalog_version=self.catalog_version,
            profiles=dict(self.profiles),
        )

    def ticked(self, compared: AppComparison, uses: Uses) -> AppComparison:
        """Compare one app again with other services in use; nothing else of the tenant is looked at.

        Raises:
            KeyError: the app is none of this scan's.
        """
        if compared.app_id is None:
            return replace(compared, uses=uses)
        app = self._by_key[compared.app_id, compared.object_id]
        return self._app(app, match_of(self.matches, app), uses)

    @cached_property
    def _by_key(self) -> dict[tuple[str | None, str | None], App]:
        return {(app.app_id, app.principal.object_id if app.principal else None): app for app in self.apps}

    def _app(self, app: App, match: Match, ticked: Uses | None = None) -> AppComparison:
        directory = self.directory
        profile, registration, principal = match.profile, app.registration, app.principal
        object_id = principal.object_id if principal else None
        uses = self._uses(app, profile, ticked) if profile is not None else None
        undeclared = _undeclared(app, directory, self.tenant_id)
        manifest_unread = undeclared is Declared.UNVERIFIED
        rows = gather(
            directory,
            profile=profile,
            uses=uses,
            registration=registration,
            object_id=object_id,
            evidence_unread=manifest_unread,
        )
        # Without the profile that it is bound to, its permissions are listed without judgement.
        baseline = _baseline(profile, registration, undeclared) if match.missing is None else Baseline.NONE
        newest = max([row.newest for row in rows if row.newest is not None], default=None)
        facts = AppFacts(
            directory=directory,
            baseline=baseline,
            object_id=object_id,
            registration=registration,
            undeclared=undeclared,
            vendors=profile is not None and registration is None and app.origin is Origin.EXTERNAL,
            newest_grant=newest,
            granted={row.entry for row in rows if row.tenant},
            unresolved={(row.entry.api, row.entry.kind) for row in rows if row.declared and row.entry.value is None}
            if registration is not None
            else _NONE,
            documented_unread={
                (row.entry.api, row.entry.kind) for row in rows if row.requirement is not None and not row.entry.ids
            }
            if profile is not None
            else _NONE,
            broader=self.broader,
            acceptances=self.acceptances.get(app.app_id, {}),
        )
        findings = tuple([finding for row in rows if (finding := judge(row, facts)) is not None])
        roles = self._directory_roles(object_id)
        flags = self._flags(app, match, rows=rows, roles=roles)
        doubtful = AppFlag.UNCONFIRMED in flags or AppFlag.AMBIGUOUS in flags
        verdict, reason = verdict_of(
            findings,
            baseline=baseline,
            need_unread=manifest_unread and (profile is None or any(row.undecided and not row.tenant for row in rows)),
            doubtful=doubtful,
        )
        if match.missing is not None:
            baseline, verdict, reason = Baseline.PROFILE, Verdict.UNVERIFIED, VerdictReason.NOT_READ
        return AppComparison(
            app_id=app.app_id,
            object_id=object_id,
            registration_id=registration.object_id if registration else None,
            display_name=app.display_name,
            origin=app.origin,
            type=principal.type if principal else "Application",
            publisher=(principal.publisher if principal else None)
            or (registration.publisher if registration else None),
            owner_tenant_id=self._owner(app),
            reply_urls=registration.reply_urls if registration else (principal.reply_urls if principal else ()),
            profile=profile,
            missing_profile=match.missing,
            matched_by=match.matched_by,
            binding=match.binding,
            candidates=match.candidates,
            resembles=match.resembles,
            uses=uses,
            baseline=baseline,
            verdict=verdict,
            verdict_reason=reason,
            excess_complete=match.missing is None and self._excess_complete(object_id, rows),
            flags=flags,
            directory_roles=roles,
            credentials=registration.credentials if registration else None,
            findings=findings,
            newest_grant=newest,
            asked_together=asked_together(rows, directory, object_id) if facts.vendors else (),
        )

    def _expected(self, profile_id: str) -> AppComparison:
        """Return the entry of a profile that a person expects and no app bears."""
        profile = self.profiles.get(profile_id)
        certain = self.directory.apps_complete and profile is not None
        return AppComparison(
            app_id=None,
            object_id=None,
            registration_id=None,
            display_name=(profile.app_name or profile.name) if profile is not None else profile_id,
            origin=Origin.EXTERNAL,
            type="Application",
            publisher=None,
            owner_tenant_id=None,
            reply_urls=(),
            profile=profile,
            missing_profile=None if profile is not None else profile_id,
            matched_by=MatchedBy.PERSON,
            binding=None,
            candidates=() if profile is not None else (profile_id,),
            resembles=None,
            uses=assumed_uses(profile, certificate=False) if profile is not None else None,
            baseline=Baseline.PROFILE,
            verdict=Verdict.NOT_INSTALLED if certain else Verdict.UNVERIFIED,
            verdict_reason=None if certain else VerdictReason.NOT_READ,
            excess_complete=certain,
            flags=(),
            directory_roles=None,
            credentials=None,
            findings=(),
            newest_grant=None,
        )

    def _uses(self, app: App, profile: Profile, ticked: Uses | None) -> Uses:
        chosen = ticked or self.uses.get(profile.id) or self.knowledge.uses.get((app.app_id, profile.id))
        if chosen is not None:
            # A profile's page may have changed since the person chose.
            cells = chosen.cells & frozenset(profile.matrix)
            if cells or not profile.matrix:
                return Uses(cells, chosen.conditions & frozenset(profile.choosable_conditions), chosen=chosen.chosen)
        credentials = app.registration.credentials if app.registration else ()
        certificate = any(credential.kind is CredentialKind.CERTIFICATE for credential in credentials)
        return assumed_uses(profile, certificate=certificate)

    def _owner(self, app: App) -> str | None:
        if app.principal is not None and app.principal.owner_tenant_id is not None:
            return app.principal.owner_tenant_id
        return self.tenant_id if app.registration is not None else None

    def _excess_complete(self, object_id: str | None, rows: list[Row]) -> bool:
        directory = self.directory
        if object_id is None:
            return directory.principals_complete
        return (
            directory.grants_complete
            and (self.every_assignment_complete or directory.coverage.client_side_complete(object_id))
            and not any(row.beyond_unread for row in rows)
        )

    def _directory_roles(self, object_id: str | None) -> tuple[DirectoryRole, ...] | None:
        if not self.roles_complete:
            return None
        held = self.roles.get(object_id) if object_id else None
        return tuple(sorted(held, key=lambda r: (r.role, r.template_id, r.scope))) if held else ()

    def _flags(
        self, app: App, match: Match, *, rows: list[Row], roles: tuple[DirectoryRole, ...] | None
    ) -> tuple[AppFlag, ...]:
        principal, registration = app.principal, app.registration
        flags = []
        if (principal and (principal.disabled or not principal.enabled)) or (registration and registration.disabled):
            flags.append(AppFlag.DORMANT)
        if match.ambiguous:
            flags.append(AppFlag.AMBIGUOUS)
        if match.matched_by is MatchedBy.NAME:
            flags.append(AppFlag.UNCONFIRMED)
        if match.resembles is not None:
            flags.append(AppFlag.LOOK_ALIKE)
        if registration is not None and _credential_expires(registration, self.today):
            flags.append(AppFlag.CREDENTIAL_EXPIRES)
        if roles == () and any(row.tenant and row.entry.manages_exchange for row in rows):
            flags.append(AppFlag.NO_DIRECTORY_ROLE)
        if app.shared_tool:
            flags.append(AppFlag.SHARED_TOOL)
        return tuple(flags)


def _undeclared(app: App, directory: Directory, tenant_id: str) -> Declared:
    """Return what the second column says of a permission that no manifest entry names."""
    if app.registration is not None:
        return Declared.NO
    if app.principal is None or app.principal.type != "Application" or directory.registrations_complete:
        return Declared.UNREADABLE
    # Without an owner, or without a tenant to hold it against, nobody can say that its manifest lies elsewhere.
    elsewhere = app.principal.owner_tenant_id not in (tenant_id, None) and (tenant_id or app.origin is Origin.MICROSOFT)
    return Declared.UNREADABLE if elsewhere else Declared.UNVERIFIED


def _baseline(profile: Profile | None, registration: Registration | None, undeclared: Declared) -> Baseline:
    if profile is not None:
        return Baseline.PROFILE
    if (registration is not None and registration.required) or undeclared is Declared.UNVERIFIED:
        return Baseline.MANIFEST
    return Baseline.NONE


def _credential_expires(registration: Registration, today: date) -> bool:
    valid = [
        credential.ends.date() if credential.ends is not None else date.max
        for credential in registration.credentials
        if (credential.ends is None or credential.ends.date() >= today)
        and (credential.starts is None or credential.starts.date() <= today)
    ]
    return bool(registration.credentials) and (not valid or max(valid) - today <= CREDENTIAL_WARNING)
