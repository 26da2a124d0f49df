"""What became of verdicts and findings between two comparisons of one tenant, judged by the same pages."""

from msgspec import Struct

from permdesk.domain.finding import AppComparison, Comparison, Finding, Status, Verdict
from permdesk.domain.permission import Permission

_Key = tuple[str | None, str, str]


class StatusChange(Struct, frozen=True, gc=False):
    """One finding whose status is another now.

    Attributes:
        before: None where the app had no such permission at all.
        after: None where it has none any more.
    """

    permission: Permission
    before: Status | None
    after: Status | None


class VerdictChange(Struct, frozen=True, gc=False):
    """One app whose verdict, or the status of any of its findings, is another now.

    Attributes:
        key: as ``AppComparison.key`` names it.
        before: None where the app was not there.
        after: None where it is not there any more.
        findings: ordered as the findings are.
    """

    key: str
    display_name: str
    before: Verdict | None
    after: Verdict | None
    findings: tuple[StatusChange, ...]


def verdict_changes(before: Comparison, after: Comparison) -> tuple[VerdictChange, ...]:
    """Return the apps whose verdict or findings are others now, ordered as the newer comparison is, then the gone ones.

    Raises:
        ValueError: the comparisons are of two tenants.
    """
    if (before.tenant.cloud, before.tenant.id) != (after.tenant.cloud, after.tenant.id):
        raise ValueError("the comparisons are of two tenants")
    earlier = {app.key: app for app in before.apps}
    now = {app.key: app for app in after.apps}
    keys = [*now, *(key for key in earlier if key not in now)]
    return tuple(change for key in keys if (change := _change(key, earlier.get(key), now.get(key))) is not None)


def _change(key: str, before: AppComparison | None, after: AppComparison | None) -> VerdictChange | None:
    here = after or before
    if here is None or (before is not None and after is not None and before == after):
        return None
    had = _findings(before)
    has = _findings(after)
    findings = []
    for name in {**has, **had}:
        one, other = had.get(name), has.get(name)
        found = other or one
        if found is not None and _status(one) is not _status(other):
            findings.append(StatusChange(found.permission, _status(one), _status(other)))
    verdicts = (before.verdict if before else None, after.verdict if after else None)
    if verdicts[0] is verdicts[1] and not findings:
        return None
    return VerdictChange(key, here.display_name, *verdicts, tuple(findings))


def _findings(app: AppComparison | None) -> dict[_Key, Finding]:
    return {_name(finding.permission): finding for finding in app.findings} if app is not None else {}


def _status(finding: Finding | None) -> Status | None:
    return finding.status if finding is not None else None


def _name(permission: Permission) -> _Key:
    api = permission.resource_app_id or permission.resource_object_id
    return api, permission.kind.value, permission.value.casefold() if permission.value is not None else permission.label
