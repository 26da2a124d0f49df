"""What the source tree itself promises: names, sizes, the lock, the one test command."""

import re
import tomllib
from pathlib import Path

from permdesk.logs import AREAS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "permdesk"
SOURCES = sorted(PACKAGE.rglob("*.py"))
#: Names that say nothing about what a file is for.
SHAPELESS = {"utils", "util", "helpers", "helper", "managers", "manager", "common", "misc", "base", "core"}
LONGEST = 400


def test_every_file_has_a_name_of_its_own() -> None:
    assert [path for path in SOURCES if {path.stem, path.parent.name} & SHAPELESS] == []


def test_every_file_can_be_read_in_one_sitting() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_every_logger_belongs_to_a_declared_area() -> None:
    found = set()
    for path in SOURCES:
        own = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name in re.findall(r"getLogger\(([^)]*)\)", path.read_text(encoding="utf-8")):
            found.add(own if name == "__name__" else name.strip("\"'"))
    assert found > {"permdesk"}
    # MSAL has a logger of its own, which auth tames.
    assert {name.split(".")[1] for name in found - {"permdesk", "msal"}} <= set(AREAS)


def pins(lock: str) -> dict[str, str]:
    """Return each pinned package of the lock with the text that belongs to it."""
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)
    return {entry.partition("==")[0]: entry for entry in entries if "==" in entry}


def test_the_lock_pins_every_dependency_with_hashes_and_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pinned = pins(lock)
    for name, entry in pinned.items():
        assert "--hash=sha256:" in entry, name
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        name = re.match(r"[\w.-]+", requirement)
        assert name is not None
        assert re.sub(r"[_.]", "-", name[0]).lower() in pinned


def test_the_qt_binding_is_pinned_to_one_sound_version_everywhere() -> None:
    lock = pins((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "PySide6-Essentials==6.11.3" in project["dependencies"]
    assert lock["pyside6-essentials"].startswith("pyside6-essentials==6.11.3")
    assert lock["shiboken6"].startswith("shiboken6==6.11.3")


def test_the_readme_the_ci_and_the_workflow_give_the_same_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for verb in ("run", "test"):
        assert f"python3 build/dev.py {verb}" in readme
    assert 'python3 build/dev.py "$verb"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "for verb in test check bench" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    for verb in ("test", "check", "bench"):
        assert f"python build/dev.py {verb}" in workflow


def test_build_holds_sources_alone_and_nothing_that_packagers_would_take_for_theirs() -> None:
    assert not (ROOT / "build" / "__init__.py").exists()
    assert not (ROOT / "build" / "build.py").exists()
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not {"build", "build/", "/build", "/build/"} & set(ignored)
