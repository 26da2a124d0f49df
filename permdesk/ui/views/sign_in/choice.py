"""The first page of signing in: which cloud, which tenant, through which app, and what is asked for."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from permdesk.domain.cloud import CLOUDS, CUSTOM_ID, GLOBAL_ID, Cloud, custom_cloud, endpoint_origin
from permdesk.domain.portal import is_guid
from permdesk.domain.sign_in import BORROWED_CLIENT, Client, ClientSource, Reading, SignInRequest
from permdesk.domain.text import inert
from permdesk.errors import UsageError
from permdesk.presentation.appearance import Tone
from permdesk.settings import Reached
from permdesk.ui.theme import Theme
from permdesk.ui.tick_box import TickBox
from permdesk.ui.views.controls import button, rule
from permdesk.ui.views.exclusive import ChoiceBar
from permdesk.ui.views.notice import NoticeStrip
from permdesk.ui.views.paragraph import Paragraph
from permdesk.ui.views.sign_in.asked import READING_WORDS, AskedFor
from permdesk.ui.views.sign_in.chosen import Known, SignInChoice
from permdesk.ui.views.sign_in.fields import ChoiceField, Rows, text_field
from permdesk.ui.views.sign_in.network import NetworkRows

_READINGS: Final = {Reading.BASIC: "Basic", Reading.STRICT: "Strict"}
_CLOUDS: Final = (*((cloud.id, cloud.label) for cloud in CLOUDS.values()), (CUSTOM_ID, "Custom cloud"))
_BORROWED: Final = (
    "Microsoft Graph Command Line Tools is shared by everybody. What is consented to stays on that one app, which "
    "every tool and person of the tenant uses, and its token may allow more than reading, as far as others were "
    "granted more. permdesk itself only reads. Many tenants block it. Register an app of your own before you rely on "
    "this."
)
_BROKER: Final = (
    "For tenants that demand a compliant device. Windows asks in a window of its own, proves which device this is, and "
    "keeps the tokens itself. The app needs the redirect address for it, which the guide adds."
)


class Other(StrEnum):
    """A client that is not in the list yet."""

    TYPED = "typed"
    BORROWED = "borrowed"


class ChoicePage(QWidget):
    """A form, and beside it what Microsoft will ask for."""

    #: It is complete, or not any more.
    changed = Signal()
    guide_requested = Signal()

    def __init__(self, theme: Theme, known: Known, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._known = theme, known
        self.cloud = ChoiceField(theme, "Cloud", _CLOUDS)
        self.graph = text_field(theme, "Graph endpoint", hint="https://graph.example")
        self.login = text_field(theme, "Sign-in endpoint", hint="https://login.example")
        self.tenant = text_field(theme, "Tenant", hint="ID or domain; empty for your account’s own", text=known.tenant)
        self.client: ChoiceField[Client | Other] = ChoiceField(theme, "Sign in through")
        self.client_id = text_field(theme, "Application ID", hint="00000000-0000-0000-0000-000000000000")
        self.register = button(theme, "Register one…", kind="link", click=self.guide_requested.emit)
        self.reading = ChoiceBar(theme, "Reading", _READINGS, Reading.BASIC)
        self.broker = TickBox(theme, "Sign in with Windows (Web Account Manager)", font="body")
        self._broker_words = Paragraph(theme, _BROKER, ink="muted")
        self._broker_available = False
        self._by_hand = False
        self._reading_words = Paragraph(theme, ink="muted")
        self.asked = AskedFor(theme)
        self.warning = NoticeStrip(theme)
        self.trouble = NoticeStrip(theme)
        self.problem = Paragraph(theme, ink=Tone.MISSING)
        self._needs = Paragraph(theme, ink="muted")
        self._lay_out()
        self.cloud.choose(known.cloud if known.cloud in dict(_CLOUDS) else GLOBAL_ID)
        self._offer_clients()
        self._connect()
        self._recall()
        self._edited()

    def _lay_out(self) -> None:
        theme = self._theme
        self._rows = rows = Rows(theme)
        rows.add("Cloud", self.cloud)
        rows.add("Graph endpoint", self.graph)
        rows.add("Sign-in endpoint", self.login)
        rows.add("Tenant", self.tenant)
        rows.add("Sign in through", self.client)
        rows.add("Application ID", self.client_id)
        rows.add_below(self.register)
        rows.add_below(self.broker)
        rows.add_below(self._broker_words)
        rows.add("Reading", self.reading)
        rows.add_below(self._reading_words)
        self.network = NetworkRows(theme, rows, self)
        self.ca_file = self.network.field
        rows.add_below(self.problem)
        rows.add_below(self._needs)
        form = QVBoxLayout()
        form.setSpacing(10)
        form.addLayout(rows.grid)
        form.addStretch(1)
        across = QHBoxLayout()
        across.setSpacing(20)
        across.addLayout(form, 3)
        across.addWidget(rule(vertical=True))
        across.addWidget(self.asked, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addLayout(across, 1)
        whole.addWidget(self.warning)
        whole.addWidget(self.trouble)

    def _connect(self) -> None:
        self.cloud.chosen.connect(self._cloud_chosen)
        self.client.chosen.connect(self._client_chosen)
        self.reading.chosen.connect(lambda _reading: self._edited())
        self.broker.toggled.connect(lambda _on: self._edited())
        self.network.changed.connect(self._edited)
        for field in (self.graph, self.login, self.tenant, self.client_id):
            field.textChanged.connect(lambda _text: self._edited())

    # Filling in

    def set_packaged(self, client: Client | None) -> None:
        """Offer the app that came with this copy of permdesk."""
        self._known = replace(self._known, packaged=client)
        self._offer_clients(keep=self._by_hand)
        self._follow()

    def set_broker(self, available: bool) -> None:
        """Offer the Web Account Manager where this computer has it."""
        self._broker_available = available
        self._follow()

    def _recall(self) -> None:
        """Show how the chosen cloud was reached last."""
        reached = self._known.reached.get(self.cloud.current, Reached())
        for field, address in ((self.graph, reached.graph), (self.login, reached.login)):
            if not field.text():
                field.setText(address)
        self.network.recall(reached.ca_file)
        # A cloud of one's own has a certificate of one's own more often than not.
        self.network.fold.setChecked(self.cloud.current == CUSTOM_ID or bool(self.network.text))

    def fill_in(self, choice: SignInChoice) -> None:
        """Show a choice that was made elsewhere, to be changed here."""
        request = choice.request
        self.cloud.choose(request.cloud.id)
        self._offer_clients()
        if request.cloud.id == CUSTOM_ID:
            self.graph.setText(request.cloud.graph)
            self.login.setText(request.cloud.login or "")
        self.network.set_path(str(request.ca_file or ""))
        self.broker.setChecked(request.broker)
        self.tenant.setText(request.tenant or "")
        self.reading.show_choice(request.reading)
        self._choose_client(choice.client)
        self._follow()

    def _choose_client(self, client: Client) -> None:
        if client.source is ClientSource.BORROWED:
            self.client.choose(Other.BORROWED)
            return
        known = next((one for one in self._clients() if one.client_id == client.client_id), None)
        self.client.choose(known or Other.TYPED)
        self.client_id.setText("" if known else client.client_id)

    def _clients(self) -> Sequence[Client]:
        cloud = self.cloud.current
        packaged = self._known.packaged
        found = [packaged] if packaged is not None and packaged.cloud == cloud else []
        return [*found, *(client for client in reversed(self._known.clients) if client.cloud == cloud)]

    def _offer_clients(self, *, keep: bool = True) -> None:
        clients = self._clients()
        chosen = self.client.current if self.client.count() else None
        self.client.offer(
            [
                *((client, _client_words(client)) for client in clients),
                (Other.TYPED, "An app registration of my own"),
                (Other.BORROWED, "Try without registering"),
            ]
        )
        # What needs no typing comes first; what is borrowed is taken by nobody but the person.
        if clients and (not keep or chosen in (None, Other.TYPED)) and not self.client_id.text():
            self.client.choose(self._likeliest(clients))

    def _likeliest(self, clients: Sequence[Client]) -> Client:
        """Return the client that fits the tenant that was named, of several the one used last."""
        tenant = self.tenant.text().strip()
        fitting = [client for client in clients if client.tenant == (tenant or client.tenant)]
        fitting = fitting or [client for client in clients if client.tenant is None] or list(clients)
        return next((client for client in fitting if client.client_id == self._known.last_client), fitting[0])

    def _cloud_chosen(self, _cloud: str) -> None:
        self._offer_clients()
        self._recall()
        self._edited()
        if self.cloud.current == CUSTOM_ID:
            self.graph.setFocus()

    def _client_chosen(self, chosen: Client | Other) -> None:
        self._by_hand = True
        self._edited()
        if chosen is Other.TYPED:
            self.client_id.setFocus()

    def _edited(self) -> None:
        self.show_problem("")
        self._follow()

    def _follow(self) -> None:
        """Show the rows that the choices ask for."""
        custom, client = self.cloud.current == CUSTOM_ID, self.client.current
        for field in (self.graph, self.login):
            self._rows.show(field, wanted=custom)
        self._rows.show(self.client_id, wanted=client is Other.TYPED)
        self.broker.setVisible(self._broker_available and not custom)
        self._broker_words.setVisible(self._broker_available and not custom)
        self._reading_words.set_text(READING_WORDS[self.reading.current])
        self.asked.show_scopes(self.reading.current)
        self.warning.show_text(_BORROWED if client is Other.BORROWED else "")
        at_home = client.tenant if isinstance(client, Client) else None
        self.tenant.setPlaceholderText(inert(at_home, 60) if at_home else "ID or domain; empty for your account’s own")
        # A blank keeps its place, so that nothing jumps while somebody types.
        told = bool(self.network.lacking)
        self._needs.set_text(f"It needs {self.lacking}." if self.lacking and not told else " ")
        self.changed.emit()

    # What was chosen

    @property
    def lacking(self) -> str:
        """What has to be filled in before anything can happen; empty where nothing has."""
        if self.client.current is Other.TYPED and not self.client_id.text().strip():
            return "the application ID of an app registration"
        if self.cloud.current == CUSTOM_ID and not (self.graph.text().strip() and self.login.text().strip()):
            return "both endpoints of the custom cloud"
        return self.network.lacking

    def choice(self) -> SignInChoice:
        """Return what was chosen.

        Raises:
            UsageError: something typed is not what it should be.
        """
        cloud, client = self._cloud(), self.client.current
        tenant = self.tenant.text().strip() or None
        if client is Other.TYPED:
            typed = self.client_id.text().strip().casefold()
            if not is_guid(typed):
                raise UsageError(
                    "This is no application ID", remedy="It looks like 00000000-0000-0000-0000-000000000000."
                )
            client = Client(typed, cloud.id, tenant)
        elif client is Other.BORROWED:
            client = Client(BORROWED_CLIENT, cloud.id, tenant, ClientSource.BORROWED)
        elif tenant is None:
            tenant = client.tenant
        request = SignInRequest(
            cloud,
            client.client_id,
            tenant,
            self.reading.current,
            ca_file=self.network.file(),
            broker=self.wants_broker,
        )
        return SignInChoice(request, client)

    @property
    def wants_broker(self) -> bool:
        """True where Windows shall sign in, in place of the browser."""
        return self._broker_available and self.cloud.current != CUSTOM_ID and self.broker.isChecked()

    def _cloud(self) -> Cloud:
        known = CLOUDS.get(self.cloud.current)
        if known is not None:
            return known
        graph, login = self.graph.text().strip(), self.login.text().strip()
        return custom_cloud(
            endpoint_origin(graph, option="The Graph endpoint"), endpoint_origin(login, option="The sign-in endpoint")
        )

    def show_problem(self, text: str) -> None:
        """Say what is wrong with what was typed."""
        self.problem.set_text(text)
        self.problem.setVisible(bool(text))
        self._needs.setVisible(not text)

    def first_field(self) -> QWidget:
        """Return where typing makes sense first."""
        return self.client_id if self.client.current is Other.TYPED else self.tenant


def _client_words(client: Client) -> str:
    if client.source is ClientSource.PACKAGED:
        return "The app that came with permdesk"
    where = f"App in {inert(client.tenant, 48)}" if client.tenant else "App for every tenant"
    return f"{where} · {inert(client.client_id, 8)}"
