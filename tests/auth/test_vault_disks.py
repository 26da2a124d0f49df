"""The vault on disks that are full, closed or pulled away: the old content or the new one, never less."""

import errno
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from permdesk.errors import StorageError
from tests.auth.vaults import Place, keep, kept

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "os.fdopen"])
def test_a_write_that_fails_leaves_what_was(place: Place, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    keep(place.vault(), 1)
    before = place.file.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    vault = place.vault()
    with monkeypatch.context() as patch:
        patch.setattr(step, full)
        with pytest.raises(StorageError, match="No space left on device"):
            keep(vault, 2)
    assert place.file.read_bytes() == before
    assert sorted(path.name for path in place.file.parent.iterdir()) == ["sign-ins.dat", "sign-ins.dat.lock"]
    assert kept(vault) == ["admin1"]


@pytest.mark.linux
def test_a_disk_that_takes_no_more_leaves_what_was(place: Place) -> None:
    """A true limit of the system, in a process of its own: no file may grow past 300 bytes."""
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from permdesk.auth.vault import Vault\n"
        "from permdesk.errors import StorageError\n"
        "class Keys:\n"
        "    get = staticmethod(lambda: sys.argv[2])\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))\n"
        "try:\n"
        "    with Vault(Path(sys.argv[1]), Keys(), tell=print).open() as content:\n"
        "        content.caches['more'] = 'x' * 1000\n"
        "except StorageError as problem:\n"
        "    print(problem.detail)\n"
    )
    keep(place.vault(), 1)
    before = place.file.read_bytes()
    command = [sys.executable, "-c", program, str(place.file), place.keys.secret or ""]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "File too large.\n"
    assert place.file.read_bytes() == before
    assert len(list(place.file.parent.iterdir())) == 2


@pytest.mark.linux
def test_killed_at_any_moment_it_leaves_the_old_or_the_new(place: Place) -> None:
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from permdesk.auth.vault import Vault\n"
        "class Keys:\n"
        "    get = staticmethod(lambda: sys.argv[2])\n"
        "real = os.fsync\n"
        "def fsync(handle):\n"
        "    real(handle)\n"
        "    os.kill(os.getpid(), 9)\n"
        "os.fsync = fsync\n"
        "with Vault(Path(sys.argv[1]), Keys(), tell=print).open() as content:\n"
        "    content.caches['more'] = 'x'\n"
    )
    keep(place.vault(), 1)
    before = place.file.read_bytes()
    command = [sys.executable, "-c", program, str(place.file), place.keys.secret or ""]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -9
    assert place.file.read_bytes() == before
    # And its lock is gone with it.
    assert kept(place.vault()) == ["admin1"]


@pytest.mark.linux
def test_a_folder_that_cannot_be_written(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("unprivileged")
    folder = Path(tempfile.mkdtemp())
    try:
        place = Place(folder)
        keep(place.vault(), 1)
        before = place.file.read_bytes()
        place.file.parent.chmod(0o500)
        with pytest.raises(StorageError, match="Permission denied") as told:
            keep(place.vault(), 2)
        assert "--data-dir" in told.value.remedy
        assert place.file.read_bytes() == before
    finally:
        (folder / "auth").chmod(0o700)
        shutil.rmtree(folder)


def test_a_folder_in_place_of_the_file(place: Place) -> None:
    place.file.mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be used"):
        kept(place.vault())
