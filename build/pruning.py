"""What PyInstaller collects and a bundle leaves out, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

#: Parts of Qt and of packages that permdesk never asks for: pattern of the place in the bundle, and why it may go.
UNNEEDED = {
    r"PySide6/(Qt/)?translations/(?!qt(base)?_de\.qm)": "Qt's own words in languages that permdesk does not speak",
    r"PySide6/(Qt/)?plugins/platforms/\w*(minimalegl|minimal|eglfs|linuxfb|vkkhrdisplay|vnc|direct2d|ios)\w*\.": (
        "screens without a desktop; a person has X11, Wayland, Windows or macOS, and papers are drawn on offscreen"
    ),
    r"PySide6/(Qt/)?plugins/egldeviceintegrations/": "belong to the platform eglfs",
    r"PySide6/(Qt/)?plugins/generic/": "read mice and touch screens without a desktop",
    r"PySide6/(Qt/)?plugins/networkinformation/": "Qt's network is unused: only permdesk.graph speaks HTTP, by urllib3",
    r"PySide6/(Qt/)?plugins/tls/": "Qt's network is unused",
    r"PySide6/QtNetwork\.": "Qt's network is unused",
    r"PySide6/(Qt/)?plugins/platformthemes/libqgtk3": (
        "loads all of GTK to ask for fonts and dialogs; the desktop portal does that without it"
    ),
    r"PySide6/(Qt/)?plugins/platforminputcontexts/\w*virtualkeyboard": "a keyboard on the screen, drawn by QML",
    r"PySide6/(Qt/)?plugins/imageformats/libq?(?:pdf|webp|tiff|tga|wbmp|icns|gif|ico)\w*\.": (
        "permdesk shows its own SVG drawings, and reads PNG, JPEG and SVG marks for letterheads"
    ),
    r"PySide6/(Qt/)?plugins/(qmltooling|qmllint|vectorimageformats|sqldrivers|designer)/": "QML, Designer, Qt SQL",
    r"PySide6/(Qt/)?plugins/wayland-graphics-integration-(client|server)/": "OpenGL; nothing draws with it",
    r"PySide6/(Qt/)?plugins/xcbglintegrations/": "OpenGL; nothing draws with it",
    r"PySide6/(Qt/)?qml/": "QML is unused",
    r"PySide6/Qt6(Qml|Quick|Pdf|VirtualKeyboard|Network)\w*\.dll": "came with a plugin that is left out",
    r"PySide6/opengl32sw\.dll": "draws OpenGL where no driver does; nothing draws with it",
    r"setuptools|pkg_resources|_distutils_hack|pip/": "tools of the development environment",
}

#: Linux libraries that have to fit the computer's drivers, settings or services, and come with every desktop. A bundle
#: that brought its own would be at odds with them: an older libstdc++ keeps graphics drivers from loading, another
#: fontconfig complains about the settings, another libcups does not know the printers.
FROM_THE_SYSTEM = (
    r"ld-linux.*\.so",
    r"lib(stdc\+\+|gcc_s)\.so",
    r"lib(fontconfig|freetype|expat|png16|brotli\w+|bz2|z|zstd|lzma|uuid|bsd|md)\.so",
    r"lib(X11|X11-xcb|xcb|Xau|Xdmcp|Xext)\.so",
    r"lib(glib|gthread|gobject|gio|gmodule)-2\.0\.so",
    r"lib(pcre\w*|mount|blkid|selinux)(-\w+)?\.so",
    r"lib(dbus-1|systemd|cap|gcrypt|gpg-error|lz4)\.so",
    r"lib(cups|avahi-\w+|gnutls|nettle|hogweed|tasn1|p11-kit|idn2|unistring|gmp)\.so",
    r"lib(gssapi_krb5|krb5|krb5support|k5crypto|com_err|keyutils|resolv)\.so",
)


def unneeded(place: str) -> str | None:
    """Return why the file at ``place`` in the bundle may go, or None where it stays."""
    place = place.replace("\\", "/")
    return next((why for pattern, why in UNNEEDED.items() if re.match(pattern, place)), None)


def left_to_the_system(place: str) -> bool:
    """Return whether a library at the top of a Linux bundle has to be the system's own."""
    return "/" not in place and any(re.match(pattern, place) for pattern in FROM_THE_SYSTEM)


#: A place in the bundle, the file of this machine that goes there, and PyInstaller's word for its kind.
Entry = tuple[str, str, str]


def pruned(entries: Iterable[Entry]) -> list[Entry]:
    """Return PyInstaller's entries without what is left out on every system."""
    return [entry for entry in entries if unneeded(entry[0]) is None]


def pruned_for_linux(entries: Iterable[Entry], needed: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Return the entries of a Linux bundle without the system's own libraries, and without those nobody asks for.

    What a plugin brought along goes with it.

    Args:
        entries: as PyInstaller has them, pruned.
        needed: returns the names of the libraries that a file asks the loader for.
    """
    kept = [entry for entry in entries if not left_to_the_system(entry[0])]
    files = [entry for entry in kept if entry[2] in {"BINARY", "EXTENSION"}]
    libraries = {entry[0].rpartition("/")[2]: entry for entry in files if _is_library(entry[0])}
    waiting = [entry for entry in files if not _is_library(entry[0])]
    reached: set[str] = set()
    while waiting:
        for name in needed(waiting.pop()[1]):
            if name in libraries and name not in reached:
                reached.add(name)
                waiting.append(libraries[name])
    # Links at the top lead to libraries in the folders of their packages, and go with them.
    return [entry for entry in kept if not _is_library(entry[0]) or entry[0].rpartition("/")[2] in reached]


def _is_library(place: str) -> bool:
    # Python's own is loaded by the programs themselves.
    return re.fullmatch(r"(PySide6/Qt/lib/)?lib(?!python)[^/]+\.so[.\d]*", place) is not None
