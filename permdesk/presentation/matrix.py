"""The services in use as a grid: which cells the vendor documents, what each brings, and what a tick changes."""

from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.profile import Cell, Condition, Profile, Requirement, Uses
from permdesk.domain.wording import counted
from permdesk.presentation.appearance import CONDITION


class MatrixCell(Struct, frozen=True):
    """One workload and operation; ``number`` counts the permissions it needs under the ticked conditions."""

    cell: Cell
    number: int
    ticked: bool

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        return f"{self.cell.workload}, {self.cell.operation}, {counted(self.number, 'permission')}"


class MatrixCondition(Struct, frozen=True):
    """A condition to tick, with what it applies to and what it adds."""

    condition: Condition
    label: str
    remark: str
    ticked: bool


class Matrix(Struct, frozen=True):
    """The grid of one profile under one choice.

    Attributes:
        workloads: columns, in the page's order.
        operations: rows, in the page's order.
        cells: (workload, operation) -> cell; missing where the vendor documents nothing.
        needed: permissions needed now.
        documented: permissions documented at all.
        chosen: False where nobody has chosen and everything is assumed.
    """

    workloads: tuple[str, ...]
    operations: tuple[str, ...]
    cells: dict[tuple[str, str], MatrixCell]
    conditions: tuple[MatrixCondition, ...]
    needed: int
    documented: int
    chosen: bool

    def column(self, workload: str) -> tuple[MatrixCell, ...]:
        """Return the documented cells of a workload."""
        return tuple(cell for (column, _), cell in self.cells.items() if column == workload)


class NothingTicked(ValueError):
    """A choice without any service: refused, since everything granted would count as excess."""


NOTHING_TICKED = "At least one service has to stay ticked: an app that is used for nothing needs no comparison."


def matrix(profile: Profile, uses: Uses) -> Matrix:
    """Return the grid of a profile under a choice."""
    numbers: dict[Cell, int] = {}
    for requirement in profile.requirements:
        if _condition_holds(requirement, uses):
            for cell in requirement.cells:
                numbers[cell] = numbers.get(cell, 0) + 1
    cells = {
        (cell.workload, cell.operation): MatrixCell(cell, numbers.get(cell, 0), cell in uses.cells)
        for cell in profile.matrix
    }
    return Matrix(
        workloads=tuple(dict.fromkeys(cell.workload for cell in profile.matrix)),
        operations=_operations(profile),
        cells=cells,
        conditions=tuple(_condition(profile, condition, uses) for condition in profile.choosable_conditions),
        needed=sum(uses.needs(requirement) for requirement in profile.requirements),
        documented=len(profile.requirements),
        chosen=uses.chosen,
    )


def _operations(profile: Profile) -> tuple[str, ...]:
    # The longest column knows the page's order; a shorter one would put its own first operation first.
    columns: dict[str, list[str]] = {}
    for cell in profile.matrix:
        columns.setdefault(cell.workload, []).append(cell.operation)
    longest = sorted(columns.values(), key=len, reverse=True)
    return tuple(dict.fromkeys(operation for column in longest for operation in column))


def _condition_holds(requirement: Requirement, uses: Uses) -> bool:
    return requirement.condition is not Condition.CERTIFICATE_SIGN_IN or requirement.condition in uses.conditions


def _condition(profile: Profile, condition: Condition, uses: Uses) -> MatrixCondition:
    concerned = [requirement for requirement in profile.requirements if requirement.condition is condition]
    apis = tuple(dict.fromkeys(requirement.resource for requirement in concerned))
    cells = tuple(dict.fromkeys(f"{cell.workload} {cell.operation}" for r in concerned for cell in r.cells))
    adds = f"adds {counted(len(concerned), 'permission')}"
    applies = f"applies to {', '.join(cells)}, {adds}" if 0 < len(cells) <= 2 else adds
    return MatrixCondition(
        condition, f"{CONDITION[condition]} to {' and '.join(apis)}", applies, condition in uses.conditions
    )


def with_cells(uses: Uses, cells: frozenset[Cell], *, ticked: bool, profile: Profile) -> Uses:
    """Return the choice with these cells ticked or not.

    Raises:
        NothingTicked: no cell would be left.
    """
    left = uses.cells | cells if ticked else uses.cells - cells
    if profile.matrix and not left:
        raise NothingTicked(NOTHING_TICKED)
    return replace(uses, cells=left, chosen=True)


def with_condition(uses: Uses, condition: Condition, *, ticked: bool) -> Uses:
    """Return the choice with a condition ticked or not."""
    conditions = uses.conditions | {condition} if ticked else uses.conditions - {condition}
    return replace(uses, conditions=conditions, chosen=True)
