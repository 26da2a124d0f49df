"""The reader finds everything that is served, and says exactly what it did not."""

import json
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.permission import GRAPH_APP_ID, SHAREPOINT_APP_ID
from permdesk.domain.ports import Answer, Progress, Transport
from permdesk.domain.snapshot import Snapshot
from permdesk.domain.tenant import Account
from permdesk.errors import Cancelled, ReadError, SignInError
from permdesk.graph.client import TRIES
from permdesk.graph.faults import NoAnswerError
from permdesk.graph.reader import TenantReader
from permdesk.sample.service import SampleService
from tests.graph.doubles import (
    ROOT,
    TOKEN,
    FaultyTransport,
    Recording,
    Refusing,
    Request,
    Scripted,
    Sleeper,
    client,
    error,
    ok,
    page,
)
from tests.graph.tenants import TENANT_ID, Expected, tenant

CLOCK = datetime(2026, 11, 22, 9, 42, tzinfo=UTC)
REFUSAL = error(403, "Authorization_RequestDenied")


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a test has to be repeatable


def read(
    transport: Transport,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    cancel: threading.Event | None = None,
    sleep: Callable[[float], None] | None = None,
    watched: tuple[str, ...] = (GRAPH_APP_ID,),
) -> Snapshot:
    reader = TenantReader(
        client(transport, sleep=sleep),
        account=Account(username="admin@larkfield.example"),
        watched_apis=watched,
        clock=lambda: CLOCK,
        new_scan_id=lambda: "scan",
        program_version="1.0",
    )
    return reader.read(progress=progress, cancel=cancel or threading.Event())


def random_tenant(seed: int = 7, apps: int = 60) -> tuple[SampleService, Expected]:
    objects, expected = tenant(chance(seed), apps=apps)
    return SampleService(objects, complete=True), expected


def found(snapshot: Snapshot) -> Expected:
    return Expected(
        registrations={r.object_id for r in snapshot.registrations},
        principals={p.object_id for p in snapshot.service_principals},
        grants={(g.client_id, g.resource_id, g.principal_id, g.scope) for g in snapshot.delegated_grants},
        assignments={(a.client_id, a.resource_id, a.role_id) for a in snapshot.app_role_assignments},
        users={u.object_id for u in snapshot.users},
        gone={u.object_id for u in snapshot.users if u.gone},
        roles={(r.principal_id, r.template_id) for r in snapshot.directory_roles},
    )


def entry(snapshot: Snapshot, name: ReadName, api: str | None = None) -> ReadCoverage:
    (only,) = [r for r in snapshot.reads if r.read is name and (api is None or r.resource_app_id == api)]
    return only


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


# ---- one entry per list and per API -------------------------------------------------------------------------------


def test_one_entry_per_list_and_one_per_api() -> None:
    snapshot = read(random_tenant()[0])
    keys = [(r.read, r.resource_app_id) for r in snapshot.reads]
    assert len(keys) == len(set(keys))
    lists = {r.read for r in snapshot.reads if r.resource_app_id is None}
    assert lists == set(ReadName) - {ReadName.DEFINITIONS, ReadName.APP_ROLE_ASSIGNMENTS}
    assigned = {r.resource_app_id for r in snapshot.reads if r.read is ReadName.APP_ROLE_ASSIGNMENTS}
    assert assigned == set(snapshot.role_apis)
    assert len(assigned) == 4
    assert snapshot.coverage.every_assignment_complete(frozenset(snapshot.role_apis))


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("applications?", ReadName.APPLICATIONS),
        ("servicePrincipals?$top=999&$select=id,appId,displayName", ReadName.SERVICE_PRINCIPALS),
        ("servicePrincipals?$top=999&$select=id,appId,appRoles", ReadName.APIS),
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
    others = [r for r in snapshot.reads if r.read is not name and r.status is not ReadStatus.COMPLETE]
    assert others == []


def test_one_refused_api_is_one_entry() -> None:
    service, expected = random_tenant()
    graph = next(p for p in read(service).service_principals if p.app_id == SHAREPOINT_APP_ID)
    snapshot = read(Refusing(service, REFUSAL, f"{graph.object_id}/appRoleAssignedTo"))
    assert entry(snapshot, ReadName.APP_ROLE_ASSIGNMENTS, SHAREPOINT_APP_ID).status is ReadStatus.REFUSED
    assert [r for r in snapshot.reads if not r.complete] == [
        entry(snapshot, ReadName.APP_ROLE_ASSIGNMENTS, SHAREPOINT_APP_ID)
    ]
    assert found(snapshot).assignments == {a for a in expected.assignments if a[1] != graph.object_id}


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
    assert f"/servicePrincipals(appId='{GRAPH_APP_ID}')/appRoleAssignedTo?$top=999" in asked


def test_nothing_at_all_is_an_error_with_a_remedy() -> None:
    service, _ = random_tenant()
    with pytest.raises(ReadError) as caught:
        read(Refusing(service, REFUSAL, "applications?", "servicePrincipals?"))
    assert "Directory.Read.All" in caught.value.remedy
    assert "403" in caught.value.detail
    transport = Scripted(by=lambda request: (_ for _ in ()).throw(NoAnswerError("The server could not be reached")))
    with pytest.raises(ReadError) as caught:
        read(transport)
    assert "could not be reached" in caught.value.detail
    assert len(transport.requests) == 2 * TRIES


def test_401_is_a_matter_of_signing_in() -> None:
    service, _ = random_tenant()
    with pytest.raises(SignInError):
        read(Refusing(service, error(401, "InvalidAuthenticationToken"), "oauth2PermissionGrants"))


def test_the_tenant_is_known_without_its_organization() -> None:
    service, _ = random_tenant()
    assert read(Refusing(service, REFUSAL, "organization")).tenant.id == TENANT_ID


# ---- counts, pages, restarts --------------------------------------------------------------------------------------


class Tampering:
    """Changes the pages of one list by a function of the page and how often it was asked for."""

    def __init__(self, inner: Transport, part: str, change: Callable[[dict[str, Any], int], Answer | None]) -> None:
        self.inner = inner
        self.part = part
        self.change = change
        self.asked: dict[str, int] = {}

    def send(self, method: str, url: str, *, headers: Any, body: bytes | None = None) -> Answer:
        answer = self.inner.send(method, url, headers=headers, body=body)
        if self.part not in url or answer.status != 200:
            return answer
        self.asked[url] = self.asked.get(url, 0) + 1
        return self.change(json.loads(answer.body), self.asked[url]) or answer


GRANTS = "oauth2PermissionGrants"


def grants_of(transport: Transport, sleep: Sleeper | None = None) -> tuple[ReadCoverage, Snapshot]:
    snapshot = read(transport, sleep=sleep)
    return entry(snapshot, ReadName.OAUTH2_PERMISSION_GRANTS), snapshot


def test_a_list_that_stays_short_is_partial() -> None:
    service, expected = random_tenant()
    told, _ = grants_of(Tampering(service, GRANTS, lambda p, _: ok({**p, "value": p["value"][:-1]})))
    pages = -(-len(expected.grants) // 40)
    assert told.status is ReadStatus.PARTIAL
    assert (told.rows, told.expected) == (len(expected.grants) - pages, len(expected.grants))
    assert told.detail == f"Microsoft announced {told.expected} rows and sent {told.rows}"


def test_a_list_that_was_short_once_is_read_again() -> None:
    service, expected = random_tenant()
    transport = Tampering(service, GRANTS, lambda p, n: ok({**p, "value": p["value"][:-1]}) if n == 1 else None)
    told, snapshot = grants_of(transport)
    assert told.complete
    assert found(snapshot).grants == expected.grants


def test_rows_that_come_on_two_pages_count_once() -> None:
    service, expected = random_tenant()
    first = json.loads(service.send("GET", ROOT + GRANTS, headers={}).body)["value"][0]
    told, snapshot = grants_of(Tampering(service, GRANTS, lambda p, _: ok({**p, "value": [*p["value"], first]})))
    assert (told.status, told.rows) == (ReadStatus.COMPLETE, len(expected.grants))
    assert found(snapshot).grants == expected.grants


def test_an_expired_page_restarts_the_list_without_doubles() -> None:
    service, expected = random_tenant()

    def expire(content: dict[str, Any], asked: int) -> Answer | None:
        last = "@odata.nextLink" not in content
        return error(400, "Directory_ExpiredPageToken") if last and asked == 1 else None

    told, snapshot = grants_of(Tampering(service, GRANTS, expire))
    assert told.complete
    assert told.rows == len(expected.grants)
    assert found(snapshot).grants == expected.grants


def test_a_page_that_expires_every_time_leaves_a_partial_list() -> None:
    service, _ = random_tenant()

    def expire(content: dict[str, Any], _: int) -> Answer | None:
        return error(400, "Directory_ExpiredPageToken") if "@odata.nextLink" not in content else None

    told, _ = grants_of(Tampering(service, GRANTS, expire))
    assert told.status is ReadStatus.PARTIAL
    assert told.rows > 0
    assert "went stale" in (told.detail or "")


def test_a_tenant_that_counts_nothing_is_read_all_the_same() -> None:
    service, expected = random_tenant()
    snapshot = read(Refusing(service, error(400, "Request_UnsupportedQuery"), "$count=true"))
    assert found(snapshot) == expected
    assert snapshot.coverage.all_complete
    assert {r.expected for r in snapshot.reads if r.read is not ReadName.USERS} == {None}


def test_a_cloud_that_lacks_the_young_fields_is_read_all_the_same() -> None:
    service, expected = random_tenant()
    snapshot = read(Refusing(service, error(400, "BadRequest"), "isDisabled"))
    assert found(snapshot) == expected
    assert snapshot.coverage.all_complete


@pytest.mark.parametrize("endless", ["same", "other"])
def test_pages_that_lead_round_in_circles_end(endless: str) -> None:
    service, _ = random_tenant()
    counter = iter(range(10_000))

    def circle(content: dict[str, Any], _: int) -> Answer:
        number = 0 if endless == "same" else next(counter)
        content["@odata.nextLink"] = f"{ROOT}oauth2PermissionGrants?$top=999&ignored={number}"
        return ok(content)

    told, snapshot = grants_of(Tampering(service, GRANTS, circle))
    assert told.status is ReadStatus.PARTIAL
    assert "circles" in (told.detail or "")
    assert snapshot.delegated_grants


def test_a_foreign_next_link_gets_no_token_and_leaves_a_partial_list() -> None:
    service, _ = random_tenant()
    evil = "https://graph.microsoft.com.evil.example/v1.0/oauth2PermissionGrants"
    transport = Recording(Tampering(service, GRANTS, lambda p, _: ok({**p, "@odata.nextLink": evil})))
    told, snapshot = grants_of(transport)
    assert told.status is ReadStatus.PARTIAL
    assert "graph.microsoft.com.evil.example" in (told.detail or "")
    assert len(snapshot.delegated_grants) == 40
    assert all(request.url.startswith(ROOT) for request in transport.requests)


def test_a_foreign_next_link_inside_a_batch_gets_no_token_either() -> None:
    service, _ = random_tenant()

    def lead_away(content: dict[str, Any], _: int) -> Answer:
        for response in content["responses"]:
            response["body"]["@odata.nextLink"] = "https://evil.example/v1.0/x"
        return ok(content)

    transport = Recording(Tampering(service, "$batch", lead_away))
    snapshot = read(transport)
    assigned = [r for r in snapshot.reads if r.read is ReadName.APP_ROLE_ASSIGNMENTS]
    assert {r.status for r in assigned} == {ReadStatus.PARTIAL}
    assert all(request.url.startswith(ROOT) for request in transport.requests)


def test_a_row_that_makes_no_sense_costs_itself_alone() -> None:
    service, expected = random_tenant()

    def spoil(content: dict[str, Any], _: int) -> Answer:
        del content["value"][0]["resourceId"]
        return ok(content)

    told, snapshot = grants_of(Tampering(service, GRANTS, spoil))
    pages = -(-len(expected.grants) // 40)
    assert told.status is ReadStatus.PARTIAL
    assert told.rows == len(expected.grants) - pages
    assert "`resourceId`" in (told.detail or "")
    assert found(snapshot).grants < expected.grants


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (ok({"error": "none"}), "not what Microsoft documents"),
        (ok(b'{"value":[' + b"[" * 100_000), "nested too deeply"),
        (ok(b'{"value":[{"id":"x"'), "cut short"),
        (Answer(302, {"location": "https://evil.example"}, b""), "was not followed"),
        (error(503, "x"), "could not answer"),
    ],
)
def test_a_list_that_is_no_list_is_failed(answer: Answer, words: str) -> None:
    service, _ = random_tenant()
    told, _ = grants_of(Tampering(service, GRANTS, lambda *_: answer))
    assert (told.status, told.rows) == (ReadStatus.FAILED, 0)
    assert words in (told.detail or "")


def test_a_broken_answer_inside_a_batch_is_asked_for_alone() -> None:
    service, expected = random_tenant()

    def garble(content: dict[str, Any], _: int) -> Answer:
        for response in content["responses"]:
            del response["body"]
        return ok(content)

    snapshot = read(Tampering(service, "$batch", garble))
    assert found(snapshot).assignments == expected.assignments


# ---- people -------------------------------------------------------------------------------------------------------


def test_people_are_named_gone_or_not_read() -> None:
    service, expected = random_tenant()
    snapshot = read(service)
    someone = next(u.object_id for u in snapshot.users if not u.gone)
    partly = read(Refusing(service, REFUSAL, f"users/{someone}"))
    told = entry(partly, ReadName.USERS)
    assert (told.status, told.rows, told.expected) == (ReadStatus.PARTIAL, len(expected.users) - 1, len(expected.users))
    assert someone not in {u.object_id for u in partly.users}


def test_a_tenant_without_single_grants_asks_for_nobody() -> None:
    objects, _ = tenant(chance(1), apps=3)
    objects.grants.clear()
    snapshot = read(SampleService(objects, complete=True))
    assert snapshot.users == ()
    assert [r for r in snapshot.reads if r.read is ReadName.USERS] == []


# ---- progress and cancel ------------------------------------------------------------------------------------------


def test_progress_grows_and_names_what_is_read() -> None:
    service, _ = random_tenant()
    steps: list[Progress] = []
    snapshot = read(service, progress=steps.append)
    labels = list(dict.fromkeys(step.current for step in steps))
    assert labels[:2] == ["App registrations", "Service principals"]
    assert "Role assignments, API" in labels
    finished = [len(step.finished) for step in steps]
    assert finished == sorted(finished)
    assert steps[-1].finished == snapshot.reads[: len(steps[-1].finished)]
    rows = [step.rows for step in steps if step.current == "Service principals"]
    assert rows == sorted(rows)
    assert rows[-1] == len(snapshot.service_principals)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 25))
def test_a_cancel_between_any_two_requests_is_heard(after: int) -> None:
    service, _ = random_tenant()
    cancel = threading.Event()
    sent = 0

    def count(request: Request) -> Answer:
        nonlocal sent
        assert not cancel.is_set()
        sent += 1
        if sent > after:
            cancel.set()
        return service.send(request.method, request.url, headers=request.headers, body=request.body)

    transport = Scripted(by=count)
    try:
        read(transport, cancel=cancel)
    except Cancelled:
        assert sent == after + 1
    else:
        assert sent <= after + 1


def test_an_empty_tenant_is_read() -> None:
    snapshot = read(Scripted(by=lambda r: page([]) if r.method == "GET" else ok({"responses": []})), watched=())
    assert snapshot.coverage.all_complete
    assert snapshot.service_principals == ()
    assert snapshot.tenant.id == ""
