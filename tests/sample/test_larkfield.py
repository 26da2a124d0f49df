"""Larkfield Instruments is what the pictures show, and its ids are the true ones."""

import re
from collections import Counter
from datetime import date

import pytest

from permdesk.domain.application import Origin
from permdesk.domain.coverage import ReadName, ReadStatus
from permdesk.domain.finding import AppFlag, ExcessReason, Flag, Remedy, Status, Verdict, VerdictReason
from permdesk.domain.permission import EXCHANGE_APP_ID, GRAPH_APP_ID, SHAREPOINT_APP_ID, Kind
from permdesk.domain.tenant import MICROSOFT_TENANTS
from permdesk.sample import SAMPLE_ACCOUNT, SAMPLE_CLOCK, SAMPLE_TENANT_ID, sample_knowledge
from permdesk.sample.source import read_source, read_tenant
from tests.sample.larkfield import RESOURCES, app, catalog, comparison, finding, read_sample, snapshot

A, D = Kind.APPLICATION, Kind.DELEGATED
CE = "AvePoint Cloud Backup for Dynamics Customer Engagement"
EXPRESS, AZURE = "AvePoint Cloud Backup Express", "AvePoint Cloud Backup for Azure"


def statuses(name: str, *, complete: bool = False, number: int = 0) -> Counter[Status]:
    return Counter(f.status for f in app(name, complete=complete, number=number).findings)


def test_two_readings_are_the_same() -> None:
    assert read_sample(complete=False) == snapshot(complete=False)


def test_tenant_clock_and_account_are_those_of_the_file() -> None:
    tenant = read_tenant(RESOURCES)
    read = snapshot(complete=False)
    assert (read.tenant.id, read.tenant.name, read.tenant.default_domain) == (tenant.id, tenant.name, tenant.domain)
    assert (tenant.id, tenant.clock) == (SAMPLE_TENANT_ID, SAMPLE_CLOCK)
    assert (tenant.account.username, tenant.id) == (SAMPLE_ACCOUNT.username, SAMPLE_ACCOUNT.home_tenant_id)
    assert snapshot(complete=True).scan_id != read.scan_id


def test_one_list_is_refused_from_both_sides_and_complete_permits_it() -> None:
    refused, *other_side = snapshot(complete=False).coverage.incomplete
    assert (refused.read, refused.resource_app_id, refused.status) == (
        ReadName.APP_ROLE_ASSIGNMENTS,
        SHAREPOINT_APP_ID,
        ReadStatus.REFUSED,
    )
    assert refused.detail == "Microsoft refused this read (403 Authorization_RequestDenied)"
    # The apps that may hold such a role are asked, too, and refused as well.
    assert other_side
    assert {(read.read, read.status, read.detail) for read in other_side} == {
        (ReadName.APP_ROLE_ASSIGNMENTS, ReadStatus.REFUSED, refused.detail)
    }
    assert all(read.client_object_id for read in other_side)
    assert snapshot(complete=True).coverage.all_complete


def test_the_size_of_it() -> None:
    origins = Counter(a.origin for a in comparison(complete=False).apps if a.app_id)
    assert origins == {
        Origin.EXTERNAL: 70,
        Origin.REGISTERED_HERE: 16,
        Origin.MANAGED_IDENTITY: 9,
        Origin.MICROSOFT: 40,
    }
    people = [g for g in snapshot(complete=False).delegated_grants if g.principal_id]
    assert len(people) == 98


def test_paging_is_really_exercised() -> None:
    for read in snapshot(complete=False).reads:
        if read.read in (ReadName.SERVICE_PRINCIPALS, ReadName.OAUTH2_PERMISSION_GRANTS):
            assert read.rows == read.expected
            assert read.rows > 100


# ---- the vendors' apps --------------------------------------------------------------------------------------------


def test_express() -> None:
    express = app(EXPRESS)
    assert (express.verdict, express.verdict_reason) == (Verdict.UNVERIFIED, VerdictReason.NOT_READ)
    assert express.newest_grant == date(2024, 3, 12)
    assert statuses(EXPRESS) == {
        Status.SATISFIED: 7,
        Status.MISSING: 2,
        Status.PARTIAL: 1,
        Status.EXCESS: 2,
        Status.BASIC: 1,
        Status.UNVERIFIED: 2,
    }
    for value, hint in (("Group.Read.All", True), ("Reports.Read.All", False)):
        missing = finding(express, GRAPH_APP_ID, A, value)
        assert missing.status is Status.MISSING
        assert Flag.CHANGED_SINCE_LAST_CONSENT in missing.flags
        assert (Flag.PROBABLY_COVERED in missing.flags) is hint
    assert finding(express, GRAPH_APP_ID, A, "Reports.Read.All").permission.id == "230c1aed-a721-4c5d-9cb4-a90514e508ef"
    partial = finding(express, GRAPH_APP_ID, D, "BackupRestore-Control.ReadWrite.All")
    assert (partial.users, partial.status, partial.gap) == (3, Status.PARTIAL, False)
    for value in ("Files.Read.All", "Group.ReadWrite.All"):
        assert finding(express, GRAPH_APP_ID, A, value).status is Status.EXCESS
    assert {f.permission.value for f in express.findings if f.status is Status.UNVERIFIED} == {
        "Sites.FullControl.All",
        "User.Read.All",
    }
    assert app(EXPRESS, complete=True).verdict is Verdict.GAPS
    assert express.directory_roles
    assert AppFlag.NO_DIRECTORY_ROLE not in express.flags


def test_azure() -> None:
    azure = next(a for a in comparison(complete=False).apps if a.display_name == AZURE and a.profile)
    missing = [f for f in azure.findings if f.status is Status.MISSING]
    assert azure.verdict is Verdict.GAPS
    assert {f.permission.value for f in missing} == {"BitlockerKey.Read.All", "Policy.Read.All", "Domain.Read.All"}
    assert all(Flag.CHANGED_SINCE_LAST_CONSENT in f.flags for f in missing)
    assert sum(f.status is Status.SATISFIED for f in azure.findings) == 20


def test_the_unobvious_name_is_nakivos() -> None:
    nakivo = app("svc-m365-backup", complete=True)
    assert nakivo.app_id == "c2a94e17-6d30-4f4b-a7f5-90d1c3e8b264"
    assert nakivo.profile is not None
    assert (nakivo.profile.id, nakivo.verdict, nakivo.newest_grant) == ("nakivo", Verdict.GAPS, date(2025, 9, 19))
    assert statuses("svc-m365-backup", complete=True) == {
        Status.SATISFIED: 9,
        Status.MISSING: 3,
        Status.EXCESS: 4,
        Status.DECLARED_ONLY: 1,
        Status.BASIC: 2,
    }
    rows = {(f.permission.kind, f.permission.value): f for f in nakivo.findings}
    assert rows[A, "Files.Read.All"].remedy == rows[A, "MailboxSettings.Read"].remedy == (Remedy.CONSENT,)
    assert rows[A, "Notes.ReadWrite.All"].remedy == (Remedy.DECLARE, Remedy.CONSENT)
    assert rows[A, "Directory.Read.All"].reason is ExcessReason.NEITHER
    assert rows[A, "Sites.FullControl.All"].reason is ExcessReason.OTHER_SCOPE
    assert rows[A, "Team.ReadBasic.All"].reason is ExcessReason.OTHER_SCOPE
    assert rows[D, "Group.ReadWrite.All"].users == 2
    assert rows[A, "Sites.Manage.All"].status is Status.DECLARED_ONLY
    contacts = rows[A, "Contacts.ReadWrite"]
    assert (contacts.status, contacts.since) == (Status.SATISFIED, date(2025, 9, 19))
    assert Flag.MAY_BE_REMOVED in contacts.flags
    assert Flag.RETIRED_API in finding(nakivo, EXCHANGE_APP_ID, A, "full_access_as_app").flags


def test_two_of_one_name() -> None:
    pair = [a for a in comparison(complete=False).apps if a.display_name == CE]
    assert all({AppFlag.AMBIGUOUS, AppFlag.UNCONFIRMED} <= set(a.flags) for a in pair)
    external, own = sorted(pair, key=lambda a: a.origin is Origin.REGISTERED_HERE)
    assert (external.verdict, own.verdict) == (Verdict.EXCESSIVE, Verdict.UNVERIFIED)
    assert own.verdict_reason is VerdictReason.IDENTITY
    assert (external.publisher is not None, own.publisher) == (True, None)
    (seen,) = [a for a in comparison(complete=True).apps if a.app_id == own.app_id]
    assert seen.verdict is Verdict.EXCESSIVE
    assert finding(seen, SHAREPOINT_APP_ID, A, "Sites.Read.All").reason is ExcessReason.DECLARED_UNDOCUMENTED


@pytest.mark.parametrize(("name", "resembled"), [("AvePolnt Cloud Backup Express", EXPRESS), (AZURE, AZURE)])
def test_what_would_like_to_be_taken_for_a_vendors_app(name: str, resembled: str) -> None:
    (fake,) = [a for a in comparison(complete=False).apps if a.display_name == name and a.profile is None]
    assert fake.resembles == resembled
    assert fake.publisher is None
    assert AppFlag.LOOK_ALIKE in fake.flags


def test_as_documented_and_not_installed() -> None:
    assert app("AvePoint Online Services Administration for Dynamics Unified Operations").verdict is Verdict.COMPLIANT
    (absent,) = [a for a in comparison(complete=False).apps if a.app_id is None]
    assert absent.profile is not None
    assert (absent.profile.id, absent.verdict) == ("avepoint-azure-ad-b2c", Verdict.NOT_INSTALLED)


# ---- the others ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "verdict", "flag"),
    [
        ("Larkfield Intranet Search", Verdict.EXCESSIVE, None),
        ("Calibration Certificates", Verdict.COMPLIANT, None),
        ("Payroll Export Job", Verdict.COMPLIANT, None),
        ("Visitor Badge Printer", Verdict.NO_BASELINE, None),
        ("Workshop Terminal Sign-in", Verdict.GAPS, None),
        ("Spare Parts Portal", Verdict.COMPLIANT, AppFlag.CREDENTIAL_EXPIRES),
        ("Exchange Transport Report", Verdict.COMPLIANT, AppFlag.NO_DIRECTORY_ROLE),
        ("Label Printer Bridge", Verdict.COMPLIANT, AppFlag.CREDENTIAL_EXPIRES),
        ("Telemetry Ingest", Verdict.GAPS, None),
        ("Drawing Archive Sync", Verdict.GAPS, None),
        ("ERP Order Bridge", Verdict.GAPS, None),
        ("Time Clock 2019", Verdict.COMPLIANT, AppFlag.DORMANT),
        ("Larkfield Calibration API", Verdict.COMPLIANT, None),
        ("Purchase Approval Flow", Verdict.COMPLIANT, None),
        ("Microsoft Graph Command Line Tools", Verdict.NO_BASELINE, AppFlag.SHARED_TOOL),
        ("Graph Explorer", Verdict.NO_BASELINE, AppFlag.SHARED_TOOL),
        ("Turnstone Sandbox", Verdict.NO_BASELINE, AppFlag.DORMANT),
    ],
)
def test_apps_by_name(name: str, verdict: Verdict, flag: AppFlag | None) -> None:
    assert app(name).verdict is verdict
    assert app(name).flags == ((flag,) if flag else ())


def test_an_api_of_its_own_is_found_by_its_role() -> None:
    issued = [f for f in app("Calibration Certificates").findings if f.permission.value == "Certificates.Issue"]
    assert [f.status for f in issued] == [Status.SATISFIED]
    calibration = "8d0be9d1-6f4e-4b8e-9a56-2f7d3f1c5e02"
    assert calibration in snapshot(complete=False).role_apis
    (read,) = [
        r
        for r in snapshot(complete=False).reads
        if (r.read, r.resource_app_id) == (ReadName.APP_ROLE_ASSIGNMENTS, calibration)
    ]
    kept = [a for a in snapshot(complete=False).app_role_assignments if a.resource_id == _principal(calibration)]
    assert (read.rows, len(kept)) == (6, 3)


def _principal(app_id: str) -> str:
    (principal,) = [p for p in snapshot(complete=False).service_principals if p.app_id == app_id]
    return principal.object_id


def test_stale_and_gone_and_retired() -> None:
    stale = {
        (a.display_name, f.permission.value)
        for a in comparison(complete=False).apps
        for f in a.findings
        if Flag.STALE in f.flags
    }
    assert ("Wharfedale File Mover", None) in stale
    assert ("Sundial Calendar Sync", "EWS.AccessAsUser.All") in stale
    gone = [f for f in app("Whimbrel Data Room").findings if f.permission.resource_app_id is None]
    assert [(f.permission.value, f.permission.resource_object_id) for f in gone] == [
        ("dataroom.read", "a7c3e5d1-9b20-4f68-8e4d-c05b7f12936a")
    ]
    retired = [f for f in app("Siskin Old Directory Tool").findings if Flag.RETIRED_API in f.flags]
    assert {f.permission.kind for f in retired} == {A, D}


def test_people_who_are_off_or_gone() -> None:
    users = comparison(complete=False).users.values()
    assert sum(u.gone for u in users) == 1
    assert sum(u.enabled is False for u in users) == 1
    assert Flag.ACCOUNT_GONE in {flag for f in app("Tidewater CRM Connector").findings for flag in f.flags}


def test_a_name_meant_to_deceive_is_kept_as_it_is() -> None:
    assert [a for a in comparison(complete=False).apps if "\u202e" in a.display_name and "<b>" in a.display_name]


# ---- truth --------------------------------------------------------------------------------------------------------


def test_every_id_is_the_published_one() -> None:
    ids, unknown = catalog().published_ids(), []
    apis = {app_id for app_id, _, _ in ids}
    for api in read_source(RESOURCES).apis:
        for kind in Kind:
            for row in api.published(kind):
                if api.app_id not in apis:
                    continue
                published = ids.get((api.app_id, kind, row.value))
                if not published:
                    unknown.append((row.value, published))
                else:
                    assert row.id in published, row.value
    # Nobody publishes this id: the sample's is invented.
    assert unknown == [("Connector.FullAccess", ())]


def test_every_value_the_catalog_names_is_published_here() -> None:
    offered = {
        (api.app_id, kind, row.value)
        for api in read_source(RESOURCES).apis
        for kind in Kind
        for row in api.published(kind)
    }
    documented = {(r.resource_app_id, r.kind, r.value) for p in catalog().profiles().values() for r in p.requirements}
    assert documented <= offered


def test_titles_are_told_for_every_permission() -> None:
    for api in snapshot(complete=False).apis:
        for permission in api.permissions:
            assert permission.title
            assert permission.description
            assert permission.title not in permission.description


def test_names_and_addresses_are_invented() -> None:
    known = ("AvePoint", "NAKIVO", "Microsoft")
    source = read_source(RESOURCES)
    for one in [*source.vendors, *source.registrations, *source.enterprise, *source.identities]:
        assert (
            one.publisher is None or one.publisher.startswith("AvePoint") or not any(k in one.publisher for k in known)
        )
        assert all(re.match(r"https://[a-z0-9.-]+\.example(?=[:/]|$)", url) for url in one.reply_urls)
    assert {p.owner_tenant_id for p in snapshot(complete=False).service_principals if p.app_id == GRAPH_APP_ID} < set(
        MICROSOFT_TENANTS
    )


def test_what_a_person_said() -> None:
    knowledge = sample_knowledge(RESOURCES)
    profiles = catalog().profiles()
    assert {b.profile_id for b in knowledge.bindings.values()} | knowledge.expected <= profiles.keys()
    assert [app_id for app_id, b in knowledge.bindings.items() if b.by_hand] == ["c2a94e17-6d30-4f4b-a7f5-90d1c3e8b264"]
    ((_, profile_id), uses), *others = knowledge.uses.items()
    assert others == []
    assert uses.cells < set(profiles[profile_id].matrix)
    assert len(uses.cells) == 5
    today = SAMPLE_CLOCK.date()
    assert sorted(a.holds(today) for a in knowledge.acceptances) == [False, True]
