"""Compiles resources/catalog to catalog.sqlite: the same sources give the same rows, and the same bytes per SQLite."""

import contextlib
import os
import sqlite3
import tempfile
from pathlib import Path

import sqlite_utils
from msgspec import Struct

from permdesk.catalog.content import Content
from permdesk.catalog.problem import Problem
from permdesk.catalog.rows import to_tables
from permdesk.catalog.schema import (
    APPLICATION_ID,
    FOREIGN_KEYS,
    NULLABLE,
    PRIMARY_KEYS,
    SCHEMA_VERSION,
    SEARCHED,
    TABLES,
    content_digest,
    rows_of,
)
from permdesk.catalog.search import TOKENIZER
from permdesk.catalog.sources import read_sources
from permdesk.errors import StorageError

PAGE_SIZE = 4096
_MARKS = ("application_id", "user_version", "page_size", "encoding", "journal_mode")


class Compiled(Struct, frozen=True):
    """The outcome of a compilation.

    Attributes:
        problems: what is wrong with the sources; an error among them means that nothing was compiled.
        compiled: False where an error kept the sources out.
        current: True where the target already said what the sources say.
        version: the catalog's version; empty where nothing was compiled.
        profiles: how many profiles.
        requirements: how many documented permissions.
    """

    problems: tuple[Problem, ...]
    compiled: bool = False
    current: bool = False
    version: str = ""
    profiles: int = 0
    requirements: int = 0


def compile_catalog(sources: Path, target: Path, *, check: bool = False) -> Compiled:
    """Compile a source folder; a target that says the same already is left alone.

    Args:
        sources: a folder laid out as resources/catalog.
        target: the database file.
        check: compare only, write nothing.

    Raises:
        StorageError: the target's folder cannot be written.
    """
    read = read_sources(sources)
    if read.content is None:
        return Compiled(read.problems)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "catalog.sqlite"
        build_catalog(read.content, draft)
        current = _says_the_same(draft, target)
    if not current and not check:
        build_catalog(read.content, target)
    return Compiled(
        problems=read.problems,
        compiled=True,
        current=current,
        version=read.content.version,
        profiles=len(read.content.profiles),
        requirements=sum(len(profile.requirements) for profile in read.content.profiles),
    )


def build_catalog(content: Content, target: Path) -> None:
    """Write a catalog database, replacing the target only once it is whole.

    Raises:
        StorageError: the target's folder cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".catalog-", suffix=".sqlite", dir=target.parent)
        os.close(handle)
        draft = Path(name)
        try:
            draft.unlink()
            _write(content, draft)
            draft.chmod(0o644)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except (OSError, sqlite3.OperationalError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise StorageError(
            f"{target} cannot be written", detail=f"{why}.", remedy="Choose a folder that can be written to."
        ) from error


def dump(path: Path) -> list[str]:
    """Return the schema and every row of a catalog as lines of text: what two builds have to agree on.

    The tables behind full text search are left out: their inner form depends on the SQLite version.

    Raises:
        sqlite3.Error: the file is no catalog database.
    """
    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        lines = [f"{mark} {connection.execute(f'PRAGMA {mark}').fetchone()[0]}" for mark in _MARKS]
        search = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB '*_fts_*' ORDER BY rowid"
        lines += [row[0] for row in connection.execute(search)]
        lines += [f"meta {row}" for row in connection.execute("SELECT key, value FROM meta ORDER BY rowid")]
        lines += [f"{table} {tuple(row.values())}" for table in TABLES for row in rows_of(connection, table)]
    return lines


def _says_the_same(draft: Path, target: Path) -> bool:
    try:
        return dump(target) == dump(draft)
    except sqlite3.Error:
        return False


def _write(content: Content, path: Path) -> None:
    tables = to_tables(content)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("PRAGMA foreign_keys = ON")
        db = sqlite_utils.Database(connection)
        db.table("meta").create({"key": str, "value": str}, pk="key", not_null={"key", "value"})
        db.table("meta").insert_all(
            [
                {"key": "schema", "value": str(SCHEMA_VERSION)},
                {"key": "version", "value": content.version},
                {"key": "digest", "value": content_digest(tables)},
            ]
        )
        for name, columns in TABLES.items():
            table = db.table(name)
            table.create(
                columns,
                pk=PRIMARY_KEYS.get(name),
                foreign_keys=[(column, *target) for column, target in FOREIGN_KEYS.get(name, {}).items()],
                not_null=set(columns) - NULLABLE.get(name, frozenset()),
            )
            table.insert_all(tables[name])
        for name, searched in SEARCHED.items():
            db.table(name).enable_fts(searched, fts_version="FTS5", tokenize=TOKENIZER)
            db.table(name).optimize()
        connection.commit()
        connection.execute("VACUUM")
