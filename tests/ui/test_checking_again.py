"""Between two scans: roles asked for anew, who holds them, and one app read by itself after the click."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QGuiApplication

from permdesk.domain.audit import AuditStatus
from permdesk.domain.consent import ConsentPlan
from permdesk.domain.proof import Happened
from permdesk.domain.role_holders import Holder, HolderKind, HoldersRead, RoleHolders, RolesRead
from permdesk.domain.tenant import HeldRole, Tenant
from permdesk.errors import ReadError, SignInError
from permdesk.graph.role_reads import RoleReads
from permdesk.presentation.holders import holders_text
from permdesk.services.again import Again
from permdesk.services.target import FileTarget, SampleTarget
from permdesk.ui.tasks import Task
from permdesk.ui.views.dialogs.consent import ReconsentSheet
from permdesk.ui.views.dialogs.consent_who import MOST_HOLDERS, WhoBox
from permdesk.ui.views.dialogs.proof import ProofSheet
from permdesk.ui.window import Window
from tests.ui.driving import button, show, texts

APP = "svc-m365-backup"


@pytest.fixture
def sheet(tenant: Window) -> ReconsentSheet:
    show(tenant, APP)
    tenant.consent.reconsent()
    found = tenant.sheets.sheet
    assert isinstance(found, ReconsentSheet)
    return found


def test_roles_are_read_anew_and_the_answer_says_when(sheet: ReconsentSheet, tenant: Window) -> None:
    scan = tenant.workspace.shown
    assert "Cloud Application Administrator was active" in texts(sheet.who)
    assert "Roles as read with the scan, today 09:42." in texts(sheet.who)
    button(sheet, "Check roles again").click()
    said = texts(sheet.who)
    assert "Not with the roles active now." in said
    assert "Cloud Application Administrator is active for admin@larkfield.example." in said
    assert "Roles read today 09:42." in said
    assert sheet.plan.you.held == ("Cloud Application Administrator",)
    # No scan was made for it.
    assert tenant.workspace.shown is scan


def test_a_role_that_was_activated_opens_the_way(sheet: ReconsentSheet, monkeypatch: pytest.MonkeyPatch) -> None:
    role = HeldRole("e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator")
    read = RolesRead((role,), sheet.plan.read_at)
    monkeypatch.setattr(RoleReads, "mine", lambda _self, *, cancel: read)
    button(sheet, "Check roles again").click()
    assert "You may. Privileged Role Administrator is active for admin@larkfield.example." in texts(sheet.who)
    assert "Not with the roles" not in texts(sheet.who)


def test_who_holds_the_roles_is_read_on_request_alone(sheet: ReconsentSheet) -> None:
    assert "user07@larkfield.example" not in texts(sheet)
    button(sheet, "Who holds these roles?").click()
    said = texts(sheet.who)
    assert "Privileged Role Administrator: 2 holders" in said
    assert "Larkfield user 07  user07@larkfield.example" in said
    assert "Larkfield identity team  group: its members hold it" in said
    assert "Larkfield user 23  user23@larkfield.example, switched off" in said
    assert "only eligible in Privileged Identity Management is not among them" in said
    button(sheet, "Copy the list").click()
    assert "Larkfield user 02 (user02@larkfield.example)" in QGuiApplication.clipboard().text()


def test_a_long_list_is_cut_with_its_count_and_copied_whole(sheet: ReconsentSheet, tenant: Window) -> None:
    hostile = "<b>Bold</b>\u202e\nEvil " + "x" * 10_000
    holders = tuple(
        Holder(f"{number:08}", HolderKind.PERSON, hostile if number == 0 else f"Person {number:03}")
        for number in range(MOST_HOLDERS + 25)
    )
    role = RoleHolders(HeldRole("t", "Global Administrator"), holders, 2, "Microsoft refused this read (403)")
    read = HoldersRead((role,), sheet.plan.read_at)
    sheet.who.show_holders(read)
    said = texts(sheet.who)
    assert "and 25 more" in said
    assert f"Person {MOST_HOLDERS:03}" not in said
    assert "2 more hold it for a part of the tenant alone, which is not enough." in said
    assert "The list is not whole: Microsoft refused this read (403)." in said
    assert "\u202e" not in said
    assert "x" * 200 not in said
    text = holders_text(read)
    assert f"Person {MOST_HOLDERS + 24:03}" in text
    assert "\u202e" not in text


@pytest.mark.parametrize("name", ["Check roles again", "Who holds these roles?"])
def test_what_cannot_be_asked_is_told_with_its_remedy(
    sheet: ReconsentSheet, tenant: Window, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    problem = SignInError("Nobody is signed in to this tenant", detail="A saved scan.", remedy="Sign in to it.")

    def refuse(_self: Again, _target: object, _snapshot: object) -> SampleTarget:
        raise problem

    monkeypatch.setattr(Again, "target", refuse)
    button(sheet, name).click()
    said = texts(sheet.who)
    assert "Nobody is signed in to this tenant. A saved scan. Sign in to it." in said
    # The answer from the scan is still there, and it can be asked again.
    assert "Not with the roles that were active" in said
    assert button(sheet, name).isEnabled()


def test_of_a_saved_scan_nobody_is_asked_who_is_not_signed_in(tenant: Window) -> None:
    shown = tenant.workspace.shown
    assert shown is not None
    again = tenant.workspace.services.again
    elsewhere = Tenant("77777777-0000-4000-8000-000000000001", "Northmere", "global")
    snapshot = replace(shown.snapshot, tenant=elsewhere)
    with pytest.raises(SignInError) as raised:
        again.target(FileTarget(Path("old.permdesk")), snapshot)
    assert "Sign in" in raised.value.remedy


def checked(window: Window) -> ProofSheet:
    show(window, APP)
    window.consent.reconsent()
    preview = window.sheets.sheet
    assert preview is not None
    button(preview, "Check again").click()
    found = window.sheets.sheet
    assert isinstance(found, ProofSheet)
    return found


def test_the_app_alone_is_read_again_and_no_other_changes(tenant: Window) -> None:
    before = tenant.workspace.comparison
    records = len(tenant.workspace.services.records())
    proof = checked(tenant)
    assert tenant.workspace.comparison is before
    # It answers for its own reads: of all that the scan made, those of one app.
    assert "1 of 9 reads refused." in texts(proof)
    assert len(tenant.workspace.services.records()) == records
    assert proof.record.after.scan_id not in {one.scan_id for one in tenant.workspace.services.records()}
    proof.reject()


def test_by_whom_comes_late_and_is_told_then(tenant: Window) -> None:
    proof = checked(tenant)
    assert proof.record.trail is not None
    assert proof.record.trail.status is AuditStatus.READ
    assert proof.record.trail.changes == ()
    assert "has no entry yet" in texts(proof)
    button(proof, "Read again").click()
    trail = proof.record.trail
    assert trail is not None
    told = {row.permission.label for row in proof.record.of(Happened.ADDED, Happened.REMOVED)}
    assert told == {
        row.permission.label
        for row in proof.record.rows
        if trail.last(row.permission, came=row.happened is Happened.ADDED)
    }
    assert "by user02@larkfield.example" in texts(proof)
    proof.reject()


def test_a_full_scan_is_offered_and_shows_the_same(tenant: Window) -> None:
    proof = checked(tenant)
    button(proof, "Read again").click()
    seen = {row.permission.label for row in proof.record.of(Happened.ADDED)}
    before = tenant.workspace.comparison
    button(proof, "Scan the tenant").click()
    assert tenant.sheets.sheet is None
    comparison = tenant.workspace.comparison
    assert comparison is not None
    assert comparison is not before
    app = next(one for one in comparison.apps if one.display_name == APP)
    granted = {finding.permission.label for finding in app.findings if finding.granted.value == "tenant"}
    assert seen <= granted


def test_what_cannot_be_read_again_is_said_in_the_preview(
    tenant: Window, monkeypatch: pytest.MonkeyPatch, sheet: ReconsentSheet
) -> None:
    def fail(_self: Again, plan: ConsentPlan, *_arguments: object, **_named: object) -> None:
        assert plan is not None
        raise ReadError("The app could not be read", detail="503.", remedy="Check again later.")

    monkeypatch.setattr(Again, "app", fail)
    button(sheet, "Check again").click()
    assert tenant.sheets.sheet is sheet
    assert "The app could not be read. Check again later." in texts(sheet)
    assert sheet.check.isEnabled()


def test_a_watch_goes_on_after_a_reading_that_failed(tenant: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    proof = checked(tenant)
    assert proof.record.of(Happened.PENDING)

    def fail(_self: Again, *_arguments: object, **_named: object) -> None:
        raise ReadError("The app could not be read", remedy="Check again later.")

    with monkeypatch.context() as broken:
        broken.setattr(Again, "app", fail)
        button(proof, "Read again").click()
    assert "The app could not be read. Check again later." in texts(proof)
    assert proof.record.of(Happened.PENDING)
    button(proof, "Read again").click()
    assert not proof.record.of(Happened.PENDING)
    proof.reject()


@pytest.mark.parametrize("name", ["Check roles again", "Who holds these roles?", "Check again"])
def test_closing_the_preview_gives_up_what_is_read(
    sheet: ReconsentSheet, tenant: Window, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    started: list[Task] = []

    def begin(_work: object, **_named: object) -> Task:
        started.append(Task(None, tenant.workspace.tasks))
        return started[-1]

    monkeypatch.setattr(tenant.workspace.tasks, "run", begin)
    button(sheet, name).click()
    assert not started[0].cancel.is_set()
    assert "Reading " in texts(sheet)
    sheet.reject()
    assert started[0].cancel.is_set()


def test_the_list_is_said_to_be_older_than_the_proof(tenant: Window) -> None:
    said: list[str] = []
    tenant.workspace.noticed.connect(lambda announcement: said.append(announcement.text))
    checked(tenant).reject()
    assert said == [f"Only {APP} was read again. The list shows it as before, until you scan."]


def test_the_answer_is_heard(sheet: ReconsentSheet) -> None:
    assert isinstance(sheet.who, WhoBox)
    assert sheet.who.again.accessibleName() == "Check roles again"
    assert sheet.who.holders.toolTip()
