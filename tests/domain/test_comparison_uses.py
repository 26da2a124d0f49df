"""Services in use: what is chosen, what is assumed, and what follows from the evidence."""

import pytest

from permdesk.domain.application import Credential, CredentialKind
from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import AppComparison
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant
from permdesk.domain.profile import Cell, Condition, Uses
from tests.domain.small import (
    APP,
    DELEGATED,
    HERE,
    app_of,
    by_hand,
    compared,
    judged,
    moment,
    needs,
    principal,
    profile_of,
    registration,
    role,
    tenant,
)

Grants = list[AppRoleAssignment | DelegatedGrant]


def verdict(app: AppComparison) -> tuple[str, str | None]:
    return app.verdict.value, app.verdict_reason.value if app.verdict_reason else None


A, B = Cell("A", "x"), Cell("B", "x")
TWO_SERVICES = profile_of(
    needs("Orders.Read", workloads={"A": ("x", "y")}),
    needs("Orders.Write", workloads={"B": ("x",)}),
    needs("Orders.Read", DELEGATED),
)


def documented(app: AppComparison) -> dict[str, str]:
    return {f"{f.permission.kind.value} {f.permission.value}": f.documented.value for f in app.findings}


def test_until_a_person_chooses_every_cell_counts() -> None:
    app = judged(tenant(), TWO_SERVICES)
    assert set(documented(app).values()) == {"yes"}
    assert app.uses is not None
    assert (app.uses.chosen, app.uses.cells) == (False, frozenset({A, Cell("A", "y"), B}))


def test_a_profile_without_services_is_assumed_until_a_person_chooses() -> None:
    app = judged(tenant(), profile_of(needs("Orders.Read")))
    assert app.uses is not None
    assert not app.uses.chosen


def test_cells_that_are_not_ticked_document_for_other_services() -> None:
    everything: Grants = [role("Orders.Read"), role("Orders.Write")]
    told = documented(judged(tenant(granted=everything), TWO_SERVICES, uses=Uses(frozenset({A}))))
    assert told == {
        "application Orders.Read": "yes",
        "application Orders.Write": "other-scope",
        "delegated Orders.Read": "yes",
    }
    bare = documented(judged(tenant(), TWO_SERVICES, uses=Uses(frozenset({A}))))
    assert "application Orders.Write" not in bare


def test_what_was_chosen_for_the_run_replaces_what_was_stored() -> None:
    stored = by_hand(TWO_SERVICES, uses={(APP, TWO_SERVICES.id): Uses(frozenset({A}))})
    app = app_of(compared(tenant(), TWO_SERVICES, knowledge=stored))
    assert app.uses == Uses(frozenset({A}))
    run = app_of(compared(tenant(), TWO_SERVICES, knowledge=stored, uses={TWO_SERVICES.id: Uses(frozenset({B}))}))
    assert run.uses == Uses(frozenset({B}))


def test_a_choice_of_another_app_or_profile_is_not_this_ones() -> None:
    for key in (("another", TWO_SERVICES.id), (APP, "another-profile")):
        knowledge = by_hand(TWO_SERVICES, uses={key: Uses(frozenset({A}))})
        app = app_of(compared(tenant(), TWO_SERVICES, knowledge=knowledge))
        assert app.uses is not None
        assert not app.uses.chosen


@pytest.mark.parametrize(
    ("cells", "told"),
    [({A, Cell("Gone", "x")}, {A}), ({Cell("Gone", "x")}, None), (set(), None)],
    ids=["a cell the page lost", "all lost", "nothing ticked"],
)
def test_a_choice_is_held_against_the_page_as_it_is(cells: set[Cell], told: set[Cell] | None) -> None:
    app = judged(tenant(), TWO_SERVICES, uses=Uses(frozenset(cells)))
    assert app.uses is not None
    assert (app.uses.cells if app.uses.chosen else None) == told


CERTIFICATE = profile_of(
    needs("Orders.Read", condition=Condition.CERTIFICATE_SIGN_IN),
    needs("Orders.Write", condition=Condition.GROUP_MAILBOX_ONLY),
)


def evidence(*kinds: CredentialKind) -> list[Credential]:
    return [Credential(kind, moment("2026-01-01"), moment("2027-12-01")) for kind in kinds]


@pytest.mark.parametrize(
    ("credentials", "needed"),
    [
        (evidence(CredentialKind.CERTIFICATE), True),
        (evidence(CredentialKind.SECRET, CredentialKind.CERTIFICATE), True),
        (evidence(CredentialKind.SECRET), False),
        ([], False),
    ],
    ids=["certificate", "both", "secret", "nothing"],
)
def test_certificate_sign_in_follows_the_evidence(credentials: list[Credential], needed: bool) -> None:
    snapshot = tenant(registrations=[registration([], credentials)], principals=[principal(owner_tenant_id=HERE)])
    app = judged(snapshot, CERTIFICATE)
    assert ("application Orders.Read" in documented(app)) is needed
    assert documented(app)["application Orders.Write"] == "yes"
    on = judged(snapshot, CERTIFICATE, uses=Uses(frozenset(), frozenset({Condition.CERTIFICATE_SIGN_IN})))
    off = judged(snapshot, CERTIFICATE, uses=Uses(frozenset()))
    assert "application Orders.Read" in documented(on)
    assert "application Orders.Read" not in documented(off)


@pytest.mark.parametrize(
    ("grants", "told"),
    [
        ([role("Orders.Read"), role("Orders.Write")], ("COMPLIANT", None)),
        ([role("Orders.Write")], ("UNVERIFIED", "not-read")),
    ],
)
def test_certificate_sign_in_is_not_guessed_of_an_unread_registration(
    grants: Grants, told: tuple[str, str | None]
) -> None:
    snapshot = tenant(granted=grants, principals=[principal(owner_tenant_id=HERE)], unread=[ReadName.APPLICATIONS])
    app = judged(snapshot, CERTIFICATE)
    assert verdict(app) == told
    assert app.excess_complete is (len(grants) == 1)
    chosen = judged(snapshot, CERTIFICATE, uses=Uses(frozenset()))
    assert verdict(chosen) == (("EXCESSIVE", None) if len(grants) == 2 else ("COMPLIANT", None))
