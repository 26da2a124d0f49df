"""report: where it goes, what the shell is told, and that words are looked at before a tenant is read."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from permdesk.cli.exits import Exit
from permdesk.domain.cloud import CLOUDS
from permdesk.domain.fingerprint import fingerprint, grouped_fingerprint
from permdesk.domain.sign_in import SignIn
from permdesk.errors import ReadError, SignInError
from permdesk.history.scan_file import open_scan
from tests import schemas
from tests.architecture.test_layers import BLOCK_QT
from tests.cli.conftest import EXPRESS

ROOT = Path(__file__).parents[2]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


@pytest.mark.parametrize(("sample", "code"), [("--sample", 3), ("--sample=complete", 1)])
@pytest.mark.parametrize("kind", ["html", "xlsx", "csv", "json"])
def test_the_ending_of_the_file_says_what_is_made(cli, tmp_path, kind, sample, code):
    file = tmp_path / f"summary.{kind.upper()}"
    outcome = cli("report", sample, "--output", file)
    assert outcome.code == code
    assert f"Saved as {file}" in outcome.out
    begin = {"html": b"<!", "xlsx": b"PK", "csv": b'\xef\xbb\xbf"Record"', "json": b"{\n"}[kind]
    assert file.read_bytes().lower().startswith(begin.lower())


def test_the_format_may_be_named_besides(cli, tmp_path):
    assert cli("report", "--sample", "--format", "csv", "--output", tmp_path / "summary.txt").code == 3
    assert (tmp_path / "summary.txt").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("words", ["--format csv", "--format csv --output -"])
def test_text_is_printed_and_nothing_besides(cli, words):
    outcome = cli(f"report --sample {words}")
    rows = list(csv.DictReader(io.StringIO(outcome.out, newline="")))
    assert outcome.err == ""
    assert {row["Tenant"] for row in rows} == {"Larkfield Instruments"}
    assert "\r\n" in outcome.out
    assert not outcome.out.startswith("\ufeff")


def test_json_is_the_document_of_its_schema_and_the_same_each_time(cli):
    outcome = cli("report --sample --json")
    (tenant,) = outcome.json["tenants"]
    assert tenant["check"]["apps"] == cli("check --sample --json").json["apps"]
    assert outcome.out.isascii()
    assert cli("report --sample --format json").out == outcome.out


def test_the_same_scan_has_the_same_fingerprint_everywhere(cli, saved, tmp_path):
    whole = fingerprint(open_scan(saved))
    assert cli("report", "--scan", saved, "--json").json["tenants"][0]["fingerprint"]["sha256"] == whole
    outcome = cli("report", "--sample", "--output", tmp_path / "summary.html")
    assert grouped_fingerprint(whole) in outcome.out


def test_the_fingerprint_of_a_scan_can_be_asked_for(cli, saved):
    whole = fingerprint(open_scan(saved))
    scan_id = open_scan(saved).scan_id
    for word in (saved, scan_id, scan_id[:8]):
        document = cli("scans", "--fingerprint", word, "--json").json
        assert (document["fingerprint"]["sha256"], document["scan_id"]) == (whole, scan_id)
    assert grouped_fingerprint(whole) in cli("scans", "--fingerprint", saved).out
    assert cli("scans --fingerprint nothing").code == 2
    assert cli("scans --fingerprint nothing.permdesk").code == 5


def test_a_scan_after_another_tells_what_changed(cli, two_scans):
    two_scans()
    outcome = cli("report --scan 9c2e7b51-3d2f-4b77-8f0e-5b1a6f2d7c02 --json")
    (tenant,) = outcome.json["tenants"]
    assert tenant["previous"]["older"]["scan_id"] == "6f1f4c0e-6a49-4a0e-9a53-0d6d3f0f6a01"
    assert tenant["previous"]["changed"]
    assert len(tenant["trend"]) == 2


def test_a_named_app_gets_a_part_of_its_own_and_the_numbers_are_of_all(cli, tmp_path):
    document = cli("report", EXPRESS, "--sample", "--json").json["tenants"][0]
    assert [app["app_id"] for app in document["check"]["apps"]] == [EXPRESS]
    file = tmp_path / "express.xlsx"
    cli("report", EXPRESS, "--sample", "--output", file)
    book = openpyxl.load_workbook(file, read_only=True)
    assert {row[1] for row in book["Permissions, vendors"].iter_rows(min_row=2, values_only=True)} == {EXPRESS}


def test_expected_profiles_and_services_in_use_hold_for_this_run(cli):
    words = "report --sample=complete --json --expect avepoint-azure-ad-b2c --uses nakivo:+certificate-sign-in"
    document = cli(words).json["tenants"][0]
    uses = [app["profile"]["uses"] for app in document["check"]["apps"] if app["profile"]]
    assert "chosen" in uses
    assert document["summary"]["verdicts"]["NOT_INSTALLED"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Nothing says which format"),
        ("--output summary", "Nothing says which format"),
        ("--output summary.docx", "Nothing says which format"),
        ("--output -", "Nothing says which format"),
        ("--format pdf", "PDF is no text"),
        ("--format xlsx --output -", "XLSX is no text"),
        ("--format docx", "docx"),
        ("--json --format csv", "two formats"),
        ("--format json --locale '../etc'", "no locale"),
        ("--format json --paper a3", "a3"),
        ("--format json --form medium", "medium"),
        ("nobody --format json", "no app 'nobody'"),
        ("--format json --expect nothing", "no profile"),
        ("--format json --uses nothing:Teams", "no profile"),
        ("--format json --output ''", "empty"),
        ("--format json --output /dev/null", "no file but a device"),
        ("--format json" + " --address a" * 9, "at most 8 lines"),
        ("--format json --scan larkfield.permdesk", "two tenants"),
    ],
)
def test_words_that_mean_nothing_exit_with_2(cli, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = cli(f"report --sample {words}")
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert [path.name for path in tmp_path.iterdir()] in ([], ["data"])


def test_a_file_is_replaced_only_when_asked_to(cli, tmp_path):
    file = tmp_path / "summary.csv"
    file.write_text("mine")
    outcome = cli("report", "--sample", "--output", file)
    assert (outcome.code, file.read_text()) == (2, "mine")
    assert "--overwrite" in outcome.err
    assert cli("report", "--sample", "--output", file, "--overwrite").code == 3
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_folder_that_is_not_there_exits_with_5_before_anything_is_read(cli, tmp_path, data_dir):
    outcome = cli("report", "--sample", "--output", tmp_path / "nowhere" / "summary.csv")
    assert (outcome.code, outcome.out) == (5, "")
    assert not data_dir.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Northmere Consulting", "neither a PNG nor an SVG"),
        (SVG.replace("<path", "<image href='https://larkfield.example/a.png'/><path").encode(), "cannot be used"),
        (None, "cannot be read"),
    ],
)
def test_a_logo_is_looked_at_before_anything_is_read(cli, tmp_path, data_dir, content, said):
    logo = tmp_path / "logo.png"
    if content is not None:
        logo.write_bytes(content)
    outcome = cli("report", "--sample", "--format", "html", "--logo", logo)
    assert (outcome.code, outcome.out) == (5, "")
    assert said in outcome.err
    assert not data_dir.exists()


def test_the_letterhead_stands_on_the_page(cli, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG)
    words = ["--firm", "Northmere <b>Consulting", "--address", "7 Mill Lane", "--address", "Northmere", "--footer", "x"]
    out = cli("report", "--sample", "--format", "html", *words, "--logo", logo).out
    assert "Northmere &lt;b&gt;Consulting" in out
    assert "7 Mill Lane" in out
    assert "data:image/svg+xml;base64," in out


def test_the_letterhead_of_the_settings_stands_unless_another_is_typed(cli, data_dir):
    (data_dir / "config").mkdir(parents=True)
    kept = {"report_head": {"firm": "Northmere Consulting", "address": ["7 Mill Lane"]}}
    (data_dir / "config" / "settings.json").write_text(json.dumps(kept))
    out = cli("report --sample --format html").out
    assert "Northmere Consulting" in out
    assert "7 Mill Lane" in out
    out = cli("report --sample --format html --firm Larkfield").out
    assert "Northmere Consulting" not in out
    assert "7 Mill Lane" in out


def test_the_form_makes_it_short(cli):
    long, short = (cli(f"report --sample --format html --form {form}").out for form in ("long", "short"))
    assert len(short) < len(long) / 2


def test_nobody_signed_in_is_4(cli):
    assert cli("report --format json").code == 4
    assert cli("report --format json --all-accounts").code == 4
    assert cli("report --format json --account one --account two").code == 2


@pytest.fixture
def accounts(monkeypatch, tmp_path):
    """Three accounts, told by what reading their tenants comes to."""
    from permdesk.cli.session import Session

    became = {}

    def each(session):
        for name, problem in became.items():
            one = Session(session._launcher, data_dir=session._data_dir, where=session._where)
            one.__dict__["services"] = session.services
            one.__dict__["name"], one.__dict__["problem"] = name, problem
            one.__dict__["sign_in"] = SignIn(
                CLOUDS["global"], "client", name, f"{name}@northmere.example", f"{name}-tenant"
            )
            yield one

    original = Session.scan

    def scan(session, *, full=False):
        if session.problem is not None:
            raise session.problem
        session.__dict__["target"] = _sample()
        return original(session, full=full)

    def _sample():
        from permdesk.services.target import SampleTarget

        return SampleTarget(complete=True)

    monkeypatch.setattr(Session, "each", each)
    monkeypatch.setattr(Session, "scan", scan)
    monkeypatch.setattr(Session, "overrides", lambda *_: {})
    return became


def test_several_tenants_are_one_report(cli, accounts):
    accounts.update(one=None, two=None)
    outcome = cli("report --all-accounts --json")
    assert len(outcome.json["tenants"]) == 2
    assert outcome.code == Exit.FOUND


def test_what_goes_wrong_with_one_tenant_keeps_no_other_from_the_report(cli, accounts):
    accounts.update(one=None, two=SignInError("Not let in"), three=ReadError("Not there"))
    outcome = cli("report --all-accounts --json")
    assert len(outcome.json["tenants"]) == 1
    assert "Not let in" in outcome.err
    assert "Not there" in outcome.err
    assert outcome.code == Exit.SIGN_IN
    schemas.validate(outcome.json)
    assert [(one["tenant"]["id"], one["account"], one["reason"]) for one in outcome.json["not_read"]] == [
        ("two-tenant", "two@northmere.example", "Not let in"),
        ("three-tenant", "three@northmere.example", "Not there"),
    ]


def test_a_tenant_that_was_not_read_is_named_in_every_format(cli, accounts, tmp_path):
    accounts.update(one=None, two=SignInError("Not let in", remedy="Sign in again."))
    # Pages are drawn by Qt, which these tests do without.
    for kind in ("html", "csv", "xlsx"):
        file = tmp_path / f"summary.{kind}"
        outcome = cli("report", "--all-accounts", "--output", file)
        assert outcome.code == Exit.SIGN_IN
        assert "two-tenant · not read; the report says why" in outcome.out
        if kind in ("html", "csv"):
            told = file.read_text(encoding="utf-8")
            assert "two-tenant" in told
            assert "Not let in. Sign in again." in told


def test_no_report_is_made_where_no_tenant_could_be_read(cli, accounts, tmp_path):
    accounts.update(one=ReadError("Not there"))
    outcome = cli("report", "--all-accounts", "--output", tmp_path / "summary.html")
    assert (outcome.code, outcome.out) == (Exit.NO_SCAN, "")
    assert not (tmp_path / "summary.html").exists()


def test_an_app_has_to_be_in_one_of_the_tenants(cli, accounts):
    accounts.update(one=None, two=None)
    assert cli("report nobody --all-accounts --json").code == Exit.USAGE
    document = cli("report", EXPRESS, "--all-accounts", "--json").json
    assert [len(tenant["check"]["apps"]) for tenant in document["tenants"]] == [1, 1]


def run_without_qt(*words, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(BLOCK_QT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    code = "import sys; from permdesk.__main__ import console; sys.exit(console(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "report", "--sample", *words, "--data-dir", str(tmp_path / "data")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_where_qt_is_not_installed_a_pdf_says_so(tmp_path):
    done = run_without_qt("--output", str(tmp_path / "summary.pdf"), tmp_path=tmp_path)
    assert done.returncode == 5, done.stderr
    assert "PDF needs Qt" in done.stderr
    assert "html" in done.stderr
    assert not (tmp_path / "summary.pdf").exists()
