"""The permission tree: what it holds, in which order, and what a filter leaves."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from permdesk.domain.application import Origin
from permdesk.domain.finding import Declared, Finding, Flag, Granted, Remedy, Status, Verdict
from permdesk.domain.knowledge import Acceptance, PermissionKey
from permdesk.domain.permission import GRAPH_APP_ID, SHAREPOINT_APP_ID, Kind, Permission
from permdesk.presentation.appearance import ATTENTION_ORDER
from permdesk.presentation.news import NOTHING_NEW, PermissionName, permission_name
from permdesk.presentation.tree import Column, PermissionTree, Segment
from permdesk.presentation.tree_nodes import PermissionNode, row_as_text
from tests.ui import made

findings = st.lists(
    st.builds(
        made.finding,
        st.sampled_from(["Mail.Read", "Mail.ReadWrite", "Files.Read.All", "user_impersonation", "Ünï.Röle", "x y"]),
        st.sampled_from(Status),
        api=st.sampled_from([GRAPH_APP_ID, SHAREPOINT_APP_ID, "An API"]),
        kind=st.sampled_from(Kind),
    ),
    max_size=30,
    unique_by=lambda f: (f.permission.resource_app_id, f.permission.kind, f.permission.value),
)


def tree_of(*found: Finding, new: frozenset[PermissionName] = NOTHING_NEW) -> PermissionTree:
    return PermissionTree(made.app("An app", Verdict.GAPS, *found, profile=made.profile()), new=new)


def labels(tree: PermissionTree) -> list[str]:
    return [leaf.label for leaf in tree.leaves()]


@given(findings)
def test_every_finding_is_one_leaf_under_its_own_api_and_kind(found: list[Finding]) -> None:
    tree = tree_of(*found)
    leaves = list(tree.leaves())
    assert sorted(map(id, found)) == sorted(id(leaf.finding) for leaf in leaves)
    for leaf in leaves:
        assert leaf.parent.kind is leaf.finding.permission.kind
        assert leaf.parent.parent.label == leaf.finding.permission.resource


@given(findings)
def test_attention_first_within_each_kind(found: list[Finding]) -> None:
    for api in tree_of(*found).apis:
        for kind in api.kinds:
            places = [ATTENTION_ORDER[leaf.of.finding.status] for leaf in kind.leaves]
            assert places == sorted(places)


@given(findings, st.text("abcdefilmrsuw. ", max_size=6), st.sampled_from(Segment))
def test_a_filter_leaves_what_has_every_word_and_nothing_else(
    found: list[Finding], text: str, segment: Segment
) -> None:
    new = frozenset(permission_name(f.permission) for f in found[::2])
    tree = tree_of(*found, new=new)
    tree.filter(text, segment)
    status = {Segment.MISSING: Status.MISSING, Segment.EXCESS: Status.EXCESS, Segment.UNREAD: Status.UNVERIFIED}
    expected = {
        id(f)
        for f in found
        if all(word in f.permission.label.casefold() for word in text.casefold().split())
        and (segment not in status or f.status is status[segment])
        and (segment is not Segment.ATTENTION or ATTENTION_ORDER[f.status] < 4)
        and (segment is not Segment.NEW or permission_name(f.permission) in new)
    }
    assert {id(leaf.finding) for leaf in tree.leaves()} == expected
    assert all(kind.shown for api in tree.shown for kind in api.shown)


@given(findings, st.lists(st.text("ailmr.", max_size=4), max_size=6))
def test_typing_leaves_what_the_last_text_alone_would(found: list[Finding], texts: list[str]) -> None:
    tree, fresh = tree_of(*found), tree_of(*found)
    for text in texts:
        tree.filter(text, Segment.ALL)
    fresh.filter(texts[-1] if texts else "", Segment.ALL)
    assert labels(tree) == labels(fresh)


@given(findings, st.sampled_from(Column), st.booleans())
def test_sorting_never_crosses_a_kind_and_loses_nothing(found: list[Finding], column: Column, down: bool) -> None:
    tree = tree_of(*found)
    before = [(api.label, kind.kind, len(kind.leaves)) for api in tree.apis for kind in api.kinds]
    tree.sort(column, descending=down)
    assert [(api.label, kind.kind, len(kind.leaves)) for api in tree.apis for kind in api.kinds] == before
    assert {id(leaf.finding) for leaf in tree.leaves()} == set(map(id, found))
    if column is Column.PERMISSION:
        for api in tree.apis:
            for kind in api.kinds:
                names = [leaf.of.label.casefold() for leaf in kind.leaves]
                assert names == sorted(names, reverse=down)


@given(findings)
def test_counts_are_those_of_the_segments(found: list[Finding]) -> None:
    tree = tree_of(*found)
    for segment in Segment:
        tree.filter("", segment)
        assert len(labels(tree)) == tree.counts[segment]


def test_microsoft_graph_stands_first_then_what_needs_a_person() -> None:
    tree = tree_of(
        made.finding("a", Status.SATISFIED, api="A fine API"),
        made.finding("b", Status.MISSING, api="Z needs work"),
        made.finding("c", Status.SATISFIED),
    )
    assert [api.label for api in tree.apis] == ["Microsoft Graph", "Z needs work", "A fine API"]


def test_an_id_finds_its_permission() -> None:
    one, other = (
        made.finding("Mail.Read", Status.MISSING, number=1),
        made.finding("Mail.Send", Status.MISSING, number=2),
    )
    tree = tree_of(one, other)
    tree.filter((other.permission.id or "")[:8], Segment.ALL)
    assert labels(tree) == ["Mail.Send"]


def test_walking_from_one_that_needs_attention_to_the_next() -> None:
    app = made.express()
    tree = PermissionTree(app)
    walked = []
    leaf: PermissionNode | None = None
    while (leaf := tree.next_attention(leaf)) is not None:
        walked.append(leaf)
    assert len(walked) == tree.counts[Segment.ATTENTION] == 7
    assert [tree.attention_place(found) for found in walked] == [(n, 7) for n in range(1, 8)]
    assert tree.next_attention(walked[0], backwards=True) is None
    assert tree.next_attention(None, backwards=True) is walked[-1]


def test_an_accepted_finding_needs_no_attention() -> None:
    excess = made.finding("Mail.Send", Status.EXCESS)
    accepted = Acceptance("app", PermissionKey(GRAPH_APP_ID, Kind.APPLICATION, "Mail.Send"), "reason", "who")
    tree = tree_of(replace(excess, accepted=accepted))
    assert tree.counts[Segment.ATTENTION] == 0
    assert tree.counts[Segment.EXCESS] == 1


def test_the_same_permission_is_found_in_another_comparison() -> None:
    before, after = made.express(), made.express()
    wanted = before.findings[1]
    leaf = PermissionTree(after).find(wanted)
    assert leaf is not None
    assert leaf.finding is after.findings[1]


def test_words_of_the_cells() -> None:
    partial = made.finding("A", Status.PARTIAL, kind=Kind.DELEGATED, users=1)
    unread = made.finding("B", Status.UNVERIFIED, declared=Declared.UNVERIFIED)
    leaves = {leaf.label: leaf for leaf in tree_of(partial, unread).leaves()}
    assert [cell.text for cell in leaves["A"].cells] == ["Yes", "Vendor’s", "1 user", "no date kept"]
    assert [cell.text for cell in leaves["B"].cells] == ["Yes", "Not read", "Not read", "–"]
    assert [cell.hatched for cell in leaves["B"].cells] == [False, True, True, False]
    some = made.finding("C", Status.PARTIAL, kind=Kind.DELEGATED, users=None)
    assert next(tree_of(some).leaves()).cells[2].text == "some users"


def test_a_managed_identity_has_no_manifest_of_a_vendor() -> None:
    finding = made.finding("A", Status.GRANTED)
    app = made.app("vm", Verdict.NO_BASELINE, finding, origin=Origin.MANAGED_IDENTITY)
    assert next(PermissionTree(app).leaves()).cells[1].text == "–"


def test_tags_and_speech() -> None:
    changed = made.finding("Reports.Read.All", Status.MISSING, flags=(Flag.CHANGED_SINCE_LAST_CONSENT,))
    assert next(tree_of(changed).leaves()).spoken == "Reports.Read.All, application, missing, new since last consent"
    declare = made.finding("Notes.Read", Status.MISSING, remedy=(Remedy.DECLARE, Remedy.CONSENT))
    assert [tag.label for tag in next(tree_of(declare).leaves()).tags] == ["configure first"]
    reach = made.finding("Mail.ReadWrite", Status.EXCESS, flags=(Flag.ALL_MAIL,))
    assert next(tree_of(reach).leaves()).tags == ()


def test_grants_whose_api_is_gone_do_not_fall_together() -> None:
    def gone(object_id: str) -> Finding:
        finding = made.finding("x", Status.GRANTED)
        return replace(finding, permission=Permission(None, object_id, "(gone)", Kind.APPLICATION, None, "id"))

    assert len(tree_of(gone("one"), gone("two")).apis) == 2


def test_names_from_outside_are_inert() -> None:
    hostile = "A\u202eB\x00C\n<b>x</b>" + "y" * 10_000
    leaf = next(tree_of(made.finding(hostile, Status.MISSING)).leaves())
    assert len(leaf.label) <= 400
    assert not {"\u202e", "\x00", "\n"} & set(leaf.label)


def test_a_row_for_the_spreadsheet() -> None:
    leaf = next(tree_of(made.finding("Mail.Read", Status.SATISFIED, granted=Granted.TENANT)).leaves())
    assert row_as_text(leaf) == "Mail.Read\tYes\tVendor’s\tTenant\tSatisfied\t12 Mar 2024"
