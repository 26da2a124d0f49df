"""Describe: what a person says about an app; kept at once, and checked before."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from permdesk.domain.finding import AppComparison, Comparison, Finding, MatchedBy, Status
from permdesk.domain.knowledge import Acceptance, Binding, Knowledge, PermissionKey
from permdesk.domain.permission import Kind, Permission
from permdesk.domain.ports import KnowledgeStore
from permdesk.domain.profile import Profile, Uses
from permdesk.domain.tenant import Tenant
from permdesk.domain.text import inert
from permdesk.errors import UsageError
from permdesk.services.compare import require_profile
from permdesk.services.uses import check_uses

_ACCEPTABLE = frozenset({Status.MISSING, Status.PARTIAL, Status.EXCESS})
_NAME_LIMIT = 80


class Describe:
    """Keeps a person's words about the apps of a compared tenant.

    Every method raises UsageError where the words make no sense, and StorageError where they could not be kept.

    Args:
        said: where words are kept.
        today: the day of the computer.
        ground: what was said of a tenant before anybody opened it, as with the sample: it lies under the kept words,
            and taking those back does not bring it to light again.
    """

    def __init__(
        self,
        *,
        said: KnowledgeStore,
        today: Callable[[], date],
        ground: Callable[[Tenant], Knowledge] = lambda _tenant: Knowledge(),
    ) -> None:
        self._said = said
        self._today = today
        self._ground = ground

    def bind(self, comparison: Comparison, app: AppComparison, profile_id: str) -> None:
        """Hold an app against a profile, by hand; that confirms it."""
        require_profile(comparison.profiles, profile_id)
        self._bind(comparison, app, Binding(profile_id, by_hand=True, decided=self._today()))

    def confirm(self, comparison: Comparison, app: AppComparison) -> None:
        """Say that an app is the one its profile speaks of."""
        if app.profile is None or app.app_id is None:
            candidates = f"Candidates: {', '.join(app.candidates)}." if app.candidates else ""
            raise UsageError(
                f"{_name(app)} is not held against a profile, so there is nothing to confirm",
                detail=candidates,
                remedy="Bind it to a profile: that confirms it.",
            )
        by_hand = app.matched_by is MatchedBy.PERSON
        self._bind(comparison, app, Binding(app.profile.id, by_hand=by_hand, decided=self._today()))

    def unbind(self, comparison: Comparison, app: AppComparison) -> None:
        """Say that an app has no profile; permdesk does not bind it again by itself."""
        self._bind(comparison, app, Binding(None, by_hand=True, decided=self._today()))

    def forget(self, comparison: Comparison, app: AppComparison) -> None:
        """Take back every word about an app's profile; permdesk finds one by itself again."""
        self._bind(comparison, app, None)

    def choose_uses(self, comparison: Comparison, app: AppComparison, uses: Uses | None) -> None:
        """Keep the services in use of an app; with None everything is assumed again, whatever was chosen before."""
        profile = _profile(app)
        if uses is not None:
            check_uses(uses, profile)
        elif (app.app_id, profile.id) in self._ground(comparison.tenant).uses:
            # An empty choice counts as none.
            uses = Uses(frozenset(), frozenset())
        self._said.set_uses(**_place(comparison), app_id=_app_id(app), profile_id=profile.id, uses=uses)

    def accept(
        self,
        comparison: Comparison,
        app: AppComparison,
        finding: Finding,
        *,
        reason: str,
        by: str,
        until: date | None = None,
    ) -> None:
        """Accept a missing, partial or excess permission, until a review date."""
        permission = finding.permission
        if finding.status not in _ACCEPTABLE:
            raise UsageError(
                f"{inert(permission.label, _NAME_LIMIT)} of {_name(app)} is nothing to accept",
                detail="Only missing, partial and excess permissions are accepted.",
            )
        if not reason.strip() or not by.strip():
            raise UsageError("An acceptance needs a reason and a name", remedy="Say why it is accepted, and by whom.")
        if until is not None and until < self._today():
            raise UsageError(f"The review date {until.isoformat()} is past", remedy="Name a day to come.")
        key = _permission_key(permission)
        if key is None:
            raise UsageError("This grant names no permission, so it cannot be accepted")
        acceptance = Acceptance(_app_id(app), key, reason.strip(), by.strip(), until)
        self._said.accept(**_place(comparison), acceptance=acceptance)

    def withdraw(self, comparison: Comparison, app: AppComparison, finding: Finding) -> None:
        """Take back the acceptance of a permission; the finding counts again."""
        held, key = finding.accepted, _permission_key(finding.permission)
        if held is None or key is None:
            raise UsageError(f"{inert(finding.permission.label, _NAME_LIMIT)} of {_name(app)} is not accepted")
        place, app_id = _place(comparison), _app_id(app)
        ground = self._ground(comparison.tenant).acceptances
        if not any(one.app_id == app_id and one.permission == key for one in ground):
            self._said.withdraw(**place, app_id=app_id, permission=key)
            return
        # What lies over it has to end it.
        ended = min(self._today(), comparison.read_at.date()) - timedelta(days=1)
        self._said.accept(**place, acceptance=Acceptance(app_id, key, held.reason, held.by, ended))

    def expect(self, comparison: Comparison, profile_id: str, *, expected: bool) -> None:
        """Say whether an app of this profile belongs into the tenant."""
        require_profile(comparison.profiles, profile_id)
        self._said.expect(**_place(comparison), profile_id=profile_id, expected=expected)

    def _bind(self, comparison: Comparison, app: AppComparison, binding: Binding | None) -> None:
        self._said.bind(**_place(comparison), app_id=_app_id(app), binding=binding)


def find_finding(app: AppComparison, text: str, *, kind: Kind | None = None, api: str | None = None) -> Finding:
    """Return the one permission of an app that ``text`` names by value or id.

    Args:
        app: the app.
        text: value, in any case, or id.
        kind: where one value exists in both.
        api: appId or name of the API, where several publish the value.

    Raises:
        UsageError: no such permission among the app's, or several.
    """
    wanted = text.strip().casefold()
    found = [
        finding
        for finding in app.findings
        if wanted in ((finding.permission.value or "").casefold(), finding.permission.id)
        and (kind is None or finding.permission.kind is kind)
        and (
            api is None
            or api.casefold() in (finding.permission.resource_app_id, finding.permission.resource.casefold())
        )
    ]
    if len(found) == 1:
        return found[0]
    shown = inert(text, _NAME_LIMIT)
    if not found:
        raise UsageError(f"{_name(app)} has no permission {shown!r}", detail=_permissions(app.findings))
    raise UsageError(
        f"{_name(app)} has {len(found)} permissions called {shown!r}",
        detail=_permissions(found),
        remedy="Name one with --api and --kind.",
    )


def _permissions(findings: Iterable[Finding]) -> str:
    acceptable = [finding for finding in findings if finding.status in _ACCEPTABLE]
    names = [
        f"{inert(f.permission.label, _NAME_LIMIT)} ({f.permission.kind}, {inert(f.permission.resource, _NAME_LIMIT)})"
        for f in acceptable[:20]
    ]
    return f"It has: {'; '.join(names)}." if names else ""


def _permission_key(permission: Permission) -> PermissionKey | None:
    value = permission.value if permission.value is not None else permission.id
    return PermissionKey(permission.resource_app_id, permission.kind, value) if value is not None else None


def _place(comparison: Comparison) -> dict[str, str]:
    if not comparison.tenant.id:
        # Words kept without a tenant would hold in the next tenant that cannot be told either.
        raise UsageError(
            "Nobody can say which tenant this scan is of, so nothing said about it can be kept",
            remedy="Sign in with an account that may read /organization, and scan again.",
        )
    return {"cloud": comparison.tenant.cloud, "tenant_id": comparison.tenant.id}


def _name(app: AppComparison) -> str:
    return inert(app.display_name, _NAME_LIMIT)


def _profile(app: AppComparison) -> Profile:
    if app.profile is None:
        raise UsageError(f"{_name(app)} is not held against a profile", remedy="Bind it to a profile first.")
    return app.profile


def _app_id(app: AppComparison) -> str:
    if app.app_id is None:
        raise UsageError(f"{_name(app)} is not in this tenant, so nothing can be said about it")
    return app.app_id
