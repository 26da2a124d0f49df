"""Which tests belong to this system, and that none of them is skipped where all of them must run."""

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

_TESTS = Path(__file__).parent
#: Folders that are collected only when the command line names them or something in them.
_ON_REQUEST = ("system", "benchmarks", "apart", "graph_service", "reading", "powershell")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", 'logs_warning("pattern"): warnings that the test means to cause')


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    for folder in _ON_REQUEST:
        if collection_path == _TESTS / folder:
            named = [Path(config.invocation_params.dir, argument.partition("::")[0]) for argument in config.args]
            if not any(path.resolve().is_relative_to(collection_path) for path in named):
                return True
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if sys.platform == "linux":
        return
    elsewhere = [item for item in items if item.get_closest_marker("linux")]
    if elsewhere:
        items[:] = [item for item in items if not item.get_closest_marker("linux")]
        config.hook.pytest_deselected(items=elsewhere)


def _skips_are_failures() -> bool:
    return sys.platform == "linux" and os.environ.get("CI") == "true"


def _failed(report: Any) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and _skips_are_failures():
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped (CI=true on Linux): {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    _failed(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    _failed(report)
    return report
