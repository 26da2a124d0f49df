"""The embedded sample tenant: Larkfield Instruments, served in-process behind the same Graph client as a real one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from permdesk.domain.knowledge import Knowledge
from permdesk.domain.played_consent import PlayedConsent
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


#: So long reading it is said to take: a tenant of its size does.
_TAKES = timedelta(minutes=2)
#: So long after it the sample is read again once a consent was played.
_PLAYED_AFTER = timedelta(minutes=49)


def sample_scan_id(*, complete: bool, consent: PlayedConsent | None = None) -> str:
    """Return the fixed name of a scan of the sample, with or without its refused read, after a consent or before."""
    name = f"5a3b1e00-0000-4000-8000-00000000000{2 if complete else 1}"
    return name if consent is None else str(uuid5(UUID(name), repr(consent)))


def sample_clock(consent: PlayedConsent | None) -> datetime:
    """Return the moment that the sample is read at; after a played consent it is later, by the grants it shows."""
    if consent is None:
        return SAMPLE_CLOCK
    return SAMPLE_CLOCK + _PLAYED_AFTER + timedelta(seconds=len(consent.added))


def sample_end(consent: PlayedConsent | None) -> datetime:
    """Return the moment that reading the sample ends, on the clock that never moves."""
    return sample_clock(consent) + _TAKES


def sample_transport(*, complete: bool, resources: Path, consent: PlayedConsent | None = None) -> Transport:
    """Return a transport that answers from the sample tenant; it belongs to the global cloud's Graph address.

    Args:
        complete: permits the one read that the sample otherwise refuses.
        resources: the program's resources folder.
        consent: acted out before anything is read; None for none.

    Raises:
        BugError: a file of the program's own is missing or wrong.
    """
    from permdesk.sample.objects import graph_objects
    from permdesk.sample.playing import play
    from permdesk.sample.service import SampleService
    from permdesk.sample.source import read_source

    objects = graph_objects(read_source(resources))
    if consent is not None:
        play(objects, consent)
    return SampleService(objects, complete=complete)


def sample_knowledge(resources: Path) -> Knowledge:
    """Return what a person has already said about the sample's apps; see ``permdesk.sample.knowledge``."""
    from permdesk.sample.knowledge import sample_knowledge as read

    return read(resources)
