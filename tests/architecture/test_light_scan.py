"""A scan from the command line waits for nothing that it does not need."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Composes reports, shows trees, reads YAML: a third of the time to start that a scan would wait for.
NOT_FOR_A_SCAN = ("permdesk.reports.compose", "permdesk.reports.record_part", "permdesk.presentation.tree", "yaml")


def test_a_scan_loads_no_reports(tmp_path: Path) -> None:
    code = (
        "import json, sys, io, contextlib\n"
        "from permdesk.__main__ import console\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        f"    code = console(['scan', '--sample', '--data-dir', {str(tmp_path)!r}])\n"
        "print(json.dumps([code, sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    code_of_scan, loaded = json.loads(done.stdout.splitlines()[-1])
    # The sample tells that something was not read.
    assert code_of_scan == 3
    assert "permdesk.graph.reader" in loaded
    assert not [name for name in loaded if name.startswith(NOT_FOR_A_SCAN)]
