"""Who imports what: by the import-linter's contracts, and by what is truly loaded in a fresh process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Refuses Qt as if it were not installed.
BLOCK_QT = """
import sys
class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, NoQt())
"""


def loaded_by(code: str) -> set[str]:
    """Return the top-level names of the modules that a fresh process has loaded after ``code``."""
    code += "\nimport json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def modules(*tops: str) -> list[str]:
    """Return the dotted names of all modules below ``tops``, each a module or package of permdesk."""
    found = []
    for top in tops:
        path = ROOT / "permdesk" / top
        files = [path.with_suffix(".py")] if path.with_suffix(".py").exists() else sorted(path.rglob("*.py"))
        found += [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    return found


HEADLESS = [
    path.stem
    for path in sorted((ROOT / "permdesk").iterdir())
    if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem not in {"ui", "printing", "__init__"}
]


def test_the_import_contracts_hold() -> None:
    code = "from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", code, "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_package_without_a_window_is_named_in_every_contract_that_forbids() -> None:
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    qt = next(contract for contract in contracts if "PySide6" in contract.get("forbidden_modules", ()))
    named = {name.removeprefix("permdesk.") for name in qt["source_modules"]}
    composing = {"__main__", "composition", "readings", "scan_child", "paper_child", "paper_desk"}
    assert set(HEADLESS) - composing <= named


@pytest.mark.parametrize("top", HEADLESS)
def test_everything_but_the_window_loads_where_qt_is_not_installed(top: str) -> None:
    names = modules(top)
    assert names
    loaded = loaded_by(BLOCK_QT + "\n".join(f"import {name}" for name in names))
    assert not loaded & {"PySide6", "shiboken6"}


@pytest.mark.parametrize(
    ("tops", "absent"),
    [
        (
            ["domain", "presentation", "errors"],
            {"sqlite3", "sqlite_utils", "requests", "urllib3", "click", "platformdirs", "yaml"},
        ),
        (["graph", "sample", "services", "reports"], {"sqlite3", "sqlite_utils"}),
        (["catalog", "history", "sample", "services", "reports"], {"requests", "urllib3"}),
        (["paths", "settings", "logs", "display", "redaction"], {"sqlite3", "requests", "click"}),
    ],
    ids=["domain", "no SQLite", "no HTTP", "ground"],
)
def test_an_outside_thing_is_loaded_by_its_own_layer_alone(tops: list[str], absent: set[str]) -> None:
    assert not loaded_by("\n".join(f"import {name}" for name in modules(*tops))) & absent


def test_starting_the_program_loads_nothing_heavy_before_it_knows_what_is_asked() -> None:
    heavy = {"PySide6", "shiboken6", "requests", "urllib3", "sqlite3", "sqlite_utils", "yaml", "platformdirs"}
    assert not loaded_by("import permdesk.__main__") & heavy


def test_the_command_line_loads_neither_qt_nor_http_nor_sqlite_for_its_help() -> None:
    code = (
        "import contextlib, io, sys\n"
        "from permdesk.__main__ import console\n"
        "sys.argv = ['permdesk-cli', '--help']\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    console()\n"
    )
    assert not loaded_by(code) & {"PySide6", "shiboken6", "requests", "urllib3", "sqlite3", "sqlite_utils"}
