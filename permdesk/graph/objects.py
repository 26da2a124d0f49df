"""Reads single objects by the batch: what APIs publish, and the people who hold grants of their own."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.grant import User
from permdesk.domain.page import ListName, Page
from permdesk.domain.permission import ApiDefinition
from permdesk.domain.wording import counted
from permdesk.errors import FormatError
from permdesk.graph import requests
from permdesk.graph.apis import Apis
from permdesk.graph.client import BATCH_SIZE
from permdesk.graph.collector import status_of
from permdesk.graph.faults import FaultKind, GraphFault
from permdesk.graph.lists import Body, Lists
from permdesk.graph.payloads import decode_definition, decode_user

T = TypeVar("T")
Outcome = GraphFault | FormatError

_DEFINITIONS = ListName(ReadName.DEFINITIONS)
_USERS = ListName(ReadName.USERS)


class Definitions:
    """What the APIs in use publish, each asked for once.

    Args:
        lists: fetches.
    """

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._asked: set[str] = set()
        self.found: dict[str, ApiDefinition] = {}
        self.faults: dict[str, Outcome] = {}
        for page in lists.journal.kept(_DEFINITIONS):
            self.found |= {key: row for key, row in page.rows.items() if row is not None}

    @property
    def asked(self) -> int:
        """How many were asked for."""
        return len(self._asked)

    @property
    def answered(self) -> int:
        """How many of them are known by now, or known not to be had."""
        return min(len(self._asked), len(self.found) + len(self.faults))

    def ask(self, app_ids: Sequence[str], apis: Apis) -> None:
        """Begin to read the definitions of those that were not asked for."""
        new = [api for api in app_ids if api not in self._asked and api not in self.found]
        self._asked |= set(app_ids)
        for start in range(0, len(new), BATCH_SIZE):
            part = new[start : start + BATCH_SIZE]
            paths = [requests.definition_path(api, apis.object_id(api)) for api in part]
            self._lists.bodies("Permissions that the APIs publish", paths, partial(self._take, part))

    def _take(self, app_ids: Sequence[str], bodies: list[Body]) -> None:
        rows: dict[str, ApiDefinition | None] = {}
        for app_id, body in zip(app_ids, bodies, strict=True):
            outcome = _decoded(body, decode_definition)
            if isinstance(outcome, ApiDefinition):
                rows[app_id] = self.found[app_id] = outcome
            else:
                self.faults[app_id] = outcome
        self._lists.journal.add(_DEFINITIONS, Page(rows))

    def coverage(self, apis: Apis) -> list[ReadCoverage]:
        """Return one entry for each API that was asked for, ordered by appId."""
        entries = []
        for app_id in sorted(self._asked):
            fault, definition = self.faults.get(app_id), self.found.get(app_id)
            read = ReadCoverage(
                ReadName.DEFINITIONS,
                ReadStatus.COMPLETE if fault is None else status_of(fault),
                rows=len(definition.permissions) if definition else 0,
                resource_app_id=app_id,
                resource=apis.name(app_id),
                detail=fault.title if fault else None,
            )
            entries.append(read)
        return entries


class People:
    """Names and state of people, each asked for once.

    Args:
        lists: fetches.
    """

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._asked: set[str] = set()
        self._faults: dict[str, Outcome] = {}
        self.found: dict[str, User] = {}
        for page in lists.journal.kept(_USERS):
            self.found |= {key: row for key, row in page.rows.items() if row is not None}

    @property
    def asked(self) -> int:
        """How many were asked for."""
        return len(self._asked)

    @property
    def answered(self) -> int:
        """How many of them are known by now, or known not to be had."""
        return min(len(self._asked), len(self.found) + len(self._faults))

    def ask(self, object_ids: Sequence[str]) -> None:
        """Begin to read those that were not asked for."""
        new = [one for one in object_ids if one not in self._asked and one not in self.found]
        self._asked |= set(object_ids)
        for start in range(0, len(new), BATCH_SIZE):
            part = new[start : start + BATCH_SIZE]
            paths = [requests.user_path(one) for one in part]
            self._lists.bodies("People with grants of their own", paths, partial(self._take, part))

    def _take(self, object_ids: Sequence[str], bodies: list[Body]) -> None:
        rows: dict[str, User | None] = {}
        for object_id, body in zip(object_ids, bodies, strict=True):
            outcome = _decoded(body, decode_user)
            if isinstance(outcome, GraphFault) and outcome.kind is FaultKind.GONE:
                outcome = User(object_id, gone=True)
            if isinstance(outcome, User):
                rows[object_id] = self.found[object_id] = outcome
            else:
                self._faults[object_id] = outcome
        self._lists.journal.add(_USERS, Page(rows))

    @property
    def users(self) -> tuple[User, ...]:
        """Those that were read, ordered by id."""
        return tuple(self.found[one] for one in sorted(self.found))

    def coverage(self) -> list[ReadCoverage]:
        """Return one entry for all of them; none where nobody was asked for."""
        if not self._asked:
            return []
        status, detail = ReadStatus.COMPLETE, None
        untold = sum(1 for user in self.found.values() if user.enabled is None and not user.gone)
        if self._faults:
            first = self._faults[min(self._faults)]
            status, detail = (ReadStatus.PARTIAL if self.found else status_of(first)), first.title
        elif untold:
            status = ReadStatus.PARTIAL
            detail = f"Microsoft did not tell whether {counted(untold, 'account')} may sign in"
        read = ReadCoverage(ReadName.USERS, status, rows=len(self.found), expected=len(self._asked), detail=detail)
        return [read]


def _decoded(body: Body, decode: Callable[[bytes], T]) -> T | Outcome:
    if isinstance(body, GraphFault):
        return body
    try:
        return decode(body)
    except FormatError as wrong:
        return wrong
