"""Fails a test in which a warning or worse is logged that the test did not announce."""

import logging
import re
from types import TracebackType
from typing import Self

import pytest


class LogFail(logging.Handler):
    """Listens to every logger for as long as it is entered."""

    def __init__(self, expected: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._expected = dict.fromkeys(expected, False)
        self._unexpected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{record.levelname} {record.name}: {record.getMessage()}"
        matching = [pattern for pattern in self._expected if re.search(pattern, line)]
        for pattern in matching:
            self._expected[pattern] = True
        if not matching:
            self._unexpected.append(line)

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.getLogger().removeHandler(self)
        if self._unexpected:
            pytest.fail("logged unexpectedly:\n  " + "\n  ".join(self._unexpected), pytrace=False)
        silent = [pattern for pattern, seen in self._expected.items() if not seen]
        if silent and kind is None:
            pytest.fail(f"announced, but not logged: {', '.join(silent)}", pytrace=False)
