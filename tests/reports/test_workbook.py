"""Workbooks read back with openpyxl: typed cells, heads and filters; nothing from data is ever executed."""

import io
import re
import threading
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from permdesk.domain.finding import Status
from permdesk.errors import Cancelled
from permdesk.presentation.appearance import STATUS
from permdesk.reports.choice import Page, Paper
from permdesk.reports.tables.sheet import MOST_LETTERS, Column, Sheet, cell_text
from permdesk.reports.tables.sheets import sheets
from permdesk.reports.tables.workbook import write_workbook
from tests.reports.hostile_subjects import ENDLESS, HOSTILE, hostile_subject
from tests.reports.told_subjects import sample

EXPRESS = "7d2b6c14-0c3f-4e6a-9a86-51f6d2f0b8e7"
NAMES = [
    "Summary",
    "Apps",
    "Permissions, vendors",
    "Permissions, own manifest",
    "Permissions, others",
    "Reach",
    "Credentials",
    "Accounts",
    "Exceptions",
    "Not read",
    "Changes",
]
#: What a sheet may be made of; a formula, a link or a picture is nothing of it.
ELEMENTS = frozenset(
    (
        *("worksheet", "sheetPr", "pageSetUpPr", "dimension", "sheetViews", "sheetView", "pane", "selection"),
        *("sheetFormatPr", "cols", "col", "sheetData", "row", "c", "v", "is", "t", "autoFilter", "pageMargins"),
        *("pageSetup", "headerFooter", "oddFooter"),
    )
)


def written(tables, *, page=None, most_rows=1_048_576, cancel=None, progress=lambda _rows: None):
    stream = io.BytesIO()
    write_workbook(
        tables,
        stream,
        title="Larkfield Instruments",
        author="Northmere Consulting",
        created=datetime(2026, 11, 22, 9, 42, tzinfo=UTC),
        page=page or Page(),
        progress=progress,
        cancel=cancel or threading.Event(),
        most_rows=most_rows,
    )
    return stream


def table(*rows, title="Apps", frozen=1):
    width = max((len(row) for row in rows), default=1)
    return Sheet(title, tuple(Column(f"c{place}") for place in range(width)), rows, frozen)


def opened(stream):
    return openpyxl.load_workbook(stream)


def parts(stream):
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture(scope="module")
def book():
    return opened(written(sheets([sample()])))


def column(sheet, title):
    heads = [cell.value for cell in sheet[1]]
    return [row[heads.index(title)] for row in sheet.iter_rows(min_row=2)]


def values(sheet, title):
    return [cell.value for cell in column(sheet, title)]


def test_every_sheet_is_there_with_its_head_and_filter(book):
    assert book.sheetnames == NAMES
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert all(cell.value and cell.font.bold for cell in sheet[1])
        assert (sheet.auto_filter.ref is None) == (sheet.title == "Summary")
        if sheet.auto_filter.ref is not None:
            assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.max_row > 1, sheet.title


def test_each_finding_stands_in_the_sheet_of_its_group(book):
    apps = sample().comparison.apps
    for title, baseline in zip(NAMES[2:5], ("profile", "manifest", "none"), strict=True):
        told = list(zip(values(book[title], "App ID"), values(book[title], "Permission ID"), strict=True))
        expected = [(a.app_id, f.permission.id) for a in apps if a.baseline == baseline for f in a.findings]
        assert told == expected
    assert sum(1 for app in apps if app.findings or app.registration_id or app.profile) == book["Apps"].max_row - 1


def test_cells_have_the_type_of_what_they_tell(book):
    sheet = book["Permissions, vendors"]
    days = [cell for cell in column(sheet, "Granted since") if cell.value is not None]
    assert days
    assert all(cell.is_date and cell.number_format == "d mmm yyyy" for cell in days)
    assert {type(one) for one in values(sheet, "Counts")} == {bool}
    assert {type(one) for one in values(book["Apps"], "Needed") if one is not None} == {int}
    assert {type(one) for one in values(book["Credentials"], "Days left")} == {int}
    assert book["Summary"]["B6"].value == datetime(2026, 11, 22, 9, 42)  # noqa: DTZ001 - workbooks have no zones
    assert values(book["Exceptions"], "Review date")[0].date() == date(2027, 3, 31)


def test_what_was_not_read_is_hatched_and_said(book):
    cells = [cell for cell in column(book["Permissions, vendors"], "Status") if cell.value == "Not read"]
    assert len(cells) == 4
    assert all(cell.fill.fill_type == "lightUp" for cell in cells)
    others = [cell for cell in column(book["Permissions, vendors"], "Status") if cell.value != "Not read"]
    assert all(cell.fill.fill_type is None for cell in others)
    (first, *_) = book["Not read"].iter_rows(min_row=2, values_only=True)
    assert first[:3] == ("appRoleAssignments", "Office 365 SharePoint Online", "Refused")
    assert "8 of 72 reads refused" in [row[1] for row in book["Summary"].iter_rows(values_only=True)]


def test_in_black_and_white_no_cell_is_coloured():
    book = opened(written(sheets([sample()]), page=Page(colour=False, paper=Paper.LETTER)))
    fonts = {cell.font.color.rgb for cell in column(book["Apps"], "Verdict") if cell.font.color.type == "rgb"}
    assert fonts <= {"FF000000"}
    assert book["Apps"].page_setup.paperSize == 1


def test_chosen_apps_alone_are_told_of(book):
    few = opened(written(sheets([sample()], (EXPRESS,))))
    assert set(values(few["Permissions, vendors"], "App ID")) == {EXPRESS}
    assert few["Permissions, others"].max_row == 1
    assert few["Apps"].max_row == 2
    assert few["Reach"].max_row == book["Reach"].max_row
    assert "as chosen" in str([row[1] for row in few["Summary"].iter_rows(values_only=True)])


def test_each_row_names_its_tenant_where_there_are_several():
    book = opened(written(sheets([sample(), sample(complete=True)])))
    sheet = book["Apps"]
    assert sheet.freeze_panes == "D2"
    assert [cell.value for cell in sheet[1]][:3] == ["Tenant", "Tenant ID", "App"]
    assert set(values(sheet, "Tenant")) == {"Larkfield Instruments"}
    assert book["Summary"].max_column == 3


def assert_nothing_acts(stream):
    for name, content in parts(stream).items():
        if name.startswith("xl/worksheets/sheet"):
            assert set(re.findall(r"<(\w+)", content)) <= ELEMENTS
        assert 'TargetMode="External"' not in content
    cells = [cell for sheet in opened(stream) for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type in "sndb" and cell.hyperlink is None for cell in cells)


def unescaped(text):
    """What Excel makes of a text; openpyxl leaves escapes as they are (ECMA-376 part 1, 22.9.2.19)."""
    return text.replace("_x005F_", "_")


@pytest.mark.parametrize("begin", range(0, len(HOSTILE), 7))
def test_no_text_is_anything_but_text_wherever_it_stands(begin):
    stream = written(sheets([hostile_subject(begin=begin)]))
    assert_nothing_acts(stream)
    shown = {unescaped(cell).rstrip() for cell in values(opened(stream)["Permissions, others"], "API ID") if cell}
    assert shown <= {cell_text(text) for text in HOSTILE}
    assert len(shown) > 5


def test_texts_without_end_are_cut_to_what_a_cell_holds():
    stream = written(sheets([hostile_subject(ENDLESS, apps=2)]))
    assert_nothing_acts(stream)
    shown = set(values(opened(stream)["Permissions, others"], "API"))
    assert shown <= {cell_text(text) for text in ENDLESS}


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=40))
@example("<r>a</r>")
@example("x" * (MOST_LETTERS + 1))
@example("<r>" + "x" * MOST_LETTERS + "</r>")
def test_a_cell_reads_back_as_it_was_cleaned(text):
    (cell,) = opened(written([table((text,))]))["Apps"][2]
    # A trailing blank keeps what looks like XlsxWriter's own rich strings from being taken for one.
    assert unescaped(cell.value or "").rstrip() == cell_text(text)
    assert len(cell_text(text)) <= MOST_LETTERS


def test_cleaning_is_visible():
    assert cell_text("a\x00b\x1bc") == "a␀b␛c"
    assert cell_text("a\ud800b\ufffe") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"
    long = cell_text("x" * 40_000)
    assert len(long) == MOST_LETTERS
    assert long.endswith("…")
    wide = cell_text("\N{GRINNING FACE}" * 33_000)
    assert len(wide.encode("utf-16-le")) // 2 <= MOST_LETTERS
    assert wide.endswith("…")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (True, True),
        (0, 0),
        (date(1900, 3, 1), datetime(1900, 3, 1)),  # noqa: DTZ001
        (date(1, 1, 1), "0001-01-01"),
        (date(9999, 12, 31), datetime(9999, 12, 31)),  # noqa: DTZ001
        (datetime(2026, 11, 22, 9, 42, tzinfo=UTC), datetime(2026, 11, 22, 9, 42)),  # noqa: DTZ001
        (STATUS[Status.MISSING], "Missing"),
        (None, None),
    ],
)
def test_each_kind_of_value(value, read):
    sheet = opened(written([table((value, "x"))]))["Apps"]
    assert sheet["A2"].value == read
    assert type(sheet["A2"].value) is type(read)


@pytest.mark.parametrize(("count", "sizes"), [(0, [1]), (3, [4]), (4, [5]), (5, [5, 2]), (12, [5, 5, 5])])
def test_what_one_sheet_does_not_hold_goes_on_in_another(count, sizes):
    many = Sheet("Reach", (Column("n"),), ((number,) for number in range(count)))
    book = opened(written([many, table(("x",))], most_rows=5))
    names = ["Reach", *(f"Reach ({number})" for number in range(2, len(sizes) + 1))]
    assert book.sheetnames == [*names, "Apps"]
    assert [book[name].max_row for name in names] == sizes
    assert [row[0] for name in names for row in book[name].iter_rows(min_row=2, values_only=True)] == [*range(count)]
    assert all(book[name]["A1"].value == "n" for name in names)


def test_no_title_is_too_long_to_be_continued():
    assert all(len(f"{sheet.title} (999)") <= 31 for sheet in sheets([sample()]))


def test_the_same_report_is_the_same_file():
    assert parts(written(sheets([sample()]))) == parts(written(sheets([sample()])))


def test_progress_is_told_and_a_cancelled_workbook_ends_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    many = table(*((number,) for number in range(2_000)))
    told = []
    written([many], progress=told.append)
    assert told == [500, 1000, 1500, 2000]
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        written([many], progress=lambda _rows: cancel.set(), cancel=cancel)
    assert list(tmp_path.iterdir()) == []
