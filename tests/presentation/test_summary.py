"""A tenant in numbers, and what to look at first."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from permdesk.domain.application import Credential, CredentialKind, Origin, Publisher
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import (
    AppFlag,
    Baseline,
    Comparison,
    Declared,
    Flag,
    Granted,
    Status,
    Verdict,
    VerdictReason,
)
from permdesk.domain.grant import User
from permdesk.domain.permission import GRAPH_APP_ID, SHAREPOINT_APP_ID, Kind
from permdesk.presentation.app_head import app_head
from permdesk.presentation.app_rows import Group
from permdesk.presentation.appearance import FLAG
from permdesk.presentation.attention import Concern, attention, credential_sentence, difference
from permdesk.presentation.requirement import NeedCounts
from permdesk.presentation.search import AppRows
from permdesk.presentation.summary import REACH_ORDER, summarize
from tests.ui.made import app, comparison, express, finding, own_app, profile, tenant

_TODAY = date(2026, 11, 22)


def _reads(*reads: ReadCoverage) -> Comparison:
    return replace(tenant(), reads=reads)


def test_totals_count_profiles_and_manifests_apart() -> None:
    summary = summarize(tenant())
    assert summary.verdicts == {
        Verdict.UNVERIFIED: 1,
        Verdict.GAPS: 1,
        Verdict.EXCESSIVE: 1,
        Verdict.COMPLIANT: 1,
        Verdict.NOT_INSTALLED: 1,
    }
    assert summary.own == 3
    assert summary.own_to_look == 1
    assert summary.missing == 4
    assert summary.excess == 5
    assert summary.unconfirmed == 0


def test_microsofts_own_are_left_out_and_its_shared_tools_are_not() -> None:
    summary = summarize(tenant())
    assert summary.microsoft == 1
    # Thirteen in all, one Microsoft's, one not installed.
    assert summary.apps == 11


def test_waiting_for_a_persons_word_is_no_unread_app() -> None:
    waiting = app(
        "Cloud Backup", Verdict.UNVERIFIED, profile=profile(), verdict_reason=VerdictReason.IDENTITY, binding=None
    )
    summary = summarize(comparison(waiting))
    assert summary.unconfirmed == 1
    assert summary.verdicts == {}


def test_bars_add_up_by_vendor_and_own_manifests_come_last() -> None:
    lines = summarize(tenant()).vendors
    assert [line.vendor for line in lines] == ["AvePoint", "NAKIVO", None]
    avepoint, nakivo, own = lines
    assert (avepoint.apps, avepoint.not_installed, avepoint.by_name) == (3, 1, 1)
    assert avepoint.need == NeedCounts(granted=8, partial=1, missing=2, unread=2, beyond=3)
    assert nakivo.need == NeedCounts(granted=2, missing=2, beyond=2)
    assert own.apps == 3


def test_reach_names_the_holders_and_what_was_not_read() -> None:
    unread = finding("Sites.Read.All", Status.UNVERIFIED, flags=(Flag.ALL_SITES,))
    someone = finding(
        "Mail.Read", Status.GRANTED, kind=Kind.DELEGATED, granted=Granted.USERS, flags=(Flag.ALL_MAIL,), users=1
    )
    missing = finding("Mail.Send", Status.MISSING, flags=(Flag.ALL_MAIL,))
    lines = summarize(
        comparison(
            app("Unread", Verdict.UNVERIFIED, unread, profile=profile()),
            app("Single", Verdict.NO_BASELINE, someone),
            app("Needs", Verdict.GAPS, missing, profile=profile("other")),
            app("Microsoft's", Verdict.NO_BASELINE, someone, origin=Origin.MICROSOFT),
        )
    ).reach
    assert [line.flag for line in lines] == list(REACH_ORDER)
    by_flag = {line.flag: line for line in lines}
    assert [holder.name for holder in by_flag[Flag.ALL_MAIL].holders] == ["Single"]
    assert by_flag[Flag.ALL_MAIL].holders[0].single
    assert by_flag[Flag.ALL_SITES].holders == ()
    assert by_flag[Flag.ALL_SITES].unread == 1


def test_a_refused_read_says_what_hangs_on_it() -> None:
    refused = ReadCoverage(
        ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.REFUSED, resource_app_id=SHAREPOINT_APP_ID, resource="SharePoint"
    )
    done = ReadCoverage(ReadName.APPLICATIONS, ReadStatus.COMPLETE, rows=23, expected=23)
    summary = summarize(_reads(refused, done))
    assert [(gap.permissions, gap.apps) for gap in summary.gaps] == [(2, 1)]
    assert summary.complete == (done,)
    assert (summary.rows, summary.expected) == (23, 23)


@pytest.mark.parametrize(
    ("read", "permissions"),
    [
        (ReadCoverage(ReadName.SERVICE_PRINCIPALS, ReadStatus.PARTIAL), 2),
        (ReadCoverage(ReadName.OAUTH2_PERMISSION_GRANTS, ReadStatus.FAILED), 0),
        (ReadCoverage(ReadName.DEFINITIONS, ReadStatus.REFUSED, resource_app_id=GRAPH_APP_ID), 0),
        (ReadCoverage(ReadName.DEFINITIONS, ReadStatus.REFUSED, resource_app_id=SHAREPOINT_APP_ID), 2),
        (ReadCoverage(ReadName.USERS, ReadStatus.FAILED), 0),
    ],
)
def test_every_gap_claims_only_its_own(read: ReadCoverage, permissions: int) -> None:
    assert [gap.permissions for gap in summarize(_reads(read)).gaps] == [permissions]


def test_an_apps_own_side_leaves_open_that_apps_permissions_alone() -> None:
    express = next(one for one in tenant().apps if any(f.status is Status.UNVERIFIED for f in one.findings))
    refused = ReadCoverage(ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.REFUSED, resource="x")
    own = replace(refused, client_object_id=express.object_id)
    other = replace(refused, client_object_id="another")
    gaps = summarize(_reads(own, other)).gaps
    assert [(gap.own_side, gap.apps) for gap in gaps] == [(True, 1), (True, 0)]
    assert gaps[0].permissions > gaps[1].permissions == 0


def test_an_unread_list_of_registrations_hangs_on_declared() -> None:
    unread = app("Own", Verdict.UNVERIFIED, finding("User.Read.All", Status.GRANTED, declared=Declared.UNVERIFIED))
    read = ReadCoverage(ReadName.APPLICATIONS, ReadStatus.REFUSED)
    gaps = summarize(replace(comparison(unread), reads=(read,))).gaps
    assert [(gap.permissions, gap.apps) for gap in gaps] == [(0, 1)]


@given(st.permutations(tenant().apps))
def test_order_of_apps_changes_no_number(apps: list) -> None:  # type: ignore[type-arg]
    whole, mixed = summarize(tenant()), summarize(replace(tenant(), apps=tuple(apps)))
    for name in ("apps", "microsoft", "verdicts", "missing", "excess", "own", "vendors", "attention"):
        assert getattr(whole, name) == getattr(mixed, name), name


def test_attention_comes_gravest_first_and_once_per_app() -> None:
    entries = summarize(tenant()).attention
    assert [entry.concern for entry in entries] == sorted(entry.concern for entry in entries)
    assert len({entry.app_key for entry in entries}) == len(entries)
    names = [entry.name for entry in entries]
    assert names[:2] == ["AvePoint Cloud Backup Express", "svc-m365-backup"]
    assert "Payroll Export Job" not in names
    assert "AvePolnt Cloud Backup Express" in names
    assert "Calibration Certificates" in names


def test_attention_sentences() -> None:
    said = {entry.name: entry.sentence for entry in summarize(tenant()).attention}
    assert said["AvePoint Cloud Backup Express"] == "2 permissions could not be read, 2 are missing"
    assert said["svc-m365-backup"] == "2 missing: Files.Read.All and Notes.ReadWrite.All"
    assert said["AvePolnt Cloud Backup Express"] == (
        "resembles AvePoint Cloud Backup Express: l for i; publisher not verified"
    )
    assert said["Calibration Certificates"] == "its newest secret ends on 3 December 2026"
    assert said["Larkfield Intranet Search"] == "holds Sites.FullControl.All that its manifest does not ask for"


def test_new_since_the_last_consent_is_said() -> None:
    changed = tuple(
        finding(value, Status.MISSING, flags=(Flag.CHANGED_SINCE_LAST_CONSENT,)) for value in ("A.Read", "B.Read")
    )
    entries = summarize(comparison(app("Backup", Verdict.GAPS, *changed, profile=profile()))).attention
    assert entries[0].sentence == "2 missing, all new since the last consent"


def test_an_accepted_finding_asks_for_no_attention() -> None:
    from permdesk.domain.knowledge import Acceptance, PermissionKey

    accepted = Acceptance("x", PermissionKey(GRAPH_APP_ID, Kind.APPLICATION, "A"), "known", "admin")
    excess = replace(finding("A", Status.EXCESS), accepted=accepted)
    assert attention([app("Backup", Verdict.COMPLIANT, excess, profile=profile())], users={}, today=_TODAY) == ()


def test_a_gone_account_is_said_with_its_app() -> None:
    held = replace(
        finding("Mail.Read", Status.GRANTED, kind=Kind.DELEGATED, granted=Granted.USERS, users=2), holders=("u1", "u2")
    )
    users = {"u1": User("u1", gone=True), "u2": User("u2", "Larkfield user 02", enabled=True)}
    entries = attention([app("Quillnote", Verdict.NO_BASELINE, held)], users=users, today=_TODAY)
    assert [(entry.concern, entry.sentence) for entry in entries] == [
        (Concern.ACCOUNT_GONE, "granted to 1 account that does not exist any more")
    ]


@pytest.mark.parametrize(
    ("name", "other", "said"),
    [
        ("AvePolnt", "AvePoint", ": l for i"),
        ("AvePoint", "AvePoint", ""),
        ("AvePoinnt", "AvePoint", ""),
        ("Ave\u202ePoint"[:8], "AvePoint", ""),
        ("", "", ""),
    ],
)
def test_difference(name: str, other: str, said: str) -> None:
    assert difference(name, other) == said


def test_credentials_in_words() -> None:
    def ending(*days: date) -> str:
        credentials = tuple(
            Credential(CredentialKind.CERTIFICATE, None, datetime(d.year, d.month, d.day, tzinfo=UTC)) for d in days
        )
        own = app("Own", Verdict.COMPLIANT, credentials=credentials, flags=(AppFlag.CREDENTIAL_EXPIRES,))
        return credential_sentence(own, _TODAY)

    assert ending(date(2026, 1, 1), date(2026, 12, 4)) == "its newest certificate ends on 4 December 2026"
    assert ending(date(2026, 1, 1)) == "no secret or certificate of it is valid any more"


def test_hostile_names_are_inert_in_sentences() -> None:
    evil = "A\u202egro\x07.All"
    apps = [app("Backup", Verdict.GAPS, finding(evil, Status.MISSING), profile=profile())]
    sentence = attention(apps, users={}, today=_TODAY)[0].sentence
    assert "\u202e" not in sentence
    assert "\x07" not in sentence


def test_the_whole_tenant_is_nothing_to_look_at_where_all_is_well() -> None:
    good = app(
        "Backup",
        Verdict.COMPLIANT,
        finding("User.Read.All", Status.SATISFIED),
        profile=profile(),
        publisher=Publisher("AvePoint, Inc."),
    )
    summary = summarize(comparison(good))
    assert summary.attention == ()
    assert summary.gaps == ()
    assert summary.excess_unread == 0
    assert summary.vendors[0].need == NeedCounts(granted=1)


def test_manifest_baselines_count_no_missing_of_vendors() -> None:
    own = app(
        "Own",
        Verdict.GAPS,
        finding("A", Status.MISSING, declared=Declared.YES),
        baseline=Baseline.MANIFEST,
        origin=Origin.REGISTERED_HERE,
    )
    summary = summarize(comparison(own, express(), own_app()))
    assert summary.missing == 4
    assert {flag for line in summary.reach for flag in [line.flag]} <= set(FLAG)


def test_an_app_whose_profile_is_not_found_stands_with_the_vendors_and_is_looked_at() -> None:
    lost = app(
        "Harbor Backup",
        Verdict.UNVERIFIED,
        missing_profile="own-app",
        baseline=Baseline.PROFILE,
        excess_complete=False,
    )
    row = AppRows(comparison(lost)).row(lost.key)
    assert row is not None
    assert (row.group, row.subtitle, row.warning) == (Group.VENDOR, "profile own-app not found", True)
    assert "nobody can say what this app needs" in app_head(lost).spoken
    summary = summarize(comparison(lost))
    assert summary.verdicts == {Verdict.UNVERIFIED: 1}
    assert [line.vendor for line in summary.vendors] == ["Vendor not known: profile not found"]
    (concern,) = summary.attention
    assert concern.sentence == "its profile own-app is not found"
