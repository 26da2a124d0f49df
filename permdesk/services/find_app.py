"""Find one app by appId, object id or exact name."""

from permdesk.domain.finding import AppComparison, Comparison
from permdesk.domain.names import folded, one_edit_apart
from permdesk.domain.text import inert
from permdesk.errors import UsageError

_MOST = 8
_NAME_LIMIT = 80


def find_app(comparison: Comparison, text: str) -> AppComparison:
    """Return the one app that ``text`` names.

    An id beats a name, and a name as written beats one that differs in case or white space alone.

    Raises:
        UsageError: no app, or several; near ones and candidates are named with their appIds.
    """
    wanted = text.strip()
    if not wanted:
        # A variable that a script never set must not mean an app whose name is blank.
        raise UsageError("No app is named", remedy="Name it by its app ID, its object ID or its exact name.")
    identifier = wanted.lower()
    by_id = [app for app in comparison.apps if identifier in (app.app_id, app.object_id, app.registration_id)]
    exact = by_id or [app for app in comparison.apps if app.display_name == text]
    found = exact or [app for app in comparison.apps if folded(app.display_name) == folded(wanted)]
    if len(found) == 1:
        return found[0]
    shown = inert(text, _NAME_LIMIT)
    if found:
        raise UsageError(
            f"{len(found)} apps are called {shown!r}",
            detail=_listed(found),
            remedy="Name one by its app ID or object ID.",
        )
    near = _near(comparison, wanted)
    raise UsageError(
        f"There is no app {shown!r} in {inert(comparison.tenant.name, _NAME_LIMIT)}",
        detail=f"Near it: {_listed(near)}" if near else "",
        remedy="Name it by its app ID, its object ID or its exact name.",
    )


def _near(comparison: Comparison, text: str) -> list[AppComparison]:
    key = folded(text)
    if not key:
        return []
    return [
        app
        for app in comparison.apps
        if key in folded(app.display_name) or one_edit_apart(key, folded(app.display_name))
    ]


def _listed(apps: list[AppComparison]) -> str:
    lines = [
        f"{inert(app.display_name, _NAME_LIMIT)} (app ID {app.app_id}, object ID {app.object_id or 'none'})"
        for app in apps[:_MOST]
    ]
    if len(apps) > _MOST:
        lines.append(f"{len(apps) - _MOST:,} more")
    return "; ".join(lines) + "."
