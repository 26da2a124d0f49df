"""Paper in a process of its own: the same paper, and what becomes of it when the process or its window is killed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from permdesk.apart.paper import ApartPaper, ApartPapers
from permdesk.apart.paper_messages import Rest, Rows, ScanAgain, scan_in_pieces
from permdesk.apart.paper_process import run_child
from permdesk.composition import build
from permdesk.domain.finding import Comparison
from permdesk.domain.fingerprint import fingerprint
from permdesk.domain.profile import Uses
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import Cancelled, StorageError, WorldError
from permdesk.paths import Paths
from permdesk.reports.choice import Choice, Form, Page, Paper
from permdesk.reports.file_format import FileFormat
from permdesk.services.bundle import Services
from permdesk.services.paper import KeptTenants, OneTenant, TenantPlace, Ticked
from permdesk.services.scan import NeverCancelled
from permdesk.services.target import SampleTarget

_ROOT = Path(__file__).parents[2]
_SHORT = Choice(form=Form.SHORT)
NEVER = NeverCancelled()


def _nobody(_done: int, _of: int) -> None:
    return None


@pytest.fixture
def services(paths: Paths) -> Services:
    paths.ensure()
    return build(paths)


@pytest.fixture
def sample(services: Services) -> tuple[Snapshot, Comparison]:
    snapshot = services.scan(SampleTarget(), progress=lambda _step: None).snapshot
    return snapshot, services.compare(snapshot)


Makes = Callable[..., ApartPaper]


@pytest.fixture
def makes(paths: Paths, sample: tuple[Snapshot, Comparison]) -> Iterator[Makes]:
    """Make paper about the sample tenant; nothing of any may be left at the end."""
    before = set(threading.enumerate())
    made: list[ApartPaper] = []

    def make(
        about: OneTenant | KeptTenants | None = None, runs: Callable[[Connection], None] = run_child
    ) -> ApartPaper:
        papers = ApartPapers(paths=paths, profile_dirs=(), today=lambda: date(2026, 11, 22), runs=runs)
        made.append(papers.about(about or OneTenant(*sample)))
        return made[-1]

    yield make
    for paper in made:
        paper.close()
    end = time.monotonic() + 10
    while time.monotonic() < end and (_children() or set(threading.enumerate()) - before):
        time.sleep(0.02)
    assert _children() == []
    assert set(threading.enumerate()) - before == set()


def _children() -> list[psutil.Process]:
    found = []
    for one in psutil.Process().children():
        # One that is gone a moment later is no child either.
        with contextlib.suppress(psutil.Error):
            found += [one] if "spawn_main" in " ".join(one.cmdline()) else []
    return found


def _scratch(paper: ApartPaper) -> Path:
    assert paper.pid is not None
    process = paper._process
    assert process is not None
    return process.scratch


def test_it_makes_what_this_process_makes(
    qapp: QApplication, services: Services, sample: tuple[Snapshot, Comparison], makes: Makes, tmp_path: Path
) -> None:
    apart, here = makes(), services.papers.about(OneTenant(*sample))
    choice = Choice(page=Page(paper=Paper.LETTER, landscape=True))
    steps: list[tuple[int, int]] = []
    laid = apart.lay_out(choice, told=lambda done, of: steps.append((done, of)), cancel=NEVER)
    assert laid == here.lay_out(choice, told=_nobody, cancel=NEVER)
    assert laid.fingerprint == fingerprint(sample[0])
    assert (laid.width, laid.height) == (792, 612)
    assert steps
    for page in (0, laid.count - 1):
        one, other = (paper.picture(laid, page, 417, cancel=NEVER) for paper in (apart, here))
        assert one == other
        assert len(set(one.dots)) > 20
    for kind in FileFormat:
        for name, paper in (("apart", apart), ("here", here)):
            paper.export(choice, kind, tmp_path / f"{name}.{kind}", told=_nobody, cancel=NEVER)
        one, other = ((tmp_path / f"{name}.{kind}").read_bytes() for name in ("apart", "here"))
        if kind in (FileFormat.PDF, FileFormat.XLSX):
            # Both tell when they were written.
            assert abs(len(one) - len(other)) < 0.01 * len(one)
        else:
            assert one == other


def test_a_scan_goes_in_small_pieces_and_comes_whole(sample: tuple[Snapshot, Comparison]) -> None:
    snapshot, _ = sample
    hostile = "<b>=1+1\u202e\x00\U0001f980" + "W" * 10_000
    apps = tuple(
        replace(one, display_name=f"{hostile}{turn}") for turn in range(6) for one in snapshot.service_principals
    )
    snapshot = replace(snapshot, service_principals=apps, tenant=replace(snapshot.tenant, name=hostile))
    again, pieces = ScanAgain(), list(scan_in_pieces(snapshot))
    assert len(pieces) > 10
    assert max(len(piece.packed) for piece in pieces if isinstance(piece, Rows)) < 3_000_000
    for piece in pieces[:-1]:
        assert isinstance(piece, Rows)
        again.add(piece)
    rest = pieces[-1]
    assert isinstance(rest, Rest)
    assert again.whole(rest) == snapshot


def test_ticks_that_the_history_does_not_know_are_on_paper(
    services: Services, sample: tuple[Snapshot, Comparison], makes: Makes, tmp_path: Path
) -> None:
    snapshot, comparison = sample
    app = next(one for one in comparison.apps if one.profile is not None and one.profile.matrix and one.findings)
    assert app.profile is not None
    uses = Uses(frozenset(), frozenset())
    ticked = services.compare.ticked(snapshot, comparison, app, uses=uses)
    assert ticked != comparison
    written = []
    for name, paper in (
        ("apart", makes(OneTenant(snapshot, ticked, (Ticked(app.key, app.profile.id, uses),)))),
        ("here", services.papers.about(OneTenant(snapshot, ticked))),
        ("before", services.papers.about(OneTenant(snapshot, comparison))),
    ):
        paper.export(_SHORT, FileFormat.CSV, tmp_path / name, told=_nobody, cancel=NEVER)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert written[0] != written[2]


def test_kept_scans_of_tenants_are_found_by_the_process(
    sample: tuple[Snapshot, Comparison], makes: Makes, tmp_path: Path
) -> None:
    tenant = sample[0].tenant
    paper = makes(
        KeptTenants(
            (
                TenantPlace(tenant.cloud, tenant.id, "ada@larkfield.example"),
                TenantPlace(tenant.cloud, "9f0d4f7e-1111-4222-8333-944455556666", "ben@northmere.example"),
            )
        )
    )
    paper.export(_SHORT, FileFormat.JSON, tmp_path / "all.json", told=_nobody, cancel=NEVER)
    written = (tmp_path / "all.json").read_bytes()
    assert sample[0].scan_id.encode() in written
    # Of the other one, no scan is kept.
    assert b"ben@northmere.example" in written


def test_an_error_comes_back_with_its_kind_and_words(makes: Makes, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written") as caught:
        makes().save(_SHORT, tmp_path / "nowhere" / "x.pdf", told=_nobody, cancel=NEVER)
    assert "Choose a folder you may write to" in caught.value.remedy


def test_a_picture_of_an_older_layout_is_wanted_by_nobody(makes: Makes) -> None:
    paper = makes()
    older = paper.lay_out(_SHORT, told=_nobody, cancel=NEVER)
    newer = paper.lay_out(Choice(form=Form.SHORT, page=Page(landscape=True)), told=_nobody, cancel=NEVER)
    with pytest.raises(Cancelled):
        paper.picture(older, 0, 100, cancel=NEVER)
    assert paper.picture(newer, 0, 100, cancel=NEVER).width == 100


# Ends


@pytest.mark.linux
@pytest.mark.logs_warning("ended early")
def test_killed_amid_it_is_said_nothing_is_left_and_the_next_question_begins_anew(makes: Makes, tmp_path: Path) -> None:
    paper, folder = makes(), tmp_path / "out"
    folder.mkdir()
    file = folder / "summary.pdf"
    file.write_bytes(b"older")
    first: list[int] = []
    scratch: list[Path] = []

    def kill(done: int, of: int) -> None:
        if 0 < done < of and not first:
            assert paper.pid is not None
            first.append(paper.pid)
            scratch.append(_scratch(paper))
            os.kill(paper.pid, signal.SIGSTOP)
            assert len(list(folder.iterdir())) == 2
            os.kill(paper.pid, signal.SIGKILL)

    with pytest.raises(WorldError, match="ended early") as caught:
        paper.save(Choice(), file, told=kill, cancel=NEVER)
    assert "Exit code -9" in caught.value.detail
    assert "Nothing was printed or saved" in caught.value.detail
    assert [one.name for one in folder.iterdir()] == ["summary.pdf"]
    assert file.read_bytes() == b"older"
    assert not scratch[0].exists()
    assert paper.pid is None
    paper.save(Choice(), file, told=_nobody, cancel=NEVER)
    assert file.read_bytes().startswith(b"%PDF-")
    assert paper.pid not in (None, *first)


@pytest.mark.linux
@pytest.mark.logs_warning("ended early")
def test_pictures_of_a_process_that_is_gone_are_an_error_not_a_wait(makes: Makes) -> None:
    paper = makes()
    laid = paper.lay_out(_SHORT, told=_nobody, cancel=NEVER)
    assert paper.pid is not None
    os.kill(paper.pid, signal.SIGKILL)
    with pytest.raises(WorldError, match="ended early"):
        paper.picture(laid, 0, 100, cancel=NEVER)


@pytest.mark.linux
@pytest.mark.parametrize("deaf", [False, True], ids=["listening", "deaf"])
def test_cancelled_amid_it_ends_within_a_second_and_leaves_nothing(makes: Makes, tmp_path: Path, deaf: bool) -> None:
    paper, cancel = makes(), threading.Event()
    folder = tmp_path / "out"
    folder.mkdir()
    asked: list[float] = []

    def stop(done: int, of: int) -> None:
        if 0 < done < of and not asked:
            asked.append(time.monotonic())
            if deaf:
                assert paper.pid is not None
                os.kill(paper.pid, signal.SIGSTOP)
            cancel.set()

    before = paper.lay_out(Choice(), told=_nobody, cancel=NEVER)
    process = paper.pid
    with pytest.raises(Cancelled):
        paper.save(Choice(), folder / "summary.pdf", told=stop, cancel=cancel)
    assert time.monotonic() - asked[0] < 1.0
    assert list(folder.iterdir()) == []
    # One that listens goes on with all that it has.
    assert (paper.pid == process) is not deaf
    assert paper.lay_out(Choice(), told=_nobody, cancel=NEVER) == before


def test_closed_amid_whoever_waits_is_let_go(makes: Makes) -> None:
    paper = makes()
    caught: list[BaseException] = []

    def wait() -> None:
        try:
            paper.lay_out(Choice(), told=_nobody, cancel=NEVER)
        except BaseException as error:
            caught.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    while paper.pid is None:
        time.sleep(0.01)
    scratch = _scratch(paper)
    time.sleep(0.1)
    begun = time.monotonic()
    paper.close()
    # The window's thread does not wait for that.
    assert time.monotonic() - begun < 0.05
    thread.join(10)
    assert [type(one) for one in caught] == [Cancelled]
    while scratch.exists():
        assert time.monotonic() - begun < 10
        time.sleep(0.01)


def test_where_no_process_can_be_started_it_is_said(
    makes: Makes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "no such folder"))
    with pytest.raises(WorldError, match="No process can be started") as caught:
        makes().lay_out(_SHORT, told=_nobody, cancel=NEVER)
    assert "No such file" in caught.value.detail


def _starved(line: Connection) -> None:
    """Run the process with too little memory for what it is asked."""
    import resource

    import permdesk.composition
    import permdesk.printing.layout  # noqa: F401

    used = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (used + 40 * 2**20, used + 40 * 2**20))
    run_child(line)


@pytest.mark.linux
@pytest.mark.logs_warning("ended early")
def test_without_memory_it_is_said(makes: Makes) -> None:
    paper = makes(runs=_starved)

    def ever_larger() -> None:
        for width in range(500, 20_000, 500):
            laid = paper.lay_out(Choice(), told=_nobody, cancel=NEVER)
            paper.picture(laid, 0, width, cancel=NEVER)

    with pytest.raises(WorldError) as caught:
        ever_larger()
    assert "too little memory" in caught.value.detail


_WINDOW = """
import sys, threading, os, signal
from datetime import date
from pathlib import Path
from permdesk.composition import build
from permdesk.paths import Paths
from permdesk.reports.choice import Choice
from permdesk.services.paper import OneTenant
from permdesk.services.scan import NeverCancelled
from permdesk.services.target import SampleTarget

if __name__ == "__main__":
    services = build(Paths.isolated(Path(sys.argv[1])), paper_apart=True)
    snapshot = services.scan(SampleTarget(), progress=lambda _step: None).snapshot
    paper = services.papers.about(OneTenant(snapshot))

    def told(done, of):
        if 0 < done < of:
            print(paper.pid, paper._process.scratch, flush=True)
            if sys.argv[3] == "SIGKILL":
                os.kill(os.getpid(), signal.SIGKILL)
            os.killpg(0, signal.SIGTERM)

    paper.save(Choice(), Path(sys.argv[2]), told=told, cancel=NeverCancelled())
"""


@pytest.mark.linux
@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM"], ids=["alone", "together"])
def test_the_process_goes_with_a_window_that_is_killed_and_leaves_no_half_file(tmp_path: Path, how: str) -> None:
    folder, script = tmp_path / "out", tmp_path / "window.py"
    folder.mkdir()
    script.write_text(_WINDOW)
    done = subprocess.run(
        [sys.executable, script, tmp_path / "data", folder / "summary.pdf", how],
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        cwd=_ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == -getattr(signal, how), done.stderr
    pid, scratch = done.stdout.split()
    end = time.monotonic() + 10
    while psutil.pid_exists(int(pid)) and time.monotonic() < end:
        time.sleep(0.02)
    assert not psutil.pid_exists(int(pid))
    assert list(folder.iterdir()) == []
    assert not Path(scratch).exists()
