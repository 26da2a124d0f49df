"""Which broader permission probably does what a narrower one does: the curated table, closed over its chains."""

from collections.abc import Iterable

from permdesk.domain.directory import Entry
from permdesk.domain.permission import Kind
from permdesk.domain.reach import CoverRow


class Broader:
    """Broader permissions by the narrower one, of the same API and kind."""

    def __init__(self, covers: Iterable[CoverRow]) -> None:
        self._direct: dict[tuple[str, Kind, str], list[str]] = {}
        for row in covers:
            key = (row.resource_app_id, row.kind, row.narrower.casefold())
            self._direct.setdefault(key, []).append(row.broader.casefold())

    def of(self, entry: Entry) -> list[str]:
        """Return the case-folded values of all broader permissions, nearest first."""
        app_id, kind, folded = entry.api.app_id, entry.kind, entry.folded
        if app_id is None or folded is None:
            return []
        found: dict[str, None] = {}
        level = [folded]
        while level:
            level = sorted({b for n in level for b in self._direct.get((app_id, kind, n), ())} - found.keys())
            found.update(dict.fromkeys(level))
        found.pop(folded, None)
        return list(found)
