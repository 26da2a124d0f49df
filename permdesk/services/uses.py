"""Services in use, as a person writes them: WORKLOAD, WORKLOAD/OPERATION, +CONDITION."""

from collections.abc import Iterable, Mapping

from permdesk.domain.names import folded
from permdesk.domain.profile import Cell, Condition, Profile, Uses
from permdesk.domain.text import inert
from permdesk.errors import UsageError
from permdesk.services.compare import require_profile

CONDITION_SIGN = "+"


def parse_overrides(words: Iterable[str], profiles: Mapping[str, Profile]) -> dict[str, Uses]:
    """Return the services in use by profile id from ``PROFILE_ID:CELL`` words.

    Raises:
        UsageError: a profile, workload, operation or condition is not known.
    """
    grouped: dict[str, list[str]] = {}
    for word in words:
        profile_id, colon, cell = word.partition(":")
        if not colon or not cell.strip():
            raise UsageError(
                f"--uses {inert(word, 80)!r} names no service",
                remedy="Write PROFILE_ID:WORKLOAD, PROFILE_ID:WORKLOAD/OPERATION or PROFILE_ID:+CONDITION.",
            )
        require_profile(profiles, profile_id.strip())
        grouped.setdefault(profile_id.strip(), []).append(cell)
    return {profile_id: parse_uses(cells, profiles[profile_id]) for profile_id, cells in grouped.items()}


def parse_uses(words: Iterable[str], profile: Profile) -> Uses:
    """Return the services in use that ``words`` name; where they name conditions alone, every cell stays ticked.

    Raises:
        UsageError: a workload, operation or condition is not known, or nothing would be ticked.
    """
    cells: set[Cell] = set()
    conditions: set[Condition] = set()
    for word in words:
        if word.strip().startswith(CONDITION_SIGN):
            conditions.add(_condition(word.strip().removeprefix(CONDITION_SIGN), profile))
        else:
            cells.update(_cells(word, profile))
    if not cells:
        cells.update(profile.matrix)
    uses = Uses(frozenset(cells), frozenset(conditions), chosen=True)
    check_uses(uses, profile)
    return uses


def check_uses(uses: Uses, profile: Profile) -> None:
    """Raise UsageError where a choice ticks nothing, or something the profile does not have."""
    if not profile.has_choices:
        raise UsageError(f"{profile.name} has no services to choose", detail="Its permissions are needed by every use.")
    if unknown := uses.cells - set(profile.matrix):
        raise UsageError(
            f"{profile.name} has no {inert(str(min(unknown)), 80)!r}", detail=f"It has: {_known(profile)}."
        )
    if unknown_conditions := uses.conditions - set(profile.choosable_conditions):
        raise UsageError(f"{profile.name} has no condition {min(unknown_conditions)!r} to choose")
    if profile.matrix and not uses.cells:
        raise UsageError(
            "Nothing would be ticked", detail="An app that is used for nothing needs no permission.", remedy="Tick one."
        )


def written(uses: Uses, profile: Profile) -> tuple[str, ...]:
    """Return the words that name these services, in the page's order: what ``parse_uses`` reads back."""
    cells = tuple(str(cell) for cell in profile.matrix if cell in uses.cells)
    return cells + tuple(f"{CONDITION_SIGN}{condition.value}" for condition in sorted(uses.conditions))


def _cells(word: str, profile: Profile) -> list[Cell]:
    wanted = folded(word)
    whole = [cell for cell in profile.matrix if folded(cell.workload) == wanted]
    found = whole or [cell for cell in profile.matrix if folded(str(cell)) == _tight(wanted)]
    if found:
        return found
    if not profile.matrix:
        raise UsageError(
            f"{profile.name} has no workloads to choose", detail="Its permissions are needed by every use."
        )
    raise UsageError(f"{profile.name} has no {inert(word, 80)!r}", detail=f"It has: {_known(profile)}.")


def _tight(wanted: str) -> str:
    workload, slash, operation = wanted.rpartition("/")
    return f"{workload.strip()}{slash}{operation.strip()}"


def _condition(word: str, profile: Profile) -> Condition:
    known = {condition.value: condition for condition in profile.choosable_conditions}
    wanted = folded(word)
    if wanted in known:
        return known[wanted]
    names = ", ".join(CONDITION_SIGN + name for name in known) or "none"
    follows = " It follows from its workload." if wanted == Condition.GROUP_MAILBOX_ONLY.value else ""
    raise UsageError(
        f"{profile.name} has no condition {inert(word, 80)!r} to choose", detail=f"It has: {names}.{follows}"
    )


def _known(profile: Profile) -> str:
    operations: dict[str, list[str]] = {}
    for cell in profile.matrix:
        operations.setdefault(cell.workload, []).append(cell.operation)
    return "; ".join(f"{workload}/{{{','.join(names)}}}" for workload, names in operations.items())
