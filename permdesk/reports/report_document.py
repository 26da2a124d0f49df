"""The document of ``report --format json``: a contract other programs rely on, named permdesk.report/1."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from permdesk.domain.finding import AppComparison, Verdict
from permdesk.domain.fingerprint import short_fingerprint
from permdesk.domain.tenant import Account
from permdesk.presentation.summary import Summary
from permdesk.reports.charts import TrendPoint
from permdesk.reports.check_document import acceptance_document, check_document, iso_day, rfc3339
from permdesk.reports.diff_document import diff_document
from permdesk.reports.subject import Subject, UnreadTenant

SCHEMA = "permdesk.report/1"

Document = dict[str, Any]


def report_document(
    subjects: Sequence[Subject], chosen: tuple[str, ...] | None = None, unread: Sequence[UnreadTenant] = ()
) -> Document:
    """Return a report as plain dictionaries, lists, texts and numbers, in a fixed order.

    Args:
        subjects: the tenants, at least one.
        chosen: keys of the apps that ``check`` and ``exceptions`` tell of; None for every app with anything to tell.
            The numbers and the changes are always those of the whole tenant.
        unread: tenants that belong to the report and were not read.
    """
    return {
        "schema": SCHEMA,
        "program": f"permdesk {subjects[0].program_version}",
        "tenants": [_tenant(subject, chosen) for subject in subjects],
        "not_read": [_unread(one) for one in unread],
    }


def _unread(one: UnreadTenant) -> Document:
    return {
        "tenant": {"id": one.tenant_id, "name": one.name, "cloud": one.cloud},
        "account": one.account or None,
        "reason": one.reason,
        "remedy": one.remedy or None,
        "last_read_at": rfc3339(one.last_read_at) if one.last_read_at is not None else None,
    }


def _tenant(subject: Subject, chosen: tuple[str, ...] | None) -> Document:
    comparison, changes = subject.comparison, subject.changes
    apps = comparison.apps if chosen is None else tuple(app for app in comparison.apps if app.key in chosen)
    return {
        "fingerprint": {"sha256": subject.fingerprint, "short": short_fingerprint(subject.fingerprint)}
        if subject.fingerprint
        else None,
        "ended_at": rfc3339(comparison.ended_at) if comparison.ended_at is not None else None,
        "judged_on": subject.judged_on.isoformat(),
        "account": _account(comparison.account),
        "summary": _summary(subject.summary),
        "check": check_document(comparison, apps=apps if chosen is not None else None, everything=chosen is not None),
        "exceptions": list(_accepted(apps)),
        "previous": diff_document(changes) if changes is not None else None,
        "trend": [_point(point) for point in subject.trend],
    }


def _account(account: Account) -> Document:
    return {
        "username": account.username,
        "object_id": account.object_id,
        "home_tenant_id": account.home_tenant_id,
        "roles": None
        if account.roles is None
        else [{"template_id": role.template_id, "name": role.name} for role in account.roles],
    }


def _summary(summary: Summary) -> Document:
    return {
        "apps": summary.apps,
        "microsoft": summary.microsoft,
        "verdicts": {
            verdict.value: summary.verdicts.get(verdict, 0) for verdict in Verdict if verdict is not Verdict.NO_BASELINE
        },
        "unconfirmed": summary.unconfirmed,
        "missing": summary.missing,
        "excess": summary.excess,
        "excess_not_fully_read": summary.excess_unread,
        "own_manifest": {"apps": summary.own, "not_as_configured": summary.own_to_look},
        "reach": {
            line.flag.value: {
                "apps": [
                    {"app": holder.app_key, "permissions": list(holder.values), "single_accounts_only": holder.single}
                    for holder in line.holders
                ],
                "not_read": line.unread,
            }
            for line in summary.reach
        },
        "attention": [
            {"app": one.app_key, "display_name": one.name, "sentence": one.sentence} for one in summary.attention
        ],
    }


def _accepted(apps: Iterable[AppComparison]) -> Iterator[Document]:
    for app in apps:
        for finding in app.findings:
            if finding.accepted is not None:
                yield {
                    "app_id": app.app_id,
                    "display_name": app.display_name,
                    "resource_app_id": finding.permission.resource_app_id,
                    "kind": finding.permission.kind.value,
                    "value": finding.permission.label,
                    "status": finding.status.value,
                    **acceptance_document(finding.accepted),
                }


def _point(point: TrendPoint) -> Document:
    return {
        "day": iso_day(point.day),
        "needed": point.needed,
        "granted": point.granted,
        "missing": point.missing,
        "excess": point.excess,
        "not_read": point.unread,
        "complete": point.complete,
    }
