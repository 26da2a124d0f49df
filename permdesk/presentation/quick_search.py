"""The search from anywhere: an app by name or ID, or who holds a permission."""

from collections.abc import Sequence

from msgspec import Struct

from permdesk.domain.text import inert
from permdesk.presentation.app_rows import AppRow
from permdesk.presentation.search import AppFilter, AppRows, asked_permission

MOST_APPS = 7
MOST_PERMISSIONS = 4
#: Longer text than this finds nothing and costs time.
LONGEST_TEXT = 200


class Hit(Struct, frozen=True):
    """One line of the results.

    Attributes:
        title: what it is called.
        remark: the second line.
        app_key: the app to show; None for a question.
        permission: the permission whose holders to show; None for an app.
    """

    title: str
    remark: str
    app_key: str | None = None
    permission: str | None = None


def search(rows: AppRows, permissions: Sequence[tuple[str, str]], text: str) -> list[Hit]:
    """Return what a text finds, the likeliest first.

    Args:
        rows: the apps of a tenant.
        permissions: (case-folded, as spelled) values, sorted.
        text: what was typed; a question such as "who holds Mail.ReadWrite?" is understood.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        return []
    asked = asked_permission(text)
    if asked is not None:
        known = rows.known_permission(asked)
        return [_question(known or asked)]
    exact = rows.known_permission(text)
    hits = [_question(exact)] if exact is not None else []
    hits += _apps(rows, text)
    folded = text.casefold()
    if " " not in folded and len(folded) > 2:
        begins = [spelled for value, spelled in permissions if value.startswith(folded) and spelled != exact]
        within = [spelled for value, spelled in permissions if folded in value and not value.startswith(folded)]
        hits += [_question(value) for value in (begins + within)[:MOST_PERMISSIONS]]
    return hits


def _apps(rows: AppRows, text: str) -> list[Hit]:
    hits = []
    for line in rows.listing(AppFilter(text=text), microsoft=True).lines:
        if isinstance(line, AppRow):
            hits.append(Hit(line.title, f"{line.look.label} · {line.subtitle}", app_key=line.key))
            if len(hits) == MOST_APPS:
                break
    return hits


def _question(value: str) -> Hit:
    shown = inert(value, 120)
    return Hit(f"Who holds {shown}?", "Shows the apps that hold it, as far as could be read", permission=value)
