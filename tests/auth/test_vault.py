"""The vault: what is kept comes back, whatever is wrong is said, and nothing of it can be read."""

import logging
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from permdesk.auth.keys import KeyringKeys
from permdesk.auth.vault import Vault
from permdesk.domain.sign_in import StorageKind
from permdesk.errors import StorageError
from tests.auth.backends import ACCESS_TOKEN, REFRESH_TOKEN, MemoryKeyring, a_sign_in, using
from tests.auth.vaults import Keys, Place, forget_all, keep, kept, spoil

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


class TestKeeping:
    def test_what_is_kept_comes_back_in_another_process(self, place: Place) -> None:
        keep(place.vault(), 1, 2)
        again = place.vault()
        with again.open() as content:
            assert content.sign_ins == [a_sign_in(1), a_sign_in(2)]
            assert content.caches == {"login|client": REFRESH_TOKEN}
        assert again.storage.kind is StorageKind.ENCRYPTED
        assert place.told == []

    @pytest.mark.linux
    def test_nobody_else_can_open_it(self, place: Place) -> None:
        keep(place.vault(), 1)
        assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.file.parent.stat().st_mode) == 0o700
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in place.file.parent.iterdir())

    def test_nothing_of_it_can_be_read_or_is_logged(self, place: Place, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        keep(place.vault(), 1, token=REFRESH_TOKEN + ACCESS_TOKEN)
        place.file.write_bytes(place.file.read_bytes()[:-4])
        keep(place.vault(), 2, token=REFRESH_TOKEN + ACCESS_TOKEN)
        written = b"".join(path.read_bytes() for path in place.file.parent.iterdir())
        for secret in (REFRESH_TOKEN, ACCESS_TOKEN, REFRESH_TOKEN[:12], "larkfield", place.keys.secret or ""):
            assert secret
            assert secret.encode() not in written
            assert secret not in caplog.text + "".join(place.told)

    def test_an_error_within_keeps_nothing(self, place: Place) -> None:
        keep(place.vault(), 1)
        before = place.file.read_bytes()
        vault = place.vault()
        with pytest.raises(ZeroDivisionError):
            spoil(vault)
        assert place.file.read_bytes() == before
        assert kept(vault) == ["admin1"]

    def test_looking_writes_nothing(self, place: Place) -> None:
        keep(place.vault(), 1)
        before = place.file.stat()
        kept(place.vault())
        after = place.file.stat()
        assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)

    def test_nothing_kept_asks_no_keyring(self, place: Place) -> None:
        assert kept(place.vault()) == []
        assert place.keys.asked == 0
        assert not place.file.exists()

    def test_where_nothing_is_kept_a_look_makes_nothing(self, place: Place) -> None:
        vault = place.vault()
        assert vault.look().sign_ins == []
        assert not place.file.parent.exists()
        keep(place.vault(), 1)
        assert [sign_in.username for sign_in in vault.look().sign_ins] == ["admin1@larkfield.example"]

    def test_what_is_looked_at_can_be_changed_without_harm(self, place: Place) -> None:
        for vault in (place.vault(), Vault(None, Keys(), tell=print)):
            keep(vault, 1)
            vault.look().sign_ins.clear()
            assert kept(vault) == ["admin1"]

    def test_the_last_sign_out_takes_file_and_key_with_it(self, place: Place) -> None:
        vault = place.vault()
        keep(vault, 1)
        forget_all(vault)
        assert not place.file.exists()
        assert place.keys.secret is None

    def test_a_new_sign_in_has_a_new_key(self, place: Place) -> None:
        vault = place.vault()
        keep(vault, 1)
        first = place.keys.secret
        forget_all(vault)
        keep(vault, 2)
        assert place.keys.secret not in (first, None)
        assert kept(place.vault()) == ["admin2"]


class TestSeveralProcesses:
    def test_after_another_signed_out_a_sign_in_can_be_opened_later(self, place: Place) -> None:
        mine, other = place.vault(), place.vault()
        keep(mine, 1)
        forget_all(other)
        keep(mine, 2)
        assert kept(place.vault()) == ["admin2"]
        assert (place.told, place.aside) == ([], [])

    def test_after_another_signed_out_and_in_its_file_is_whole(self, place: Place) -> None:
        mine, other = place.vault(), place.vault()
        keep(mine, 1)
        forget_all(other)
        keep(other, 2)
        assert kept(mine) == ["admin2"]
        assert (place.told, place.aside) == ([], [])

    def test_two_at_once_lose_nothing(self, tmp_path: Path) -> None:
        program = (
            "import sys\n"
            "from pathlib import Path\n"
            "from permdesk.auth.vault import Vault\n"
            "from tests.auth.backends import a_sign_in\n"
            "class Keys:\n"
            f"    get = staticmethod(lambda: {Fernet.generate_key().decode()!r})\n"
            "vault = Vault(Path(sys.argv[1]), Keys(), tell=print)\n"
            "print('ready', flush=True)\n"
            "sys.stdin.readline()\n"
            "for number in range(int(sys.argv[2]), int(sys.argv[2]) + 25):\n"
            "    with vault.open() as content:\n"
            "        content.sign_ins.append(a_sign_in(number))\n"
            "with vault.open() as content:\n"
            "    print(len({kept.key for kept in content.sign_ins}))\n"
        )
        file = tmp_path / "sign-ins.dat"
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", program, str(file), str(first)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for first in (100, 200)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        counts = [int(process.communicate(timeout=60)[0]) for process in processes]
        assert max(counts) == 50
        assert [process.returncode for process in processes] == [0, 0]

    def test_one_that_holds_it_for_ever_is_waited_for_no_longer_than_told(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("permdesk.auth.vault._LOCK_SECONDS", 0.2)
        with place.vault().open(), pytest.raises(StorageError, match="Another permdesk is signing in"):
            kept(place.vault())


class TestSayingHowItIsKept:
    NONE = "This computer has no keyring that permdesk can use"

    def test_before_anything_is_kept_nobody_is_asked_to_unlock_anything(self, place: Place) -> None:
        assert place.vault().storage.kind is StorageKind.ENCRYPTED
        assert place.keys.asked == 0
        assert not place.file.parent.exists()

    def test_without_a_keyring_it_is_said_before_anything_is_kept(self, place: Place) -> None:
        place.keys.why = self.NONE
        vault = place.vault()
        assert (vault.storage.kind, vault.storage.why) == (StorageKind.MEMORY, self.NONE)
        # And said no longer once one is there.
        place.keys.why = ""
        assert vault.storage.kind is StorageKind.ENCRYPTED
        keep(vault, 1)
        assert kept(place.vault()) == ["admin1"]

    def test_what_cannot_be_opened_is_said_without_opening_it_first(self, place: Place) -> None:
        keep(place.vault(), 1)
        place.keys.why = "The keyring of this computer is locked"
        vault = place.vault()
        assert (vault.storage.kind, vault.storage.why) == (StorageKind.MEMORY, place.keys.why)

    def test_what_is_open_asks_no_more(self, place: Place) -> None:
        keep(place.vault(), 1)
        vault = place.vault()
        kept(vault)
        asked = place.keys.asked
        assert vault.storage.kind is StorageKind.ENCRYPTED
        assert place.keys.asked == asked

    def test_after_the_last_sign_out_it_is_looked_at_anew(self, place: Place) -> None:
        vault = place.vault()
        keep(vault, 1)
        forget_all(vault)
        place.keys.why = self.NONE
        assert vault.storage.kind is StorageKind.MEMORY

    def test_what_was_said_to_be_in_memory_stays_so(self, place: Place) -> None:
        place.keys.why = self.NONE
        vault = place.vault()
        keep(vault, 1)
        place.keys.why = ""
        # This sign-in is in memory, whatever came up since.
        assert vault.storage.why == self.NONE


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:],
            lambda content: content[: len(content) // 2],
            lambda content: b"",
            lambda content: b"SQLite format 3\0" + bytes(100),
            lambda content: Fernet(Fernet.generate_key()).encrypt(b'{"sign_ins": []}'),
            lambda content: b"\xff" * 5000,
        ],
        ids=["tampered", "truncated", "empty", "foreign", "another key", "no text"],
    )
    def test_a_broken_file_is_kept_aside_and_said(self, place: Place, spoil: Callable[[bytes], bytes]) -> None:
        keep(place.vault(), 1)
        broken = spoil(place.file.read_bytes())
        place.file.write_bytes(broken)
        vault = place.vault()
        assert kept(vault) == []
        assert [path.read_bytes() for path in place.aside] == [broken]
        assert len(place.told) == 1
        assert "damaged" in place.told[0]
        assert place.told[0].endswith("Sign in again.")
        keep(vault, 2)
        assert kept(place.vault()) == ["admin2"]

    def test_what_was_sealed_but_is_no_content_is_kept_aside(self, place: Place) -> None:
        keep(place.vault(), 1)
        assert place.keys.secret is not None
        for content in (b"[]", b'{"sign_ins": 3}', b"[" * 100_000, b"\xff"):
            place.file.write_bytes(Fernet(place.keys.secret).encrypt(content))
            assert kept(place.vault()) == []
        assert len(place.aside) == len(place.told) == 4

    def test_a_lost_key_is_said_and_the_file_kept_aside(self, place: Place) -> None:
        keep(place.vault(), 1)
        place.keys.secret = None
        vault = place.vault()
        assert kept(vault) == []
        assert len(place.aside) == 1
        assert "its key is not in the keyring" in place.told[0]
        keep(vault, 2)
        assert kept(place.vault()) == ["admin2"]

    def test_a_key_that_is_none_is_replaced(self, place: Place) -> None:
        keep(place.vault(), 1)
        place.keys.secret = "not a key"
        vault = place.vault()
        assert kept(vault) == []
        keep(vault, 2)
        assert vault.storage.kind is StorageKind.ENCRYPTED
        assert kept(place.vault()) == ["admin2"]

    def test_without_a_keyring_memory_is_all_and_the_file_waits(self, place: Place) -> None:
        keep(place.vault(), 1)
        before = place.file.read_bytes()
        place.keys.why = "The keyring of this computer is locked"
        vault = place.vault()
        assert kept(vault) == []
        assert vault.storage.kind is StorageKind.MEMORY
        assert vault.storage.why == "The keyring of this computer is locked"
        keep(vault, 2)
        assert kept(vault) == ["admin2"]
        forget_all(vault)
        assert kept(vault) == []
        assert place.file.read_bytes() == before
        place.keys.why = ""
        assert kept(place.vault()) == ["admin1"]
        assert (place.told, place.aside) == ([], [])

    def test_a_first_sign_in_without_a_keyring_writes_nothing(self, place: Place) -> None:
        place.keys.why = "This computer has no keyring that permdesk can use"
        vault = place.vault()
        keep(vault, 1)
        assert vault.storage.kind is StorageKind.MEMORY
        assert kept(vault) == ["admin1"]
        assert not place.file.exists()
        assert kept(place.vault()) == []

    def test_in_memory_too_an_error_keeps_nothing(self, place: Place) -> None:
        keep(place.vault(), 1)
        place.keys.why = "locked"
        vault = place.vault()
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                spoil(vault)
        assert kept(vault) == []

    def test_told_to_keep_nothing_it_keeps_nothing(self) -> None:
        vault = Vault(None, Keys(), tell=print)
        keep(vault, 1)
        assert kept(vault) == ["admin1"]
        assert vault.storage.kind is StorageKind.MEMORY


def test_with_a_true_keyring_library_in_between(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    file = tmp_path / "sign-ins.dat"
    with using(backend):
        vault = Vault(file, KeyringKeys(str(tmp_path)), tell=print)
        keep(vault, 1)
        assert list(backend.kept) == [("permdesk", str(tmp_path))]
        assert kept(Vault(file, KeyringKeys(str(tmp_path)), tell=print)) == ["admin1"]
        forget_all(vault)
        assert backend.kept == {}
