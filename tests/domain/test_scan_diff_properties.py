"""Random tenants at two times: what the difference says of them is true, whole, and the same seen from either side."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.diffing import diff_scans
from permdesk.domain.knowledge import Knowledge
from permdesk.domain.permission import ZERO_ROLE_ID, Kind
from permdesk.domain.reach import CatalogFacts
from permdesk.domain.scan_diff import Outcome, ScanDiff
from permdesk.domain.snapshot import Snapshot
from tests.domain.tenants import EXAMPLES, SHARED_TOOL, World, cut, tenant

MIRROR = {
    Outcome.ADDED: Outcome.REMOVED,
    Outcome.REMOVED: Outcome.ADDED,
    Outcome.NOT_READ_BEFORE: Outcome.NOT_READ_NOW,
    Outcome.NOT_READ_NOW: Outcome.NOT_READ_BEFORE,
}


class Times(Struct, frozen=True):
    """One tenant at two times, read completely."""

    before: Snapshot
    after: Snapshot


@st.composite
def times(draw: st.DrawFn) -> Times:
    before, after = (one_name(tenant(draw)) for _ in range(2))
    after = replace(same_ids(before, after), scan_id="scan-2")
    clients = sorted({*clients_of(before), *clients_of(after)})
    return Times(both_sides(before, clients), both_sides(after, clients))


def one_name(snapshot: Snapshot) -> Snapshot:
    """The same tenant; an object id stands for one app whenever it is read."""

    def renamed(row):
        return replace(row, app_id="app-1") if row.app_id == SHARED_TOOL else row

    return replace(
        snapshot,
        registrations=tuple(renamed(row) for row in snapshot.registrations),
        service_principals=tuple(renamed(row) for row in snapshot.service_principals),
    )


def same_ids(before: Snapshot, after: Snapshot) -> Snapshot:
    """The later tenant; an id of an API stands for one value whenever it is read."""
    values = {(api.app_id, p.kind, p.id): p.value for api in before.apis for p in api.permissions}
    return replace(
        after,
        apis=tuple(
            replace(
                api,
                permissions=tuple(
                    replace(p, value=values.get((api.app_id, p.kind, p.id), p.value)) for p in api.permissions
                ),
            )
            for api in after.apis
        ),
    )


def clients_of(snapshot: Snapshot) -> set[str]:
    rows = (*snapshot.app_role_assignments, *snapshot.delegated_grants)
    return {row.client_id for row in rows} | {p.object_id for p in snapshot.service_principals}


def both_sides(snapshot: Snapshot, clients: list[str]) -> Snapshot:
    """The same tenant, its assignments read from every app's side too: also those to APIs that are gone."""
    reads = [read for read in snapshot.reads if read.client_object_id is None]
    done = ReadStatus.COMPLETE
    reads += [ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, done, client_object_id=client) for client in clients]
    return replace(snapshot, reads=tuple(reads))


Name = tuple[str, str, Kind, str]


class Oracle:
    """The sets that a tenant's rows say, by names that both times share; it shares no code with the program."""

    def __init__(self, pair: Times, scan: Snapshot) -> None:
        self.scan = scan
        scans = (pair.before, pair.after)
        self.app_of = {p.object_id: p.app_id for s in scans for p in s.service_principals}
        other = pair.after if scan is pair.before else pair.before
        # The scan's own word comes last, so that it holds.
        self.values = {
            (api.app_id, p.kind, p.id): p.value.casefold()
            for s in (other, scan)
            for api in s.apis
            for p in api.permissions
        }

    def app(self, object_id: str) -> str:
        return self.app_of.get(object_id, f"object:{object_id}")

    def named(self, api: str, kind: Kind, permission_id: str) -> str:
        return self.values.get((api, kind, permission_id), f"id:{permission_id}")

    def granted(self) -> set[Name]:
        found = set()
        for row in self.scan.app_role_assignments:
            if row.role_id != ZERO_ROLE_ID:
                api = self.app(row.resource_id)
                named = self.named(api, Kind.APPLICATION, row.role_id)
                found.add((self.app(row.client_id), api, Kind.APPLICATION, named))
        for row in self.scan.delegated_grants:
            if row.principal_id is None:
                found.update(self._scopes(row))
        return found

    def single(self) -> set[tuple[Name, str]]:
        return {
            (name, row.principal_id)
            for row in self.scan.delegated_grants
            if row.principal_id is not None
            for name in self._scopes(row)
        }

    def declared(self) -> set[Name]:
        return {
            (r.app_id, a.resource_app_id, a.kind, self.named(a.resource_app_id, a.kind, a.id))
            for r in self.scan.registrations
            for a in r.required
        }

    def roles(self) -> set[tuple[str, str, str]]:
        return {(self.app(role.principal_id), role.template_id, role.scope) for role in self.scan.directory_roles}

    def objects(self) -> set[tuple[str, str]]:
        return {("registration", r.app_id) for r in self.scan.registrations} | {
            ("principal", p.app_id) for p in self.scan.service_principals
        }

    def _scopes(self, row) -> set[Name]:
        values = {value.casefold() for value in row.scope.split()}
        return {(self.app(row.client_id), self.app(row.resource_id), Kind.DELEGATED, value) for value in values}


def name_of(key: str, permission) -> Name:
    api = permission.resource_app_id or f"object:{permission.resource_object_id}"
    value = permission.value.casefold() if permission.value is not None else f"id:{permission.id}"
    return key, api, permission.kind, value


def told(diff: ScanDiff) -> dict[str, set[tuple[object, Outcome]]]:
    """Everything a difference says, as sets."""
    found: dict[str, set[tuple[object, Outcome]]] = {
        what: set() for what in ("granted", "declared", "single", "roles", "objects")
    }
    for app in diff.apps:
        for what, changes in (("granted", app.granted), ("declared", app.declared)):
            found[what] |= {(name_of(app.key, one.permission), one.outcome) for one in changes}
        found["single"] |= {
            ((name_of(app.key, one.permission), who), one.outcome) for one in app.single for who in one.accounts
        }
        found["roles"] |= {((app.key, one.role.template_id, one.role.scope), one.outcome) for one in app.roles}
        for what, outcome in (("registration", app.registration), ("principal", app.principal)):
            if outcome is not None:
                found["objects"].add(((what, app.key), outcome))
    return found


@EXAMPLES
@given(times())
def test_a_scan_is_no_different_from_itself(pair: Times) -> None:
    diff = diff_scans(pair.before, pair.before)
    assert (diff.apps, diff.accounts, diff.gaps) == ((), (), ())
    assert diff.certain
    assert not diff.changed


@EXAMPLES
@given(times())
def test_what_the_difference_says_turns_the_older_tenant_into_the_newer(pair: Times) -> None:
    diff = diff_scans(pair.before, pair.after)
    assert diff.certain
    before, after = Oracle(pair, pair.before), Oracle(pair, pair.after)
    for what, changes in told(diff).items():
        had, has = getattr(before, what)(), getattr(after, what)()
        added = {one for one, outcome in changes if outcome is Outcome.ADDED}
        removed = {one for one, outcome in changes if outcome is Outcome.REMOVED}
        assert len(added) + len(removed) == len(changes)
        assert removed <= had
        assert not added & had
        assert (had - removed) | added == has, what


@EXAMPLES
@given(times(), st.data())
def test_seen_from_the_other_side_it_is_the_same(pair: Times, data: st.DataObject) -> None:
    before, after = (cut_of(data, scan) for scan in (pair.before, pair.after))
    there, back = diff_scans(before, after), diff_scans(after, before)
    for what, changes in told(there).items():
        assert {(one, MIRROR[outcome]) for one, outcome in changes} == told(back)[what]
    assert [app.key for app in sorted(there.apps, key=lambda a: a.key)] == sorted(app.key for app in back.apps)
    assert [(g.read, g.resource_app_id, g.client_object_id, g.after, g.before) for g in there.gaps] == [
        (g.read, g.resource_app_id, g.client_object_id, g.before, g.after) for g in back.gaps
    ]
    assert [(one.object_id, one.after, one.before) for one in there.accounts] == [
        (one.object_id, one.before, one.after) for one in back.accounts
    ]
    for app, other in ((app, next(b for b in back.apps if b.key == app.key)) for app in there.apps):
        assert sorted((d.detail, d.after or "", d.before or "") for d in app.details) == sorted(
            (d.detail, d.before or "", d.after or "") for d in other.details
        )


@EXAMPLES
@given(times(), st.data())
def test_what_is_said_for_certain_of_cut_readings_is_true_of_the_whole_tenant(pair: Times, data: st.DataObject) -> None:
    whole = Times(pair.before, pair.after)
    diff = diff_scans(cut_of(data, pair.before), cut_of(data, pair.after))
    before, after = Oracle(whole, pair.before), Oracle(whole, pair.after)
    for what, changes in told(diff).items():
        had, has = getattr(before, what)(), getattr(after, what)()
        for one, outcome in changes:
            if outcome.certain and not nameless(what, one):
                assert (one in has, one in had) == (outcome is Outcome.ADDED, outcome is Outcome.REMOVED), (what, one)


@EXAMPLES
@given(times(), st.data())
def test_what_was_not_read_twice_in_the_same_way_never_changed(pair: Times, data: st.DataObject) -> None:
    diff = diff_scans(cut_of(data, pair.before), cut_of(data, pair.before))
    assert not diff.changed


@EXAMPLES
@given(times(), st.data())
def test_a_difference_that_is_certain_misses_nothing(pair: Times, data: st.DataObject) -> None:
    before, after = cut_of(data, pair.before), cut_of(data, pair.after)
    diff = diff_scans(before, after)
    if diff.certain:
        said, true = told(diff), told(diff_scans(pair.before, pair.after))
        for what in true:
            left_out = {(one, outcome) for one, outcome in true[what] if of_a_gone_api(one)}
            assert said[what] - left_out == true[what] - left_out


def of_a_gone_api(one: object) -> bool:
    """True for an assignment that the apps' own sides alone tell of: no reading of a tenant asks every app."""
    return isinstance(one, tuple) and len(one) == 4 and one[1].startswith("object:") and one[2] is Kind.APPLICATION


def nameless(what: str, one: object) -> bool:
    """True for what is told by a bare id, of which the whole tenant would tell the name."""
    name = one[0] if what == "single" else one
    return what in ("granted", "declared", "single", "roles") and any(
        isinstance(part, str) and part.startswith(("id:", "object:")) for part in name
    )


def cut_of(data: st.DataObject, snapshot: Snapshot) -> Snapshot:
    return data.draw(cut(World(snapshot, {}, CatalogFacts("1"), Knowledge(), {}))).snapshot
