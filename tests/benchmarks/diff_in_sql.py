"""The same difference as a query: plain tables in the history's own file, and what is in one scan alone."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from permdesk.domain.permission import ZERO_ROLE_ID
from permdesk.domain.snapshot import Snapshot

_TABLES = """
    CREATE TABLE plain_registration (scan TEXT, object_id TEXT, app_id TEXT, name TEXT, disabled INTEGER);
    CREATE TABLE plain_manifest (scan TEXT, app_id TEXT, api TEXT, kind TEXT, id TEXT);
    CREATE TABLE plain_credential (scan TEXT, app_id TEXT, kind TEXT, starts TEXT, ends TEXT, label TEXT);
    CREATE TABLE plain_principal (scan TEXT, object_id TEXT, app_id TEXT, name TEXT, enabled INTEGER, disabled INTEGER);
    CREATE TABLE plain_assignment (scan TEXT, client TEXT, resource TEXT, role TEXT, created TEXT);
    CREATE TABLE plain_grant (scan TEXT, client TEXT, resource TEXT, person TEXT, scope TEXT);
    CREATE TABLE plain_published (scan TEXT, api TEXT, kind TEXT, id TEXT, value TEXT);
    CREATE TABLE plain_role (scan TEXT, principal TEXT, role TEXT, template TEXT, scope TEXT);
    CREATE TABLE plain_user (scan TEXT, id TEXT, name TEXT, enabled INTEGER, gone INTEGER);
    CREATE INDEX plain_object ON plain_principal (scan, object_id);
    CREATE INDEX plain_id ON plain_published (scan, api, kind, id);
    CREATE INDEX plain_a ON plain_assignment (scan);
    CREATE INDEX plain_g ON plain_grant (scan);
    CREATE INDEX plain_m ON plain_manifest (scan);
"""
#: What one scan has of permissions, by identity: app, API, kind, value or id, person.
_HELD = """
    SELECT 'granted' AS what, coalesce(c.app_id, 'object:' || a.client) AS app,
        coalesce(r.app_id, 'object:' || a.resource) AS api, 'application' AS kind,
        coalesce(lower(p.value), 'id:' || a.role) AS name, NULL AS person
    FROM plain_assignment AS a
    LEFT JOIN plain_principal AS c ON c.scan = :{scan} AND c.object_id = a.client
    LEFT JOIN plain_principal AS r ON r.scan = :{scan} AND r.object_id = a.resource
    LEFT JOIN plain_published AS p ON p.scan = :{scan} AND p.api = r.app_id AND p.kind = 'application' AND p.id = a.role
    WHERE a.scan = :{scan}
    UNION ALL
    SELECT iif(g.person IS NULL, 'granted', 'single'), coalesce(c.app_id, 'object:' || g.client),
        coalesce(r.app_id, 'object:' || g.resource), 'delegated', lower(word.value), g.person
    FROM plain_grant AS g
    JOIN json_each('["' || replace(trim(g.scope), ' ', '","') || '"]') AS word ON word.value <> ''
    LEFT JOIN plain_principal AS c ON c.scan = :{scan} AND c.object_id = g.client
    LEFT JOIN plain_principal AS r ON r.scan = :{scan} AND r.object_id = g.resource
    WHERE g.scan = :{scan}
    UNION ALL
    SELECT 'declared', m.app_id, m.api, m.kind, coalesce(lower(p.value), 'id:' || m.id), NULL
    FROM plain_manifest AS m
    LEFT JOIN plain_published AS p ON p.scan = :{scan} AND p.api = m.api AND p.kind = m.kind AND p.id = m.id
    WHERE m.scan = :{scan}
"""
_OTHERS = (
    "SELECT app_id, name, disabled, object_id FROM plain_registration WHERE scan = :{scan}",
    "SELECT app_id, kind, starts, ends, label FROM plain_credential WHERE scan = :{scan}",
    "SELECT app_id, name, enabled, disabled, object_id FROM plain_principal WHERE scan = :{scan}",
    "SELECT principal, template, scope FROM plain_role WHERE scan = :{scan}",
    "SELECT id, enabled, gone FROM plain_user WHERE scan = :{scan}",
)
_RECORDS = "SELECT scan_id, tenant_id, tenant_name, cloud, read_at, account, complete, apps, note FROM scans"


def write_plain(path: Path, scans: Iterable[Snapshot]) -> None:
    """Write scans into tables of the file, one row for each row."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_TABLES)
        for scan in scans:
            for table, rows in _rows(scan):
                marks = ", ".join("?" * len(rows[0])) if rows else ""
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        database.execute("ANALYZE")


def records_in_sql(path: Path) -> list[tuple[Any, ...]]:
    """Open the file and return the list of scans as the table has it: times as times, people as lists."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(f"{_RECORDS} LEFT JOIN notes USING (scan_id) ORDER BY read_at DESC, scans.rowid DESC")
        return [
            (scan_id, tenant_id, name, cloud, datetime.fromisoformat(read_at), json.loads(account), *others)
            for scan_id, tenant_id, name, cloud, read_at, account, *others in rows.fetchall()
        ]


def diff_in_sql(path: Path, older: str, newer: str) -> dict[str, set[tuple[Any, ...]]]:
    """Open the file and return what each scan has alone: by ``added`` and ``removed``, permissions first."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY;")
        found: dict[str, set[tuple[Any, ...]]] = {"added": set(), "removed": set(), "others": set()}
        scans = {"older": older, "newer": newer}
        for scan in scans:
            database.execute(f"CREATE TEMP TABLE held_{scan} AS {_HELD.format(scan=scan)}", scans)
        for what, (one, other) in (("added", ("newer", "older")), ("removed", ("older", "newer"))):
            rows = database.execute(f"SELECT * FROM held_{one} EXCEPT SELECT * FROM held_{other}")
            found[what].update(rows)
            for query in _OTHERS:
                rows = database.execute(f"{query.format(scan=one)} EXCEPT {query.format(scan=other)}", scans)
                found["others"] |= {(what, *row) for row in rows}
        return found


def _rows(scan: Snapshot) -> Iterable[tuple[str, list[tuple[Any, ...]]]]:
    name = scan.scan_id
    yield (
        "plain_registration",
        [(name, r.object_id, r.app_id, r.display_name, r.disabled) for r in scan.registrations],
    )
    yield (
        "plain_manifest",
        [(name, r.app_id, a.resource_app_id, a.kind.value, a.id) for r in scan.registrations for a in r.required],
    )
    yield (
        "plain_credential",
        [
            (name, r.app_id, c.kind.value, str(c.starts), str(c.ends), c.label)
            for r in scan.registrations
            for c in r.credentials
        ],
    )
    yield (
        "plain_principal",
        [(name, p.object_id, p.app_id, p.display_name, p.enabled, p.disabled) for p in scan.service_principals],
    )
    yield (
        "plain_assignment",
        [
            (name, a.client_id, a.resource_id, a.role_id, str(a.created))
            for a in scan.app_role_assignments
            if a.role_id != ZERO_ROLE_ID
        ],
    )
    yield (
        "plain_grant",
        [(name, g.client_id, g.resource_id, g.principal_id, " ".join(g.scope.split())) for g in scan.delegated_grants],
    )
    yield (
        "plain_published",
        [(name, api.app_id, p.kind.value, p.id, p.value) for api in scan.apis for p in api.permissions],
    )
    yield "plain_role", [(name, r.principal_id, r.role, r.template_id, r.scope) for r in scan.directory_roles]
    yield "plain_user", [(name, u.object_id, u.display_name, u.enabled, u.gone) for u in scan.users]
