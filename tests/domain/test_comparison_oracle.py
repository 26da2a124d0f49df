"""The comparison against a slow, literal reading of the contract, over random small tenants."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.comparison import compare
from permdesk.domain.finding import AppComparison, Comparison, Finding
from tests.domain.oracle import Answer, Key, Oracle, Row
from tests.domain.tenants import EXAMPLES, NEAR_NAMES, World, cut, worlds


def compared(world: World) -> Comparison:
    return compare(
        world.snapshot,
        profiles=world.profiles,
        facts=world.facts,
        knowledge=world.knowledge,
        today=world.today,
        uses=world.uses,
    )


def asked(world: World) -> Oracle:
    return Oracle(
        world.snapshot,
        profiles=world.profiles,
        facts=world.facts,
        knowledge=world.knowledge,
        today=world.today,
        uses=world.uses,
        near={
            name: vendors
            for name, vendors in NEAR_NAMES.items()
            if any(profile.app_name == vendors for profile in world.profiles.values())
        },
    )


def key_of(finding: Finding) -> Key:
    permission = finding.permission
    api = permission.resource_app_id or f"gone:{permission.resource_object_id}"
    folded = permission.value.casefold() if permission.value is not None else None
    return Key(api, permission.kind.value, folded, permission.id if folded is None else None)


def seen_row(finding: Finding, row: Row | None) -> dict[str, Any]:
    """The program's finding in the oracle's words; where the contract leaves a choice, the oracle's is taken if met."""
    permission = finding.permission
    ids = row.ids if row is not None else set()
    covered = {finding.covered_by.casefold()} if finding.covered_by is not None else set()
    return {
        "key": asdict(key_of(finding)),
        "ids": ids if (permission.id in ids if ids else permission.id is None) else {permission.id},
        "documented": finding.documented.value,
        "declared": finding.declared.value,
        "granted": finding.granted.value,
        "users": finding.users,
        "holders": finding.holders,
        "since": finding.since,
        "status": finding.status.value,
        "reason": finding.reason.value if finding.reason else None,
        "remedy": tuple(step.value for step in finding.remedy),
        "flags": {flag.value for flag in finding.flags},
        "covered_by": row.covered_by
        if row is not None and bool(covered) == bool(covered & row.covered_by)
        else covered,
        "accepted": finding.accepted.reason if finding.accepted else None,
        "gap": finding.gap,
        "counts": finding.counts,
    }


def seen_app(app: AppComparison, answer: Answer) -> dict[str, Any]:
    return {
        "app_id": app.app_id,
        "object_id": app.object_id,
        "origin": app.origin.value,
        "profile": app.profile.id if app.profile else app.missing_profile,
        "matched_by": app.matched_by.value if app.matched_by else None,
        "baseline": app.baseline.value,
        "verdict": app.verdict.value,
        "verdict_reason": app.verdict_reason.value if app.verdict_reason else None,
        "excess_complete": app.excess_complete,
        "flags": {flag.value for flag in app.flags},
        "uses_chosen": app.uses.chosen if app.uses else None,
        "resembles": answer.resembles if app.resembles in (answer.resembles or {None}) else app.resembles,
        "rows": {},
    }


def told_app(answer: Answer) -> dict[str, Any]:
    return asdict(replace(answer, rows={}))


def told_row(row: Row) -> dict[str, Any]:
    told = asdict(row)
    del told["needed"], told["undecided"]
    return told


def assert_same(seen: dict[str, Any], told: dict[str, Any], where: str) -> None:
    """Name what differs: (the program's, the oracle's)."""
    differing = {name: (seen[name], told[name]) for name in told if seen[name] != told[name]}
    assert seen.keys() == told.keys()
    assert not differing, f"{where}: {differing}"


def assert_agree(world: World) -> None:
    oracle = asked(world)
    answers: Mapping[str, Answer] = oracle.answers()
    comparison = compared(world)
    apps = {app.app_id: app for app in comparison.apps if app.app_id is not None}
    assert len(apps) == sum(app.app_id is not None for app in comparison.apps)
    assert apps.keys() == answers.keys()
    for app_id, app in apps.items():
        answer = answers[app_id]
        rows = {key_of(finding): finding for finding in app.findings}
        assert len(rows) == len(app.findings)
        assert rows.keys() == answer.rows.keys(), app_id
        for key, finding in rows.items():
            assert_same(seen_row(finding, answer.rows[key]), told_row(answer.rows[key]), f"{app_id} {key}")
        assert_same(seen_app(app, answer), told_app(answer), app_id)
    expected = {
        app.key.removeprefix("profile:"): (app.verdict.value, app.verdict_reason.value if app.verdict_reason else None)
        for app in comparison.apps
        if app.app_id is None
    }
    assert expected == oracle.not_installed()


@EXAMPLES
@given(worlds())
def test_a_tenant_read_completely(world: World) -> None:
    assert_agree(world)


@EXAMPLES
@given(st.data(), worlds())
def test_a_tenant_read_in_part(data: st.DataObject, world: World) -> None:
    assert_agree(data.draw(cut(world)))
