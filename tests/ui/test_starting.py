"""What opening the window loads: signing in takes its time only once somebody signs in."""

import subprocess
import sys
from pathlib import Path

_START = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from permdesk.composition import build
from permdesk.paths import Paths
from permdesk.ui.app import application, open_window
from permdesk.ui.tasks import Tasks

paths = Paths.isolated(Path(sys.argv[1]))
paths.ensure()
app = application()
window = open_window(app, build(paths), paths=paths, tasks=Tasks())
window.show()
window.open(None)
began = time.monotonic()

def tick():
    if window.door.accounts.known and not window.workspace.tasks.busy and time.monotonic() - began > 0.5:
        app.quit()

timer = QTimer()
timer.timeout.connect(tick)
timer.start(1)
QTimer.singleShot(30_000, app.quit)
app.exec()
known = window.door.accounts.known
window.close()
loaded = {name.partition(".")[0] for name in sys.modules}
heavy = sorted(loaded & {"msal", "keyring", "cryptography", "requests", "urllib3", "ssl"})
print(known, heavy, sorted(path.name for path in Path(sys.argv[1]).iterdir()), sep="|")
"""


def test_an_empty_data_folder_loads_nothing_of_signing_in(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _START, str(tmp_path / "data")]
    environment = {"QT_QPA_PLATFORM": "offscreen", "PATH": "", "HOME": str(tmp_path)}
    ran = subprocess.run(
        command, env=environment, capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=120, check=True
    )
    known, heavy, files = ran.stdout.strip().split("|")
    assert known == "True", ran.stderr
    assert heavy == "[]"
    # No sign-in, and so neither its file nor a lock for it.
    assert "sign-ins" not in files
