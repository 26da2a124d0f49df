"""The same comparison as a query: SQLite in memory, from the decoded rows to findings and verdicts."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct

from permdesk.domain.finding import Comparison, Finding, Flag, Remedy
from permdesk.domain.permission import AZURE_AD_GRAPH_APP_ID, EXCHANGE_APP_ID, GRAPH_APP_ID, Kind
from tests.benchmarks.comparison_loader import Loader
from tests.benchmarks.generator import World

_HERE = Path(__file__).parent
_FLAGS, _REMEDIES = list(Flag), list(Remedy)
_CONSTANTS = {
    "graph": GRAPH_APP_ID,
    "azure_ad_graph": AZURE_AD_GRAPH_APP_ID,
    "exchange": EXCHANGE_APP_ID,
    **{word.value.replace("-", "_"): 1 << place for words in (_FLAGS, _REMEDIES) for place, word in enumerate(words)},
}
_FINDINGS = "SELECT * FROM finding"
_PERMISSIONS = """
    SELECT permission, app_id, object_id, name, kind, value, id, published FROM permission JOIN api USING (api)
"""

#: By appId and object id of an app: verdict, its reason, and the findings as plain values, sorted.
Found = dict[tuple[str, str | None], tuple[str, str | None, list[tuple[Any, ...]]]]


class Answer(Struct, frozen=True):
    """What the query found, as SQLite hands it over.

    Attributes:
        findings: the columns of table ``finding``; apps, permissions, requirements and acceptances by number.
        permissions: number, appId, object id and name of the API, kind (1 for delegated), value, id, published.
        apps: number, appId, object id, verdict, reason of the verdict.
    """

    findings: list[tuple[Any, ...]]
    permissions: list[tuple[Any, ...]]
    apps: list[tuple[Any, ...]]


def compare_in_sql(world: World) -> Answer:
    """Load the decoded rows, index, query and fetch."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000000;")
        database.executescript(_script("tables"))
        database.execute("BEGIN")
        for table, rows in Loader(world).tables():
            database.executemany(f"INSERT OR REPLACE INTO {table}", rows)
        constants = {**_CONSTANTS, "today": world.today.toordinal()}
        for name in ("rows", "findings"):
            for statement in _statements(_script(name)):
                database.execute(statement, constants)
        return Answer(
            database.execute(_FINDINGS).fetchall(),
            database.execute(_PERMISSIONS).fetchall(),
            database.execute(_script("verdicts")).fetchall(),
        )
    finally:
        database.close()


def _script(name: str) -> str:
    return (_HERE / f"comparison_{name}.sql").read_text("utf-8")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise ValueError(f"not a whole statement: {statement}")


def found_in_sql(answer: Answer, world: World) -> Found:
    """Return what the query found, numbers turned back into words."""
    permissions = {row[0]: row for row in answer.permissions}
    requirements = [r for profile in world.profiles.values() for r in profile.requirements]
    found: Found = {}
    by_number = {}
    for number, app_id, object_id, verdict, reason in answer.apps:
        by_number[number] = found[app_id, object_id] = (verdict, reason, [])
    for row in answer.findings:
        (app, permission, documented, declared, granted, status, reason, remedy, flags) = row[:9]
        (users, since, gap, counts, requirement, covered_by, accepted) = row[9:]
        _, resource_app_id, resource_object_id, resource, kind, value, permission_id, published = permissions[
            permission
        ]
        if requirement is not None and not published:
            value = requirements[requirement].value
        by_number[app][2].append(
            (
                (resource_app_id, resource_object_id, resource, tuple(Kind)[kind].value, value, permission_id),
                (documented, declared, granted, status, reason),
                tuple(word.value for place, word in enumerate(_REMEDIES) if remedy >> place & 1),
                tuple(word.value for place, word in enumerate(_FLAGS) if flags >> place & 1),
                (users, date.fromordinal(since) if since is not None else None),
                (None if gap is None else bool(gap), bool(counts)),
                requirements[requirement] if requirement is not None else None,
                permissions[covered_by][5] if covered_by is not None else None,
                world.knowledge.acceptances[accepted] if accepted is not None else None,
            )
        )
    return _sorted(found)


def found_by_permdesk(comparison: Comparison) -> Found:
    """Return what permdesk found, in the same shape; profiles that no app bears are left out."""
    return _sorted(
        {
            (app.app_id, app.object_id): (
                app.verdict.value,
                app.verdict_reason.value if app.verdict_reason else None,
                [_plain(finding) for finding in app.findings],
            )
            for app in comparison.apps
            if app.app_id is not None
        }
    )


def _plain(finding: Finding) -> tuple[Any, ...]:
    p = finding.permission
    return (
        (p.resource_app_id, p.resource_object_id, p.resource, p.kind.value, p.value, p.id),
        (
            finding.documented.value,
            finding.declared.value,
            finding.granted.value,
            finding.status.value,
            finding.reason.value if finding.reason else None,
        ),
        tuple(word.value for word in sorted(finding.remedy, key=_REMEDIES.index)),
        tuple(word.value for word in sorted(finding.flags, key=_FLAGS.index)),
        (finding.users, finding.since),
        (finding.gap, finding.counts),
        finding.requirement,
        finding.covered_by,
        finding.accepted,
    )


def _sorted(found: Found) -> Found:
    for _, _, findings in found.values():
        findings.sort(key=lambda finding: repr(finding[0]))
    return found
