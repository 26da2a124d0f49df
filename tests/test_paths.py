"""Folders of the person, folders of the program, and what happens where they cannot be written."""

import sys
from pathlib import Path

import pytest

from permdesk import paths
from permdesk.errors import StorageError
from permdesk.paths import Home, Paths


def test_an_isolated_run_keeps_everything_below_one_folder(tmp_path: Path) -> None:
    isolated = Paths.isolated(tmp_path / "run")
    for place in (isolated.data, isolated.config, isolated.logs, isolated.history_db, isolated.settings_file):
        assert place.is_relative_to(tmp_path / "run")
    assert isolated.own_profiles.is_relative_to(isolated.data)


def test_an_isolated_run_does_not_move_with_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Paths.isolated(Path("run")).data == tmp_path / "run"


def test_the_default_creates_nothing_by_itself() -> None:
    default = Paths.default()
    assert default.data.name == "permdesk"
    assert not default.data.exists()


def test_ensure_creates_all_folders_for_this_person_alone(tmp_path: Path) -> None:
    isolated = Paths.isolated(tmp_path / "a" / "run")
    isolated.ensure()
    isolated.ensure()
    assert isolated.config.is_dir()
    assert isolated.logs.is_dir()
    assert sorted(path.name for path in isolated.data.iterdir()) == ["config", "logs"]
    if sys.platform != "win32":
        assert isolated.data.stat().st_mode & 0o077 == 0


def test_a_file_in_the_place_of_a_folder_is_told_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("in the way")
    with pytest.raises(StorageError) as told:
        Paths.isolated(tmp_path / "run").ensure()
    assert str(tmp_path / "run") in told.value.title
    assert "--data-dir" in told.value.remedy


@pytest.mark.skipif(sys.platform == "win32", reason="folders there have no mode")
def test_a_read_only_folder_is_told(read_only: Path) -> None:
    with pytest.raises(StorageError, match="cannot write"):
        Paths.isolated(read_only / "data").ensure()


@pytest.mark.linux
def test_a_folder_that_was_made_but_cannot_be_written_is_told(tmp_path: Path) -> None:
    # mkdir with exist_ok is content with it; only writing tells.
    with pytest.raises(StorageError, match="/proc/self/task"):
        Paths(data=Path("/proc/self/task"), config=tmp_path, logs=tmp_path).ensure()


def test_the_source_tree_is_its_own_home() -> None:
    assert paths.home() is Home.SOURCE
    assert paths.resources() == Path(__file__).parents[1] / "resources"
    assert paths.catalog_file() == Path(__file__).parents[1] / "catalog.sqlite"


def test_a_frozen_bundle_has_everything_beside_its_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    (tmp_path / "catalog.sqlite").touch()
    assert paths.home() is Home.FROZEN
    assert paths.catalog_file() == tmp_path / "catalog.sqlite"
    with pytest.raises(StorageError, match="resources is missing"):
        paths.resources()
