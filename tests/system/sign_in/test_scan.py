"""Whole scans with a signed-in account: permdesk-cli as a program, MSAL, gnome-keyring, Chromium, a certified provider.

What of the provider is configured by us, to be like Entra, is said at the top of provider.mjs. The Graph that is read
is the tests' own (graph.py): the sample tenant over https, for the tokens that the provider says are good.
"""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from permdesk.cli.exits import Exit, FailOn, check_exit, counting
from permdesk.composition import build
from permdesk.domain.cloud import CUSTOM_ID
from permdesk.domain.finding import Comparison
from permdesk.domain.snapshot import Snapshot
from permdesk.paths import Paths
from permdesk.reports.check_document import check_document, coverage_documents
from permdesk.services.target import SampleTarget
from tests.cli.conftest import Outcome
from tests.system.sign_in.console import Console
from tests.system.sign_in.desk import Service
from tests.system.sign_in.graph import Graph, claims
from tests.system.sign_in.parts import ADMIN, LARKFIELD
from tests.system.sign_in.test_tokens import lifetime

pytestmark = pytest.mark.linux

SCAN = ("scan", "--account", ADMIN, "--json")
#: A list in the middle of a scan, and one that is read inside a batch.
MIDDLE, IN_A_BATCH = "/oauth2PermissionGrants", "/appRoleAssignedTo"


def signed_in(console: Console) -> Console:
    """Sign the administrator in, and forget that it was in the browser."""
    signed = console.sign_in()
    assert signed.code == Exit.DONE, signed.err
    console.forget_the_browser()
    return console


@pytest.fixture(scope="module")
def admin(
    service: Service,
    keyring_session: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    folders: list[Path],
) -> Console:
    """An administrator who signed in once, for the tests after which that is still so."""
    folder = tmp_path_factory.mktemp("admin")
    folders.append(folder)
    return signed_in(Console(folder, service, keyring_session))


def sample(folder: Path) -> Snapshot:
    """Return the sample tenant as it is read without a network, said to be in a custom cloud as this one is."""
    paths = Paths.isolated(folder)
    paths.ensure()
    snapshot = build(paths).scan(SampleTarget(complete=True)).snapshot
    return replace(snapshot, tenant=replace(snapshot.tenant, cloud=CUSTOM_ID))


def compared(folder: Path, snapshot: Snapshot) -> Comparison:
    return build(Paths.isolated(folder)).compare_unsaid(snapshot)


def lists(coverage: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what was read of a tenant, in a fixed order.

    Without the assignments that were looked up once more from the side of apps that matter: in the sample people have
    said of more apps what they are.
    """
    told = [read for read in coverage if read["read"] != "appRoleAssignments" or read["resource_app_id"] is not None]
    return sorted(told, key=lambda read: (read["read"], read["resource_app_id"] or ""))


def renewals(service: Service) -> list[dict[str, Any]]:
    """Return what the provider renewed so far."""
    told: list[dict[str, Any]] = service.provider.ask("renewals")["renewals"]
    return told


def no_scan(console: Console, *outcomes: Outcome) -> None:
    """Somebody was sent back to sign in; nothing was printed as if it were a tenant, and nothing is kept as one."""
    for outcome in outcomes:
        assert outcome.code == Exit.SIGN_IN
        assert f"{ADMIN} has to sign in again" in outcome.err
        assert "Sign in again." in outcome.err
        assert outcome.out == ""
        assert "Traceback" not in outcome.err
    assert console("scans", "--json").json["scans"] == []


def test_a_signed_in_account_reads_what_the_sample_is(console: Console, graph: Graph, tmp_path: Path) -> None:
    signed = console.sign_in("--json")
    assert signed.code == Exit.DONE, signed.err
    assert signed.json["account"]["received"] == ["Directory.Read.All", "User.Read"]
    assert len(console.opened) == 1

    # Each of these is a process of its own, and no browser opens.
    scanned = console(*SCAN, "--output", str(tmp_path / "larkfield.permdesk"))
    assert scanned.code == Exit.DONE, scanned.err
    document = scanned.json
    assert document["account"]["username"] == ADMIN
    expected = sample(tmp_path / "sample")
    assert document["tenant"] == {"id": LARKFIELD[0], "name": expected.tenant.name, "cloud": "custom"}
    assert {read["status"] for read in document["coverage"]} == {"complete"}
    assert lists(document["coverage"]) == lists(coverage_documents(expected.reads))
    assert sum(read["rows"] for read in lists(document["coverage"])) > 800

    checked = console("check", "--account", ADMIN, "--json")
    found = checked.json
    read_at = datetime.fromisoformat(found["read_at"])
    comparison = compared(tmp_path / "sample", replace(expected, scan_id=found["scan_id"], read_at=read_at))
    same = check_document(comparison)
    for each in (found, same):
        each["coverage"] = lists(each["coverage"])
    assert found == same
    assert checked.code == check_exit(counting(comparison.apps), FailOn.ANY) == Exit.NOT_READ
    assert len(console.opened) == 1
    kept = console("scans", "--json").json["scans"]
    assert [(scan["account"]["username"], scan["complete"]) for scan in kept] == [(ADMIN, True)] * 2
    assert graph.turned_away == 0


def test_a_token_that_ends_in_mid_scan_is_renewed_once(admin: Console, graph: Graph, service: Service) -> None:
    before = len(renewals(service))
    graph.when(MIDDLE, lambda: service.provider.ask("end"))
    scanned = admin(*SCAN)
    assert scanned.code == Exit.DONE, scanned.err
    assert scanned.json["kept"]
    # What was under way at once is refused at once; the token is renewed for all of it.
    assert graph.turned_away >= 1
    assert len(graph.tokens) == 2
    assert len(renewals(service)) == before + 1
    assert admin.opened == []


def test_a_token_that_runs_out_in_mid_scan_is_renewed_before_it_is_refused(
    console: Console, graph: Graph, service: Service
) -> None:
    # permdesk and MSAL renew what has less than five minutes left.
    with lifetime(service, 303):
        signed_in(console)
        graph.when(MIDDLE, lambda: time.sleep(3.2))
        scanned = console(*SCAN)
    assert scanned.code == Exit.DONE, scanned.err
    assert graph.turned_away == 0
    assert len(graph.tokens) >= 2
    assert console.opened == []


def test_tokens_that_are_refused_inside_a_batch_are_renewed_once(
    admin: Console, graph: Graph, service: Service
) -> None:
    before = len(renewals(service))
    graph.one_by_one = True
    # A batch of one would tell nothing.
    graph.when(IN_A_BATCH, lambda: service.provider.ask("end"), times=2)
    scanned = admin(*SCAN)
    assert scanned.code == Exit.DONE, scanned.err
    assert {read["status"] for read in scanned.json["coverage"]} == {"complete"}
    assert graph.turned_away > 1
    assert len(renewals(service)) == before + 1


@pytest.mark.parametrize(("place", "moment"), [(MIDDLE, 1_700_000_001), (IN_A_BATCH, 1_700_000_002)])
def test_claims_that_are_demanded_in_mid_scan_are_brought(
    admin: Console, graph: Graph, service: Service, place: str, moment: int
) -> None:
    before = len(renewals(service))
    demanded = claims(moment)
    graph.one_by_one = place == IN_A_BATCH
    graph.when(place, lambda: setattr(graph, "demanded", demanded))
    scanned = admin(*SCAN)
    assert scanned.code == Exit.DONE, scanned.err
    assert len(graph.tokens) == 2
    (renewal,) = renewals(service)[before:]
    brought = json.loads(renewal["claims"])["access_token"]
    assert brought["nbf"] == json.loads(demanded)["access_token"]["nbf"]
    # What permdesk can do is told along with them.
    assert brought["xms_cc"] == {"values": ["CP1"]}


def test_a_directory_role_that_lacks_is_told(admin: Console, graph: Graph) -> None:
    graph.denied = frozenset({"roleManagement"})
    scanned = admin(*SCAN)
    assert scanned.code == Exit.NOT_READ
    (refused,) = (read for read in scanned.json["coverage"] if read["status"] != "complete")
    assert (refused["read"], refused["status"]) == ("directoryRoles", "refused")
    assert "The sign-in has the permission it needs; the account lacks a directory role" in refused["detail"]
    assert "Global Reader or Directory Readers would do" in refused["detail"]


def test_claims_that_only_a_person_can_bring_send_the_person_back(
    console: Console, graph: Graph, service: Service
) -> None:
    signed_in(console)
    service.provider.ask("demand", claims="1700000003")
    try:
        graph.when(MIDDLE, lambda: setattr(graph, "demanded", claims(1_700_000_003)))
        scanned = console(*SCAN)
    finally:
        service.provider.ask("demand", claims=None)
    assert "A second factor is demanded" in scanned.err
    no_scan(console, scanned)


def test_a_sign_in_that_is_revoked_in_mid_scan_is_no_empty_tenant(
    console: Console, graph: Graph, service: Service
) -> None:
    signed_in(console)
    graph.when(MIDDLE, lambda: service.revoke(ADMIN))
    checked = console("check", "--account", ADMIN, "--json")
    # And again, with nothing left that was good when the program started.
    scanned = console(*SCAN)
    no_scan(console, checked, scanned)
    assert graph.turned_away >= 2
    assert len(graph.seen) > graph.turned_away
    # It is still known whom to ask.
    assert [one["username"] for one in console("accounts", "--json").json["accounts"]] == [ADMIN]
