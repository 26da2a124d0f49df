"""The permissions of one app as tables: all of them, what is missing, what is beyond the need, what is accepted."""

from collections.abc import Iterable

from permdesk.domain.coverage import ReadStatus
from permdesk.domain.finding import (
    REACH_FLAGS,
    AppComparison,
    Declared,
    Documented,
    Finding,
    Flag,
    Granted,
    Remedy,
    Status,
)
from permdesk.domain.permission import EXCHANGE_APP_ID
from permdesk.domain.profile import ActsFor
from permdesk.domain.text import inert
from permdesk.domain.wording import listed, page_date
from permdesk.presentation.appearance import EXCESS_REASON, FLAG, KIND, REMEDY, STATUS
from permdesk.presentation.explanation import grantee, reads_behind
from permdesk.presentation.tree import PermissionTree
from permdesk.presentation.tree_nodes import PermissionNode
from permdesk.reports.compose.case import Case
from permdesk.reports.compose.runs import LONGEST_SENTENCE, bold, capital, lowered, mark, named, plain, quiet
from permdesk.reports.document import (
    Badge,
    Block,
    Cell,
    Column,
    ColumnKind,
    GroupRow,
    Heading,
    Paragraph,
    Row,
    Run,
    Runs,
    Table,
    Text,
)

#: So many accounts with a grant of their own are named in a foot note.
_MOST_ACCOUNTS = 20
#: Flags told in words of their own, or in another column.
_TOLD_ELSEWHERE = frozenset({Flag.PROBABLY_COVERED, Flag.USER_CONSENTABLE})
#: Meanings of remarks that need no foot note: their words say it, or a section of their own does.
_PLAIN = frozenset({Flag.ACCEPTED, Flag.ACCOUNT_GONE, Flag.ALL_MAIL, Flag.ALL_FILES, Flag.ALL_SITES})
_HINT = "A broader permission that is granted probably does the same. This is a hint and does not change the status."


class Notes:
    """The foot notes of one table, each told once."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}

    def __call__(self, text: str) -> Run:
        """Return the mark of a foot note."""
        found = self._marks.setdefault(text, mark(len(self._marks)))
        return Run(found, raised=True)

    @property
    def runs(self) -> tuple[Runs, ...]:
        """The notes, each behind its mark."""
        return tuple((Run(found, raised=True), Run(f" {text}")) for text, found in self._marks.items())


def permission_blocks(case: Case, app: AppComparison) -> Iterable[Block]:
    """Yield every permission of an app, grouped by API and kind."""
    yield Heading("Permissions")
    if not app.findings:
        yield Paragraph(plain("None is documented, configured or granted, as far as it was read."))
        return
    # A vendor's manifest is out of reach for every row alike, and what no page speaks of is documented for none: the
    # facts above say so once.
    configured = any(finding.declared is not Declared.UNREADABLE for finding in app.findings)
    documented = any(finding.documented is not Documented.NONE for finding in app.findings)
    left_out = {place for place, shown in ((1, documented), (2, configured)) if not shown}
    notes = Notes()
    rows: list[Row | GroupRow] = []
    for api in PermissionTree(app).apis:
        for kind in api.kinds:
            rows.append(GroupRow((bold(api.label), Run(f", {KIND[kind.kind].lower()}"))))
            for leaf in kind.leaves:
                cells = enumerate(_cells(case, leaf.of, notes))
                rows.append(Row(tuple(cell for place, cell in cells if place not in left_out)))
    columns = tuple(column for place, column in enumerate(_ALL_COLUMNS) if place not in left_out)
    yield Table(f"Permissions of {case.app_name(app)}", columns, tuple(rows), notes.runs)


#: Shares of the width, so that the days of a row stay on one line.
_ALL_COLUMNS = (
    Column("Permission", weight=1.9),
    Column("Documented", weight=0.59),
    Column("Configured", weight=0.52),
    Column("Granted", weight=0.46),
    Column("Status", ColumnKind.BADGE),
    Column("Since", weight=0.56),
    Column("Remark", weight=1.0),
)


def _cells(case: Case, node: PermissionNode, notes: Notes) -> tuple[Cell, ...]:
    finding = node.finding
    documented, declared, granted, _ = node.cells
    return (
        Text((Run(node.label, breakable=True),), node.purpose),
        Text(plain(_documented(finding, documented.text))),
        Text(plain(declared.text)),
        Text(_granted(case, finding, granted.text, notes)),
        Badge(node.look),
        Text((_since(case, finding),)),
        Text(_remarks(case, finding, notes)),
    )


def _documented(finding: Finding, words: str) -> str:
    requirement = finding.requirement
    if requirement is None or requirement.last_update is None:
        return words
    month, _, year = page_date(inert(requirement.last_update, 20)).partition(" ")
    return f"{words}, {month[:3]} {year}".rstrip()


def _granted(case: Case, finding: Finding, words: str, notes: Notes) -> Runs:
    if finding.granted is not Granted.USERS:
        return plain(words)
    if finding.users is not None:
        words = case.counted(finding.users, "user")
    users = case.comparison.users
    people = [grantee(holder, users) for holder in finding.holders]
    told = [f"{one.name} ({one.mark})" if one.mark else one.name for one in people]
    if not told:
        return plain(words)
    more = " The list was not read to its end." if finding.users is None else ""
    return Run(words), notes(f"Granted to {listed(told, most=_MOST_ACCOUNTS)}.{more}")


def _since(case: Case, finding: Finding) -> Run:
    if finding.since is not None:
        return Run(case.notation.day(finding.since))
    return quiet("no date kept") if finding.granted in (Granted.TENANT, Granted.USERS) else quiet("–")


def _remarks(case: Case, finding: Finding, notes: Notes) -> Runs:
    """Return short words, those that need it with the mark of a foot note."""
    told: list[tuple[str, str]] = []
    status = finding.status
    if status is Status.BASIC:
        told.append(("basic sign-in, no finding", ""))
    elif status is Status.UNVERIFIED:
        refused = any(read.status is ReadStatus.REFUSED for read in reads_behind(finding, case.incomplete))
        told.append(("read refused" if refused else "not read to its end", ""))
    elif status is Status.PARTIAL and finding.gap is False:
        requirement = finding.requirement
        one = requirement is not None and requirement.acts_for is ActsFor.ONE_ACCOUNT
        told.append(("enough for one account" if one else "enough: users may consent", ""))
    elif status is Status.PARTIAL and finding.gap is None:
        told.append(("their accounts were not read", ""))
    if Remedy.NOT_OFFERED in finding.remedy:
        told.append(("not offered", "The API publishes no such permission in this tenant or cloud."))
    elif Remedy.PROVISION_API in finding.remedy:
        told.append(("API not here", "The API’s service principal is not in this tenant."))
    if finding.covered_by is not None:
        told.append((f"probably covered by {inert(finding.covered_by, 120)}", _HINT))
    told += [
        (FLAG[flag].label, "" if flag in _PLAIN else FLAG[flag].meaning)
        for flag in finding.flags
        if flag not in _TOLD_ELSEWHERE and (flag not in REACH_FLAGS or finding.granted is not Granted.NONE)
    ]
    if finding.requirement is not None and finding.requirement.preview:
        told.append(("preview", "The vendor marks it as preview."))
    runs: list[Run] = []
    for words, meaning in told:
        runs.append(Run(f", {words}" if runs else words))
        if meaning:
            runs.append(notes(meaning))
    return tuple(runs)


def missing_blocks(case: Case, app: AppComparison) -> Iterable[Block]:
    """Yield what the app lacks, by what has to be done about it."""
    yield Heading("Missing, by remedy")
    groups: dict[str, list[Finding]] = {}
    for finding in app.findings:
        if finding.accepted is None and finding.counts and _lacks(finding):
            groups.setdefault(remedy_words(finding), []).append(finding)
    if not groups:
        unread = any(finding.status is Status.UNVERIFIED and finding.counts for finding in app.findings)
        yield Paragraph(plain("Nothing, as far as it was read." if unread else "Nothing."))
        return
    rows: list[Row | GroupRow] = []
    for words, findings in groups.items():
        rows.append(GroupRow((bold(words),)))
        rows += [_row_of(finding, inert(_purpose(finding), LONGEST_SENTENCE)) for finding in findings]
    yield Table("What is missing, and its remedy", (*_COLUMNS, Column("Purpose", weight=1.2)), tuple(rows))


def _purpose(finding: Finding) -> str:
    return finding.requirement.purpose if finding.requirement is not None else ""


def _lacks(finding: Finding) -> bool:
    return finding.status is Status.MISSING or (finding.status is Status.PARTIAL and finding.gap is not False)


def remedy_words(finding: Finding) -> str:
    """Return what to do about a missing permission, in order of work."""
    words = [lowered(REMEDY[one]) for one in finding.remedy]
    if finding.status is Status.PARTIAL:
        words = ["granted to single accounts only: consent for the tenant"]
    # Exchange Online blocks EWS unless the tenant lists the app: a consent alone may be of no use.
    if Flag.RETIRED_API in finding.flags and finding.permission.resource_app_id == EXCHANGE_APP_ID:
        words.insert(0, "ask the vendor for a version without EWS")
    return capital(", then ".join(words)) or "Consent"


def excess_blocks(case: Case, app: AppComparison) -> Iterable[Block]:
    """Yield what the app holds beyond its need, by reason."""
    yield Heading("Beyond the need, by reason")
    groups: dict[str, list[Finding]] = {}
    for finding in app.findings:
        if finding.status is Status.EXCESS and finding.accepted is None:
            reason = EXCESS_REASON[finding.reason] if finding.reason is not None else "granted, and not needed"
            groups.setdefault(capital(reason), []).append(finding)
    rows: list[Row | GroupRow] = []
    for words, findings in groups.items():
        rows.append(GroupRow((bold(words),)))
        rows += [_row_of(finding, _reach(finding)) for finding in findings]
    if rows:
        columns = (*_COLUMNS, Column("Reach", weight=1.2))
        yield Table("What is granted beyond the need, and why it is counted so", columns, tuple(rows))
    elif app.excess_complete:
        yield Paragraph(plain("Nothing."))
    if not app.excess_complete:
        words = "Grants beyond the need were not read to the end: there may be more."
        yield Paragraph((bold(words),) if not groups else (quiet(words),))


_COLUMNS = (Column("Permission", weight=1.3), Column("API"), Column("Kind", weight=0.6))


def _reach(finding: Finding) -> str:
    return ", ".join(FLAG[flag].label for flag in finding.flags if flag in REACH_FLAGS)


def _row_of(finding: Finding, last: str) -> Row:
    permission = finding.permission
    return Row(
        (
            Text((Run(named(permission.label), breakable=True),)),
            Text(plain(named(permission.resource))),
            Text(plain(KIND[permission.kind].lower())),
            Text(plain(last)),
        )
    )


def accepted_blocks(case: Case, app: AppComparison) -> Iterable[Block]:
    """Yield the findings a person accepts, with reason, name and review date."""
    yield Heading("Accepted exceptions")
    rows = []
    for finding in app.findings:
        accepted = finding.accepted
        if accepted is None:
            continue
        until = case.notation.day(accepted.until) if accepted.until is not None else "none set"
        permission = finding.permission
        rows.append(
            Row(
                (
                    Text(
                        (Run(named(permission.label), breakable=True),),
                        f"{named(permission.resource)}, {KIND[permission.kind].lower()}",
                    ),
                    Badge(STATUS[finding.status]),
                    Text(plain(inert(accepted.reason, LONGEST_SENTENCE))),
                    Text(plain(named(accepted.by))),
                    Text(plain(until)),
                )
            )
        )
    if not rows:
        yield Paragraph(plain("None for this app."))
        return
    columns = (
        Column("Permission", weight=1.3),
        Column("Status", ColumnKind.BADGE),
        Column("Reason", weight=1.5),
        Column("Accepted by"),
        Column("Review date", weight=0.7),
    )
    yield Table("Findings that a person accepts", columns, tuple(rows))
