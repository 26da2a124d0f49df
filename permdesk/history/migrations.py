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


def journals(db: "Database") -> None:
    """One row per scan that is kept page by page, finished or under way: whose tenant it reads, and how.

    Numbers are never used twice: the lock of a scan under way is named by its number.
    """
    db.execute(
        """CREATE TABLE journals (
            journal INTEGER PRIMARY KEY AUTOINCREMENT, scan_id TEXT NOT NULL, cloud TEXT NOT NULL,
            graph TEXT NOT NULL, tenant_id TEXT, account TEXT NOT NULL, plan TEXT NOT NULL,
            began TEXT NOT NULL, finished INTEGER NOT NULL)"""
    )
    db.execute("CREATE INDEX journals_scan ON journals (scan_id)")


def lists(db: "Database") -> None:
    """The names of lists, shared by all scans that read them."""
    db.execute(
        """CREATE TABLE lists (
            list INTEGER PRIMARY KEY, read TEXT NOT NULL, resource_app_id TEXT NOT NULL,
            part TEXT NOT NULL, UNIQUE (read, resource_app_id, part))"""
    )


def chunks(db: "Database") -> None:
    """The rows of pages, each content once, whatever scan it belongs to."""
    db.execute("CREATE TABLE chunks (chunk INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, content BLOB NOT NULL)")


def pages(db: "Database") -> None:
    """The pages of each list of each scan; ``said`` is what Graph said beside the rows, NULL for nothing."""
    db.execute(
        """CREATE TABLE pages (
            journal INTEGER NOT NULL, list INTEGER NOT NULL, number INTEGER NOT NULL, chunk INTEGER NOT NULL,
            said TEXT, PRIMARY KEY (journal, list, number)) WITHOUT ROWID"""
    )


def links(db: "Database") -> None:
    """Where pages of scans under way lead to: apart, so that forgetting them frees their room."""
    db.execute(
        """CREATE TABLE links (
            journal INTEGER NOT NULL, list INTEGER NOT NULL, number INTEGER NOT NULL, link TEXT NOT NULL,
            PRIMARY KEY (journal, list, number)) WITHOUT ROWID"""
    )


def marks(db: "Database") -> None:
    """Where a later scan can learn what has changed in a list since."""
    db.execute(
        """CREATE TABLE marks (
            journal INTEGER NOT NULL, list INTEGER NOT NULL, link TEXT NOT NULL,
            PRIMARY KEY (journal, list)) WITHOUT ROWID"""
    )


def notes(db: "Database") -> None:
    """What a person wrote on a scan."""
    db.execute("CREATE TABLE notes (scan_id TEXT PRIMARY KEY, note TEXT NOT NULL)")


def settings(db: "Database") -> None:
    """What holds for this history as a whole: how long scans stay, and a secret of its own."""
    db.execute("CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL)")


def ends(db: "Database") -> None:
    """When reading ended, beside when it began; NULL for scans of which nobody wrote it down."""
    db.execute("ALTER TABLE scans ADD COLUMN ended_at TEXT")


def consents(db: "Database") -> None:
    """Records of consents; ``content`` is the record itself in its lasting form, the rest finds it."""
    db.execute(
        """CREATE TABLE consents (
            record_id TEXT PRIMARY KEY, cloud TEXT NOT NULL, tenant_id TEXT NOT NULL, app_id TEXT,
            profile_id TEXT NOT NULL, ended TEXT NOT NULL, content BLOB NOT NULL)"""
    )
    db.execute("CREATE INDEX consents_tenant ON consents (cloud, tenant_id, ended)")
    db.execute("CREATE INDEX consents_app ON consents (app_id)")
    db.execute("CREATE INDEX consents_profile ON consents (profile_id)")


def consent_lists(db: "Database") -> None:
    """The list of consents to make in a tenant, one for each."""
    db.execute(
        """CREATE TABLE consent_lists (
            cloud TEXT NOT NULL, tenant_id TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (cloud, tenant_id))"""
    )


#: In the order in which they are applied.
STEPS: Mapping[str, Step] = {
    "0001-scans": scans,
    "0002-bindings": bindings,
    "0003-uses": uses,
    "0004-acceptances": acceptances,
    "0005-expectations": expectations,
    "0006-journals": journals,
    "0007-lists": lists,
    "0008-chunks": chunks,
    "0009-pages": pages,
    "0010-links": links,
    "0011-marks": marks,
    "0012-notes": notes,
    "0013-settings": settings,
    "0014-ends": ends,
    "0015-consents": consents,
    "0016-consent-lists": consent_lists,
}
