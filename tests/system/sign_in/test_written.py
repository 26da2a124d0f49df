"""No token in anything that was written: every file of this run, every line that was logged or printed, is searched.

The provider tells every code, token and PKCE verifier that it saw or issued, to whichever of these tests; this module
is the last to run. Kept scans, which are compressed, are opened for the search.
"""

import base64
import logging
import re
import sqlite3
from pathlib import Path

import msgspec
import pytest

from permdesk.cli.exits import Exit
from permdesk.composition import build
from permdesk.errors import SignInError
from permdesk.history.scan_file import open_scan
from permdesk.paths import Paths
from tests.system.sign_in import launcher
from tests.system.sign_in.console import Console
from tests.system.sign_in.desk import Desk, Service
from tests.system.sign_in.graph import Graph
from tests.system.sign_in.parts import ADMIN
from tests.system.sign_in.processes import run, without_bus

pytestmark = pytest.mark.linux


def known(service: Service) -> set[bytes]:
    """Return the end of every secret that the provider knows of, in every form: a cut one is a leak, too."""
    issued: list[str] = service.provider.ask("issued")["issued"]
    assert len(issued) >= 8
    assert all(len(secret) > 40 for secret in issued)
    return {form for secret in issued for form in forms(secret[-24:])}


def forms(text: str) -> set[bytes]:
    """Return a text as itself, escaped for addresses, in base64 wherever it begins, and as hex."""
    raw = text.encode()
    escaped = {re.sub(r"\W|_", digits, text).encode() for digits in (_lower, _upper)}
    # Base64 of what stands between other bytes: the letters that depend on those are left out.
    encoded = {base64.b64encode(b"\0" * before + raw)[(0, 2, 3)[before] : -4] for before in range(3)}
    return {raw, raw.hex().encode(), raw.hex().upper().encode()} | escaped | encoded


def _lower(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02x}"


def _upper(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


#: What every form of a secret is made of, and no shorter than: the rest of a file need not be searched.
_RUNS = re.compile(rb"[A-Za-z0-9_.~+/=%-]{24,}")


def found(secrets: set[bytes], *folders: Path) -> list[Path]:
    """Return the files in which one stands."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    runs: dict[bytes, set[Path]] = {}
    for path in files:
        for text in _RUNS.findall(content(path)):
            runs.setdefault(text, set()).add(path)
    everything = b"\n".join(runs)
    hits = [secret for secret in secrets if secret in everything]
    return sorted({path for text, paths in runs.items() if any(hit in text for hit in hits) for path in paths})


def content(path: Path) -> bytes:
    """Return what a file holds: text of two bytes a letter as that of one, a saved scan as the text that it is, too."""
    raw = path.read_bytes()
    scan = msgspec.json.encode(open_scan(path)) if path.suffix == ".permdesk" else b""
    return raw + b"\n" + raw.replace(b"\0", b"") + b"\n" + scan


def kept(folder: Path) -> bytes:
    """Return everything that the history of a data folder keeps: its scans, and each cell of its tables."""
    paths = Paths.isolated(folder)
    scans = build(paths).scans
    loaded = [msgspec.json.encode(scans.load(record.scan_id)) for record in scans.records()]
    assert loaded
    with sqlite3.connect(f"{paths.history_db.as_uri()}?mode=ro", uri=True) as history:
        dumped = "\n".join(history.iterdump())
    history.close()
    assert ADMIN in dumped
    return b"".join([*loaded, dumped.encode()])


@pytest.mark.parametrize(
    "written",
    [
        "x{}y",
        "Bearer%20{}",
        '{{"a": "{}"}}',
    ],
)
def test_the_search_finds_what_is_there(tmp_path: Path, written: str) -> None:
    secret = "eyJhbGciOiJSUzI1NiJ9.eyJhIjoiYiJ9.c2ln-bmF0_dXJlIHdpdGg.c29tZSBlbmQgdG8gaXQ"
    secrets = forms(secret[-24:])
    text = written.format(secret)
    writings = {
        "plain": text.encode(),
        "escaped": re.sub(r"\W|_", lambda found: f"%{ord(found[0]):02x}", text).encode(),
        "hex": text.encode().hex().encode(),
        "wide": text.encode("utf-16-le"),
        **{f"base64-{shift}": base64.b64encode(b"." * shift + text.encode()) for shift in range(3)},
        **{f"url-{shift}": base64.urlsafe_b64encode(b"." * shift + text.encode()) for shift in range(3)},
    }
    for name, content in writings.items():
        (tmp_path / name).write_bytes(b"before " + content + b" after")
    (tmp_path / "nothing").write_text("no secret", encoding="utf-8")
    assert {path.name for path in found(secrets, tmp_path)} == set(writings)


def test_neither_a_scan_nor_a_fault_in_it_tells_a_token(console: Console, graph: Graph, service: Service) -> None:
    """A tenant at full detail, and faults while tokens are held: amid the reading, at a renewal, when tokens come."""
    file = launcher.__file__
    console.program = (file,)
    assert console.sign_in("--json").code == Exit.DONE
    graph.when("/oauth2PermissionGrants", lambda: service.provider.ask("end"))
    saved = console.data / "larkfield.permdesk"
    assert console("scan", "--account", ADMIN, "--json", "--output", str(saved)).code == Exit.DONE
    assert len(graph.tokens) == 2
    assert console("check", "--account", ADMIN, "--json").code == Exit.NOT_READ
    log = console.data / "logs" / "permdesk.log"
    requests = log.read_text(encoding="utf-8")
    assert re.search(r"DEBUG +permdesk\.graph\S* .* GET https://localhost:\d+/v1\.0/\S+: 401", requests)
    assert saved.is_file()

    reports = []
    for fault in ("reading", "signing-in"):
        console.program = (file, f"--crash={fault}")
        # So that the second one asks for another token.
        service.provider.ask("end")
        outcome = console("scan", "--account", ADMIN)
        assert outcome.code == Exit.FAULT
        reports.append(outcome.err)
    outcome = console.sign_in()
    assert outcome.code == Exit.FAULT
    for report in (*reports, outcome.err):
        assert "this is a fault of permdesk" in report
        assert "UnforeseenError" in report
        assert str(log) in report

    # Where no log can be written, the whole report is printed.
    log.parent.rename(console.data / "logs-before")
    log.parent.write_text("no folder", encoding="utf-8")
    printed = console.sign_in()
    assert printed.code == Exit.FAULT
    told = (console.data / "logs-before" / log.name).read_text(encoding="utf-8")
    assert told.count("UnforeseenError: (") == 3
    for text in (told, printed.err):
        # What befell, and where, is told, forms and headers and all: but for the secrets.
        assert "Traceback" in text
        assert "in post" in text
        assert "grant_type" in text
        assert text.count("[redacted]") > 5
    secrets = known(service)
    text = "".join((told, printed.err, *reports)).encode() + kept(console.data)
    assert not [secret for secret in secrets if secret in text]
    assert found(secrets, console.data.parent) == []


def test_no_file_and_no_line_holds_a_token(
    desk: Desk,
    keyring_session: dict[str, str],
    tmp_path: Path,
    folders: list[Path],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Signed in, renewed, refused, damaged, kept aside, signed in again, in this process and others, at full detail."""
    caplog.set_level(logging.DEBUG)
    service, folder = desk.service, desk.file.parent
    sign_in = desk.sign_in()
    handle = desk.session.token(sign_in)
    handle.renew(refused=handle.token())
    with pytest.raises(SignInError):
        desk.sign_in(deed="decline")
    assert run(folder, service, "names", "used", environment=keyring_session)["used"] == 2
    desk.file.write_bytes(desk.file.read_bytes()[:-10])
    saw = run(folder, service, "names", "browser", "used", environment=keyring_session)
    assert (saw["used"], len(saw["told"])) == (2, 1)
    assert run(tmp_path / "memory", service, "browser", "used", environment=without_bus())["used"] == 2

    logs = list(tmp_path.rglob("permdesk.log"))
    assert len(logs) == 2
    assert any("permdesk" in log.read_text(encoding="utf-8") for log in logs)
    secrets = known(service)
    # Everything that all sign-in tests of this run wrote and printed, and the keyring's own files.
    assert found(secrets, *folders, Path(keyring_session["HOME"])) == []
    said = caplog.text + "".join(desk.told) + repr(sign_in)
    assert not [secret for secret in secrets if secret in said.encode()]
