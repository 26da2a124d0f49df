"""The bar at the top: which tenant, how completely it was read, what to do next, and the search."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from permdesk.domain.finding import Comparison
from permdesk.domain.text import inert
from permdesk.domain.wording import moment
from permdesk.presentation.appearance import WARNING, Tone
from permdesk.presentation.explanation import completeness
from permdesk.presentation.progress import Pace
from permdesk.ui import icons
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import button, ground, rule, tool_button
from permdesk.ui.views.paragraph import Line
from permdesk.ui.views.scan_progress import WHOLE, ScanProgress
from permdesk.ui.views.search_field import SearchField
from permdesk.ui.views.tenant_button import TenantButton

_SCAN_TIP = "Read this tenant (F5); to read everything anew, the menu or Ctrl+F5"
#: From this width on there is room for the words of every button.
_WORDED = 1400
#: With less, what was read would be cut; the menu has everything.
_LEAST_FOR_ALL = 960


class TopBar(QWidget):
    """The bar above the panes.

    Args:
        tenant_menu: opened from the tenant.
        main_menu: opened from the three lines at the end.
    """

    scan_requested = Signal()
    reconsent_requested = Signal()
    coverage_requested = Signal()
    history_requested = Signal()
    print_requested = Signal()
    export_requested = Signal()

    def __init__(self, theme: Theme, tenant_menu: QMenu, main_menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        ground(self, "window")
        self.tenant = TenantButton(theme, tenant_menu)
        self._when = _Clickable(theme, role="body", ink="text", least=160)
        self._when.clicked.connect(self.history_requested)
        self._rows = Line(theme, role="small", ink="text2", least=WHOLE)
        self._warning = GlyphLabel(theme, WARNING, 12)
        self._reads = _Clickable(theme, role="small", ink="text2", least=WHOLE)
        self._reads.clicked.connect(self.coverage_requested)
        self.scan = button(theme, "Scan", icon="scan", click=self.scan_requested.emit, tip=_SCAN_TIP)
        self.reconsent = button(
            theme, "Re-consent…", icon="re-consent", kind="primary", click=self.reconsent_requested.emit
        )
        self.print = _WordedButton(theme, "Print…", icon="print", click=self.print_requested.emit)
        self.export = _WordedButton(theme, "Export…", icon="export", click=self.export_requested.emit)
        self.search = SearchField(theme)
        self._main_menu = main_menu
        self.menu = tool_button(theme, "Menu", icon="menu", click=self._open_menu)
        self._moving = ScanProgress(theme)
        self._moving.hide()
        self._lay_out()
        self._size()
        theme.changed.connect(self._size)
        self.set_reconsent(enabled=False, why="Choose an app first")
        self.set_reports(why="Open or scan a tenant first")
        self.show_nothing()

    def _lay_out(self) -> None:
        self._second = QWidget()
        second = QHBoxLayout(self._second)
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(4)
        for widget in (self._rows, self._warning, self._reads):
            second.addWidget(widget)
        second.addStretch(1)
        self._told = QWidget()
        told = QVBoxLayout(self._told)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(0)
        told.addStretch(1)
        told.addWidget(self._when)
        told.addWidget(self._second)
        told.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self.tenant)
        divider = rule(vertical=True)
        divider.setFixedHeight(32)
        row.addWidget(divider)
        row.addSpacing(8)
        row.addWidget(self._told)
        row.addWidget(self._moving)
        row.addSpacing(12)
        row.addWidget(self.scan)
        row.addWidget(self.reconsent)
        row.addWidget(self.print)
        row.addWidget(self.export)
        row.addStretch(1)
        row.addWidget(self.search, 2)
        row.addWidget(self.menu)

    def _size(self) -> None:
        self.setFixedHeight(self._theme.size("top-bar"))

    def _open_menu(self) -> None:
        corner = self.menu.mapToGlobal(QPoint(self.menu.width() - self._main_menu.sizeHint().width(), self.height()))
        self._main_menu.popup(corner)

    def show_nothing(self) -> None:
        """Show that no tenant is open."""
        self.tenant.set_tenant("No tenant", "Open one from this menu", letters=False)
        self._when.set_text("Nothing read yet")
        self._second.hide()

    def show_comparison(self, comparison: Comparison, *, now: datetime, sample: bool) -> None:
        """Show which tenant was read, when, and how completely."""
        name = inert(comparison.tenant.name, 120) or comparison.tenant.id
        account = comparison.account.username or comparison.tenant.default_domain or comparison.tenant.id
        self.tenant.set_tenant(name, inert(account, 120))
        self._when.set_text(f"Scanned {moment(comparison.read_at, now=now)}{' · sample tenant' if sample else ''}")
        rows, reads, complete = completeness(comparison.reads)
        self._second.show()
        self._rows.set_text(rows)
        self._warning.setVisible(not complete)
        self._reads.set_words(f"· {reads}" if complete else reads, warning=not complete)

    def set_reconsent(self, *, enabled: bool, why: str = "") -> None:
        """Open or shut the button for a new consent, and say why it is shut."""
        self.reconsent.setEnabled(enabled)
        tip = why or "Who may click, what it adds, what it may remove, and the link (Ctrl+Return)"
        self.reconsent.setToolTip(tool_tip(tip))

    def set_reports(self, *, why: str = "") -> None:
        """Open or shut printing and exporting, and say why they are shut."""
        for made, tip in (
            (self.print, "Print the summary for the auditor, with a preview (Ctrl+P)"),
            (self.export, "Save the summary as PDF, web page, Excel workbook, CSV or JSON (Ctrl+E)"),
        ):
            made.setEnabled(not why)
            made.setToolTip(tool_tip(why or tip))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where it is narrow, what stands in the menu too is an icon here."""
        super().resizeEvent(event)
        for made in (self.print, self.export):
            made.show_words(self.width() >= _WORDED)
            made.setVisible(self.width() >= _LEAST_FOR_ALL)

    def set_scanning(self, scanning: bool, *, why_not: str = "") -> None:
        """Shut Scan while a tenant is read, and where it cannot be read from here."""
        self.scan.setEnabled(not scanning and not why_not)
        tip = "A scan is under way; Esc stops it, after asking" if scanning else why_not or _SCAN_TIP
        self.scan.setToolTip(tool_tip(tip))
        if scanning:
            self._moving.show_pace(None)
        self._told.setVisible(not scanning)
        self._moving.setVisible(scanning)

    def show_pace(self, pace: Pace) -> None:
        """Show how far the scan under way has come."""
        self._moving.show_pace(pace)


class _WordedButton(QToolButton):
    """A flat button whose words go where there is no room for them; its name stays."""

    def __init__(self, theme: Theme, words: str, *, icon: str, click: Callable[[], object]) -> None:
        super().__init__()
        self.setText(words)
        self.setIcon(icons.icon(icon, theme))
        self.setIconSize(QSize(16, 16))
        self.setFont(theme.font("body"))
        self.setAccessibleName(words)
        self.setProperty("kind", "flat")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(lambda _checked=False: click())

    def show_words(self, wanted: bool) -> None:
        """Show words and icon, or the icon alone."""
        beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        self.setToolButtonStyle(beside if wanted else alone)


class _Clickable(Line):
    """A line that leads somewhere by mouse; the keyboard gets there by Alt+Home and Ctrl+H."""

    clicked = Signal()

    def __init__(self, theme: Theme, *, role: str, ink: str, least: int) -> None:
        super().__init__(theme, role=role, ink=ink, least=least)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_words(self, text: str, *, warning: bool) -> None:
        """Show how many reads are complete."""
        self.set_text(text, Tone.PARTIAL if warning else "text2")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: clicked."""
        super().mouseReleaseEvent(event)
        self.clicked.emit()
