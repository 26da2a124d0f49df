"""The right pane's controller: gathers what is told about the selected permission or app."""

from PySide6.QtCore import QObject, QTimer

from permdesk.domain.application import Origin
from permdesk.domain.cloud import CLOUDS
from permdesk.domain.finding import AppComparison
from permdesk.domain.portal import PortalLink, PortalPage, portal_link
from permdesk.ui.controllers.workspace import Workspace
from permdesk.ui.views.details import DetailsPane
from permdesk.ui.views.details_parts import Subject

#: Running through rows with a key held down builds no pane on the way, only where it stops. Milliseconds.
_SETTLES = 40


class DetailsController(QObject):
    """Between the details pane and the workspace."""

    def __init__(self, pane: DetailsPane, workspace: Workspace) -> None:
        super().__init__(pane)
        self._pane, self._workspace = pane, workspace
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLES)
        self._timer.timeout.connect(self.show_now)
        workspace.finding_selected.connect(lambda _finding: self._timer.start())
        workspace.app_selected.connect(lambda _app: self._timer.start())
        workspace.changed.connect(lambda _scanned: self._timer.start())
        workspace.app_ticked.connect(self._timer.start)

    def show_now(self) -> None:
        """Tell about what is selected."""
        self._timer.stop()
        self._pane.show_subject(self._subject())

    def _subject(self) -> Subject | None:
        workspace = self._workspace
        shown, app, finding = workspace.shown, workspace.app, workspace.finding
        if shown is None or app is None:
            return None
        return Subject(
            comparison=shown.comparison,
            app=app,
            finding=finding,
            description=shown.descriptions.of(finding.permission) if finding is not None else None,
            portal=portal_pages(workspace, app),
            today=workspace.now.date().isoformat(),
        )


def portal_pages(workspace: Workspace, app: AppComparison) -> tuple[PortalLink, ...]:
    """Return the app's pages in Microsoft's portal, the most useful first."""
    shown = workspace.shown
    cloud = CLOUDS.get(shown.comparison.tenant.cloud) if shown is not None else None
    if shown is None or cloud is None:
        return ()
    pages = [PortalPage.ENTERPRISE_PERMISSIONS, PortalPage.ENTERPRISE_OVERVIEW]
    if app.registration_id is not None:
        pages = [PortalPage.REGISTRATION_PERMISSIONS, PortalPage.REGISTRATION_CREDENTIALS, *pages]
    links = (
        portal_link(
            page,
            cloud=cloud,
            tenant_id=shown.comparison.tenant.id,
            app_id=app.app_id,
            object_id=app.object_id,
            managed_identity=app.origin is Origin.MANAGED_IDENTITY,
        )
        for page in pages
    )
    return tuple(link for link in links if link is not None)
