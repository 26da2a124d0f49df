"""dev.py on a source tree that nobody has started yet, with a true environment and a true pip."""

import shutil
from pathlib import Path

import pytest

from tests.build.trees import dev, lock, make_tree

MAKING, INSTALLING = "permdesk: making .venv (once)", "permdesk: installing the packages"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree in which permdesk was started once; each test leaves it started."""
    root = make_tree(tmp_path_factory.mktemp("tree") / "with blanks & ümlaut")
    done = dev(root, "run")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "started with --sample\n"
    assert MAKING in done.stderr
    assert INSTALLING in done.stderr
    return root


def test_the_second_start_says_nothing(tree: Path) -> None:
    done = dev(tree, "run")
    assert (done.stdout, done.stderr) == ("started with --sample\n", "")


def test_arguments_pass_through(tree: Path) -> None:
    assert dev(tree, "run", "check", "--sample", "--json").stdout == "started with check --sample --json\n"
    assert dev(tree, "run", "--", "--help").stdout == "started with --help\n"


def test_it_starts_from_any_folder(tree: Path, tmp_path: Path) -> None:
    assert dev(tree, "run", "check", cwd=tmp_path).stdout == "started with check\n"


def test_a_changed_lock_is_installed_into_the_same_environment(tree: Path) -> None:
    lock(tree, version="2.0")
    done = dev(tree, "run", "check")
    assert done.returncode == 0
    assert MAKING not in done.stderr
    assert INSTALLING in done.stderr
    assert list(tree.glob(".venv/**/ballast-2.0.dist-info"))
    assert dev(tree, "run", "check").stderr == ""


def test_a_package_with_another_hash_is_refused(tree: Path) -> None:
    good = (tree / "requirements.lock").read_bytes()
    lock(tree, version="3.0", digest="0" * 64)
    done = dev(tree, "run", "check")
    assert done.returncode == 1
    assert "the packages could not be installed" in done.stderr
    assert "started" not in done.stdout
    (tree / "requirements.lock").write_bytes(good)
    assert dev(tree, "run", "check").returncode == 0


def test_a_moved_tree_makes_its_environment_anew(tree: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(tree, moved, symlinks=True)
    done = dev(moved, "run", "check")
    assert done.returncode == 0, done.stderr
    assert MAKING in done.stderr
    assert done.stdout == "started with check\n"


def test_an_environment_that_was_cut_short_is_made_anew(tree: Path) -> None:
    for file in tree.glob(".venv/*.stamp"):
        file.unlink()
    for pip in tree.glob(".venv/**/site-packages/pip"):
        shutil.rmtree(pip)
    done = dev(tree, "run", "check")
    assert MAKING in done.stderr
    assert done.stdout == "started with check\n"
