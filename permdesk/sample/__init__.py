"""The embedded sample tenant: Larkfield Instruments, served in-process behind the same Graph client as a real one."""

from datetime import UTC, datetime
from pathlib import Path

from permdesk.domain.knowledge import Knowledge
from permdesk.domain.ports import Transport
from permdesk.domain.tenant import Account

#: The tenant's id; ``tenant.toml`` serves the same.
SAMPLE_TENANT_ID = "5b1f7c0e-88d2-4a35-9d61-2f0c6be3a417"

#: The moment the sample is always read at, so that two runs give the same bytes.
SAMPLE_CLOCK = datetime(2026, 11, 22, 9, 42, tzinfo=UTC)

#: Who reads it.
SAMPLE_ACCOUNT = Account(username="admin@larkfield.example", home_tenant_id=SAMPLE_TENANT_ID)

#: Any token does: nothing leaves the program.
SAMPLE_TOKEN = "sample"  # noqa: S105 - it opens nothing


def sample_scan_id(*, complete: bool) -> str:
    """Return the fixed name of a scan of the sample, with or without its refused read."""
    return f"5a3b1e00-0000-4000-8000-00000000000{2 if complete else 1}"


def sample_transport(*, complete: bool, resources: Path) -> Transport:
    """Return a transport that answers from the sample tenant; it belongs to the global cloud's Graph address.

    Args:
        complete: permits the one read that the sample otherwise refuses.
        resources: the program's resources folder.

    Raises:
        BugError: a file of the program's own is missing or wrong.
    """
    from permdesk.sample.objects import graph_objects
    from permdesk.sample.service import SampleService
    from permdesk.sample.source import read_source

    return SampleService(graph_objects(read_source(resources)), complete=complete)


def sample_knowledge(resources: Path) -> Knowledge:
    """Return what a person has already said about the sample's apps; see ``permdesk.sample.knowledge``."""
    from permdesk.sample.knowledge import sample_knowledge as read

    return read(resources)
