"""What resources/catalog/README.md says of a profile is true."""

import re
from pathlib import Path

from permdesk.catalog.profile_file import PROFILE_KEYS, REQUIREMENT_KEYS, ROUTE_KEYS, SOURCE_KEYS
from permdesk.catalog.store import CatalogStore
from tests.catalog.places import DATABASE, SOURCES

EXAMPLE = re.findall(r"```yaml\n(.*?)```", (SOURCES / "README.md").read_text("utf-8"), re.DOTALL)


def test_the_profile_shown_is_without_fault(tmp_path: Path) -> None:
    (text,) = EXAMPLE
    file = tmp_path / "my-backup.yaml"
    file.write_text(text, "utf-8")
    store = CatalogStore(DATABASE, own=(file,))
    assert store.problems == store.validate([file]).problems == ()
    assert len(store.profiles()["my-backup"].requirements) == 3


def test_every_key_is_shown() -> None:
    shown = set(re.findall(r"^[ -]*(\w+):", EXAMPLE[0], re.MULTILINE))
    assert {*PROFILE_KEYS, *SOURCE_KEYS, *ROUTE_KEYS, *REQUIREMENT_KEYS} <= shown
