"""What a request costs, and what Graph does once the quota is used up (concepts/throttling-limits.md)."""

import math
import time
from collections import deque

from tests.graph_service.query import Query
from tests.graph_service.replies import Reply, error

_TWO = {"applications", "oauth2permissiongrants", "users"}
#: Seconds over which the quota of an app in a tenant counts.
WINDOW = 10.0
_KEYS_PER_MINUTE = 150


def cost(query: Query) -> int:
    """Return the resource units of a GET."""
    segments = [segment.lower() for segment in query.segments]
    first = segments[0].partition("(")[0]
    double = (
        len(segments) == 1 and first in _TWO,
        first == "oauth2permissiongrants" and len(segments) == 2 and not segments[1].startswith(("$", "delta")),
        first == "serviceprincipals" and segments[-1] == "approleassignments",
        first in ("me", "users") and segments[-1] in ("transitivememberof", "memberof"),
    )
    units = 2 if any(double) else 1
    units -= "$select" in query.options
    units += "$expand" in query.options
    units -= query.page_size < 20
    return max(1, units)


class Quota:
    """A token bucket of resource units for one app in one tenant; ``units`` None lets everything pass."""

    def __init__(self, units: int | None = None, *, tenant: str = "", limit_keys: bool = False) -> None:
        self.units, self.tenant, self.limit_keys = units, tenant, limit_keys
        self._left = float(units or 0)
        self._asked = time.monotonic()
        self._keys: deque[float] = deque()

    @property
    def idle(self) -> bool:
        return self.units is None and not self.limit_keys

    def take(self, query: Query) -> tuple[Reply | None, tuple[tuple[str, str], ...]]:
        """Pay for a request; return Graph's 429 or None, and the headers that tell how far the quota is used."""
        now = time.monotonic()
        if self.limit_keys and "keyCredentials" in query.selected:
            while self._keys and now - self._keys[0] > 60:
                self._keys.popleft()
            if len(self._keys) >= _KEYS_PER_MINUTE:
                return self._refuse(math.ceil(60 - (now - self._keys[0])), "KeyCredentialsLimitExceeded"), ()
            self._keys.append(now)
        if self.units is None:
            return None, ()
        self._left = min(float(self.units), self._left + (now - self._asked) * self.units / WINDOW)
        self._asked = now
        price = cost(query)
        used = 1 - (self._left - price) / self.units
        if self._left < price:
            # Whoever goes on asking goes on paying, though not without end.
            self._left = max(self._left - price / 10, -0.8 * self.units)
            wait = max(1, math.ceil((price - self._left) * WINDOW / self.units))
            return self._refuse(wait, "ResourceUnitLimitExceeded"), _percentage(used)
        self._left -= price
        return None, _percentage(used)

    def _refuse(self, wait: int, reason: str) -> Reply:
        return error(
            429,
            "TooManyRequests",
            "Too many requests.",
            ("Retry-After", str(wait)),
            ("x-ms-throttle-scope", f"Tenant_Application/ReadWrite/00000000-0000-0000-0000-0000000000aa/{self.tenant}"),
            ("x-ms-throttle-information", reason),
        )


def _percentage(used: float) -> tuple[tuple[str, str], ...]:
    return (("x-ms-throttle-limit-percentage", f"{min(used, 1.8):.2f}"),) if used > 0.8 else ()
