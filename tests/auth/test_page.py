"""The page in the browser: plain, ours, without a script, and nothing of what came is in it."""

from html.parser import HTMLParser

import pytest

from permdesk.auth.page import HEADERS, Page


class Tags(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(page.html().decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("page", Page)
class TestEveryPage:
    def test_it_is_whole(self, page: Page) -> None:
        tags = Tags(page)
        assert tags.open == []
        assert {"html", "title", "h1", "p"} <= set(tags.names)

    def test_it_fetches_runs_and_sends_nothing(self, page: Page) -> None:
        tags = Tags(page)
        assert not {"script", "img", "link", "iframe", "form", "object", "a", "base"} & set(tags.names)
        assert {name for name, _ in tags.attributes} <= {"lang", "charset", "name", "content"}
        assert b"url(" not in page.html()
        assert b"@import" not in page.html()

    def test_it_says_to_go_back_and_is_not_made_of_marks(self, page: Page) -> None:
        text = page.html().decode()
        assert "permdesk" in text
        assert "{" not in text.partition("</style>")[2]

    def test_it_is_read_in_light_and_dark(self, page: Page) -> None:
        assert b"color-scheme:light dark" in page.html()


def test_every_page_that_ends_something_says_to_return() -> None:
    for page in (Page.RECEIVED, Page.DECLINED, Page.ANSWERED, Page.FOREIGN):
        assert "Return to permdesk" in page.html().decode()


def test_the_headers_forbid_what_the_page_does_not_do() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert HEADERS["Cache-Control"] == "no-store"
    assert HEADERS["Referrer-Policy"] == "no-referrer"
