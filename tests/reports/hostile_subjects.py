"""The sample tenant with whatever strangers might write in each of its texts."""

from collections.abc import Callable, Sequence
from enum import Enum
from itertools import cycle
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from permdesk.reports.subject import Subject
from tests.reports.told_subjects import sample

#: Formulas, markup, letters that act or hide, texts without end.
HOSTILE = (
    "=1+1",
    '=HYPERLINK("https://larkfield.example","click")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    ";=1+1;",
    'a;"=1+1',
    "x\t@SUM(1)",
    "<r><t>rich</t></r>",
    "<r></r></is></c><c r='A1'><f>1+1</f></c><r></r>",
    "<script>alert(1)</script>",
    "]]>&amp;{{ 7*7 }}{% raw %}",
    "https://larkfield.example/",
    "mailto:a@larkfield.example",
    "internal:Sheet1!A1",
    "_x0041_ _x000D_",
    "\x00\x07\x1b[31mred\x7f\x85",
    "\ud800 lone \udfff",
    "\ufffe\uffff",
    "\u202egnp.exe\u2066",
    "مصنع الأجهزة",
    "\N{WOMAN}\u200d\N{GIRL}\U0001f3f4\U000e0067\U000e007f",
    "a" + "\u0301" * 50,
    '","',
    "'",
    '"',
    "\r\n",
    "1",
    "TRUE",
    "2026-11-22",
    " ",
    "",
)


#: Longer than anything has room for.
ENDLESS = ("x" * 10_000, "\N{GRINNING FACE}" * 33_000)


def hostile_subject(texts: Sequence[str] = HOSTILE, *, begin: int = 0, apps: int = 12) -> Subject:
    """The sample tenant, some of its apps at least, with hostile texts in the place of all others, in turns.

    Args:
        texts: what strangers wrote.
        begin: the first of them to be taken.
        apps: so many of the apps with a vendor's page, and as many others.
    """
    subject = sample()
    comparison = subject.comparison
    measured = [app for app in comparison.apps if app.profile]
    others = [app for app in comparison.apps if not app.profile]
    chosen = (*measured[:apps], *others[:: len(others) // apps])
    turns = cycle((*texts[begin:], *texts[:begin]))
    fewer = replace(subject, comparison=replace(comparison, apps=chosen))
    spoiled: Subject = _with(fewer, lambda _: next(turns))
    return spoiled


def _with(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_with(one, change) for one in value)
    if isinstance(value, dict):
        return {key: _with(one, change) for key, one in value.items()}
    if isinstance(value, Struct):
        return replace(value, **{name: _with(getattr(value, name), change) for name in value.__struct_fields__})
    return value
