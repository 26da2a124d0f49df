"""Makes what asks a tenant a single question: of the sample, and of a tenant behind a token."""

import uuid
from datetime import UTC, datetime

from permdesk.domain.cloud import CLOUDS, GLOBAL_ID
from permdesk.domain.questions import Questions
from permdesk.paths import resources
from permdesk.readings import Network
from permdesk.services.target import ReadTarget, SampleTarget, TokenTarget


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
