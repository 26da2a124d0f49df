"""The process of a window that scans a tenant, and tells how its event loop went round meanwhile.

It is told the tenant in one line of JSON on standard input, and answers on standard output.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.test_smoothness import after, say, ticks

#: Seconds that the window is left alone before the scan, and watched after it.
_IDLE, _AFTER = 3.0, 3.0


def main() -> None:
    """Open the window, leave it alone, scan, look at what came, scan again, and tell."""
    from permdesk.composition import build
    from permdesk.domain.cloud import custom_cloud
    from permdesk.paths import Paths
    from permdesk.services.target import TokenTarget
    from permdesk.ui import breathing
    from permdesk.ui.app import application, open_window
    from permdesk.ui.tasks import Tasks
    from tests.apart.lent import Token

    asked = json.loads(sys.stdin.readline())
    paths = Paths.isolated(Path(asked["folder"]))
    paths.ensure()
    window = open_window(application(), build(paths, scans_apart=True), paths=paths, tasks=Tasks())
    window.show()
    window.open(None)
    breathing.prepare()
    workspace = window.workspace
    ticks(lambda: window.door.accounts.known and not workspace.tasks.busy)
    ticks(after(0.5))
    told: dict[str, Any] = {"idle": ticks(after(_IDLE))}
    failed: list[Exception] = []
    workspace.scan_failed.connect(failed.append)
    target = TokenTarget(custom_cloud(asked["origin"]), Token(asked["token"]), Path(asked["ca_file"]))
    for number in range(asked["scans"]):
        shown = workspace.shown
        begun = time.monotonic()
        say({"scans": number + 1})
        window.open(target)

        def over(before: object = shown) -> bool:
            return bool(failed) or (workspace.shown is not before and not workspace.tasks.busy)

        gaps = ticks(over, patience=asked["patience"])
        assert not failed, failed
        assert workspace.shown is not shown, "the scan was not done in time"
        told[f"scan {number + 1}"] = gaps + ticks(after(_AFTER))
        told[f"seconds {number + 1}"] = time.monotonic() - begun - _AFTER
    shown = workspace.shown
    assert shown is not None
    assert shown.snapshot.coverage.all_complete
    told |= {"apps": len(shown.comparison.apps), "grants": len(shown.snapshot.delegated_grants)}
    window.close()
    say(told)


if __name__ == "__main__":
    main()
