"""A report as HTML: only our elements and the exact text, nothing from outside, the same each time, in pieces."""

import base64
import hashlib
import itertools
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permdesk.domain.finding import Status
from permdesk.domain.text import MARK, inert
from permdesk.presentation.appearance import STATUS
from permdesk.reports.choice import Choice, Letterhead
from permdesk.reports.compose import compose
from permdesk.reports.document import (
    Badge,
    Column,
    ColumnKind,
    Document,
    GroupRow,
    Heading,
    Paragraph,
    Part,
    Row,
    Run,
    Table,
    Text,
)
from permdesk.reports.html import render_html
from tests.reports.made_document import made_document, made_letterhead
from tests.reports.told_subjects import sample

GOLDEN = Path(__file__).parent / "golden"
VOID = {"meta", "input", "img", "br", "wbr", "link", "hr", "base", "source"}
#: Everything that may run, fetch, frame or send.
NEVER = {"iframe", "object", "embed", "base", "link", "template", "foreignobject", "animate", "set", "audio", "video"}
HOSTILE = (
    '"><script>alert(1)</script>',
    "</style></title></textarea><img src=x onerror=alert(1)>",
    "'-alert(1)-' onmouseover='x'",
    "{{ 7*7 }}{% raw %}{# x #}",
    "&lt;b&gt; &amp;amp; &#x3c; &notit;",
    "=cmd|'/c calc'!A1",
    "<!--", "-->", "]]>", "<![CDATA[",
    "\\22 } body{display:none} /*",
    "שלום ‏עולם (אבג) 12",
    "👩‍👩‍👧‍👦 🏴‍☠️ e\u0301\u0301\u0301",
    "W" * 10_000,
    "a." * 600,
    "a\x00b\x1bc\x85d\ud800e\uffff\r\nf",
    "https://evil.example/?a=1&b=2#c",
)  # fmt: skip


class Reader(HTMLParser):
    """Gathers elements with their attributes, and the text of each, white space folded.

    Attributes:
        elements: names in the order of their beginnings.
        attributes: element, name and value, in their order.
        texts: the name of each element that ended, and all text in it.
        shape: the elements with their attributes' names, and the class of a span, for comparing two pages.
        strange: comments, declarations and their like.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.shape: list[tuple[str, ...]] = []
        self.strange: list[str] = []
        self._open: list[tuple[str, list[str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert not self._open, [name for name, _ in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        kind = [value or "" for name, value in attrs if name == "class"] if tag == "span" else []
        # How wide a column is depends on its words.
        named = [name for name, _ in attrs if tag not in {"td", "th"} or name != "class"]
        self.shape.append((tag, *named, *kind))
        if tag not in VOID:
            self._open.append((tag, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        name, parts = self._open.pop()
        assert name == tag, (name, tag)
        self.texts.append((tag, "".join(parts)))

    def handle_data(self, data: str) -> None:
        for _, parts in self._open:
            parts.append(data)

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def handle_pi(self, data: str) -> None:
        self.strange.append(data)

    def unknown_decl(self, data: str) -> None:
        self.strange.append(data)

    def of(self, tag: str) -> list[str]:
        """Return the texts of the elements of a name."""
        return [text for name, text in self.texts if name == tag]


def rendered(document: Document, letterhead: Letterhead | None = None) -> str:
    return "".join(render_html(document, letterhead=letterhead or Letterhead()))


def shown(text: str) -> str:
    """Return what a reader of HTML gets of a text: what HTML cannot hold is marked."""
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", MARK, text)


USUAL = Reader(rendered(made_document(), made_letterhead()))
#: These come with the text itself: places where a long word may break, and right-to-left text kept apart.
BREAKS = {("wbr",), ("span", "class", "long"), ("bdi",)}


def settled(shape: list[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """Return the elements without those that come with the text, and those of drawings, whose words wrap too."""
    drawn = {"text", "path", "g", "use", "svg"}
    return Counter(entry for entry in shape if entry not in BREAKS and entry[0] not in drawn)


def check(text: str) -> None:
    page = Reader(rendered(made_document(text), made_letterhead(text)))
    assert page.strange == []
    assert not NEVER & set(page.elements)
    assert page.elements.count("script") == page.elements.count("style") == 1
    assert settled(page.shape) == settled(USUAL.shape)
    assert page.of("script") == USUAL.of("script")
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in {"style", "srcset", "action", "formaction", "ping", "xlink:href"}, name
        if name == "href":
            assert value.startswith("#")
        if name == "src":
            assert value.startswith("data:image/")
    expected = shown(text)
    assert page.of("title") == [expected]
    assert page.of("h1") == [expected]
    assert page.of("caption") == [expected, expected]
    assert page.of("dt") == [expected] * 3
    assert page.of("dd") == [expected] * 3
    assert page.of("figcaption") == [expected] * 3
    assert page.of("td").count(expected) >= 6
    assert page.of("th").count(expected) >= 12 + 4
    assert [value for _, name, value in page.attributes if name == "data-title"].count(expected) > 10
    labels = [value for _, name, value in page.attributes if name == "aria-label"]
    assert labels.count(expected) == 6
    assert page.of("address")[0].split("\n")[-2] == expected or expected in page.of("address")[0]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_in_every_field_is_text(text: str) -> None:
    check(text)


@settings(max_examples=12, deadline=None)
@given(st.text(st.characters(codec=None), min_size=1, max_size=80))
def test_any_text_in_every_field_is_text(text: str) -> None:
    check(text)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(["<", ">", '"', "'", "&", "/", "script", "--", "!", "{{", "%}", "=", " ", "x", "\\"])))
def test_pieces_of_markup_in_every_field_are_text(pieces: list[str]) -> None:
    check("x" + "".join(pieces))


def test_inert_text_comes_back_exactly() -> None:
    for text in HOSTILE:
        assert shown(inert(text)) == inert(text)


def test_nothing_comes_from_outside_and_the_policy_says_so() -> None:
    text = rendered(made_document(), made_letterhead())
    page = Reader(text)
    policy = next(v for t, n, v in page.attributes if t == "meta" and n == "content" and v.startswith("default-src"))
    assert policy.startswith("default-src 'none'; img-src data:; ")
    for tag in ("style", "script"):
        content = text.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"url\(|@import|https?://", text.replace("audit@", ""))


def test_the_policy_holds_for_every_head_and_foot() -> None:
    for hostile in HOSTILE:
        text = rendered(made_document(hostile), made_letterhead(hostile))
        style = text.partition("<style>")[2].partition("</style>")[0]
        running = style.rpartition("@page { @top-left")[2]
        assert re.fullmatch(r'(?:[^"\\<]|"(?:[A-Za-z0-9 ]|\\[0-9a-fA-F]+ )*")*', running), running[:300]
        assert len(running) < 6000


def test_the_page_is_the_same_each_time() -> None:
    assert rendered(made_document(), made_letterhead()) == rendered(made_document(), made_letterhead())


def test_the_sample_of_every_block_is_as_somebody_has_seen_it() -> None:
    same_as_golden("made.html", rendered(made_document(), made_letterhead()))


def test_the_sample_tenant_is_as_somebody_has_seen_it() -> None:
    page = rendered(compose((sample(),), Choice()))
    same_as_golden("sample-main.html", page[page.index("<main") : page.index("</main>")])


def same_as_golden(name: str, page: str) -> None:
    """Compare with the file; PERMDESK_BLESS=1 writes it instead, after somebody has looked at the page."""
    golden = GOLDEN / name
    if os.environ.get("PERMDESK_BLESS") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(page, "utf-8", newline="\n")
    assert page == golden.read_text("utf-8"), "look at the page, then: PERMDESK_BLESS=1 pytest tests/reports"


def test_headings_skip_no_rank_and_each_part_has_its_link() -> None:
    empty = ()
    levels = (1, 2, 2, 1, 2, 1)
    parts = tuple(
        Part(f"p{n}", f"Part {n}", (Heading("Inside"),) if n % 2 else empty, level=level)
        for n, level in enumerate(levels)
    )
    page = Reader(rendered(Document("T", "en-GB", ("", ""), "", parts)))
    ranks = [int(name[1]) for name in page.elements if re.fullmatch("h[1-6]", name)][1:]
    assert ranks[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(ranks))
    assert ranks.count(1) == 1
    targets = [value[1:] for tag, name, value in page.attributes if tag == "a" and name == "href"]
    identities = [value for _, name, value in page.attributes if name == "id"]
    assert targets == ["report", *(part.name for part in parts)]
    assert set(targets) <= set(identities)
    assert len(identities) == len(set(identities))


def test_tables_name_their_columns_rows_and_groups() -> None:
    page = Reader(rendered(made_document()))
    scopes = Counter(value for tag, name, value in page.attributes if tag == "th" and name == "scope")
    assert scopes == {"col": 12, "row": 8, "rowgroup": 2}
    statuses = [value for tag, name, value in page.attributes if name == "data-status"]
    assert statuses == ["Missing", "Excess", "Satisfied", "Not read", "Excess"]
    assert page.of("output") == [""]
    assert page.elements.count("form") == 1


def test_a_table_that_explains_the_words_is_not_filtered() -> None:
    rows = tuple(Row((Badge(look), Text((Run("what it means"),)))) for look in STATUS.values())
    table = Table("Words", (Column("Word", ColumnKind.BADGE), Column("Meaning")), rows)
    page = Reader(rendered(Document("T", "en-GB", ("", ""), "", (Part("words", "Words", (table,)),))))
    assert "form" not in page.elements
    assert not [name for _, name, _ in page.attributes if name == "data-status"]


def test_a_report_without_permissions_has_no_filter() -> None:
    parts = (Part("only", "Nothing here", (Paragraph((Run("No apps."),)),)),)
    page = Reader(rendered(Document("Empty", "en-GB", ("", ""), "", parts)))
    assert "form" not in page.elements
    assert "table" not in page.elements


def test_numbers_follow_the_region() -> None:
    from msgspec.structs import replace

    german = rendered(replace(made_document(), region="de-DE"))
    assert '<html lang="en-GB">' in german
    assert ">12.345<" in german
    assert ">12,345<" in rendered(made_document())


def test_a_logo_is_within_the_page() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    page = Reader(rendered(made_document(), made_letterhead(logo=svg)))
    sources = [value for tag, name, value in page.attributes if tag == "img" and name == "src"]
    assert sources == ["data:image/svg+xml;base64," + base64.b64encode(svg).decode()]
    assert "img" not in Reader(rendered(made_document(), made_letterhead(logo=b""))).elements


def large(apps: int, findings: int) -> Document:
    columns = (Column("Permission"), Column("Status", ColumnKind.BADGE), Column("Purpose"))
    rows = tuple(
        Row((Text((Run(f"Permission.{n}.Read.All"),)), Badge(STATUS[Status.EXCESS]), Text((Run("why"),))))
        for n in range(findings)
    )
    table = Table("Permissions", columns, (GroupRow((Run("Graph"),)), *rows))
    parts = tuple(Part(f"app-{n}", f"App {n}", (table,), level=1 if n == 0 else 2) for n in range(apps))
    return Document("Large", "en-GB", ("", ""), "", parts)


def pieces_and_seconds(document: Document) -> tuple[list[int], float]:
    start = time.process_time()

    def lengths() -> Iterator[int]:
        yield from (len(piece) for piece in render_html(document, letterhead=Letterhead()))

    found = list(lengths())
    return found, time.process_time() - start


def test_a_large_report_comes_in_pieces_and_soon() -> None:
    lengths, seconds = pieces_and_seconds(large(apps=2_000, findings=4))
    assert len(lengths) > 20
    assert max(lengths) < 200_000
    # A tenth of the largest tenant.
    assert seconds < 4


def test_two_thousand_findings_in_one_app() -> None:
    lengths, seconds = pieces_and_seconds(large(apps=1, findings=2_000))
    assert sum(lengths) > 2_000 * 100
    assert seconds < 2
