"""Reads catalog.sqlite, read-only, and a person's own profile files beside it."""

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from permdesk.catalog.content import Content, Known
from permdesk.catalog.problem import Problem
from permdesk.catalog.rows import from_tables
from permdesk.catalog.schema import APPLICATION_ID, SCHEMA_VERSION, TABLES, content_digest, rows_of
from permdesk.catalog.search import find_in_profiles, match_expression
from permdesk.catalog.validate import Validation, validate_profiles
from permdesk.domain.permission import Kind
from permdesk.domain.profile import Profile, Requirement
from permdesk.domain.reach import CatalogFacts
from permdesk.errors import FormatError, StorageError
from permdesk.paths import repair

_HEADER = b"SQLite format 3\0"


class SearchHit(Struct, frozen=True):
    """A profile, or one requirement of it, that holds the words looked for."""

    profile_id: str
    requirement: Requirement | None = None


class CatalogStore:
    """The shipped catalog and a person's own profiles; holds ``domain.ports.Catalog``.

    Everything is read once; no connection stays open, so any thread may ask.
    """

    def __init__(self, path: Path, *, own: tuple[Path, ...] = ()) -> None:
        """Read the catalog and then every own profile.

        Args:
            path: catalog.sqlite.
            own: folders (or single files) of own profiles; a broken file is listed in ``problems`` and left
                out, and so is one that takes the id of another profile; a copy of a shipped one adds nothing.

        Raises:
            StorageError: the catalog is missing or cannot be read.
            FormatError: the file is no catalog, damaged, or made by another version of permdesk.
        """
        self.path = path
        self._content = _read(path)
        self._shipped = {profile.id: profile for profile in self._content.profiles}
        #: What became of the own profiles: how many files, and what is wrong with them.
        self.own = self.validate(own)
        self._own = tuple(profile for profile in self.own.profiles if profile.id not in self._shipped)
        self._profiles = MappingProxyType({p.id: p for p in (*self._content.profiles, *self._own)})

    @property
    def version(self) -> str:
        """The shipped catalog's version, such as ``2026.11``."""
        return self._content.version

    @property
    def known(self) -> Known:
        """What a profile file is validated against."""
        return self._content.known

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with own profiles; those with errors are left out."""
        return self.own.problems

    def validate(self, paths: Iterable[Path]) -> Validation:
        """Check profile files, shipped ones among them, as own profiles are; nothing is added to the catalog."""
        return validate_profiles(paths, known=self.known, shipped=self._shipped)

    def profiles(self) -> Mapping[str, Profile]:
        """Return every profile by id, shipped ones first, then the person's own."""
        return self._profiles

    def facts(self) -> CatalogFacts:
        """Return version, reach, covers and API names."""
        content = self._content
        return CatalogFacts(content.version, content.reach, content.covers, content.apis)

    def published_ids(self) -> dict[tuple[str, Kind, str], tuple[str, ...]]:
        """Return (API appId, kind, value) -> the ids Microsoft publishes for it; empty where it publishes none."""
        found: dict[tuple[str, Kind, str], tuple[str, ...]] = {}
        for permission in self._content.permissions:
            key = (permission.app_id, permission.kind, permission.value)
            found[key] = found.get(key, ()) + ((permission.id,) if permission.id else ())
        return found

    def search(self, text: str) -> tuple[SearchHit, ...]:
        """Return profiles and requirements that hold every word of a text, best first.

        The last part of each word may be cut short: ``Mail.Read`` finds Mail.ReadWrite too.

        Raises:
            FormatError: the search tables are damaged.
        """
        expression = match_expression(text)
        if not expression:
            return ()
        with _connection(self.path) as connection:
            ids = _matches(connection, "profiles", expression)
            numbers = _matches(connection, "requirements", expression)
        names = [profile.id for profile in self._content.profiles]
        requirements = [(p.id, requirement) for p in self._content.profiles for requirement in p.requirements]
        hits = [SearchHit(names[number - 1]) for number in ids]
        hits += [SearchHit(*requirements[number - 1]) for number in numbers]
        hits += [SearchHit(profile_id, r) for profile_id, r in find_in_profiles(self._own, expression)]
        return tuple(hits)


def _read(path: Path) -> Content:
    _check_header(path)
    with _connection(path) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise _no_catalog(path)
        schema = connection.execute("PRAGMA user_version").fetchone()[0]
        if schema > SCHEMA_VERSION:
            raise FormatError(
                "The catalog was made by a newer permdesk",
                detail=f"{path} has format {schema}; this version reads format {SCHEMA_VERSION}.",
                remedy="Update permdesk, or put back the catalog that came with it.",
            )
        if schema < SCHEMA_VERSION:
            raise FormatError(
                "The catalog was made by an older permdesk",
                detail=f"{path} has format {schema}; this version reads format {SCHEMA_VERSION}.",
                remedy=repair(),
            )
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        tables = {name: rows_of(connection, name) for name in TABLES}
        try:
            if content_digest(tables) != meta["digest"]:
                raise _damaged(path, "its content does not match its own digest")
            return from_tables(tables, meta["version"])
        except (LookupError, TypeError, ValueError) as error:
            raise _damaged(path, str(error)) from error


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            header = stream.read(len(_HEADER))
    except FileNotFoundError:
        raise StorageError("The catalog is missing", detail=f"There is no {path}.", remedy=repair()) from None
    except OSError as error:
        raise StorageError(
            "The catalog cannot be read", detail=f"{path}: {error.strerror or error}.", remedy=repair()
        ) from error
    if header != _HEADER:
        raise _no_catalog(path)


@contextlib.contextmanager
def _connection(path: Path) -> Iterator[sqlite3.Connection]:
    # A packaged program's folder may be read-only; immutable then keeps SQLite from looking for a journal there.
    immutable = "" if os.access(path.parent, os.W_OK) else "&immutable=1"
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro{immutable}", uri=True)
        ) as connection:
            yield connection
    except sqlite3.Error as error:
        raise _damaged(path, str(error)) from error


def _matches(connection: sqlite3.Connection, table: str, expression: str) -> list[int]:
    query = f'SELECT rowid FROM "{table}_fts" WHERE "{table}_fts" MATCH ? ORDER BY rank, rowid'  # noqa: S608
    return [row[0] for row in connection.execute(query, (expression,))]


def _no_catalog(path: Path) -> FormatError:
    return FormatError("The catalog file is no permdesk catalog", detail=f"{path}.", remedy=repair())


def _damaged(path: Path, detail: str) -> FormatError:
    return FormatError("The catalog is damaged", detail=f"{path}: {detail}.", remedy=repair())
