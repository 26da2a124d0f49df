"""Reads a PDF back with poppler and qpdf, which know nothing of permdesk."""

import shutil
import subprocess
from pathlib import Path

import pytest


def _run(program: str, *arguments: str) -> str:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed; python3 build/dev.py test installs it where it may")
    ran = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def pages_of(file: Path) -> list[str]:
    """Return the text of each page, white space as poppler finds it."""
    return _run("pdftotext", str(file), "-").split("\f")[:-1]


def properties_of(file: Path) -> dict[str, str]:
    """Return what pdfinfo says of a file."""
    lines = (line.partition(":") for line in _run("pdfinfo", str(file)).splitlines())
    return {name: value.strip() for name, _, value in lines}


def fonts_of(file: Path) -> list[dict[str, str]]:
    """Return each font with what pdffonts says of it."""
    head, rule, *lines = _run("pdffonts", str(file)).splitlines()
    ends = [len(piece) for piece in rule.split(" ")]
    names = ["name", "type", "encoding", "emb", "sub", "uni"]
    fonts = []
    for line in lines:
        place, font = 0, {}
        for name, wide in zip(names, ends, strict=False):
            font[name] = line[place : place + wide].strip()
            place += wide + 1
        fonts.append(font)
    assert head.startswith("name")
    return fonts


def check(file: Path) -> str:
    """Return what qpdf finds in a file, having failed where it is not sound."""
    return _run("qpdf", "--check", str(file))


def draw(file: Path, folder: Path, *, resolution: int) -> list[Path]:
    """Return each page as a grey PNG."""
    _run("pdftoppm", "-r", str(resolution), "-gray", "-png", str(file), str(folder / "page"))
    return sorted(folder.glob("page-*.png"))
