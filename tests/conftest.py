"""What every test is held to: no unexpected warning, nothing left running, no touch of the person's own folders."""

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import leaks
from tests.logfail import LogFail

# Before anything imports Qt. Whoever wants to watch the windows sets QT_QPA_PLATFORM.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":
    # The offscreen platform looks for fonts beside Qt, where none are.
    os.environ.setdefault("QT_QPA_FONTDIR", str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "Fonts"))

# A busy machine is slow, not wrong: how long one example takes decides nothing.
# A change is judged by the same examples each time; who works on it meets others at every run.
_SAME_EXAMPLES = os.environ.get("CI") == "true"
settings.register_profile("default", deadline=None, derandomize=_SAME_EXAMPLES)
settings.register_profile("few", deadline=None, derandomize=_SAME_EXAMPLES, max_examples=10)
settings.load_profile("default")

pytest_plugins = ["tests.platforms"]


@pytest.fixture(autouse=True, scope="session")
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Send whatever asks for the person's folders to a place of this session's own."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "USERPROFILE", "WIN_PD_OVERRIDE_LOCAL_APPDATA", "WIN_PD_OVERRIDE_APPDATA"):
            patch.setenv(name, str(home))
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.delenv(name, raising=False)
        patch.delenv("PERMDESK_ACCESS_TOKEN", raising=False)
        yield


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread or an active timer behind, and say where it was started."""
    with leaks.watched():
        yield


@pytest.fixture(autouse=True)
def _no_unexpected_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which a warning is logged that its marker ``logs_warning("pattern")`` does not announce."""
    patterns = [pattern for mark in request.node.iter_markers("logs_warning") for pattern in mark.args]
    with LogFail(patterns):
        yield


#: Of root's powers on Linux, those that make file permissions meaningless (capabilities(7)).
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
_CAPABILITIES_V3 = 0x20080522


@pytest.fixture
def read_only(tmp_path: Path, unprivileged: None) -> Iterator[Path]:
    """A folder that nobody may write to."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Do without root's power over files while the test runs as root, so that file permissions mean something.

    It stays root in name: what lies in root's own folders, this source tree perhaps, can still be read.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    # Two times effective, permitted, inheritable; the powers over files are in the first.
    held = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, held) == 0, os.strerror(ctypes.get_errno())
    less = (ctypes.c_uint32 * 6)(*held)
    less[0] &= ~(1 << _CAP_DAC_OVERRIDE | 1 << _CAP_DAC_READ_SEARCH)
    assert libc.capset(header, less) == 0, os.strerror(ctypes.get_errno())
    try:
        yield
    finally:
        assert libc.capset(header, held) == 0, os.strerror(ctypes.get_errno())
