"""A file that a library writes to, so that a full disk is told once, and as what it is."""

from typing import BinaryIO


class Output:
    """Hands everything on to a file until that fails; from then on takes what it is given and writes nothing.

    ``zipfile`` writes once more when what it could not write is thrown away, where nobody is left to be told.

    Args:
        file: one that can be moved about in.

    Attributes:
        problem: the first failure; None for none.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.problem: OSError | None = None

    def write(self, content: bytes) -> int:
        """Write, or raise OSError the first time that fails."""
        if self.problem is None:
            try:
                return self._file.write(content)
            except OSError as problem:
                self.problem = problem
                raise
        return len(content)

    def flush(self) -> None:
        """Hand on what waits; raises as ``write`` does."""
        if self.problem is None:
            try:
                self._file.flush()
            except OSError as problem:
                self.problem = problem
                raise

    def tell(self) -> int:
        """Return the place in the file."""
        return self._file.tell() if self.problem is None else 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in the file."""
        return self._file.seek(offset, whence) if self.problem is None else 0
