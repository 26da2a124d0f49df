"""One app read by itself: the same as in a scan, in a handful of requests, and honest about what it could not read."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from permdesk.composition import build
from permdesk.domain.cloud import custom_cloud
from permdesk.domain.comparison import TenantComparison
from permdesk.domain.finding import AppComparison, Comparison, Declared, Granted
from permdesk.domain.knowledge import Knowledge
from permdesk.domain.one_app import AppReading, wanted_app, with_app
from permdesk.domain.permission import Kind
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import Cancelled, ReadError, SignInError
from permdesk.graph.client import GraphClient
from permdesk.graph.gate import Gate
from permdesk.graph.questions import TenantQuestions
from permdesk.graph.transport import HttpsTransport
from permdesk.paths import Paths
from tests.graph_service.consenting import Consent, Grant
from tests.graph_service.faults import Fault
from tests.graph_service.objects import Json
from tests.graph_service.process import GraphService
from tests.reading.desk import CLOCK, Desk, Token, everybody

LATER = CLOCK + timedelta(minutes=30)
NEVER = threading.Event()
_FACTS = build(Paths.isolated(Path("nowhere"))).catalog.facts()


class Asked:
    """Questions to the service, and how one app stands then."""

    def __init__(self, desk: Desk, service: GraphService, *, permissions: tuple[str, ...] | None = None) -> None:
        self.service = service
        gate = Gate(now=desk._now)
        transport = HttpsTransport(desk.session)
        client = GraphClient(transport, Token(), custom_cloud(service.origin), sleep=desk._sleep, gate=gate)
        self.questions = TenantQuestions(
            client, permissions=permissions, clock=lambda: LATER, new_id=lambda: "22222222-0000-4000-8000-000000000001"
        )

    def read(self, before: AppComparison, scan: Snapshot) -> AppReading:
        wanted = wanted_app(before, scan)
        assert wanted is not None
        return self.questions.app(wanted, cancel=NEVER)

    def stands(self, before: AppComparison, scan: Snapshot) -> AppComparison | None:
        wanted = wanted_app(before, scan)
        assert wanted is not None
        tenant = with_app(scan, wanted, self.questions.app(wanted, cancel=NEVER))
        return next(iter(prepared(tenant).alone(before).apps), None)


def prepared(scan: Snapshot) -> TenantComparison:
    facts: CatalogFacts = _FACTS
    return TenantComparison(scan, profiles={}, facts=facts, knowledge=Knowledge(), today=CLOCK.date())


def compared(scan: Snapshot) -> Comparison:
    return prepared(scan).compare()


def essence(app: AppComparison) -> object:
    """Return all of an app that one reading of it can tell."""
    return replace(app, findings=tuple(sorted(app.findings, key=repr)))


@pytest.fixture
def scan(desk: Desk) -> Snapshot:
    return desk.read(of_interest=everybody)


@pytest.fixture
def asked(desk: Desk, service: GraphService) -> Asked:
    return Asked(desk, service)


def busy(comparison: Comparison, *, own: bool) -> AppComparison:
    """Return an app with grants of both kinds, registered here or not."""
    for app in comparison.apps:
        kinds = {f.permission.kind for f in app.findings if f.granted is Granted.TENANT}
        if (app.registration_id is not None) is own and len(kinds) == 2:
            return app
    raise AssertionError("the tenant has no such app")


def test_every_app_is_as_in_the_scan_while_nothing_happens(scan: Snapshot, asked: Asked) -> None:
    comparison = compared(scan)
    apps = [app for app in comparison.apps if app.findings]
    assert {app.registration_id is None for app in apps} == {True, False}
    for app in apps[::3]:
        found = asked.stands(app, scan)
        assert found is not None
        assert essence(found) == essence(app), app.display_name


def test_it_takes_a_handful_of_requests_and_none_but_reads(scan: Snapshot, asked: Asked, service: GraphService) -> None:
    app = busy(compared(scan), own=True)
    service.reset()
    reading = asked.read(app, scan)
    stats = service.stats()
    assert stats["requests"] <= 5
    assert stats["violations"] == 0
    methods = {(one["method"], one["target"].endswith("$batch")) for one in service.log() if not one["inner"]}
    assert methods <= {("POST", True), ("GET", False)}
    assert all(read.complete for read in reading.reads)
    others = {one.client_id for one in (*reading.assignments, *reading.grants)} - {app.object_id}
    assert others == set()


@pytest.fixture
def played(scan: Snapshot, service: GraphService) -> Iterator[tuple[AppComparison, Grant, Json]]:
    """A scope that came to an app, and a role that went; put back at the end."""
    app = busy(compared(scan), own=False)
    told = service.objects()
    held = next(row for row in told["appRoleAssignments"] if row["principalId"] == app.object_id)
    consent = Consent(service, app.object_id or "", by=told["users"][0])
    came, gone = Grant(held["resourceId"], scope="Came.Read"), Grant(held["resourceId"], role=held["appRoleId"])
    consent.play(added=[came], removed=[gone], at="2026-11-22T10:00:00Z")
    yield app, came, held
    consent.play(added=[gone], removed=[came], at="2026-11-22T11:00:00Z")


def test_what_came_and_what_went_is_seen(
    scan: Snapshot, asked: Asked, played: tuple[AppComparison, Grant, Json]
) -> None:
    app, came, held = played
    found = asked.stands(app, scan)
    assert found is not None
    granted = {f.permission.value for f in found.findings if f.granted is Granted.TENANT}
    assert came.scope in granted
    roles = {f.permission.id for f in found.findings if f.granted is Granted.TENANT}
    assert held["appRoleId"] not in roles
    assert held["appRoleId"] in {f.permission.id for f in app.findings}


def test_the_rest_of_the_tenant_stays_as_it_was(
    scan: Snapshot, asked: Asked, played: tuple[AppComparison, Grant, Json]
) -> None:
    app, _, _ = played
    wanted = wanted_app(app, scan)
    assert wanted is not None
    tenant = with_app(scan, wanted, asked.read(app, scan))
    alone = prepared(tenant).alone(app)
    assert [one.app_id for one in alone.apps] == [app.app_id]
    assert alone.scan_id != scan.scan_id
    # What is beside it is as in the scan, and there is only what bears on it.
    others = [one for one in tenant.service_principals if one.app_id != app.app_id]
    assert {one.object_id for one in others} >= {f.permission.resource_object_id for f in app.findings} - {None}
    assert set(others) <= set(scan.service_principals)
    assert len(others) < len(scan.service_principals) / 2
    assert alone.read_at == LATER


def refusing(service: GraphService, *paths: str) -> None:
    service.faults(*(Fault(kind="403", path=path) for path in paths))


def test_refused_grants_are_not_read_and_not_missing(scan: Snapshot, asked: Asked, service: GraphService) -> None:
    app = busy(compared(scan), own=True)
    refusing(service, "/oauth2PermissionGrants")
    found = asked.stands(app, scan)
    assert found is not None
    for finding in found.findings:
        if finding.permission.kind is Kind.DELEGATED and finding.status != "basic":
            assert finding.granted is Granted.UNVERIFIED
    roles = {f.permission.id for f in app.findings if f.permission.kind is Kind.APPLICATION and f.granted == "tenant"}
    assert roles == {
        f.permission.id for f in found.findings if f.permission.kind is Kind.APPLICATION and f.granted == "tenant"
    }


def test_role_assignments_are_taken_from_the_apis_where_the_app_tells_none(
    scan: Snapshot, asked: Asked, service: GraphService
) -> None:
    app = busy(compared(scan), own=False)
    refusing(service, f"/servicePrincipals/{app.object_id}/appRoleAssignments")
    found = asked.stands(app, scan)
    assert found is not None
    assert [(f.permission, f.granted) for f in found.findings] == [(f.permission, f.granted) for f in app.findings]


def test_role_assignments_that_neither_side_tells_are_not_read(
    scan: Snapshot, asked: Asked, service: GraphService
) -> None:
    app = busy(compared(scan), own=True)
    refusing(service, "appRoleAssign")
    found = asked.stands(app, scan)
    assert found is not None
    roles = [f for f in found.findings if f.permission.kind is Kind.APPLICATION]
    assert roles
    assert {f.granted for f in roles} == {Granted.UNVERIFIED}
    assert found.excess_complete is False


def test_a_registration_that_is_not_read_leaves_the_manifest_open(
    scan: Snapshot, asked: Asked, service: GraphService
) -> None:
    app = busy(compared(scan), own=True)
    refusing(service, "/applications")
    found = asked.stands(app, scan)
    assert found is not None
    assert {f.declared for f in found.findings} == {Declared.UNVERIFIED}


def test_neither_object_read_is_no_reading(scan: Snapshot, asked: Asked, service: GraphService) -> None:
    app = busy(compared(scan), own=True)
    refusing(service, "/applications", "/servicePrincipals")
    with pytest.raises(ReadError) as raised:
        asked.read(app, scan)
    assert "could not be read" in raised.value.title
    assert raised.value.remedy


def test_an_app_that_is_gone_is_gone(scan: Snapshot, asked: Asked, service: GraphService) -> None:
    app = busy(compared(scan), own=False)
    row = next(one for one in service.objects()["servicePrincipals"] if one["id"] == app.object_id)
    service.remove("servicePrincipals", row["id"])
    try:
        assert asked.stands(app, scan) is None
    finally:
        service.add("servicePrincipals", row)


def test_a_service_principal_that_was_made_anew_is_followed(
    scan: Snapshot, asked: Asked, service: GraphService
) -> None:
    app = busy(compared(scan), own=False)
    row = next(one for one in service.objects()["servicePrincipals"] if one["id"] == app.object_id)
    anew = {**row, "id": "99999999-1111-4111-8111-000000000001"}
    held = next(one for one in service.objects()["appRoleAssignments"] if one["principalId"] == row["id"])
    given = {**held, "id": "given-anew", "principalId": anew["id"]}
    service.change([["remove", "servicePrincipals", row["id"]], ["add", "servicePrincipals", anew]])
    service.add("appRoleAssignments", given)
    try:
        found = asked.stands(app, scan)
        assert found is not None
        assert found.object_id == anew["id"]
        # The other grants hang on the one that is gone.
        assert [f.permission.id for f in found.findings if f.granted is Granted.TENANT] == [held["appRoleId"]]
    finally:
        service.remove("appRoleAssignments", given["id"])
        service.change([["remove", "servicePrincipals", anew["id"]], ["add", "servicePrincipals", row]])


def test_slowing_down_is_waited_out(scan: Snapshot, asked: Asked, desk: Desk, service: GraphService) -> None:
    app = busy(compared(scan), own=True)
    service.faults(Fault(kind="429", times=2, where="inner", seconds=3))
    desk.waited = 0.0
    assert all(read.complete for read in asked.read(app, scan).reads)
    assert desk.waited >= 3


def test_a_cancel_ends_it(scan: Snapshot, asked: Asked) -> None:
    app = busy(compared(scan), own=True)
    wanted = wanted_app(app, scan)
    assert wanted is not None
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        asked.questions.app(wanted, cancel=stop)


def test_a_token_that_is_not_accepted_is_told(scan: Snapshot, asked: Asked, service: GraphService) -> None:
    app = busy(compared(scan), own=True)
    service.set(tokens=["another"])
    with pytest.raises(SignInError):
        asked.read(app, scan)


def test_moments_are_aware(scan: Snapshot, asked: Asked) -> None:
    reading = asked.read(busy(compared(scan), own=True), scan)
    assert reading.read_at.astimezone(UTC) == LATER
    assert isinstance(reading.read_at, datetime)
