"""scan and check as programs, against the service: exit codes, coverage, and what becomes of tokens."""

from pathlib import Path
from typing import Any

import pytest

from permdesk.domain.permission import GRAPH_APP_ID
from tests.cli.conftest import Outcome
from tests.graph_service.faults import Fault
from tests.graph_service.process import GraphService
from tests.reading.program import Program, token_for


@pytest.fixture
def program(service: GraphService, tmp_path: Path) -> Program:
    return Program(service, tmp_path / "data")


def said_nothing(program: Program, *outcomes: Outcome) -> None:
    """The token is nowhere: neither on a screen nor in a file; nor is there a traceback."""
    secret = program.token.rpartition(".")[2]
    for outcome in outcomes:
        assert secret not in outcome.out + outcome.err
        assert "Traceback" not in outcome.err
    for file in program.data.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes()


def statuses(document: dict[str, Any]) -> dict[str, set[str]]:
    """Return by read how those of its name ended."""
    ended: dict[str, set[str]] = {}
    for read in document["coverage"]:
        ended.setdefault(read["read"], set()).add(read["status"])
    return ended


def test_a_whole_tenant(service: GraphService, program: Program) -> None:
    tenant = service.objects()
    scanned = program("scan")
    assert scanned.code == 0, scanned.err
    assert "Larkfield Instruments" in scanned.out
    for name, collection in (("applications", "applications"), ("servicePrincipals", "servicePrincipals")):
        assert f"{len(tenant[collection])}" in next(line for line in scanned.out.splitlines() if f" {name} " in line)
    document = program("scan", "--json")
    assert document.code == 0
    assert document.json["tenant"]["id"] == tenant["organization"]["id"]
    assert {status for ended in statuses(document.json).values() for status in ended} == {"complete"}
    checked = program("check", "--json")
    # What vendors document and the generated tenant grants are not the same.
    assert checked.code == 1
    assert checked.json["schema"] == "permdesk.check/1"
    assert len(checked.json["apps"]) > 5
    said_nothing(program, scanned, document, checked)
    assert service.stats()["violations"] == 0


def test_an_offline_check_of_what_was_scanned(service: GraphService, program: Program) -> None:
    live = program("check", "--json")
    service.stats(reset=True)
    kept = program("check", "--scan", live.json["scan_id"], "--json", online=False)
    assert (kept.code, kept.json) == (live.code, live.json)
    assert service.stats()["requests"] == 0


def test_a_wrong_token_is_a_matter_of_signing_in(service: GraphService, program: Program) -> None:
    other = token_for(service.objects()["organization"]["id"], number=2)
    for command in ("scan", "check"):
        refused = program(command, token=other)
        assert (refused.code, refused.out) == (4, "")
        assert "does not accept the sign-in (401 InvalidAuthenticationToken)" in refused.err
    service.stats(reset=True)
    spent = program("scan", token=token_for("77777777-0000-4000-8000-000000000001", seconds=-5.0))
    assert spent.code == 4
    assert "has expired" in spent.err
    # It is looked at before it is sent.
    assert service.stats()["requests"] == 0
    assert program("scan", token="no token at all").code == 4
    assert program("scans", "--json", online=False).json["scans"] == []


def test_where_nothing_can_be_read_there_is_no_scan(service: GraphService, program: Program) -> None:
    service.faults(Fault(kind="403"))
    unread = program("scan")
    assert (unread.code, unread.out) == (5, "")
    assert "Neither app registrations nor service principals could be read" in unread.err
    said_nothing(program, unread)


def test_a_server_that_nobody_trusts_is_no_scan(service: GraphService, program: Program) -> None:
    unknown = program("scan", trusting=False)
    assert unknown.code == 5
    assert "certificate is not trusted" in unknown.err
    assert service.stats()["requests"] == 0


#: What may not be read, and the reads that say so.
FORBIDDEN = {
    "^/applications": {"applications"},
    "oauth2PermissionGrants": {"oauth2PermissionGrants"},
    f"{GRAPH_APP_ID}'\\)/appRoleAssignedTo|/appRoleAssign": {"appRoleAssignments"},
    "roleAssignments": {"directoryRoles"},
    "/users/": {"users"},
    "^/organization": {"organization"},
}


@pytest.mark.parametrize("path", FORBIDDEN)
def test_a_part_that_may_not_be_read_is_said(service: GraphService, program: Program, path: str) -> None:
    service.faults(Fault(kind="403", path=path))
    scanned = program("scan", "--json")
    assert scanned.code == 3
    ended = statuses(scanned.json)
    assert {name for name, words in ended.items() if words != {"complete"}} == FORBIDDEN[path]
    assert all("refused" in ended[name] for name in FORBIDDEN[path])
    # The token has the permission; what lacks is the person's.
    assert "lacks a directory role" in program("scan").out if path == "oauth2PermissionGrants" else True
    said_nothing(program, scanned)
