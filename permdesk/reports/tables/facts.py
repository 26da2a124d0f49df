"""The first sheet: what was read, and what it comes to, a column for each tenant."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.finding import Verdict
from permdesk.domain.fingerprint import grouped_fingerprint
from permdesk.domain.tenant import Account
from permdesk.presentation.appearance import UNCONFIRMED_LOOK, VERDICT, Look
from permdesk.presentation.explanation import completeness
from permdesk.presentation.summary import NEVER_READ
from permdesk.reports.subject import Subject, UnreadTenant
from permdesk.reports.tables.permissions import NOT_READ
from permdesk.reports.tables.sheet import Column, Row, Sheet, Value

_NOTES = (
    "As documented means equal to the vendor’s page of its date. It does not say that the access is harmless.",
    "Apps compared with their own manifest alone are counted apart, never among those with a vendor’s page.",
    "What was not read is told as not read: neither as granted nor as missing.",
    NEVER_READ,
    "Outside of this report: Azure roles, Exchange’s own roles, resource-specific consent in teams and chats.",
    "Directory roles of apps are told as far as they were read.",
)


def summary_sheet(
    subjects: Sequence[Subject], chosen: tuple[str, ...] | None, unread: Sequence[UnreadTenant] = ()
) -> Sheet:
    """Return the first sheet.

    Args:
        subjects: the tenants.
        chosen: keys of the apps that the other sheets are limited to; None for all.
        unread: tenants of which nothing is told but that; the second sheet says why.
    """
    columns = (
        Column("App permissions: summary of compliance", 44),
        *(Column(_name(subject), 72) for subject in subjects),
        *(Column(one.name, 72) for one in unread),
    )
    return Sheet("Summary", columns, _rows(subjects, chosen, unread), filtered=False)


def _rows(subjects: Sequence[Subject], chosen: tuple[str, ...] | None, unread: Sequence[UnreadTenant]) -> Iterator[Row]:
    for label, value in _FACTS:
        yield (label, *(value(subject) for subject in subjects), *(_of_unread(label, one) for one in unread))
    if chosen is not None:
        yield ("Apps in the other sheets", *(_chosen(subject, chosen) for subject in subjects))
    yield ()
    for note in _NOTES:
        yield (note,)


def _of_unread(label: str, one: UnreadTenant) -> Value:
    told: dict[str, Value] = {
        "Tenant": one.name,
        "Tenant ID": one.tenant_id or None,
        "Cloud": _cloud_label(one.cloud),
        "Completeness": NOT_READ,
    }
    return told.get(label)


def _chosen(subject: Subject, chosen: tuple[str, ...]) -> Value:
    every = subject.comparison.apps
    return f"{sum(1 for app in every if app.key in chosen):,} of {len(every):,}, as chosen"


def _name(subject: Subject) -> str:
    return subject.comparison.tenant.name or "Tenant not read"


def _cloud(subject: Subject) -> Value:
    return _cloud_label(subject.comparison.tenant.cloud)


def _cloud_label(cloud: str) -> str:
    return CLOUDS[cloud].label if cloud in CLOUDS else "Custom cloud"


def _account(subject: Subject) -> Value:
    account: Account = subject.comparison.account
    return account.username or account.object_id or "Not told by the token"


def _roles(subject: Subject) -> Value:
    roles = subject.comparison.account.roles
    if roles is None:
        return NOT_READ
    return ", ".join(role.name for role in roles) or "None active"


def _rows_read(subject: Subject) -> Value:
    return completeness(subject.comparison.reads)[0]


def _reads(subject: Subject) -> Value:
    _, state, complete = completeness(subject.comparison.reads)
    if complete:
        return state
    return Look(state if subject.comparison.reads else "Nothing was read", NOT_READ.glyph, NOT_READ.tone, hatched=True)


def _of(verdict: Verdict) -> Callable[[Subject], Value]:
    return lambda subject: subject.summary.verdicts.get(verdict, 0)


def _ended(subject: Subject) -> Value:
    ended = subject.comparison.ended_at
    return ended.astimezone(UTC) if ended is not None else "Not recorded"


def _previous(subject: Subject) -> Value:
    return subject.changes.older.read_at if subject.changes is not None else "None is kept"


_FACTS: tuple[tuple[str, Callable[[Subject], Value]], ...] = (
    ("Tenant", _name),
    ("Tenant ID", lambda subject: subject.comparison.tenant.id or None),
    ("Domain", lambda subject: subject.comparison.tenant.default_domain),
    ("Cloud", _cloud),
    ("Read at (UTC)", lambda subject: subject.comparison.read_at.astimezone(UTC)),
    ("Reading ended at (UTC)", _ended),
    ("Read by", _account),
    ("Directory roles of the account", _roles),
    ("Completeness", _reads),
    ("Rows read", _rows_read),
    ("Judged on", lambda subject: subject.judged_on),
    ("Program", lambda subject: f"permdesk {subject.program_version}"),
    ("Catalog", lambda subject: subject.comparison.catalog_version),
    ("Scan", lambda subject: subject.comparison.scan_id),
    ("Fingerprint of the scan", lambda subject: grouped_fingerprint(subject.fingerprint) or None),
    ("Previous scan (UTC)", _previous),
    ("Apps compared", lambda subject: subject.summary.apps),
    ("Microsoft’s own, beside them", lambda subject: subject.summary.microsoft),
    *(
        (f"Vendor’s page: {VERDICT[verdict].label}", _of(verdict))
        for verdict in VERDICT
        if verdict is not Verdict.NO_BASELINE
    ),
    (f"Vendor’s page: {UNCONFIRMED_LOOK.label}", lambda subject: subject.summary.unconfirmed),
    ("Missing permissions", lambda subject: subject.summary.missing),
    ("Permissions beyond the need", lambda subject: subject.summary.excess),
    ("Apps whose excess was not fully read", lambda subject: subject.summary.excess_unread),
    ("Own manifest: apps", lambda subject: subject.summary.own),
    ("Own manifest: not as configured", lambda subject: subject.summary.own_to_look),
)
