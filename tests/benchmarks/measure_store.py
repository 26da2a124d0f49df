"""Run in a process of its own: how much memory a kept scan takes while it is loaded, and when it is."""

import gc
import json
import sys
from pathlib import Path

import msgspec
import psutil

from permdesk.domain.snapshot import Snapshot
from permdesk.history.store import HistoryStore


def main() -> None:
    way, file, name = sys.argv[1:]
    store = HistoryStore(Path(file)) if way == "store" else None
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    if store is not None:
        snapshot = store.load(name)
    else:
        snapshot = msgspec.json.decode(Path(file).read_bytes(), type=Snapshot)
    assert snapshot is not None
    gc.collect()
    after = process.memory_info().rss
    sys.stdout.write(json.dumps({"before": before, "after": after, "peak": _peak(process)}))


def _peak(process: psutil.Process) -> int:
    memory = process.memory_info()
    if hasattr(memory, "peak_wset"):
        return int(memory.peak_wset)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main()
