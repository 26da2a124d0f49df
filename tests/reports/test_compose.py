"""What a report says of a tenant: nothing unread as fine, own manifests apart, each chosen app in its part."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.finding import AppFlag, Baseline, Flag, Status, Verdict
from permdesk.domain.fingerprint import grouped_fingerprint
from permdesk.domain.grant import User
from permdesk.domain.knowledge import Acceptance, PermissionKey
from permdesk.domain.permission import GRAPH_APP_ID, Kind
from permdesk.domain.tenant import HeldRole
from permdesk.errors import UsageError
from permdesk.reports.choice import Choice, Form, Page
from permdesk.reports.compose import compose
from permdesk.reports.document import Callout, Document, Facts, Part, Row, SignOff, Steps, Table, Text
from permdesk.reports.subject import Subject
from tests.reports.told_subjects import FINGERPRINT, JUDGED, sample, subject_of, texts_of, words_of
from tests.ui.made import app, comparison, express, finding, own_app, profile, tenant

_EXPRESS, _INTRANET = "7d2b6c14-0c3f-4e6a-9a86-51f6d2f0b8e7", "49af64f6-a1b4-51bc-9ebb-f9682ec9dc53"


def _document(subject: Subject, **more: object) -> Document:
    return compose([subject], replace(Choice(), **more))


def _part(document: Document, name: str) -> Part:
    return next(part for part in document.parts if part.name == name)


def _words(document: Document, name: str = "summary") -> str:
    return words_of(_part(document, name).blocks)


def _of_app(one: object, **more: object) -> str:
    return _words(_document(subject_of(comparison(one)), apps=(one.key,), **more), "app-1")  # type: ignore[attr-defined]


def test_the_order_of_parts() -> None:
    document = _document(sample())
    names = [part.name for part in document.parts]
    assert names[0] == "summary"
    assert names[1:8] == [f"app-{number}" for number in range(1, 8)]
    assert names[8:] == ["own-manifest", "nothing-to-compare", "changes", "sources", "method"]
    assert [part.level for part in document.parts] == [1, *[2] * 11, 1]


def test_completeness_stands_before_the_result_and_says_what_is_left_open() -> None:
    blocks = _part(_document(sample()), "summary").blocks
    box = next(block for block in blocks if not isinstance(block, Facts))
    assert isinstance(box, Callout)
    assert box.look.hatched
    told = words_of([box])
    assert "8 of 72 reads were refused" in told
    # The same grants were asked for from the apps' own side: they are counted once.
    assert told.count(" permissions of ") == 1
    assert "a second way to the same grants" in told
    short = words_of(_part(_document(sample(), form=Form.SHORT), "summary").blocks)
    assert "Nor was the own side of 7 apps read, a second way to the same grants." in short
    assert "Not read: role assignments on Office 365 SharePoint Online." in told
    assert "4 permissions of 3 apps are shown as not read" in told
    assert "neither as granted nor as missing" in told
    for outside in ("Azure roles", "Exchange", "Sites.Selected", "teams"):
        assert outside in told


def test_a_complete_scan_is_not_hatched() -> None:
    box = next(b for b in _part(_document(sample(complete=True)), "summary").blocks if isinstance(b, Callout))
    assert not box.look.hatched
    assert box.title == f"Complete: all {len(sample(complete=True).comparison.reads)} reads reached the end."


def test_nothing_read_is_not_complete() -> None:
    box = next(b for b in _part(_document(subject_of(comparison())), "summary").blocks if isinstance(b, Callout))
    assert box.look.hatched
    assert "Nothing was read" in box.title


def test_reads_that_differ_in_the_api_alone_are_told_together_and_listed_one_by_one() -> None:
    refused = [
        ReadCoverage(ReadName.DEFINITIONS, ReadStatus.REFUSED, resource_app_id=f"api-{n}", resource=f"API {n}")
        for n in range(40)
    ]
    subject = subject_of(replace(comparison(express()), reads=tuple(refused)))
    document = _document(subject)
    box = next(b for b in _part(document, "summary").blocks if isinstance(b, Callout))
    assert box.title == "Not complete: 40 of 40 reads were refused."
    assert "API definitions of API 0, API 1, API 2, API 3 and 36 more" in words_of([box]).replace("aPI", "API")
    every = _words(document, "sources")
    assert all(f"API {n}" in every for n in range(40))


def test_own_manifests_are_outside_the_compliance_counts() -> None:
    subject = subject_of(tenant())
    document = _document(subject)
    table = next(b for b in _part(document, "summary").blocks if isinstance(b, Table))
    assert len(table.rows) == 5
    told = _words(document)
    assert "Of 4 apps with a vendor’s page, 1 is as documented" in told
    assert "1 expected app is not installed" in told
    own = next(b for b in _part(document, "own-manifest").blocks if isinstance(b, Table))
    assert len(own.rows) == 3
    labels = {row.cells[0].look.label for row in own.rows if isinstance(row, Row)}  # type: ignore[union-attr]
    assert "As documented" not in labels
    assert "As configured" in labels


def test_a_verdict_never_sounds_final_where_excess_was_not_fully_read() -> None:
    fine = app("Harbor", Verdict.COMPLIANT, finding("Mail.Read", Status.SATISFIED), profile=profile())
    cut = replace(fine, excess_complete=False)
    long = _document(subject_of(comparison(cut)), apps=(cut.key,))
    assert _part(long, "app-1").badge.label == "As documented · excess not fully read"  # type: ignore[union-attr]
    assert "excess not fully read" in _words(long)
    short = _part(_document(subject_of(comparison(cut)), form=Form.SHORT), "summary")
    assert "What it holds beyond the need was not read to the end." in words_of(short.blocks)
    whole = _document(subject_of(comparison(fine)), apps=(fine.key,))
    assert _part(whole, "app-1").badge.label == "As documented"  # type: ignore[union-attr]


def test_as_documented_is_explained_where_it_is_counted() -> None:
    for form in Form:
        assert "does not say that the access is harmless" in _words(_document(sample(), form=form))


def test_the_reader_and_the_roles_are_named_or_said_not_to_be_read() -> None:
    subject = sample()
    assert "Read by: admin@larkfield.example, Cloud Application Administrator" in _words(_document(subject))
    for roles, told in (
        (None, "directory roles not read"),
        ((), "without an active directory role"),
        ((HeldRole("id", "Global Reader"), HeldRole("id", "Helpdesk")), "Global Reader and Helpdesk"),
    ):
        account = replace(subject.comparison.account, roles=roles)
        other = replace(subject, comparison=replace(subject.comparison, account=account))
        assert told in _words(_document(other))


def test_the_fingerprint_is_on_the_first_page_and_with_the_sources() -> None:
    document = _document(sample())
    told = f"Fingerprint: {grouped_fingerprint(FINGERPRINT)}"
    assert "5d0c 1f3a 5d0c" in told
    assert told in _words(document)
    assert told in _words(document, "sources")
    assert document.foot.endswith("scan 5d0c-1f3a")
    assert told in _words(_document(sample(), form=Form.SHORT))


def test_the_page_on_method_names_what_is_not_covered() -> None:
    told = _words(_document(sample()), "method")
    for word in ("Azure RBAC", "Exchange", "Sites.Selected", "Resource-specific consent", "Directory roles of apps"):
        assert word in told


def test_steps_stand_in_the_order_of_work() -> None:
    steps = next(b for b in _part(_document(sample()), "app-3").blocks if isinstance(b, Steps))
    told = ["".join(run.text for run in runs) for runs in steps.steps]
    order = [
        "Read the grants",
        "Ask NAKIVO",
        "Add Notes.ReadWrite.All",
        "Before the consent",
        "Configure the reg",
        "Remove",
    ]
    places = [next(n for n, one in enumerate(told) if one.startswith(word)) for word in order]
    assert places == sorted(places)
    assert "Needed: Contacts.ReadWrite." in told[places[3]]
    assert told[-1].startswith("Read the tenant again")


def test_exceptions_name_reason_person_and_review_date() -> None:
    accepted = Acceptance(
        "app", PermissionKey(GRAPH_APP_ID, Kind.APPLICATION, "Mail.Send"), "The portal sends invoices", "Ann", JUDGED
    )
    held = replace(finding("Mail.Send", Status.EXCESS), accepted=accepted, flags=(Flag.ACCEPTED,))
    portal = app("Portal", Verdict.COMPLIANT, held, profile=profile())
    told = _of_app(portal, locale="de-DE")
    assert "The portal sends invoices" in told
    assert "Ann" in told
    assert "22.11.2026" in told
    # What is accepted is no longer listed as something to do, nor as beyond the need.
    blocks = _part(_document(subject_of(comparison(portal)), apps=(portal.key,)), "app-1").blocks
    assert not [b for b in blocks if isinstance(b, Table) and b.caption.startswith("What is granted beyond")]
    assert "Remove Mail.Send" not in told


@pytest.mark.parametrize("form", Form)
def test_an_accepted_finding_of_an_app_without_a_part_is_on_paper_all_the_same(form: Form) -> None:
    accepted = Acceptance(
        "app", PermissionKey(GRAPH_APP_ID, Kind.APPLICATION, "Mail.Send"), "By contract", "Ann", JUDGED
    )
    held = replace(finding("Mail.Send", Status.EXCESS), accepted=accepted, flags=(Flag.ACCEPTED,))
    own = app("Own portal", Verdict.COMPLIANT, held, baseline=Baseline.MANIFEST, registration_id="r", object_id="o")
    summary = words_of(_part(_document(subject_of(comparison(own)), form=form), "summary").blocks)
    assert "Own portal" in summary
    assert "22 Nov 2026" in summary
    assert ("By contract accepted by Ann" in summary) is (form is Form.LONG)
    nothing = words_of(_part(_document(subject_of(comparison()), form=form), "summary").blocks)
    assert "accepted by" not in nothing
    assert ("no finding of this tenant is accepted" in nothing) is (form is Form.LONG)


@pytest.mark.parametrize("form", Form)
def test_an_exception_past_its_review_date_is_told_as_past(form: Form) -> None:
    key = PermissionKey(GRAPH_APP_ID, Kind.APPLICATION, "Mail.Send")
    portal = app("Portal", Verdict.EXCESSIVE, finding("Mail.Send", Status.EXCESS), profile=profile())
    assert portal.app_id is not None
    past = Acceptance(portal.app_id, key, "Until the move", "Ann", JUDGED - timedelta(days=30))
    compared = replace(comparison(portal), lapsed=(past,))
    told = words_of(_part(_document(subject_of(compared), form=form), "summary").blocks)
    if form is Form.SHORT:
        assert "Accepted exceptions: none. 1 exception past the review date: counted again." in told
    else:
        assert "Past their review date: these findings count again" in told
        assert "Until the move accepted by Ann" in told
        assert "23 Oct 2026" in told
    other = words_of(_part(_document(subject_of(comparison(portal)), form=form), "summary").blocks)
    assert "review date:" not in other


def test_single_accounts_are_named_with_their_state() -> None:
    one = replace(finding("Mail.Read", Status.PARTIAL, kind=Kind.DELEGATED, users=2), holders=("u1", "u2"), gap=True)
    compared = replace(
        comparison(app("Portal", Verdict.GAPS, one)),
        users={"u1": User("u1", "Ann", enabled=True), "u2": User("u2", gone=True)},
    )
    told = _words(_document(subject_of(compared), apps=(compared.apps[0].key,)), "app-1")
    assert "Granted to Ann and u2 (gone)." in told
    assert "2 users" in told


def test_ending_credentials_and_gone_accounts_are_told() -> None:
    told = _words(_document(sample()))
    assert "its newest secret ends on 9 December 2026" in told
    assert "none is valid any more: its newest secret ended on 8 January 2026" in told
    assert "granted to 1 account that does not exist any more" in told


def test_what_was_not_read_leaves_the_list_of_endings_open() -> None:
    reads = tuple(
        replace(read, status=ReadStatus.REFUSED) if read.read is ReadName.APPLICATIONS else read
        for read in sample(complete=True).comparison.reads
    )
    subject = sample(complete=True)
    told = _words(_document(replace(subject, comparison=replace(subject.comparison, reads=reads))))
    assert "Not all app registrations were read, so there may be more." in told


def test_chosen_apps_alone_get_parts_the_gravest_first() -> None:
    document = _document(sample(), apps=(_INTRANET, _EXPRESS))
    titles = [part.title for part in document.parts if part.name.startswith("app-")]
    assert titles == ["AvePoint Cloud Backup Express", "Larkfield Intranet Search"]
    # The summary stays whole: a selection must not make a tenant look better.
    assert "Of 6 apps with a vendor’s page" in _words(document)
    none = _document(sample(), apps=())
    assert not [part for part in none.parts if part.name.startswith("app-")]


def test_an_app_nobody_has_cannot_be_chosen() -> None:
    with pytest.raises(UsageError, match="no app"):
        _document(sample(), apps=("nobody",))
    with pytest.raises(UsageError):
        compose([], Choice())


def test_several_tenants_have_an_overview_and_unique_names() -> None:
    document = compose([sample(), sample(complete=True)], Choice())
    names = [part.name for part in document.parts]
    assert len(set(names)) == len(names)
    assert names[0] == "overview"
    assert names.count("method") == 1
    told = _words(document, "overview")
    assert "Not complete: 1 of 2 tenants was not read to the end." in told
    assert "Of 12 apps with a vendor’s page in 2 tenants, 2 are as documented" in told
    short = compose([sample(), sample(complete=True)], Choice(form=Form.SHORT))
    assert [part.name for part in short.parts] == ["overview", "t1-summary", "t2-summary"]


def test_the_short_form_is_one_part_that_stays_on_one_page() -> None:
    for landscape in (False, True):
        (part,) = _document(sample(), form=Form.SHORT, page=Page(landscape=landscape)).parts
        assert part.one_page
        assert isinstance(part.blocks[-1], SignOff)
    assert not _document(sample()).parts[0].one_page


def test_the_short_form_counts_the_apps_it_does_not_list() -> None:
    apps = [replace(express(), app_id=f"app-{n}") for n in range(30)]
    for landscape, lines in ((False, 10), (True, 3)):
        document = _document(subject_of(comparison(*apps)), form=Form.SHORT, page=Page(landscape=landscape))
        table = next(b for b in document.parts[0].blocks if isinstance(b, Table))
        assert len(table.rows) == lines
        assert f"{30 - lines} more apps in the long form: {30 - lines} not fully read." in _words(document)


def test_changes_are_told_of_the_tenant_and_of_each_app() -> None:
    document = _document(sample(), locale="de-DE")
    assert "Since the scan of 23.10.2026" in _words(document)
    told = _words(document, "changes")
    assert "Files.Read.All (application, Microsoft Graph)" in told
    assert "since 18.11.2026" in told
    assert "backup server, ends 03.02.2027" in _words(document, "app-3")
    assert "nothing about it changed in what both scans read" in _words(document, "app-1")
    without = _words(_document(replace(sample(), changes=None)))
    assert without.count("No earlier scan") == 1, "once is enough"


def test_numbers_and_days_follow_the_region_and_words_do_not() -> None:
    german = texts_of(_document(sample(), locale="de-DE"))
    joined = "\n".join(german)
    assert "22.11.2026, 09:42 to 09:44 UTC" in joined
    assert "22 November" not in joined
    assert "12 Mar 2024" not in joined
    assert "November 22, 2026" in "\n".join(texts_of(_document(sample(), locale="en-US")))
    assert _document(sample(), locale="de-DE").language == "en-GB"
    assert _document(sample(), locale="de-DE").region == "de-DE"


def test_an_own_registration_shows_what_it_configures_and_a_vendors_app_does_not() -> None:
    def heads(subject: Subject, key: str) -> list[str]:
        blocks = _part(_document(subject, apps=(key,)), "app-1").blocks
        return [column.title for column in next(b for b in blocks if isinstance(b, Table)).columns]

    vendors, bound = express(), own_app()
    assert "Configured" not in heads(subject_of(comparison(vendors)), vendors.key)
    assert "Configured" in heads(subject_of(comparison(bound)), bound.key)
    assert "Documented" in heads(subject_of(comparison(bound)), bound.key)
    # What is held against its own manifest has no page that could document anything.
    assert "Documented" not in heads(sample(), _INTRANET)


def test_a_look_alike_is_named_with_its_id() -> None:
    false = app("AvePolnt", Verdict.NO_BASELINE, flags=(AppFlag.LOOK_ALIKE,), resembles="AvePoint")
    for form in Form:
        told = _words(_document(subject_of(comparison(false)), form=form))
        assert "1 app resembles a vendor’s app" in told
        assert str(false.app_id) in told


def test_every_row_has_as_many_cells_as_the_table_has_columns() -> None:
    for part in _document(sample()).parts:
        for block in part.blocks:
            if isinstance(block, Table):
                assert all(len(row.cells) == len(block.columns) for row in block.rows if isinstance(row, Row))


def test_text_cells_tell_the_purpose_below_the_permission() -> None:
    table = next(b for b in _part(_document(sample()), "app-1").blocks if isinstance(b, Table))
    cells = [row.cells[0] for row in table.rows if isinstance(row, Row)]
    told = {cell.runs[0].text: cell.below for cell in cells if isinstance(cell, Text)}
    assert told["Group.Read.All"] == "Find Microsoft 365 groups and teams"
