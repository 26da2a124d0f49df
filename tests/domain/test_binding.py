"""Which app is held against which profile, and how sure that is."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from permdesk.domain.application import Registration, ServicePrincipal
from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import AppComparison, AppFlag, Baseline, MatchedBy, Verdict, VerdictReason
from permdesk.domain.knowledge import Binding, Knowledge
from permdesk.domain.profile import Profile, ProfileOrigin
from permdesk.domain.tenant import MICROSOFT_TENANTS
from tests.domain.small import HERE, compared, needs, principal, profile_of, registration, role, tenant

NAME = "Lumen Mirror"
NEAR = "Lurnen Mirror"
LUMEN = replace(profile_of(needs("Orders.Read")), id="lumen", app_name=NAME)
TIDE = replace(LUMEN, id="tide", app_name="Tide Archive")
CONFIRMED, BY_HAND = Binding("lumen"), Binding("lumen", by_hand=True)


def app(number: int, name: str = NAME, **changes: object) -> ServicePrincipal:
    return principal(object_id=f"object-{number}", app_id=f"app-{number}", display_name=name, **changes)


def apps(
    *principals: ServicePrincipal,
    profiles: Iterable[Profile] = (LUMEN, TIDE),
    said: dict[str, Binding | None] | None = None,
    elsewhere: dict[str, str] | None = None,
    registrations: Iterable[Registration] = (),
    unread: Iterable[ReadName] = (),
) -> list[AppComparison]:
    """The apps of a tenant in which each holds what the profile needs, by appId."""
    knowledge = Knowledge(bindings={k: v for k, v in (said or {}).items() if v is not None}, elsewhere=elsewhere or {})
    granted = [role("Orders.Read", client=p.object_id) for p in principals]
    snapshot = tenant(
        principals=principals, registrations=list(registrations), granted=granted, unread=unread, apis=None
    )
    found = compared(snapshot, *profiles, knowledge=knowledge).apps
    return sorted((a for a in found if a.app_id and a.app_id.startswith("app-")), key=lambda a: a.app_id or "")


def told(found: AppComparison) -> tuple[str | None, str | None, set[str]]:
    return (
        found.profile.id if found.profile else None,
        found.matched_by.value if found.matched_by else None,
        {flag.value for flag in found.flags},
    )


# -- by name ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [NAME, "  lumen  MIRROR ", "Lumen\u00a0Mirror"])
@pytest.mark.parametrize("field", ["display_name", "app_display_name"])
def test_an_exact_name_binds_and_stays_unconfirmed(name: str, field: str) -> None:
    (one,) = apps(replace(app(1, "Renamed"), **{field: name}))
    assert told(one) == ("lumen", "name", {"unconfirmed"})
    assert (one.verdict.value, one.verdict_reason) == ("UNVERIFIED", "identity")


def test_a_registration_without_service_principal_binds_by_name() -> None:
    (one,) = apps(registrations=[registration(app_id="app-1", display_name=NAME)])
    assert told(one) == ("lumen", "name", {"unconfirmed"})
    assert one.verdict is Verdict.GAPS


def test_several_of_one_name_are_all_compared_and_ambiguous() -> None:
    found = apps(app(1), app(2, "LUMEN  mirror"), app(3, "Door badges", app_display_name=NAME))
    assert [told(one) for one in found] == [("lumen", "name", {"ambiguous", "unconfirmed"})] * 3
    assert {one.verdict for one in found} == {Verdict.UNVERIFIED}
    assert all(one.findings for one in found)


@pytest.mark.parametrize("word", [CONFIRMED, BY_HAND])
def test_once_one_is_confirmed_the_others_of_its_name_only_resemble_it(word: Binding) -> None:
    first, second, third = apps(app(1), app(2), app(3), said={"app-2": word})
    assert told(second) == ("lumen", "person" if word.by_hand else "app-id", set())
    assert second.verdict is Verdict.COMPLIANT
    for other in (first, third):
        assert told(other) == (None, None, {"look-alike"})
        assert (other.resembles, other.candidates, other.verdict) == (NAME, ("lumen",), Verdict.NO_BASELINE)


def test_an_app_named_otherwise_and_bound_by_hand_settles_nothing() -> None:
    first, second = apps(app(1), app(2, "Our own mirror"), said={"app-2": BY_HAND})
    assert told(first) == ("lumen", "name", {"unconfirmed"})
    assert told(second) == ("lumen", "person", set())


def test_one_of_that_name_bound_to_another_profile_settles_nothing() -> None:
    first, second = apps(app(1), app(2), said={"app-2": Binding("tide", by_hand=True)})
    assert told(first) == ("lumen", "name", {"unconfirmed"})
    assert told(second) == ("tide", "person", set())


@pytest.mark.parametrize("read", [ReadName.SERVICE_PRINCIPALS, ReadName.APPLICATIONS])
def test_a_cut_list_does_not_take_a_confirmation_back(read: ReadName) -> None:
    (one,) = apps(app(1), said={"app-2": CONFIRMED}, unread=[read])
    assert told(one) == (None, None, {"look-alike"})
    (alone,) = apps(app(1), said={"app-2": CONFIRMED})
    assert told(alone) == ("lumen", "name", {"unconfirmed"})


# -- a person's word, appId, name -------------------------------------------------------------------------------

WITH_APP_ID = replace(TIDE, app_id="app-1")


def test_app_id_beats_name() -> None:
    (one,) = apps(app(1), profiles=[LUMEN, WITH_APP_ID])
    assert told(one) == ("tide", "app-id", set())
    assert one.candidates == ("lumen",)


def test_a_persons_word_beats_app_id_and_name() -> None:
    (one,) = apps(app(1, "Tide Archive"), profiles=[LUMEN, WITH_APP_ID], said={"app-1": BY_HAND})
    assert told(one) == ("lumen", "person", set())
    (confirmed,) = apps(app(1, "Tide Archive"), profiles=[LUMEN, WITH_APP_ID], said={"app-1": CONFIRMED})
    assert told(confirmed) == ("lumen", "app-id", set())


def test_unbinding_is_kept_against_app_id_and_name() -> None:
    for profiles in ([LUMEN], [WITH_APP_ID], [LUMEN, WITH_APP_ID]):
        (one,) = apps(app(1), profiles=profiles, said={"app-1": Binding(None)})
        assert told(one) == (None, None, set())
        assert one.binding == Binding(None)
    (named,) = apps(app(1), said={"app-1": Binding(None)})
    assert named.candidates == ("lumen",)


def test_an_app_that_was_unbound_is_no_rival() -> None:
    first, _ = apps(app(1), app(2), said={"app-2": Binding(None)})
    assert told(first) == ("lumen", "name", {"unconfirmed"})


@pytest.mark.parametrize("name", ["Lumen Mirror", "Our own mirror"])
def test_what_is_bound_to_a_profile_that_is_not_here_is_not_judged_without_it(name: str) -> None:
    (one,) = apps(app(1, name), said={"app-1": Binding("profile-of-yesterday", by_hand=True)})
    assert told(one) == (None, "person", set())
    assert (one.missing_profile, one.baseline) == ("profile-of-yesterday", Baseline.PROFILE)
    assert (one.verdict, one.verdict_reason) == (Verdict.UNVERIFIED, VerdictReason.NOT_READ)
    assert not one.excess_complete
    assert one.candidates[0] == "profile-of-yesterday"


def test_confirming_holds_for_that_app_alone() -> None:
    (one,) = apps(app(1), said={"app-9": CONFIRMED})
    assert told(one) == ("lumen", "name", {"unconfirmed"})


def test_a_confirmation_in_another_tenant_is_a_suggestion() -> None:
    (one,) = apps(app(1, "Our own mirror"), elsewhere={"app-1": "lumen"})
    assert (told(one), one.candidates) == ((None, None, set()), ("lumen",))
    (unknown,) = apps(app(1, "Our own mirror"), elsewhere={"app-1": "profile-of-yesterday"})
    assert unknown.candidates == ()
    (named,) = apps(app(1), elsewhere={"app-1": "tide"})
    assert (told(named), named.candidates) == (("lumen", "name", {"unconfirmed"}), ("tide",))


# -- near names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [NEAR, "Lumen Miror", "Lum\u0435n Mirror", "Lumen\u200bMirror", "LUMEN MlRROR"])
@pytest.mark.parametrize("field", ["display_name", "app_display_name"])
def test_near_names_never_bind(name: str, field: str) -> None:
    (one,) = apps(replace(app(1, "Door badges"), **{field: name}))
    assert told(one) == (None, None, {"look-alike"})
    assert (one.resembles, one.candidates, one.verdict) == (NAME, (), Verdict.NO_BASELINE)


@pytest.mark.parametrize("owner", sorted(MICROSOFT_TENANTS))
def test_near_names_of_microsofts_own_mean_nothing(owner: str) -> None:
    (one,) = apps(app(1, NEAR, owner_tenant_id=owner))
    assert told(one) == (None, None, set())


def test_a_near_name_of_ones_own_app_is_flagged_too() -> None:
    (one,) = apps(app(1, NEAR, owner_tenant_id=HERE), registrations=[registration(app_id="app-1", display_name=NEAR)])
    assert told(one) == (None, None, {"look-alike"})


def test_a_person_may_bind_what_looks_alike() -> None:
    (one,) = apps(app(1, NEAR), said={"app-1": BY_HAND})
    assert told(one) == ("lumen", "person", set())


def test_a_near_name_neither_makes_ambiguous_nor_is_unbound_by_a_confirmation() -> None:
    first, second = apps(app(1), app(2, NEAR))
    assert told(first) == ("lumen", "name", {"unconfirmed"})
    assert told(second) == (None, None, {"look-alike"})


# -- profiles of one name ---------------------------------------------------------------------------------------

OWN = replace(LUMEN, id="a-profile-of-ones-own", origin=ProfileOrigin.OWN)


def test_at_most_one_profile_per_app_and_shipped_ones_first() -> None:
    for profiles in ([LUMEN, OWN], [OWN, LUMEN]):
        (one,) = apps(app(1), profiles=profiles)
        assert told(one) == ("lumen", "name", {"unconfirmed"})
        assert one.candidates == ("a-profile-of-ones-own",)


def test_a_confirmation_settles_the_name_whichever_profile_it_chose() -> None:
    first, second = apps(app(1), app(2), profiles=[LUMEN, OWN], said={"app-2": Binding(OWN.id, by_hand=True)})
    assert told(first) == (None, None, {"look-alike"})
    assert told(second) == (OWN.id, "person", set())


def test_a_profile_without_name_binds_nothing() -> None:
    (one,) = apps(app(1), profiles=[replace(LUMEN, app_name=None)])
    assert told(one) == (None, None, set())


def test_matched_by_and_flags_are_those_of_the_contract() -> None:
    assert {m.value for m in MatchedBy} == {"app-id", "name", "person"}
    assert {AppFlag.AMBIGUOUS.value, AppFlag.UNCONFIRMED.value, AppFlag.LOOK_ALIKE.value} == {
        "ambiguous",
        "unconfirmed",
        "look-alike",
    }
