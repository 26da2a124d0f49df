"""What records of consents, and the list of those to make, need of whoever keeps them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from permdesk.domain.consent_list import ConsentList
from permdesk.domain.consent_record import ConsentRecord
from permdesk.domain.retention import Retention


class KeptConsents(Struct, frozen=True):
    """Records, newest first.

    Attributes:
        unreadable: how many more are kept that are damaged, or that a newer permdesk wrote.
    """

    records: tuple[ConsentRecord, ...] = ()
    unreadable: int = 0


class ConsentStore(Protocol):
    """Keeps records and lists; every method raises StorageError where the history cannot be read or written."""

    def keep(self, record: ConsentRecord) -> None:
        """Keep a record; a later one of the same name replaces it."""
        ...

    def of_tenant(self, *, cloud: str, tenant_id: str, app_id: str | None = None) -> KeptConsents:
        """Return the records of a tenant, or of one of its apps."""
        ...

    def all(self) -> KeptConsents:
        """Return the records of every tenant."""
        ...

    def like(self, *, cloud: str, tenant_id: str, app_id: str | None, profile_id: str) -> KeptConsents:
        """Return the newest records of an app in any tenant of a cloud, and of other apps of its profile.

        Those of this app come first, those of this tenant among them.
        """
        ...

    def delete(self, record_ids: Sequence[str]) -> int:
        """Delete records; return how many there were."""
        ...

    def tidy(self, rule: Retention, *, now: datetime) -> int:
        """Delete the records that a rule for scans does not keep; of each app the newest stays."""
        ...

    def list_of(self, *, cloud: str, tenant_id: str) -> ConsentList | None:
        """Return the list of a tenant; None for none."""
        ...

    def keep_list(self, made: ConsentList) -> None:
        """Keep the list of a tenant in place of the one it had; an empty one is forgotten."""
        ...
