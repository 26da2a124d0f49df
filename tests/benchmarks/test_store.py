"""Keeping and opening a whole tenant: time, room on disk, memory, and how the window fares meanwhile."""

import json
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from permdesk.domain.scan_store import ScanOf
from permdesk.domain.snapshot import Snapshot
from permdesk.history.store import HistoryStore
from tests.benchmarks.conftest import FULL as AT_FULL_SIZE
from tests.benchmarks.generated_pages import Pages, make_pages
from tests.benchmarks.generator import FULL, REDUCED, make_world

_ROOT = Path(__file__).parents[2]


@cache
def _tenant() -> tuple[Snapshot, Pages]:
    return make_pages(make_world(FULL if AT_FULL_SIZE else REDUCED).snapshot)


def _keep(store: HistoryStore, scan: Snapshot, pages: Pages) -> float:
    """Keep a scan page by page; return how long the slowest page made its reader wait, in seconds."""
    what = ScanOf(scan.tenant.cloud, "https://graph.microsoft.com", scan.tenant.id, scan.account, "plan")
    journal = store.begin(what, new_scan_id=lambda: scan.scan_id, now=scan.read_at, afresh=True)
    slowest = 0.0
    for name, page in pages:
        start = time.perf_counter()
        journal.add(name, page)
        slowest = max(slowest, time.perf_counter() - start)
    journal.finish(scan)
    return slowest


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, HistoryStore]:
    path = tmp_path_factory.mktemp("store") / "history.sqlite"
    store = HistoryStore(path)
    scan, pages = _tenant()
    _keep(store, scan, pages)
    return path, store


def test_keeping_takes_about_as_long_as_compressing(
    tmp_path: Path, best_of: Callable[..., Any], ratio: Callable[..., None], state: Callable[[str], None]
) -> None:
    scan, pages = _tenant()
    texts = [msgspec.json.encode(page.rows) for _, page in pages]
    slowest = []
    files = (tmp_path / f"{number}.sqlite" for number in range(99))
    ours, theirs = best_of(
        3,
        lambda: slowest.append(_keep(HistoryStore(next(files)), scan, pages)),
        lambda: [zlib.compress(text) for text in texts],
    )
    ratio(f"keeping {len(pages)} pages, beside compressing their JSON", ours, theirs, limit=1.5)
    state(f"  the slowest page waited {min(slowest) * 1000:.0f} ms, with pages coming as fast as the reader can")
    small = (tmp_path / "0.sqlite").stat().st_size
    state(f"  {small / 1e6:.1f} MB on disk; the JSON has {sum(map(len, texts)) / 1e6:.1f} MB")


def test_a_second_scan_of_an_unchanged_tenant_costs_next_to_nothing(
    kept: tuple[Path, HistoryStore], state: Callable[[str], None]
) -> None:
    path, store = kept
    scan, pages = _tenant()
    first = path.stat().st_size
    sizes = []
    for day in (1, 2, 3):
        before = path.stat().st_size
        _keep(store, replace(scan, scan_id=f"day-{day}", read_at=scan.read_at + timedelta(days=day)), pages)
        sizes.append(path.stat().st_size - before)
    state(f"an unchanged scan: {max(sizes) / first:.2%} of the first, less than 2 % wanted ({max(sizes):,} bytes)")
    assert max(sizes) < first * 0.02
    assert store.load("day-3") == replace(scan, scan_id="day-3", read_at=scan.read_at + timedelta(days=3))


def test_loading_beside_decoding_one_blob(
    kept: tuple[Path, HistoryStore], best_of: Callable[..., Any], ratio: Callable[..., None]
) -> None:
    _, store = kept
    scan, _ = _tenant()
    blob = msgspec.json.encode(scan)
    packed = zlib.compress(blob, 6)
    ours, plain, theirs = best_of(
        3,
        lambda: store.load(scan.scan_id),
        lambda: msgspec.json.decode(blob, type=Snapshot),
        lambda: msgspec.json.decode(zlib.decompress(packed), type=Snapshot),
    )
    assert store.load(scan.scan_id) == scan
    ratio("loading, beside decoding one blob", ours, plain, limit=4)
    ratio("loading, beside decoding one compressed blob", ours, theirs, limit=2.5)


def test_what_loading_does_to_memory_and_to_other_threads(
    kept: tuple[Path, HistoryStore], tmp_path: Path, state: Callable[[str], None]
) -> None:
    path, _ = kept
    scan, _ = _tenant()
    blob = tmp_path / "blob.json"
    blob.write_bytes(msgspec.json.encode(scan))
    ours = _measure("store", path, scan.scan_id)
    theirs = _measure("blob", blob, scan.scan_id)
    for name, found in (("a kept scan", ours), ("one blob", theirs)):
        state(
            f"  memory of {name}: {(found['after'] - found['before']) / 1e6:.0f} MB when it is loaded, "
            f"{(found['peak'] - found['before']) / 1e6:.0f} MB at most on the way; another thread is "
            f"{found['late'][0] * 1000:.1f} ms late in the middle, {found['late'][1] * 1000:.1f} ms at the 99th "
            f"percentile, {found['late'][2] * 1000:.1f} ms at most"
        )
    assert ours["peak"] - ours["before"] <= theirs["peak"] - theirs["before"]
    assert ours["late"][2] < 0.1


def _measure(way: str, file: Path, name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.measure_store", way, str(file), name]
    answer = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(answer)
    return found
