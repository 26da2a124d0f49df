"""The record of a consent as the tree of a report: one page or two, with lines to sign on."""

from collections.abc import Iterable

from permdesk.domain.consent_record import ConsentRecord, Outcome, Reading, RecordRow
from permdesk.domain.finding import Baseline
from permdesk.domain.fingerprint import fingerprint_of, grouped_fingerprint, short_fingerprint
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.proof import Happened
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.appearance import DANGER, WARNING, Look
from permdesk.presentation.proof import (
    HAPPENED,
    OUTCOME,
    actor_words,
    audit_words,
    change_word,
    foreseen_word,
    lost_words,
    need_words,
    outcome_words,
    reader_words,
    route_words,
    row_change,
    state,
    told_rows,
)
from permdesk.reports.compose.runs import an_id, bold, capital, named, plain, quiet
from permdesk.reports.document import (
    Badge,
    Bar,
    Block,
    Callout,
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    GroupRow,
    Heading,
    Legend,
    Paragraph,
    Part,
    Row,
    Run,
    SignOff,
    Table,
    Text,
)
from permdesk.reports.notation import Notation, notation_of

TITLE = "Record of a consent"
SIGN_OFF = ("Consented by, date", "Checked by, date", "Accepted by, date")
_LANGUAGE = "en-GB"
#: Rows that are told one by one; the rest is counted.
_MOST_ROWS = 2_000
_ORDER = (
    Happened.REMOVED,
    Happened.ADDED,
    Happened.PENDING,
    Happened.UNREAD,
    Happened.STILL_MISSING,
    Happened.UNCHANGED,
)


def record_paper(record: ConsentRecord, *, locale: str, program_version: str) -> Document:
    """Return the document of one record.

    Args:
        record: what is told.
        locale: of dates and numbers, such as ``en-GB``; words stay English.
        program_version: of the permdesk that writes the paper.
    """
    notation = notation_of(locale)
    name, tenant = named(record.display_name), named(record.tenant.name or record.tenant.id)
    short = short_fingerprint(fingerprint_of(record))
    part = Part("record", f"{TITLE}: {name}", tuple(_blocks(record, notation)), tenant, _badge(record), one_page=True)
    return Document(
        title=f"{name} · {TITLE}",
        language=_LANGUAGE,
        head=(f"{tenant} · {TITLE}", f"Read on {notation.moment(record.after.read_at)}"),
        foot=f"permdesk {inert(program_version, 40)} · record {short}",
        parts=(part,),
        region=locale,
    )


def _badge(record: ConsentRecord) -> Look:
    return OUTCOME[record.outcome]


def _blocks(record: ConsentRecord, notation: Notation) -> Iterable[Block]:
    yield Facts(tuple(_facts(record, notation)))
    unread = [reading for reading in (record.before, record.after) if not reading.complete]
    if unread:
        yield Callout(
            HAPPENED[Happened.UNREAD],
            "Not everything was read",
            (plain("What could not be read is told as not read below; nobody can say what became of it."),),
        )
    yield Paragraph((bold(f"{capital(outcome_words(record))}. "), Run(_against(record))))
    if words := lost_words(record):
        yield Callout(
            DANGER,
            words,
            (plain("permdesk can make a script that gives it back, from the ids recorded before the click."),),
        )
    if record.of(Happened.PENDING):
        yield Callout(
            WARNING,
            "Not everything is visible yet",
            (
                plain(
                    "Microsoft copies grants for some minutes. What was awaited when this was read may have come since."
                ),
            ),
        )
    yield from _need(record)
    yield _table(record, notation)
    yield Heading("By whom")
    yield Paragraph(plain(audit_words(record, when=notation.moment)))
    yield Paragraph(
        (
            quiet(
                "Told are grants for the whole tenant; what single people consented to for themselves is not touched "
                "by such a consent. permdesk read the tenant before and after, and changed nothing in it."
            ),
        )
    )
    yield Heading("Sign-off")
    yield SignOff(SIGN_OFF)


def _facts(record: ConsentRecord, notation: Notation) -> Iterable[Fact]:
    yield Fact("Tenant ID", (an_id(record.tenant.id),))
    yield Fact("App ID", (an_id(record.app_id),))
    yield Fact("Way", plain(route_words(record)))
    held = {Baseline.PROFILE: named(record.profile_name), Baseline.MANIFEST: "its own manifest"}
    yield Fact("Held against", plain(held.get(record.baseline, "nothing: no profile, no manifest")))
    yield Fact("Begun", plain(notation.moment(record.started)))
    yield Fact("Signed in to permdesk", plain(reader_words(record)))
    yield _reading("Before", record.before, notation)
    yield _reading("After", record.after, notation)
    yield Fact("Record", (an_id(record.record_id),))
    yield Fact("Fingerprint", (an_id(grouped_fingerprint(fingerprint_of(record))),))


def _reading(title: str, reading: Reading, notation: Notation) -> Fact:
    whole = "complete" if reading.complete else "not complete"
    scan = f"{notation.moment(reading.read_at)}, {whole}, scan "
    mark = f" ({short_fingerprint(reading.fingerprint)})" if reading.fingerprint else ""
    return Fact(title, (Run(scan), an_id(reading.scan_id), Run(mark)))


def _against(record: ConsentRecord) -> str:
    match record.outcome:
        case Outcome.AS_FORESEEN:
            return "That is what the preview said."
        case Outcome.PENDING:
            return "Not all that was foreseen is visible yet."
        case Outcome.NOT_READ:
            return "Not all could be read, so nobody can say whether the preview was right."
        case Outcome.DIFFERS:
            number = counted(sum(row.differs for row in record.rows), "permission")
            return f"Of {number} the preview said otherwise: the last column tells what."


def _need(record: ConsentRecord) -> Iterable[Block]:
    told = [need_words(record, after=after) for after in (False, True)]
    most = max(counts.needed + counts.beyond for counts, _ in told)
    for title, (counts, words) in zip(("Before", "After"), told, strict=True):
        yield Paragraph((bold(f"{title}: "), Run(words)))
        if most:
            yield Bar(counts, most)
    if most:
        yield Legend()


def _table(record: ConsentRecord, notation: Notation) -> Table:
    columns = (
        Column("Permission", weight=2.2),
        Column("Before", ColumnKind.BADGE),
        Column("After", ColumnKind.BADGE),
        Column("Change", weight=1.2),
        Column("The preview said"),
    )
    told = told_rows(record)
    rows: list[Row | GroupRow] = []
    for happened in _ORDER:
        group = [row for row in told[:_MOST_ROWS] if row.happened is happened]
        if group:
            count = notation.counted(len(group), "permission")
            rows.append(GroupRow((bold(HAPPENED[happened].label), quiet(f"  {count}"))))
            rows += [_row(record, row, notation) for row in group]
    left, same = max(0, len(told) - _MOST_ROWS), len(record.rows) - len(told)
    notes = [plain(f"{notation.counted(left, 'more permission')} that changed or lack.")] if left else []
    if same:
        notes.append(plain(f"{notation.counted(same, 'permission')} unchanged, and not listed."))
    return Table("What the consent changed", columns, tuple(rows), tuple(notes))


def _row(record: ConsentRecord, row: RecordRow, notation: Notation) -> Row:
    permission = row.permission
    below = permission.kind.value
    if permission.resource_app_id != GRAPH_APP_ID:
        below = f"{below} · {inert(permission.resource, 120)}"
    after = HAPPENED[row.happened] if row.happened is Happened.PENDING else state(row.after)
    change = row_change(record, row)
    whom = f"by {actor_words(change)}, {notation.moment(change.at)}" if change is not None else ""
    said = foreseen_word(row)
    return Row(
        (
            Text((an_id(permission.label),), below),
            Badge(state(row.before)),
            Badge(after),
            Text(plain(change_word(row)), whom),
            Text(plain(capital(said))),
        )
    )
