"""A second scan reads what changed, and is held against counts; in doubt it reads everything."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from permdesk.composition import build
from permdesk.domain.coverage import ReadName
from permdesk.domain.snapshot import Snapshot
from permdesk.paths import Paths
from permdesk.services.bundle import Services
from tests.apart.lent import target
from tests.graph_service.faults import Fault
from tests.graph_service.process import GraphService

_WHOLE = ("/v1.0/applications?$top=999", "/v1.0/servicePrincipals?$top=999", "/v1.0/oauth2PermissionGrants?$top=999")


@pytest.fixture(scope="module")
def graph() -> Iterator[GraphService]:
    with GraphService(size="small") as service:
        # What is rendered once costs the tests no more.
        yield service


@pytest.fixture
def service(graph: GraphService, monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphService]:
    monkeypatch.setitem(os.environ, "NO_PROXY", "localhost,127.0.0.1")
    graph.reset()
    yield graph
    graph.reset()


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return build(Paths.isolated(tmp_path / "data"))


def scan(services: Services, service: GraphService, **more: Any) -> Snapshot:
    outcome = services.scan(target(service), **more)
    assert outcome.unkept is None
    return outcome.snapshot


def whole(service: GraphService) -> list[str]:
    """The pages of whole lists that were asked for."""
    return [entry["target"] for entry in service.log() if entry["target"].startswith(_WHOLE)]


def same(one: Snapshot, other: Snapshot) -> None:
    for name in ("registrations", "service_principals", "delegated_grants", "app_role_assignments", "apis", "users"):
        assert sorted(map(repr, getattr(one, name))) == sorted(map(repr, getattr(other, name))), name
    assert one.role_apis == other.role_apis
    assert [(r.read, r.status, r.rows) for r in one.reads] == [(r.read, r.status, r.rows) for r in other.reads]


def changed(service: GraphService) -> None:
    """Let apps and grants come, change and go."""
    objects = service.objects()
    applications, principals = objects["applications"], objects["servicePrincipals"]
    grants = objects["oauth2PermissionGrants"]
    service.update("applications", applications[0]["id"], displayName="Renamed")
    service.remove("applications", applications[1]["id"])
    service.update("servicePrincipals", principals[-1]["id"], accountEnabled=False)
    service.add("servicePrincipals", {**principals[-2], "id": str(uuid4()), "appId": str(uuid4())})
    service.update("oauth2PermissionGrants", grants[0]["id"], scope="Mail.Read User.Read")
    service.remove("oauth2PermissionGrants", grants[1]["id"])
    service.add("oauth2PermissionGrants", {**grants[2], "id": f"added-{uuid4().hex}"})


def test_an_unchanged_tenant_costs_its_role_assignments(service: GraphService, services: Services) -> None:
    first = scan(services, service)
    assert whole(service)
    before = service.stats()
    mark = len(service.log())
    second = scan(services, service)
    later = service.log()[mark:]
    same(first, second)
    assert [entry["target"] for entry in later if entry["target"].startswith(_WHOLE)] == []
    assert any("appRoleAssignedTo" in entry["target"] for entry in later)
    assert service.stats()["bytes"] - before["bytes"] < before["bytes"] / 2


def test_what_came_changed_and_went_is_what_a_full_scan_finds(
    service: GraphService, services: Services, tmp_path: Path
) -> None:
    scan(services, service)
    mark = len(service.log())
    changed(service)
    second = scan(services, service)
    assert not any(entry["target"].startswith(_WHOLE) for entry in service.log()[mark:])
    fresh = scan(build(Paths.isolated(tmp_path / "fresh")), service)
    same(second, fresh)
    assert any(app.display_name == "Renamed" for app in second.registrations)
    # And what was refreshed can be refreshed again.
    changed(service)
    third = scan(services, service)
    same(third, scan(build(Paths.isolated(tmp_path / "fresher")), service))
    assert services.scans.load(second.scan_id) == second
    assert services.scans.load(third.scan_id) == third


@pytest.mark.parametrize(
    "doubt",
    [
        pytest.param(lambda service: service.forget_delta(), id="the token is worthless"),
        pytest.param(lambda service: service.set(ahead=8 * 86_400.0), id="the token is too old"),
        pytest.param(lambda service: service.faults(Fault(kind="403", path="/delta")), id="changes are refused"),
        pytest.param(lambda service: service.set(no_counts=True), id="nothing is counted"),
        pytest.param(lambda service: service.set(counts_off_by=1), id="the count says otherwise"),
    ],
)
def test_in_doubt_everything_is_read(
    service: GraphService, services: Services, doubt: Callable[[GraphService], None]
) -> None:
    scan(services, service)
    changed(service)
    doubt(service)
    mark = len(service.log())
    second = scan(services, service)
    assert any(entry["target"].startswith(_WHOLE) for entry in service.log()[mark:])
    assert any(app.display_name == "Renamed" for app in second.registrations)


def test_a_full_scan_is_made_on_demand(service: GraphService, services: Services) -> None:
    first = scan(services, service)
    mark = len(service.log())
    again = scan(services, service, afresh=True)
    same(first, again)
    assert any(entry["target"].startswith(_WHOLE) for entry in service.log()[mark:])


def test_a_list_that_was_not_read_whole_is_no_base(service: GraphService, services: Services) -> None:
    service.faults(Fault(kind="403", path=r"/applications\?\$top=999"))
    partial = scan(services, service)
    assert not partial.coverage.list_complete(ReadName.APPLICATIONS)
    service.faults()
    mark = len(service.log())
    second = scan(services, service)
    assert second.coverage.incomplete == ()
    later = [entry["target"] for entry in service.log()[mark:] if entry["target"].startswith(_WHOLE)]
    assert {target.partition("?")[0] for target in later} == {"/v1.0/applications"}
