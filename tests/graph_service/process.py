"""Starts the service in a process of its own, changes it while it runs, and ends it.

with GraphService(size="small") as service:
    service.set(latency=0.05)
    service.faults(Fault(kind="429", rate=0.05), Fault(kind="reset", rate=0.01), seed=3)
    ... GET service.origin + "/v1.0/applications" with service.token, trusting service.ca_file ...
    service.stats()["cpu_seconds"]
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from tests.graph_service.faults import Fault
from tests.graph_service.objects import GraphObjects, Json
from tests.graph_service.service import TOKEN

_ROOT = Path(__file__).parents[2]
_PATIENCE = 20.0


class GraphService:
    """The service as its user has it: where it is, what opens it, what can be set.

    Args:
        size: the generated tenant: "tiny" (a handful), "small" (1,000 applications, 3,000 service principals, 12,000
            grants) or "large" (20,000, 60,000, 250,000).
        seed: of the generated tenant.
        objects: a tenant to serve in place of a generated one.
        core: the processor core that the service stays on (Linux).
    """

    #: The bearer token that the service takes at the start.
    token = TOKEN

    def __init__(
        self, *, size: str = "tiny", seed: int = 7, objects: GraphObjects | None = None, core: int | None = None
    ) -> None:
        command = [sys.executable, "-m", "tests.graph_service", "--size", size, "--seed", str(seed)]
        command += ["--core", str(core)] if core is not None else []
        self._process = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        try:
            told = self._read()
            self.origin: str = told["origin"]
            self.port: int = told["port"]
            self.ca_file = Path(told["ca_file"])
            if objects is not None:
                self.load(objects)
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """End the service and wait until it is gone."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    # What can be asked of it --------------------------------------------------------------------------------------

    def set(self, **switches: Any) -> None:
        """Set switches (service.Switches); those not named stay as they are."""
        self._ask("set", **switches)

    def faults(self, *faults: Fault, seed: int = 1) -> None:
        """Put faults in force in place of those before; none at all ends them."""
        self._ask("faults", faults=msgspec.to_builtins(faults), seed=seed)

    def reset(self) -> None:
        """Set everything but the tenant as at the start, and count from nothing."""
        self._ask("reset")

    def load(self, objects: GraphObjects) -> None:
        """Serve another tenant."""
        self._ask("load", objects=msgspec.to_builtins(objects))

    def add(self, collection: str, row: Json) -> None:
        """Let an object appear in a collection such as ``servicePrincipals`` or ``appRoleAssignments``."""
        self.change([["add", collection, row]])

    def remove(self, collection: str, identity: str) -> None:
        """Let an object go."""
        self.change([["remove", collection, identity]])

    def update(self, collection: str, identity: str, **values: Any) -> None:
        """Set properties of an object."""
        self.change([["change", collection, identity, values]])

    def change(self, changes: Iterable[list[Any]]) -> None:
        """Do several changes at once; see control.Control.do_change."""
        self._ask("change", changes=list(changes))

    def memberships(self, rows: Iterable[Json]) -> None:
        """Let other groups and directory roles be active for the signed-in user, as PIM does."""
        self._ask("memberships", rows=list(rows))

    def forget_delta(self) -> None:
        """Make every delta token given out so far worthless (410 resyncRequired)."""
        self._ask("forget_delta")

    def objects(self) -> dict[str, Any]:
        """Return the tenant as it is now: rows by collection, ``organization``, ``me``, ``memberships``."""
        found: dict[str, Any] = self._ask("objects")
        return found

    def apis(self) -> list[dict[str, str]]:
        """Return ``id`` and ``appId`` of every service principal that publishes a role for applications."""
        found: list[dict[str, str]] = self._ask("apis")
        return found

    def stats(self, *, reset: bool = False) -> dict[str, Any]:
        """Return what was counted since the last reset.

        ``cpu_seconds`` and ``wall_seconds`` of the service, ``requests`` (whole ones), ``inner`` (in batches),
        ``bytes`` sent, ``connections``, ``violations`` (methods other than GET and the batch POST), ``early``
        (requests that did not wait out their Retry-After), ``faults`` shown by kind.
        """
        found: dict[str, Any] = self._ask("stats", reset=reset)
        return found

    def log(self) -> list[dict[str, Any]]:
        """Return the requests since the last reset: method, target, status, fault, inner, eventual."""
        found: list[dict[str, Any]] = self._ask("log")
        return found

    def _ask(self, verb: str, **named: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": verb, **named}) + "\n")
        self._process.stdin.flush()
        return self._read()["done"]

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the Graph service ended with {self._process.wait(_PATIENCE)}")
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            raise ValueError(told["error"])
        return told
