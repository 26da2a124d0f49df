"""Tenants of a report that could not be read: named with the reason in every format, never left out."""

import csv
import io
import threading
from datetime import UTC, datetime

import openpyxl
import pytest

from permdesk.reports.choice import Choice, Form, Letterhead, Page
from permdesk.reports.compose import compose
from permdesk.reports.document import Badge, Table
from permdesk.reports.html import render_html
from permdesk.reports.report_document import report_document
from permdesk.reports.subject import UnreadTenant
from permdesk.reports.tables.csv_file import csv_lines
from permdesk.reports.tables.sheets import sheets
from permdesk.reports.tables.workbook import write_workbook
from tests import schemas
from tests.reports.told_subjects import sample, texts_of, words_of

_ID = "9f0d4f7e-1111-4222-8333-944455556666"
NORTHMERE = UnreadTenant(
    name="Northmere Consulting",
    tenant_id=_ID,
    cloud="global",
    account="ada@northmere.example",
    reason="The sign-in has ended. Microsoft asks for the password again",
    remedy="Sign in again.",
    last_read_at=datetime(2026, 11, 3, 8, 15, tzinfo=UTC),
)
EVIL = UnreadTenant(
    name="<b>=cmd|' /C calc'!A0</b>\u202e\x1b[31m" + "x" * 10_000, tenant_id="", cloud="custom", reason="=1+1 <i>\x00"
)
WHY = "The sign-in has ended. Microsoft asks for the password again. Sign in again."


@pytest.mark.parametrize("form", Form)
def test_paper_names_it_in_the_overview_with_the_reason(form: Form) -> None:
    document = compose((sample(),), Choice(form=form), (NORTHMERE,))
    assert document.title.startswith("2 tenants")
    overview = document.parts[0]
    assert (overview.name, overview.below) == ("overview", "2 tenants")
    told = words_of(overview.blocks)
    assert "Not complete: of 2 tenants, 1 was not read at all and 1 was not read to the end." in told
    assert "Not read at all: Northmere Consulting." in told
    assert "in 1 tenant that could be read" in told
    assert WHY in told
    assert "Its newest kept scan, of 3 November 2026, 08:15 UTC, is not told of here." in told
    assert _ID in told
    assert "ada@northmere.example" in told
    tables = [block for block in overview.blocks if isinstance(block, Table)]
    for table in tables:
        badges = [cell for row in table.rows for cell in row.cells if isinstance(cell, Badge)]  # type: ignore[union-attr]
        assert badges[-1].look.label == "Not read"
        assert badges[-1].look.hatched


def test_where_the_other_tenants_were_read_to_the_end_it_is_not_complete_all_the_same() -> None:
    words = words_of(compose((sample(complete=True),), Choice(), (NORTHMERE,)).parts[0].blocks)
    assert "Not complete: of 2 tenants, 1 was not read at all." in words


def test_a_tenant_alone_has_no_overview() -> None:
    assert compose((sample(),), Choice()).parts[0].name == "summary"


def test_a_page_names_it() -> None:
    page = "".join(render_html(compose((sample(),), Choice(), (NORTHMERE, EVIL)), letterhead=Letterhead()))
    assert "Northmere Consulting" in page
    assert WHY in page
    assert "<b>=cmd" not in page
    assert "\u202e" not in page


def _written(*unread: UnreadTenant) -> openpyxl.Workbook:
    stream = io.BytesIO()
    write_workbook(
        sheets((sample(),), None, unread),
        stream,
        title="x",
        author="",
        created=datetime(2026, 11, 22, tzinfo=UTC),
        page=Page(),
        progress=lambda _rows: None,
        cancel=threading.Event(),
    )
    return openpyxl.load_workbook(stream)


def test_a_workbook_has_a_sheet_of_them_and_a_column_for_each() -> None:
    book = _written(NORTHMERE, EVIL)
    assert book.sheetnames[:2] == ["Summary", "Tenants not read"]
    rows = [[cell.value for cell in row] for row in book["Tenants not read"].iter_rows(min_row=2)]
    assert rows[0] == [
        "Northmere Consulting",
        _ID,
        "ada@northmere.example",
        "Not read",
        WHY,
        datetime(2026, 11, 3, 8, 15),  # noqa: DTZ001 - workbooks know no time zones
    ]
    summary = {row[0].value: row[2].value for row in book["Summary"].iter_rows()}
    assert summary["Tenant"] == "Northmere Consulting"
    assert summary["Completeness"] == "Not read"
    assert summary["Missing permissions"] is None
    # Where several tenants are meant, each row of the others says whose it is.
    assert [cell.value for cell in book["Apps"][1]][:2] == ["Tenant", "Tenant ID"]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "Tenants not read" not in _written().sheetnames


def test_a_flat_table_begins_with_them() -> None:
    content = b"".join(
        csv_lines((sample(),), None, unread=(NORTHMERE, EVIL), progress=lambda _rows: None, cancel=threading.Event())
    )
    first, evil, *rest = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert (first["Record"], first["Tenant"], first["Tenant ID"]) == ("not read", "Northmere Consulting", _ID)
    assert (first["Everything read"], first["Status"], first["Reason"]) == ("no", "Not read", WHY)
    assert not evil["Reason"].startswith("=")
    assert len(evil["Tenant"]) <= 32_767
    assert all(row["Tenant"] == "Larkfield Instruments" for row in rest)


def test_a_document_holds_them_and_keeps_to_its_schema() -> None:
    document = report_document((sample(),), unread=(NORTHMERE, EVIL))
    schemas.validate(document)
    first = document["not_read"][0]
    assert first["tenant"] == {"id": _ID, "name": "Northmere Consulting", "cloud": "global"}
    assert (first["remedy"], first["last_read_at"]) == ("Sign in again.", "2026-11-03T08:15:00Z")
    assert document["not_read"][1]["account"] is None
    assert report_document((sample(),))["not_read"] == []


def test_a_hostile_name_is_harmless_on_paper() -> None:
    for text in texts_of(compose((sample(),), Choice(form=Form.SHORT), (EVIL,))):
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert len(text) < 2000
