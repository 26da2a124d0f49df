"""Vaults to try: a folder, a key store that can be made unreachable, and what is kept in them."""

from pathlib import Path

from permdesk.auth.keys import KeysUnavailableError
from permdesk.auth.vault import Vault
from tests.auth.backends import REFRESH_TOKEN, a_sign_in


class Keys:
    """A key store in memory, which can be made unreachable."""

    def __init__(self) -> None:
        self.secret: str | None = None
        self.why = ""
        self.asked = 0

    def why_not(self) -> str:
        return self.why

    def close(self) -> None:
        """Nobody waits."""

    def get(self) -> str | None:
        self._reach()
        return self.secret

    def set(self, secret: str) -> None:
        self._reach()
        self.secret = secret

    def forget(self) -> None:
        self._reach()
        self.secret = None

    def _reach(self) -> None:
        self.asked += 1
        if self.why:
            raise KeysUnavailableError(self.why)


class Place:
    """A folder, a key store, and vaults as processes would open them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "auth" / "sign-ins.dat"
        self.keys = Keys()
        self.told: list[str] = []

    def vault(self) -> Vault:
        """Open it as a new process would."""
        return Vault(self.file, self.keys, tell=self.told.append)

    @property
    def aside(self) -> list[Path]:
        return sorted(self.file.parent.glob("*.broken-*"))


def keep(vault: Vault, *numbers: int, token: str = REFRESH_TOKEN) -> None:
    with vault.open() as content:
        content.sign_ins += [a_sign_in(number) for number in numbers]
        content.caches["login|client"] = token


def kept(vault: Vault) -> list[str]:
    with vault.open() as content:
        return [sign_in.username.partition("@")[0] for sign_in in content.sign_ins]


def spoil(vault: Vault) -> None:
    """Change it, and fail."""
    with vault.open() as content:
        content.sign_ins[:] = [a_sign_in(9)]
        raise ZeroDivisionError


def forget_all(vault: Vault) -> None:
    with vault.open() as content:
        content.sign_ins.clear()
        content.caches.clear()
