"""Where nobody's words are known: a history that cannot be opened still lets a scan be compared."""

from typing import NoReturn

from permdesk.domain.knowledge import Knowledge
from permdesk.errors import StorageError


class NothingSaid:
    """Knows nothing of what people said, and keeps nothing: a store of knowledge without a store."""

    def knowledge(self, *, cloud: str, tenant_id: str) -> Knowledge:
        """Return that nothing is known."""
        return Knowledge()

    def _refuse(self, **_said: object) -> NoReturn:
        raise StorageError("Nothing can be kept", remedy="Mend the history, then say it again.")

    bind = set_uses = accept = withdraw = expect = _refuse
