"""All sheets of a report, in order; rows are made when they are written."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from permdesk.domain.finding import AppComparison
from permdesk.reports.check_document import worth_telling
from permdesk.reports.subject import Subject, UnreadTenant
from permdesk.reports.tables import apps, changes, permissions, reads
from permdesk.reports.tables.facts import summary_sheet
from permdesk.reports.tables.permissions import SECTION, Section, permission_rows
from permdesk.reports.tables.sheet import Column, Row, Sheet
from permdesk.reports.tables.unread_tenants import unread_sheet

_TENANT = (Column("Tenant", 26), Column("Tenant ID", 38))
Rows = Callable[[Subject], Iterable[Row]]


def sheets(
    subjects: Sequence[Subject], chosen: tuple[str, ...] | None = None, unread: Sequence[UnreadTenant] = ()
) -> tuple[Sheet, ...]:
    """Return the sheets of a report.

    Args:
        subjects: the tenants, at least one; where there are several, each row names its tenant.
        chosen: keys of the apps to tell of; None for all. Reach, reads and changes tell of the whole tenant anyway.
        unread: tenants that belong to the report and were not read.
    """
    several = len(subjects) + len(unread) > 1

    def sheet(title: str, columns: tuple[Column, ...], rows: Rows, frozen: int = 1) -> Sheet:
        if not several:
            return Sheet(title, columns, rows(subjects[0]), frozen)
        return Sheet(title, (*_TENANT, *columns), _of_all(subjects, rows), frozen + len(_TENANT))

    def chosen_apps(subject: Subject) -> Iterator[AppComparison]:
        return (app for app in subject.comparison.apps if is_told(app, chosen))

    def of(section: Section) -> Rows:
        return lambda subject: (
            row for app in chosen_apps(subject) if SECTION[app.baseline] is section for row in permission_rows(app)
        )

    permission_columns = (*permissions.APP_COLUMNS, *permissions.COLUMNS)
    return (
        summary_sheet(subjects, chosen, unread),
        *((unread_sheet(unread),) if unread else ()),
        sheet("Apps", apps.COLUMNS, lambda subject: apps.app_rows(chosen_apps(subject))),
        *(sheet(section.value, permission_columns, of(section)) for section in Section),
        sheet("Reach", apps.REACH_COLUMNS, apps.reach_rows),
        sheet(
            "Credentials",
            apps.CREDENTIAL_COLUMNS,
            lambda subject: apps.credential_rows(chosen_apps(subject), subject),
        ),
        sheet("Accounts", apps.ACCOUNT_COLUMNS, lambda subject: apps.account_rows(chosen_apps(subject), subject)),
        sheet("Exceptions", apps.EXCEPTION_COLUMNS, lambda subject: apps.exception_rows(chosen_apps(subject))),
        sheet("Not read", reads.COLUMNS, reads.unread_rows),
        sheet("Changes", changes.COLUMNS, lambda subject: changes.change_rows(subject.changes)),
    )


def is_told(app: AppComparison, chosen: tuple[str, ...] | None) -> bool:
    """True for a chosen app; where none was chosen, for every app with anything to tell."""
    return worth_telling(app) if chosen is None else app.key in chosen


def _of_all(subjects: Sequence[Subject], rows: Rows) -> Iterator[Row]:
    for subject in subjects:
        tenant = subject.comparison.tenant
        for row in rows(subject):
            yield (tenant.name or "Tenant not read", tenant.id, *row)
