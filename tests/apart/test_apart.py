"""A scan in a process of its own: what it finds, how it ends, and what becomes of it when it is killed."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from permdesk.apart.messages import Problem, error_of, problem_of
from permdesk.composition import build
from permdesk.domain.ports import Progress
from permdesk.errors import BugError, Cancelled, ReadError, SignInAgainError, StorageError, UsageError
from permdesk.graph.faults import NoAnswerError
from permdesk.paths import Paths
from permdesk.services.bundle import Services
from tests.apart.lent import Token, target
from tests.graph_service.process import GraphService


def children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "spawn_main" in " ".join(one.cmdline())]


def in_the_middle(do: Callable[[psutil.Process], None]) -> Callable[[Progress], None]:
    """Do something to the process once it has read a list, and some time to keep it."""
    done = threading.Event()

    def moved(progress: Progress) -> None:
        if progress.finished and not done.is_set():
            done.set()
            time.sleep(0.1)
            (child,) = children()
            do(child)

    return moved


def test_it_finds_what_this_process_finds(service: GraphService, services: Services, tmp_path: Path) -> None:
    steps: list[Progress] = []
    apart = services.scan(target(service), progress=steps.append)
    here = build(Paths.isolated(tmp_path / "here")).scan(target(service))
    one, other = apart.snapshot, here.snapshot
    for name in ("registrations", "service_principals", "delegated_grants", "app_role_assignments", "apis", "users"):
        assert sorted(map(repr, getattr(one, name))) == sorted(map(repr, getattr(other, name)))
    assert one.reads == other.reads
    assert apart.unkept is None
    assert services.scans.records()[0].scan_id == one.scan_id
    assert steps[-1].finished
    assert children() == []


def test_the_token_goes_over_the_line_alone(service: GraphService, services: Services) -> None:
    seen: list[str] = []

    def look(child: psutil.Process) -> None:
        seen.append(" ".join(child.cmdline()) + repr(child.environ()))

    service.set(latency=0.2)
    services.scan(target(service), progress=in_the_middle(look))
    assert seen
    assert service.token not in seen[0]


def test_a_refused_token_is_renewed_by_whoever_holds_the_sign_in(service: GraphService, services: Services) -> None:
    token = Token("stale-token", service.token)
    outcome = services.scan(target(service, token))
    assert outcome.snapshot.coverage.all_complete
    assert len(token.demanded) == 1


def test_who_has_to_sign_in_again_is_told_so(service: GraphService, services: Services) -> None:
    token = Token(service.token)
    token.problem = SignInAgainError("Somebody has to sign in again", remedy="Do.", sign_in="key", claims='{"a":1}')
    with pytest.raises(SignInAgainError) as caught:
        services.scan(target(service, token))
    assert (caught.value.sign_in, caught.value.claims, caught.value.remedy) == ("key", '{"a":1}', "Do.")
    assert services.scans.records() == []


@pytest.mark.logs_warning("No token for a scan")
def test_a_token_source_that_fails_is_a_fault_of_ours(service: GraphService, services: Services) -> None:
    token = Token(service.token)
    token.problem = RuntimeError("a secret nobody may see")
    with pytest.raises(BugError) as caught:
        services.scan(target(service, token))
    assert "secret nobody" not in str(caught.value)


def test_a_cancel_stops_it_within_a_second(service: GraphService, services: Services) -> None:
    service.set(latency=0.2)
    cancel = threading.Event()
    begun: list[float] = []

    def stop(_child: psutil.Process) -> None:
        begun.append(time.monotonic())
        cancel.set()

    with pytest.raises(Cancelled):
        services.scan(target(service), progress=in_the_middle(stop), cancel=cancel)
    assert time.monotonic() - begun[0] < 1.5
    assert children() == []
    assert services.scans.records() == []


@pytest.mark.logs_warning("ended early")
@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_a_killed_process_is_a_failed_scan_that_goes_on_the_next_time(
    service: GraphService, services: Services
) -> None:
    service.set(latency=0.15)
    with pytest.raises(ReadError, match="broke off") as caught:
        services.scan(target(service), progress=in_the_middle(lambda child: child.send_signal(signal.SIGKILL)))
    assert "goes on" in caught.value.remedy
    assert services.scans.records() == []
    service.set(latency=0.0)
    outcome = services.scan(target(service))
    assert outcome.resumed > 0
    assert outcome.snapshot.coverage.all_complete
    assert len(services.scans.records()) == 1


@pytest.mark.logs_warning("could not be kept")
def test_a_scan_that_cannot_be_kept_is_good_all_the_same(service: GraphService, paths: Paths) -> None:
    paths.data.parent.mkdir(parents=True, exist_ok=True)
    # A file where the folder should be.
    paths.data.write_text("in the way")
    outcome = build(paths, scans_apart=True).scan(target(service))
    assert isinstance(outcome.unkept, StorageError)
    assert outcome.snapshot.coverage.all_complete
    assert outcome.snapshot.service_principals


def test_what_it_logs_is_logged_here(
    service: GraphService, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="permdesk"):
        services.scan(target(service))
    assert any(record.name == "permdesk.graph.client" for record in caplog.records)
    assert service.token not in caplog.text


def test_it_ends_when_nobody_wants_its_scan_any_more(service: GraphService, paths: Paths, tmp_path: Path) -> None:
    import subprocess
    import sys

    service.set(latency=1.0)
    program = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from tests.apart.lent import Token\n"
        "from permdesk.composition import build\n"
        "from permdesk.domain.cloud import custom_cloud\n"
        "from permdesk.paths import Paths\n"
        "from permdesk.services.target import TokenTarget\n"
        "if __name__ == '__main__':\n"
        "    origin, ca_file, token, folder = sys.argv[1:]\n"
        "    services = build(Paths.isolated(Path(folder)), scans_apart=True)\n"
        "    services.scan(TokenTarget(custom_cloud(origin), Token(token), Path(ca_file)))\n"
    )
    file = tmp_path / "asks.py"
    file.write_text(program)
    root = Path(__file__).parents[2]
    asks = subprocess.Popen(
        [sys.executable, str(file), service.origin, str(service.ca_file), service.token, str(paths.data)],
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    end = time.monotonic() + 20
    found: list[psutil.Process] = []
    while not found and time.monotonic() < end:
        found = [one for one in psutil.Process(asks.pid).children() if "spawn_main" in " ".join(one.cmdline())]
        time.sleep(0.02)
    asks.kill()
    asks.wait()
    gone, alive = psutil.wait_procs(found, timeout=12)
    assert gone
    assert not alive


@pytest.mark.parametrize("kind", [UsageError, StorageError, ReadError, NoAnswerError])
def test_errors_come_back_as_what_they_were(kind: type[ReadError]) -> None:
    back = error_of(problem_of(kind("Title", detail="Detail.", remedy="Remedy.")))
    assert isinstance(back, ReadError if kind is NoAnswerError else kind)
    assert str(back) == "Title Detail. Remedy."


def test_a_kind_that_nobody_knows_is_an_error_all_the_same() -> None:
    assert str(error_of(Problem("os", "Title"))) == "Title"
