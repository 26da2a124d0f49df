"""The person's settings: declared once, kept as JSON, never lost to a broken file or another running permdesk."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

import msgspec
from msgspec import Struct

from permdesk.domain.cloud import CUSTOM_ID
from permdesk.domain.sign_in import Client, ClientSource, SignInRequest
from permdesk.paths import unwritable
from permdesk.whole_file import write_whole

T = TypeVar("T")


class Theme(StrEnum):
    """Colours of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    """Height of rows."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class LessMotion(StrEnum):
    """Whether movement on screen is left out."""

    SYSTEM = "system"
    ON = "on"
    OFF = "off"


class WindowLayout(Struct, frozen=True, omit_defaults=True):
    """How one window was left.

    Attributes:
        geometry: place and size, Qt's bytes in base64.
        state: tool bars and docks, Qt's bytes in base64.
        panes: splitter name -> its state, Qt's bytes in base64.
        columns: table or tree name -> widths of its columns in pixels, in order.
    """

    geometry: str = ""
    state: str = ""
    panes: dict[str, str] = {}
    columns: dict[str, list[int]] = {}


class Reached(Struct, frozen=True, omit_defaults=True):
    """How a cloud was reached when somebody last signed in to it.

    Attributes:
        graph: address of the Graph of a custom cloud; empty for Microsoft's own.
        login: address of its sign-in.
        ca_file: path of a file of further trust anchors in PEM; empty for those of the computer alone.
    """

    graph: str = ""
    login: str = ""
    ca_file: str = ""


class ReportHead(Struct, frozen=True, omit_defaults=True):
    """Who hands reports over.

    Attributes:
        firm: its name.
        address: the lines below it.
        footer: a line at the foot of every page.
        logo: the checked PNG or SVG itself: the file it came from may go.
    """

    firm: str = ""
    address: tuple[str, ...] = ()
    footer: str = ""
    logo: bytes = b""


class ReportSetup(Struct, frozen=True, omit_defaults=True):
    """How reports were made last.

    Attributes:
        long: everything, or one page for each tenant.
        paper: name of the paper; empty for the one usual where the person is.
        locale: of dates and numbers, BCP 47; empty for that of the system.
        printer: the queue that was printed to.
        folder: where files were saved.
        format: of the file that was saved.
    """

    long: bool = True
    paper: str = ""
    landscape: bool = False
    colour: bool = True
    locale: str = ""
    printer: str = ""
    folder: str = ""
    format: str = ""


class Setting(Generic[T]):
    """One declared setting: an attribute of ``Settings`` with type, default and a sentence for the person."""

    def __init__(self, kind: Any, default: Callable[[], T], description: str) -> None:
        self.kind = kind
        self.default = default
        self.description = description
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, settings: None, owner: type) -> "Setting[T]": ...
    @overload
    def __get__(self, settings: "Settings", owner: type) -> T: ...
    def __get__(self, settings: "Settings | None", owner: type) -> "T | Setting[T]":
        return self if settings is None else settings.value(self)

    def __set__(self, settings: "Settings", value: T) -> None:
        settings.change(self, value)


class Settings:
    """All settings of one person; assign to change, ``save`` to keep.

    Attributes:
        warnings: what was wrong with the file, in sentences to show; empty where nothing was.
    """

    theme = Setting(Theme, lambda: Theme.SYSTEM, "Colours: those of the system, light or dark.")
    density = Setting(Density, lambda: Density.COMFORTABLE, "Room between rows: comfortable or compact.")
    less_motion = Setting(LessMotion, lambda: LessMotion.SYSTEM, "Leave out movement: as the system says, on or off.")
    clients = Setting(list[Client], list[Client], "App registrations that people sign in through, newest last.")
    show_microsoft = Setting(bool, lambda: False, "List Microsoft's own applications too.")
    last_client = Setting(str, str, "Application ID of the app registration that was signed in through last.")
    last_cloud = Setting(str, lambda: "global", "The cloud that was signed in to last.")
    reached = Setting(dict[str, Reached], dict[str, Reached], "Endpoints and certificate file last used, by cloud.")
    report_head = Setting(ReportHead, ReportHead, "Letterhead of reports: firm, address, footer and logo.")
    report = Setting(ReportSetup, ReportSetup, "Form, paper, language of numbers, printer and folder of reports.")
    windows = Setting(dict[str, WindowLayout], dict[str, WindowLayout], "Size, panes and columns of each window.")

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._values: dict[str, Any] = {}
        self._changed: set[str] = set()
        self.warnings: tuple[str, ...] = ()

    @classmethod
    def load(cls, file: Path) -> "Settings":
        """Read settings; whatever is wrong with the file becomes a warning and the default, never an error."""
        settings = cls(file)
        stored, warning = _read(file)
        warnings = [warning] if warning else []
        for setting in cls.declared():
            if setting.name not in stored:
                continue
            try:
                settings._values[setting.name] = msgspec.json.decode(stored[setting.name], type=setting.kind)
            except msgspec.MsgspecError as error:
                warnings.append(f"The setting {setting.name} in {file} is not understood and left alone: {error}.")
        settings.warnings = tuple(warnings)
        return settings

    @classmethod
    def declared(cls) -> Iterator[Setting[Any]]:
        """Yield every setting in the order of declaration."""
        return (member for member in vars(cls).values() if isinstance(member, Setting))

    def value(self, setting: Setting[T]) -> T:
        """Return a setting's value, or its default."""
        found: T = self._values.get(setting.name, setting.default())
        return found

    def change(self, setting: Setting[T], value: T) -> None:
        """Change a setting for this run; ``save`` keeps it.

        Raises:
            msgspec.ValidationError: the value is not of the declared type.
        """
        self._values[setting.name] = msgspec.convert(value, setting.kind)
        self._changed.add(setting.name)

    def remember_sign_in(self, request: SignInRequest, client: Client) -> None:
        """Keep how somebody signed in, for the next time: registration, cloud, endpoints, certificate file.

        The registration is kept newest last, one for each tenant; what came with permdesk, or is borrowed, is not
        remembered as the person's own.
        """
        if client.source is ClientSource.OWN:
            place = (client.cloud, client.tenant)
            self.clients = [*(kept for kept in self.clients if (kept.cloud, kept.tenant) != place), client]
        if client.source is not ClientSource.BORROWED:
            self.last_client = client.client_id
        cloud = request.cloud
        self.last_cloud = cloud.id
        custom = cloud.id == CUSTOM_ID
        self.reached = {
            **self.reached,
            cloud.id: Reached(
                graph=cloud.graph if custom else "",
                login=cloud.login or "" if custom else "",
                ca_file=str(request.ca_file or ""),
            ),
        }

    def window(self, name: str) -> WindowLayout:
        """Return how the window ``name`` was left; empty for one never seen."""
        return self.windows.get(name, WindowLayout())

    def remember_window(self, name: str, layout: WindowLayout) -> None:
        """Keep how the window ``name`` was left, beside all others."""
        self.windows = {**self.windows, name: layout}

    def save(self) -> None:
        """Write what was changed here over what the file holds by now; keys unknown to this version stay.

        Settings without a file (tests, a screenshot) keep nothing.

        Raises:
            StorageError: the file cannot be read again or written; the old one is as it was.
        """
        if self._file is None or not self._changed:
            return
        try:
            # Somebody else's permdesk may have written since: only our own changes go over it.
            stored, warning = _read(self._file, strict=True)
            if warning:
                self.warnings += (warning,)
            for name in self._changed:
                stored[name] = msgspec.Raw(msgspec.json.encode(self._values[name]))
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._file, msgspec.json.format(msgspec.json.encode(stored), indent=2) + b"\n")
        except OSError as error:
            raise unwritable(self._file, error) from error
        self._changed.clear()


def _read(file: Path, *, strict: bool = False) -> tuple[dict[str, msgspec.Raw], str | None]:
    """Return the file's keys undecoded, and a warning; ``strict`` raises OSError where defaults lose something."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return {}, None
    except OSError as error:
        if strict:
            raise
        return {}, f"The settings in {file} cannot be read ({error.strerror or error}); defaults are in use."
    try:
        return msgspec.json.decode(content, type=dict[str, msgspec.Raw]), None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    try:
        aside = _set_aside(file)
    except OSError as error:
        if strict:
            raise
        return {}, f"The settings in {file} are not readable as JSON ({error.strerror or error}); defaults are in use."
    return {}, f"The settings were not readable as JSON. They are kept as {aside}; defaults are in use."


def _set_aside(file: Path) -> Path:
    base = f"{file.name}.broken-{datetime.now(tz=UTC).date().isoformat()}"
    number = 1
    while True:
        aside = file.with_name(base if number == 1 else f"{base}-{number}")
        try:
            aside.touch(exist_ok=False)
        except FileExistsError:
            number += 1
            continue
        file.replace(aside)
        return aside
