"""Draws permdesk's icon in all sizes, and packs them as Windows and macOS want them, from the SVG sources."""

from __future__ import annotations

import argparse
import os
import struct
import sys
from pathlib import Path

from identity import ROOT, SCAN_TYPE

# Pixels alone are wanted: no screen is asked for.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

#: Name of what is drawn -> its source: the program, and a scan file.
SOURCES = {
    "permdesk": ROOT / "resources" / "icons" / "permdesk.svg",
    SCAN_TYPE.replace("/", "-"): ROOT / "build" / "packaging" / "icons" / "scan.svg",
}
#: Pixels that Linux desktops look for.
LINUX_SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
#: Pixels that Windows chooses from.
_WINDOWS = (16, 20, 24, 32, 40, 48, 64, 256)
#: macOS' names for its sizes (Apple Icon Image format): pixels, and the name.
_MACOS = ((16, "icp4"), (32, "icp5"), (64, "ic12"), (128, "ic07"), (256, "ic08"), (512, "ic09"), (1024, "ic10"))


def drawn(source: Path, pixels: int) -> bytes:
    """Return a drawing as a square PNG on nothing."""
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(source)).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(content.data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """Return a Windows icon of PNG pictures by their pixels."""
    head, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    start = len(head) + 16 * len(pictures)
    for pixels, picture in pictures.items():
        # A byte holds no 256: 0 stands for it.
        side = pixels % 256
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), start + len(body))
        body += picture
    return head + body


def icns(pictures: dict[str, bytes]) -> bytes:
    """Return a macOS icon of PNG pictures by macOS' names of their sizes."""
    body = b"".join(name.encode() + struct.pack(">I", len(picture) + 8) + picture for name, picture in pictures.items())
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def make(folder: Path) -> list[Path]:
    """Draw everything into a folder; return the files: NAME.ico, NAME.icns, NAME.svg, NAME-PIXELS.png."""
    application = QGuiApplication.instance() or QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, source in SOURCES.items():
        sizes = {*LINUX_SIZES, *_WINDOWS, *(pixels for pixels, _ in _MACOS)}
        pictures = {pixels: drawn(source, pixels) for pixels in sorted(sizes)}
        contents = {f"{name}-{pixels}.png": pictures[pixels] for pixels in LINUX_SIZES}
        contents[f"{name}.svg"] = source.read_bytes()
        contents[f"{name}.ico"] = ico({pixels: pictures[pixels] for pixels in _WINDOWS})
        contents[f"{name}.icns"] = icns({code: pictures[pixels] for pixels, code in _MACOS})
        for file, content in contents.items():
            (folder / file).write_bytes(content)
            files.append(folder / file)
    del application
    return files


def main() -> int:
    """Draw into the folder that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files go")
    for file in make(parser.parse_args().folder):
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
