"""No token in anything that was written: every file of this run, and every line that was logged, is searched."""

import logging
from pathlib import Path

import pytest

from permdesk.errors import SignInError
from tests.system.sign_in.desk import Desk, Service
from tests.system.sign_in.processes import run, without_bus

pytestmark = pytest.mark.linux


def known(service: Service) -> set[str]:
    """Return every code and token that the provider issued, and the end of each: a cut one is a leak, too."""
    issued: list[str] = service.provider.ask("issued")["issued"]
    assert len(issued) >= 8
    assert all(len(token) > 40 for token in issued)
    return {part for token in issued for part in (token, token[-24:])}


def found(secrets: set[str], *folders: Path) -> list[str]:
    """Return the files in which one stands, and how often."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    hits = {path: sum(secret.encode() in path.read_bytes() for secret in secrets) for path in files}
    return [f"{path}: {count}" for path, count in hits.items() if count]


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

    secrets = known(service)
    # The search finds what is there.
    leak = tmp_path / "leak"
    leak.write_text("x" + next(iter(secrets)) + "y", encoding="utf-8")
    assert [line.partition(": ")[0] for line in found(secrets, tmp_path)] == [str(leak)]
    leak.unlink()

    logs = list(tmp_path.rglob("permdesk.log"))
    assert len(logs) == 2
    assert any("permdesk" in log.read_text(encoding="utf-8") for log in logs)
    # Everything that all sign-in tests of this run wrote, and the keyring's own files.
    assert found(secrets, *folders, Path(keyring_session["HOME"])) == []
    assert not [secret for secret in secrets if secret in caplog.text + "".join(desk.told) + repr(sign_in)]
