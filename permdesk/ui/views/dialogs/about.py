"""What this program is, what it promises, and under which licences its parts come."""

from importlib import metadata

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from permdesk import __version__
from permdesk.ui.theme import Theme
from permdesk.ui.views.dialogs.sheet import Sheet
from permdesk.ui.views.paragraph import Paragraph

PROMISES = (
    "Unknown is never OK: what could not be read is shown as not read.",
    "Read-only by construction: it knows how to read Microsoft Graph, and nothing else.",
    "Nothing leaves this computer: no telemetry, no server of ours. Tokens are never logged.",
)

#: Distribution names of what is shipped along; licences are asked of the installed packages themselves.
PARTS = (
    "PySide6-Essentials",
    "click",
    "filelock",
    "msgspec",
    "platformdirs",
    "PyYAML",
    "urllib3",
    "sqlite-utils",
    "truststore",
    "urllib3",
    "certifi",
)


class AboutSheet(Sheet):
    """Version and promises."""

    def __init__(self, theme: Theme, parent: QWidget | None, *, catalog: str) -> None:
        super().__init__(
            theme,
            f"permdesk {__version__}",
            parent,
            lead="Required versus granted permissions of the apps in a Microsoft 365 tenant.",
            width=520,
        )
        for promise in PROMISES:
            self.body.addWidget(Paragraph(theme, promise, role="body"))
        self.body.addSpacing(8)
        told = f"{catalog}. Qt {qVersion()}." if catalog else f"Qt {qVersion()}."
        self.body.addWidget(Paragraph(theme, told, ink="muted"))
        self.body.addWidget(
            Paragraph(
                theme,
                "Vendors’ requirements are taken from their public pages; names and trademarks are theirs. "
                "permdesk is made by none of them, nor by Microsoft.",
                ink="muted",
            )
        )
        self.add_button("Close", self.accept, kind="primary", default=True)


class LicencesSheet(Sheet):
    """The licences of permdesk and of its parts."""

    def __init__(self, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(theme, "Licences", parent, width=640)
        text = QPlainTextEdit(licences())
        text.setReadOnly(True)
        text.setFont(theme.font("fixed"))
        text.setAccessibleName("Licences")
        text.setTabChangesFocus(True)
        self.body.addWidget(text, 1)
        self.add_button("Close", self.accept, kind="primary", default=True)
        self.resize(640, 520)


def licences() -> str:
    """Return a list of the parts with version and licence, as their packages state them."""
    lines = [f"permdesk {__version__}: MIT", "Icons and glyphs: drawn for permdesk, MIT", ""]
    for name in PARTS:
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        stated = next(iter(about.get_all("License-Expression") or about.get_all("License") or ()), "").partition("\n")[
            0
        ]
        classified = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
        licence = stated if stated and len(stated) < 80 else ", ".join(classified)
        lines.append(f"{name} {about['Version']}: {licence or 'see its package'}")
    lines += [
        "",
        "Qt and PySide6 are used under the LGPL, version 3: their libraries are separate files",
        "that may be replaced by your own builds.",
    ]
    return "\n".join(lines)
