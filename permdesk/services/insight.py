"""What a scan of the timeline comes to: its verdicts, how completely it was read, what changed since the one before."""

import threading

from permdesk.domain.ports import CancelToken
from permdesk.domain.scan_diff import Outcome
from permdesk.domain.scan_store import ScanRecord
from permdesk.domain.snapshot import Snapshot
from permdesk.errors import Cancelled
from permdesk.presentation.difference import summary_words
from permdesk.presentation.explanation import completeness
from permdesk.presentation.scan_insight import Change, Insight
from permdesk.presentation.summary import summarize
from permdesk.services.compare import Compare
from permdesk.services.history import History
from permdesk.services.letting_go import let_go


class Insights:
    """Looks at kept scans one by one; the scan before is kept in hand, for it is the next to be looked at.

    Any thread may ask; they are answered one after the other.
    """

    def __init__(self, history: History, compare: Compare) -> None:
        self._history, self._compare = history, compare
        self._lock = threading.Lock()
        self._in_hand: tuple[str, Snapshot] | None = None

    def of(self, record: ScanRecord, before: ScanRecord | None, *, cancel: CancelToken | None = None) -> Insight:
        """Return what a scan comes to.

        Args:
            record: the scan.
            before: the scan before it; None for the first.
            cancel: asked between one step and the next.

        Raises:
            UsageError: one of them was deleted meanwhile.
            StorageError: catalog or history cannot be read.
            FormatError: a scan or the catalog is damaged.
            Cancelled: nobody wants to know any more.
        """
        with self._lock:
            held: list[object] = []
            try:
                return self._look(record, before, cancel, held)
            finally:
                let_go(held)

    def _look(
        self, record: ScanRecord, before: ScanRecord | None, cancel: CancelToken | None, held: list[object]
    ) -> Insight:
        """Return what a scan comes to; what is not needed any more is left in ``held``."""

        def on() -> None:
            if cancel is not None and cancel.is_set():
                raise Cancelled

        on()
        scan = self._loaded(record)
        held += [scan, self._in_hand]
        self._in_hand = None
        on()
        earlier = self._history.load(before) if before is not None else None
        if before is not None and earlier is not None:
            self._in_hand = (before.scan_id, earlier)
        on()
        comparison = self._compare.vendor_apps(scan)
        held.append(comparison)
        on()
        summary = summarize(comparison)
        rows, reads, _ = completeness(comparison.reads)
        change = self._change(earlier, scan) if earlier is not None else None
        return Insight(summary.verdicts, summary.unconfirmed, reads, rows, change)

    def put_down(self) -> None:
        """Keep nothing in hand."""
        with self._lock:
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
            sum(app.changed for app in diff.apps),
            granted.count(Outcome.ADDED),
            granted.count(Outcome.REMOVED),
            diff.certain,
            summary_words(diff),
        )
