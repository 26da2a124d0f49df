"""Whatever is added, dropped, taken over, interrupted and gone on with: what is kept is what a plain model has."""

import contextlib
import shutil
import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from permdesk.domain.coverage import ReadName
from permdesk.domain.page import ListName
from permdesk.domain.scan_store import ScanOf
from permdesk.domain.tenant import Account
from permdesk.history.store import HistoryStore
from tests.history.model import FIELDS, ModelJournal
from tests.history.rows import pages
from tests.history.scans import NOON, guid

WHAT = ScanOf("global", "https://graph.example", guid(1), Account("admin@larkfield.example"), "plan-1")
LISTS = (
    ListName(ReadName.OAUTH2_PERMISSION_GRANTS),
    ListName(ReadName.SERVICE_PRINCIPALS),
    ListName(ReadName.DIRECTORY_ROLES),
    ListName(ReadName.APP_ROLE_ASSIGNMENTS, guid(1)),
    ListName(ReadName.APP_ROLE_ASSIGNMENTS, part=guid(3)),
)
names = st.sampled_from(LISTS)
_links = st.sampled_from(["https://graph.example/delta1", "https://graph.example/delta2"])


def referenced(path):
    """The chunks that pages need, and those that are kept."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        needed = {chunk for (chunk,) in database.execute("SELECT chunk FROM pages")}
        kept = {chunk for (chunk,) in database.execute("SELECT chunk FROM chunks")}
        owned = {journal for (journal,) in database.execute("SELECT journal FROM journals")}
        for table in ("pages", "links", "marks"):
            assert {journal for (journal,) in database.execute(f"SELECT journal FROM {table}")} <= owned
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return needed, kept


class Journals(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = HistoryStore(self.folder / "history.sqlite")
        self.now = NOON
        self.number = 0
        self.journal = None
        self.model = None
        self.left = None
        self.finished = []
        self.snapshots = {}

    @initialize(data=st.data(), marked=st.sets(names))
    def a_scan_from_before(self, data, marked):
        self.begin(afresh=False, minutes=0)
        for name in LISTS:
            self.add(data, name)
            if name in marked:
                self.mark(name, "https://graph.example/delta0")
        self.finish(data, shuffled=False)

    @precondition(lambda self: self.journal is None)
    @rule(afresh=st.booleans(), minutes=st.sampled_from([0, 10, 61]))
    def begin(self, *, afresh, minutes):
        self.now += timedelta(minutes=minutes)
        self.number += 1
        self.journal = self.store.begin(WHAT, new_scan_id=lambda: f"scan-{self.number}", now=self.now, afresh=afresh)
        interrupted = self.left is not None and bool(self.left.pages)
        goes_on = interrupted and not afresh and self.now - self.left.read_at < timedelta(hours=1)
        base = next((one for one in reversed(self.finished) if one.marks), None)
        if base is not None and (afresh or self.now - base.read_at >= timedelta(days=7) - timedelta(hours=6)):
            base = None
        if goes_on:
            self.model, self.model.base = self.left, base
        else:
            self.model = ModelJournal(f"scan-{self.number}", self.now, base)
        assert (self.journal.scan_id, self.journal.read_at) == (self.model.scan_id, self.model.read_at)
        assert bool(self.journal.anew) == (interrupted and not goes_on)
        assert self.journal.resumed == (sum(map(len, self.model.pages.values())) if goes_on else 0)
        assert (self.journal.base and self.journal.base.scan_id) == (base and base.scan_id)
        self.left = None

    @precondition(lambda self: self.journal is not None)
    @rule(data=st.data(), name=names)
    def add(self, data, name):
        page = data.draw(pages(name.read))
        self.journal.add(name, page)
        self.model.add(name, page)

    @precondition(lambda self: self.journal is not None)
    @rule(name=names)
    def drop(self, name):
        self.journal.drop(name)
        self.model.drop(name)

    @precondition(lambda self: self.journal is not None)
    @rule(name=names, link=_links)
    def mark(self, name, link):
        self.journal.mark(name, link)
        self.model.mark(name, link)

    @precondition(lambda self: self.journal is not None and self.model.base is not None)
    @rule(name=names, look=st.booleans())
    def take_over(self, name, *, look):
        base = self.model.base
        assert self.journal.base_mark(name) == base.marks.get(name)
        if look or name not in base.marks:
            expected = base.pages.get(name, []) if name in base.marks else []
            assert list(self.journal.base_pages(name)) == expected
        if name in base.marks and not self.model.kept(name):
            self.journal.take_over(name)
            self.model.take_over(name)

    @precondition(lambda self: self.journal is not None)
    @rule(name=names)
    def look(self, name):
        assert list(self.journal.kept(name)) == self.model.kept(name)

    @precondition(lambda self: self.journal is not None)
    @rule()
    def leave(self):
        self.journal.leave()
        self.model.interrupted()
        self.left, self.journal, self.model = self.model, None, None

    @precondition(lambda self: self.journal is not None)
    @rule(data=st.data(), shuffled=st.booleans())
    def finish(self, data, *, shuffled):
        # Whoever goes on with a scan asks for each of its lists.
        for name in list(self.model.pages):
            self.journal.kept(name)
        snapshot = self.model.snapshot()
        if shuffled:
            for field in FIELDS.values():
                snapshot = replace(snapshot, **{field: tuple(data.draw(st.permutations(getattr(snapshot, field))))})
            roles = tuple(row for row in snapshot.directory_roles if data.draw(st.booleans()))
            snapshot = replace(snapshot, directory_roles=roles)
        self.journal.finish(snapshot)
        self.model.finished()
        self.finished.append(self.model)
        self.snapshots[snapshot.scan_id] = snapshot
        self.journal = self.model = None

    @precondition(lambda self: self.journal is None)
    @invariant()
    def finished_scans_are_whole_and_nothing_is_kept_in_vain(self):
        assert {record.scan_id for record in self.store.records()} == set(self.snapshots)
        for scan_id, snapshot in self.snapshots.items():
            assert self.store.load(scan_id) == snapshot
        if (self.folder / "history.sqlite").exists():
            needed, kept = referenced(self.folder / "history.sqlite")
            assert needed == kept
            locks = len(list(self.folder.glob("*.lock")))
            assert locks == (0 if self.left is None else 1)

    def teardown(self):
        if self.journal is not None:
            self.journal.leave()
            self.model.interrupted()
            again = self.store.begin(WHAT, new_scan_id=lambda: "last", now=self.now)
            if self.now - self.model.read_at < timedelta(hours=1):
                for name, kept in self.model.pages.items():
                    assert list(again.kept(name)) == kept
                assert again.resumed == sum(map(len, self.model.pages.values()))
            again.leave()
        shutil.rmtree(self.folder)


TestJournals = Journals.TestCase
TestJournals.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
