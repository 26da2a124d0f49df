"""What reaches a log file, and what never does."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permdesk import logs

SECRET = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl"


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    yield
    logs.stop()


def written(folder: Path) -> str:
    return (folder / "permdesk.log").read_text(encoding="utf-8")


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    """Return ``error`` with a traceback, as one that was caught."""
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_a_line_names_time_level_area_and_thread(tmp_path: Path) -> None:
    assert logs.start(tmp_path) is None
    logging.getLogger("permdesk.scan").info("read %d of %d", 839, 839)
    line = written(tmp_path)
    assert "INFO    permdesk.scan [MainThread] read 839 of 839\n" in line
    assert line[10] == "T"
    assert "Z INFO" in line


def test_starting_again_writes_to_the_new_place_alone(tmp_path: Path) -> None:
    logs.start(tmp_path / "one")
    logs.start(tmp_path / "two")
    logging.getLogger("permdesk.ui").info("here")
    assert written(tmp_path / "one") == ""
    assert written(tmp_path / "two").count("here") == 1


@pytest.mark.parametrize("area", logs.AREAS)
def test_a_secret_is_kept_out_of_message_arguments_exception_and_stack(tmp_path: Path, area: str) -> None:
    logs.start(tmp_path, level=logging.DEBUG)
    log = logging.getLogger(f"permdesk.{area}").getChild("deeper")
    log.info("answer: %s", {"access_token": "abcdefgh12345678"})
    log.info("Authorization: Bearer abcdefgh12345678")
    inner = raised(ValueError(f"cannot decode {SECRET}"))
    outer = raised(RuntimeError("client_secret=abcdefgh12345678"), inner)
    log.info("failed", exc_info=outer, stack_info=True)
    text = written(tmp_path)
    assert SECRET not in text
    assert "abcdefgh" not in text
    assert "RuntimeError: client_secret=[redacted]" in text
    assert "ValueError: cannot decode [redacted]" in text
    assert "Stack (most recent call last)" in text


def test_a_traceback_that_another_handler_formatted_first_is_redacted_too(tmp_path: Path) -> None:
    class First(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logging.Formatter().format(record)

    first = First()
    logging.getLogger("permdesk.graph").addHandler(first)
    try:
        logs.start(tmp_path)
        logging.getLogger("permdesk.graph").info("failed", exc_info=raised(ValueError(SECRET)))
    finally:
        logging.getLogger("permdesk.graph").removeHandler(first)
    assert SECRET not in written(tmp_path)


def test_a_record_that_cannot_be_formatted_tells_nobody_its_arguments(tmp_path: Path) -> None:
    # In a child: pytest's own handler raises where logging would print.
    code = (
        "import logging, sys\nfrom pathlib import Path\nfrom permdesk import logs\n"
        "logs.start(Path(sys.argv[1]))\n"
        "logging.getLogger('permdesk.auth').info('one %s', sys.argv[2], 'two')\n"
        "logging.getLogger('permdesk.auth').info('afterwards')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path, SECRET], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
    assert "afterwards" in written(tmp_path)
    assert SECRET not in written(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-16", exclude_categories=()), max_size=50))
def test_any_text_can_be_logged_and_steers_no_terminal(tmp_path: Path, text: str) -> None:
    logs.start(tmp_path)
    logging.getLogger("permdesk.cli").info("name: %s", text)
    logs.stop()
    control = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n", "\t"}
    assert not control & set((tmp_path / "permdesk.log").read_bytes().decode("utf-8"))
    (tmp_path / "permdesk.log").unlink()


def test_files_are_turned_over_and_five_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert logs._FILE_BYTES == 1_000_000
    monkeypatch.setattr(logs, "_FILE_BYTES", 10_000)
    logs.start(tmp_path)
    for _ in range(70):
        logging.getLogger("permdesk.scan").info("x" * 1_000)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["permdesk.log", *(f"permdesk.log.{n}" for n in range(1, 5))]
    assert all(file.stat().st_size <= 10_000 for file in files)


def test_a_folder_that_cannot_be_made_is_said_and_nothing_else_happens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("in the way")
    said = logs.start(tmp_path / "logs")
    assert said is not None
    assert "No log is written" in said
    logging.getLogger("permdesk.cli").info("to nobody")
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="folders there have no mode")
def test_a_read_only_folder_is_said(read_only: Path) -> None:
    assert "No log is written" in (logs.start(read_only / "logs") or "")


@pytest.mark.linux
def test_a_disk_that_fills_up_later_disturbs_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "permdesk.log").symlink_to("/dev/full")
    assert logs.start(tmp_path) is None
    logging.getLogger("permdesk.scan").info("does not fit")
    logs.stop()
    assert capsys.readouterr().err == ""
