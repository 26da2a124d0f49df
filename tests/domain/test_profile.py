"""Which requirements count, for which services in use."""

from itertools import product

import pytest
from msgspec.structs import replace

from permdesk.domain.permission import Kind
from permdesk.domain.profile import Cell, Condition, Uses, assumed_uses
from tests.domain.small import needs, profile_of

MAIL, SITES, RESTORE = Cell("Mail", "Backup"), Cell("Sites", "Backup"), Cell("Mail", "Restore")


@pytest.mark.parametrize(
    ("workloads", "ticked", "needed"),
    [
        ({}, set(), True),
        ({"Mail": ("Backup",)}, set(), False),
        ({"Mail": ("Backup",)}, {MAIL}, True),
        ({"Mail": ("Backup",)}, {RESTORE, SITES}, False),
        ({"Mail": ("Backup", "Restore")}, {RESTORE}, True),
        ({"Mail": ("Backup",), "Sites": ("Backup",)}, {SITES}, True),
    ],
)
def test_one_ticked_cell_is_enough(workloads: dict[str, tuple[str, ...]], ticked: set[Cell], needed: bool) -> None:
    assert Uses(frozenset(ticked)).needs(needs("Orders.Read", workloads=workloads)) is needed


@pytest.mark.parametrize(("condition", "on", "ticked"), list(product([None, *Condition], [False, True], [False, True])))
def test_a_condition_to_tick_is_asked_beside_the_cells(condition: Condition | None, on: bool, ticked: bool) -> None:
    uses = Uses(frozenset({MAIL} if ticked else ()), frozenset({Condition.CERTIFICATE_SIGN_IN} if on else ()))
    holds = on or condition is not Condition.CERTIFICATE_SIGN_IN
    line = needs("Orders.Read", condition=condition, workloads={"Mail": ("Backup",)})
    assert uses.needs(line) is (holds and ticked)
    assert uses.needs(replace(line, workloads={})) is holds


PROFILE = profile_of(
    needs("Orders.Read", workloads={"Mail": ("Backup", "Restore")}),
    needs("Orders.Write", workloads={"Mail": ("Backup",), "Sites": ("Backup",)}),
    needs("Stock.Read", Kind.DELEGATED, condition=Condition.GROUP_MAILBOX_ONLY),
)


def test_only_conditions_that_a_person_ticks_are_offered() -> None:
    assert PROFILE.choosable_conditions == ()
    certificate = needs("Stock.Write", condition=Condition.CERTIFICATE_SIGN_IN)
    assert profile_of(*PROFILE.requirements, certificate).choosable_conditions == (Condition.CERTIFICATE_SIGN_IN,)
    assert profile_of(certificate).has_choices
    assert PROFILE.has_choices
    assert not profile_of(needs("Orders.Read")).has_choices


@pytest.mark.parametrize("certificate", [False, True])
def test_until_a_person_chooses_everything_is_ticked(certificate: bool) -> None:
    asks = profile_of(*PROFILE.requirements, needs("Stock.Write", condition=Condition.CERTIFICATE_SIGN_IN))
    uses = assumed_uses(asks, certificate=certificate)
    assert (uses.cells, uses.chosen) == (frozenset({MAIL, RESTORE, SITES}), False)
    assert uses.conditions == (frozenset({Condition.CERTIFICATE_SIGN_IN}) if certificate else frozenset())
    assert assumed_uses(PROFILE, certificate=certificate).conditions == frozenset()
    assert set(asks.matrix) == uses.cells
