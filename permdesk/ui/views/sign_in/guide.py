"""How to register the app that people sign in through: step by step, as a script, as JSON; then test it."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from permdesk.domain.client_setup import (
    BROKER_REDIRECT,
    Audience,
    ClientSetup,
    azure_cli_script,
    broker_addition,
    broker_redirect,
    portal_steps,
    powershell_script,
    registration,
)
from permdesk.domain.cloud import CLOUDS, Cloud
from permdesk.domain.consent import consent_link
from permdesk.domain.portal import is_guid
from permdesk.domain.sign_in import Client, Reading, SignInRequest
from permdesk.ui.painting import tool_tip
from permdesk.ui.theme import Theme
from permdesk.ui.tick_box import TickBox
from permdesk.ui.views.controls import button, ground, rule, scrolled, tool_button
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.exclusive import ChoiceBar
from permdesk.ui.views.paragraph import Line, Paragraph
from permdesk.ui.views.sign_in.chosen import SignInChoice
from permdesk.ui.views.sign_in.fields import ChoiceField, Rows, beside, boxed, copy_button, open_buttons, text_field


class How(StrEnum):
    """Ways to register."""

    PORTAL = "Portal"
    AZURE_CLI = "Azure CLI"
    POWERSHELL = "PowerShell"
    JSON = "JSON"


_LEAD: Final = (
    "permdesk signs you in through an app of your own tenant, so that you decide who may use it and what it may read. "
    "It needs no secret."
)
_NOTES: Final[dict[How, str]] = {
    How.AZURE_CLI: "Read it, then run it in a shell. It asks you to sign in, registers the app, grants consent, and "
    "prints the two IDs for below.",
    How.POWERSHELL: "Read it, then run it in PowerShell with the module Microsoft.Graph. It asks you to sign in, "
    "registers the app, grants consent, and prints the two IDs for below.",
}


class GuideSheet(Sheet):
    """Choose what the app shall do, register it, fill in its IDs, test it.

    Args:
        cloud: the cloud to begin with.
        client: an app for every tenant that is registered already; None where none is known.
        open_address: opens an address in the browser.
        copy: puts text on the clipboard.
    """

    #: SignInChoice to sign in with at once.
    test_requested = Signal(object)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        *,
        cloud: Cloud,
        client: Client | None = None,
        open_address: Callable[[str], bool],
        copy: Callable[[str], object],
    ) -> None:
        super().__init__(theme, "Register an app for permdesk", parent, lead=_LEAD, width=840)
        self._open_address, self._copy = open_address, copy
        self.cloud = ChoiceField(theme, "Cloud", [(one.id, one.label) for one in CLOUDS.values()])
        self.cloud.choose(cloud.id)
        self.every_tenant = TickBox(theme, "For many tenants", font="body")
        self.device_code = TickBox(theme, "With a code, too", font="body")
        self.broker = TickBox(theme, "With Windows, too", font="body")
        self.strict = TickBox(theme, "Strict reading", font="body")
        for box, tip in (
            (self.every_tenant, "A provider registers once, and reads its customers’ tenants"),
            (self.device_code, "Where no browser can open: a code to enter on another device"),
            (self.broker, "The Web Account Manager of Windows: for tenants that demand a compliant device"),
            (self.strict, "Without Directory.Read.All; delegated grants are then not read"),
        ):
            box.setToolTip(tool_tip(tip))
        self.how = ChoiceBar(theme, "How to register", {how: how.value for how in How}, How.PORTAL)
        self.portal = button(theme, "Open the portal", icon="open-outside", kind="link", click=self._open_portal)
        self.copy_script = copy_button(theme, "Copy all", lambda: self.script.toPlainText(), copy)
        self._note = Paragraph(theme, ink="text2")
        self.script = QPlainTextEdit()
        self.script.setReadOnly(True)
        self.script.setFont(theme.font("fixed"))
        self.script.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.script.setTabChangesFocus(True)
        self._steps = ground(QWidget(), "panel")
        self._steps_grid = QGridLayout(self._steps)
        self._steps_area = scrolled(self._steps, name="Steps in the portal")
        self.client_id = text_field(theme, "Application ID", hint="Application (client) ID")
        self.tenant = text_field(theme, "Tenant", hint="Directory (tenant) ID or domain")
        self.customer = text_field(theme, "Customer’s tenant ID", hint="A customer’s tenant ID, to make its link")
        self.copy_link = copy_button(theme, "Copy the consent link", self._link, copy, small=False)
        self._customer_row = boxed(beside(self.customer, self.copy_link, stretch=False))
        self._lay_out()
        self.add_button("Close", self.reject)
        self.test = self.add_button("Test it", self._test, kind="primary", icon="sign-in", default=True)
        if client is not None:
            self.every_tenant.setChecked(True)
            self.client_id.setText(client.client_id)
        for box in (self.every_tenant, self.device_code, self.broker, self.strict):
            box.toggled.connect(lambda _on: self._show())
        self.cloud.chosen.connect(lambda _cloud: self._show())
        self.how.chosen.connect(lambda _how: self._show())
        for field in (self.client_id, self.tenant, self.customer):
            field.textChanged.connect(lambda _text: self._check())
        self._show()

    def _lay_out(self) -> None:
        theme = self.theme
        options = QHBoxLayout()
        options.setSpacing(20)
        self.cloud.setFixedWidth(192)
        for widget in (self.cloud, self.every_tenant, self.device_code, self.broker, self.strict):
            options.addWidget(widget)
        options.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.how)
        head.addStretch(1)
        head.addWidget(self.portal)
        head.addWidget(self.copy_script)
        self._steps_grid.setContentsMargins(0, 0, 12, 0)
        self._steps_grid.setHorizontalSpacing(8)
        self._steps_grid.setVerticalSpacing(2)
        self._steps_grid.setColumnMinimumWidth(0, 20)
        self._steps_grid.setColumnStretch(1, 1)
        rows = Rows(theme)
        self._rows = rows
        rows.add("Application ID", self.client_id)
        rows.add("Tenant", self.tenant)
        rows.add("Customers", self._customer_row)
        self.body.addLayout(options)
        self.body.addSpacing(4)
        self.body.addLayout(head)
        self.body.addWidget(self._note)
        self.body.addWidget(self._steps_area, 1)
        self.body.addWidget(self.script, 1)
        self.body.addWidget(rule())
        self.body.addLayout(rows.grid)
        for tall in (self._steps_area, self.script):
            tall.setMinimumHeight(160)

    def open(self) -> None:
        """Open it, as high as the window lets it: what is copied from is best seen whole."""
        super().open()
        window = self.parentWidget()
        most = window.window().height() - 32 if window is not None else 720
        self.resize(self.width(), min(most, 720))

    # What is shown

    @property
    def setup(self) -> ClientSetup:
        """What is to be registered."""
        return ClientSetup(
            CLOUDS[self.cloud.current],
            Reading.STRICT if self.strict.isChecked() else Reading.BASIC,
            Audience.EVERY_TENANT if self.every_tenant.isChecked() else Audience.ONE_TENANT,
            self.device_code.isChecked(),
            self.broker.isChecked(),
        )

    def _show(self) -> None:
        setup, how = self.setup, self.how.current
        portal = how is How.PORTAL
        self._steps_area.setVisible(portal)
        self.script.setVisible(not portal)
        self.copy_script.setVisible(not portal)
        self.portal.setVisible(portal or how is How.JSON)
        self._note.set_text(self._note_of(how))
        self._note.setVisible(not portal)
        if portal:
            self._show_steps(setup)
        else:
            text = {How.AZURE_CLI: azure_cli_script, How.POWERSHELL: powershell_script, How.JSON: self._bodies}[how]
            self.script.setPlainText(text(setup))
            self.script.setAccessibleName(f"{how.value} to register the app")
        self._rows.show(self._customer_row, wanted=self.every_tenant.isChecked())
        self._check()

    def _note_of(self, how: How) -> str:
        if how is How.JSON:
            said = (
                f"POST it to {self.setup.cloud.graph}/v1.0/applications, then POST its appId to "
                "/v1.0/servicePrincipals, and grant admin consent on the app’s API permissions page."
            )
            windows = " PATCH /v1.0/applications(appId='…') with the second body, for Windows."
            return said + windows if self.setup.broker else said
        return _NOTES.get(how, "")

    def _bodies(self, setup: ClientSetup) -> str:
        """Return what is sent, one body after the other: an address for Windows holds the ID that comes back first."""
        first = registration(setup)
        return f"{first}\n{broker_addition(self._client_id or 'APPLICATION-ID')}" if setup.broker else first

    @property
    def _client_id(self) -> str:
        """The ID that was filled in; empty where it is none."""
        typed = self.client_id.text().strip().casefold()
        return typed if is_guid(typed) else ""

    def _copy_value(self, value: str) -> None:
        # What is known of the address by now goes with it.
        self._copy(broker_redirect(self._client_id) if value == BROKER_REDIRECT else value)

    def _show_steps(self, setup: ClientSetup) -> None:
        grid, theme = self._steps_grid, self.theme
        while (item := grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        top = Qt.AlignmentFlag.AlignTop
        place = 0
        for number, step in enumerate(portal_steps(setup), 1):
            grid.addWidget(Line(theme, f"{number}.", role="body", ink="muted", least=20), place, 0, top)
            words = QWidget()
            column = QVBoxLayout(words)
            column.setContentsMargins(0, 0, 0, 8)
            column.setSpacing(0)
            column.addWidget(Paragraph(theme, step.where, role="body-strong"))
            what = beside(Paragraph(theme, step.what, role="body", ink="text2"), spacing=4)
            if step.copy:
                copied = tool_button(
                    theme, f"Copy {step.copy}", icon="copy", click=partial(self._copy_value, step.copy)
                )
                copied.setFixedHeight(theme.line("body"))
                what.insertWidget(1, copied, 0, Qt.AlignmentFlag.AlignTop)
            column.addLayout(what)
            grid.addWidget(words, place, 1)
            place += 1
        grid.setRowStretch(place, 1)
        # At once: until their events came round, the steps would be squeezed into the room of those before.
        for made in self._steps.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            made.setVisible(grid.indexOf(made) >= 0)
        QCoreApplication.sendEvent(self._steps_area, QEvent(QEvent.Type.LayoutRequest))

    def _open_portal(self) -> None:
        cloud = self.setup.cloud
        address = cloud.entra_portal or cloud.azure_portal
        if address is not None and not self._open_address(address):
            self._copy(address)

    # What was registered

    def _link(self) -> str:
        customer = self.customer.text().strip().casefold()
        return consent_link(self.setup.cloud, tenant_id=customer, app_id=self._client_id) or ""

    @property
    def lacking(self) -> str:
        """What has to be filled in before it can be tested; empty where nothing has."""
        if not self._client_id:
            return "the application ID that the portal or the script shows"
        if not self.tenant.text().strip() and not self.every_tenant.isChecked():
            return "the tenant that the app is registered in"
        return ""

    def _check(self) -> None:
        open_buttons((self.test,), self.lacking)
        open_buttons((self.copy_link,), "" if self._link() else "the application ID, and the customer’s tenant ID")

    def _test(self) -> None:
        setup = self.setup
        client_id, tenant = self._client_id, self.tenant.text().strip() or None
        request = SignInRequest(setup.cloud, client_id, tenant, setup.reading)
        bound = tenant if setup.audience is Audience.ONE_TENANT else None
        self.leaving(self.test_requested, SignInChoice(request, Client(client_id, setup.cloud.id, bound)))()

    def first_focus(self) -> QWidget:
        """Return the first choice."""
        return self.how.buttons[self.how.current]
