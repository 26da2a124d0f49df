"""Deaf to what is unknown, loud about what is missing, crashed by nothing."""

import contextlib
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.page import Page
from permdesk.errors import FormatError
from permdesk.graph import payloads
from permdesk.graph.faults import MalformedError
from tests.graph.rows import (
    DECODERS,
    DEFINITION,
    GRANT,
    ID,
    JSON,
    LISTS,
    PRINCIPAL,
    body,
)

# ---- nothing crashes ----------------------------------------------------------------------------------------------


@given(st.sampled_from(DECODERS), st.binary(max_size=80))
def test_any_bytes_are_a_page_or_a_format_error(decode: Callable[[bytes], Any], content: bytes) -> None:
    with pytest.raises(FormatError):
        decode(content)


@given(st.sampled_from(DECODERS), JSON)
def test_any_json_is_a_page_or_a_format_error(decode: Callable[[bytes], Any], content: object) -> None:
    try:
        decode(json.dumps(content).encode())
    except MalformedError:
        # Python writes NaN and lone surrogates, which are no JSON.
        assert "NaN" in json.dumps(content) or "Infinity" in json.dumps(content) or "\\ud" in json.dumps(content)
    except FormatError:
        pass


@given(st.sampled_from(LISTS), st.data())
def test_any_value_in_any_field_costs_at_most_its_row(
    kind: tuple[Callable[[bytes], Page[Any]], dict[str, Any]], data: st.DataObject
) -> None:
    decode, row = kind
    field = data.draw(st.sampled_from(sorted(row)))
    spoiled = {**row, field: data.draw(JSON)}
    good = {**row, "id": "2d6b3e4f-1111-4222-8333-444455556666"}
    try:
        page = decode(body(spoiled, good))
    except MalformedError:
        return
    assert good["id"] in page.rows
    assert len(page.rows) + page.lost >= 1
    assert (page.problem is None) == (page.lost == 0)
    assert "could not be understood" in (page.problem or "could not be understood")


@given(st.sampled_from(LISTS), st.data())
def test_a_page_cut_anywhere_is_malformed(
    kind: tuple[Callable[[bytes], Page[Any]], dict[str, Any]], data: st.DataObject
) -> None:
    decode, row = kind
    whole = body(row, row)
    with pytest.raises(MalformedError):
        decode(whole[: data.draw(st.integers(0, len(whole) - 1))])


@pytest.mark.parametrize("decode", DECODERS)
@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"value":' + b"[" * 200_000,
        b'{"value":[{"x":' + b'{"y":' * 200_000,
        b"\xff\xfe",
        b"null",
        b"{}",
    ],
)
def test_depth_and_nonsense_are_format_errors(decode: Callable[[bytes], Any], content: bytes) -> None:
    with pytest.raises(FormatError):
        decode(content)


def test_huge_values_stay_data() -> None:
    name = "N" * 1_000_000
    page = payloads.decode_service_principals(
        body({**PRINCIPAL, "displayName": name, "unknown": 10**400}, **{"@odata.count": 1})
    )
    principal = page.rows[ID]
    assert principal is not None
    assert principal.display_name == name
    for count in (10**30, 1.5, "7", -1, True):
        with contextlib.suppress(FormatError):
            assert payloads.decode_service_principals(body(**{"@odata.count": count})).count is None


# ---- missing is loud, unknown is not --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (LISTS[0], field)
        for field in ("id", "appId", "displayName", "requiredResourceAccess", "passwordCredentials", "keyCredentials")
    ]
    + [(LISTS[1], field) for field in PRINCIPAL]
    + [(LISTS[2], field) for field in ("clientId", "resourceId", "consentType", "scope")]
    + [(LISTS[3], field) for field in ("appRoleId", "principalId", "principalType", "resourceId")]
    + [(LISTS[4], "principalId")],
)
def test_a_missing_field_is_named_with_its_request(
    kind: tuple[Callable[[bytes], Page[Any]], dict[str, Any]], field: str
) -> None:
    decode, row = kind
    page = decode(body({name: value for name, value in row.items() if name != field}))
    assert not page.rows
    assert page.lost == 1
    problem = page.problem or ""
    assert f"`{field}`" in problem
    assert problem.startswith("Row 1 of a page of ")


def test_a_million_rows_that_make_no_sense_are_counted_and_not_kept() -> None:
    page = payloads.decode_registrations(b'{"value":[' + b"0," * 200_000 + b"0]}")
    assert page.lost == 200_001
    assert "Row 1 of a page of applications" in (page.problem or "")
    assert sys.getsizeof(page.problem) < 500


@pytest.mark.parametrize("field", list(DEFINITION))
def test_a_missing_field_of_an_object_is_named_too(field: str) -> None:
    content = json.dumps({name: value for name, value in DEFINITION.items() if name != field}).encode()
    with pytest.raises(FormatError, match=f"definitions.*`{field}`"):
        payloads.decode_definition(content)


@pytest.mark.parametrize("kind", LISTS)
def test_unknown_fields_are_ignored(kind: tuple[Callable[[bytes], Page[Any]], dict[str, Any]]) -> None:
    decode, row = kind
    more = {"@odata.type": "#microsoft.graph.agentIdentity", "brandNew": {"deep": [1, {"x": None}]}}
    assert decode(body({**row, **more}, **{"@odata.context": "https://x", "extra": 1})) == decode(body(row))


def test_a_list_without_rows_is_one_and_a_body_without_a_list_is_none() -> None:
    assert payloads.decode_grants(body()) == Page({})
    with pytest.raises(FormatError, match="oauth2PermissionGrants"):
        payloads.decode_grants(b"{}")


def test_links_and_counts_are_kept() -> None:
    page = payloads.decode_grants(body(GRANT, **{"@odata.nextLink": "https://x", "@odata.count": 7}))
    assert (page.next_link, page.count) == ("https://x", 7)
    assert payloads.decode_grants(body(**{"@odata.nextLink": ""})).next_link is None


@pytest.mark.parametrize("kind", LISTS)
def test_a_row_that_comes_twice_counts_once(kind: tuple[Callable[[bytes], Page[Any]], dict[str, Any]]) -> None:
    decode, row = kind
    assert len(decode(body(row, row)).rows) == 1
