"""Lists are read to their end, or it is said how far they were read."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.ports import Answer, Transport
from permdesk.domain.snapshot import Snapshot
from tests.graph.doubles import (
    ROOT,
    Recording,
    Refusing,
    Sleeper,
    error,
    ok,
)
from tests.graph.reading import entry, found, random_tenant, read


class Tampering:
    """Changes the pages of one list by a function of the page and how often it was asked for."""

    def __init__(self, inner: Transport, part: str, change: Callable[[dict[str, Any], int], Answer | None]) -> None:
        self.inner = inner
        self.part = part
        self.change = change
        self.asked: dict[str, int] = {}

    def send(self, method: str, url: str, *, headers: Any, body: bytes | None = None, cancel: Any = None) -> Answer:
        answer = self.inner.send(method, url, headers=headers, body=body)
        if self.part not in url or answer.status != 200:
            return answer
        self.asked[url] = self.asked.get(url, 0) + 1
        return self.change(json.loads(answer.body), self.asked[url]) or answer


GRANTS = "oauth2PermissionGrants"


def grants_of(transport: Transport, sleep: Sleeper | None = None) -> tuple[ReadCoverage, Snapshot]:
    snapshot = read(transport, sleep=sleep)
    return entry(snapshot, ReadName.OAUTH2_PERMISSION_GRANTS), snapshot


def parts_of(grants: set[tuple[str, str, str | None, str]]) -> tuple[int, int]:
    """How many are for everybody, and how many for one person: the two are read side by side."""
    everybody = sum(1 for _, _, principal, _ in grants if principal is None)
    return everybody, len(grants) - everybody


def test_a_list_that_stays_short_is_partial() -> None:
    service, expected = random_tenant()
    told, _ = grants_of(Tampering(service, GRANTS, lambda p, _: ok({**p, "value": p["value"][:-1]})))
    pages = sum(-(-part // 40) for part in parts_of(expected.grants))
    assert told.status is ReadStatus.PARTIAL
    assert (told.rows, told.expected) == (len(expected.grants) - pages, len(expected.grants))
    everybody, _ = parts_of(expected.grants)
    lost = -(-everybody // 40)
    assert told.detail == f"Microsoft announced {everybody} rows and sent {everybody - lost}"


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

    tampering = Tampering(service, GRANTS, circle)
    told, snapshot = grants_of(tampering)
    assert told.status is ReadStatus.PARTIAL
    assert "circles" in (told.detail or "")
    assert sum(tampering.asked.values()) <= (6 if endless == "same" else 120)
    assert snapshot.delegated_grants


def test_a_foreign_next_link_gets_no_token_and_leaves_a_partial_list() -> None:
    service, expected = random_tenant()
    evil = "https://graph.microsoft.com.evil.example/v1.0/oauth2PermissionGrants"
    transport = Recording(Tampering(service, GRANTS, lambda p, _: ok({**p, "@odata.nextLink": evil})))
    told, snapshot = grants_of(transport)
    assert told.status is ReadStatus.PARTIAL
    assert "graph.microsoft.com.evil.example" in (told.detail or "")
    assert len(snapshot.delegated_grants) == sum(min(part, 40) for part in parts_of(expected.grants))
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
    alone = [r for r in assigned if r.resource_app_id == GRAPH_APP_ID]
    assert {r.status for r in assigned if r not in alone} == {ReadStatus.PARTIAL}
    assert all(request.url.startswith(ROOT) for request in transport.requests)


def test_a_row_that_makes_no_sense_costs_itself_alone() -> None:
    service, expected = random_tenant()

    def spoil(content: dict[str, Any], _: int) -> Answer:
        del content["value"][0]["resourceId"]
        return ok(content)

    told, snapshot = grants_of(Tampering(service, GRANTS, spoil))
    pages = sum(-(-part // 40) for part in parts_of(expected.grants))
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
