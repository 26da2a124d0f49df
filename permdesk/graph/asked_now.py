"""A few lists read for one question, outside a scan: the same lists and the same care, and no journal."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from permdesk.domain.ports import CancelToken
from permdesk.graph.client import GraphClient
from permdesk.graph.collector import ListResult
from permdesk.graph.lists import ListProgress, Lists
from permdesk.graph.requests import ListRequest
from permdesk.graph.traffic import Traffic
from permdesk.graph.unkept import Unkept

#: Requests under way at once.
_LANES = 4
#: In place of a scan's name: nothing is kept under it.
_NOWHERE = "asked-now"


def read_lists(
    client: GraphClient, requests: Sequence[ListRequest[Any]], *, label: str, cancel: CancelToken, packed: bool = True
) -> list[ListResult[Any]]:
    """Return what each of some lists brought, in order.

    Args:
        client: fetches.
        requests: the lists.
        label: names them all in the log.
        cancel: asked several times a second.
        packed: their first pages come in one ``$batch``; else each is asked for by itself.

    Raises:
        SignInError: Microsoft does not accept the token.
        Cancelled: the person cancelled.
    """
    found: dict[int, ListResult[Any]] = {}
    with Traffic(lanes=_LANES, cancel=cancel) as traffic:
        lists = Lists(client, traffic, Unkept(_NOWHERE, datetime.now(UTC)), _nobody_hears)
        take = [(request, partial(found.__setitem__, place)) for place, request in enumerate(requests)]
        if packed:
            lists.read_packed(label, take)
        else:
            for request, then in take:
                lists.read(request, then)
        traffic.work()
    return [found[place] for place in range(len(requests))]


def _nobody_hears(_progress: ListProgress) -> None:
    return None
