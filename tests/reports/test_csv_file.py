"""CSV as RFC 4180 has it: whatever a stranger wrote comes back as text, and no spreadsheet takes it for a formula."""

import csv
import io
import re
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.errors import Cancelled
from permdesk.reports.tables.csv_file import HEAD, csv_lines, disarmed
from permdesk.reports.tables.sheet import MOST_LETTERS, cell_text
from tests.reports.hostile_subjects import ENDLESS, HOSTILE, hostile_subject
from tests.reports.told_subjects import sample

EXPRESS = "7d2b6c14-0c3f-4e6a-9a86-51f6d2f0b8e7"
#: RFC 4180, section 2: quoted fields with doubled quotes, or none of quote, comma and line end.
FIELD = rb'(?:"(?:[^"]|"")*"|[^",\r\n]*)'
RECORD = re.compile(rb"(?:%b,)*%b\r\n" % (FIELD, FIELD))


def lines(subjects, chosen=None, *, cancel=None, progress=lambda _rows: None):
    return b"".join(csv_lines(subjects, chosen, progress=progress, cancel=cancel or threading.Event()))


def read(content, **dialect):
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True, **dialect))


def records(content):
    head, *rows = read(content)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_every_finding_is_a_row_and_every_app_without_one_too():
    told = records(lines([sample()]))
    apps = sample().comparison.apps
    permissions = [(row["App ID"], row["Permission ID"]) for row in told if row["Record"] == "permission"]
    assert permissions == [(app.app_id or "", f.permission.id or "") for app in apps for f in app.findings]
    assert "Not installed" in {row["Verdict"] for row in told if row["Record"] == "app"}


def test_what_was_not_read_stands_first_and_each_row_says_that_not_everything_was():
    told = records(lines([sample()]))
    assert (told[0]["Record"], told[0]["API"], told[0]["Status"]) == (
        "not read",
        "Office 365 SharePoint Online",
        "Not read",
    )
    assert "refused" in told[0]["Reason"]
    assert {row["Everything read"] for row in told} == {"no"}
    whole = records(lines([sample(complete=True)]))
    assert {row["Everything read"] for row in whole} == {"yes"}
    assert "not read" not in {row["Record"] for row in whole}


def test_days_times_and_numbers_are_written_as_programs_read_them():
    told = records(lines([sample()]))
    assert {row["Read at"] for row in told} == {"2026-11-22T09:42:00Z"}
    days = {row["Granted since"] for row in told} - {""}
    assert days
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days)
    assert {row["Accounts"] for row in told} >= {"", "0", "3"}


def test_it_is_what_the_rfc_says():
    content = lines([hostile_subject()])
    place = 0
    while place < len(content):
        record = RECORD.match(content, place)
        assert record is not None
        place = record.end()
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
    assert {len(row) for row in read(content)} == {len(HEAD)}
    assert not content.startswith("\ufeff".encode())


def test_chosen_apps_alone_are_told_of():
    told = records(lines([sample()], (EXPRESS,)))
    assert {row["App ID"] for row in told if row["Record"] != "not read"} == {EXPRESS}
    assert told[0]["Record"] == "not read"


def test_several_tenants_stand_in_one_table():
    assert len(records(lines([sample(), sample()]))) == 2 * len(records(lines([sample()])))


@pytest.mark.parametrize("begin", range(0, len(HOSTILE), 5))
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_begins_as_a_formula_whichever_separator_is_taken(begin, separator):
    content = lines([hostile_subject(begin=begin)]).decode()
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator, quoting=quoting)
        for row in reader:
            for cell in row:
                assert not re.match(r'[\s"]*[=+\-@＝＋－＠]', cell), (separator, cell[:200])


@given(st.text(st.sampled_from("=+-@\t\r\n;|, \"'aＡ＝＋－＠\x00\u202e1"), max_size=12))
def test_a_disarmed_text_is_the_text_with_apostrophes(text):
    made = disarmed(text)
    # Those of the text itself, in order, are all there.
    remaining = iter(made)
    assert all(character in remaining for character in cell_text(text))
    assert made.replace("'", "") == cell_text(text).replace("'", "")
    for separator in ";|\t":
        for cell in made.split(separator):
            assert not re.match(r'[\s"]*[=+\-@＝＋－＠]', cell)


@pytest.mark.parametrize(("text", "cell"), [("Mail.Read", "Mail.Read"), ("a-b", "a-b"), ("a; b", "a; b"), ("", "")])
def test_what_is_harmless_stays_as_it_is(text, cell):
    assert disarmed(text) == cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("＝1", "'＝1"),
        ('"=1', "'\"=1"),
        ("a;=1", "a;'=1"),
        ("a; =1", "a;' =1"),
        ('a;"=1', "a;'\"=1"),
        ("a|@b", "a|'@b"),
    ],
)
def test_what_could_be_a_formula_gets_an_apostrophe(text, cell):
    assert disarmed(text) == cell


def test_texts_without_end_are_written_to_what_a_cell_holds():
    told = records(lines([hostile_subject(ENDLESS, apps=2)]))
    cells = {cell for row in told for cell in row.values()}
    assert {cell_text(text) for text in ENDLESS} <= cells
    assert max(len(cell.encode("utf-16-le")) // 2 for cell in cells) == MOST_LETTERS


def test_it_can_be_cancelled_between_rows():
    cancel = threading.Event()
    told = []
    many = [sample()] * 3
    lines(many, progress=told.append)
    assert told == [500, 1000]
    with pytest.raises(Cancelled):
        lines(many, progress=lambda _rows: cancel.set(), cancel=cancel)
