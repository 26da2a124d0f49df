"""Every combination of documented, declared and granted, for both kinds and every baseline."""

from itertools import product
from typing import Any

import pytest

from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import Baseline, Declared, Documented, Granted, Remedy, Status
from permdesk.domain.permission import Kind
from permdesk.domain.profile import Cell, Uses
from tests.domain.small import (
    ANN,
    APPLICATION,
    DELEGATED,
    HERE,
    ORDERS,
    SHOP,
    finding,
    judged,
    needs,
    principal,
    profile_of,
    published,
    registration,
    role,
    scope,
    tenant,
    wants,
)

#: baseline, documented, declared, granted -> status, reason, remedy; * is anything, the first line that fits counts.
TABLE = """
profile  yes         *          tenant     -> SATISFIED
profile  yes         *          users      -> PARTIAL
profile  yes         no         none       -> MISSING       -                      declare,consent
profile  yes         *          none       -> MISSING       -                      consent
profile  yes         *          unverified -> UNVERIFIED
profile  other-scope *          tenant     -> EXCESS        other-scope
profile  other-scope *          users      -> EXCESS        other-scope
profile  other-scope yes        none       -> DECLARED_ONLY
profile  other-scope *          none       -> no-row
profile  other-scope *          unverified -> UNVERIFIED
profile  no          yes        tenant     -> EXCESS        declared-undocumented
profile  no          yes        users      -> EXCESS        declared-undocumented
profile  no          unverified tenant     -> EXCESS        -
profile  no          unverified users      -> EXCESS        -
profile  no          *          tenant     -> EXCESS        neither
profile  no          *          users      -> EXCESS        neither
profile  no          yes        none       -> DECLARED_ONLY
profile  no          *          none       -> no-row
profile  no          *          unverified -> UNVERIFIED
manifest none        yes        tenant     -> SATISFIED
manifest none        yes        users      -> PARTIAL
manifest none        yes        none       -> MISSING       -                      consent
manifest none        unverified tenant     -> GRANTED
manifest none        unverified users      -> GRANTED
manifest none        no         tenant     -> EXCESS        neither
manifest none        no         users      -> EXCESS        neither
manifest none        *          none       -> no-row
manifest none        *          unverified -> UNVERIFIED
none     none        *          tenant     -> GRANTED
none     none        *          users      -> GRANTED
none     none        *          none       -> no-row
none     none        *          unverified -> UNVERIFIED
"""
RULES = [line.split() for line in TABLE.strip().splitlines()]


def expected(*columns: str) -> tuple[str, str | None, tuple[str, ...]]:
    """Return status, reason and remedy of the first line that fits."""
    for *told, _arrow, status, reason, remedy in [(*rule, *["-"] * (8 - len(rule))) for rule in RULES]:
        if all(word in ("*", column) for word, column in zip(told, columns, strict=True)):
            return status, None if reason == "-" else reason, () if remedy == "-" else tuple(remedy.split(","))
    raise AssertionError(columns)


def combinations() -> list[tuple[str, str, str, str, Kind]]:
    found = []
    for documented, declared, granted, kind in product(Documented, Declared, Granted, Kind):
        if kind is APPLICATION and granted is Granted.USERS:
            continue
        if documented is not Documented.NONE:
            baselines = ["profile"]
        elif declared in (Declared.YES, Declared.UNVERIFIED):
            baselines = ["manifest"]
        elif declared is Declared.NO:
            baselines = ["manifest", "none"]
        else:
            baselines = ["none"]
        found += [(baseline, documented.value, declared.value, granted.value, kind) for baseline in baselines]
    return found


def case(baseline: str, documented: str, declared: str, granted: str, kind: Kind) -> Any:
    """Build the tenant in which Orders.Read stands so, and compare."""
    lines = {
        "yes": [needs("Orders.Read", kind)],
        "other-scope": [
            needs("Orders.Read", kind, workloads={"Mail": ("Backup",)}),
            needs("Orders.Write", kind, workloads={"Sites": ("Backup",)}),
        ],
        "no": [needs("Orders.Write", kind)],
        "none": None,
    }[documented]
    uses = Uses(frozenset({Cell("Sites", "Backup")})) if documented == "other-scope" else None
    manifest = {
        "yes": [wants("Orders.Read", kind)],
        "no": [] if baseline == "none" else [wants("Orders.Write", kind)],
    }.get(declared)
    unread = [ReadName.APPLICATIONS] if declared == "unverified" else []
    if granted == "unverified":
        unread.append(ReadName.APP_ROLE_ASSIGNMENTS if kind is APPLICATION else ReadName.OAUTH2_PERMISSION_GRANTS)
    seen: dict[tuple[Kind, str], list[Any]] = {
        (APPLICATION, "tenant"): [role("Orders.Read")],
        (DELEGATED, "tenant"): [scope("Orders.Read"), scope("Orders.Read", ANN)],
        (DELEGATED, "users"): [scope("Orders.Read", ANN)],
        # The part of the list that was read names one person: whether all have it nobody knows.
        (DELEGATED, "unverified"): [scope("Orders.Read", ANN)],
    }
    owner = HERE if declared != "unreadable" else "tenant-vendor"
    snapshot = tenant(
        manifest=manifest,
        granted=seen.get((kind, granted), []),
        unread=unread,
        principals=[principal(owner_tenant_id=owner)],
    )
    return judged(snapshot, profile_of(*lines) if lines is not None else None, uses=uses)


@pytest.mark.parametrize(("baseline", "documented", "declared", "granted", "kind"), combinations())
def test_status_reason_and_remedy(baseline: str, documented: str, declared: str, granted: str, kind: Kind) -> None:
    app = case(baseline, documented, declared, granted, kind)
    assert app.baseline is Baseline(baseline)
    status, reason, remedy = expected(baseline, documented, declared, granted)
    found = [f for f in app.findings if (f.permission.value, f.permission.kind) == ("Orders.Read", kind)]
    unseen = kind is APPLICATION and granted == "unverified" and documented in ("no", "none") and declared != "yes"
    if status == "no-row" or unseen:
        assert found == []
        return
    (one,) = found
    assert (one.documented, one.declared, one.granted) == (documented, declared, granted)
    assert (one.status, one.reason, one.remedy) == (status, reason, remedy)
    other = Kind.DELEGATED if kind is APPLICATION else APPLICATION
    assert not [f for f in app.findings if f.permission.kind is other]


def test_every_line_of_the_table_is_used() -> None:
    used = {
        next(i for i, rule in enumerate(RULES) if all(w in ("*", c) for w, c in zip(rule[:4], columns, strict=True)))
        for *columns, _ in combinations()
    }
    assert used == set(range(len(RULES)))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("manifest", "absent", "offered", "remedy"),
    [
        (None, False, True, [Remedy.CONSENT]),
        (None, True, True, [Remedy.PROVISION_API, Remedy.CONSENT]),
        (None, False, False, [Remedy.NOT_OFFERED]),
        ([], False, True, [Remedy.DECLARE, Remedy.CONSENT]),
        ([], True, True, [Remedy.PROVISION_API, Remedy.DECLARE, Remedy.CONSENT]),
        ([], False, False, [Remedy.NOT_OFFERED]),
    ],
)
def test_remedy_of_a_missing_permission(
    kind: Kind, manifest: list[Any] | None, absent: bool, offered: bool, remedy: list[Remedy]
) -> None:
    apis = {SHOP: ORDERS if offered else published("Orders.Write")}
    snapshot = tenant(manifest=manifest, apis=apis, absent=[SHOP] if absent else [])
    one = finding(judged(snapshot, profile_of(needs("Orders.Read", kind))), kind=kind)
    assert (one.status, one.remedy) == (Status.MISSING, tuple(remedy))
    assert (one.permission.id is None) == (absent or not offered)
    assert (one.permission.resource_object_id is None) == absent
    assert one.permission.resource_app_id == SHOP


def test_declared_already_needs_consent_alone() -> None:
    snapshot = tenant(manifest=[wants("Orders.Read")])
    one = finding(judged(snapshot, profile_of(needs("Orders.Read"))))
    assert one.remedy == (Remedy.CONSENT,)


def test_what_another_kind_publishes_is_not_offered() -> None:
    snapshot = tenant(apis={SHOP: published("Orders.Read", kinds=[DELEGATED])})
    assert finding(judged(snapshot, profile_of(needs("Orders.Read")))).remedy == (Remedy.NOT_OFFERED,)


def test_what_an_api_switched_off_is_not_offered() -> None:
    snapshot = tenant(apis={SHOP: published("Orders.Read", enabled=False)})
    assert finding(judged(snapshot, profile_of(needs("Orders.Read")))).remedy == (Remedy.NOT_OFFERED,)


def test_a_missing_api_whose_ids_nobody_resolves_may_be_declared_already() -> None:
    """The manifest names an id of an absent API: whether it lacks the documented value nobody can say."""
    snapshot = tenant(manifest=[wants("Orders.Read")], absent=[SHOP])
    app = judged(snapshot, profile_of(needs("Orders.Read")))
    one = finding(app)
    assert (one.declared, one.remedy) == (Declared.UNVERIFIED, (Remedy.PROVISION_API, Remedy.CONSENT))
    assert finding(app, None).status is Status.DECLARED_ONLY


@pytest.mark.parametrize(
    ("kind_of_app", "owner", "read", "declared"),
    [
        ("Application", HERE, True, Declared.UNREADABLE),
        ("Application", HERE, False, Declared.UNVERIFIED),
        ("Application", None, False, Declared.UNVERIFIED),
        ("Application", "tenant-vendor", False, Declared.UNREADABLE),
        ("ManagedIdentity", HERE, False, Declared.UNREADABLE),
        ("ManagedIdentity", None, True, Declared.UNREADABLE),
        ("Legacy", HERE, False, Declared.UNREADABLE),
        ("Legacy", None, False, Declared.UNREADABLE),
    ],
)
def test_declared_without_a_registration(kind_of_app: str, owner: str | None, read: bool, declared: Declared) -> None:
    snapshot = tenant(
        granted=[role("Orders.Read")],
        principals=[principal(type=kind_of_app, owner_tenant_id=owner)],
        unread=[] if read else [ReadName.APPLICATIONS],
    )
    app = judged(snapshot)
    assert (finding(app).declared, finding(app).status) == (declared, Status.GRANTED)
    verdict = "UNVERIFIED" if declared is Declared.UNVERIFIED else "NO_BASELINE"
    assert app.verdict == verdict


def test_a_registration_that_was_read_counts_though_the_list_was_cut() -> None:
    snapshot = tenant(manifest=[wants("Orders.Read")], unread=[ReadName.APPLICATIONS])
    assert finding(judged(snapshot)).declared is Declared.YES


def test_duplicates_in_a_manifest_make_one_row() -> None:
    snapshot = tenant(registrations=[registration([wants("Orders.Read"), wants("Orders.Read")])])
    assert len(judged(snapshot).findings) == 1
