"""Scan, compare, describe, find: on the sample tenant, with the real history."""

import threading
from datetime import date

import pytest
from msgspec.structs import replace

from permdesk.composition import build
from permdesk.domain.finding import MatchedBy, Status, Verdict
from permdesk.domain.knowledge import Acceptance, Binding, Knowledge, PermissionKey
from permdesk.domain.permission import GRAPH_APP_ID, Kind
from permdesk.domain.ports import Progress
from permdesk.domain.profile import Cell, Condition, Uses
from permdesk.errors import Cancelled, FormatError, StorageError, UsageError
from permdesk.paths import Paths
from permdesk.services.compare import overlaid
from permdesk.services.describe import find_finding
from permdesk.services.silence import NothingSaid
from permdesk.services.target import FileTarget, KeptTarget, SampleTarget
from permdesk.services.uses import parse_overrides, parse_uses, written
from tests.services.scans import EXPRESS, NAKIVO, TODAY, services_in


class TestScan:
    def test_a_scan_is_kept_and_comes_back_by_id(self, services, snapshot):
        assert services.records()[0].scan_id == snapshot.scan_id
        assert services.scan(KeptTarget(snapshot.scan_id)).snapshot == snapshot
        assert services.newest(cloud="global", tenant_id=snapshot.tenant.id) == snapshot

    def test_a_saved_scan_opens_and_is_not_kept(self, services, snapshot, tmp_path):
        services.save_scan(snapshot, tmp_path / "a.permdesk")
        other = services_in(tmp_path / "elsewhere")
        assert other.scan(FileTarget(tmp_path / "a.permdesk")).snapshot == snapshot
        assert other.records() == []

    def test_progress_is_told(self, services):
        told = []
        services.scan(SampleTarget(), progress=told.append)
        assert told
        assert all(isinstance(one, Progress) for one in told)
        assert len(told[-1].finished) >= len(told[0].finished)

    def test_a_cancelled_scan_is_not_kept(self, services):
        cancel = threading.Event()
        cancel.set()
        with pytest.raises(Cancelled):
            services.scan(SampleTarget(), cancel=cancel)
        assert services.records() == []

    @pytest.mark.logs_warning("could not be kept")
    def test_a_scan_that_cannot_be_kept_is_handed_over_with_the_reason(self, tmp_path):
        (tmp_path / "data").write_text("a file, where the folder should be")
        outcome = services_in(tmp_path / "data").scan(SampleTarget())
        assert outcome.snapshot.registrations
        assert isinstance(outcome.unkept, StorageError)

    def test_an_unknown_scan_is_refused(self, services):
        with pytest.raises(UsageError):
            services.scan(KeptTarget("nothing"))

    def test_a_damaged_file_is_refused(self, services, tmp_path):
        (tmp_path / "a.permdesk").write_bytes(b"rain")
        with pytest.raises(FormatError):
            services.scan(FileTarget(tmp_path / "a.permdesk"))


class TestCompare:
    def test_the_sample_brings_its_own_words_and_its_own_clock(self, tmp_path):
        near, far = services_in(tmp_path / "a"), services_in(tmp_path / "b", today=date(2040, 1, 1))
        snapshot = near.scan(SampleTarget()).snapshot
        assert near.compare(snapshot) == far.compare(snapshot)
        assert near.is_sample(snapshot)

    def test_another_tenant_has_the_computer_s_day(self, tmp_path, snapshot):
        other = replace(snapshot, tenant=replace(snapshot.tenant, id="11111111-1111-4111-8111-111111111111"))
        late = services_in(tmp_path / "b", today=date(2040, 1, 1))
        assert not late.is_sample(other)
        assert late.compare.today(other) == date(2040, 1, 1)
        assert late.compare.knowledge(other) == Knowledge()

    def test_expecting_adds_a_line(self, services, snapshot):
        bare = replace(snapshot, registrations=(), service_principals=snapshot.service_principals[:1])
        expected = services.compare(bare, expect=["nakivo"])
        (line,) = [app for app in expected.apps if app.profile and app.profile.id == "nakivo"]
        assert line.verdict is Verdict.NOT_INSTALLED

    @pytest.mark.parametrize("words", [{"expect": ["nothing"]}, {"uses": {"nothing": Uses(frozenset())}}])
    def test_unknown_profiles_are_refused(self, services, snapshot, words):
        with pytest.raises(UsageError, match="nothing"):
            services.compare(snapshot, **words)

    def test_people_s_words_lie_over_the_sample_s(self):
        key = PermissionKey(GRAPH_APP_ID, Kind.APPLICATION, "Mail.Read")
        other = PermissionKey(GRAPH_APP_ID, Kind.APPLICATION, "Mail.Send")
        ground = Knowledge(
            bindings={"a": Binding("one"), "b": Binding("one")},
            uses={("a", "one"): Uses(frozenset({Cell("W", "O")}))},
            acceptances=(Acceptance("a", key, "old", "x"), Acceptance("a", other, "stays", "x")),
            expected=frozenset({"one"}),
        )
        said = Knowledge(
            bindings={"b": Binding(None)},
            acceptances=(Acceptance("a", key, "new", "y"),),
            expected=frozenset({"two"}),
        )
        both = overlaid(ground, said)
        assert both.bindings == {"a": Binding("one"), "b": Binding(None)}
        assert both.uses == ground.uses
        assert {a.reason for a in both.acceptances} == {"new", "stays"}
        assert both.expected == {"one", "two"}


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_no_name_is_no_app_even_where_an_app_has_none(services, comparison, text):
    nameless = replace(comparison, apps=(replace(comparison.apps[0], display_name=text),))
    with pytest.raises(UsageError, match="No app is named"):
        services.find_app(nameless, text)


class TestDescribe:
    def test_forgetting_returns_to_what_permdesk_finds(self, services, snapshot, comparison):
        before = services.find_app(comparison, EXPRESS)
        services.describe.unbind(comparison, before)
        assert services.find_app(services.compare(snapshot), EXPRESS).profile is None
        services.describe.forget(comparison, before)
        assert services.find_app(services.compare(snapshot), EXPRESS) == before

    def test_binding_is_by_hand(self, services, snapshot, comparison):
        app = services.find_app(comparison, EXPRESS)
        services.describe.bind(comparison, app, "nakivo")
        after = services.find_app(services.compare(snapshot), EXPRESS)
        assert after.profile is not None
        assert after.profile.id == "nakivo"
        assert after.matched_by is MatchedBy.PERSON

    def test_confirming_again_changes_nothing(self, services, snapshot, comparison):
        app = services.find_app(comparison, NAKIVO)
        services.describe.confirm(comparison, app)
        after = services.find_app(services.compare(snapshot), NAKIVO)
        assert after.matched_by is app.matched_by
        assert after.profile == app.profile

    def test_unticking_everything_is_refused(self, services, comparison):
        with pytest.raises(UsageError, match="Nothing would be ticked"):
            services.describe.choose_uses(comparison, services.find_app(comparison, NAKIVO), Uses(frozenset()))

    @pytest.mark.parametrize(
        "uses",
        [
            Uses(frozenset({Cell("Fax", "Backup")})),
            Uses(frozenset({Cell("Teams", "Backup")}), frozenset({Condition.GROUP_MAILBOX_ONLY})),
        ],
    )
    def test_unknown_services_are_refused(self, services, comparison, uses):
        with pytest.raises(UsageError):
            services.describe.choose_uses(comparison, services.find_app(comparison, NAKIVO), uses)

    def test_expectations_are_kept(self, services, snapshot, comparison):
        services.describe.expect(comparison, "nakivo", expected=True)
        services.describe.unbind(comparison, services.find_app(comparison, NAKIVO))
        lines = [app for app in services.compare(snapshot).apps if app.app_id is None and app.profile]
        assert "nakivo" in {app.profile.id for app in lines}

    def test_nothing_is_said_of_an_app_that_is_not_there(self, services, snapshot, comparison):
        absent = next(app for app in comparison.apps if app.app_id is None)
        with pytest.raises(UsageError, match="not in this tenant"):
            services.describe.bind(comparison, absent, "nakivo")
        with pytest.raises(UsageError):
            services.describe.confirm(comparison, absent)

    def test_what_cannot_be_kept_is_told(self, tmp_path, comparison, services):
        (tmp_path / "file").write_text("a file, where the folder should be")
        broken = services_in(tmp_path / "file")
        with pytest.raises(StorageError):
            broken.describe.bind(comparison, services.find_app(comparison, EXPRESS), "nakivo")

    def test_an_accepted_gap_is_no_gap(self, services, snapshot, comparison):
        app = services.find_app(comparison, EXPRESS)
        for one in app.findings:
            if one.status in (Status.MISSING, Status.EXCESS) or (one.status is Status.PARTIAL and one.gap):
                services.describe.accept(comparison, app, one, reason="Settled", by="Me")
        after = services.find_app(services.compare(snapshot), EXPRESS)
        assert app.verdict is Verdict.GAPS
        assert after.verdict is Verdict.COMPLIANT


class TestWithdraw:
    def test_an_acceptance_is_taken_back(self, services, snapshot, comparison):
        app = services.find_app(comparison, EXPRESS)
        missing = next(f for f in app.findings if f.status is Status.MISSING)
        services.describe.accept(comparison, app, missing, reason="Settled", by="Me")
        held = services.compare(snapshot)
        accepted = find_finding(services.find_app(held, EXPRESS), missing.permission.value)
        assert accepted.accepted is not None
        services.describe.withdraw(held, services.find_app(held, EXPRESS), accepted)
        assert services.find_app(services.compare(snapshot), EXPRESS) == app

    def test_what_the_sample_accepts_can_be_taken_back_and_given_again(self, services, snapshot, comparison):
        app, finding = next((a, f) for a in comparison.apps for f in a.findings if f.accepted is not None)
        services.describe.withdraw(comparison, app, finding)
        after = services.compare(snapshot)
        open_again = next(
            f for f in services.find_app(after, app.app_id).findings if f.permission == finding.permission
        )
        assert open_again.accepted is None
        assert open_again.status is finding.status
        services.describe.accept(after, app, open_again, reason="Settled", by="Me")
        held = services.find_app(services.compare(snapshot), app.app_id)
        assert next(f for f in held.findings if f.permission == finding.permission).accepted.reason == "Settled"

    def test_what_nobody_accepted_cannot_be_taken_back(self, services, comparison):
        app = services.find_app(comparison, EXPRESS)
        missing = next(f for f in app.findings if f.status is Status.MISSING)
        with pytest.raises(UsageError, match="not accepted"):
            services.describe.withdraw(comparison, app, missing)


class TestWithoutAHistory:
    """A database written by a newer permdesk cannot be opened; the scan can still be compared."""

    @pytest.fixture
    def shut(self, tmp_path):
        paths = Paths.isolated(tmp_path / "shut")
        paths.history_db.parent.mkdir(parents=True)
        paths.history_db.mkdir()
        return build(paths, today=lambda: TODAY)

    def test_comparing_says_that_the_history_is_shut(self, shut, snapshot):
        with pytest.raises(StorageError):
            shut.compare(snapshot)

    def test_the_scan_is_compared_without_anybody_s_words(self, shut, snapshot, services, comparison):
        services.describe.unbind(comparison, services.find_app(comparison, EXPRESS))
        assert shut.compare_unsaid(snapshot) == comparison

    def test_what_was_not_read_stays_not_read(self, shut, services):
        snapshot = services.scan(SampleTarget()).snapshot
        said = shut.compare_unsaid(snapshot)
        assert any(app.verdict is Verdict.UNVERIFIED for app in said.apps)

    def test_an_app_of_another_tenant_matched_by_name_is_not_confirmed(self, shut, snapshot):
        other = replace(snapshot, tenant=replace(snapshot.tenant, id="11111111-1111-4111-8111-111111111111"))
        found = [app for app in shut.compare_unsaid(other).apps if app.profile is not None]
        assert found
        assert all(app.verdict is not Verdict.COMPLIANT for app in found)

    def test_nothing_is_kept(self):
        silent = NothingSaid()
        with pytest.raises(StorageError):
            silent.expect(cloud="global", tenant_id="t", profile_id="p", expected=True)


class TestFindFinding:
    @pytest.fixture
    def doubled(self, services, comparison):
        app = services.find_app(comparison, EXPRESS)
        missing = next(f for f in app.findings if f.status is Status.MISSING)
        delegated = replace(missing, permission=replace(missing.permission, kind=Kind.DELEGATED))
        elsewhere = replace(
            missing, permission=replace(missing.permission, resource="Other API", resource_app_id="other")
        )
        return replace(app, findings=(missing, delegated, elsewhere)), (missing, delegated, elsewhere)

    def test_kind_and_api_decide(self, doubled):
        app, (missing, delegated, elsewhere) = doubled
        value = missing.permission.value.upper()
        with pytest.raises(UsageError, match="3 permissions"):
            find_finding(app, value)
        assert find_finding(app, value, kind=Kind.DELEGATED) is delegated
        assert find_finding(app, value, api="other api") is elsewhere
        assert find_finding(app, value, api=GRAPH_APP_ID, kind=Kind.APPLICATION) is missing


class TestFindApp:
    def test_an_id_beats_a_name(self, services, comparison):
        named_like_an_id = replace(comparison.apps[0], display_name=EXPRESS)
        changed = replace(comparison, apps=(named_like_an_id, *comparison.apps[1:]))
        assert services.find_app(changed, EXPRESS).app_id == EXPRESS

    def test_a_name_as_written_beats_one_in_other_case(self, services, comparison):
        app = services.find_app(comparison, EXPRESS)
        shouting = replace(app, display_name=app.display_name.upper(), app_id="other", object_id=None)
        changed = replace(comparison, apps=(*comparison.apps, shouting))
        assert services.find_app(changed, app.display_name) is app
        assert services.find_app(changed, app.display_name.upper()) is shouting
        with pytest.raises(UsageError, match="2 apps"):
            services.find_app(changed, app.display_name.title().swapcase())

    @pytest.mark.parametrize("text", ["", "   ", "\x1b[31m", "x" * 10_000])
    def test_anything_else_is_refused_inertly(self, services, comparison, text):
        with pytest.raises(UsageError) as told:
            services.find_app(comparison, text)
        assert "\x1b" not in str(told.value)
        assert len(str(told.value)) < 3_000


class TestUses:
    def test_words_and_uses_are_one(self, services):
        profile = services.catalog.profiles()["nakivo"]
        uses = parse_uses(["EXCHANGE ONLINE", "teams/backup", "+certificate-sign-in"], profile)
        assert written(uses, profile) == (
            "Exchange Online/Discovery",
            "Exchange Online/Backup",
            "Exchange Online/Recovery",
            "Teams/Backup",
            "+certificate-sign-in",
        )
        assert parse_uses(written(uses, profile), profile) == uses

    def test_conditions_alone_keep_every_cell(self, services):
        profile = services.catalog.profiles()["nakivo"]
        assert parse_uses(["+certificate-sign-in"], profile).cells == frozenset(profile.matrix)

    def test_overrides_are_grouped_by_profile(self, services):
        found = parse_overrides(["nakivo:Teams/Backup", "nakivo: Exchange Online "], services.catalog.profiles())
        assert set(found) == {"nakivo"}
        assert {cell.workload for cell in found["nakivo"].cells} == {"Teams", "Exchange Online"}


class TestTicked:
    USES = Uses(frozenset({Cell("Exchange Online", "Backup")}))

    def test_one_app_changes_and_the_others_stay(self, services, snapshot, comparison):
        app = services.find_app(comparison, NAKIVO)
        ticked = services.compare.ticked(snapshot, comparison, app, uses=self.USES)
        whole = services.compare(snapshot, uses={"nakivo": self.USES})
        assert services.find_app(ticked, NAKIVO) == services.find_app(whole, NAKIVO)
        assert [one for one in ticked.apps if one.app_id != NAKIVO] == [
            one for one in comparison.apps if one.app_id != NAKIVO
        ]

    def test_nothing_is_kept(self, services, snapshot, comparison):
        services.compare.ticked(snapshot, comparison, services.find_app(comparison, NAKIVO), uses=self.USES)
        assert services.compare(snapshot) == comparison

    def test_another_scan_is_prepared_first(self, services, comparison):
        kept = services.scan(KeptTarget(comparison.scan_id)).snapshot
        ticked = services.compare.ticked(kept, comparison, services.find_app(comparison, NAKIVO), uses=self.USES)
        assert services.find_app(ticked, NAKIVO).uses == self.USES
