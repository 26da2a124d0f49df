"""The right pane and the overview: what they tell, what they offer, and names that would rather be markup."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import AppFlag, Flag, Granted, Status, Verdict
from permdesk.domain.grant import User
from permdesk.domain.permission import Kind, PublishedPermission
from permdesk.presentation.summary import summarize
from permdesk.ui.theme import Theme
from permdesk.ui.tokens import Scheme
from permdesk.ui.views.details import DetailsPane
from permdesk.ui.views.details_parts import Subject
from permdesk.ui.views.overview import Overview
from permdesk.ui.views.overview_parts import Hatched
from permdesk.ui.views.paragraph import Paragraph
from permdesk.ui.window import Window
from tests.ui import made
from tests.ui.driving import button, choose, show, texts

_EVIL = "<b>bold</b> & \u202egro.live\x1b[31m \u200b"


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme(Scheme.LIGHT)
    theme.apply(qapp)
    return theme


@pytest.fixture
def details(theme: Theme, qtbot: QtBot) -> DetailsPane:
    pane = DetailsPane(theme)
    qtbot.addWidget(pane)
    pane.resize(328, 800)
    pane.show()
    return pane


def _subject(name: str, status: Status | None = None, **parts: object) -> Subject:
    tenant = made.tenant()
    app = next(app for app in tenant.apps if app.display_name == name)
    finding = next((f for f in app.findings if f.status is status), None)
    values: dict[str, object] = {
        "comparison": tenant,
        "app": app,
        "finding": finding,
        "description": None,
        "portal": (),
        "today": "2026-11-22",
    }
    return Subject(**{**values, **parts})  # type: ignore[arg-type]


def test_a_permission_is_told_in_the_tenants_words(details: DetailsPane) -> None:
    text = PublishedPermission("id", Kind.APPLICATION, "Reports.Read.All", title="Read reports", description="All.")
    details.show_subject(_subject("AvePoint Cloud Backup Express", Status.MISSING, description=text))
    said = texts(details)
    assert "“Read reports.” All." in said
    assert "Text from this tenant’s Microsoft Graph" in said
    assert "AvePoint documents it. Nobody has granted it in this tenant." in said
    assert "Nobody." in said


def test_people_are_named_with_what_is_wrong_with_their_accounts(details: DetailsPane) -> None:
    subject = _subject("AvePoint Cloud Backup Express", Status.PARTIAL)
    assert subject.finding is not None
    holders = tuple(f"u{number:02}" for number in range(12))
    users = {
        "u00": User("u00", "Larkfield user 00", enabled=True),
        "u01": User("u01", "Larkfield user 01", enabled=False),
        "u02": User("u02", gone=True),
    }
    finding = replace(subject.finding, holders=holders, users=12)
    details.show_subject(replace(subject, finding=finding, comparison=replace(subject.comparison, users=users)))
    said = texts(details)
    assert "12 users, for themselves:" in said
    assert "Larkfield user 00\n" in said
    assert "Larkfield user 01 · disabled" in said
    assert "u02 · gone" in said
    assert "and 4 more people" in said
    assert "Not everybody’s account could be read." in said


def test_an_unread_grant_is_not_called_missing(details: DetailsPane) -> None:
    details.show_subject(_subject("AvePoint Cloud Backup Express", Status.UNVERIFIED))
    said = texts(details)
    assert "cannot say whether it is granted" in said
    assert "Nobody." not in said
    assert button(details, "Scan again").isEnabled()


def test_an_app_is_told_by_its_identity(details: DetailsPane) -> None:
    details.show_subject(_subject("AvePoint Cloud Backup Express", finding=None))
    said = texts(details)
    assert "AvePoint, Inc. · verified publisher" in said
    assert "App ID" in said
    assert "more than 12 months old" in said
    details.show_subject(_subject("AvePolnt Cloud Backup Express", finding=None))
    said = texts(details)
    assert "Its publisher is not verified." in said
    assert "permdesk has not bound it." in said


def test_an_unconfirmed_app_offers_to_look(details: DetailsPane, qtbot: QtBot) -> None:
    name = "AvePoint Cloud Backup for Dynamics 365 Customer Engagement"
    details.show_subject(_subject(name, finding=None))
    with qtbot.waitSignal(details.confirm_requested):
        button(details, "Look and confirm…").click()


def test_copies(details: DetailsPane) -> None:
    copied: list[str] = []
    details.copy_requested.connect(lambda text, _what: copied.append(text))
    subject = _subject("AvePoint Cloud Backup Express", Status.MISSING)
    details.show_subject(subject)
    assert subject.finding is not None
    for name in ("Copy Value", "Copy ID", "Copy As text", "Copy the value"):
        button(details, name).click()
    assert copied[0] == copied[3] == subject.finding.permission.label
    assert copied[1] == subject.finding.permission.id
    assert "Status: Missing." in copied[2]


@pytest.mark.parametrize("place", range(13))
def test_any_app_and_any_finding_can_be_told(details: DetailsPane, place: int) -> None:
    tenant = made.tenant()
    app = tenant.apps[place]
    for finding in (None, *app.findings):
        flags = tuple(Flag) if finding is not None else ()
        one = replace(finding, flags=flags, holders=("u1",)) if finding is not None else None
        details.show_subject(replace(_subject(app.display_name), finding=one))
        assert texts(details)


def _labels_are_inert(widget: QWidget) -> None:
    labels = widget.findChildren(QLabel)
    assert labels
    for label in labels:
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert "\u202e" not in label.text()
        assert "\x1b" not in label.text()
        tip = label.toolTip()
        assert "<b>" not in tip
        assert "\u202e" not in tip


def test_hostile_names_are_inert_in_the_details(details: DetailsPane) -> None:
    subject = _subject("AvePoint Cloud Backup Express", Status.PARTIAL)
    assert subject.finding is not None
    permission = replace(subject.finding.permission, value=_EVIL, resource=_EVIL)
    text = PublishedPermission("id", Kind.DELEGATED, _EVIL, title=_EVIL, description=_EVIL)
    users = {"u1": User("u1", _EVIL, _EVIL)}
    finding = replace(subject.finding, permission=permission, holders=("u1",), flags=tuple(Flag), covered_by=_EVIL)
    app = replace(subject.app, display_name=_EVIL, flags=tuple(AppFlag), resembles=_EVIL)
    comparison = replace(subject.comparison, users=users)
    evil = replace(subject, app=app, finding=finding, description=text, comparison=comparison)
    for one in (evil, replace(evil, finding=None)):
        details.show_subject(one)
        _labels_are_inert(details)
        assert "<b>bold</b>" in texts(details)


def test_a_name_of_ten_thousand_letters_costs_no_width(details: DetailsPane) -> None:
    subject = _subject("AvePoint Cloud Backup Express", Status.MISSING)
    app = replace(subject.app, display_name="W" * 10_000)
    details.show_subject(replace(subject, app=app, finding=None))
    QApplication.processEvents()
    assert details.width() == 328
    assert all(label.width() <= 328 for label in details.findChildren(Paragraph) if label.isVisibleTo(details))


def test_hostile_names_are_inert_in_the_overview(theme: Theme, qtbot: QtBot) -> None:
    finding = made.finding(_EVIL, Status.EXCESS, flags=(Flag.TENANT_CONTROL,))
    app = made.app(_EVIL, Verdict.EXCESSIVE, finding, profile=made.profile(vendor=_EVIL))
    read = ReadCoverage(ReadName.DEFINITIONS, ReadStatus.REFUSED, resource=_EVIL, detail=_EVIL)
    page = Overview(theme)
    qtbot.addWidget(page)
    page.resize(1000, 800)
    page.show_summary(summarize(replace(made.comparison(app), reads=(read,))), tenant=_EVIL, read="today")
    page.show()
    QApplication.processEvents()
    _labels_are_inert(page)


def test_overview_tells_what_was_read(theme: Theme, qtbot: QtBot) -> None:
    page = Overview(theme)
    qtbot.addWidget(page)
    page.resize(1000, 800)
    page.show()
    complete = ReadCoverage(ReadName.APPLICATIONS, ReadStatus.COMPLETE, rows=23, expected=23)
    page.show_summary(summarize(replace(made.tenant(), reads=(complete,))), tenant="Larkfield", read="today")
    assert "Nothing: 1 of 1 read is complete." in texts(page)
    refused = ReadCoverage(ReadName.OAUTH2_PERMISSION_GRANTS, ReadStatus.REFUSED, detail="Microsoft refused this read")
    page.show_summary(summarize(replace(made.tenant(), reads=(complete, refused))), tenant="Larkfield", read="today")
    said = texts(page)
    assert "refused (403)" in said
    assert "Nothing: " not in said


def test_a_second_way_to_the_same_grants_is_one_box(theme: Theme, qtbot: QtBot) -> None:
    page = Overview(theme)
    qtbot.addWidget(page)
    refused = ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.REFUSED, detail="Microsoft refused this read")
    own = tuple(replace(refused, resource=f"App {number}", client_object_id=f"o{number}") for number in range(9))
    summary = summarize(replace(made.tenant(), reads=(replace(refused, resource="SharePoint"), *own)))
    page.show_summary(summary, tenant="Larkfield", read="today")
    boxes = page.unread.findChildren(Hatched)
    assert len(boxes) == 2
    assert "Role assignments of 9 apps, from their own side" in boxes[1].accessibleName()
    assert "A second way to the same grants. Microsoft refused this read." in boxes[1].accessibleName()
    assert "left something open" not in texts(page)


def test_overview_opens_apps_and_reach(tenant: Window) -> None:
    first = tenant.workspace.shown.summary.attention[0]  # type: ignore[union-attr]
    button(tenant.overview, f"Open {first.name}").click()
    assert tenant.workspace.app is not None
    assert tenant.workspace.app.key == first.app_key
    tenant.show_overview()
    button(tenant.overview, "Show apps with reach all mail").click()
    assert tenant.apps.filter.reach == frozenset({Flag.ALL_MAIL})


def test_more_to_look_at_unfolds(tenant: Window) -> None:
    summary = tenant.workspace.shown.summary  # type: ignore[union-attr]
    left = len(summary.attention) - 6
    assert left > 0
    button(tenant.overview, f"Show {left} more apps to look at").click()
    for entry in summary.attention:
        assert entry.name in texts(tenant.overview)


def test_details_copy_reaches_the_clipboard(tenant: Window) -> None:
    app = show(tenant, "svc-m365-backup")
    tenant.details_control.show_now()
    button(tenant.details, "Copy App ID").click()
    assert QGuiApplication.clipboard().text() == app.app_id
    assert tenant.banner.text == "The ID is on the clipboard."


def test_a_finding_of_the_sample_is_told_in_its_apis_words(tenant: Window) -> None:
    show(tenant, "svc-m365-backup")
    finding = choose(tenant, Status.MISSING)
    shown = tenant.workspace.shown
    assert shown is not None
    description = shown.descriptions.of(finding.permission)
    assert description is not None
    assert description.value == finding.permission.value
    assert description.description in texts(tenant.details)
    assert shown.descriptions.of(replace(finding.permission, id=None)) is None


@pytest.mark.parametrize(("width", "lines"), [(400, 1), (60, 5)])
def test_a_paragraph_wraps_anywhere(theme: Theme, qtbot: QtBot, width: int, lines: int) -> None:
    words = Paragraph(theme, "BackupRestore-Configuration.ReadWrite.All")
    qtbot.addWidget(words)
    assert words.heightForWidth(width) >= lines * theme.line("small")
    assert (words.heightForWidth(width) == theme.line("small")) == (lines == 1)


def test_partial_and_granted_words(tenant: Window) -> None:
    show(tenant, "AvePoint Cloud Backup Express")
    finding = choose(tenant, Status.PARTIAL)
    assert finding.granted is Granted.USERS
    assert "for themselves:" in texts(tenant.details)
