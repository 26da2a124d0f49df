"""Makes what reads a tenant and what keeps its pages, and what asks it: the sample, and tenants behind a token."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import permdesk
from permdesk.domain.cloud import CLOUDS, GLOBAL_ID
from permdesk.domain.knowledge import Knowledge
from permdesk.domain.ports import Catalog
from permdesk.domain.questions import Questions
from permdesk.errors import StorageError
from permdesk.paths import resources
from permdesk.services.scan import Reading
from permdesk.services.target import ReadTarget, SampleTarget, TokenTarget

if TYPE_CHECKING:
    from permdesk.graph.https import HttpsSession
    from permdesk.graph.plan import OfInterest
    from permdesk.history.store import HistoryStore


class Network(Protocol):
    """Has one https session for each file of further trust anchors."""

    def session(self, ca_file: Path | None) -> "HttpsSession":
        """Return the session."""
        ...


class Readings:
    """Makes readings.

    Args:
        catalog: says which APIs profiles document.
        history: keeps the pages, and knows which apps are held against a profile.
        network: carries the requests.
        sample: what was said of the sample tenant's apps.
    """

    def __init__(
        self, *, catalog: Catalog, history: "HistoryStore", network: Network, sample: Callable[[], Knowledge]
    ) -> None:
        self._catalog = catalog
        self._history = history
        self._network = network
        self._sample = sample

    def __call__(self, target: ReadTarget, *, afresh: bool = False) -> Reading:
        """Return what reads this target; the sample is read by the same client as any other tenant.

        Args:
            target: the sample, or a tenant behind a token.
            afresh: go on with no interrupted scan, and bring none up to date.

        Raises:
            StorageError: the catalog or a trust anchor cannot be read.
        """
        return self._of_sample(target) if isinstance(target, SampleTarget) else self._of_tenant(target, afresh)

    def _watched(self) -> set[str]:
        apis = {api.app_id for api in self._catalog.facts().apis}
        profiles = self._catalog.profiles().values()
        return apis | {r.resource_app_id for profile in profiles for r in profile.requirements}

    def _of_interest(self, knowledge: Knowledge) -> "OfInterest":
        from permdesk.domain.interest import of_interest

        profiles = self._catalog.profiles()
        return lambda registrations, principals: of_interest(
            registrations, principals, profiles=profiles, knowledge=knowledge
        )

    def _of_sample(self, target: SampleTarget) -> Reading:
        from permdesk.graph.client import GraphClient
        from permdesk.graph.reader import TenantReader
        from permdesk.graph.tokens import StaticToken
        from permdesk.graph.unkept import Unkept
        from permdesk.sample import (
            SAMPLE_ACCOUNT,
            SAMPLE_TENANT_ID,
            SAMPLE_TOKEN,
            sample_clock,
            sample_end,
            sample_scan_id,
            sample_transport,
        )

        cloud = CLOUDS[GLOBAL_ID]
        transport = sample_transport(complete=target.complete, resources=resources(), consent=target.consent)
        reader = TenantReader(
            GraphClient(transport, StaticToken(SAMPLE_TOKEN, cloud=cloud), cloud),
            account=SAMPLE_ACCOUNT,
            watched_apis=self._watched(),
            program_version=permdesk.__version__,
            of_interest=self._of_interest(self._sample()),
            tenant_id=SAMPLE_TENANT_ID,
            # It answers at once: two at a time would only stand in each other's way.
            lanes=1,
            clock=lambda: sample_end(target.consent),
        )
        scan_id = sample_scan_id(complete=target.complete, consent=target.consent)
        return Reading(reader, Unkept(scan_id, sample_clock(target.consent), keep=self._history.keep))

    def _of_tenant(self, target: TokenTarget, afresh: bool) -> Reading:
        from permdesk.domain.scan_store import ScanOf
        from permdesk.graph.client import GraphClient
        from permdesk.graph.reader import TenantReader
        from permdesk.graph.requests import PLAN
        from permdesk.graph.standing import Ahead
        from permdesk.graph.transport import HttpsTransport

        token, cloud = target.token, target.cloud
        client = GraphClient(HttpsTransport(self._network.session(target.ca_file)), token, cloud)
        # Under way while the history opens: on a small tenant that takes as long as an answer.
        ahead = Ahead(client)
        reader = TenantReader(
            client,
            account=token.account,
            watched_apis=self._watched(),
            program_version=permdesk.__version__,
            of_interest=self._of_interest(self._said(cloud.id, token.tenant_id)),
            tenant_id=token.tenant_id,
            permissions=target.permissions,
            clock=lambda: datetime.now(UTC),
            ahead=ahead,
        )
        journal = self._history.begin(
            ScanOf(cloud.id, cloud.graph, token.tenant_id, token.account, PLAN),
            new_scan_id=lambda: str(uuid.uuid4()),
            now=datetime.now(UTC),
            afresh=afresh,
        )
        return Reading(reader, journal)

    def _said(self, cloud: str, tenant_id: str | None) -> Knowledge:
        if tenant_id is None:
            return Knowledge()
        try:
            return self._history.knowledge(cloud=cloud, tenant_id=tenant_id)
        except StorageError:
            # Whoever compares says that the history cannot be read; reading does without.
            return Knowledge()


class Asking:
    """Makes questions.

    Args:
        network: carries the requests.
    """

    def __init__(self, network: Network) -> None:
        self._network = network

    def __call__(self, target: ReadTarget) -> Questions:
        """Return what asks this target; the sample is asked by the same client as any other tenant.

        Raises:
            StorageError: a trust anchor cannot be read.
        """
        return self._of_sample(target) if isinstance(target, SampleTarget) else self._of_tenant(target)

    def _of_sample(self, target: SampleTarget) -> Questions:
        from permdesk.graph.client import GraphClient
        from permdesk.graph.questions import TenantQuestions
        from permdesk.graph.tokens import StaticToken
        from permdesk.sample import SAMPLE_TOKEN, sample_clock, sample_scan_id, sample_transport

        cloud = CLOUDS[GLOBAL_ID]
        transport = sample_transport(complete=target.complete, resources=resources(), consent=target.consent)
        reading_id = sample_scan_id(complete=target.complete, consent=target.consent)
        return TenantQuestions(
            GraphClient(transport, StaticToken(SAMPLE_TOKEN, cloud=cloud), cloud),
            permissions=None,
            clock=lambda: sample_clock(target.consent),
            new_id=lambda: str(uuid.uuid5(uuid.UUID(reading_id), "one app")),
        )

    def _of_tenant(self, target: TokenTarget) -> Questions:
        from permdesk.graph.client import GraphClient
        from permdesk.graph.questions import TenantQuestions
        from permdesk.graph.transport import HttpsTransport

        client = GraphClient(HttpsTransport(self._network.session(target.ca_file)), target.token, target.cloud)
        return TenantQuestions(
            client,
            permissions=target.permissions,
            clock=lambda: datetime.now(UTC),
            new_id=lambda: str(uuid.uuid4()),
        )
