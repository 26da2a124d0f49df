"""A scan that was begun and not brought to its end, as the history shows it."""

from datetime import datetime, timedelta

from msgspec import Struct

from permdesk.domain.tenant import Account

#: An interrupted scan goes on for so long after it began: what it read first is not older than that.
GOES_ON = timedelta(hours=1)


class UnfinishedScan(Struct, frozen=True, gc=False):
    """What an interrupted scan left, or one that is under way has so far.

    Attributes:
        tenant_id: None where the token did not tell it.
        began: with time zone.
        account: who began it.
        pages: how many pages are kept.
    """

    scan_id: str
    cloud: str
    tenant_id: str | None
    began: datetime
    account: Account
    pages: int

    def goes_on_until(self) -> datetime:
        """Return the moment from which on the next scan begins anew."""
        return self.began + GOES_ON
