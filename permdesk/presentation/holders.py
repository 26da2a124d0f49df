"""The words for who holds a role: the same in the sheet, on the clipboard and on the command line."""

from collections.abc import Iterator

from permdesk.domain.role_holders import Holder, HolderKind, HoldersRead, RoleHolders
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, verb

_NAME = 80
_KIND = {
    HolderKind.GROUP: "group: its members hold it",
    HolderKind.APP: "app",
    HolderKind.UNKNOWN: "of a kind that is not told",
}
#: What no list of holders tells.
BOUNDARY = "Whoever is only eligible in Privileged Identity Management is not among them."


def holder_name(holder: Holder) -> str:
    """Return what a holder is called; its object id where the directory keeps the name to itself."""
    return inert(holder.name or holder.username or holder.object_id, _NAME)


def holder_remark(holder: Holder) -> str:
    """Return what there is to say besides: how to reach a person, or what it is instead."""
    said = []
    if holder.kind in _KIND:
        said.append(_KIND[holder.kind])
    elif holder.username and holder.name:
        said.append(inert(holder.username, _NAME))
    if holder.enabled is False:
        said.append("switched off")
    return ", ".join(said)


def role_title(one: RoleHolders) -> str:
    """Return the role and how many hold it."""
    return f"{inert(one.role.name, _NAME)}: {counted(len(one.holders), 'holder') if one.holders else 'nobody'}"


def role_remarks(one: RoleHolders) -> tuple[str, ...]:
    """Return what limits a list: those who hold the role for a part of the tenant, and what was not read."""
    said = []
    if one.scoped:
        said.append(
            f"{one.scoped:,} more {verb(one.scoped, 'holds', 'hold')} it for a part of the tenant alone, "
            "which is not enough."
        )
    if one.detail is not None:
        said.append(f"The list is not whole: {inert(one.detail, 200).rstrip('.')}.")
    return tuple(said)


def holders_text(read: HoldersRead) -> str:
    """Return all of it as text, to be sent or filed."""
    return "\n".join(holder_lines(read)) + "\n"


def holder_lines(read: HoldersRead, *, most: int | None = None) -> Iterator[str]:
    """Yield all of it line by line.

    Args:
        read: the lists.
        most: holders of one role before the rest is counted; None for all.
    """
    for one in read.roles:
        yield role_title(one)
        for holder in one.holders[:most]:
            remark = holder_remark(holder)
            yield f"  {holder_name(holder)}{f' ({remark})' if remark else ''}"
        if most is not None and len(one.holders) > most:
            yield f"  and {len(one.holders) - most:,} more"
        for remark in role_remarks(one):
            yield f"  {remark}"
    yield BOUNDARY
