"""Reading a tenant from a strict service in a process of its own, beside curl with 16 connections.

Two curls stand beside it: libcurl driven directly, with connections that are kept (nothing can be much faster), and
the program curl, started for each page. Both follow each list page by page, and ask for each API's assignments alone.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.benchmarks.baseline import (
    SDK_PYTHON,
    curl_program_seconds,
    curl_seconds,
    lists_read,
    sdk_cpu_seconds,
)
from tests.benchmarks.conftest import FULL
from tests.graph_service.process import GraphService

ROOT = Path(__file__).parents[2]
MEGABYTE = 2**20
_MOST_REQUESTS = {"small": 30, "large": 400}

Ratio = Callable[..., None]
State = Callable[[str], None]


@pytest.fixture(scope="module", params=["small", "large"] if FULL else ["small"])
def service(request: pytest.FixtureRequest) -> Iterator[GraphService]:
    with GraphService(size=request.param) as running:
        running.size = request.param  # type: ignore[attr-defined]
        # Every answer is rendered once before anything is measured.
        reads(running, 1)
        running.lists = lists_read(running)  # type: ignore[attr-defined]
        curl_seconds(running, running.lists)  # type: ignore[attr-defined]
        running.set(keep_log=False)
        yield running


def reads(service: GraphService, times: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.benchmarks.measure_read", service.origin, str(service.ca_file)]
    done = subprocess.run(
        [*command, service.token, str(times), ""],
        cwd=ROOT,
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(one["complete"] for one in told)
    return told


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "NO_PROXY": "localhost,127.0.0.1", **more}


@pytest.mark.parametrize("latency", [0.05, 0.0], ids=["50 ms", "0 ms"])
def test_reading_takes_no_longer_than_curl(
    service: Any, latency: float, ratio: Ratio, state: State, size: Callable[[int, int], int]
) -> None:
    service.set(latency=latency)
    times = size(3, 5)
    before = service.stats()
    found = reads(service, times + 1)
    after = service.stats()
    libcurl = median(curl_seconds(service, service.lists) for _ in range(times))
    program = median(curl_program_seconds(service, service.lists) for _ in range(size(1, 3)))
    # The first one makes its connections.
    ours = median(one["seconds"] for one in found[1:])
    cpu = median(one["cpu"] for one in found[1:])
    name = f"read of the {service.size} tenant at {latency * 1000:.0f} ms"
    requests = (after["requests"] - before["requests"]) / len(found)
    share = (after["cpu_seconds"] - before["cpu_seconds"]) / (after["wall_seconds"] - before["wall_seconds"])
    state(
        f"{name}: {requests:.0f} requests, {cpu:.2f} s of CPU, peak {found[0]['peak'] / MEGABYTE:.0f} MB after "
        f"the first (the service used {share:.0%} of a core)"
    )
    assert requests <= _MOST_REQUESTS[service.size]
    assert found[0]["peak"] <= 300 * MEGABYTE
    if latency:
        ratio(f"{name}, beside libcurl", ours, libcurl, limit=1.5)
    else:
        state(f"{name}, beside libcurl: {ours / libcurl:.2f} times")
    ratio(f"{name}, beside the program curl", ours, program, limit=1.0)


def test_the_whole_command(service: Any, ratio: Ratio, tmp_path: Path, size: Callable[[int, int], int]) -> None:
    service.set(latency=0.05)

    def scan(folder: Path) -> float:
        begun = time.perf_counter()
        done = subprocess.run(
            [
                *(sys.executable, "-c", "import sys; from permdesk.__main__ import console; sys.exit(console())"),
                *("scan", "--cloud", "custom", "--graph-endpoint", service.origin, "--ca-file", str(service.ca_file)),
                *("--data-dir", str(folder)),
            ],
            cwd=ROOT,
            env=_environment(PERMDESK_ACCESS_TOKEN=service.token),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return time.perf_counter() - begun

    ours = median(scan(tmp_path / str(number)) for number in range(size(2, 3)))
    theirs = median(curl_seconds(service, service.lists) for _ in range(3))
    name = f"the command scan on the {service.size} tenant at 50 ms, start and storing included, beside libcurl"
    ratio(name, ours, theirs, limit=2 if service.size == "large" else 6)


if FULL:
    # Microsoft's SDK takes minutes.
    def test_cpu_beside_the_page_iterator_of_microsofts_sdk(service: Any, state: State) -> None:
        if service.size != "small":
            # It would take an hour, and say nothing else.
            return
        assert SDK_PYTHON.exists()
        service.set(latency=0.0)
        ours = median(one["cpu"] for one in reads(service, 4)[1:])
        theirs = sdk_cpu_seconds(service, service.lists)
        state(f"CPU of the SDK's page iterator on the small tenant: {theirs / ours:.0f} times ours ({theirs:.1f} s)")
        assert theirs / ours >= 50
