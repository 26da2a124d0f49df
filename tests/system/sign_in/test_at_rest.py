"""Sign-ins between runs: the true keyring, a new process, and all that can be wrong with file, key and keyring."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import pytest

from tests.system.sign_in.desk import Desk, Service
from tests.system.sign_in.keyring_bus import bus, gnome_keyring, lock, never_answering
from tests.system.sign_in.parts import ADMIN, SECOND
from tests.system.sign_in.processes import Started, run, without_bus

pytestmark = pytest.mark.linux


def test_a_new_process_signs_in_silently(desk: Desk, keyring_session: dict[str, str]) -> None:
    desk.sign_in()
    saw = run(desk.file.parent, desk.service, "names", "tokens", "renewed", environment=keyring_session)
    assert saw["names"] == [ADMIN]
    assert {*saw["tokens"], *saw["renewed"]} <= set(desk.service.provider.ask("issued")["issued"])
    assert saw["tokens"] != saw["renewed"]
    assert saw["storage"] == ["encrypted", ""]
    assert saw["told"] == []


def test_several_processes_renew_without_ending_the_sign_in(desk: Desk, keyring_session: dict[str, str]) -> None:
    """The provider takes a refresh token that is used twice for stolen: the lock between processes must hold."""
    desk.sign_in()
    with ThreadPoolExecutor(3) as pool:
        started = [Started(desk.file.parent, desk.service, "renewed", environment=keyring_session) for _ in range(3)]
        saw = [task.result() for task in [pool.submit(process.saw) for process in started]]
    assert ["problem" in each for each in saw] == [False] * 3
    assert len({each["renewed"][0] for each in saw}) == 3


def test_another_process_signs_out(desk: Desk, keyring_session: dict[str, str]) -> None:
    desk.sign_in()
    assert run(desk.file.parent, desk.service, "forgotten", environment=keyring_session)["forgotten"] == 1
    assert desk.session.sign_ins() == ()
    assert not desk.file.exists()
    # This process still has the old key in memory: what it keeps now must open elsewhere.
    desk.sign_in(SECOND)
    saw = run(desk.file.parent, desk.service, "names", environment=keyring_session)
    assert (saw["names"], saw["told"]) == ([SECOND], [])


def test_a_lost_key(desk: Desk, keyring_session: dict[str, str]) -> None:
    desk.sign_in()
    keyring.delete_password("permdesk", str(desk.file.parent))
    saw = run(desk.file.parent, desk.service, "names", environment=keyring_session)
    assert saw["names"] == []
    assert "its key is not in the keyring" in saw["told"][0]
    assert "Sign in again." in saw["told"][0]
    assert [path.suffix for path in desk.file.parent.glob("*.broken-*")] == [".dat"]
    assert saw["storage"][0] == "encrypted"


def test_a_tampered_file(desk: Desk, keyring_session: dict[str, str]) -> None:
    desk.sign_in()
    sealed = bytearray(desk.file.read_bytes())
    sealed[200] ^= 1
    desk.file.write_bytes(sealed)
    saw = run(desk.file.parent, desk.service, "names", "browser", "names", environment=keyring_session)
    assert (saw["browser"], saw["names"]) == (ADMIN, [ADMIN])
    assert "damaged" in saw["told"][0]
    assert [path.read_bytes() for path in desk.file.parent.glob("*.broken-*")] == [bytes(sealed)]


def test_no_keyring(service: Service, tmp_path: Path) -> None:
    saw = run(tmp_path, service, "browser", "names", "tokens", "renewed", environment=without_bus())
    assert (saw["browser"], saw["names"]) == (ADMIN, [ADMIN])
    assert saw["storage"] == ["memory", "This computer has no keyring that permdesk can use"]
    assert saw["tokens"] != saw["renewed"]
    assert not (tmp_path / "sign-ins.dat").exists()
    assert run(tmp_path, service, "names", environment=without_bus())["names"] == []


def test_a_keyring_that_is_away_for_a_while(desk: Desk, keyring_session: dict[str, str]) -> None:
    desk.sign_in()
    before = desk.file.read_bytes()
    away = run(desk.file.parent, desk.service, "names", environment=without_bus())
    assert (away["names"], away["storage"][0]) == ([], "memory")
    assert desk.file.read_bytes() == before
    assert run(desk.file.parent, desk.service, "names", environment=keyring_session)["names"] == [ADMIN]


@pytest.mark.parametrize("kind", ["never comes up", "never answers"])
def test_a_hung_keyring_has_a_deadline(service: Service, tmp_path: Path, kind: str) -> None:
    """On a true bus: a Secret Service that is started and never comes up, and one that is there and says nothing."""
    with bus(never_up=kind == "never comes up") as environment, contextlib.ExitStack() as more:
        if kind == "never answers":
            more.enter_context(never_answering(environment))
        begin = time.monotonic()
        saw = run(tmp_path, service, "browser", "names", environment=environment, deadline=1.5)
        taken = time.monotonic() - begin
    assert (saw["browser"], saw["names"]) == (ADMIN, [ADMIN])
    assert saw["storage"] == ["memory", "The keyring of this computer does not answer"]
    # A sign-in takes seconds. Without a deadline the bus takes two minutes, and the process ends no sooner.
    assert taken < 30
    assert not (tmp_path / "sign-ins.dat").exists()


def test_a_locked_keyring(service: Service, tmp_path: Path) -> None:
    """Nobody is there to unlock it: the file waits."""
    with gnome_keyring() as environment:
        assert run(tmp_path, service, "browser", environment=environment)["storage"][0] == "encrypted"
        before = (tmp_path / "sign-ins.dat").read_bytes()
        lock(environment)
        saw = run(tmp_path, service, "names", environment=environment, deadline=3.0)
    assert saw["names"] == []
    assert saw["storage"] == ["memory", "The keyring of this computer is locked"]
    assert (tmp_path / "sign-ins.dat").read_bytes() == before
