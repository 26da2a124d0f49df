"""The format of a profile file: which keys it has and what they may say; resources/catalog/README.md describes it."""

import re
from collections.abc import Mapping
from pathlib import Path

from permdesk.catalog.content import Known
from permdesk.catalog.document import fingerprinted
from permdesk.catalog.fields import Fields
from permdesk.catalog.outline import read_outline
from permdesk.catalog.problem import Report, nearest, quoted, suggestion
from permdesk.domain.permission import Kind
from permdesk.domain.profile import (
    ActsFor,
    Condition,
    Profile,
    ProfileOrigin,
    Requirement,
    Route,
    RouteKind,
    Source,
)
from permdesk.domain.reach import ApiName

PROFILE_KEYS = (
    *("id", "vendor", "product", "name", "edition", "app_name", "app_id", "source", "workloads", "operations"),
    *("directory_roles", "notes", "not_installed", "routes", "requirements"),
)
SOURCE_KEYS = ("title", "breadcrumb", "date", "retrieved")
ROUTE_KEYS = ("kind", "label", "who", "roles", "steps", "note")
REQUIREMENT_KEYS = (
    *("api", "value", "kind", "workloads", "condition", "preview", "last_update", "newly_required"),
    *("acts_for", "purpose", "note"),
)
MAX_PURPOSE = 120

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_VALUE = re.compile(r"[!-~]{1,200}")


def read_profile(
    path: Path,
    *,
    known: Known,
    origin: ProfileOrigin,
    taken: Mapping[str, str],
    shipped: Mapping[str, Profile],
    report: Report,
) -> Profile | None:
    """Return the profile a file holds, or None after reporting every error in it.

    Args:
        path: a YAML file.
        known: APIs and published permissions; a value that is not published is an error in a shipped
            profile and a warning in one's own.
        origin: whose file it is.
        taken: ids that are in use, and where.
        shipped: profiles whose id a file may repeat with the same content alone.
        report: receives the problems.
    """
    outline = read_outline(path, report)
    if outline is None:
        return None
    fields = Fields(outline, PROFILE_KEYS, report)
    profile = fingerprinted(_Reader(fields, known, origin, report).profile(taken))
    original = shipped.get(profile.id)
    if original is not None and original.fingerprint != profile.fingerprint and not report.failed:
        # Said last: a shipped profile with a slip in it is to be mended, not renamed.
        message = f"the id {quoted(profile.id)} is taken by a profile that permdesk ships; give yours another"
        report.error(fields.line_of("id"), message)
    return None if report.failed else profile


class _Reader:
    """Reads one file; texts that failed their check are empty, and the report has said so."""

    def __init__(self, fields: Fields, known: Known, origin: ProfileOrigin, report: Report) -> None:
        self.fields = fields
        self.known = known
        self.origin = origin
        self.report = report
        self.workloads = fields.texts("workloads", limit=80)
        self.operations = fields.texts("operations", limit=80)

    def profile(self, taken: Mapping[str, str]) -> Profile:
        fields = self.fields
        self._check_axes()
        app_id = (fields.text("app_id") or "").lower() or None
        if app_id is not None and not _GUID.fullmatch(app_id):
            self.report.error(fields.line_of("app_id"), f"app_id has to be a GUID, not {quoted(app_id)}")
        return Profile(
            id=self._id(taken),
            vendor=fields.text("vendor", required=True, limit=80) or "",
            product=fields.text("product", required=True, limit=120) or "",
            name=fields.text("name", required=True, limit=120) or "",
            edition=fields.text("edition", required=True, limit=80) or "",
            source=self._source(),
            app_name=fields.text("app_name", limit=256),
            requirements=self._requirements(),
            app_id=app_id,
            routes=tuple(self._route(route) for route in fields.mappings("routes", ROUTE_KEYS)),
            directory_roles=fields.texts("directory_roles", limit=120),
            notes=fields.texts("notes"),
            not_installed=fields.text("not_installed") or "",
            workloads=self.workloads,
            operations=self.operations,
            origin=self.origin,
        )

    def _id(self, taken: Mapping[str, str]) -> str:
        profile_id = self.fields.text("id", required=True, limit=64) or ""
        line = self.fields.line_of("id")
        if profile_id and not _ID.fullmatch(profile_id):
            self.report.error(line, f"id has to be small letters, digits and single hyphens, not {quoted(profile_id)}")
        if profile_id in taken:
            self.report.error(line, f"the id {quoted(profile_id)} is taken by {taken[profile_id]}")
        return profile_id

    def _source(self) -> Source:
        fields = self.fields.mapping("source", SOURCE_KEYS, required=True)
        if fields is None:
            return Source("", "", None, "")
        return Source(
            title=fields.text("title", required=True, limit=200) or "",
            breadcrumb=fields.text("breadcrumb") or "",
            date=fields.date("date", day=True),
            retrieved=fields.date("retrieved", day=True, required=True) or "",
        )

    def _check_axes(self) -> None:
        if bool(self.workloads) != bool(self.operations):
            missing = "operations" if self.workloads else "workloads"
            line = self.fields.line_of("workloads" if self.workloads else "operations")
            self.report.error(line, f"workloads and operations belong together; {missing} is missing")
        # A cell is typed as WORKLOAD/OPERATION, a condition as +CONDITION.
        for key, names in (("workloads", self.workloads), ("operations", self.operations)):
            for name in names:
                if "/" in name or name.startswith("+"):
                    self.report.error(self.fields.line_of(key), f"{quoted(name)} must not hold / or begin with +")

    def _route(self, fields: Fields) -> Route:
        return Route(
            kind=fields.word("kind", RouteKind, required=True) or RouteKind.ADMIN_CONSENT_LINK,
            label=fields.text("label", required=True, limit=80) or "",
            steps=fields.texts("steps"),
            who=fields.text("who") or "",
            roles=fields.texts("roles", limit=120),
            note=fields.text("note") or "",
        )

    def _requirements(self) -> tuple[Requirement, ...]:
        found: list[Requirement] = []
        lines: dict[tuple[str, Kind, str], int] = {}
        for fields in self.fields.mappings("requirements", REQUIREMENT_KEYS):
            requirement = self._requirement(fields)
            if requirement is None:
                continue
            key = (requirement.resource_app_id, requirement.kind, requirement.value.casefold())
            if key in lines:
                what = f"{requirement.kind.value} {requirement.value} of {requirement.resource}"
                self.report.error(fields.line, f"{what} stands twice; first in line {lines[key]}")
                continue
            lines[key] = fields.line
            found.append(requirement)
        if not found and not self.report.failed:
            self.report.error(self.fields.line_of("requirements"), "requirements names no permission")
        if not self.report.failed:
            self._check_unused(found)
        return tuple(found)

    def _requirement(self, fields: Fields) -> Requirement | None:
        api = self._api(fields)
        kind = fields.word("kind", Kind, required=True)
        value = fields.text("value", required=True)
        if value is not None and not _VALUE.fullmatch(value):
            self.report.error(fields.line_of("value"), f"a value has no blanks and no accents, unlike {quoted(value)}")
            value = None
        workloads = self._cells(fields)
        condition = fields.word("condition", Condition)
        acts_for = fields.word("acts_for", ActsFor)
        if kind is Kind.DELEGATED and not fields.has("acts_for"):
            allowed = ", ".join(word.value for word in ActsFor)
            self.report.error(fields.line, f"acts_for is missing: a delegated permission acts for one of {allowed}")
        if kind is Kind.APPLICATION and fields.has("acts_for"):
            self.report.error(fields.line_of("acts_for"), "acts_for belongs to delegated permissions alone")
        preview = fields.flag("preview") or False
        last_update = fields.date("last_update", day=False)
        newly_required = fields.flag("newly_required")
        purpose = fields.text("purpose", required=True, limit=MAX_PURPOSE)
        note = fields.text("note")
        if api is None or kind is None or value is None:
            return None
        self._check_published(api, kind, value, fields.line_of("value"))
        return Requirement(
            resource_app_id=api.app_id,
            resource=api.name,
            kind=kind,
            value=value,
            workloads=workloads,
            condition=condition,
            preview=preview,
            last_update=last_update,
            newly_required=newly_required,
            acts_for=acts_for,
            purpose=purpose or "",
            note=note or "",
        )

    def _api(self, fields: Fields) -> ApiName | None:
        word = fields.text("api", required=True)
        api = None if word is None else self.known.api(word)
        if word is not None and api is None:
            hint = nearest(word, [known.name for known in self.known.apis])
            self.report.error(fields.line_of("api"), f"unknown api {quoted(word)}{hint}")
        return api

    def _cells(self, fields: Fields) -> dict[str, tuple[str, ...]]:
        cells = fields.open_mapping("workloads", self.workloads, what="workloads")
        if cells is None:
            return {}
        found: dict[str, tuple[str, ...]] = {}
        for workload in self.workloads:
            names = cells.texts(workload, limit=80)
            for name in names:
                if name not in self.operations:
                    hint = suggestion(name, self.operations)
                    line = cells.line_of(workload)
                    one_of = ", ".join(self.operations)
                    self.report.error(line, f"unknown operation {quoted(name)}; one of {one_of}{hint}")
            if names:
                found[workload] = tuple(operation for operation in self.operations if operation in names)
        if not found:
            self.report.error(cells.line, "workloads names no operation; leave it out where the vendor has none")
        return found

    def _check_published(self, api: ApiName, kind: Kind, value: str, line: int) -> None:
        values = self.known.values(api.app_id, kind)
        if value in values:
            return
        other = Kind.DELEGATED if kind is Kind.APPLICATION else Kind.APPLICATION
        if value in self.known.values(api.app_id, other):
            hint = f"; it is known there as {other.value}"
        else:
            hint = suggestion(value, values, likeness=0.85)
        message = f"{kind.value} {quoted(value)} is not in the facts table of {api.name}{hint}"
        if self.origin is ProfileOrigin.SHIPPED:
            self.report.error(line, message)
        else:
            self.report.warning(line, message)

    def _check_unused(self, requirements: list[Requirement]) -> None:
        used = {cell for requirement in requirements for cell in requirement.cells}
        for key, names, seen in (
            ("workloads", self.workloads, {cell.workload for cell in used}),
            ("operations", self.operations, {cell.operation for cell in used}),
        ):
            for name in names:
                if name not in seen:
                    self.report.warning(self.fields.line_of(key), f"no requirement names {quoted(name)}")
