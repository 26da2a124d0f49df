"""The service's process: where it listens, what it tells, and that it never stays behind."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.graph_service.client import Client
from tests.graph_service.process import GraphService

_ROOT = Path(__file__).parents[2]
_STARTS = "import sys, time; from tests.graph_service.process import GraphService; s = GraphService(); "


def gone(pid: int, *, within: float) -> bool:
    end = time.monotonic() + within
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_it_listens_on_loopback_alone_and_leaves_nothing() -> None:
    with GraphService() as service:
        listening = [one.laddr for one in psutil.Process(service.pid).net_connections() if one.status == "LISTEN"]
        assert [(one.ip, one.port) for one in listening] == [("127.0.0.1", service.port)]
        assert service.ca_file.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert gone(service.pid, within=5)
    assert not service.ca_file.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", service.port), timeout=2)


@pytest.mark.linux
def test_it_ends_when_whoever_started_it_is_killed() -> None:
    code = _STARTS + "print(s.pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], cwd=_ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        os.kill(parent.pid, signal.SIGKILL)
    assert gone(pid, within=10)


def test_it_prints_one_line_of_json() -> None:
    command = [sys.executable, "-m", "tests.graph_service"]
    done = subprocess.run(command, cwd=_ROOT, input="", capture_output=True, text=True, timeout=60, check=True)
    told = json.loads(done.stdout)
    assert set(told) == {"port", "ca_file", "origin"}
    assert done.stderr == ""


def test_what_cannot_be_set_is_refused(service: GraphService) -> None:
    with pytest.raises(ValueError, match="nothing"):
        service.set(nothing=1)
    with pytest.raises(ValueError, match="latency"):
        service.set(latency="long")
    with pytest.raises(ValueError, match="dead"):
        service.remove("applications", "dead")


def test_it_states_its_cpu_seconds(service: GraphService, client: Client) -> None:
    client.get("/servicePrincipals?$top=999")
    stats = service.stats(reset=True)
    assert 0 < stats["cpu_seconds"] < stats["wall_seconds"] + 1
    assert stats["requests"] == 1
    assert service.stats()["requests"] == 0
    assert service.log() == []


@pytest.mark.linux
def test_it_stays_on_the_core_that_it_is_given() -> None:
    core = min(os.sched_getaffinity(0))
    with GraphService(core=core) as service:
        assert os.sched_getaffinity(service.pid) == {core}


def test_garbage_is_answered_or_ended(service: GraphService, client: Client) -> None:
    context = ssl.create_default_context(cafile=str(service.ca_file))
    for line in (b"nonsense\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", b"GET /v1.0/me HTTP/1.1\r\n\r\n", b"x" * 100_000):
        plain = socket.create_connection(("127.0.0.1", service.port), timeout=5)
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            try:
                secure.sendall(line)
                answer = secure.recv(12)
            except (ssl.SSLEOFError, ConnectionError):
                # It hung up before all of it was sent.
                answer = b""
            assert answer in (b"HTTP/1.1 400", b""), line
    assert client.get("/me").status == 200
