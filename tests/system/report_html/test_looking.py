"""A report in a real browser: nothing leaves, no script fails, the filter works, no obstacle, light, dark and small."""

import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from permdesk.reports.html import render_html
from tests.reports.made_document import made_document, made_letterhead
from tests.system.report_html.looking import look
from tests.system.sign_in.console import PERMDESK_CLI

HOSTILE = (
    "</style></title></script><img src=http://evil.example/a.png onerror=document.title='taken'>"
    "<script src=//evil.example/b.js></script>" + "Long" * 60 + " \u05e9\u05dc\u05d5\u05dd \U0001f469\U0001f3fd"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the sample tenant, made by permdesk-cli as a program."""
    folder = tmp_path_factory.mktemp("report")
    file = folder / "summary.html"
    letterhead = ("--firm", "Northmere Assurance", "--address", "4 Quay Street", "--footer", "For the audit committee")
    words = ("report", "--sample", "--output", str(file), *letterhead, "--data-dir", str(folder / "data"))
    done = subprocess.run([sys.executable, "-c", PERMDESK_CLI, *words], capture_output=True, text=True, check=False)
    assert file.is_file(), done.stderr
    return file


@pytest.fixture(scope="module")
def seen(page: Path) -> dict[str, Any]:
    return look(page, page.parent / "pictures")


def test_nothing_leaves_and_no_script_fails(seen: dict[str, Any]) -> None:
    assert seen["asked"] == []
    assert seen["requests"] == []
    assert seen["errors"] == []
    assert seen["policy"] == []
    assert seen["title"].startswith("Larkfield Instruments")


def test_axe_finds_no_obstacle(seen: dict[str, Any]) -> None:
    assert seen["axe"] == {"light": [], "dark": [], "phone": []}
    assert seen["filter"]["axe"] == []


def test_nothing_hangs_over_the_edge(seen: dict[str, Any]) -> None:
    assert seen["wide"] == {"light": 0, "dark": 0, "phone": 0}


def test_the_filter_shows_what_was_asked_for_and_says_so(seen: dict[str, Any]) -> None:
    told = seen["filter"]
    before = told["before"]
    assert len(before) > 50
    by_status = [row for row in before if row[0] == told["status"]]
    assert 0 < len(by_status) < len(before)
    assert told["byStatus"] == by_status
    assert told["byBoth"] == [row for row in by_status if told["word"].lower() in row[1].lower()]
    assert told["byBoth"]
    assert told["none"] == []
    assert told["after"] == before
    assert told["told"][0] == told["told"][3] == f"{len(before)} permissions"
    assert told["told"][1].startswith(f"{len(by_status)} of {len(before)} permissions, in ")
    assert "This is not the whole report" in told["note"]
    # Parts without permissions stay; those of apps go, with their links.
    assert 0 < told["partsLeft"] == told["linksLeft"] < seen["withoutScript"]["parts"]


def test_all_is_there_without_script(seen: dict[str, Any]) -> None:
    assert seen["withoutScript"]["filter"] is False
    assert seen["withoutScript"]["rows"] == len(seen["filter"]["before"])


def test_it_prints_with_numbered_pages_and_repeated_heads(seen: dict[str, Any], page: Path) -> None:
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        pytest.skip("pdftotext is not installed; python3 build/dev.py test installs it where it may")
    printed = page.parent / "pictures" / "printed.pdf"
    done = subprocess.run([pdftotext, "-layout", str(printed), "-"], capture_output=True, text=True, check=True)
    sheets = done.stdout.split("\f")[:-1]
    assert len(sheets) > 10
    for number, sheet in enumerate(sheets, 1):
        assert f"Page {number} of {len(sheets)}" in sheet
        assert "Larkfield Instruments · App permissions" in sheet.splitlines()[0] + sheet.splitlines()[1]
        assert "For the audit committee" in sheet
    # A table that goes on overleaf has its head there again.
    assert any("Documented" in sheet and "Permissions\n" not in sheet for sheet in sheets)
    words = unicodedata.normalize("NFKC", " ".join(done.stdout.split()))
    names = {row[2][:12] for row in seen["filter"]["before"]}
    assert [name for name in names if name not in words] == []
    assert seen["paperGround"] == ["rgb(26, 30, 36)", "rgba(0, 0, 0, 0)"]


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    file.write_text("".join(render_html(made_document(HOSTILE), letterhead=made_letterhead(HOSTILE))), "utf-8")
    found = look(file, tmp_path / "pictures")
    assert found["asked"] == found["requests"] == found["errors"] == found["policy"] == []
    assert found["title"] == HOSTILE
    assert found["axe"] == {"light": [], "dark": [], "phone": []}
    assert found["wide"] == {"light": 0, "dark": 0, "phone": 0}


def test_the_policy_stops_what_the_listener_would_hear(tmp_path: Path) -> None:
    """What these tests rely on is tried: an image from outside is refused, and without the policy it is heard."""
    page = "".join(render_html(made_document(), letterhead=made_letterhead()))
    smuggled = page.replace("</main>", '<img src="http://evil.example/a.png" alt=""></main>')
    (tmp_path / "kept.html").write_text(smuggled, "utf-8")
    kept = look(tmp_path / "kept.html", tmp_path / "kept", briefly=True)
    assert kept["asked"] == []
    assert any("img-src" in refusal for refusal in kept["policy"])
    open_ = smuggled.replace('http-equiv="Content-Security-Policy"', 'name="nothing"')
    (tmp_path / "open.html").write_text(open_, "utf-8")
    heard = look(tmp_path / "open.html", tmp_path / "open", briefly=True)
    assert any("evil.example" in line for line in heard["asked"])
    assert heard["requests"] == ["http://evil.example/a.png"]
