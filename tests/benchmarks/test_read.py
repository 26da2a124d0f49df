"""Reading a tenant from a strict service in a process of its own, beside curl with 16 connections.

Two curls stand beside it: libcurl driven directly, with connections that are kept (nothing can be much faster), and
the program curl, started for each page. Both follow each list page by page, and ask for each API's assignments alone.
All are taken in turns, so that whatever else the machine does hits all alike; what counts is the median.
"""

import faulthandler
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

import pytest

from tests.benchmarks.baseline import (
    SDK_PYTHON,
    curl,
    curl_program_seconds,
    curl_seconds,
    lists_read,
    sdk_cpu_seconds,
)
from tests.benchmarks.conftest import FULL
from tests.graph_service.process import GraphService
from tests.reading.program import Program

ROOT = Path(__file__).parents[2]
MEGABYTE = 2**20
_MOST_REQUESTS = {"small": 30, "large": 400}
#: Times of libcurl: what is wanted, and what is held. They differ where decoding in Python takes longer than the wire.
_WANTED = {("small", 0.05): 1.0, ("large", 0.05): 1.0, ("small", 0.0): 2.5, ("large", 0.0): 1.5}
_HELD = {("small", 0.05): 1.5, ("large", 0.05): 1.2, ("small", 0.0): 3.0, ("large", 0.0): 8.0}
#: The same for the whole command.
_WANTED_OF_SCAN, _HELD_OF_SCAN = 1.6, {"small": 5.0, "large": 2.5}

Ratio = Callable[..., None]
State = Callable[[str], None]


class Reader:
    """A process that reads a tenant as often as it is asked, over connections that it keeps."""

    def __init__(self, service: GraphService) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.measure_read", service.origin, str(service.ca_file)]
        self._process = subprocess.Popen(
            [*command, service.token],
            cwd=ROOT,
            env={**os.environ, "NO_PROXY": "localhost,127.0.0.1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def read(self) -> dict[str, Any]:
        """Return what one read took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert told["complete"]
        return told


@pytest.fixture(scope="module", params=["small", "large"] if FULL else ["small"])
def service(request: pytest.FixtureRequest) -> Iterator[GraphService]:
    with GraphService(size=request.param) as running:
        running.size = request.param  # type: ignore[attr-defined]
        # Every answer is rendered once before anything is measured.
        with Reader(running) as reader:
            reader.read()
        running.lists = lists_read(running)  # type: ignore[attr-defined]
        curl_seconds(running, running.lists)  # type: ignore[attr-defined]
        running.set(keep_log=False)
        yield running


@pytest.mark.parametrize("latency", [0.05, 0.0], ids=["50 ms", "0 ms"])
def test_reading_beside_curl(
    service: Any, latency: float, ratio: Ratio, state: State, size: Callable[[int, int], int]
) -> None:
    service.set(latency=latency)
    ours, libcurl, shares = [], [], []
    with Reader(service) as reader:
        # The first one makes its connections; what it holds at most is what a scan does.
        peak = reader.read()["peak"]
        for _ in range(size(3, 5)):
            before = service.stats()
            ours.append(reader.read())
            after = service.stats()
            shares.append(_share(before, after))
            libcurl.append(curl_seconds(service, service.lists))
    program = median(curl_program_seconds(service, service.lists) for _ in range(size(1, 3)))
    seconds, cpu = median(one["seconds"] for one in ours), median(one["cpu"] for one in ours)
    requests = after["requests"] - before["requests"]
    name = f"read of the {service.size} tenant at {latency * 1000:.0f} ms, median of {len(ours)}"
    state(
        f"{name}: {requests} requests, {cpu:.2f} s of CPU, peak {peak / MEGABYTE:.0f} MB "
        f"(the service used {median(shares):.0%} of a core)"
    )
    assert requests <= _MOST_REQUESTS[service.size]
    assert peak <= 300 * MEGABYTE
    case = service.size, latency
    wanted = f"{name}, beside libcurl ({_WANTED[case]:g} wanted)"
    if latency or FULL:
        ratio(wanted, seconds, median(libcurl), limit=_HELD[case])
    else:
        # A fifth of a second: what else the machine does decides.
        state(f"{wanted}: {seconds / median(libcurl):.2f} times")
    ratio(f"{name}, beside the program curl", seconds, program, limit=1.0)


def _share(before: dict[str, Any], after: dict[str, Any]) -> float:
    """Return which part of a core the service used."""
    wall = after["wall_seconds"] - before["wall_seconds"]
    return float((after["cpu_seconds"] - before["cpu_seconds"]) / wall)


def test_the_whole_command(
    service: Any, ratio: Ratio, state: State, tmp_path: Path, size: Callable[[int, int], int]
) -> None:
    service.set(latency=0.05)
    ours, cpu, theirs, shares = [], [], [], []
    for number in range(size(2, 5)):
        program = Program(service, tmp_path / str(number))
        before, used, begun = service.stats(), _children(), time.perf_counter()
        scanned = program("scan", "--progress", "none")
        ours.append(time.perf_counter() - begun)
        cpu.append(_children() - used)
        shares.append(_share(before, service.stats()))
        assert scanned.code == 0, scanned.err
        service.set(tokens=[service.token])
        theirs.append(curl_seconds(service, service.lists))
    name = f"the command scan on the {service.size} tenant at 50 ms, start and storing included, median of {len(ours)}"
    state(f"{name}: {median(cpu):.2f} s of CPU (the service used {median(shares):.0%} of a core)")
    wanted = f"{name}, beside libcurl ({_WANTED_OF_SCAN:g} wanted)"
    ratio(wanted, median(ours), median(theirs), limit=_HELD_OF_SCAN[service.size])


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def test_the_bytes_of_a_refresh(service: Any, state: State, tmp_path: Path) -> None:
    """Role assignments are always read again; of the rest, next to nothing."""
    service.set(latency=0.0)
    program = Program(service, tmp_path)
    sizes = []
    for _ in range(2):
        before = service.stats()["bytes"]
        assert program("scan", "--progress", "none").code == 0
        sizes.append(service.stats()["bytes"] - before)
    service.set(tokens=[service.token])
    assigned = curl(service, [one for one in service.lists if "appRoleAssignedTo" in one.url]).bytes
    first, second = sizes
    most = 1.1 * assigned + 0.02 * (first - assigned)
    state(
        f"refresh of the unchanged {service.size} tenant: {second / 1e6:.2f} MB after {first / 1e6:.2f} MB; "
        f"its role assignments have {assigned / 1e6:.2f} MB, so that {most / 1e6:.2f} MB are the most"
    )
    # Requests have a head, whatever they bring: of a small tenant those are not next to nothing.
    assert second <= most or service.size == "small"
    assert second < first / 2


if FULL:
    # Microsoft's SDK takes minutes.
    def test_cpu_beside_the_page_iterator_of_microsofts_sdk(service: Any, state: State) -> None:
        if service.size != "small":
            # It would take an hour, and say nothing else.
            return
        assert SDK_PYTHON.exists()
        # No test of permdesk's own may take that long.
        faulthandler.cancel_dump_traceback_later()
        service.set(latency=0.0)
        with Reader(service) as reader:
            reader.read()
            ours = median(reader.read()["cpu"] for _ in range(5))
        theirs = sdk_cpu_seconds(service, service.lists)
        state(
            f"CPU of the SDK's page iterator on the small tenant: {theirs / ours:.0f} times ours, 50 at least "
            f"({theirs:.1f} s against {ours:.3f} s, median of 5)"
        )
        assert theirs / ours >= 50
