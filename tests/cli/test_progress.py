"""How far a scan has come, on the command line: documents for programs, a line for people, and going on."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.cli.progress import document, line
from permdesk.domain.ports import Progress, Waiting
from permdesk.presentation.progress import begun, moved
from tests.cli.test_tenant import jwt
from tests.graph_service.process import GraphService
from tests.schemas import SCHEMAS

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((SCHEMAS / "progress-1.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def graph():
    with GraphService(size="tiny") as service:
        yield service


@pytest.fixture
def service(graph, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    graph.reset()
    tenant = graph.objects()["organization"]["id"]
    token = jwt(aud="https://graph.microsoft.com", exp=time.time() + 3600, tid=tenant, upn="reader@larkfield.example")
    graph.set(tokens=[token])
    monkeypatch.setenv("PERMDESK_ACCESS_TOKEN", token)
    yield graph
    graph.reset()


def options(service):
    return ["--cloud", "custom", "--graph-endpoint", service.origin, "--ca-file", str(service.ca_file)]


def documents(err):
    found = [json.loads(one) for one in err.splitlines() if one.startswith("{")]
    for one in found:
        jsonschema.validate(one, SCHEMA, cls=jsonschema.Draft202012Validator)
    return found


@pytest.mark.parametrize("command", ["scan", "check"])
def test_json_comes_with_a_document_a_line(cli, service, command):
    done = cli(command, *options(service), "--json")
    assert done.json["schema"].startswith("permdesk.")
    lines = documents(done.err)
    assert len(lines) >= 2
    assert done.err.count("\n") == len(lines)
    rows = [one["rows"] for one in lines]
    assert rows == sorted(rows)
    last = lines[-1]
    assert last["over"]
    assert last["rows"] == last["expected"] == sum(read["rows"] for read in last["reads"])
    assert last["cloud"] == "custom"
    if command == "scan":
        told = {entry["read"]: 0 for entry in done.json["coverage"]}
        for entry in done.json["coverage"]:
            told[entry["read"]] += entry["rows"]
        of = {read["read"]: read["rows"] for read in last["reads"]}
        for read in ("applications", "servicePrincipals", "oauth2PermissionGrants", "appRoleAssignments"):
            assert of[read] == told[read]


def test_documents_come_once_a_second(cli, service):
    service.set(latency=0.3)
    begun_ = time.monotonic()
    done = cli("scan", *options(service), "--json")
    assert len(documents(done.err)) <= time.monotonic() - begun_ + 3


@pytest.mark.parametrize(
    ("words", "many"),
    [
        (["--progress", "json"], True),
        (["--json", "--progress", "none"], False),
        (["--progress", "line"], False),
        ([], False),
    ],
)
def test_it_is_shown_as_it_was_asked_for(cli, service, words, many):
    done = cli("scan", *options(service), *words)
    assert bool(documents(done.err)) == many
    assert done.err == "" or many


def test_the_sample_is_there_at_once(cli):
    assert cli("check --sample --json").err == ""
    assert documents(cli("check --sample --json --progress json").err)


def test_a_line_at_a_terminal(service, tmp_path):
    import pty

    ours, theirs = pty.openpty()
    service.set(latency=0.15)
    done = subprocess.Popen(
        [sys.executable, "-m", "permdesk", "scan", *options(service), "--data-dir", str(tmp_path / "data")],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        said += piece
    assert done.wait(60) == 0
    shown = said.decode().split("\r\x1b[K")
    assert any(one.startswith("Read ") for one in shown)
    # The line is gone in the end, and is never wider than the terminal.
    assert shown[-1] == ""
    assert all(len(one) < 80 and "\n" not in one for one in shown)


@given(
    st.integers(0, 10**9),
    st.none() | st.integers(0, 10**9),
    st.none() | st.builds(Waiting, st.integers(1, 300), st.booleans()),
    st.integers(0, 200),
    st.text(max_size=90),
)
def test_a_line_fits_and_a_document_holds(rows, expected, waiting, limit, current):
    pace = begun(0.0)
    for second in range(1, 5):
        pace = moved(pace, Progress(current, rows * second // 4, expected, waiting=waiting), at=float(second))
    assert len(line(pace, limit)) <= limit
    assert "\n" not in line(pace, limit)
    jsonschema.validate(document(pace, {"cloud": "global", "tenant_id": None}), SCHEMA)


def test_full_needs_a_tenant(cli, saved):
    done = cli("check", "--scan", saved, "--full")
    assert done.code == 2
    assert "--full reads a tenant" in done.err


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
@pytest.mark.parametrize(("how", "full"), [(signal.SIGKILL, False), (signal.SIGINT, False), (signal.SIGKILL, True)])
def test_an_interrupted_scan_goes_on_and_says_so(cli, service, data_dir, how, full):
    service.set(latency=0.5)
    child = subprocess.Popen(
        [sys.executable, "-m", "permdesk", "scan", *options(service), "--json", "--data-dir", str(data_dir)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for told in child.stderr:
        if json.loads(told)["rows"]:
            break
    else:
        child.wait(30)
        pytest.fail("it was done before it could be interrupted")
    time.sleep(0.2)
    child.send_signal(how)
    _, rest = child.communicate(timeout=30)
    if how == signal.SIGINT:
        assert child.returncode == 130
        assert "What was read is kept for an hour; the next scan goes on from there." in rest
        assert rest.endswith("Interrupted.\n")
    service.set(latency=0.0)
    done = cli("scan", *options(service), *(["--full"] if full else []))
    assert done.code == 0
    if full:
        assert "The interrupted scan is not gone on with: a full scan was asked for." in done.err
    else:
        assert "The scan went on where it had stopped:" in done.err
    assert cli("scan", *options(service)).err == ""
