"""Turns catalog content into table rows and table rows back into content; the one place that knows both."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from permdesk.catalog.content import Content, PublishedId
from permdesk.catalog.schema import TABLES
from permdesk.domain.permission import Kind
from permdesk.domain.profile import ActsFor, Condition, Profile, Requirement, Route, RouteKind, Source
from permdesk.domain.reach import ApiName, CoverRow, Reach, ReachRow

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]

_PROFILE_LISTS = ("workloads", "operations", "directory_roles", "notes")
_ROUTE_LISTS = ("steps", "roles")


def to_tables(content: Content) -> Tables:
    """Return every table's rows in the order they are to be written."""
    tables: Tables = {name: [] for name in TABLES}
    tables["apis"] = [{"app_id": api.app_id, "name": api.name} for api in content.apis]
    tables["permissions"] = [
        {"app_id": p.app_id, "kind": p.kind.value, "value": p.value, "published_id": p.id} for p in content.permissions
    ]
    for row in content.reach:
        tables["reach"].append(
            {
                "resource_app_id": row.resource_app_id,
                "kind": row.kind.value,
                "value": row.value,
                "reach": row.reach.value,
                "source": row.source,
                "reason": row.reason,
            }
        )
    for pair in content.covers:
        tables["covers"].append(
            {
                "resource_app_id": pair.resource_app_id,
                "kind": pair.kind.value,
                "broader": pair.broader,
                "narrower": pair.narrower,
                "reason": pair.reason,
            }
        )
    for profile in content.profiles:
        _add_profile(tables, profile)
    return tables


def from_tables(tables: Tables, version: str) -> Content:
    """Return the content of tables that ``to_tables`` made.

    Raises:
        LookupError, TypeError, ValueError: the tables are not what ``to_tables`` makes.
    """
    return Content(
        version=version,
        apis=tuple(ApiName(row["app_id"], row["name"]) for row in tables["apis"]),
        permissions=tuple(
            PublishedId(row["app_id"], Kind(row["kind"]), row["value"], row["published_id"])
            for row in tables["permissions"]
        ),
        reach=tuple(
            ReachRow(
                row["resource_app_id"],
                Kind(row["kind"]),
                row["value"],
                Reach(row["reach"]),
                row["source"],
                row["reason"],
            )
            for row in tables["reach"]
        ),
        covers=tuple(
            CoverRow(row["resource_app_id"], Kind(row["kind"]), row["broader"], row["narrower"], row["reason"])
            for row in tables["covers"]
        ),
        profiles=_profiles(tables),
    )


def _add_profile(tables: Tables, profile: Profile) -> None:
    tables["profiles"].append(
        {
            "id": profile.id,
            "vendor": profile.vendor,
            "product": profile.product,
            "name": profile.name,
            "edition": profile.edition,
            "source_title": profile.source.title,
            "source_breadcrumb": profile.source.breadcrumb,
            "source_date": profile.source.date,
            "source_retrieved": profile.source.retrieved,
            "app_name": profile.app_name,
            "app_id": profile.app_id,
            "not_installed": profile.not_installed,
            "fingerprint": profile.fingerprint,
        }
    )
    for part in _PROFILE_LISTS:
        tables[f"profile_{part}"].extend(_listed("profile_id", profile.id, getattr(profile, part)))
    for route in profile.routes:
        route_id = len(tables["routes"]) + 1
        tables["routes"].append(
            {
                "id": route_id,
                "profile_id": profile.id,
                "kind": route.kind.value,
                "label": route.label,
                "who": route.who,
                "note": route.note,
            }
        )
        for part in _ROUTE_LISTS:
            tables[f"route_{part}"].extend(_listed("route_id", route_id, getattr(route, part)))
    for requirement in profile.requirements:
        _add_requirement(tables, profile.id, requirement)


def _add_requirement(tables: Tables, profile_id: str, requirement: Requirement) -> None:
    requirement_id = len(tables["requirements"]) + 1
    newly = requirement.newly_required
    tables["requirements"].append(
        {
            "id": requirement_id,
            "profile_id": profile_id,
            "resource_app_id": requirement.resource_app_id,
            "kind": requirement.kind.value,
            "value": requirement.value,
            "condition": requirement.condition.value if requirement.condition else None,
            "preview": int(requirement.preview),
            "last_update": requirement.last_update,
            "newly_required": None if newly is None else int(newly),
            "acts_for": requirement.acts_for.value if requirement.acts_for else None,
            "purpose": requirement.purpose,
            "note": requirement.note,
        }
    )
    for cell in requirement.cells:
        tables["requirement_cells"].append(
            {"requirement_id": requirement_id, "workload": cell.workload, "operation": cell.operation}
        )


def _listed(key: str, owner: str | int, texts: Iterable[str]) -> Rows:
    return [{key: owner, "position": position, "text": text} for position, text in enumerate(texts, start=1)]


def _profiles(tables: Tables) -> tuple[Profile, ...]:
    lists = {part: _texts(tables[f"profile_{part}"], "profile_id") for part in _PROFILE_LISTS}
    steps, roles = (_texts(tables[f"route_{part}"], "route_id") for part in _ROUTE_LISTS)
    routes: dict[str, list[Route]] = defaultdict(list)
    for row in tables["routes"]:
        routes[row["profile_id"]].append(
            Route(
                kind=RouteKind(row["kind"]),
                label=row["label"],
                steps=tuple(steps[row["id"]]),
                who=row["who"],
                roles=tuple(roles[row["id"]]),
                note=row["note"],
            )
        )
    requirements = _requirements(tables)
    return tuple(
        Profile(
            id=row["id"],
            vendor=row["vendor"],
            product=row["product"],
            name=row["name"],
            edition=row["edition"],
            source=Source(row["source_title"], row["source_breadcrumb"], row["source_date"], row["source_retrieved"]),
            app_name=row["app_name"],
            requirements=tuple(requirements[row["id"]]),
            app_id=row["app_id"],
            routes=tuple(routes[row["id"]]),
            not_installed=row["not_installed"],
            fingerprint=row["fingerprint"],
            workloads=tuple(lists["workloads"][row["id"]]),
            operations=tuple(lists["operations"][row["id"]]),
            directory_roles=tuple(lists["directory_roles"][row["id"]]),
            notes=tuple(lists["notes"][row["id"]]),
        )
        for row in tables["profiles"]
    )


def _requirements(tables: Tables) -> dict[str, list[Requirement]]:
    cells: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in tables["requirement_cells"]:
        cells[row["requirement_id"]][row["workload"]].append(row["operation"])
    names = {row["app_id"]: row["name"] for row in tables["apis"]}
    found: dict[str, list[Requirement]] = defaultdict(list)
    for row in tables["requirements"]:
        newly = row["newly_required"]
        found[row["profile_id"]].append(
            Requirement(
                resource_app_id=row["resource_app_id"],
                resource=names[row["resource_app_id"]],
                kind=Kind(row["kind"]),
                value=row["value"],
                workloads={workload: tuple(operations) for workload, operations in cells[row["id"]].items()},
                condition=Condition(row["condition"]) if row["condition"] is not None else None,
                preview=bool(row["preview"]),
                last_update=row["last_update"],
                newly_required=None if newly is None else bool(newly),
                acts_for=ActsFor(row["acts_for"]) if row["acts_for"] is not None else None,
                purpose=row["purpose"],
                note=row["note"],
            )
        )
    return found


def _texts(rows: Rows, key: str) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row["text"])
    return found
