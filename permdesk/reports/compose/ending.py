"""What is about to break or was left behind: credentials that end, and grants to accounts that are gone."""

from collections.abc import Iterable
from datetime import UTC

from permdesk.domain.coverage import Coverage, ReadName
from permdesk.domain.finding import AppComparison, AppFlag
from permdesk.domain.wording import listed, verb
from permdesk.presentation.explanation import grantee
from permdesk.reports.compose.case import Case
from permdesk.reports.compose.runs import bold, plain, quiet
from permdesk.reports.document import Block, Column, GroupRow, Heading, Paragraph, Row, Run, Runs, Table, Text

#: So many accounts are named of one app; the others are counted.
_MOST_ACCOUNTS = 12
_MOST_NAMED = 3


def ending_blocks(case: Case) -> Iterable[Block]:
    """Yield credentials that end soon or have ended, and accounts that are gone."""
    yield Heading("Ending credentials and gone accounts")
    ending, gone = _found(case)
    rows: list[Row | GroupRow] = []
    if ending:
        rows.append(GroupRow((bold("Credentials"), Run(": its newest ends within 30 days, or none is valid"))))
        rows += [_row(case, app, credential_words(case, app)) for app in ending]
    if gone:
        rows.append(GroupRow((bold("Accounts"), Run(": a grant of their own outlived them"))))
        rows += [_row(case, app, _gone_words(case, holders)) for app, holders in gone]
    if rows:
        columns = (Column("App"), Column("What", weight=1.6))
        yield Table("Ending credentials and gone accounts", columns, tuple(rows))
    open_ends = _open_ends(case)
    if not rows:
        yield Paragraph(plain("None was found." if open_ends else "None."))
    if open_ends:
        yield Paragraph((quiet(open_ends),))


def ending_line(case: Case) -> Runs:
    """Return the same in a sentence or two."""
    ending, gone = _found(case)
    return tuple(_in_short(case, ending, [app for app, _ in gone]))


def _found(case: Case) -> tuple[list[AppComparison], list[tuple[AppComparison, list[str]]]]:
    ending = [app for app in case.shown if AppFlag.CREDENTIAL_EXPIRES in app.flags]
    return ending, [(app, holders) for app in case.shown if (holders := _gone(case, app))]


def _gone(case: Case, app: AppComparison) -> list[str]:
    users = case.comparison.users
    holders = {holder for finding in app.findings for holder in finding.holders}
    return sorted(holder for holder in holders if holder in users and users[holder].gone)


def credential_words(case: Case, app: AppComparison) -> str:
    """Return when the newest secret or certificate of a registration ends, or ended."""
    dated = [(c.ends.timestamp(), c) for c in app.credentials or () if c.ends is not None]
    if not dated:
        return "no secret or certificate of it is valid"
    _, newest = max(dated, key=lambda pair: pair[0])
    ends = newest.ends
    day = ends.astimezone(UTC).date() if ends is not None else case.subject.judged_on
    when = case.notation.long_day(day)
    if day < case.subject.judged_on:
        return f"none is valid any more: its newest {newest.kind.value} ended on {when}"
    return f"its newest {newest.kind.value} ends on {when}"


def _gone_words(case: Case, holders: list[str]) -> str:
    number = len(holders)
    names = listed([grantee(holder, case.comparison.users).name for holder in holders], most=_MOST_ACCOUNTS)
    return f"granted to {case.counted(number, 'account')} that {verb(number, 'does', 'do')} not exist any more: {names}"


def _row(case: Case, app: AppComparison, words: str) -> Row:
    return Row((Text((Run(case.app_name(app)),)), Text(plain(words))))


def _in_short(case: Case, ending: list[AppComparison], gone: list[AppComparison]) -> Iterable[Run]:
    open_ends = _open_ends(case)
    none = "none was found" if open_ends else "none"
    for title, apps in (("Credentials ending or ended:", ending), ("Grants of accounts that are gone:", gone)):
        yield bold(title)
        yield Run(f" {listed([case.app_name(app) for app in apps], most=_MOST_NAMED) or none}. ")
    if open_ends:
        yield quiet(open_ends)


def _open_ends(case: Case) -> str:
    coverage = Coverage(case.comparison.reads)
    unread = []
    if not coverage.list_complete(ReadName.APPLICATIONS):
        unread.append("app registrations")
    users = case.comparison.users
    holders = {h for app in case.shown for finding in app.findings for h in finding.holders}
    if any(holder not in users or (users[holder].enabled is None and not users[holder].gone) for holder in holders):
        unread.append("accounts with grants")
    if not coverage.list_complete(ReadName.OAUTH2_PERMISSION_GRANTS):
        unread.append("delegated grants")
    if not unread:
        return ""
    words = listed(unread)
    return f"Not all {words} were read, so there may be more."
