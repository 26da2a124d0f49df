"""What dev.py adds to a second start."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.build.trees import dev, make_tree


def test_a_second_start_through_dev_py(tmp_path: Path, best_of: Callable[..., Any], ratio: Callable[..., None]) -> None:
    root = make_tree(tmp_path / "tree")
    assert dev(root, "run").returncode == 0
    base = getattr(sys, "_base_executable", sys.executable)
    python = next(path for path in root.glob(".venv/*/python*") if path.stem == "python")

    def start(*command: object) -> Callable[[], object]:
        return lambda: subprocess.run([str(part) for part in command], cwd=root, check=True, stdout=subprocess.DEVNULL)

    through, direct, bare = best_of(
        25,
        start(base, root / "build" / "dev.py", "run"),
        start(python, "-m", "permdesk", "--sample"),
        start(base, "-c", "pass"),
    )
    ratio("dev.py run adds, in starts of python -c pass", through - direct, bare, limit=2)
