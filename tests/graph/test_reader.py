"""The reader finds everything that is served, and says exactly what it did not."""

import json
from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.permission import GRAPH_APP_ID, SHAREPOINT_APP_ID
from permdesk.domain.ports import Answer
from permdesk.errors import ReadError, SignInError
from permdesk.graph.faults import NoAnswerError
from permdesk.graph.patience import TRIES
from permdesk.sample.service import SampleService
from tests.graph.doubles import (
    ROOT,
    TOKEN,
    FaultyTransport,
    Recording,
    Refusing,
    Request,
    Scripted,
    error,
    ok,
    page,
)
from tests.graph.reading import CLOCK, REFUSAL, chance, entry, found, random_tenant, read
from tests.graph.tenants import TENANT_ID, tenant

ABSENT = "996def3d-b36c-4153-8607-a6fd3c01b89f"


# ---- what is read is what is served -------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 90))
def test_a_tenant_without_faults_is_read_whole(seed: int, apps: int) -> None:
    service, expected = random_tenant(seed, apps)
    snapshot = read(service)
    assert found(snapshot) == expected
    assert snapshot.coverage.all_complete
    assert all(r.expected in (None, r.rows) for r in snapshot.reads)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 1))
def test_faults_that_pass_change_nothing(seed: int, rate: float) -> None:
    service, expected = random_tenant(seed)
    faulty = FaultyTransport(service, chance(seed), rate=rate, most=TRIES - 1)
    snapshot = read(faulty)
    assert found(snapshot) == expected
    assert snapshot.reads == read(service).reads


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.2, 1))
def test_faults_that_stay_are_told_and_nothing_is_invented(seed: int, rate: float) -> None:
    service, expected = random_tenant(seed)
    faulty = FaultyTransport(service, chance(seed), rate=rate, most=50)
    try:
        snapshot = read(faulty)
    except ReadError:
        # Neither of the two lists that everything hangs on could be read.
        return
    whole, got = read(service), found(snapshot)
    for name in ("registrations", "principals", "grants", "assignments", "gone", "roles"):
        assert getattr(got, name) <= getattr(expected, name)
    if not snapshot.coverage.list_complete(ReadName.OAUTH2_PERMISSION_GRANTS):
        assert len(got.grants) < len(expected.grants) or len(expected.grants) == 0
    for told in snapshot.reads:
        assert TOKEN not in repr(told)
        if told.client_object_id is not None:
            continue
        if told.complete:
            twin = entry(whole, told.read, told.resource_app_id)
            if told.read is not ReadName.USERS:
                assert told.rows == twin.rows
        else:
            assert told.detail


def test_only_gets_and_batches_of_gets_are_sent_with_paths_of_guids() -> None:
    service, _ = random_tenant()
    transport = Recording(service)
    read(transport)
    for request in transport.requests:
        assert request.url.startswith(ROOT)
        assert request.method == "GET" or (request.method, request.url) == ("POST", ROOT + "$batch")
        assert {one["method"] for one in request.inner} <= {"GET"}
    assert any(request.method == "POST" for request in transport.requests)


def test_lists_are_asked_for_whole_pages_with_a_count() -> None:
    service, _ = random_tenant()
    transport = Recording(service)
    read(transport)
    first = {
        urlsplit(r.url).path.removeprefix("/v1.0/"): r for r in reversed(transport.requests) if "skip" not in r.url
    }
    for name in ("applications", "servicePrincipals", "oauth2PermissionGrants"):
        assert "$top=999" in first[name].url
        counted = [r for r in transport.requests if r.url.startswith(ROOT + name) and "$count=true" in r.url]
        assert counted
        assert all(r.headers["consistencylevel"] == "eventual" for r in counted)
    assigned = [one["url"] for r in transport.requests for one in r.inner if "appRoleAssignedTo" in one["url"]]
    assert assigned
    assert all(url.endswith("?$top=999") for url in assigned)
    assert not any("$expand" in r.url and "oauth2" in r.url for r in transport.requests)


def test_the_scan_names_itself_and_its_tenant() -> None:
    snapshot = read(random_tenant()[0])
    assert (snapshot.scan_id, snapshot.read_at, snapshot.program_version) == ("scan", CLOCK, "1.0")
    assert snapshot.account.username == "admin@larkfield.example"
    assert (snapshot.tenant.id, snapshot.tenant.name, snapshot.tenant.cloud) == (TENANT_ID, "Random", "global")


@pytest.mark.parametrize(("minutes", "known"), [(7, True), (0, True), (-1, False)])
def test_the_end_of_reading_is_told_unless_the_clock_was_set_back(minutes: int, known: bool) -> None:
    ended = CLOCK + timedelta(minutes=minutes)
    snapshot = read(random_tenant()[0], clock=lambda: ended)
    assert snapshot.ended_at == (ended if known else None)
    assert read(random_tenant()[0]).ended_at is None


# ---- one entry per list and per API -------------------------------------------------------------------------------


def test_one_entry_per_list_and_one_per_api() -> None:
    snapshot = read(random_tenant()[0])
    keys = [(r.read, r.resource_app_id, r.client_object_id) for r in snapshot.reads]
    assert len(keys) == len(set(keys))
    lists = {r.read for r in snapshot.reads if r.resource_app_id is None and r.client_object_id is None}
    assert lists == set(ReadName) - {ReadName.DEFINITIONS, ReadName.APP_ROLE_ASSIGNMENTS}
    sides = [r for r in snapshot.reads if r.read is ReadName.APP_ROLE_ASSIGNMENTS]
    assigned = {r.resource_app_id for r in sides if r.client_object_id is None}
    assert assigned == set(snapshot.role_apis)
    assert len(assigned) == 4
    assert snapshot.coverage.every_assignment_complete(frozenset(snapshot.role_apis))


def test_an_api_that_nothing_names_is_found_by_its_roles_and_defined_once_it_is_held() -> None:
    objects, expected = tenant(chance(7), apps=60)
    objects.grants.clear()
    objects.applications.clear()
    snapshot = read(SampleService(objects, complete=True), watched=())
    assert found(snapshot).assignments == expected.assignments
    assert {api.object_id for api in snapshot.apis} == {resource for _, resource, _ in expected.assignments}
    assert len(snapshot.apis) == 4


def test_a_watched_api_is_read_where_it_is_here() -> None:
    objects, _ = tenant(chance(7), apps=0)
    snapshot = read(SampleService(objects, complete=True), watched=(GRAPH_APP_ID.upper(), ABSENT, "not an id"))
    assert [api.app_id for api in snapshot.apis] == [GRAPH_APP_ID]
    assert entry(snapshot, ReadName.DEFINITIONS).rows == 3
    assert ABSENT not in {r.resource_app_id for r in snapshot.reads}


@pytest.mark.parametrize("by", ["a manifest", "a grant"])
def test_an_api_without_roles_is_read_where_it_is_named(by: str) -> None:
    objects, _ = tenant(chance(7), apps=20)
    objects.definitions.clear()
    objects.assigned_to.clear()
    resources = {grant["resourceId"] for grant in objects.grants}
    if by == "a manifest":
        objects.grants.clear()
    else:
        objects.applications.clear()
    snapshot = read(SampleService(objects, complete=True), watched=())
    graph = {p.object_id for p in snapshot.service_principals if p.app_id == GRAPH_APP_ID}
    assert {api.object_id for api in snapshot.apis} == (graph if by == "a manifest" else resources)


def test_an_api_that_publishes_no_role_is_watched_all_the_same() -> None:
    objects, _ = tenant(chance(7), apps=0)
    objects.definitions.clear()
    snapshot = read(SampleService(objects, complete=True))
    assert snapshot.role_apis == ()
    assert entry(snapshot, ReadName.APP_ROLE_ASSIGNMENTS).resource_app_id == GRAPH_APP_ID


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("applications?", ReadName.APPLICATIONS),
        ("servicePrincipals?$top=999&$select=id,appId,displayName", ReadName.SERVICE_PRINCIPALS),
        ("oauth2PermissionGrants", ReadName.OAUTH2_PERMISSION_GRANTS),
        ("roleAssignments", ReadName.DIRECTORY_ROLES),
        ("organization", ReadName.ORGANIZATION),
        ("users/", ReadName.USERS),
    ],
)
def test_a_refused_list_stops_no_other(part: str, name: ReadName) -> None:
    service, _ = random_tenant()
    snapshot = read(Refusing(service, REFUSAL, part))
    told = entry(snapshot, name)
    assert (told.status, told.rows) == (ReadStatus.REFUSED, 0)
    assert told.detail == "Microsoft refused this read (403 Authorization_RequestDenied)"
    others = {r.read for r in snapshot.reads if r.read is not name and r.status is not ReadStatus.COMPLETE}
    # Which APIs there are is told by the list of service principals.
    assert others == ({ReadName.APIS} if name is ReadName.SERVICE_PRINCIPALS else set())


def test_one_refused_api_is_one_entry() -> None:
    service, expected = random_tenant()
    graph = next(p for p in read(service).service_principals if p.app_id == SHAREPOINT_APP_ID)
    snapshot = read(Refusing(service, REFUSAL, f"{graph.object_id}/appRoleAssignedTo"))
    assert entry(snapshot, ReadName.APP_ROLE_ASSIGNMENTS, SHAREPOINT_APP_ID).status is ReadStatus.REFUSED
    assert [r for r in snapshot.reads if not r.complete] == [
        entry(snapshot, ReadName.APP_ROLE_ASSIGNMENTS, SHAREPOINT_APP_ID)
    ]
    # The apps that are asked for themselves tell the same.
    assert found(snapshot).assignments == expected.assignments


def test_an_api_that_is_refused_from_both_sides_is_not_known() -> None:
    service, expected = random_tenant()
    api = next(p for p in read(service).service_principals if p.app_id == SHAREPOINT_APP_ID)
    both = Refusing(service, REFUSAL, f"{api.object_id}/appRoleAssignedTo", "/appRoleAssignments")
    snapshot = read(both)
    incomplete = [r for r in snapshot.reads if not r.complete]
    assert [r.resource_app_id for r in incomplete if r.client_object_id is None] == [SHAREPOINT_APP_ID]
    assert found(snapshot).assignments == {a for a in expected.assignments if a[1] != api.object_id}


def test_an_app_whose_own_side_is_refused_is_told_of_and_costs_no_verdict() -> None:
    service, expected = random_tenant()
    snapshot = read(Refusing(service, REFUSAL, "/appRoleAssignments"))
    asked = {r.client_object_id for r in read(service).reads if r.client_object_id}
    refused = [r for r in snapshot.reads if not r.complete]
    assert asked
    assert {(r.read, r.client_object_id) for r in refused} == {(ReadName.APP_ROLE_ASSIGNMENTS, one) for one in asked}
    assert {(r.status, r.rows) for r in refused} == {(ReadStatus.REFUSED, 0)}
    assert {r.detail for r in refused} == {"Microsoft refused this read (403 Authorization_RequestDenied)"}
    assert not snapshot.coverage.all_complete
    # The APIs' side says who holds what.
    for client in asked:
        assert snapshot.coverage.assignments_complete(SHAREPOINT_APP_ID, client)
        assert not snapshot.coverage.client_side_complete(client)
    assert found(snapshot).assignments == expected.assignments


def test_rows_that_only_the_other_side_tells_make_a_list_partial() -> None:
    service, expected = random_tenant()
    api = next(p for p in read(service).service_principals if p.app_id == SHAREPOINT_APP_ID)
    lost = {a for a in expected.assignments if a[1] == api.object_id}
    assert lost

    def lose(request: Request) -> Answer:
        answer = service.send(request.method, request.url, headers=request.headers, body=request.body)
        if request.method != "POST":
            return answer
        content = json.loads(answer.body)
        urls = {one["id"]: one["url"] for one in request.inner}
        for response in content["responses"]:
            if f"{api.object_id}/appRoleAssignedTo" in urls[response["id"]]:
                response["body"]["value"].pop()
        return ok(content)

    snapshot = read(Scripted(by=lose))
    told = entry(snapshot, ReadName.APP_ROLE_ASSIGNMENTS, SHAREPOINT_APP_ID)
    assert told.status is ReadStatus.PARTIAL
    assert "1 assignment" in (told.detail or "")
    assert found(snapshot).assignments == expected.assignments


def test_a_refused_definition_is_one_entry() -> None:
    service, _ = random_tenant()
    snapshot = read(Refusing(service, REFUSAL, "oauth2PermissionScopes"))
    definitions = [r for r in snapshot.reads if r.read is ReadName.DEFINITIONS]
    assert {r.status for r in definitions} == {ReadStatus.REFUSED}
    assert snapshot.apis == ()


def test_without_service_principals_apis_are_asked_for_by_their_app_id() -> None:
    service, _ = random_tenant()
    transport = Recording(Refusing(service, REFUSAL, "servicePrincipals?$top=999&$select=id,appId,displayName"))
    snapshot = read(transport)
    assert snapshot.service_principals == ()
    assert entry(snapshot, ReadName.APP_ROLE_ASSIGNMENTS, GRAPH_APP_ID).complete
    asked = [one["url"] for r in transport.requests for one in r.inner]
    # The list of APIs tells their ids as well; only what is watched is asked for by its appId.
    assert f"{ROOT}servicePrincipals(appId='{GRAPH_APP_ID}')/appRoleAssignedTo?$top=999" in [
        r.url for r in transport.requests
    ]
    assert all("/appRoleAssignedTo" not in url or "appId" not in url for url in asked)


def test_nothing_at_all_is_an_error_with_a_remedy() -> None:
    service, _ = random_tenant()
    with pytest.raises(ReadError) as caught:
        read(Refusing(service, REFUSAL, "applications?", "servicePrincipals?"))
    assert "Directory.Read.All" in caught.value.remedy
    assert "403" in caught.value.detail


def test_a_network_that_is_down_is_said_after_a_few_tries() -> None:
    unreachable = NoAnswerError("The server could not be reached", remedy="Check the cable.")

    def down(_request: Request) -> Answer:
        raise unreachable

    transport = Scripted(by=down)
    with pytest.raises(ReadError) as caught:
        read(transport)
    assert "could not be reached" in caught.value.detail
    assert caught.value.remedy == "Check the cable."
    # Batches share their address; what they ask for tells them apart.
    assert max(Counter((request.url, request.body) for request in transport.requests).values()) == TRIES


def test_401_is_a_matter_of_signing_in() -> None:
    service, _ = random_tenant()
    with pytest.raises(SignInError):
        read(Refusing(service, error(401, "InvalidAuthenticationToken"), "oauth2PermissionGrants"))


def test_the_tenant_is_known_without_its_organization() -> None:
    service, _ = random_tenant()
    assert read(Refusing(service, REFUSAL, "organization")).tenant.id == TENANT_ID


# ---- people -------------------------------------------------------------------------------------------------------


def test_people_are_named_gone_or_not_read() -> None:
    service, expected = random_tenant()
    snapshot = read(service)
    someone = next(u.object_id for u in snapshot.users if not u.gone)
    partly = read(Refusing(service, REFUSAL, f"users/{someone}"))
    told = entry(partly, ReadName.USERS)
    assert (told.status, told.rows, told.expected) == (ReadStatus.PARTIAL, len(expected.users) - 1, len(expected.users))
    assert someone not in {u.object_id for u in partly.users}


def test_people_whose_state_is_not_told_are_not_fully_read() -> None:
    objects, _ = tenant(chance(3), apps=30)
    someone = next(g["principalId"] for g in objects.grants if g["principalId"] in objects.users)
    objects.users[someone]["accountEnabled"] = None
    told = entry(read(SampleService(objects, complete=True)), ReadName.USERS)
    assert (told.status, told.rows) == (ReadStatus.PARTIAL, told.expected)
    assert told.detail == "Microsoft did not tell whether 1 account may sign in"


def test_a_tenant_without_single_grants_asks_for_nobody() -> None:
    objects, _ = tenant(chance(1), apps=3)
    objects.grants.clear()
    snapshot = read(SampleService(objects, complete=True))
    assert snapshot.users == ()
    assert [r for r in snapshot.reads if r.read is ReadName.USERS] == []


@pytest.mark.parametrize("watched", [(), (GRAPH_APP_ID,)])
def test_a_server_that_has_an_empty_list_for_everything_has_no_tenant(watched: tuple[str, ...]) -> None:
    snapshot = read(Scripted(by=lambda _: page([])), watched=watched)
    assert snapshot.tenant.id == ""
    for name in (ReadName.SERVICE_PRINCIPALS, ReadName.APIS, ReadName.ORGANIZATION):
        told = entry(snapshot, name)
        assert (told.status, told.rows) == (ReadStatus.FAILED, 0)
    assert "every tenant has" in (entry(snapshot, ReadName.SERVICE_PRINCIPALS).detail or "")
    # There are tenants without any of these.
    for name in (ReadName.APPLICATIONS, ReadName.OAUTH2_PERMISSION_GRANTS):
        assert entry(snapshot, name).complete
