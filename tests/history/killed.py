"""A scan that is killed: does to a journal what a file says, and tells what has certainly reached the disk."""

import pickle
import sys
from pathlib import Path

from permdesk.domain.scan_store import ScanOf
from permdesk.domain.tenant import Account
from permdesk.history.store import HistoryStore
from tests.history.scans import NOON, guid

WHAT = ScanOf("global", "https://graph.example", guid(1), Account("admin@larkfield.example"), "plan-1")


def main() -> None:
    history, steps = map(Path, sys.argv[1:])
    # Written by the test that starts this.
    todo = pickle.loads(steps.read_bytes())  # noqa: S301
    journal = HistoryStore(history).begin(WHAT, new_scan_id=lambda: "killed", now=NOON)
    say(f"begun {journal.scan_id}")
    for number, (word, arguments, settled) in enumerate(todo, start=1):
        getattr(journal, word)(*arguments)
        if settled:
            journal._writer.flush()
            say(f"settled {number}")
    journal._writer.flush()
    say(f"settled {len(todo)}")
    sys.stdin.read()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
