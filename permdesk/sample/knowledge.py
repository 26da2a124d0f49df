"""What a person at the sample tenant has already said about its apps."""

from pathlib import Path

from permdesk.domain.knowledge import Acceptance, Binding, Knowledge, PermissionKey
from permdesk.domain.profile import Cell, Uses
from permdesk.sample.shapes import app_id_of
from permdesk.sample.source import read_knowledge, read_source


def sample_knowledge(resources: Path) -> Knowledge:
    """Return bindings, services in use, acceptances and the expected profile of the sample tenant.

    Args:
        resources: the program's resources folder.

    Raises:
        BugError: a file of the program's own is missing or wrong.
    """
    said, source = read_knowledge(resources), read_source(resources)
    apps = {app.name: app_id_of(app) for app in reversed([*source.vendors, *source.registrations])}
    apis = {api.short: api.app_id for api in source.apis}
    return Knowledge(
        bindings={
            one.app_id: Binding(profile_id=one.profile, by_hand=one.by_hand, decided=one.decided)
            for one in said.binding
        },
        uses={
            (one.app_id, one.profile): Uses(frozenset(Cell(*cell.split("/")) for cell in one.cells))
            for one in said.uses
        },
        acceptances=tuple(
            Acceptance(
                app_id=apps[one.app],
                permission=PermissionKey(apis[one.api], one.kind, one.value),
                reason=one.reason,
                by=one.by,
                until=one.until,
            )
            for one in said.acceptance
        ),
        expected=frozenset(said.expected),
    )
