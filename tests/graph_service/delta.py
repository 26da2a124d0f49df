"""Delta queries of applications, servicePrincipals and oauth2PermissionGrants (concepts/delta-query-overview.md)."""

import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec
from msgspec import Struct

from tests.graph_service.directory import TYPES, Directory
from tests.graph_service.objects import Json
from tests.graph_service.query import VERSION, Query, allow, check_select
from tests.graph_service.rendering import page, project
from tests.graph_service.replies import Refusal, Reply, bad_request, unsupported

#: Delta tokens of directory objects live seven days.
LIFE_SECONDS = 7 * 24 * 3600
#: Rows of a page; $top is not among the options of these functions.
PAGE = 200
_IDS = re.compile(r"id\s+eq\s+'?([0-9A-Za-z_-]+)'?", re.IGNORECASE)


class DeltaToken(Struct, frozen=True, array_like=True):
    """The state of a round: the changes up to ``since`` are known to the client; ``place`` None once all rows were."""

    collection: str
    selected: list[str]
    ids: list[str]
    #: The number of the last change that the client knows, and when the token was made (the service's clock).
    since: int
    made: float
    #: Where the next page starts, in rows of the first round or in changes of a later one.
    place: float | None = None
    first_round: bool = False
    until: int = 0

    def encoded(self) -> str:
        return urlsafe_b64encode(msgspec.msgpack.encode(self)).decode().rstrip("=")


class Delta:
    """Answers delta queries; ``ahead`` moves the service's clock so that tokens age."""

    def __init__(self, directory: Directory, origin: str) -> None:
        self.directory, self.origin = directory, origin
        self.ahead = 0.0
        #: Changes shown again though the client knows them; 0 is an even better service than Microsoft's.
        self.replays = 0
        #: The epoch of a change that made every earlier token worthless.
        self.reset_at = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def answer(self, query: Query, collection: str) -> Reply:
        """Return a page of a delta round; raises Refusal."""
        allow(query, "$select", "$filter", "$skiptoken", "$deltatoken", "$format")
        check_select(query, TYPES[collection])
        text = query.options.get("$skiptoken") or query.options.get("$deltatoken")
        latest = self._latest()
        if text is None or (text == "" and "$deltatoken" in query.options):
            token = DeltaToken(
                collection, query.selected, self._ids(query), latest, self.now(), first_round=True, until=latest
            )
            return self._rows(token)
        if text.lower() == "latest":
            token = DeltaToken(collection, query.selected, self._ids(query), latest, self.now())
            return self._page(token, [], None)
        if query.options.get("$select") or query.options.get("$filter"):
            raise bad_request("Query options must be given in the initial delta request alone.")
        token = self._read(text, collection)
        if token.first_round:
            return self._rows(token)
        return self._changes(token, latest)

    def _latest(self) -> int:
        return self.directory.changes[-1].number if self.directory.changes else 0

    def _ids(self, query: Query) -> list[str]:
        text = query.options.get("$filter")
        if text is None:
            return []
        parts = re.split(r"\s+or\s+", text.strip())
        matches = [_IDS.fullmatch(part) for part in parts]
        if not all(matches):
            raise unsupported("The only filter of a delta query is by id.")
        return [match[1] for match in matches if match]

    def _read(self, text: str, collection: str) -> DeltaToken:
        try:
            token = msgspec.msgpack.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=DeltaToken)
        except (ValueError, msgspec.DecodeError):
            raise bad_request("The delta token is invalid.") from None
        if token.collection != collection:
            raise bad_request("The delta token belongs to another collection.")
        location = ("Location", f"{self.origin}/{VERSION}/{collection}/delta?$deltatoken=")
        if self.now() - token.made > LIFE_SECONDS:
            message = "The sync state generation is not found; the delta token has expired."
            raise Refusal(410, "syncStateNotFound", message, location)
        if token.made < self.reset_at:
            message = "Resync required. The client must start again with a full synchronization."
            raise Refusal(410, "resyncRequired", message, location)
        return token

    # Pages --------------------------------------------------------------------------------------------------------

    def _rows(self, token: DeltaToken) -> Reply:
        rows, place = self.directory.collections[token.collection].page(token.place, PAGE)
        shown = [row for row in rows if not token.ids or row["id"] in token.ids]
        following = None if place is None else msgspec.structs.replace(token, place=place)
        done = DeltaToken(token.collection, token.selected, token.ids, token.since, token.made)
        return self._page(done, [self._shown(row, token) for row in shown], following)

    def _changes(self, token: DeltaToken, latest: int) -> Reply:
        """Show each changed object once with its state of now; what came and went since is shown as removed."""
        until = token.until or latest
        start = max(0, token.since - self.replays) if token.place is None else int(token.place)
        seen: dict[str, Any] = {}
        last = start
        for change in self.directory.changes:
            if not start < change.number <= until or change.collection != token.collection:
                continue
            if len(seen) >= PAGE and change.id not in seen:
                break
            last = change.number
            if token.ids and change.id not in token.ids:
                continue
            row = self.directory.by_id(token.collection).get(change.id.lower())
            if row is not None:
                if change.names is None or not token.selected or change.names & set(token.selected):
                    seen[change.id] = self._shown(row, token)
            else:
                reason = change.removed or seen.get(change.id, {}).get("@removed", {}).get("reason", "deleted")
                seen[change.id] = {"id": change.id, "@removed": {"reason": reason}}
        else:
            last = until
        following = None
        if last < until:
            following = msgspec.structs.replace(token, place=float(last), until=until)
        done = DeltaToken(token.collection, token.selected, token.ids, until, self.now())
        return self._page(done, list(seen.values()), following)

    def _shown(self, row: Json, token: DeltaToken) -> Json:
        names = list(dict.fromkeys(["id", *token.selected])) if token.selected else []
        return project(row, TYPES[token.collection], names)

    def _page(self, done: DeltaToken, rows: list[Json], following: DeltaToken | None) -> Reply:
        names = f"({','.join(done.selected)})" if done.selected else ""
        head: dict[str, Any] = {"@odata.context": f"{self.origin}/{VERSION}/$metadata#{done.collection}{names}"}
        where = f"{self.origin}/{VERSION}/{done.collection}/delta?"
        if following is not None:
            head["@odata.nextLink"] = f"{where}$skiptoken={following.encoded()}"
        else:
            head["@odata.deltaLink"] = f"{where}$deltatoken={done.encoded()}"
        return Reply(200, page(head, rows))
