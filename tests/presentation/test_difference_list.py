"""A difference as a list of lines: nothing is lost, nothing uncertain stands among what is certain."""

from hypothesis import given, settings
from hypothesis import strategies as st

from permdesk.domain.diffing import diff_scans
from permdesk.domain.knowledge import Knowledge
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.scan_diff import ScanDiff
from permdesk.presentation.difference import change_rows
from permdesk.presentation.difference_list import Facet, LineKind, difference_lines, facet_counts, narrowed
from tests.domain.tenants import World, cut
from tests.domain.test_scan_diff_properties import times


@st.composite
def diffs(draw: st.DrawFn) -> ScanDiff:
    """Two scans of a random tenant, either of them perhaps not read to the end."""
    two = draw(times())
    before, after = (
        draw(cut(World(scan, {}, CatalogFacts("1"), Knowledge(), {}))).snapshot if draw(st.booleans()) else scan
        for scan in (two.before, two.after)
    )
    return diff_scans(before, after)


@settings(max_examples=60)
@given(diffs())
def test_every_change_is_one_line_and_the_uncertain_ones_are_at_the_end(diff: ScanDiff) -> None:
    lines = difference_lines(diff)
    changes = [line for line in lines if line.kind is LineKind.CHANGE]
    rows = [row for app in diff.apps for row in change_rows(app, users=diff.users)]
    beside = len(diff.accounts) + len(diff.ending) + len(diff.gaps)
    assert len(changes) == len(rows) + beside
    certain = [line.unsure for line in changes]
    assert certain == sorted(certain)
    uncertain = sum(row.outcome is not None and not row.outcome.certain for row in rows)
    assert sum(certain) == uncertain + len(diff.gaps)
    heads = {line.app_key for line in lines if line.kind is LineKind.APP}
    assert heads == {app.key for app in diff.apps}
    counts = facet_counts(lines)
    assert counts[Facet.ALL] == len(changes) == sum(counts.values()) - counts[Facet.ALL]


@settings(max_examples=60)
@given(diffs(), st.text("abgrm .", max_size=3), st.sampled_from(Facet))
def test_a_filter_leaves_what_has_every_word_and_the_heads_of_it(diff: ScanDiff, text: str, facet: Facet) -> None:
    lines = difference_lines(diff)
    left = narrowed(lines, text, facet)
    wanted = [
        line
        for line in lines
        if line.kind is LineKind.CHANGE
        and facet in (Facet.ALL, line.facet)
        and all(word in line.haystack for word in text.casefold().split())
    ]
    assert [line for line in left if line.kind is LineKind.CHANGE] == wanted
    if not text.split() and facet is Facet.ALL:
        assert left == lines
        return
    # Nothing stands there twice, or in another order.
    rest = iter(lines)
    assert all(any(line is one for one in rest) for line in left)
    # Below every head stands something; a change of an app stands below that app, within the section it had.
    kinds = [line.kind for line in left]
    assert not kinds or kinds[-1] is LineKind.CHANGE
    for place, line in enumerate(left):
        if line.kind is LineKind.APP:
            assert left[place + 1].app_key == line.app_key
        elif line.kind is LineKind.SECTION:
            assert left[place + 1].kind is not LineKind.SECTION
