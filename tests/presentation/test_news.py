"""What the list marks as new since the scan before, and the words for what changed."""

from datetime import timedelta

from msgspec.structs import replace

from permdesk.domain.application import Credential, CredentialKind
from permdesk.domain.coverage import ReadName
from permdesk.domain.diffing import diff_scans
from permdesk.domain.finding import Status, Verdict
from permdesk.domain.grant import DirectoryRole
from permdesk.domain.permission import Kind
from permdesk.domain.verdict_diff import verdict_changes
from permdesk.presentation.difference import app_word, change_rows, gap_words, summary_words
from permdesk.presentation.news import news_of
from tests.domain.small import (
    ANN,
    APP,
    APP_OBJECT,
    BOB,
    CAT,
    DAN,
    app_of,
    by_hand,
    compared,
    finding,
    needs,
    principal,
    profile_of,
    registration,
    role,
    scope,
    tenant,
    wants,
)


def test_new_apps_and_new_permissions():
    before = tenant(manifest=[wants("Orders.Read")], granted=[role("Orders.Read")])
    after = tenant(
        manifest=[wants("Orders.Read"), wants("Orders.Write")], granted=[role("Orders.Read"), scope("Orders.Read", ANN)]
    )
    news = news_of(diff_scans(before, after))
    app = app_of(compared(after))
    assert (news.new, news.changed) == (frozenset(), {APP})
    assert news.is_new(APP, finding(app, "Orders.Write").permission)
    assert news.is_new(APP, finding(app, "Orders.Read", Kind.DELEGATED).permission)
    assert not news.is_new(APP, finding(app, "Orders.Read").permission)
    assert not news.is_new("another app", finding(app, "Orders.Write").permission)
    assert news_of(diff_scans(tenant(principals=[]), after)).new == {APP}


def test_what_could_not_be_said_is_not_called_new():
    news = news_of(diff_scans(tenant(unread=[ReadName.APP_ROLE_ASSIGNMENTS]), tenant(granted=[role("Orders.Read")])))
    assert (news.changed, news.permissions, news.unsure) == (frozenset(), {}, {APP})


def test_verdicts_that_are_others_now():
    profile = profile_of(needs("Orders.Read"))
    before = compared(tenant(granted=[role("Orders.Read")]), profile, knowledge=by_hand(profile))
    after = compared(tenant(granted=[role("Orders.Write")]), profile, knowledge=by_hand(profile))
    (change,) = verdict_changes(before, after)
    assert (change.key, change.before, change.after) == (APP, Verdict.COMPLIANT, Verdict.GAPS)
    assert [(one.permission.value, one.before, one.after) for one in change.findings] == [
        ("Orders.Read", Status.SATISFIED, Status.MISSING),
        ("Orders.Write", None, Status.EXCESS),
    ]
    assert verdict_changes(before, before) == ()
    (gone,) = verdict_changes(before, compared(tenant(principals=[]), profile))
    assert (gone.before, gone.after) == (Verdict.COMPLIANT, None)


def test_every_kind_of_change_has_its_words():
    held = DirectoryRole(APP_OBJECT, "Exchange Administrator", "role-1", "/administrativeUnits/1")
    secret = Credential(CredentialKind.SECRET, None, None, "\x1b[31mkey")
    before = tenant(principals=[])
    after = tenant(
        registrations=[registration([wants("Orders.Read")], [secret])],
        granted=[
            role("Orders.Read", since="2026-03-12"),
            scope("Orders.Read", ANN),
            *(scope("Orders.Write", who) for who in (ANN, BOB, CAT, DAN)),
        ],
        roles=[held],
    )
    diff = diff_scans(before, after)
    (app,) = diff.apps
    assert app_word(app) == "new"
    told = [(row.what, row.name, row.remark) for row in change_rows(app, users=diff.users)]
    assert told == [
        ("app registration", "", "added"),
        ("service principal", "", "added"),
        ("granted", "Orders.Read (application, Shop)", "since 12 Mar 2026"),
        ("configured", "Orders.Read (application, Shop)", ""),
        ("granted to single accounts", "Orders.Read (delegated, Shop)", "Ann"),
        ("granted to single accounts", "Orders.Write (delegated, Shop)", "4 accounts"),
        ("directory role", "Exchange Administrator", "over /administrativeUnits/1"),
        ("secret", "␛[31mkey, without an end", ""),
    ]
    assert summary_words(diff) == "1 app changed (1 new); permissions: 1 granted and 1 configured."


def test_no_difference_is_only_said_where_everything_was_read():
    assert summary_words(diff_scans(tenant(), tenant())) == "Nothing changed."
    cut = tenant(unread=[ReadName.DIRECTORY_ROLES])
    diff = diff_scans(cut, tenant())
    assert summary_words(diff) == "Nothing of what both scans read changed."
    assert [gap_words(gap) for gap in diff.gaps] == ["directory roles: before refused, now complete"]


def test_one_changed_permission_is_one():
    diff = diff_scans(tenant(), tenant(granted=[role("Orders.Read")]))
    assert summary_words(diff) == "1 app changed; permission: 1 granted."


def test_a_name_that_changed_is_inert_and_cut():
    diff = diff_scans(tenant(), tenant(principals=[principal(display_name="x" * 10_000 + "‮")]))
    (row,) = change_rows(diff.apps[0], limit=40)
    assert row.outcome is None
    assert row.name.startswith("An app → xxx")
    assert len(row.name) < 60


def test_time_does_not_matter():
    later = replace(tenant(), read_at=tenant().read_at + timedelta(days=400))
    assert news_of(diff_scans(tenant(), later)).changed == frozenset()
