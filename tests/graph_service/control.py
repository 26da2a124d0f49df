"""What can be asked of a running service beside Graph's own paths: lines of JSON on its input."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from tests.graph_service.faults import Fault
from tests.graph_service.objects import GraphObjects
from tests.graph_service.service import Service, Switches


class Control:
    """Obeys lines such as ``{"do": "set", "latency": 0.05}``; the answer is JSON, ``error`` if refused."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def obey(self, line: str) -> dict[str, Any]:
        """Do what a line asks; never raises."""
        try:
            asked: dict[str, Any] = msgspec.json.decode(line)
            return {"done": getattr(self, "do_" + asked.pop("do"))(**asked)}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}

    def do_set(self, **named: Any) -> None:
        """Set switches by name; those not named stay."""
        merged = msgspec.to_builtins(self.service.switches) | named
        self.service.apply(msgspec.convert(merged, Switches))

    def do_faults(self, faults: list[dict[str, Any]], seed: int = 1) -> None:
        """Put faults in force, in place of those before."""
        self.service.faults.arrange(msgspec.convert(faults, list[Fault]), seed)
        self.service.faults.waits.clear()

    def do_reset(self) -> None:
        """Set everything as at the start but the tenant, and count from nothing."""
        self.service.apply(Switches())
        self.do_faults([])
        self.service.reset_counts()

    def do_load(self, objects: dict[str, Any]) -> None:
        """Serve another tenant."""
        self.service.load(msgspec.convert(objects, GraphObjects))

    def do_change(self, changes: list[list[Any]]) -> None:
        """Change the tenant: each a verb (add, remove, change), a collection, and a row, an id, or id and values."""
        directory = self.service.directory
        verbs: dict[str, Callable[..., None]] = {
            "add": directory.add,
            "remove": directory.remove,
            "change": directory.change,
        }
        for verb, *rest in changes:
            verbs[verb](*rest)
        self.service.changed()

    def do_memberships(self, rows: list[dict[str, Any]]) -> None:
        """Let other groups and directory roles be active for the signed-in user."""
        self.service.directory.objects.memberships[:] = rows
        self.service.changed()

    def do_forget_delta(self) -> None:
        """Make every delta token that was given out so far worthless: 410."""
        self.service.lists.delta.reset_at = self.service.lists.delta.now()

    def do_objects(self) -> dict[str, Any]:
        """Return the tenant as it is now."""
        found = {name: rows.rows for name, rows in self.service.directory.collections.items()}
        objects = self.service.directory.objects
        return found | {"organization": objects.organization, "me": objects.me, "memberships": objects.memberships}

    def do_apis(self) -> list[dict[str, str]]:
        """Return id and appId of every service principal that publishes a role for applications."""
        return [
            {"id": row["id"], "appId": row["appId"]}
            for row in self.service.directory.collections["servicePrincipals"].rows
            if any("Application" in role["allowedMemberTypes"] for role in row.get("appRoles", ()))
        ]

    def do_stats(self, *, reset: bool = False) -> dict[str, Any]:
        """Return what was counted; see Service.stats."""
        found = self.service.stats() | {"at": time.time()}
        if reset:
            self.service.reset_counts()
        return found

    def do_log(self) -> list[dict[str, Any]]:
        """Return every request since the last reset: method, target, status, fault, inner, eventual."""
        return list(self.service.log)
