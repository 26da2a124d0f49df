"""What a scan of the timeline comes to: its verdicts, how completely it was read, what changed since the one before."""

from msgspec import Struct

from permdesk.domain.finding import Verdict
from permdesk.domain.scan_diff import Outcome
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.snapshot import Snapshot
from permdesk.presentation.difference import summary_words
from permdesk.presentation.explanation import completeness
from permdesk.presentation.summary import summarize
from permdesk.services.compare import Compare
from permdesk.services.history import History
from permdesk.services.letting_go import let_go


class Change(Struct, frozen=True, gc=False):
    """What changed from the scan before.

    Attributes:
        before: id of that scan.
        apps: how many apps changed for certain.
        granted, withdrawn: tenant-wide grants that came and went.
        certain: everything it rests on was read in both scans.
        words: the difference in one sentence.
    """

    before: str
    apps: int
    granted: int
    withdrawn: int
    certain: bool
    words: str


class Insight(Struct, frozen=True, gc=False):
    """What one scan comes to, by today's catalog and by what people say today.

    Attributes:
        verdicts: apps held against a profile, by verdict.
        unconfirmed: apps held against one that wait for a person's word, with nothing else wrong.
        own_to_look: apps held against their own manifest that are not as configured.
        reads: such as "9 of 9 reads complete".
        rows: such as "read 839 of 839".
        change: None where it is the first scan of the tenant.
    """

    verdicts: dict[Verdict, int]
    unconfirmed: int
    own_to_look: int
    reads: str
    rows: str
    change: Change | None


class Insights:
    """Looks at kept scans one by one; the scan before is kept in hand, for it is the next to be looked at.

    Not for several threads at once.
    """

    def __init__(self, history: History, compare: Compare) -> None:
        self._history, self._compare = history, compare
        self._in_hand: tuple[str, Snapshot] | None = None

    def of(self, record: ScanRecord, before: ScanRecord | None) -> Insight:
        """Return what a scan comes to.

        Args:
            record: the scan.
            before: the scan before it; None for the first.

        Raises:
            UsageError: one of them was deleted meanwhile.
            StorageError: catalog or history cannot be read.
            FormatError: a scan or the catalog is damaged.
        """
        scan = self._loaded(record)
        earlier = self._history.load(before) if before is not None else None
        comparison = self._compare.beside(scan)
        summary = summarize(comparison)
        rows, reads, _ = completeness(comparison.reads)
        change = self._change(earlier, scan) if earlier is not None else None
        made = Insight(summary.verdicts, summary.unconfirmed, summary.own_to_look, reads, rows, change)
        held: list[object] = [comparison, scan, self._in_hand]
        self._in_hand = (before.scan_id, earlier) if before is not None and earlier is not None else None
        del comparison, summary, scan
        let_go(held)
        return made

    def put_down(self) -> None:
        """Keep nothing in hand."""
        held: list[object] = [self._in_hand]
        self._in_hand = None
        let_go(held)

    def _loaded(self, record: ScanRecord) -> Snapshot:
        if self._in_hand is not None and self._in_hand[0] == record.scan_id:
            return self._in_hand[1]
        return self._history.load(record)

    def _change(self, older: Snapshot, newer: Snapshot) -> Change:
        diff = self._history.diff(older, newer)
        granted = [change.outcome for app in diff.apps for change in app.granted]
        return Change(
            older.scan_id,
            sum(app.changed for app in diff.apps),
            granted.count(Outcome.ADDED),
            granted.count(Outcome.REMOVED),
            diff.certain,
            summary_words(diff),
        )
