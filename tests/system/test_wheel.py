"""The wheel, installed into an environment of its own, brings the programs, the catalog and the resources."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment that holds permdesk's wheel, and sees the dependencies here."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    python = next(path for path in folder.glob("*/python*") if path.stem == "python")
    wheel = next(dist.glob("*.whl"))
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    # The dependencies are those of this environment; its permdesk is not, for its folder comes after.
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    library = subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip()
    import msgspec

    Path(library, "dependencies.pth").write_text(str(Path(msgspec.__file__).parents[1]) + "\n", encoding="utf-8")
    return python.parent


def run(command: list[str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300)


def test_the_wheel_carries_catalog_resources_and_licence(dist: Path) -> None:
    names = set(zipfile.ZipFile(next(dist.glob("*.whl"))).namelist())
    assert "permdesk/_data/catalog.sqlite" in names
    resources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "resources").rglob("*") if path.is_file()}
    pictures = {name for name in resources if name.startswith("resources/screenshots/")}
    assert pictures
    carried = {name for name in names if name.startswith("permdesk/_data/resources/")}
    assert carried == {f"permdesk/_data/{name}" for name in resources - pictures if "__pycache__" not in name}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "build/", "resources/")) for name in names)


def test_the_source_archive_carries_all_that_building_and_testing_need(dist: Path) -> None:
    import tarfile

    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        "build/dev.py",
        "build/make_catalog.py",
        "catalog.sqlite",
        "requirements.lock",
        "tests/conftest.py",
        "LICENSE",
    }
    assert wanted <= names


def test_an_installed_permdesk_finds_what_it_brought(installed: Path, tmp_path: Path) -> None:
    code = "from permdesk.paths import *; print(home(), catalog_file(), resources(), sep='\\n')"
    python = next(path for path in installed.glob("python*") if path.stem == "python")
    done = run([str(python), "-c", code], tmp_path)
    assert done.returncode == 0, done.stderr
    home, catalog, resources = done.stdout.splitlines()
    assert home == "installed"
    assert Path(catalog).is_relative_to(installed.parent)
    assert Path(resources).is_relative_to(installed.parent)


def test_both_programs_start(installed: Path, tmp_path: Path) -> None:
    suffix = ".exe" if sys.platform == "win32" else ""
    assert (installed / f"permdesk{suffix}").exists()
    said = run([str(installed / f"permdesk-cli{suffix}"), "--version"], tmp_path)
    assert said.returncode == 0, said.stderr
    assert "0.1.0" in said.stdout


def test_the_installed_command_line_says_the_same_as_the_source_tree(installed: Path, tmp_path: Path) -> None:
    suffix = ".exe" if sys.platform == "win32" else ""
    arguments = ["check", "--sample", "--json"]
    from_wheel = run(
        [str(installed / f"permdesk-cli{suffix}"), *arguments, "--data-dir", str(tmp_path / "a")], tmp_path
    )
    from_source = run([sys.executable, "-m", "permdesk", *arguments, "--data-dir", str(tmp_path / "b")], ROOT)
    assert from_wheel.returncode == 3, from_wheel.stderr
    assert from_wheel.stdout == from_source.stdout


CLIENT = "1f0c2d3e-4b5a-4c6d-8e7f-90a1b2c3d4e5"


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (f'{{"client_id": "{CLIENT.upper()}", "cloud": "usgov"}}', f"{CLIENT} usgov None packaged"),
        ('{"client_id": "permdesk"}', "FormatError The app that came with permdesk cannot be used"),
    ],
)
def test_the_app_of_a_packager_reaches_whoever_installs_the_wheel(tmp_path: Path, content: str, outcome: str) -> None:
    tree = tmp_path / "tree"
    names = ("permdesk", "resources", "catalog.sqlite", "pyproject.toml", "README.md", "LICENSE")
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__", "screenshots"))
        else:
            tree.mkdir(exist_ok=True)
            shutil.copy2(source, tree / name)
    (tree / "resources" / "sign_in" / "client.json").write_text(content, encoding="utf-8")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path / "dist")]
    subprocess.run(build, cwd=tree, check=True, capture_output=True)
    with zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl"))) as wheel:
        assert "permdesk/_data/resources/sign_in/client.json" in wheel.namelist()
        wheel.extractall(tmp_path / "installed")  # noqa: S202 - built just now
    told = run([sys.executable, "-c", _WHO, str(tmp_path / "installed")], tmp_path)
    assert told.stdout.strip() == outcome, told.stderr


_WHO = """
import sys
sys.path.insert(0, sys.argv[1])
import permdesk
assert permdesk.__file__.startswith(sys.argv[1])
from permdesk.composition import packaged_client
from permdesk.errors import FormatError
try:
    client = packaged_client()
except FormatError as problem:
    print("FormatError", problem.title)
else:
    print(client.client_id, client.cloud, client.tenant, client.source.value)
"""
