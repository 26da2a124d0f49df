"""An HTTP client that gives the answers it was told, in order or by address, and remembers what was asked."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from permdesk.graph.form_client import FormAnswer


class Answers:
    """Implements ``HttpClient`` without a network."""

    def __init__(
        self, *answers: FormAnswer | Exception, by: Callable[[str, Mapping[str, str]], FormAnswer] | None = None
    ) -> None:
        self._answers = list(answers)
        self._by = by
        self.asked: list[str] = []
        self.forms: list[Mapping[str, str]] = []

    def get(self, url: str, **rest: Any) -> FormAnswer:
        return self._next("GET", url, {})

    def post(self, url: str, *, data: Mapping[str, str] | str | None = None, **rest: Any) -> FormAnswer:
        return self._next("POST", url, data if isinstance(data, Mapping) else {})

    def close(self) -> None:
        """Nothing is open."""

    def _next(self, method: str, url: str, form: Mapping[str, str]) -> FormAnswer:
        self.asked.append(f"{method} {url}")
        self.forms.append(form)
        if self._by is not None:
            return self._by(url, form)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def ok(content: object) -> FormAnswer:
    """Return JSON with a status of 200."""
    return FormAnswer(200, {}, json.dumps(content))
