"""The list of apps: its rows, groups and filters, and who holds a permission."""

import re
from collections.abc import Iterable
from copy import copy
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.finding import Comparison, Finding, Flag, Granted, Verdict
from permdesk.domain.text import inert
from permdesk.presentation.app_rows import AppRow, Group, app_row, people
from permdesk.presentation.appearance import FLAG, KIND, VERDICT
from permdesk.presentation.haystack import LOOKS_LIKE_ID, Haystack, Narrowing
from permdesk.presentation.listing import GroupRow, Line, Listing, OverviewRow
from permdesk.presentation.news import News

_QUESTION = re.compile(r"\s*who\s+(?:has|have|holds?)\s+(\S+?)\s*\?*\s*", re.IGNORECASE)
_GUID_LENGTH = 36
#: Filters beside the text whose rows are kept ready.
_KEPT = 8


#: Verdicts behind which there is something to do.
ATTENTION_VERDICTS = frozenset({Verdict.UNVERIFIED, Verdict.GAPS, Verdict.EXCESSIVE})


class AppFilter(Struct, frozen=True):
    """What the list is narrowed to; everything given has to hold.

    Attributes:
        text: words that have to occur in name or id.
        verdicts: any of these; empty for all.
        reach: holds a permission of any of these; empty for all.
        changed: changed since the last scan.
        permission: holds this permission (its value), or might, as far as could be read.
    """

    text: str = ""
    verdicts: frozenset[Verdict] = frozenset()
    reach: frozenset[Flag] = frozenset()
    changed: bool = False
    permission: str | None = None

    @property
    def words(self) -> list[str]:
        """The case-folded words of ``text``."""
        return self.text.casefold().split()

    @property
    def narrowed_by(self) -> tuple[str, ...]:
        """The names of the filters beside the text, as the chips say them."""
        names = []
        if self.verdicts:
            names.append(verdicts_label(self.verdicts))
        if self.reach:
            names.append(" or ".join(FLAG[flag].label for flag in Flag if flag in self.reach))
        if self.changed:
            names.append("Changed")
        if self.permission:
            names.append(f"Holds {self.permission}")
        return tuple(names)


class NoMatch(Struct, frozen=True):
    """Why a filter lets nothing through, and the nearest way out.

    Attributes:
        title: what is known.
        text: which filter hides what.
        permission: the permission the text names, in its own spelling; None where it names none.
    """

    title: str
    text: str
    permission: str | None


def verdicts_label(verdicts: frozenset[Verdict]) -> str:
    """Return what a set of verdicts is called on a filter."""
    if verdicts == ATTENTION_VERDICTS:
        return "Needs attention"
    return " or ".join(VERDICT[verdict].label for verdict in VERDICT if verdict in verdicts)


def asked_permission(text: str) -> str | None:
    """Return the permission a question such as "who holds Mail.ReadWrite?" asks about, or None."""
    found = _QUESTION.fullmatch(text)
    return found.group(1) if found else None


class AppRows:
    """The rows of one comparison, grouped, ordered and ready to be filtered on every key press.

    Args:
        comparison: a compared tenant.
        news: what is new since the last scan; None where there is no earlier one, or nobody has looked yet.
    """

    def __init__(self, comparison: Comparison, *, news: News | None = None) -> None:
        self.news = news
        rows = [app_row(app) for app in comparison.apps]
        # What is expected and not here has a line, and is no app.
        self.total = sum(1 for row in rows if row.verdict is not Verdict.NOT_INSTALLED)
        self._comparison = comparison
        groups: dict[Group, list[AppRow]] = {group: [] for group in Group}
        for row in rows:
            groups[row.group].append(row)
        for grouped in groups.values():
            grouped.sort(key=_rank)  # stable: the comparison is ordered by name
        # Made in one go, so that they lie side by side: rows and texts taken in turns filter at half the speed.
        self._groups: dict[Group, list[Haystack[AppRow]]] = {
            group: [Haystack.made(row.title.casefold(), row) for row in grouped] for group, grouped in groups.items()
        }
        self._holders: dict[str, list[tuple[str, Finding]]] | None = None
        self._narrowed: dict[tuple[AppFilter, bool], dict[Group, Narrowing[AppRow]]] = {}

    @property
    def changed(self) -> frozenset[str] | None:
        """Keys of the apps that changed since the last scan; None where nobody can say."""
        return self.news.changed if self.news is not None else None

    def told(self, news: News | None) -> "AppRows":
        """Return the same rows with what is new among them; nothing is looked through."""
        again = copy(self)
        again.news = news
        again.__dict__["_narrowed"] = {}
        return again

    @property
    def microsoft(self) -> int:
        """How many apps of Microsoft's own there are."""
        return len(self._groups[Group.MICROSOFT])

    @cached_property
    def _by_key(self) -> dict[str, AppRow]:
        return {haystack.of.key: haystack.of for found in self._groups.values() for haystack in found}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {h.of.key: place for found in self._groups.values() for place, h in enumerate(found)}

    @cached_property
    def _ids(self) -> dict[str, str]:
        apps = self._comparison.apps
        return {i: app.key for app in apps for i in (app.object_id, app.registration_id) if i is not None}

    def row(self, key: str) -> AppRow | None:
        """Return the row of an app, or None."""
        return self._by_key.get(key)

    def count(self, filter_: AppFilter, *, microsoft: bool) -> int:
        """Return how many apps a filter lets through."""
        return sum(len(rows) for rows in self._matching(filter_, microsoft).values())

    def installed(self, listing: Listing) -> int:
        """Return how many apps a listing has; what is expected and not here is none."""
        # They stand at the end of their group, so counting them looks at hardly more than them.
        absent = 0
        vendor = next((place for place in listing.heads if _is_vendor(listing[place])), None)
        if vendor is not None:
            head = listing[vendor]
            end = vendor + (head.shown if isinstance(head, GroupRow) and not head.collapsed else 0)
            while end > vendor and isinstance(row := listing[end], AppRow) and row.verdict is Verdict.NOT_INSTALLED:
                absent, end = absent + 1, end - 1
        return listing.apps - absent

    def listing(self, filter_: AppFilter, *, microsoft: bool, collapsed: frozenset[Group] = frozenset()) -> Listing:
        """Return what the list shows.

        Args:
            filter_: what the list is narrowed to.
            microsoft: Microsoft's own apps are shown too.
            collapsed: groups that are folded; a text filter unfolds all.
        """
        items: list[Haystack[AppRow] | GroupRow | OverviewRow] = [OverviewRow()]
        heads = []
        for group, found in self._matching(filter_, microsoft).items():
            if found:
                folded = group in collapsed and not filter_.text
                heads.append(len(items))
                items.append(GroupRow(group, len(found), folded))
                if not folded:
                    items += found
        return Listing(items, tuple(heads), lambda: self._places)

    def _matching(self, filter_: AppFilter, microsoft: bool) -> dict[Group, list[Haystack[AppRow]]]:
        narrowed = self._narrow(filter_, microsoft)
        words = filter_.words
        if len(words) == 1 and LOOKS_LIKE_ID.fullmatch(words[0]):
            keys = self._of_id(words[0])
            if keys:
                return {group: [h for h in found.all if h.of.key in keys] for group, found in narrowed.items()}
        return {group: found.filter(filter_.text.casefold(), words) for group, found in narrowed.items()}

    def _of_id(self, part: str) -> frozenset[str]:
        """Return the keys of apps whose ids begin with this, or are this."""
        if len(part) == _GUID_LENGTH:
            key = part if part in self._by_key else self._ids.get(part)
            return frozenset({key}) if key else frozenset()
        return frozenset(key for key in self._by_key if key.startswith(part))

    def _narrow(self, filter_: AppFilter, microsoft: bool) -> dict[Group, Narrowing[AppRow]]:
        """Return what everything but the text leaves; kept, for the text changes most often."""
        rest = filter_ if not filter_.text else replace(filter_, text="")
        kept = self._narrowed.get((rest, microsoft))
        if kept is not None:
            return kept
        holders = self._holding(rest.permission) if rest.permission else None
        found = {}
        for group, rows in self._groups.items():
            if group is Group.MICROSOFT and not (microsoft or rest.permission):
                continue
            left = rows
            if rest.verdicts:
                left = [haystack for haystack in left if haystack.of.verdict in rest.verdicts]
            if rest.reach:
                left = [haystack for haystack in left if not rest.reach.isdisjoint(haystack.of.reach)]
            if rest.changed:
                changed = self.changed or frozenset()
                left = [haystack for haystack in left if haystack.of.key in changed]
            if holders is not None:
                held = [haystack.of for haystack in left if haystack.of.key in holders]
                left = [Haystack.made(row.title.casefold(), _holding_row(row, holders[row.key])) for row in held]
            found[group] = Narrowing(left)
        if len(self._narrowed) >= _KEPT:
            self._narrowed.clear()
        self._narrowed[rest, microsoft] = found
        return found

    def known_permission(self, text: str) -> str | None:
        """Return the permission that ``text`` names, in its own spelling, or None."""
        held = self._index().get(text.strip().casefold())
        return held[0][1].permission.label if held else None

    def _index(self) -> dict[str, list[tuple[str, Finding]]]:
        if self._holders is None:
            self._holders = {}
            for app in self._comparison.apps:
                for finding in app.findings:
                    self._holders.setdefault(finding.permission.label.casefold(), []).append((app.key, finding))
        return self._holders

    def _holding(self, value: str) -> dict[str, list[Finding]]:
        held: dict[str, list[Finding]] = {}
        for key, finding in self._index().get(value.strip().casefold(), ()):
            if finding.granted is not Granted.NONE:
                held.setdefault(key, []).append(finding)
        return held

    def no_match(self, filter_: AppFilter, *, microsoft: bool) -> NoMatch:
        """Return why this filter lets nothing through."""
        filters = filter_.narrowed_by
        text = filter_.text.strip()
        shown = inert(text, 60)
        number = len(filters) + bool(text)
        titles = {0: "No apps here", 1: "No app matches", 2: "No app matches both", 3: "No app matches all three"}
        title = titles.get(number, f"No app matches all {number}")
        permission = self.known_permission(text) if text else None
        if filter_.permission and number == 1:
            title = f"No app holds {inert(filter_.permission, 60)}"
            return NoMatch(title, "As far as this tenant could be read, nobody granted it.", None)
        if not text or not filters:
            reason = "Names and IDs were looked through." if text else "The filters hide every app."
            hidden = self.count(replace(filter_, text=text), microsoft=True)
            if hidden and not microsoft:
                reason = (
                    f"{_apps(hidden)} of Microsoft’s own {'matches' if hidden == 1 else 'match'}, and are not shown."
                )
            return NoMatch(title, reason, permission)
        alone = self.count(AppFilter(text=text), microsoft=microsoft)
        hides = "hide" if len(filters) > 1 else "hides"
        them = "it" if alone == 1 else "them"
        word = "filters" if len(filters) > 1 else "filter"
        if alone:
            reason = f"“{shown}” alone finds {_apps(alone)}. The {word} {_listed(filters)} {hides} {them}."
        else:
            reason = f"“{shown}” alone finds no app either."
        return NoMatch(title, reason, permission)


def _is_vendor(line: Line) -> bool:
    return isinstance(line, GroupRow) and line.group is Group.VENDOR


def _rank(row: AppRow) -> int:
    return row.rank


def _apps(number: int) -> str:
    return f"{number} app" if number == 1 else f"{number} apps"


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _holding_row(row: AppRow, findings: list[Finding]) -> AppRow:
    said = " · ".join(dict.fromkeys(_held(finding) for finding in findings))
    return replace(row, subtitle=said, warning=False)


def _held(finding: Finding) -> str:
    kind = KIND[finding.permission.kind]
    if finding.granted is Granted.UNVERIFIED:
        return f"{kind}: not read"
    if finding.granted is Granted.TENANT:
        return f"{kind}: tenant-wide"
    return f"{kind}: {people(finding.users)}"
