"""The history's tables, one small named step at a time; a step that was published never changes.

Names are kept in the file: one that this program does not know means that a newer permdesk wrote it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

Step = Callable[["Database"], None]


def scans(db: "Database") -> None:
    """One row per scan: what the list of scans shows, and the scan itself in its lasting form."""
    db.execute(
        """CREATE TABLE scans (
            scan_id TEXT PRIMARY KEY, cloud TEXT NOT NULL, tenant_id TEXT NOT NULL, tenant_name TEXT NOT NULL,
            read_at TEXT NOT NULL, account TEXT NOT NULL, complete INTEGER NOT NULL, apps INTEGER NOT NULL,
            content BLOB NOT NULL)"""
    )
    db.execute("CREATE INDEX scans_newest ON scans (cloud, tenant_id, read_at)")


def bindings(db: "Database") -> None:
    """A person's word about an app; profile_id NULL is "no profile"."""
    db.execute(
        """CREATE TABLE bindings (
            cloud TEXT NOT NULL, tenant_id TEXT NOT NULL, app_id TEXT NOT NULL,
            profile_id TEXT, by_hand INTEGER NOT NULL, decided TEXT,
            PRIMARY KEY (cloud, tenant_id, app_id))"""
    )


def uses(db: "Database") -> None:
    """The services in use of one app held against one profile."""
    db.execute(
        """CREATE TABLE uses (
            cloud TEXT NOT NULL, tenant_id TEXT NOT NULL, app_id TEXT NOT NULL, profile_id TEXT NOT NULL,
            uses TEXT NOT NULL, PRIMARY KEY (cloud, tenant_id, app_id, profile_id))"""
    )


def acceptances(db: "Database") -> None:
    """Findings that a person accepted; one word for each finding."""
    db.execute(
        """CREATE TABLE acceptances (
            cloud TEXT NOT NULL, tenant_id TEXT NOT NULL, app_id TEXT NOT NULL,
            resource_app_id TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
            reason TEXT NOT NULL, by TEXT NOT NULL, until TEXT,
            PRIMARY KEY (cloud, tenant_id, app_id, resource_app_id, kind, value))"""
    )


def expectations(db: "Database") -> None:
    """Profiles that a person expects in a tenant."""
    db.execute(
        """CREATE TABLE expectations (
            cloud TEXT NOT NULL, tenant_id TEXT NOT NULL, profile_id TEXT NOT NULL,
            PRIMARY KEY (cloud, tenant_id, profile_id))"""
    )


#: In the order in which they are applied.
STEPS: Mapping[str, Step] = {
    "0001-scans": scans,
    "0002-bindings": bindings,
    "0003-uses": uses,
    "0004-acceptances": acceptances,
    "0005-expectations": expectations,
}
