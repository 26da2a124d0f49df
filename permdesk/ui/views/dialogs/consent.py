"""Re-consent: what the click would change, who may click, the route first, and the link last."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from permdesk.domain.consent import Closed, ConsentPlan, RouteOffer
from permdesk.domain.profile import RouteKind
from permdesk.domain.text import inert
from permdesk.domain.wording import moment
from permdesk.errors import WorldError
from permdesk.presentation.appearance import WARNING, Tone
from permdesk.ui import icons
from permdesk.ui.glyphs import GlyphLabel
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import Icon, button, ground, on_first_line, rule, scrolled
from permdesk.ui.views.details_parts import Flow
from permdesk.ui.views.dialogs.consent_change import change_sections
from permdesk.ui.views.dialogs.consent_link import LinkBox
from permdesk.ui.views.dialogs.consent_who import WhoBox
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.fade import faded
from permdesk.ui.views.paragraph import Line, Paragraph, Span

_TO_CONFIRM = frozenset({Closed.UNCONFIRMED, Closed.AMBIGUOUS})
_WIDTH, _HEIGHT = 1040, 760
_KEPT = "permdesk keeps this scan, so you can compare after the click."


class ReconsentSheet(Sheet):
    """The plan of a consent, and the ways to walk.

    No key opens the link: Return closes the sheet.

    Args:
        plan: everything to know before a click.
        complete: whether every read it rests on was complete, in words.
        now: the time that "today" is said of.
        experience: what earlier consents did, a sentence or two for each way.
    """

    open_requested = Signal(str)
    copy_requested = Signal(str, str)
    mail_requested = Signal(str)
    confirm_requested = Signal()
    bind_requested = Signal()
    scan_requested = Signal()
    #: What earlier consents to the app did.
    records_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        *,
        plan: ConsentPlan,
        complete: str,
        now: datetime,
        experience: Sequence[str] = (),
    ) -> None:
        name = inert(plan.display_name, 120) or "(no name)"
        tenant = inert(plan.tenant.name, 80)
        super().__init__(
            theme,
            f"Re-consent to {name}",
            parent,
            lead=f"What the click would change in {tenant}; scan of {moment(plan.read_at, now=now)}. {complete}",
            width=_WIDTH,
        )
        self.plan = plan
        self.who = WhoBox(theme, plan, now=now)
        self.who.copy_requested.connect(self.copy_requested)
        self._experience = experience
        self._primary_given = False
        columns = QHBoxLayout()
        columns.setSpacing(24)
        columns.addWidget(self._left(), 12)
        columns.addWidget(rule(vertical=True))
        columns.addWidget(self._right(), 7)
        self.body.addLayout(columns, 1)
        self._kept = Icon(theme, "info", ink="text2", size=14)
        self._wrong = GlyphLabel(theme, WARNING, 14)
        self._wrong.hide()
        self.foot = Line(theme, _KEPT, ink="text2", least=200)
        for place, widget in enumerate((self._kept, self._wrong, self.foot)):
            self.buttons.insertWidget(place, widget)
        self.check = self.add_button(
            "Check again",
            self.scan_requested.emit,
            icon="scan",
            tip="After the click: read this app again, and see what changed",
        )
        self.add_button("Close", self.accept, default=True).setFocus(Qt.FocusReason.OtherFocusReason)
        available = parent.window().size() if parent is not None else None
        height = min(_HEIGHT, available.height() - 80) if available is not None else _HEIGHT
        width = min(_WIDTH, available.width() - 40) if available is not None else _WIDTH
        self.resize(width, height)

    def show_you(self, plan: ConsentPlan, *, read_at: datetime) -> None:
        """Show the answer for roles that were read anew; what the click would change stays."""
        self.plan = plan
        self.who.show_answer(plan, read_at=read_at)

    def tell_reading(self, *, reading: bool) -> None:
        """Say that the app is read again right now; closing the sheet gives that up."""
        self.check.setEnabled(not reading)
        self._tell("Reading this app again…" if reading else _KEPT, wrong=False)

    def tell_problem(self, problem: WorldError) -> None:
        """Say why the app could not be read again."""
        said = f"{problem.title}. {problem.remedy or inert(problem.detail, 200)}".rstrip()
        self._tell(said, wrong=True)
        self.foot.setToolTip(tool_tip(str(problem)))

    def _tell(self, words: str, *, wrong: bool) -> None:
        self.foot.set_text(words)
        self._kept.setVisible(not wrong)
        self._wrong.setVisible(wrong)

    # What would change

    def _left(self) -> QWidget:
        page = ground(QWidget(), "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(16)
        if self.plan.closed is not None:
            column.addWidget(self._closed(self.plan.closed))
        if self._experience:
            column.addWidget(self._remembered())
        for section in change_sections(self.theme, self.plan):
            column.addWidget(section)
        column.addStretch(1)
        return faded(self.theme, scrolled(page, name="What the click would change"))

    def _remembered(self) -> QWidget:
        """Return what earlier consents really did, and the way to their records."""
        box = ground(QWidget(), "raised")
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        row.addLayout(on_first_line(Icon(self.theme, "clock", ink="text2", size=16), self.theme, "small"))
        words = QVBoxLayout()
        words.setSpacing(4)
        for sentence in self._experience:
            words.addWidget(Paragraph(self.theme, sentence))
        row.addLayout(words, 1)
        look = button(self.theme, "Earlier consents…", kind="link", click=self.leaving(self.records_requested))
        row.addWidget(look, 0, Qt.AlignmentFlag.AlignTop)
        return box

    def _closed(self, closed: Closed) -> QWidget:
        box = ground(QWidget(), "raised")
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        row.addLayout(on_first_line(GlyphLabel(self.theme, WARNING, 16), self.theme, "small"))
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(
            Paragraph(
                self.theme,
                (Span("The link is shut. ", bold=True, ink=Tone.PARTIAL), Span(self.plan.closed_because)),
            )
        )
        way = None
        if closed in _TO_CONFIRM:
            way = self._primary("Look and confirm…", "shield", self.leaving(self.confirm_requested))
        elif closed is Closed.NO_PROFILE:
            way = self._primary("Bind to a profile…", "bind", self.leaving(self.bind_requested))
        if way is not None:
            words.addWidget(way, 0, Qt.AlignmentFlag.AlignLeading)
        row.addLayout(words, 1)
        return box

    def _primary(self, text: str, icon: str, click: Callable[[], None]) -> QPushButton:
        """Return the next sensible step: filled, for the first one that asks."""
        kind = None if self._primary_given else "primary"
        self._primary_given = True
        return button(self.theme, text, icon=icon, kind=kind, small=True, click=click)

    # Who and how

    def _right(self) -> QWidget:
        theme, plan = self.theme, self.plan
        page = ground(QWidget(), "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(6)
        column.addWidget(Paragraph(theme, "Who may click", role="section"))
        column.addWidget(self.who)
        first = plan.routes[0] if plan.routes else None
        if plan.mail is not None:
            mailto = plan.mail.mailto
            # The vendor's console has no address to open: the next sensible step is to tell who can walk there.
            walk = first is not None and first.url is not None and not plan.may_be_removed
            text, icon = "Hand over by mail…", "mail"
            click = partial(self.mail_requested.emit, mailto)
            made = button(theme, text, icon=icon, small=True, click=click) if walk else self._primary(text, icon, click)
            column.addSpacing(2)
            column.addWidget(made)
        if first is not None:
            column.addSpacing(8)
            column.addWidget(rule())
            column.addSpacing(6)
            column.addWidget(Paragraph(theme, "Route", role="section"))
            for place, offer in enumerate(_in_order(plan)):
                if place and plan.object_id is not None and offer.route.kind is RouteKind.VENDOR_CONSOLE:
                    self._folded_route(column, offer)
                else:
                    self._route(column, offer, first=place == 0)
        for caution in plan.cautions:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addLayout(on_first_line(GlyphLabel(theme, WARNING, 14), theme, "small"))
            row.addWidget(Paragraph(theme, caution), 1)
            column.addLayout(row)
        self._pages(column)
        column.addStretch(1)
        return faded(self.theme, scrolled(page, name="Who may click, and how"))

    def _folded_route(self, column: QVBoxLayout, offer: RouteOffer) -> None:
        """Add a way that an app which is here does not need, folded."""
        label = inert(offer.route.label, 160)
        fold = button(self.theme, f"{label}, in a tenant without the app", icon="chevron-right", kind="link")
        fold.setProperty("quiet", True)
        fold.setIcon(icons.icon("chevron-right", self.theme))
        fold.setCheckable(True)
        inner = QWidget()
        inner.hide()
        steps = QVBoxLayout(inner)
        steps.setContentsMargins(0, 0, 0, 0)
        steps.setSpacing(6)
        self._steps(steps, offer)

        def unfold(opened: bool) -> None:
            inner.setVisible(opened)
            fold.setIcon(icons.icon("chevron-down" if opened else "chevron-right", self.theme))

        fold.toggled.connect(unfold)
        column.addWidget(fold)
        column.addWidget(inner)

    def _steps(self, column: QVBoxLayout, offer: RouteOffer) -> None:
        theme, route = self.theme, offer.route
        for number, step in enumerate(route.steps, 1):
            row = QHBoxLayout()
            row.setSpacing(6)
            figure = Line(theme, str(number), ink="muted", least=10)
            figure.setFixedWidth(12)
            row.addWidget(figure, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Paragraph(theme, inert(step, 300)), 1)
            column.addLayout(row)
        if route.who:
            column.addWidget(Paragraph(theme, f"Who may: {inert(route.who, 300)}", ink="text2"))
        if route.note:
            column.addWidget(Paragraph(theme, inert(route.note, 400), ink="text2"))

    def _route(self, column: QVBoxLayout, offer: RouteOffer, *, first: bool) -> None:
        theme, route = self.theme, offer.route
        lead = "First: " if first and len(self.plan.routes) > 1 else "" if first else "Or: "
        column.addWidget(Paragraph(theme, (Span(lead, bold=True), Span(inert(route.label, 160), bold=True))))
        self._steps(column, offer)
        if route.kind is RouteKind.ADMIN_CONSENT_LINK:
            if self.plan.link is not None:
                self._link(column, self.plan.link, first=first)
        elif offer.url is not None:
            text = "Open API permissions" if route.kind is RouteKind.REGISTRATION else "Open the page"
            click = partial(self.open_requested.emit, offer.url)
            made = (
                self._primary(text, "open-outside", click)
                if first
                else button(theme, text, icon="open-outside", small=True, click=click)
            )
            column.addWidget(made)
        column.addSpacing(8)

    def _link(self, column: QVBoxLayout, link: str, *, first: bool) -> None:
        column.addWidget(LinkBox(self.theme, link))
        copy = button(
            self.theme,
            "Copy link",
            icon="copy",
            small=True,
            click=partial(self.copy_requested.emit, link, "The link"),
        )
        opened = partial(self.open_requested.emit, link)
        text, icon = "Open in browser", "open-outside"
        if first and not self.plan.may_be_removed:
            self.open_link = self._primary(text, icon, opened)
        else:
            self.open_link = button(self.theme, text, icon=icon, small=True, click=opened)
        column.addWidget(Flow((copy, self.open_link)))

    def _pages(self, column: QVBoxLayout) -> None:
        if not self.plan.portal:
            return
        column.addSpacing(4)
        column.addWidget(rule())
        column.addSpacing(4)
        for link in self.plan.portal:
            column.addWidget(
                button(
                    self.theme,
                    link.label,
                    icon="open-outside",
                    kind="link",
                    click=partial(self.open_requested.emit, link.url),
                )
            )


def _in_order(plan: ConsentPlan) -> list[RouteOffer]:
    """Return the routes as they are shown: for an app that is here, another way through the vendor's console is last.

    Such a way makes a new profile at the vendor's, which only a tenant without the app has to do.
    """
    first, *others = plan.routes
    if plan.object_id is None:
        return [first, *others]
    return [first, *sorted(others, key=lambda offer: offer.route.kind is RouteKind.VENDOR_CONSOLE)]
