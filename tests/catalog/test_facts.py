"""The curated tables: published ids, reach, covers and API names, checked against each other."""

import re

import pytest

from permdesk.catalog.store import CatalogStore
from permdesk.domain.permission import AZURE_AD_GRAPH_APP_ID, EXCHANGE_APP_ID, GRAPH_APP_ID, SHAREPOINT_APP_ID, Kind
from permdesk.domain.reach import CatalogFacts, Reach
from tests.catalog.places import DATABASE

UNPUBLISHED = ("00000015-0000-0000-c000-000000000000", Kind.APPLICATION, "Connector.FullAccess")
A, D = Kind.APPLICATION, Kind.DELEGATED


@pytest.fixture(scope="module")
def store() -> CatalogStore:
    return CatalogStore(DATABASE)


@pytest.fixture(scope="module")
def facts(store: CatalogStore) -> CatalogFacts:
    return store.facts()


def test_every_value_that_is_named_has_a_published_id(store: CatalogStore, facts: CatalogFacts) -> None:
    ids = store.published_ids()
    named = {(r.resource_app_id, r.kind, r.value) for p in store.profiles().values() for r in p.requirements}
    named |= {(row.resource_app_id, row.kind, row.value) for row in facts.reach}
    named |= {(row.resource_app_id, row.kind, value) for row in facts.covers for value in (row.broader, row.narrower)}
    assert {key for key in named if not ids.get(key)} == {UNPUBLISHED}
    assert ids[UNPUBLISHED] == ()


def test_ids_are_guids_and_belong_to_one_permission_of_a_kind(store: CatalogStore) -> None:
    seen: dict[tuple[str, Kind, str], str] = {}
    for (app_id, kind, value), ids in store.published_ids().items():
        for published in ids:
            assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", published)
            assert seen.setdefault((app_id, kind, published), value) == value


@pytest.mark.parametrize(
    ("app_id", "kind", "value", "published"),
    [
        (GRAPH_APP_ID, D, "User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d"),
        (GRAPH_APP_ID, A, "Mail.Read", "810c84a8-4a9e-49e6-bf7d-12d183f40d01"),
        (GRAPH_APP_ID, A, "RoleManagement.ReadWrite.Directory", "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"),
        (EXCHANGE_APP_ID, A, "Exchange.ManageAsApp", "dc50a0fb-09a3-484d-be87-e023b12c6440"),
        (EXCHANGE_APP_ID, A, "full_access_as_app", "dc890d15-9560-4a4c-9b7f-a736ec74ec40"),
        ("00000007-0000-0000-c000-000000000000", D, "user_impersonation", "78ce3f0f-a1ce-49c2-8cde-64b5c0896db4"),
    ],
)
def test_some_ids_everyone_knows(store: CatalogStore, app_id: str, kind: Kind, value: str, published: str) -> None:
    assert store.published_ids()[app_id, kind, value] == (published,)


def test_an_id_identifies_nothing_without_its_api(store: CatalogStore) -> None:
    ids = store.published_ids()
    assert ids[GRAPH_APP_ID, A, "User.Read.All"] == ids[SHAREPOINT_APP_ID, A, "User.Read.All"]
    assert ids[GRAPH_APP_ID, A, "Sites.FullControl.All"] != ids[SHAREPOINT_APP_ID, A, "Sites.FullControl.All"]


def test_reach_has_40_to_80_statements_each_with_source_and_reason(facts: CatalogFacts) -> None:
    assert 40 <= len(facts.reach) <= 80
    assert {row.reach for row in facts.reach} == set(Reach)
    keys = [(row.resource_app_id, row.kind, row.value, row.reach) for row in facts.reach]
    assert len(set(keys)) == len(keys)
    assert all(row.source and row.reason.endswith(".") for row in facts.reach)


@pytest.mark.parametrize(
    ("app_id", "kind", "value", "reach"),
    [
        (GRAPH_APP_ID, A, "RoleManagement.ReadWrite.Directory", {Reach.TENANT_CONTROL}),
        (GRAPH_APP_ID, D, "RoleManagement.ReadWrite.Directory", {Reach.TENANT_CONTROL}),
        (GRAPH_APP_ID, A, "AppRoleAssignment.ReadWrite.All", {Reach.TENANT_CONTROL}),
        (GRAPH_APP_ID, A, "Application.ReadWrite.All", {Reach.TENANT_CONTROL}),
        (GRAPH_APP_ID, A, "UserAuthenticationMethod.ReadWrite.All", {Reach.TENANT_CONTROL}),
        (GRAPH_APP_ID, A, "Mail.ReadWrite", {Reach.ALL_MAIL}),
        (GRAPH_APP_ID, A, "Files.Read.All", {Reach.ALL_FILES}),
        (GRAPH_APP_ID, A, "Sites.Read.All", {Reach.ALL_SITES, Reach.ALL_FILES}),
        (SHAREPOINT_APP_ID, A, "Sites.FullControl.All", {Reach.ALL_SITES, Reach.ALL_FILES}),
        (EXCHANGE_APP_ID, A, "full_access_as_app", {Reach.ALL_MAIL}),
        (EXCHANGE_APP_ID, A, "Exchange.ManageAsApp", {Reach.ALL_MAIL}),
        # A delegated permission reaches what its user reaches, and some are only read too much into.
        (GRAPH_APP_ID, D, "Mail.ReadWrite", set()),
        (GRAPH_APP_ID, D, "Sites.FullControl.All", set()),
        (GRAPH_APP_ID, A, "Directory.Read.All", set()),
        (GRAPH_APP_ID, A, "Policy.ReadWrite.ConditionalAccess", set()),
        (GRAPH_APP_ID, A, "User.EnableDisableAccount.All", set()),
    ],
)
def test_what_a_permission_reaches(facts: CatalogFacts, app_id: str, kind: Kind, value: str, reach: set[Reach]) -> None:
    assert {r.reach for r in facts.reach if (r.resource_app_id, r.kind, r.value) == (app_id, kind, value)} == reach


def test_mail_and_files_are_said_of_application_permissions_alone(facts: CatalogFacts) -> None:
    assert {row.reach for row in facts.reach if row.kind is D} == {Reach.TENANT_CONTROL}


def test_covers_are_a_ladder_without_circles(facts: CatalogFacts) -> None:
    above: dict[tuple[str, Kind, str], set[str]] = {}
    for row in facts.covers:
        assert row.reason
        above.setdefault((row.resource_app_id, row.kind, row.narrower), set()).add(row.broader)

    def climb(app_id: str, kind: Kind, value: str, seen: frozenset[str]) -> None:
        assert value not in seen
        for broader in above.get((app_id, kind, value), ()):
            climb(app_id, kind, broader, seen | {value})

    for app_id, kind, narrower in above:
        climb(app_id, kind, narrower, frozenset())


@pytest.mark.parametrize(
    ("app_id", "kind", "broader", "narrower", "held"),
    [
        (GRAPH_APP_ID, A, "Mail.ReadWrite", "Mail.Read", True),
        (GRAPH_APP_ID, A, "Mail.ReadWrite", "Mail.ReadBasic", True),
        (GRAPH_APP_ID, A, "Sites.FullControl.All", "Sites.Read.All", True),
        (GRAPH_APP_ID, D, "User.Read.All", "User.Read", True),
        (GRAPH_APP_ID, A, "Directory.ReadWrite.All", "Directory.Read.All", True),
        (GRAPH_APP_ID, A, "Mail.ReadWrite", "Mail.Send", False),
        (GRAPH_APP_ID, A, "Directory.Read.All", "User.Read.All", False),
        (GRAPH_APP_ID, A, "Mail.Read", "Mail.ReadWrite", False),
    ],
)
def test_what_covers_what(
    facts: CatalogFacts, app_id: str, kind: Kind, broader: str, narrower: str, *, held: bool
) -> None:
    pairs = {(row.resource_app_id, row.kind, row.broader, row.narrower) for row in facts.covers}
    assert ((app_id, kind, broader, narrower) in pairs) is held


def test_well_known_apis(facts: CatalogFacts) -> None:
    names = {api.app_id: api.name for api in facts.apis}
    assert len(names) == len(facts.apis) >= 28
    assert names[GRAPH_APP_ID] == "Microsoft Graph"
    assert names[EXCHANGE_APP_ID] == "Office 365 Exchange Online"
    assert names[SHAREPOINT_APP_ID] == "Office 365 SharePoint Online"
    assert "retired" in names[AZURE_AD_GRAPH_APP_ID]
    assert re.fullmatch(r"\d{4}\.\d{2}(\.\d+)?", facts.version)
