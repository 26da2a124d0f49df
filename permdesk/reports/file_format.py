"""The files a report can be saved as."""

from enum import StrEnum
from pathlib import PurePath


class FileFormat(StrEnum):
    """One format; its value is the ending of the file's name, and the word on the command line."""

    PDF = "pdf"
    HTML = "html"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"

    @property
    def text(self) -> bool:
        """True for what can be read as text, and so be printed to a terminal or a pipe."""
        return self in (FileFormat.HTML, FileFormat.CSV, FileFormat.JSON)

    @property
    def paged(self) -> bool:
        """True for what is laid out on paper: form, size and letterhead mean something to it."""
        return self in (FileFormat.PDF, FileFormat.HTML)

    @classmethod
    def of(cls, path: PurePath) -> "FileFormat | None":
        """Return the format that a file's name ends in, or None."""
        ending = path.suffix.removeprefix(".").casefold()
        return next((one for one in cls if ending in (one.value, *_ALSO.get(one, ()))), None)


_ALSO = {FileFormat.HTML: ("htm",)}
