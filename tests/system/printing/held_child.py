"""The process that makes paper, held at its first printed page for as long as a file of the test's says so."""

import os
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

#: Names the file: while it says "hold", the next page that goes to a printer waits, and the file says "held".
FILE = "PERMDESK_TEST_HOLD"


def run(line: Connection) -> None:
    """Run the real program of the process."""
    from permdesk import paper_child
    from permdesk.printing import printers

    file, paint = Path(os.environ[FILE]), printers.paint_page

    def held(*words: Any, **named: Any) -> None:
        paint(*words, **named)
        if file.exists() and file.read_text() == "hold":
            file.write_text("held")
            while file.exists():
                time.sleep(0.01)

    printers.paint_page = held
    paper_child.main(line)
