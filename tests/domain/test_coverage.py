"""What counts as read completely: nothing that was never tried, and of two reads of one list both."""

from itertools import product

import pytest

from permdesk.domain.coverage import Coverage, ReadCoverage, ReadName, ReadStatus

COMPLETE, PARTIAL = ReadStatus.COMPLETE, ReadStatus.PARTIAL
ROLES = ReadName.APP_ROLE_ASSIGNMENTS
SINGLE = [name for name in ReadName if name not in (ReadName.DEFINITIONS, ROLES)]


def of_api(read: ReadName, api: str, status: ReadStatus = COMPLETE) -> ReadCoverage:
    return ReadCoverage(read, status, resource_app_id=api)


def of_app(client: str, status: ReadStatus = COMPLETE) -> ReadCoverage:
    return ReadCoverage(ROLES, status, client_object_id=client)


def test_what_was_never_tried_is_not_complete() -> None:
    nothing = Coverage(())
    assert not any(nothing.list_complete(name) for name in ReadName)
    assert not nothing.definitions_complete("shop")
    assert not nothing.assignments_complete("shop")
    assert not nothing.assignments_complete("shop", "app")
    assert not nothing.client_side_complete(None)
    assert not nothing.every_assignment_complete(frozenset())
    assert not nothing.all_complete


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("status", ReadStatus)
def test_a_list_is_complete_by_its_own_read_alone(name: ReadName, status: ReadStatus) -> None:
    coverage = Coverage((ReadCoverage(name, status),))
    assert coverage.list_complete(name) is (status is COMPLETE)
    assert not any(coverage.list_complete(other) for other in ReadName if other is not name)
    assert coverage.all_complete is (status is COMPLETE)
    assert len(coverage.incomplete) == (status is not COMPLETE)


@pytest.mark.parametrize(("first", "second"), list(product(ReadStatus, ReadStatus)))
def test_a_list_read_in_two_parts_needs_both(first: ReadStatus, second: ReadStatus) -> None:
    grants = ReadName.OAUTH2_PERMISSION_GRANTS
    both = first is COMPLETE and second is COMPLETE
    assert Coverage((ReadCoverage(grants, first), ReadCoverage(grants, second))).list_complete(grants) is both
    definitions = tuple(of_api(ReadName.DEFINITIONS, "shop", status) for status in (first, second))
    assert Coverage(definitions).definitions_complete("shop") is both


def test_definitions_are_read_for_each_api() -> None:
    coverage = Coverage((of_api(ReadName.DEFINITIONS, "shop"), of_api(ReadName.DEFINITIONS, "store", PARTIAL)))
    assert coverage.definitions_complete("shop")
    assert not coverage.definitions_complete("store")
    assert not coverage.definitions_complete("another")
    assert not coverage.assignments_complete("shop")


@pytest.mark.parametrize(("api", "app"), list(product([None, COMPLETE, PARTIAL], repeat=2)))
def test_assignments_are_known_from_either_side(api: ReadStatus | None, app: ReadStatus | None) -> None:
    reads = ([of_api(ROLES, "shop", api)] if api else []) + ([of_app("app", app)] if app else [])
    coverage = Coverage(tuple(reads))
    assert coverage.assignments_complete("shop", "app") is (COMPLETE in (api, app))
    assert coverage.assignments_complete("shop", "another") is (api is COMPLETE)
    assert coverage.assignments_complete("store", "app") is (app is COMPLETE)
    assert coverage.client_side_complete("app") is (app is COMPLETE)


LISTS = (ReadCoverage(ReadName.SERVICE_PRINCIPALS, COMPLETE), ReadCoverage(ReadName.APIS, COMPLETE))


def test_every_assignment_needs_every_api() -> None:
    shop, store = of_api(ROLES, "shop"), of_api(ROLES, "store")
    both = frozenset({"shop", "store"})
    assert Coverage((*LISTS, shop, store)).every_assignment_complete(both)
    assert not Coverage((*LISTS, shop)).every_assignment_complete(both)
    assert not Coverage((LISTS[0], shop, store)).every_assignment_complete(both)
    assert not Coverage((LISTS[1], shop, store)).every_assignment_complete(both)
    assert not Coverage((*LISTS, shop, of_api(ROLES, "store", PARTIAL))).every_assignment_complete(frozenset({"shop"}))
    # What one app's own side tells says nothing of the other apps.
    assert not Coverage((*LISTS, shop, of_app("app"))).every_assignment_complete(both)
