"""Reports on tenants nobody would expect: random, empty, unread, hostile, and very large."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.diffing import diff_scans
from permdesk.domain.finding import AppComparison, Comparison, Granted, Status, Verdict
from permdesk.domain.text import inert
from permdesk.presentation.appearance import STATUS, VERDICT
from permdesk.reports.choice import Choice, Form, Page
from permdesk.reports.compose import compose
from permdesk.reports.document import Badge, Document, GroupRow, Row, Table
from permdesk.reports.notation import NOTATIONS
from tests.domain.small import compared, principal, role, tenant
from tests.domain.tenants import EXAMPLES, World, cut, worlds
from tests.domain.test_comparison_properties import compared as compared_world
from tests.reports.told_subjects import JUDGED, subject_of, texts_of, words_of
from tests.ui.made import app, comparison, express, finding, profile

_UNREAD = STATUS[Status.UNVERIFIED].label
_HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("https://larkfield.example")',
    "a\x00b\x1b[31mred\r\nnext",
    "\u202egnp.exe\u202c\u2066",
    "x" * 10_000,
    "مرحبا بالعالم",
    "😀🏴‍☠️",
    "\ud800 lone",
    "e" + "\u0301" * 500,
    "",
)


def _document(of: Comparison, **more: object) -> Document:
    return compose([subject_of(of)], replace(Choice(), **more))


def _tables(document: Document) -> list[Table]:
    return [block for part in document.parts for block in part.blocks if isinstance(block, Table)]


@EXAMPLES
@given(st.data(), worlds(), st.sampled_from(Form), st.sampled_from(tuple(NOTATIONS)), st.booleans())
def test_every_tenant_can_be_printed(data: st.DataObject, world: World, form: Form, locale: str, every: bool) -> None:
    of = compared_world(data.draw(cut(world)))
    keys = tuple(one.key for one in of.apps) if every else None
    document = _document(of, form=form, locale=locale, apps=keys)
    assert document.parts
    assert len({part.name for part in document.parts}) == len(document.parts)
    for table in _tables(document):
        assert all(len(row.cells) == len(table.columns) for row in table.rows if isinstance(row, Row))
        # A line that names the rows after it has rows after it.
        assert not table.rows or isinstance(table.rows[-1], Row)
        followed = zip(table.rows, table.rows[1:], strict=False)
        assert all(isinstance(after, Row) for row, after in followed if isinstance(row, GroupRow))


@EXAMPLES
@given(st.data(), worlds())
def test_what_was_not_read_reaches_the_paper_as_not_read(data: st.DataObject, world: World) -> None:
    of = compared_world(data.draw(cut(world)))
    document = _document(of, apps=tuple(one.key for one in of.apps))
    parts = [part for part in document.parts if part.name.startswith("app-")]
    assert len(parts) == len(of.apps)
    for part, one in zip(parts, _in_order(document, of), strict=True):
        unread = sum(1 for f in one.findings if f.status is Status.UNVERIFIED)
        hatched = sum(
            1
            for block in part.blocks[:8]
            if isinstance(block, Table) and block.caption.startswith("Permissions of")
            for row in block.rows
            if isinstance(row, Row)
            for cell in row.cells
            if isinstance(cell, Badge) and cell.look.hatched
        )
        assert hatched == unread
        if unread and one.verdict is not Verdict.NOT_INSTALLED:
            box = words_of(part.blocks[1:2])
            assert "read" in box
            assert "Everything" not in box


def _in_order(document: Document, of: Comparison) -> list[AppComparison]:
    """The apps in the order of their parts: ids are unique where names are not."""
    by_id = {one.app_id: one for one in of.apps if one.app_id is not None}
    absent = {f"{one.display_name}": one for one in of.apps if one.app_id is None}
    found = []
    for part in document.parts:
        if part.name.startswith("app-"):
            facts = words_of(part.blocks[:1])
            first = facts.partition("\n")[0]
            key = first.removeprefix("App ID: ")
            found.append(by_id[key] if first.startswith("App ID: ") else absent[part.title])
    return found


def test_an_empty_tenant_has_a_report() -> None:
    of = compared(tenant(principals=(), apis={}))
    for form in Form:
        document = _document(of, form=form)
        told = words_of(document.parts[0].blocks)
        assert (
            "No app of this tenant is held against a vendor’s page, so there is nothing to be compliant with." in told
        )
        assert "Complete" in told


def test_a_tenant_that_nobody_could_read_is_never_fine() -> None:
    of = compared(tenant(principals=(), apis={}, unread=tuple(ReadName)))
    for form in Form:
        told = "\n".join(texts_of(_document(of, form=form)))
        assert "Nothing can be said of apps that were not read." in told
        assert "nothing to be compliant with" not in told
        assert VERDICT[Verdict.UNVERIFIED].label in told
        assert "No app holds a permission that is known to do so." not in told


@pytest.mark.parametrize("hostile", _HOSTILE)
def test_hostile_names_are_inert_everywhere(hostile: str) -> None:
    row = finding("Mail.Read", Status.EXCESS)
    row = replace(row, permission=replace(row.permission, value=hostile or None, resource=hostile))
    bound = profile()
    bound = replace(
        bound,
        name=hostile,
        vendor=hostile,
        edition=hostile,
        notes=(hostile,),
        source=replace(bound.source, title=hostile),
    )
    one = app(hostile, Verdict.EXCESSIVE, row, profile=bound, app_id=hostile or "app")
    of = comparison(one, replace(express(), display_name=hostile))
    of = replace(of, tenant=replace(of.tenant, name=hostile, default_domain=hostile), catalog_version=hostile or "1")
    of = replace(of, account=replace(of.account, username=hostile))
    newer = tenant(principals=(principal(display_name=hostile),), granted=(role("Orders.Read"),))
    older = tenant(principals=(principal(display_name="Harbor"),))
    subject = subject_of(of, changes=diff_scans(older, newer))
    assert subject.changes is not None
    assert subject.changes.apps
    for form in Form:
        for text in texts_of(compose([subject, subject_of(of)], Choice(form=form))):
            assert inert(text).strip() == " ".join(text.split())
            assert len(text) < 6_000
            text.encode("utf-8")


def test_two_thousand_findings_of_one_app_are_all_there() -> None:
    rows = [finding(f"Scope{n}.Read", (Status.MISSING, Status.EXCESS, Status.SATISFIED)[n % 3]) for n in range(2_000)]
    one = app("Harbor", Verdict.GAPS, *rows, profile=profile())
    document = _document(comparison(one))
    told = words_of(next(part for part in document.parts if part.name == "app-1").blocks)
    assert all(f"Scope{n}.Read " in told for n in range(2_000))


def test_time_grows_with_the_tenant_and_not_with_its_square() -> None:
    def seconds(size: int) -> float:
        apps = [replace(express(), app_id=f"{n:08x}", display_name=f"App {n}") for n in range(size)]
        subject = subject_of(comparison(*apps))
        began = time.process_time()
        compose([subject], Choice(apps=()))
        return time.process_time() - began

    seconds(100)
    small, large = seconds(500), seconds(4_000)
    assert large < max(small, 0.01) * 8 * 4
    assert large < 4


def test_a_short_form_stays_short_whatever_the_tenant_holds() -> None:
    apps = [replace(express(), app_id=f"{n:08x}", display_name=f"App {n} " + "long " * 60) for n in range(400)]
    reads = tuple(replace(read, status=ReadStatus.FAILED, detail="It broke " * 50) for read in compared(tenant()).reads)
    document = _document(replace(comparison(*apps), reads=reads), form=Form.SHORT, page=Page(landscape=True))
    assert sum(len(text) for text in texts_of(document)) < 9_000


def test_a_day_of_judgement_other_than_that_of_the_scan_is_told() -> None:
    subject = subject_of(comparison(express()))
    assert "Judged on" not in words_of(compose([subject], Choice()).parts[0].blocks)
    later = replace(subject, judged_on=date(2026, 12, 24))
    assert "Judged on: 24 December 2026" in words_of(compose([later], Choice()).parts[0].blocks)
    assert subject.comparison.read_at.date() == JUDGED


def test_unread_grants_are_counted_apart() -> None:
    rows = [finding("A.Read", Status.SATISFIED), finding("B.Read", Status.UNVERIFIED, granted=Granted.UNVERIFIED)]
    one = app("Harbor", Verdict.UNVERIFIED, *rows, profile=profile())
    table = next(t for t in _tables(_document(comparison(one))) if t.caption.startswith("Apps held"))
    (row,) = table.rows
    assert isinstance(row, Row)
    numbers = [getattr(cell, "value", None) for cell in row.cells[3:]]
    assert numbers == [2, 1, 0, 0, 1, 0]
    assert _UNREAD in "\n".join(texts_of(_document(comparison(one))))
