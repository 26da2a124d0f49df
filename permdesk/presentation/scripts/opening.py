"""The comment that a script begins with: what it changes, where, and what whoever runs it needs."""

from collections.abc import Iterator

from permdesk.domain.consent_who import APPLICATION_ROLES, PRIVILEGED_ROLES
from permdesk.domain.permission import Permission
from permdesk.domain.repair import Deed, Move, Repair
from permdesk.domain.text import inert
from permdesk.domain.wording import counted

_NAME = 120
_WORD = {Deed.GIVE: "gives", Deed.TAKE: "takes"}


def opening(repair: Repair) -> tuple[str, ...]:
    """Return the lines, each of them one line of plain text, with ``# `` before it."""
    return tuple(f"# {line}".rstrip() for line in _lines(repair))


def _lines(repair: Repair) -> Iterator[str]:
    yield f"{inert(repair.app_name, _NAME)} in {inert(repair.tenant.name, _NAME)}"
    yield repair.why
    yield "It was made by permdesk from what a scan recorded; read it before you run it."
    yield ""
    if not repair.moves:
        yield "There is nothing to do."
    for move in repair.moves:
        yield f"{_WORD[move.deed]} {_told(move.permission)}{_for_whom(move)}"
    for permission, why in repair.left_out:
        yield f"leaves out {_told(permission)}: {why}"
    roles = PRIVILEGED_ROLES if repair.needs_privileged else (*APPLICATION_ROLES, *PRIVILEGED_ROLES)
    yield ""
    yield f"Run it as {', '.join(roles[:-1])} or {roles[-1]}."
    yield f"The sign-in needs {', '.join(repair.scopes)}."
    yield f"{counted(len(repair.moves), 'change')}; what is already so is left as it is."


def _told(permission: Permission) -> str:
    return f"{inert(permission.label, _NAME)} ({inert(permission.resource, _NAME)}, {permission.kind.value})"


def _for_whom(move: Move) -> str:
    return f" for the account {move.account}" if move.account is not None else ""
