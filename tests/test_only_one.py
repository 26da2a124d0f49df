"""A later start hands on to the first, whatever state the first one is in, and never stands without a window."""

import json
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from permdesk.only_one import Asked, OnlyOne, activation

_FIRST = """
import sys, time
from pathlib import Path
from permdesk.only_one import Asked, OnlyOne
only = OnlyOne(Path(sys.argv[1]))
assert not only.hand_on(Asked())
if sys.argv[2] == "listening":
    only.listen(lambda asked: print(asked.file, flush=True) or True)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def first(tmp_path: Path) -> Iterator[OnlyOne]:
    made = OnlyOne(tmp_path / "data")
    assert not made.hand_on(Asked())
    yield made
    made.close()


def test_a_later_start_hands_on_and_hears_that_it_is_taken(first: OnlyOne, tmp_path: Path) -> None:
    heard: list[Asked] = []
    first.listen(lambda asked: heard.append(asked) is None)
    asked = Asked(file="/scans/Küche \u202e.permdesk", sample="", activation="token")
    assert OnlyOne(tmp_path / "data").hand_on(asked)
    assert heard == [asked]
    door = tmp_path / "data" / "window.json"
    assert stat.S_IMODE(door.stat().st_mode) == 0o600


def test_one_that_is_busy_leaves_it_to_the_later_start(first: OnlyOne, tmp_path: Path) -> None:
    first.listen(lambda _asked: False)
    begun = time.monotonic()
    assert not OnlyOne(tmp_path / "data").hand_on(Asked(), patience=30)
    assert time.monotonic() - begun < 20, "a plain no is no reason to wait"


def test_one_that_does_not_answer_is_not_waited_for_long(first: OnlyOne, tmp_path: Path) -> None:
    asleep = threading.Event()
    first.listen(lambda _asked: asleep.wait(30))
    assert not OnlyOne(tmp_path / "data").hand_on(Asked(), patience=0.3)
    asleep.set()


def test_one_that_is_only_just_starting_is_called_again(first: OnlyOne, tmp_path: Path) -> None:
    threading.Timer(0.3, first.listen, (lambda _asked: True,)).start()
    assert OnlyOne(tmp_path / "data").hand_on(Asked(), patience=20)


def test_after_the_first_has_closed_the_next_is_the_first(first: OnlyOne, tmp_path: Path) -> None:
    first.listen(lambda _asked: True)
    first.close()
    assert not (tmp_path / "data" / "window.json").exists()
    second = OnlyOne(tmp_path / "data")
    assert not second.hand_on(Asked())
    second.listen(lambda _asked: True)
    assert OnlyOne(tmp_path / "data").hand_on(Asked())
    second.close()


def test_other_folders_of_data_or_profiles_are_other_windows(first: OnlyOne, tmp_path: Path) -> None:
    first.listen(lambda _asked: True)
    others = OnlyOne(tmp_path / "other"), OnlyOne(tmp_path / "data", (tmp_path / "profiles",))
    for other in others:
        assert not other.hand_on(Asked(), patience=0.2)
        other.close()


def test_who_does_not_know_the_secret_is_not_heard(first: OnlyOne, tmp_path: Path) -> None:
    heard: list[Asked] = []
    first.listen(lambda asked: heard.append(asked) is None)
    address = json.loads((tmp_path / "data" / "window.json").read_text())["address"]
    with pytest.raises((OSError, EOFError, AuthenticationError)):
        Client(address, authkey=b"guessed")
    assert OnlyOne(tmp_path / "data").hand_on(Asked(sample="complete")), "the next one is heard all the same"
    assert heard == [Asked(sample="complete")]


@pytest.mark.parametrize("said", [b"", b"{", b'{"file": 7}', b'{"run": "something"}', b"\xff", b"x" * 100_000])
def test_nonsense_is_neither_taken_nor_harmful(first: OnlyOne, tmp_path: Path, said: bytes) -> None:
    heard: list[Asked] = []
    first.listen(lambda asked: heard.append(asked) is None)
    door = json.loads((tmp_path / "data" / "window.json").read_text())
    with Client(door["address"], authkey=bytes.fromhex(door["secret"])) as line:
        try:
            line.send_bytes(said)
            assert line.recv_bytes() != b"taken"
        except (OSError, EOFError):
            pass
    assert heard == []
    assert OnlyOne(tmp_path / "data").hand_on(Asked())


@pytest.mark.parametrize("kept", ["", "{", '{"address": "/nowhere/socket", "secret": "00"}', '{"secret": 1}'])
def test_a_broken_note_of_the_first_leads_to_a_window_of_ones_own(first: OnlyOne, tmp_path: Path, kept: str) -> None:
    (tmp_path / "data" / "window.json").write_text(kept)
    assert not OnlyOne(tmp_path / "data").hand_on(Asked(), patience=0.3)


def test_a_folder_that_cannot_be_made_is_no_reason_to_stay_away(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    only = OnlyOne(tmp_path / "file" / "data")
    assert not only.hand_on(Asked(), patience=0.3)
    only.listen(lambda _asked: True)
    only.close()


@pytest.mark.parametrize("state", ["listening", "silent"])
def test_a_killed_first_one_leaves_the_place_free(tmp_path: Path, state: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", _FIRST, str(tmp_path), state], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        taken = OnlyOne(tmp_path).hand_on(Asked(file="/a.permdesk"), patience=20 if state == "listening" else 0.3)
        assert taken is (state == "listening")
        if taken:
            assert process.stdout.readline() == "/a.permdesk\n"
    finally:
        process.kill()
        process.communicate()
    after = OnlyOne(tmp_path)
    assert not after.hand_on(Asked(), patience=0.3)
    after.listen(lambda _asked: True)
    assert OnlyOne(tmp_path).hand_on(Asked())
    after.close()


def test_the_desktop_s_token_goes_along() -> None:
    assert activation({"XDG_ACTIVATION_TOKEN": "wayland", "DESKTOP_STARTUP_ID": "x11"}) == "wayland"
    assert activation({"DESKTOP_STARTUP_ID": "x11"}) == "x11"
    assert activation({}) == ""
