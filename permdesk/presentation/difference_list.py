"""The difference of two scans as a list of lines: what changed first, what nobody can say apart at the end."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from permdesk.domain.scan_diff import AppDiff, Outcome, ScanDiff
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.difference import (
    ACCOUNT_STATE,
    ChangeRow,
    app_word,
    change_rows,
    credential_words,
    gap_words,
    person,
)

#: The most characters of a name that somebody else chose.
_LIMIT = 200


class Facet(StrEnum):
    """What a list of differences can be narrowed to; the words of its buttons."""

    ALL = "All"
    GRANTED = "Granted"
    CONFIGURED = "Configured"
    REST = "Everything else"
    ENDING = "Credentials"
    UNSURE = "Not certain"


class LineKind(StrEnum):
    """How a line is drawn."""

    SECTION = "section"
    APP = "app"
    CHANGE = "change"


class DiffLine(Struct, frozen=True, gc=False):
    """One line.

    Attributes:
        app_key: the app it belongs to; None for a section, an account or a read.
        outcome: None where it is no thing that came or went.
        what: what kind of thing it is; of an app, "new" or "gone" or nothing.
        name: which one; inert.
        remark: what else is to be known.
        reach: it lets the app do what the reach table names.
        facet: what narrows to it; ALL for sections and apps, which stay with what stands below them.
        haystack: case-folded, what a filter looks through.
    """

    kind: LineKind
    name: str
    what: str = ""
    remark: str = ""
    app_key: str | None = None
    outcome: Outcome | None = None
    reach: bool = False
    facet: Facet = Facet.ALL
    haystack: str = ""

    @property
    def unsure(self) -> bool:
        """True where nobody can say whether it changed."""
        return self.facet is Facet.UNSURE

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        said = {Outcome.ADDED: "added", Outcome.REMOVED: "removed"}.get(self.outcome) if self.outcome else None
        return ", ".join(part for part in (said, self.what, self.name, self.remark) if part)

    @property
    def text(self) -> str:
        """The line as a spreadsheet takes it."""
        sign = self.outcome.value if self.outcome is not None else ""
        return "\t".join((sign, self.what, self.name, self.remark))


_FACET_OF = {
    "granted": Facet.GRANTED,
    "granted to single accounts": Facet.GRANTED,
    "configured": Facet.CONFIGURED,
    "secret": Facet.ENDING,
    "certificate": Facet.ENDING,
}


def difference_lines(diff: ScanDiff) -> list[DiffLine]:
    """Return everything that is not the same in both scans, in sections; takes time linear in it."""
    lines: list[DiffLine] = []
    unsure: list[DiffLine] = []
    for app in diff.apps:
        head, certain, open_ = _app(app, diff)
        if certain:
            lines += [head, *certain]
        if open_:
            unsure += [head, *open_]
    sections = (
        (counted(sum(app.changed for app in diff.apps), "app changed", "apps changed"), lines),
        ("Accounts behind grants to single accounts", list(_accounts(diff))),
        ("Credentials that ended since, or end within 30 days", list(_ending(diff))),
        ("Whether this changed cannot be said: a scan did not read it", [*_gaps(diff), *unsure]),
    )
    return [one for title, found in sections if found for one in (DiffLine(LineKind.SECTION, title), *found)]


def _app(app: AppDiff, diff: ScanDiff) -> tuple[DiffLine, list[DiffLine], list[DiffLine]]:
    title = inert(app.display_name, _LIMIT) or app.app_id or inert(app.key, _LIMIT)
    folded = f"{title} {app.app_id or ''} {app.object_id or ''}".casefold()
    head = DiffLine(LineKind.APP, title, what=app_word(app), app_key=app.key, haystack=folded)
    certain: list[DiffLine] = []
    unsure: list[DiffLine] = []
    for row in change_rows(app, users=diff.users, limit=_LIMIT):
        open_ = row.outcome is not None and not row.outcome.certain
        (unsure if open_ else certain).append(_change(app, row, folded, unsure=open_))
    return head, certain, unsure


def _change(app: AppDiff, row: ChangeRow, title: str, *, unsure: bool) -> DiffLine:
    # The object of an app has no name of its own.
    name, remark = (row.name, row.remark) if row.name or unsure else (row.remark, "")
    return DiffLine(
        LineKind.CHANGE,
        name,
        what=row.what,
        remark=remark,
        app_key=app.key,
        outcome=row.outcome,
        reach=row.reach,
        facet=Facet.UNSURE if unsure else _FACET_OF.get(row.what, Facet.REST),
        haystack=f"{title} {row.what} {row.name} {row.remark}".casefold(),
    )


def _accounts(diff: ScanDiff) -> Iterator[DiffLine]:
    for change in diff.accounts:
        who = person(diff.users.get(change.object_id), change.object_id, _LIMIT)
        became = f"{ACCOUNT_STATE[change.before]} → {ACCOUNT_STATE[change.after]}"
        folded = f"{who} {became} {change.object_id}".casefold()
        yield DiffLine(LineKind.CHANGE, who, what="account", remark=became, facet=Facet.REST, haystack=folded)


def _ending(diff: ScanDiff) -> Iterator[DiffLine]:
    for ending in diff.ending:
        kind, told = credential_words(ending.credential, _LIMIT)
        state = "has ended" if ending.ended else "ends soon"
        remark = f"{told}; {state}{', not near its end before' if ending.newly else ''}"
        name = inert(ending.display_name, _LIMIT) or inert(ending.key, _LIMIT)
        yield DiffLine(
            LineKind.CHANGE,
            name,
            what=kind,
            remark=remark,
            app_key=ending.key,
            reach=ending.ended,
            facet=Facet.ENDING,
            haystack=f"{name} {ending.key} {kind} {remark}".casefold(),
        )


def _gaps(diff: ScanDiff) -> Iterator[DiffLine]:
    for gap in diff.gaps:
        what, _, how = gap_words(gap).partition(": ")
        yield DiffLine(
            LineKind.CHANGE,
            what,
            what="read",
            remark=how,
            facet=Facet.UNSURE,
            haystack=f"{what} {how}".casefold(),
        )


def facet_counts(lines: Sequence[DiffLine]) -> dict[Facet, int]:
    """Return how many changes each facet leaves."""
    counts = dict.fromkeys(Facet, 0)
    for line in lines:
        if line.kind is LineKind.CHANGE:
            counts[Facet.ALL] += 1
            counts[line.facet] += 1
    return counts


def narrowed(lines: Sequence[DiffLine], text: str, facet: Facet) -> list[DiffLine]:
    """Return the changes that have every word of a text and fall into a facet, with the heads they stand below."""
    words = text.casefold().split()
    if not words and facet is Facet.ALL:
        return list(lines)
    found: list[DiffLine] = []
    section: DiffLine | None = None
    head: DiffLine | None = None
    for line in lines:
        if line.kind is LineKind.SECTION:
            section, head = line, None
        elif line.kind is LineKind.APP:
            head = line
        elif facet in (Facet.ALL, line.facet) and all(word in line.haystack for word in words):
            if head is not None and line.app_key != head.app_key:
                head = None
            found += [one for one in (section, head) if one is not None]
            section = head = None
            found.append(line)
    return found
