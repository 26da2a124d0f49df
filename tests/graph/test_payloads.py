"""What becomes of Graph's rows."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from permdesk.domain.application import CredentialKind, Publisher, RequiredAccess
from permdesk.domain.permission import Kind
from permdesk.errors import FormatError
from permdesk.graph import payloads
from tests.graph.rows import APPLICATION, ASSIGNMENT, DEFINITION, GRANT, GRAPH, ID, OTHER, PRINCIPAL, body, one


@pytest.mark.parametrize("name", [None, "", "x" * 10_000, "a\x00\x1b[2J\u202eb\r\n", "<script>", "\u200b"])
def test_hostile_names_stay_data(name: str | None) -> None:
    assert one(payloads.decode_registrations, {**APPLICATION, "displayName": name}).display_name == (name or "")
    principal = one(payloads.decode_service_principals, {**PRINCIPAL, "displayName": name, "appDisplayName": name})
    assert (principal.display_name, principal.app_display_name) == (name or "", name)


@pytest.mark.parametrize("field", ["id", "appId"])
@pytest.mark.parametrize("value", ["", "x", "../../users", f"{ID}/owners", f" {ID}", ID[:-1] + "g"])
def test_an_id_is_a_guid_or_the_row_is_a_problem(field: str, value: str) -> None:
    page = payloads.decode_service_principals(body({**PRINCIPAL, field: value}))
    assert page.lost == 1
    assert f"{field} is not a GUID" in (page.problem or "")


def test_ids_are_kept_in_lower_case() -> None:
    upper = {name: value.upper() if isinstance(value, str) else value for name, value in PRINCIPAL.items()}
    principal = one(payloads.decode_service_principals, {**upper, "appOwnerOrganizationId": ID.upper()})
    assert (principal.object_id, principal.app_id, principal.owner_tenant_id) == (ID, OTHER, ID)
    grant = one(payloads.decode_grants, {**GRANT, "clientId": ID.upper(), "resourceId": OTHER.upper()})
    assert (grant.client_id, grant.resource_id) == (ID, OTHER)


def test_a_manifest_written_by_hand() -> None:
    manifest = [
        {
            "resourceAppId": GRAPH.upper(),
            "resourceAccess": [{"id": ID.upper(), "type": "Role"}, {"id": ID, "type": "Role"}],
        },
        {"resourceAppId": GRAPH, "resourceAccess": [{"id": ID, "type": "Scope"}, {"id": ID, "type": "role"}]},
        {"resourceAppId": GRAPH, "resourceAccess": None},
        {"resourceAppId": "not an id", "resourceAccess": [{"id": "neither", "type": "Scope"}]},
    ]
    assert one(payloads.decode_registrations, {**APPLICATION, "requiredResourceAccess": manifest}).required == (
        RequiredAccess(GRAPH, Kind.APPLICATION, ID),
        RequiredAccess(GRAPH, Kind.DELEGATED, ID),
        RequiredAccess("not an id", Kind.DELEGATED, "neither"),
    )


def test_a_kind_that_does_not_exist_is_left_out_and_said() -> None:
    access = [{"id": ID, "type": "Both"}, {"id": ID, "type": None}, {"id": ID, "type": "Role"}]
    row = {**APPLICATION, "requiredResourceAccess": [{"resourceAppId": GRAPH, "resourceAccess": access}]}
    page = payloads.decode_registrations(body(row))
    registration = page.rows[ID]
    assert registration is not None
    assert len(registration.required) == 1
    assert page.remarks == ("2 manifest entries of a kind that does not exist were left out",)
    row["requiredResourceAccess"][0]["resourceAccess"] = access[1:]
    remarks = payloads.decode_registrations(body(row)).remarks
    assert remarks == ("1 manifest entry of a kind that does not exist was left out",)


def test_seven_hundred_permissions_on_one_app() -> None:
    access = [{"id": f"{number:08x}-1111-4222-8333-444455556666", "type": "Role"} for number in range(700)]
    row = {**APPLICATION, "requiredResourceAccess": [{"resourceAppId": GRAPH, "resourceAccess": access}]}
    assert len(one(payloads.decode_registrations, row).required) == 700


def test_credentials_are_dates_and_never_values() -> None:
    dates = {"startDateTime": "2025-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00.1234567Z"}
    secret = {**dates, "displayName": "backup", "secretText": "s3cret", "hint": "s3c"}
    row = {**APPLICATION, "passwordCredentials": [secret], "keyCredentials": [{"endDateTime": "never", "key": "AAAA"}]}
    first, second = one(payloads.decode_registrations, row).credentials
    assert (first.kind, first.label) == (CredentialKind.SECRET, "backup")
    assert first.starts == datetime(2025, 1, 1, tzinfo=UTC)
    assert first.ends is not None
    assert first.ends.year == 2027
    assert (second.kind, second.starts, second.ends) == (CredentialKind.CERTIFICATE, None, None)
    assert "s3c" not in repr(first)


@pytest.mark.parametrize(
    ("fields", "disabled", "enabled"),
    [
        ({}, False, True),
        ({"isDisabled": True}, True, True),
        ({"isDisabled": False, "disabledByMicrosoftStatus": "NotDisabled"}, False, True),
        ({"disabledByMicrosoftStatus": "DisabledDueToViolationOfServicesAgreement"}, True, True),
        ({"accountEnabled": False}, False, False),
        ({"accountEnabled": None}, False, True),
    ],
)
def test_the_ways_to_be_off(fields: dict[str, object], disabled: bool, enabled: bool) -> None:
    principal = one(payloads.decode_service_principals, {**PRINCIPAL, **fields})
    assert (principal.disabled, principal.enabled) == (disabled, enabled)


def test_only_a_verified_publisher_is_one() -> None:
    nobody = {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None}
    assert one(payloads.decode_service_principals, {**PRINCIPAL, "verifiedPublisher": nobody}).publisher is None
    somebody = {"displayName": "AvePoint, Inc.", "verifiedPublisherId": "7"}
    principal = one(payloads.decode_service_principals, {**PRINCIPAL, "verifiedPublisher": somebody})
    assert principal.publisher == Publisher("AvePoint, Inc.", "7")


def test_an_agent_without_an_application_keeps_its_own_id() -> None:
    row = {**PRINCIPAL, "appId": None, "servicePrincipalType": "ServiceIdentity"}
    assert one(payloads.decode_service_principals, row).app_id == ID
    assert "appId is null" in (payloads.decode_service_principals(body({**PRINCIPAL, "appId": None})).problem or "")


def test_grants_of_the_tenant_and_of_one_person() -> None:
    assert one(payloads.decode_grants, {**GRANT, "principalId": ID}).principal_id is None
    assert one(payloads.decode_grants, {**GRANT, "scope": None}).scope == ""
    mine = {**GRANT, "consentType": "Principal", "principalId": OTHER.upper(), "scope": "  a  b "}
    grant = one(payloads.decode_grants, mine)
    assert (grant.principal_id, grant.scope) == (OTHER, "  a  b ")
    for row, field in (({**mine, "principalId": None}, "principalId"), ({**mine, "consentType": "All"}, "consentType")):
        assert field in (payloads.decode_grants(body(row)).problem or "")


@pytest.mark.parametrize(
    "row",
    [
        {**ASSIGNMENT, "principalType": "User"},
        {**ASSIGNMENT, "principalType": "Group"},
        {**ASSIGNMENT, "appRoleId": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_roles_of_people_and_the_zero_role_are_no_permissions(row: dict[str, Any]) -> None:
    page = payloads.decode_assignments(body(row, {**ASSIGNMENT, "id": "b"}))
    assert page.rows["a"] is None
    assert page.rows["b"] is not None


@pytest.mark.parametrize(
    ("created", "year"),
    [
        ("2024-03-12T08:15:00Z", 2024),
        ("2024-03-12T08:15:00.1234567Z", 2024),
        ("2024-03-12T08:15:00", 2024),
        ("9999-12-31T23:59:59.9999999Z", 9999),
        ("0001-01-01T00:00:00Z", 1),
        ("2024-12-31T23:00:00-02:00", 2025),
        ("9999-12-31T23:59:59-14:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(created: str | None, year: int | None) -> None:
    assignment = one(payloads.decode_assignments, {**ASSIGNMENT, "createdDateTime": created})
    assert (assignment.created and assignment.created.year) == year
    assert assignment.created is None or assignment.created.tzinfo is UTC


def test_a_person_without_a_state_is_loud() -> None:
    with pytest.raises(FormatError, match="accountEnabled"):
        payloads.decode_user(json.dumps({"id": ID, "displayName": "A"}).encode())


def test_what_an_api_publishes() -> None:
    roles = [
        {"id": ID.upper(), "value": "A.Read", "allowedMemberTypes": ["User", "Application"], "displayName": "A"},
        {"id": OTHER, "value": "Person", "allowedMemberTypes": ["User"]},
        {"id": OTHER, "value": None, "allowedMemberTypes": ["Application"]},
        {"id": OTHER, "value": "Off", "allowedMemberTypes": ["Application"], "isEnabled": False},
    ]
    scopes = [
        {"id": ID, "value": "B", "type": "User", "adminConsentDisplayName": "t", "adminConsentDescription": "d"},
        {"id": OTHER, "value": "C", "type": "Admin", "isEnabled": False},
    ]
    content = json.dumps({**DEFINITION, "appRoles": roles, "oauth2PermissionScopes": scopes}).encode()
    definition = payloads.decode_definition(content)
    assert [(p.kind, p.value, p.id, p.enabled, p.user_consentable) for p in definition.permissions] == [
        (Kind.APPLICATION, "A.Read", ID, True, False),
        (Kind.APPLICATION, "Off", OTHER, False, False),
        (Kind.DELEGATED, "B", ID, True, True),
        (Kind.DELEGATED, "C", OTHER, False, False),
    ]
    assert (definition.permissions[2].title, definition.permissions[2].description) == ("t", "d")


def test_an_api_is_one_if_it_publishes_a_role_for_applications() -> None:
    def publishes(roles: object) -> bool:
        row = payloads.decode_service_principals(body({**PRINCIPAL, "appRoles": roles})).rows[ID]
        assert row is not None
        return row.has_app_roles

    for types, expected in ((["Application"], True), (["User"], False), ([], False), (None, False)):
        assert publishes([{"allowedMemberTypes": types}]) is expected
    assert not publishes(None)


def test_directory_roles_with_and_without_their_definition() -> None:
    named = {"id": "1", "principalId": ID.upper(), "roleDefinitionId": OTHER, "directoryScopeId": "/"}
    role = {"displayName": "Exchange Administrator", "templateId": OTHER.upper()}
    first = one(payloads.decode_directory_roles, {**named, "roleDefinition": role})
    assert (first.principal_id, first.role, first.template_id, first.scope) == (
        ID,
        "Exchange Administrator",
        OTHER,
        "/",
    )
    bare = one(payloads.decode_directory_roles, {"principalId": ID, "roleDefinitionId": OTHER, "appScopeId": "/x"})
    assert (bare.role, bare.template_id, bare.scope) == (OTHER, OTHER, "/x")


def test_the_default_domain_of_the_tenant() -> None:
    domains = [{"name": "a.example"}, {"name": "b.example", "isDefault": True}]
    row = {"id": ID, "displayName": None, "verifiedDomains": domains}
    facts = one(payloads.decode_organizations, row)
    assert (facts.id, facts.name, facts.default_domain) == (ID, "", "b.example")
