"""The summary of one tenant: who and when, what was read, what it comes to, and the lines to sign on."""

from collections.abc import Iterable

from permdesk.domain.text import inert
from permdesk.domain.wording import listed
from permdesk.reports.compose.case import Case
from permdesk.reports.compose.changes import change_blocks, change_line
from permdesk.reports.compose.completeness import completeness_box
from permdesk.reports.compose.ending import ending_blocks, ending_line
from permdesk.reports.compose.exceptions import exception_blocks, exception_line
from permdesk.reports.compose.method import fingerprint_fact, read_fact
from permdesk.reports.compose.others import own_blocks, own_line
from permdesk.reports.compose.reach import reach_blocks, reach_line
from permdesk.reports.compose.result import charts, look_alike_blocks, result_blocks
from permdesk.reports.compose.runs import an_id, named, plain
from permdesk.reports.document import Block, Fact, Facts, Heading, Paragraph, Part, Run, Runs, SignOff

SIGN_OFF = ("Prepared by, date", "Reviewed by, date", "Accepted by, date")


def tenant_part(case: Case, *, title: str, landscape: bool) -> Part:
    """Return the summary of one tenant.

    Args:
        case: the tenant.
        title: of the part.
        landscape: the paper lies on its side, so that fewer lines fit on it.
    """
    blocks = tuple(_blocks(case, landscape))
    return Part(f"{case.prefix}summary", title, blocks, below=case.name_and_domain, one_page=case.short)


def _blocks(case: Case, landscape: bool) -> Iterable[Block]:
    yield Facts(tuple(_facts(case)))
    yield completeness_box(case)
    yield from result_blocks(case, landscape=landscape)
    if case.short:
        yield from look_alike_blocks(case)
        # One heading for all of it: each would cost two lines of the one page.
        yield Heading("Whatever the verdict")
        yield from _in_short(case)
        yield SignOff(SIGN_OFF)
    else:
        # On the first page, beside the result that is signed: what follows may take any number of pages.
        yield Heading("Sign-off")
        yield SignOff(SIGN_OFF)
        yield from look_alike_blocks(case)
        yield from _at_length(case)


def _in_short(case: Case) -> Iterable[Block]:
    yield Paragraph(reach_line(case))
    yield Paragraph((*ending_line(case), *exception_line(case)))
    yield Paragraph(own_line(case))
    if case.subject.changes is not None:
        yield Paragraph(change_line(case, case.subject.changes))


def _at_length(case: Case) -> Iterable[Block]:
    yield from reach_blocks(case)
    yield from ending_blocks(case)
    yield from exception_blocks(case)
    yield from own_blocks(case)
    yield from charts(case)
    yield from change_blocks(case)


def _facts(case: Case) -> Iterable[Fact]:
    comparison = case.comparison
    yield Fact("Tenant ID", (an_id(comparison.tenant.id),))
    yield Fact("Read by", _reader(case))
    yield Fact("Cloud", plain(case.cloud))
    yield read_fact(case)
    program = f"permdesk {inert(case.subject.program_version, 40)}, catalog {inert(comparison.catalog_version, 40)}"
    yield Fact("Made with", plain(program))
    if case.subject.judged_on != comparison.read_at.date():
        yield Fact("Judged on", plain(case.notation.long_day(case.subject.judged_on)))
    yield fingerprint_fact(case)


def _reader(case: Case) -> Runs:
    account = case.comparison.account
    who = Run(named(account.username or account.object_id or "an account that the sign-in does not name", 120))
    if account.roles is None:
        return who, Run(", directory roles not read")
    names = listed([named(role.name, 80) for role in account.roles], most=4 if case.short else 20)
    return who, Run(f", {names or 'without an active directory role'}")
