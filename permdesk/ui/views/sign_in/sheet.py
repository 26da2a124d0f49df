"""The sheet of signing in: one page after the other, and the buttons that belong to each."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from permdesk.domain.ports import BrowserWaiting, CodeWaiting
from permdesk.domain.sign_in import SignIn, TokenStorage
from permdesk.domain.text import inert
from permdesk.errors import UsageError, WorldError
from permdesk.ui import icons
from permdesk.ui.theme import Theme
from permdesk.ui.views.controls import relabel
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.sign_in.choice import ChoicePage
from permdesk.ui.views.sign_in.chosen import Known, SignInChoice
from permdesk.ui.views.sign_in.fields import open_buttons
from permdesk.ui.views.sign_in.outcome import DonePage, FailedPage
from permdesk.ui.views.sign_in.waiting import BrowserPage, CodePage

_TITLE: Final = "Sign in to a tenant"
_LEAD: Final = "permdesk reads with your own rights, on this computer. It cannot change anything."


class Page(StrEnum):
    """What the sheet shows."""

    CHOICE = "choice"
    BROWSER = "browser"
    CODE = "code"
    DONE = "done"
    FAILED = "failed"


_ICONS: Final = {"Open the browser": "open-outside", "Sign in with Windows": "sign-in"}
_WIDTH: Final = {Page.CHOICE: 840, Page.BROWSER: 600, Page.CODE: 600, Page.DONE: 600, Page.FAILED: 600}


class SignInSheet(Sheet):
    """Asks, waits, and says how it ended; what was typed is there again after a failure.

    Args:
        known: what the choice begins with.
        open_address: opens an address in the browser; False where nothing does.
        copy: puts text on the clipboard.
    """

    #: SignInChoice, with the browser or with a code.
    browser_requested = Signal(object)
    code_requested = Signal(object)
    #: Nobody waits any more.
    given_up = Signal()
    guide_requested = Signal()
    #: SignIn whose tenant is to be read.
    read_requested = Signal(object)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None,
        *,
        known: Known,
        open_address: Callable[[str], bool],
        copy: Callable[[str], object],
    ) -> None:
        super().__init__(theme, _TITLE, parent, lead=_LEAD, width=_WIDTH[Page.CHOICE])
        self._copy = copy
        self._choice: SignInChoice | None = None
        self._with_code = False
        self._signed: SignIn | None = None
        self.choice = ChoicePage(theme, known)
        self.browser = BrowserPage(theme, open_address=open_address, copy=copy)
        self.code = CodePage(theme, open_address=open_address, copy=copy)
        self.done_page = DonePage(theme)
        self.failed = FailedPage(theme)
        self._pages: dict[Page, QWidget] = {
            Page.CHOICE: self.choice,
            Page.BROWSER: self.browser,
            Page.CODE: self.code,
            Page.DONE: self.done_page,
            Page.FAILED: self.failed,
        }
        for page in self._pages.values():
            self.body.addWidget(page)
        self._make_buttons()
        self.choice.changed.connect(self._check)
        self.choice.guide_requested.connect(self.leaving(self.guide_requested))
        self.page = Page.CHOICE
        self._show(Page.CHOICE)
        self._check()

    def _make_buttons(self) -> None:
        self._use_code = self.add_button("Use a code instead", self._start_code, leading=True)
        self._copy_details = self.add_button(
            "Copy the details", lambda: self._copy(self.failed.details.toPlainText()), icon="copy", leading=True
        )
        self._cancel = self.add_button("Cancel", self.reject)
        self._stop = self.add_button("Cancel", self._give_up)
        self._back = self.add_button("Back", self._to_choice)
        self._close = self.add_button("Close", self.reject)
        self._again = self.add_button("Try again", self._try_again, kind="primary", icon="scan")
        self._open = self.add_button("Open the browser", self._start_browser, kind="primary", icon="open-outside")
        self._read = self.add_button("Read the tenant", self._read_tenant, kind="primary", icon="scan")
        self._shown: dict[Page, tuple[QPushButton, ...]] = {
            Page.CHOICE: (self._use_code, self._cancel, self._open),
            Page.BROWSER: (self._use_code, self._stop),
            Page.CODE: (self._stop,),
            Page.DONE: (self._close, self._read),
            Page.FAILED: (self._copy_details, self._back, self._close, self._again),
        }

    # Pages

    def _show(self, page: Page) -> None:
        self.page = page
        for name, widget in self._pages.items():
            widget.setVisible(name is page)
        for made in self.findChildren(QPushButton):
            made.setDefault(False)
        for made in (b for buttons in self._shown.values() for b in buttons):
            made.setVisible(made in self._shown[page])
        by_code = page is Page.CHOICE or (page is Page.BROWSER and not self._brokered)
        self._use_code.setVisible(by_code and self._claims is None)
        self._back.setVisible(page is Page.FAILED and self._again_key is None)
        self.heading.set_text(self._title())
        self.setWindowTitle(self._title())
        self.lead.setVisible(page is Page.CHOICE)
        self.refit()
        self._focus(page)

    @property
    def _claims(self) -> str | None:
        return self._choice.claims if self._choice is not None else None

    @property
    def _brokered(self) -> bool:
        return self._choice is not None and self._choice.request.broker

    @property
    def _again_key(self) -> str | None:
        return self._choice.again if self._choice is not None else None

    def _title(self) -> str:
        if self.page is Page.DONE and self._signed is not None:
            return f"{inert(self._signed.username, 80)} is signed in"
        hint = self._choice.request.hint if self._choice is not None else None
        return f"Sign in again as {inert(hint, 80)}" if self._again_key and hint else _TITLE

    def _focus(self, page: Page) -> None:
        default = {Page.CHOICE: self._open, Page.DONE: self._read, Page.FAILED: self._again}.get(page)
        if default is not None:
            default.setDefault(True)
        # While something is waited for, Return must neither give it up nor start it anew.
        wanted = {
            Page.CHOICE: self.choice.first_field(),
            Page.BROWSER: self.browser.copy_link,
            Page.CODE: self.code.copy_code,
            Page.DONE: self._read,
            Page.FAILED: self._again,
        }[page]
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def first_focus(self) -> QWidget:
        """Return where typing makes sense first."""
        return self.choice.first_field()

    def refit(self) -> None:
        """Become as large as what is shown, around the same middle."""
        if not self.isVisible():
            self.resize(_WIDTH[self.page], 10)
            return
        middle = self.geometry().center()
        self.setMinimumSize(0, 0)
        self.resize(_WIDTH[self.page], 10)
        self.fit()
        moved = self.geometry()
        moved.moveCenter(middle)
        self.setGeometry(moved)

    def fit(self) -> None:
        """Become as high as the text wants to be, and higher than a small window rather than squeeze the form."""
        super().fit()
        layout = self.layout()
        if layout is not None:
            wanted = layout.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), min(wanted, self.screen().availableGeometry().height() - 32)))

    # What a person does

    def _check(self) -> None:
        open_buttons((self._open, self._use_code), self.choice.lacking)
        words = "Sign in with Windows" if self.choice.wants_broker else "Open the browser"
        if self._open.accessibleName() != words:
            relabel(self._open, words)
            self._open.setIcon(icons.icon(_ICONS[words], self.theme, "on-accent"))
        if self.page is Page.CHOICE and self.isVisible():
            self.refit()

    def _taken(self) -> SignInChoice | None:
        try:
            return self.choice.choice()
        except UsageError as problem:
            self.choice.show_problem(" ".join(part for part in (f"{problem.title}.", problem.remedy) if part))
            self.refit()
            return None

    def _start_browser(self) -> None:
        choice = self._taken()
        if choice is not None:
            self.start(choice)

    def _start_code(self) -> None:
        choice = self._taken() if self.page is Page.CHOICE else self._choice
        if choice is not None:
            # A code is entered in a browser, wherever that is: it proves nothing of this device.
            self.start(replace(choice, request=replace(choice.request, broker=False)), code=True)

    def start(self, choice: SignInChoice, *, code: bool = False) -> None:
        """Begin to sign in, and wait."""
        self._choice, self._with_code = choice, code
        if code:
            self.code.prepare()
            self._show(Page.CODE)
            self.code_requested.emit(choice)
        else:
            self.browser.prepare(broker=choice.request.broker)
            self._show(Page.BROWSER)
            self.browser_requested.emit(choice)

    def _try_again(self) -> None:
        if self._choice is not None:
            self.start(self._choice, code=self._with_code)

    def _give_up(self) -> None:
        """Stop waiting; what was typed is there again."""
        self._stop_clocks()
        self.given_up.emit()
        if self._again_key is not None:
            super().reject()
        else:
            self._to_choice()

    def _to_choice(self) -> None:
        self._choice = None
        self._show(Page.CHOICE)

    def _stop_clocks(self) -> None:
        self.browser.stop()
        self.code.stop()

    def reject(self) -> None:
        """Qt: Esc gives up waiting before it closes the sheet."""
        if self.page in (Page.BROWSER, Page.CODE):
            self._give_up()
        else:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Return does nothing while something is waited for, except on a button that has the focus."""
        waiting = self.page in (Page.BROWSER, Page.CODE)
        if waiting and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
            return
        super().keyPressEvent(event)

    def _read_tenant(self) -> None:
        signed = self._signed
        self.accept()
        if signed is not None:
            self.read_requested.emit(signed)

    # What happens

    def wait(self, waiting: BrowserWaiting | CodeWaiting) -> None:
        """Show what is waited for."""
        if isinstance(waiting, CodeWaiting):
            self.code.wait(waiting)
        else:
            self.browser.wait(waiting)
        self.refit()
        self._focus(self.page)

    def show_done(self, signed: SignIn, storage: TokenStorage) -> None:
        """Say who is signed in."""
        self._stop_clocks()
        self._signed = signed
        self.done_page.show_sign_in(signed, storage)
        self._show(Page.DONE)

    def show_error(self, error: WorldError) -> None:
        """Say what went wrong."""
        self._stop_clocks()
        self.failed.show_error(error)
        self._show(Page.FAILED)
