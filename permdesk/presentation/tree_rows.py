"""The words of one permission's row: its cells, its tags, and what a screen reader says of it."""

from enum import StrEnum

from msgspec import Struct

from permdesk.domain.dates import day
from permdesk.domain.finding import Declared, Documented, Finding, Flag, Granted, Remedy
from permdesk.presentation.app_rows import people
from permdesk.presentation.appearance import DECLARED, DOCUMENTED, FLAG, GRANTED, Look, Tag, Tone


class Mark(StrEnum):
    """What stands before the word of a cell."""

    NONE = ""
    TICK = "tick"
    LOCK = "lock"
    USERS = "users"


class Cell(Struct, frozen=True, gc=False):
    """One cell, ready to be painted.

    Attributes:
        hatched: it was not read.
        quiet: it is written in muted text.
    """

    text: str
    mark: Mark = Mark.NONE
    hatched: bool = False
    quiet: bool = False


_DOCUMENTED_CELL = {
    value: Cell(
        DOCUMENTED[value], Mark.TICK if value is Documented.YES else Mark.NONE, quiet=value is not Documented.YES
    )
    for value in Documented
}
DECLARED_CELL = {
    Declared.YES: Cell(DECLARED[Declared.YES], Mark.TICK),
    Declared.NO: Cell(DECLARED[Declared.NO], quiet=True),
    Declared.UNREADABLE: Cell(DECLARED[Declared.UNREADABLE], Mark.LOCK, quiet=True),
    Declared.UNVERIFIED: Cell(DECLARED[Declared.UNVERIFIED], hatched=True),
}
#: What has no manifest anywhere, such as a managed identity.
NO_MANIFEST = Cell("–", quiet=True)
_GRANTED_CELL = {
    Granted.TENANT: Cell(GRANTED[Granted.TENANT], Mark.TICK),
    Granted.NONE: Cell(GRANTED[Granted.NONE], quiet=True),
    Granted.UNVERIFIED: Cell(GRANTED[Granted.UNVERIFIED], hatched=True),
}
_NO_DATE = "no date kept"
_NEVER = "–"

_CONFIGURE_FIRST = Tag("configure first", "The registration does not ask for it: consent alone would not add it.")
_ADD_API = Tag("add API first", "The API’s service principal is not in this tenant.")
_NOT_OFFERED = Tag("not offered", "The API publishes no such permission in this tenant or cloud.")
_PREVIEW = Tag("preview", "The vendor marks it as preview.")
NEW_TAG = Tag("new", "Configured or granted since the scan before.", Tone.DECLARED_ONLY)
_REMEDY_TAG = {
    Remedy.DECLARE: _CONFIGURE_FIRST,
    Remedy.PROVISION_API: _ADD_API,
    Remedy.NOT_OFFERED: _NOT_OFFERED,
}


def cells_of(finding: Finding, unreadable: Cell) -> tuple[Cell, Cell, Cell, Cell]:
    """Return the cells Documented, Configured, Granted and Since; ``unreadable`` stands for a manifest out of reach."""
    declared, granted = finding.declared, finding.granted
    return (
        _DOCUMENTED_CELL[finding.documented],
        unreadable if declared is Declared.UNREADABLE else DECLARED_CELL[declared],
        Cell(people(finding.users), Mark.USERS) if granted is Granted.USERS else _GRANTED_CELL[granted],
        since_words(finding),
    )


def since_words(finding: Finding) -> Cell:
    """Return since when a permission is granted: Graph keeps a date for application grants only."""
    if finding.since is not None:
        return Cell(day(finding.since))
    if finding.granted in (Granted.TENANT, Granted.USERS):
        return Cell(_NO_DATE)
    return Cell(_NEVER)


def tags_of(finding: Finding) -> tuple[Tag, ...]:
    """Return the tags beside a permission, the most urgent first."""
    flags = set(finding.flags)
    tags = [tag for remedy in finding.remedy if (tag := _REMEDY_TAG.get(remedy)) is not None]
    tags += [tag for flag, tag in FLAG.items() if flag in flags and tag.shown]
    if finding.requirement is not None and finding.requirement.preview:
        tags.append(_PREVIEW)
    return tuple(tags)


def spoken(label: str, finding: Finding, look: Look, tags: tuple[Tag, ...]) -> str:
    """Return what a screen reader says of a permission."""
    words = f"{label}, {finding.permission.kind.value}, {look.label.lower()}"
    if not finding.flags and not tags:
        return words
    if Flag.CHANGED_SINCE_LAST_CONSENT in finding.flags:
        words += ", new since last consent"
    others = [tag.label for tag in tags if tag is not FLAG[Flag.CHANGED_SINCE_LAST_CONSENT]]
    return ", ".join([words, *others])
