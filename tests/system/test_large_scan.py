"""A tenant of 20,000 apps is read whole through every fault that ends, and what may not be read is never guessed.

It takes about three minutes on two cores: reading and comparing 60,000 service principals, three times.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from tests.graph_service.faults import Fault
from tests.graph_service.process import GraphService
from tests.reading.program import Program

#: Of a hundred answers five ask to come later, two say that nobody is there, one breaks off and one comes in half.
ROUGH = (
    Fault(kind="429", rate=0.05, seconds=0),
    Fault(kind="503", rate=0.02, seconds=0),
    Fault(kind="reset", rate=0.01),
    Fault(kind="truncate", rate=0.01),
)


class Checked(Struct):
    """A scan, and what an offline check of it tells."""

    code: int
    scan_id: str
    document: dict[str, Any]
    stats: dict[str, Any]

    @property
    def findings(self) -> dict[str, Any]:
        """The document without what tells one scan from another."""
        return {name: value for name, value in self.document.items() if name not in ("scan_id", "read_at")}


@pytest.fixture(scope="module")
def large() -> Iterator[GraphService]:
    with GraphService(size="large") as service:
        # The records of so many requests are not needed.
        service.set(keep_log=False)
        yield service


def checked(service: GraphService, data: Path, *faults: Fault) -> Checked:
    """Scan through these faults with permdesk-cli, then check."""
    service.faults(*faults, seed=2)
    service.stats(reset=True)
    program = Program(service, data)
    scanned = program("scan", "--json", "--progress", "none")
    assert scanned.code in (0, 3), scanned.err
    stats = service.stats()
    scan_id = scanned.json["scan_id"]
    told = program("check", "--scan", scan_id, "--json", online=False)
    assert told.code in (0, 1, 3), told.err
    return Checked(scanned.code, scan_id, json.loads(told.out), stats)


@pytest.fixture(scope="module")
def plain(large: GraphService, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return checked(large, tmp_path_factory.mktemp("plain"))


def test_faults_that_end_change_no_finding(large: GraphService, plain: Checked, tmp_path: Path) -> None:
    rough = checked(large, tmp_path, *ROUGH)
    assert all(rough.stats["faults"][fault.kind] > 0 for fault in ROUGH), rough.stats
    assert rough.stats["violations"] == plain.stats["violations"] == 0
    assert len(plain.document["apps"]) > 20_000
    assert plain.scan_id != rough.scan_id
    assert plain.findings == rough.findings
    assert plain.code == rough.code == 0
    assert {read["status"] for read in rough.document["coverage"]} == {"complete"}
    # A read that nothing goes wrong with makes few requests; one that much goes wrong with hardly more.
    assert plain.stats["requests"] <= 400
    assert rough.stats["requests"] <= 1.3 * plain.stats["requests"]


def test_what_one_endpoint_refuses_is_unverified_wherever_it_matters(
    large: GraphService, plain: Checked, tmp_path: Path
) -> None:
    forbidden = checked(large, tmp_path, Fault(kind="403", path="oauth2PermissionGrants"))
    assert (plain.code, forbidden.code) == (0, 3)
    incomplete = [read for read in forbidden.document["coverage"] if read["status"] != "complete"]
    assert [(read["read"], read["status"]) for read in incomplete] == [("oauth2PermissionGrants", "refused")]
    unread = 0
    for app in forbidden.document["apps"]:
        delegated = [one for one in app["permissions"] if one["kind"] == "delegated" and one["status"] != "BASIC"]
        for one in delegated:
            # An app or an API that is not in the tenant has no grants, whatever was read.
            nobody_there = app["object_id"] is None or "provision-api" in one["remedy"]
            told = (one["granted"], one["status"])
            assert told == (("none", "MISSING") if nobody_there else ("unverified", "UNVERIFIED"))
            assert one["users"] is None
            unread += not nobody_there
        # Against its own manifest an app may lack what its users may consent to themselves.
        needed = [
            one
            for one in delegated
            if (app["profile"] and one["documented"] == "yes")
            or (app["baseline"] == "manifest" and one["declared"] == "yes" and "user-consentable" not in one["flags"])
        ]
        if any(one["status"] == "UNVERIFIED" for one in needed):
            assert (app["verdict"], app["verdict_reason"]) == ("UNVERIFIED", "not-read")
        assert app["object_id"] is None or not app["excess_complete"]
    assert unread > 10_000
    # Everything that does not depend on it is as it was.
    kinds = [
        {app["app_id"]: [one for one in app["permissions"] if one["kind"] == "application"] for app in each["apps"]}
        for each in (plain.document, forbidden.document)
    ]
    assert {app: found for app, found in kinds[0].items() if found} == {a: f for a, f in kinds[1].items() if f}
