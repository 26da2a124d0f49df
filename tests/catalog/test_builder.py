"""The committed database says what the sources say, and building is repeatable."""

import contextlib
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from permdesk.catalog.builder import build_catalog, compile_catalog, dump
from permdesk.catalog.content import Content
from permdesk.catalog.rows import from_tables, to_tables
from permdesk.catalog.schema import SEARCHED, TABLES
from permdesk.catalog.sources import read_sources
from permdesk.catalog.store import CatalogStore
from permdesk.errors import StorageError
from tests.catalog.places import DATABASE, ROOT, SOURCES


@pytest.fixture(scope="module")
def content() -> Content:
    read = read_sources(SOURCES)
    assert read.problems == ()
    assert read.content is not None
    return read.content


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOURCES, tmp_path / "catalog"))


def test_the_committed_catalog_is_what_the_sources_compile_to(content: Content, tmp_path: Path) -> None:
    rebuilt = tmp_path / "catalog.sqlite"
    build_catalog(content, rebuilt)
    assert dump(rebuilt) == dump(DATABASE)


def test_two_builds_are_the_same_bytes(content: Content, tmp_path: Path) -> None:
    first, second = tmp_path / "first.sqlite", tmp_path / "second.sqlite"
    build_catalog(content, first)
    build_catalog(content, second)
    assert first.read_bytes() == second.read_bytes()


def test_what_is_read_back_is_what_was_written(content: Content) -> None:
    store = CatalogStore(DATABASE)
    assert tuple(store.profiles().values()) == content.profiles
    assert from_tables(to_tables(content), content.version) == content
    facts = store.facts()
    assert (facts.reach, facts.covers, facts.apis) == (content.reach, content.covers, content.apis)


def test_every_row_of_every_table_was_written(content: Content) -> None:
    tables = to_tables(content)
    with contextlib.closing(sqlite3.connect(DATABASE.as_uri() + "?mode=ro", uri=True)) as connection:
        counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert counts == {name: len(rows) for name, rows in tables.items()}
    assert counts["requirements"] == 89


def test_the_search_tables_agree_with_what_they_index(content: Content, tmp_path: Path) -> None:
    built = tmp_path / "catalog.sqlite"
    build_catalog(content, built)
    with contextlib.closing(sqlite3.connect(built)) as connection:
        for name in SEARCHED:
            connection.execute(f"INSERT INTO {name}_fts({name}_fts, rank) VALUES ('integrity-check', 1)")


def test_a_target_that_is_current_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "catalog.sqlite"
    first = compile_catalog(SOURCES, target)
    assert (first.compiled, first.current, first.profiles, first.requirements) == (True, False, 6, 89)
    before = target.stat().st_mtime_ns
    again = compile_catalog(SOURCES, target)
    assert again.current
    assert target.stat().st_mtime_ns == before


def test_a_changed_source_makes_the_target_stale(sources: Path, tmp_path: Path) -> None:
    target = tmp_path / "catalog.sqlite"
    compile_catalog(sources, target)
    profile = sources / "profiles" / "nakivo.yaml"
    profile.write_text(profile.read_text("utf-8").replace("Put contacts back", "Restore contacts"), "utf-8")
    assert not compile_catalog(sources, target, check=True).current
    before = target.read_bytes()
    assert target.read_bytes() == before
    assert not compile_catalog(sources, target).current
    assert compile_catalog(sources, target, check=True).current
    assert target.read_bytes() != before


def test_a_broken_source_compiles_to_nothing(sources: Path, tmp_path: Path) -> None:
    target = tmp_path / "catalog.sqlite"
    compile_catalog(sources, target)
    before = target.read_bytes()
    (sources / "version.txt").write_text("november\n", "utf-8")
    result = compile_catalog(sources, target)
    assert not result.compiled
    assert [str(problem).split(": ", 1)[1] for problem in result.problems] == [
        'the version has to be YYYY.MM or YYYY.MM.N, not "november"'
    ]
    assert target.read_bytes() == before


def test_a_target_that_cannot_be_written_is_told_and_leaves_no_draft(content: Content, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        build_catalog(content, tmp_path / "nowhere" / "catalog.sqlite")
    (tmp_path / "catalog.sqlite").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        build_catalog(content, tmp_path / "catalog.sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.sqlite"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "build" / "make_catalog.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_script_checks_writes_and_refuses(sources: Path, tmp_path: Path) -> None:
    target = tmp_path / "catalog.sqlite"
    places = ("--sources", str(sources), "--output", str(target))
    missing = run("--check", *places)
    assert (missing.returncode, target.exists()) == (1, False)
    assert "does not say what" in missing.stderr
    written = run(*places)
    assert written.returncode == 0
    assert "was written: 2026.11, 6 profiles, 89 requirements." in written.stdout
    assert run("--check", *places).returncode == 0
    facts = sources / "apis" / "dataverse.csv"
    facts.write_text(facts.read_text("utf-8").replace("delegated", "delegate"), "utf-8")
    refused = run(*places)
    assert refused.returncode == 1
    assert f'{facts}:2: unknown kind "delegate"; one of application, delegated' in refused.stderr
