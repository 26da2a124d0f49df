"""Keyrings of the tests' own, as keyring's authors mean backends to be made, and sign-ins to keep."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.sign_in import SignIn

TENANT = "3f2b8c1e-6a4d-4e0b-9d57-1c2a7e5b9f10"
OTHER_TENANT = "a81d4c77-0b52-4c3e-8e6f-52d9b3c7e421"
CLIENT = "5b0f6e2a-93d1-4f6c-a1b8-7e4c2d905a33"
#: In the shapes that Microsoft gives them.
REFRESH_TOKEN = "1.AXkAHowtHisBeginsIsKnown" + "Zq8" * 60
ACCESS_TOKEN = "eyJ0eXAiOiJKV1QifQ.eyJhdWQiOiJsYXJrZmllbGQifQ." + "Kx7" * 80


def a_sign_in(number: int = 1, *, tenant: str = TENANT, client: str = CLIENT) -> SignIn:
    """Return one of many."""
    return SignIn(
        cloud=CLOUDS["global"],
        client_id=client,
        account_id=f"oid-{number}.{TENANT}",
        username=f"admin{number}@larkfield.example",
        tenant_id=tenant,
        home_tenant_id=TENANT,
    )


class MemoryKeyring(KeyringBackend):
    """Keeps secrets as long as it lives."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class ForgetfulKeyring(MemoryKeyring):
    """Takes everything, and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Forget it."""


class FailingKeyring(MemoryKeyring):
    """Raises whatever it is given."""

    def __init__(self, problem: BaseException) -> None:
        super().__init__()
        self.problem = problem

    def get_password(self, service: str, username: str) -> str | None:
        raise self.problem


class HangingKeyring(MemoryKeyring):
    """Answers only when it is let go; counts who asked."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.go.wait(30)
        return None


@contextmanager
def using(backend: KeyringBackend) -> Iterator[None]:
    """Let keyring use a backend for a while."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)


class DeadKeyring(MemoryKeyring):
    """Never answers; made by name, in programs that are started."""

    def get_password(self, service: str, username: str) -> str | None:
        threading.Event().wait(600)
        return None
