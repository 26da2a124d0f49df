"""A page that is taken a column at a time has the same rows as one that is taken row by row."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.page import Page
from permdesk.errors import FormatError
from permdesk.graph import payloads, whole_pages
from permdesk.graph.remembered import guids, is_guid
from permdesk.graph.wire import WireApplication, WireAssignment, WireGrant, WireServicePrincipal
from tests.graph.rows import APPLICATION, ASSIGNMENT, GRANT, GRAPH, ID, OTHER, PRINCIPAL, body

IDS = st.sampled_from([ID, OTHER, GRAPH, ID.upper(), "2d6b3e4f-1111-4222-8333-444455556666"])
KEYS = st.sampled_from([*"abcdefgh", "", None])
NAMES = st.none() | st.text(max_size=4)
DATES = st.sampled_from(
    [None, "", "never", "2024-03-12T08:15:00Z", "2024-03-12T08:15:00.1234567Z", "2024-12-31T23:00:00-02:00"]
)
MEMBERS = st.fixed_dictionaries({"allowedMemberTypes": st.sampled_from([None, ["User"], ["User", "application"]])})
ACCESS = st.fixed_dictionaries({"id": IDS, "type": st.sampled_from(["Scope", "Role", "role", "Both", None])})
MANIFEST = st.lists(
    st.fixed_dictionaries({"resourceAppId": IDS, "resourceAccess": st.none() | st.lists(ACCESS, max_size=3)}),
    max_size=3,
)
PUBLISHERS = st.none() | st.fixed_dictionaries({"displayName": NAMES, "verifiedPublisherId": NAMES})
ADDRESSES = st.none() | st.fixed_dictionaries({"redirectUris": st.none() | st.lists(st.text(max_size=2), max_size=3)})
SWITCHES: dict[str, st.SearchStrategy[Any]] = {
    "displayName": NAMES,
    "createdDateTime": DATES,
    "isDisabled": st.sampled_from([None, True, False]),
    "disabledByMicrosoftStatus": st.sampled_from([None, "", "NotDisabled", "Disabled"]),
    "verifiedPublisher": PUBLISHERS,
}
KINDS: list[tuple[Callable[[bytes], Page[Any]], dict[str, Any], dict[str, st.SearchStrategy[Any]]]] = [
    (
        payloads.decode_registrations,
        APPLICATION,
        {
            **SWITCHES,
            "id": IDS,
            "appId": IDS,
            "requiredResourceAccess": st.none() | MANIFEST,
            "passwordCredentials": st.none() | st.lists(st.fixed_dictionaries({"endDateTime": DATES}), max_size=2),
            "web": ADDRESSES,
            "spa": ADDRESSES,
            "signInAudience": NAMES,
        },
    ),
    (
        payloads.decode_service_principals,
        PRINCIPAL,
        {
            **SWITCHES,
            "id": IDS,
            "appId": st.none() | IDS,
            "servicePrincipalType": st.sampled_from([None, "Application", "ServiceIdentity"]),
            "appOwnerOrganizationId": st.none() | IDS | st.just("nobody"),
            "accountEnabled": st.sampled_from([None, True, False]),
            "replyUrls": st.none() | st.lists(st.text(max_size=2), max_size=2),
            "appRoles": st.none()
            | st.lists(
                st.fixed_dictionaries(
                    {"allowedMemberTypes": st.sampled_from([None, ["User"], ["User", "application"]])}
                )
            ),
        },
    ),
    (
        payloads.decode_grants,
        GRANT,
        {
            "id": KEYS,
            "clientId": IDS | st.just("no id"),
            "resourceId": IDS,
            "consentType": st.sampled_from(["AllPrincipals", "Principal", "principal", "All"]),
            "principalId": st.none() | IDS | st.just("no id"),
            "scope": NAMES,
        },
    ),
    (
        payloads.decode_assignments,
        ASSIGNMENT,
        {
            "id": KEYS,
            "appRoleId": IDS | st.just("00000000-0000-0000-0000-000000000000"),
            "principalId": IDS | st.just("no id"),
            "principalType": st.sampled_from(["ServicePrincipal", "User", "Group", "serviceprincipal", "Thing"]),
            "resourceId": IDS,
            "createdDateTime": DATES,
        },
    ),
]


@given(st.data())
@pytest.mark.parametrize("kind", KINDS, ids=["applications", "servicePrincipals", "grants", "assignments"])
def test_a_page_has_the_rows_that_are_read_one_by_one(kind: Any, data: st.DataObject) -> None:
    decode, plain, varied = kind
    fields = data.draw(st.sets(st.sampled_from(sorted(varied)), max_size=4))
    row = st.fixed_dictionaries({**{name: st.just(value) for name, value in plain.items()}, "id": varied["id"]})
    rows = data.draw(
        st.lists(
            st.tuples(row, st.fixed_dictionaries({name: varied[name] for name in sorted(fields)})).map(
                lambda two: two[0] | two[1]
            ),
            max_size=4,
        )
    )
    together = decode(body(*rows, **{"@odata.count": 9, "@odata.nextLink": "https://x"}))
    # A row that cannot be understood makes a page one that is read row by row.
    alone = decode(body(*rows, {}, **{"@odata.count": 9, "@odata.nextLink": "https://x"}))
    assert list(together.rows.items()) == list(alone.rows.items())
    assert (together.lost, together.remarks) == (alone.lost - 1, alone.remarks)
    assert (together.count, together.next_link) == (alone.count, alone.next_link) == (9, "https://x")


@pytest.mark.parametrize(
    ("columns", "wire", "row"),
    [
        (whole_pages.registrations, WireApplication, APPLICATION),
        (whole_pages.service_principals, WireServicePrincipal, PRINCIPAL),
        (whole_pages.grants, WireGrant, GRANT),
        (whole_pages.assignments, WireAssignment, ASSIGNMENT),
        (whole_pages.assignments, WireAssignment, {**ASSIGNMENT, "principalType": "User"}),
    ],
)
def test_ordinary_rows_are_taken_together(columns: Any, wire: Any, row: dict[str, Any]) -> None:
    rows = msgspec.json.decode(json.dumps([row, {**row, "id": OTHER}]).encode(), type=list[wire])
    assert len(columns(rows)) == 2


@given(st.lists(IDS, min_size=1) | st.lists(st.text(max_size=80) | IDS, min_size=1))
def test_ids_are_all_guids_or_none_is_taken(values: list[str]) -> None:
    try:
        found = list(guids(values))
    except FormatError:
        assert not all(is_guid(value.lower()) for value in values)
    else:
        assert found == [value.lower() for value in values]
        assert all(map(is_guid, found))


@pytest.mark.parametrize(
    "values", [[f"{ID},{OTHER}", ""], [ID[:20], ID[20:]], [f"{ID},{OTHER}"], [ID + "\n"], ["é" * 36]]
)
def test_ids_that_are_right_only_side_by_side_are_none(values: list[str]) -> None:
    with pytest.raises(FormatError):
        guids(values)
