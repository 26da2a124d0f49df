"""What the catalog database is made of: its marks, its tables, and the digest over their rows."""

import hashlib
import json
import sqlite3
from typing import Any

#: "pdcg", so that another program's database is not mistaken for a catalog.
APPLICATION_ID = 0x70646367
SCHEMA_VERSION = 1

#: Table -> column -> type. Lists of a profile or a route are tables of their own, in the order of ``position``.
TABLES: dict[str, dict[str, type]] = {
    "apis": {"app_id": str, "name": str},
    "permissions": {"app_id": str, "kind": str, "value": str, "published_id": str},
    "profiles": {
        "id": str,
        "vendor": str,
        "product": str,
        "name": str,
        "edition": str,
        "source_title": str,
        "source_breadcrumb": str,
        "source_date": str,
        "source_retrieved": str,
        "app_name": str,
        "app_id": str,
        "not_installed": str,
        "fingerprint": str,
    },
    "profile_workloads": {"profile_id": str, "position": int, "text": str},
    "profile_operations": {"profile_id": str, "position": int, "text": str},
    "profile_directory_roles": {"profile_id": str, "position": int, "text": str},
    "profile_notes": {"profile_id": str, "position": int, "text": str},
    "routes": {"id": int, "profile_id": str, "kind": str, "label": str, "who": str, "note": str},
    "route_steps": {"route_id": int, "position": int, "text": str},
    "route_roles": {"route_id": int, "position": int, "text": str},
    "requirements": {
        "id": int,
        "profile_id": str,
        "resource_app_id": str,
        "kind": str,
        "value": str,
        "condition": str,
        "preview": int,
        "last_update": str,
        "newly_required": int,
        "acts_for": str,
        "purpose": str,
        "note": str,
    },
    "requirement_cells": {"requirement_id": int, "workload": str, "operation": str},
    "reach": {"resource_app_id": str, "kind": str, "value": str, "reach": str, "source": str, "reason": str},
    "covers": {"resource_app_id": str, "kind": str, "broader": str, "narrower": str, "reason": str},
}

PRIMARY_KEYS: dict[str, str | tuple[str, ...]] = {
    "apis": "app_id",
    "profiles": "id",
    "profile_workloads": ("profile_id", "position"),
    "profile_operations": ("profile_id", "position"),
    "profile_directory_roles": ("profile_id", "position"),
    "profile_notes": ("profile_id", "position"),
    "routes": "id",
    "route_steps": ("route_id", "position"),
    "route_roles": ("route_id", "position"),
    "requirements": "id",
    "requirement_cells": ("requirement_id", "workload", "operation"),
    "reach": ("resource_app_id", "kind", "value", "reach"),
    "covers": ("resource_app_id", "kind", "broader", "narrower"),
}

#: Columns that point to another table's key.
FOREIGN_KEYS: dict[str, dict[str, tuple[str, str]]] = {
    "permissions": {"app_id": ("apis", "app_id")},
    "profile_workloads": {"profile_id": ("profiles", "id")},
    "profile_operations": {"profile_id": ("profiles", "id")},
    "profile_directory_roles": {"profile_id": ("profiles", "id")},
    "profile_notes": {"profile_id": ("profiles", "id")},
    "routes": {"profile_id": ("profiles", "id")},
    "route_steps": {"route_id": ("routes", "id")},
    "route_roles": {"route_id": ("routes", "id")},
    "requirements": {"profile_id": ("profiles", "id"), "resource_app_id": ("apis", "app_id")},
    "requirement_cells": {"requirement_id": ("requirements", "id")},
    "reach": {"resource_app_id": ("apis", "app_id")},
    "covers": {"resource_app_id": ("apis", "app_id")},
}

#: Columns that may hold nothing; all others are NOT NULL.
NULLABLE: dict[str, frozenset[str]] = {
    "permissions": frozenset({"published_id"}),
    "profiles": frozenset({"source_date", "app_name", "app_id"}),
    "requirements": frozenset({"condition", "last_update", "newly_required", "acts_for"}),
}

#: What full text search looks at.
SEARCHED: dict[str, tuple[str, ...]] = {
    "profiles": ("name", "vendor", "product", "app_name", "source_title"),
    "requirements": ("value", "purpose", "note"),
}


def rows_of(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """Return a table's rows in the order they were written, as column -> value.

    Raises:
        sqlite3.Error: the database is damaged or has no such table or column.
    """
    columns = TABLES[table]
    names = ", ".join(f'"{column}"' for column in columns)
    cursor = connection.execute(f'SELECT {names} FROM "{table}" ORDER BY rowid')  # noqa: S608 - names from TABLES
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def content_digest(tables: dict[str, list[dict[str, Any]]]) -> str:
    """Return the SHA-256 over every row of every table, hexadecimal; independent of the SQLite version."""
    text = json.dumps([[name, tables[name]] for name in TABLES], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
