"""Renewals side by side, with sign-outs and other processes: nobody waits for a network, and a sign-out wins."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from permdesk.auth import vault as module
from permdesk.auth.session import MsalSession
from permdesk.domain.sign_in import SignIn
from permdesk.errors import Cancelled, SignInError
from permdesk.graph.form_client import FormAnswer
from tests.auth.backends import ACCESS_TOKEN, OTHER_TENANT, REFRESH_TOKEN, a_sign_in
from tests.auth.entra import OID, Entra
from tests.auth.vaults import Place

ROOT = Path(__file__).parents[2]


class Desk:
    """Sign-ins in a file, the session of this process, and those that other processes would have."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(folder)
        self.entra = Entra()
        self.session = self.entra.session = self.process()
        self.sign_in = self.entra.sign_in()

    def process(self) -> MsalSession:
        """Return a session as another process would have it."""
        return MsalSession(vault=self.place.vault(), http=lambda _ca_file: self.entra.http, version="test")

    @property
    def caches(self) -> str:
        return json.dumps(self.place.vault().look().caches)

    @contextmanager
    def meanwhile(self, deed: object) -> Iterator[None]:
        """Let something happen while Microsoft renews a token."""
        assert callable(deed)

        def tokens(form: Mapping[str, str]) -> FormAnswer:
            self.entra.token = self.entra.tokens
            deed()
            return self.entra.tokens(form)

        self.entra.token = tokens
        yield
        assert self.entra.token == self.entra.tokens, "nothing was renewed"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def with_another(desk: Desk) -> SignIn:
    """Let somebody else be signed in through the same client; return them."""
    other = a_sign_in(2, client=desk.sign_in.client_id)
    entry = {"home_account_id": other.account_id, "secret": "of-another"}
    with desk.place.vault().open() as content:
        (key,) = content.caches
        families = json.loads(content.caches[key])
        families["RefreshToken"]["another"] = entry
        content.caches[key] = json.dumps(families)
        content.sign_ins.append(other)
    return other


class TestNobodyWaits:
    def test_the_file_is_free_while_microsoft_is_asked(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_LOCK_SECONDS", 0.2)
        seen: list[int] = []
        handle = desk.session.token(desk.sign_in)
        with desk.meanwhile(lambda: seen.append(len(desk.process().sign_ins()))):
            handle.renew(refused=handle.token())
        assert seen == [1]

    def test_signing_out_in_this_process_does_not_wait_for_a_renewal(self, desk: Desk) -> None:
        asked, go = threading.Event(), threading.Event()
        other = with_another(desk)
        handle = desk.session.token(desk.sign_in)
        first = handle.token()

        def stall() -> None:
            asked.set()
            go.wait(30)

        with desk.meanwhile(stall):
            renewing = threading.Thread(target=handle.renew, kwargs={"refused": first})
            renewing.start()
            assert asked.wait(10)
            begin = time.monotonic()
            assert desk.session.forget(other) == (other,)
            assert desk.session.sign_ins() == (desk.sign_in,)
            taken = time.monotonic() - begin
            go.set()
            renewing.join(timeout=10)
        assert taken < 2.0
        assert handle.token() == f"{ACCESS_TOKEN}2"

    def test_another_process_that_stalls_is_passed_by(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_TURN_SECONDS", 0.3)
        handle = desk.session.token(desk.sign_in)
        first = handle.token()
        with desk.place.vault().turn():
            begin = time.monotonic()
            assert handle.renew(refused=first) == f"{ACCESS_TOKEN}2"
            assert 0.3 <= time.monotonic() - begin < 3.0

    def test_the_end_of_the_program_waits_for_none_of_it(self, desk: Desk) -> None:
        handle = desk.session.token(desk.sign_in)
        first = handle.token()
        with desk.place.vault().turn():
            threading.Timer(0.2, desk.session.close).start()
            begin = time.monotonic()
            with pytest.raises(Cancelled):
                handle.renew(refused=first)
            assert time.monotonic() - begin < 2.0


class TestSigningOutMeanwhile:
    @pytest.mark.parametrize("where", ["here", "elsewhere"])
    def test_it_wins(self, desk: Desk, where: str) -> None:
        handle = desk.session.token(desk.sign_in)
        first = handle.token()
        leaving = desk.session if where == "here" else desk.process()
        with desk.meanwhile(lambda: leaving.forget(desk.sign_in)), pytest.raises(SignInError, match="is signed out"):
            handle.renew(refused=first)
        assert not desk.place.file.exists()
        assert desk.session.sign_ins() == ()

    def test_who_else_signed_out_does_not_come_back(self, desk: Desk) -> None:
        other = with_another(desk)
        handle = desk.session.token(desk.sign_in)
        first = handle.token()
        with desk.meanwhile(lambda: desk.process().forget(other)):
            handle.renew(refused=first)
        assert "of-another" not in desk.caches
        assert f"{REFRESH_TOKEN}2" in desk.caches

    def test_who_signed_out_and_in_again_keeps_the_newer_sign_in(self, desk: Desk) -> None:
        handle = desk.session.token(desk.sign_in)
        first = handle.token()
        process = desk.process()

        def again() -> None:
            process.forget(desk.sign_in)
            desk.entra.session, before = process, desk.entra.session
            desk.entra.sign_in()
            desk.entra.session = before

        with desk.meanwhile(again):
            handle.renew(refused=first)
        assert f"{REFRESH_TOKEN}2" in desk.caches
        assert f"{REFRESH_TOKEN}3" not in desk.caches

    def test_in_this_process_no_token_is_handed_out_after_it(self, desk: Desk) -> None:
        handle = desk.session.token(desk.sign_in)
        handle.token()
        desk.session.forget(desk.sign_in)
        with pytest.raises(SignInError, match="is signed out"):
            handle.token()

    def test_nor_for_another_tenant_of_the_account(self, desk: Desk) -> None:
        second = msgspec.structs.replace(desk.sign_in, tenant_id=OTHER_TENANT)
        with desk.place.vault().open() as content:
            content.sign_ins.append(second)
        handle = desk.session.token(desk.sign_in)
        handle.token()
        assert set(desk.session.forget(second)) == {desk.sign_in, second}
        with pytest.raises(SignInError, match="is signed out"):
            handle.token()

    def test_in_another_process_none_is_renewed_after_it(self, desk: Desk) -> None:
        now = time.time()
        desk.session = MsalSession(
            vault=desk.place.vault(), http=lambda _ca: desk.entra.http, version="test", now=lambda: now
        )
        handle = desk.session.token(desk.sign_in)
        first = handle.token()
        desk.process().forget(desk.sign_in)
        # What is held is good to its end: this process learns of it when it renews.
        assert handle.token() == first
        now += 3600 - 200
        with pytest.raises(SignInError, match="is signed out"):
            handle.token()


_PROGRAM = """
import json, sys, time
from pathlib import Path
from permdesk.auth.session import MsalSession
from permdesk.auth.vault import Vault
from permdesk.errors import SignInError
from tests.auth.backends import ACCESS_TOKEN
from tests.auth.entra import OID, Entra
from tests.auth.vaults import Keys

file, secret, name, times, pause = sys.argv[1:]
keys = Keys()
keys.secret = secret
entra = Entra()
entra.number = int(name) * 1000
tokens = entra.tokens
def slowly(form):
    time.sleep(float(pause))
    return tokens(form)
session = MsalSession(vault=Vault(Path(file), keys, tell=print), http=lambda _: entra.http, version="test")
(mine,) = [kept for kept in session.sign_ins() if kept.account_id.startswith(OID)]
handle = session.token(mine)
token = handle.token()
entra.token = slowly
print("ready", flush=True)
sys.stdin.readline()
seen = []
try:
    for _ in range(int(times)):
        token = handle.renew(refused=token)
        seen.append(token.removeprefix(ACCESS_TOKEN))
        print(json.dumps(seen), flush=True)
except SignInError as problem:
    print(json.dumps(["out", problem.title]), flush=True)
"""


def start(desk: Desk, name: int, *, times: int = 15, pause: float = 0.02) -> subprocess.Popen[str]:
    """Start a process that renews the sign-in so many times; it waits for a line."""
    words = [str(desk.place.file), desk.place.keys.secret or "", str(name), str(times), str(pause)]
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def ended(process: subprocess.Popen[str]) -> list[str]:
    """Return what a process saw last."""
    told = process.communicate(timeout=60)[0]
    assert process.returncode == 0
    last: list[str] = json.loads(told.splitlines()[-1])
    return last


class TestTwoProcesses:
    def test_both_renew_while_a_third_signs_in_and_out(self, desk: Desk) -> None:
        other = with_another(desk)
        processes = [start(desk, number) for number in (1, 2)]
        go(*processes)
        mine = desk.process()
        for number in range(20):
            with desk.place.vault().open() as content:
                content.sign_ins.append(a_sign_in(100 + number, client=desk.sign_in.client_id))
            if number == 5:
                mine.forget(other)
        saw = [ended(process) for process in processes]
        assert saw == [[str(name * 1000 + n) for n in range(1, 16)] for name in (1, 2)]
        assert len(mine.sign_ins()) == 21
        assert "of-another" not in desk.caches
        # Of the two that renewed side by side one refresh token is left, and it is that of a last renewal.
        secrets = json.loads(next(iter(desk.place.vault().look().caches.values())))["RefreshToken"]
        (left,) = [entry["secret"] for entry in secrets.values() if entry["home_account_id"].startswith(OID)]
        assert left.removeprefix(REFRESH_TOKEN) in {saw[0][-1], saw[1][-1]}
        assert desk.place.told == []

    def test_both_learn_that_a_third_signed_out(self, desk: Desk) -> None:
        processes = [start(desk, number, times=500) for number in (1, 2)]
        go(*processes)
        for process in processes:
            assert process.stdout is not None
            process.stdout.readline()
        begin = time.monotonic()
        desk.process().forget(desk.sign_in)
        assert time.monotonic() - begin < 2.0
        for process in processes:
            assert ended(process) == ["out", "admin@larkfield.example is signed out"]
        assert not desk.place.file.exists()

    @pytest.mark.linux
    def test_one_that_is_killed_while_it_renews_leaves_no_lock(self, desk: Desk) -> None:
        process = start(desk, 1, pause=30.0)
        go(process)
        renewing = desk.place.file.with_name(f"{desk.place.file.name}.renewing")
        end = time.monotonic() + 10
        while not renewing.exists() and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.3)
        process.kill()
        process.communicate(timeout=10)
        handle = desk.session.token(desk.sign_in)
        begin = time.monotonic()
        assert handle.renew(refused=handle.token()) == f"{ACCESS_TOKEN}2"
        assert time.monotonic() - begin < 3.0
