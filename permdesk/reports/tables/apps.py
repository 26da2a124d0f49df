"""The rows about apps: themselves, what they reach, their credentials, their accounts, their exceptions."""

from collections.abc import Iterable, Iterator

from permdesk.domain.comparison import CREDENTIAL_WARNING
from permdesk.domain.finding import AppComparison, Baseline, Verdict
from permdesk.presentation.app_rows import matched_words
from permdesk.presentation.appearance import (
    APP_FLAG,
    FLAG,
    KIND,
    ORIGIN,
    STATUS,
    WARNING,
    Look,
)
from permdesk.presentation.explanation import grantee
from permdesk.presentation.requirement import app_need_counts
from permdesk.reports.subject import Subject
from permdesk.reports.tables.permissions import APP_COLUMNS, NOT_READ, app_cells
from permdesk.reports.tables.sheet import Column, Row, Value

_HELD_AGAINST = {
    Baseline.PROFILE: "Vendor’s page",
    Baseline.MANIFEST: "Own manifest",
    Baseline.NONE: "Nothing",
}

COLUMNS = (
    *APP_COLUMNS,
    Column("Held against", 15),
    Column("Vendor", 18),
    Column("Profile", 34),
    Column("Page of", 12),
    Column("Matched", 22),
    Column("Services in use", 16),
    Column("Needed", 9),
    Column("Granted", 9),
    Column("In part", 9),
    Column("Missing", 9),
    Column("Not read", 9),
    Column("Beyond", 9),
    Column("Beyond fully read", 18),
    Column("Newest grant", 14),
    Column("Publisher", 26),
    Column("Origin", 24),
    Column("Directory roles", 30),
    Column("Remarks", 30),
    Column("Owner tenant", 38),
    Column("Object ID", 38),
    Column("Registration ID", 38),
)


def app_rows(apps: Iterable[AppComparison]) -> Iterator[Row]:
    """Yield a row for each app."""
    for app in apps:
        yield (
            *app_cells(app),
            _HELD_AGAINST[app.baseline],
            app.profile.vendor if app.profile else None,
            app.profile.name if app.profile else app.missing_profile,
            app.profile.source.date if app.profile else None,
            matched_words(app) if app.profile and app.verdict is not Verdict.NOT_INSTALLED else None,
            ("chosen" if app.uses.chosen else "assumed") if app.uses else None,
            *_counts(app),
            app.newest_grant,
            app.publisher.name if app.publisher else None,
            ORIGIN[app.origin] if app.app_id is not None else None,
            _roles(app),
            ", ".join(APP_FLAG[flag].label for flag in app.flags) or None,
            app.owner_tenant_id,
            app.object_id,
            app.registration_id,
        )


def _counts(app: AppComparison) -> tuple[Value, ...]:
    if app.baseline is Baseline.NONE or app.verdict is Verdict.NOT_INSTALLED:
        return (None,) * 7
    need = app_need_counts(app)
    counts = (need.needed, need.granted, need.partial, need.missing, need.unread, need.beyond)
    return (*counts, app.excess_complete)


def _roles(app: AppComparison) -> Value:
    if app.app_id is None:
        return None
    if app.directory_roles is None:
        return NOT_READ
    return ", ".join(role.role for role in app.directory_roles) or None


REACH_COLUMNS = (
    Column("App", 34),
    Column("App ID", 38),
    Column("Reach", 16),
    Column("Permission", 40),
    Column("Single accounts only", 20),
)


def reach_rows(subject: Subject) -> Iterator[Row]:
    """Yield a row for each permission with reach that an app of the tenant holds, whatever the verdict."""
    for line in subject.summary.reach:
        for holder in line.holders:
            app_id = None if holder.app_key.startswith("profile:") else holder.app_key
            for value in holder.values:
                yield holder.name or "(no name)", app_id, FLAG[line.flag].label, value, holder.single
        if line.unread:
            yield f"Apps whose grant could not be read: {line.unread:,}", None, FLAG[line.flag].label, NOT_READ, None


CREDENTIAL_COLUMNS = (
    Column("App", 34),
    Column("App ID", 38),
    Column("Kind", 12),
    Column("State", 24),
    Column("Ends", 14),
    Column("Days left", 10),
    Column("Starts", 14),
    Column("Label", 30),
)
_ENDED = Look("Ended", WARNING.glyph, WARNING.tone)
_ENDS_SOON = Look(f"Ends within {CREDENTIAL_WARNING.days} days", WARNING.glyph, WARNING.tone)


def credential_rows(apps: Iterable[AppComparison], subject: Subject) -> Iterator[Row]:
    """Yield a row for each secret and certificate of the registrations here, and for each that was not read."""
    today = subject.judged_on
    for app in apps:
        name = app.display_name or "(no name)"
        if app.credentials is None:
            if app.registration_id is not None:
                yield name, app.app_id, None, NOT_READ, None, None, None, None
            continue
        for credential in app.credentials:
            ends = credential.ends.date() if credential.ends else None
            left = (ends - today).days if ends else None
            state: Value = "No end is told"
            if left is not None:
                state = _ENDED if left < 0 else _ENDS_SOON if left <= CREDENTIAL_WARNING.days else "Valid"
            starts = credential.starts.date() if credential.starts else None
            yield name, app.app_id, credential.kind.value.capitalize(), state, ends, left, starts, credential.label


ACCOUNT_COLUMNS = (
    Column("App", 34),
    Column("App ID", 38),
    Column("API", 26),
    Column("Permission", 40),
    Column("Account", 34),
    Column("State", 20),
    Column("Object ID", 38),
)
#: What a name is followed by, as a state of its own.
_STATES: dict[str, Value] = {
    "gone": Look("Gone", WARNING.glyph, WARNING.tone),
    "disabled": "Disabled",
    "state not read": NOT_READ,
    "account not read": NOT_READ,
}


def account_rows(apps: Iterable[AppComparison], subject: Subject) -> Iterator[Row]:
    """Yield a row for each grant to an account that is gone, disabled, or could not be read."""
    users = subject.comparison.users
    for app in apps:
        for finding in app.findings:
            for holder in finding.holders:
                person = grantee(holder, users)
                if not person.mark:
                    continue
                permission = finding.permission
                name, state = app.display_name or "(no name)", _STATES[person.mark]
                yield name, app.app_id, permission.resource, permission.label, person.name, state, holder


EXCEPTION_COLUMNS = (
    Column("App", 34),
    Column("App ID", 38),
    Column("API", 26),
    Column("Permission", 40),
    Column("Kind", 12),
    Column("Status", 17),
    Column("Reason", 50),
    Column("Accepted by", 26),
    Column("Review date", 14),
)


def exception_rows(apps: Iterable[AppComparison]) -> Iterator[Row]:
    """Yield a row for each finding that a person accepts."""
    for app in apps:
        for finding in app.findings:
            accepted = finding.accepted
            if accepted is None:
                continue
            permission = finding.permission
            yield (
                app.display_name or "(no name)",
                app.app_id,
                permission.resource,
                permission.label,
                KIND[permission.kind],
                STATUS[finding.status],
                accepted.reason,
                accepted.by,
                accepted.until,
            )
