"""Which directory roles are active for whoever reads a tenant: known, or said to be unknown; nothing hangs on it."""

import pytest

from permdesk.domain.tenant import HeldRole
from permdesk.sample.service import SampleService
from tests.graph.doubles import Refusing
from tests.graph.reading import REFUSAL, chance, read
from tests.graph.tenants import tenant

READER = {"id": "1", "displayName": "Global Reader", "roleTemplateId": "F2EF992C-3AFB-46B9-B7CF-A126EE74C451"}
APPS = {"id": "2", "displayName": "Application Administrator", "roleTemplateId": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"}


def service(*roles: dict[str, str | None]) -> SampleService:
    objects, _ = tenant(chance(1), apps=5)
    objects.held_roles = list(roles)
    return SampleService(objects, complete=True)


def test_the_roles_of_the_account_are_told_by_name() -> None:
    assert read(service(READER, APPS)).account.roles == (
        HeldRole("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator"),
        HeldRole("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"),
    )


def test_no_role_at_all_is_known_too() -> None:
    assert read(service()).account.roles == ()


def test_a_partners_account_is_no_object_of_the_tenant_and_the_scan_is_complete() -> None:
    snapshot = read(Refusing(service(READER), REFUSAL, "me/transitiveMemberOf"))
    assert snapshot.account.roles is None
    assert snapshot.account.username == "admin@larkfield.example"
    assert snapshot.coverage.all_complete


@pytest.mark.parametrize("odd", [{**READER, "roleTemplateId": "no id"}, {"id": "1", "displayName": "Global Reader"}])
def test_what_cannot_be_understood_is_not_taken_for_less(odd: dict[str, str | None]) -> None:
    assert read(service(APPS, odd)).account.roles is None


def test_what_goes_on_is_not_taken_for_everything() -> None:
    assert read(service(*({**READER, "id": str(number)} for number in range(60)))).account.roles is None
