"""Reads by whom and when an app's grants changed, from the directory audit log.

Sources: learn.microsoft.com/graph/api/directoryaudit-list for the request, the permissions (AuditLog.Read.All and
Directory.Read.All) and the roles; learn.microsoft.com/graph/api/resources/directoryaudit and targetresource for the
entries. Of the entries that tell of grants, the first target is the API and the second the app; the properties of the
first carry what changed, as JSON texts. What a "Consent to application" changed is not taken from its own text: of a
consent that is given again that text shows no difference, while the entries beside it do.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.audit import Actor, ActorKind, AuditedChange, AuditStatus, AuditTrail
from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.permission import Kind
from permdesk.domain.ports import CancelToken
from permdesk.errors import FormatError
from permdesk.graph.asked_now import read_lists
from permdesk.graph.client import GraphClient
from permdesk.graph.pages import Row, page_decoder
from permdesk.graph.remembered import is_guid
from permdesk.graph.requests import ListRequest, Variant

_NEEDED = ("AuditLog.Read.All", "Directory.Read.All")
#: What includes one of them, case folded.
_MORE = {"Directory.Read.All": "directory.readwrite.all"}
#: Each of which may read the log.
_ROLES = "Reports Reader, Security Reader or Security Administrator"
_CONSENT = "Consent to application"
#: Activities that tell of grants, with the kind of permission.
_ACTIVITIES = {
    "Add app role assignment to service principal": Kind.APPLICATION,
    "Remove app role assignment from service principal": Kind.APPLICATION,
    "Add delegated permission grant": Kind.DELEGATED,
    "Remove delegated permission grant": Kind.DELEGATED,
}
_KINDS = {activity.casefold(): kind for activity, kind in _ACTIVITIES.items()}
_PAGE = 100
#: Clouds without it, as the table "National cloud deployments" of the request's page says.
_NOT_OFFERED = frozenset({"china"})
_EVERYBODY = "allprincipals"


class _Property(Struct, rename="camel"):
    display_name: str | None = None
    old_value: str | None = None
    new_value: str | None = None


class _Target(Struct, rename="camel"):
    id: str | None = None
    modified_properties: list[_Property] | None = None


class _Person(Struct, rename="camel"):
    id: str | None = None
    display_name: str | None = None
    user_principal_name: str | None = None


class _App(Struct, rename="camel"):
    service_principal_id: str | None = None
    app_id: str | None = None
    display_name: str | None = None


class _Initiator(Struct, rename="camel"):
    user: _Person | None = None
    app: _App | None = None


class _Entry(Struct, rename="camel"):
    """GET /auditLogs/directoryAudits."""

    id: str
    activity_date_time: str
    activity_display_name: str | None = None
    result: str | None = None
    initiated_by: _Initiator | None = None
    target_resources: list[_Target] | None = None


class AuditLog:
    """Asks the log about one app.

    Args:
        client: of the tenant's Graph endpoint.
        permissions: the delegated permissions of the token; None where it does not tell.
        clock: the present moment, with time zone.
    """

    def __init__(
        self, client: GraphClient, *, permissions: Collection[str] | None, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._permissions = permissions
        self._clock = clock

    def of_app(self, object_id: str, *, since: datetime, cancel: CancelToken) -> AuditTrail:
        """Return what the log tells of an app's grants; where it tells nothing, why.

        Args:
            object_id: the app's service principal's.
            since: entries before this are not asked for.
            cancel: asked several times a second.

        Raises:
            SignInError: Microsoft does not accept the token.
            Cancelled: the person cancelled.
        """
        now = self._clock()
        nothing = AuditTrail(AuditStatus.FAILED, since, now)
        if self._client.cloud.id in _NOT_OFFERED:
            return replace(nothing, detail="Microsoft does not offer the audit log in this cloud")
        held = {value.casefold() for value in self._permissions or ()}
        missing = [value for value in _NEEDED if held.isdisjoint({value.casefold(), _MORE.get(value, "")})]
        if self._permissions is not None and missing:
            return replace(
                nothing,
                status=AuditStatus.NOT_GRANTED,
                detail=f"This sign-in does not have {' and '.join(missing)}",
                remedy=f"Grant {' and '.join(missing)} to the app you sign in through, then sign in again.",
            )
        if not is_guid(object_id):
            return replace(nothing, detail="The app's object ID is no GUID")
        (found,) = read_lists(
            self._client, [_entries_of(object_id, since)], label="Audit log", cancel=cancel, packed=False
        )
        read = found.coverage
        if read.status is ReadStatus.REFUSED:
            return replace(
                nothing,
                status=AuditStatus.REFUSED,
                detail=read.detail or "",
                remedy=f"It needs {' and '.join(_NEEDED)}, a directory role such as {_ROLES}, "
                "and a licence of Microsoft Entra ID P1.",
            )
        if read.status in (ReadStatus.FAILED, ReadStatus.SKIPPED):
            return replace(nothing, detail=read.detail or "", remedy=found.remedy)
        status = AuditStatus.READ if read.complete else AuditStatus.PARTIAL
        # The service filters by time to the second.
        changes = sorted((one for one in found.rows if one.at >= since), key=lambda one: (one.at, one.event_id))
        return replace(nothing, status=status, changes=tuple(changes), detail=read.detail or "")


def _entries_of(object_id: str, since: datetime) -> ListRequest[AuditedChange]:
    """GET directoryAudits since a moment in which the app is a target; where that cannot be asked, of its activities.

    The second way brings other apps' entries too: they are left out, for each names the app it tells of.
    """
    from_then = f"activityDateTime ge {since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    activities = " or ".join(f"activityDisplayName eq '{name}'" for name in (_CONSENT, *_ACTIVITIES))
    filters = (f"{from_then} and targetResources/any(t:t/id eq '{object_id}')", f"{from_then} and ({activities})")
    paths = (f"auditLogs/directoryAudits?$filter={text}&$top={_PAGE}".replace(" ", "%20") for text in filters)

    def convert(entry: _Entry) -> Row[AuditedChange]:
        return entry.id, _change(entry, object_id), None

    return ListRequest(
        # No list of the contract: it never reaches a scan's coverage.
        ReadName.DIRECTORY_ROLES,
        "Directory audit log",
        tuple(Variant(path) for path in paths),
        page_decoder("auditLogs/directoryAudits", _Entry, convert),
        part="directoryAudits",
    )


def _change(entry: _Entry, object_id: str) -> AuditedChange | None:
    """Return what an entry tells of the app's grants; None where it tells of none, or did not succeed."""
    activity = entry.activity_display_name or ""
    targets = entry.target_resources or []
    if (entry.result or "").casefold() != "success" or not targets:
        return None
    try:
        at = datetime.fromisoformat(entry.activity_date_time)
    except ValueError:
        raise FormatError("activityDateTime is no time") from None
    change = AuditedChange(entry.id, at if at.tzinfo else at.replace(tzinfo=UTC), activity, _actor(entry.initiated_by))
    ids = [(target.id or "").casefold() for target in targets]
    if activity.casefold() == _CONSENT.casefold():
        return change if ids[0] == object_id else None
    kind = _KINDS.get(activity.casefold())
    properties = {one.display_name: one for target in targets for one in target.modified_properties or ()}
    client = _either(properties.get("ServicePrincipal.ObjectID")).casefold()
    if kind is None or object_id != (client or next(iter(ids[1:]), "")):
        return None
    if kind is Kind.APPLICATION:
        names = tuple(
            name.lower() for part in ("AppRole.Id", "AppRole.Value") if (name := _either(properties.get(part)))
        )
        came = activity.casefold().startswith("add")
        return replace(
            change, resource_id=ids[0], kind=kind, added=names if came else (), removed=() if came else names
        )
    if _either(properties.get("DelegatedPermissionGrant.ConsentType")).casefold() != _EVERYBODY:
        # One person's consent is no grant for the tenant.
        return None
    scope = properties.get("DelegatedPermissionGrant.Scope") or _Property()
    old, new = _words(scope.old_value), _words(scope.new_value)
    return replace(
        change,
        resource_id=ids[0],
        kind=kind,
        added=tuple(word for word in new if word not in old),
        removed=tuple(word for word in old if word not in new),
    )


def _actor(told: _Initiator | None) -> Actor:
    person, app = (told.user, told.app) if told is not None else (None, None)
    if person is not None and (person.id or person.user_principal_name):
        # The display name may be that of a service of Microsoft's which did it for the person.
        return Actor(ActorKind.PERSON, person.id, person.user_principal_name or person.display_name)
    if app is not None:
        return Actor(ActorKind.APP, app.service_principal_id or app.app_id, app.display_name)
    return Actor()


def _text(value: str | None) -> str:
    """Return the text that a property's value carries: a JSON text, as a rule."""
    if value is None:
        return ""
    try:
        return msgspec.json.decode(value.encode(), type=str)
    except (msgspec.MsgspecError, ValueError):
        return value


def _either(one: _Property | None) -> str:
    return (_text(one.new_value) or _text(one.old_value)).strip() if one is not None else ""


def _words(value: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_text(value).lower().split()))
