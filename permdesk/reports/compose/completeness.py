"""What was read and what was not: the box that stands first, and the table of every read."""

from collections.abc import Iterable, Sequence

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import Verdict
from permdesk.domain.text import inert
from permdesk.domain.wording import listed, verb
from permdesk.presentation.appearance import VERDICT, Glyph, Look, Tone
from permdesk.presentation.progress import KINDS, read_label
from permdesk.presentation.summary import Gap
from permdesk.reports.compose.case import Case
from permdesk.reports.compose.runs import LONGEST_SENTENCE, bold, capital, lowered, plain, quiet, sentence, spaced
from permdesk.reports.document import Badge, Block, Callout, Column, ColumnKind, Number, Row, Run, Runs, Table, Text

#: What permdesk never asks for, in the order of the page on method and limits.
OUTSIDE = (
    ("Azure roles", "Roles on Azure subscriptions and resources (Azure RBAC) are not read."),
    (
        "limits set in Exchange",
        (
            "Exchange can narrow a mail permission to some mailboxes (role-based access control for applications, or "
            "an application access policy), and can give mailbox rights of its own. Neither is read: a permission "
            "that reaches all mail on these pages may reach less, and an app without one may reach some."
        ),
    ),
    (
        "sites chosen for Sites.Selected",
        (
            "An app with Sites.Selected, or another permission for selected items, reaches what was granted to it "
            "site by site. Which ones is not read."
        ),
    ),
    (
        "permissions inside single teams and chats",
        "Resource-specific consent, given by the owner of a team or a chat, is not read.",
    ),
)
_READ_LOOK: dict[ReadStatus, Look] = {
    ReadStatus.PARTIAL: Look("In part", Glyph.UNREAD, Tone.UNREAD, hatched=True),
    ReadStatus.REFUSED: Look("Refused", Glyph.UNREAD, Tone.UNREAD, hatched=True),
    ReadStatus.FAILED: Look("Failed", Glyph.UNREAD, Tone.UNREAD, hatched=True),
    ReadStatus.SKIPPED: Look("Left out", Glyph.UNREAD, Tone.UNREAD, hatched=True),
}
COMPLETE_LOOK = Look("Complete", Glyph.SATISFIED, Tone.SATISFIED)
INCOMPLETE_LOOK = VERDICT[Verdict.UNVERIFIED]
_BECAME = {
    ReadStatus.PARTIAL: ("was cut short", "were cut short"),
    ReadStatus.REFUSED: ("was refused", "were refused"),
    ReadStatus.FAILED: ("failed", "failed"),
    ReadStatus.SKIPPED: ("was left out", "were left out"),
}
#: So many different gaps are told in the box; the others are counted there and listed with all reads.
_MOST_GAPS = {False: 6, True: 2}


def completeness_box(case: Case) -> Callout:
    """Return what could not be read and what that leaves open, or that everything was read."""
    reads = case.comparison.reads
    number = len(reads)
    paragraphs: list[Runs] = []
    if case.complete:
        look = COMPLETE_LOOK
        title = f"Complete: {'the one read' if number == 1 else f'all {case.notation.number(number)} reads'} reached "
        title += "the end."
    elif not reads:
        look, title = INCOMPLETE_LOOK, "Nothing was read, so nothing is known of this tenant."
    else:
        look = INCOMPLETE_LOOK
        title = _not_complete(case)
    groups = _grouped(case.subject.summary.gaps)
    first = [group for group in groups if not group[0].own_side]
    # One page has no room to explain what leaves nothing more open than the first way to the same grants.
    brief = case.short and bool(first) and len(first) < len(groups)
    if reads:
        paragraphs.append((Run(_entries(case)), *_first_gap(case, groups)))
    paragraphs += list(_other_gaps(case, first if brief else groups))
    if brief:
        paragraphs[-1] = (*paragraphs[-1], Run(_second_way(case, groups[len(first) :])))
    outside = listed([what for what, _ in OUTSIDE], most=len(OUTSIDE))
    told = quiet(f"Outside this summary: {outside}.")
    if case.short and paragraphs:
        paragraphs[-1] = (*paragraphs[-1], Run(" "), told)
    else:
        paragraphs.append((told,))
    return Callout(look, title, tuple(paragraphs))


def _second_way(case: Case, groups: Sequence[Sequence[Gap]]) -> str:
    apps = sum(len(group) for group in groups)
    return f" Nor was the own side of {case.counted(apps, 'app')} read, a second way to the same grants."


def _not_complete(case: Case) -> str:
    incomplete = case.incomplete
    statuses = {read.status for read in incomplete}
    one, many = _BECAME[next(iter(statuses))] if len(statuses) == 1 else ("is not complete", "are not complete")
    of = f"{case.notation.number(len(incomplete))} of {case.counted(len(case.comparison.reads), 'read')}"
    return f"Not complete: {of} {verb(len(incomplete), one, many)}."


def _entries(case: Case) -> str:
    summary, notation = case.subject.summary, case.notation
    of = f" of {notation.number(summary.expected)}" if summary.expected else ""
    whole = len(case.comparison.reads) - len(case.incomplete)
    read = f"Read {notation.number(summary.rows)}{of} entries that Microsoft announced"
    return f"{read}; {case.counted(whole, 'read')} {verb(whole, 'is', 'are')} complete."


def _grouped(gaps: Iterable[Gap]) -> list[list[Gap]]:
    """Return the gaps with those together that differ in nothing but the API, the gravest first."""
    groups: dict[tuple[object, ...], list[Gap]] = {}
    for gap in gaps:
        read = gap.read
        groups.setdefault((read.read, gap.own_side, read.status, read.detail, read.remedy), []).append(gap)
    # A second way to the same grants comes after the first.
    return sorted(groups.values(), key=lambda group: (group[0].own_side, -sum(gap.permissions for gap in group)))


def _first_gap(case: Case, groups: Sequence[Sequence[Gap]]) -> Runs:
    return (Run(" "), *_gap(case, groups[0])) if groups else ()


def _other_gaps(case: Case, groups: Sequence[Sequence[Gap]]) -> Iterable[Runs]:
    most = _MOST_GAPS[case.short]
    for group in groups[1:most]:
        yield _gap(case, group)
    left = sum(len(group) for group in groups[most:])
    if left:
        where = "the list of reads at the end names them" if not case.short else "the long form names them"
        yield (bold(f"{case.counted(left, 'more read')} left something open"), Run(f"; {where}."))


def _gap(case: Case, group: Sequence[Gap]) -> Runs:
    read = group[0].read
    what = lowered(KINDS.get(read.read, "List of APIs"))
    of = [inert(gap.read.resource or gap.read.resource_app_id or "", 60) for gap in group]
    named_of = [name for name in of if name]
    # Grants are held on an API by an app, definitions are the API's own.
    preposition = "on" if read.read is ReadName.APP_ROLE_ASSIGNMENTS and not group[0].own_side else "of"
    where = f" {preposition} {listed(named_of, most=4)}" if named_of else ""
    if group[0].own_side and len(group) > 1:
        where = f" of {case.counted(len(group), 'app')}"
    runs = [bold(f"Not read: {what}{where}."), Run(f" {capital(_became(case, group))}. ")]
    permissions = sum(gap.permissions for gap in group)
    # One app may hang on several reads: then the largest number is what is surely true.
    apps = group[0].apps if len(group) == 1 else max(gap.apps for gap in group)
    least = "" if len(group) == 1 else "at least "
    if group[0].own_side:
        runs.append(Run("That is a second way to the same grants, from the apps’ own side."))
    elif permissions:
        runs.append(
            Run(
                f"Therefore {case.counted(permissions, 'permission')} of {least}{case.counted(apps, 'app')} "
                f"{verb(permissions, 'is', 'are')} shown as not read, counted neither as granted nor as missing."
            )
        )
    elif apps:
        runs.append(Run(f"Therefore something of {least}{case.counted(apps, 'app')} is not known."))
    else:
        runs.append(Run("No permission that is needed here hangs on it."))
    if read.remedy and not case.short and not group[0].own_side:
        runs.append(quiet(f" {sentence(read.remedy)}"))
    return tuple(runs)


def _became(case: Case, group: Sequence[Gap]) -> str:
    read = group[0].read
    why = inert(read.detail or "", 300).rstrip(".")
    if read.status is not ReadStatus.PARTIAL or len(group) > 1:
        return why or _BECAME[read.status][0].removeprefix("was ")
    rows = case.notation.number(read.rows)
    more = read.expected is not None and read.expected > read.rows
    got = f"{rows} of {case.notation.number(read.expected or 0)} read" if more else f"{rows} read, not all"
    return f"{got}; {why}" if why else got


def reads_table(case: Case) -> Table:
    """Return every read, with how it ended."""
    rows = [_read_row(_READ_LOOK[read.status], read_label(read), read) for read in case.incomplete]
    kinds: dict[ReadName, list[ReadCoverage]] = {}
    for read in case.comparison.reads:
        if read.complete:
            kinds.setdefault(read.read, []).append(read)
    for reads in kinds.values():
        label = read_label(reads[0])
        if len(reads) > 1:
            # Hundreds of APIs have a list each: what was read to its end is told together.
            label = f"{KINDS.get(reads[0].read, label)}, {case.counted(len(reads), 'list')}"
        rows.append(_read_row(COMPLETE_LOOK, label, *reads))
    columns = (
        Column("Read", ColumnKind.BADGE),
        Column("What"),
        Column("Entries", ColumnKind.NUMBER),
        Column("Announced", ColumnKind.NUMBER),
    )
    return Table("Every read of this scan, with how it ended", columns, tuple(rows))


def _read_row(look: Look, label: str, *reads: ReadCoverage) -> Row:
    why = spaced(*(sentence(text or "") for text in (reads[0].detail, reads[0].remedy)))
    announced = [read.expected for read in reads]
    expected = sum(max(read.expected or 0, read.rows) for read in reads)
    return Row(
        (
            Badge(look),
            Text(plain(label), inert(why, LONGEST_SENTENCE)),
            Number(sum(read.rows for read in reads)),
            # A read that was refused announced nothing.
            Number(expected if reads[0].complete or None not in announced else None),
        )
    )


def outside_blocks() -> Iterable[Block]:
    """Yield what is not covered, and why that matters."""
    columns = (Column("Not covered", weight=1.0), Column("What that means", weight=3.0))
    rows = tuple(Row((Text((bold(capital(what)),)), Text(plain(meaning)))) for what, meaning in OUTSIDE)
    yield Table("What this report does not cover", columns, rows)
