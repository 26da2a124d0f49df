"""The list of apps: groups, order, filters, and who holds a permission."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.application import Origin
from permdesk.domain.finding import AppComparison, AppFlag, Comparison, Flag, Granted, Status, Verdict
from permdesk.domain.permission import Kind
from permdesk.presentation.app_rows import AppRow, Group
from permdesk.presentation.listing import GroupRow, Listing, OverviewRow
from permdesk.presentation.news import News
from permdesk.presentation.search import AppFilter, AppRows, asked_permission
from permdesk.presentation.summary import summarize
from tests.sample import larkfield
from tests.ui import made


def titles(listing: Listing) -> list[str]:
    return [line.title for line in listing if isinstance(line, AppRow)]


def groups(listing: Listing) -> list[Group]:
    return [line.group for line in listing if isinstance(line, GroupRow)]


@pytest.fixture
def rows() -> AppRows:
    return AppRows(made.tenant(), news=News(changed=frozenset({made.own_app().key})))


def test_groups_stand_in_order_and_microsofts_own_are_hidden_at_first(rows: AppRows) -> None:
    listing = rows.listing(AppFilter(), microsoft=False)
    assert isinstance(listing[0], OverviewRow)
    assert groups(listing) == [Group.VENDOR, Group.REGISTRATION, Group.OTHER, Group.MANAGED_IDENTITY]
    assert "Microsoft Teams Services" not in titles(listing)
    assert "Microsoft Graph Command Line Tools" in titles(listing)
    assert "Microsoft Teams Services" in titles(rows.listing(AppFilter(), microsoft=True))


def test_what_needs_a_person_stands_first_in_its_group(rows: AppRows) -> None:
    found = titles(rows.listing(AppFilter(), microsoft=False))
    assert found[0] == "AvePoint Cloud Backup Express"
    assert found[1] == "svc-m365-backup"
    assert found.index("Larkfield Intranet Search") < found.index("Calibration Certificates")
    assert found.index("AvePolnt Cloud Backup Express") < found.index("Quillnote for Teams")


def test_a_folded_group_keeps_its_head_and_count_until_a_text_is_looked_for(rows: AppRows) -> None:
    folded = rows.listing(AppFilter(), microsoft=False, collapsed=frozenset({Group.VENDOR}))
    head = next(line for line in folded if isinstance(line, GroupRow))
    assert (head.group, head.shown, head.collapsed) == (Group.VENDOR, 5, True)
    assert "svc-m365-backup" not in titles(folded)
    assert folded.apps == rows.count(AppFilter(), microsoft=False)
    searched = rows.listing(AppFilter(text="svc"), microsoft=False, collapsed=frozenset({Group.VENDOR}))
    assert titles(searched) == ["svc-m365-backup"]


names = st.lists(st.text("abcA ß.", max_size=8), max_size=25)


@given(names, st.lists(st.text("abß. ", max_size=4), min_size=1, max_size=6))
def test_typing_leaves_what_the_last_text_alone_would(app_names: list[str], texts: list[str]) -> None:
    comparison = made.comparison(
        *(
            made.app(name, Verdict.NO_BASELINE, app_id=f"{n:08x}", origin=list(Origin)[n % 3])
            for n, name in enumerate(app_names)
        )
    )
    rows = AppRows(comparison)
    for text in texts:
        listing = rows.listing(AppFilter(text=text), microsoft=False)
    expected = [
        line.title
        for line in AppRows(comparison).listing(AppFilter(), microsoft=False)
        if isinstance(line, AppRow) and all(word in line.title.casefold() for word in texts[-1].casefold().split())
    ]
    assert titles(listing) == expected
    assert listing.apps == len(expected)
    for place, line in enumerate(listing):
        if isinstance(line, AppRow):
            assert listing.find(line.key) == place


def test_ids_are_found_whole_or_by_their_beginning(rows: AppRows) -> None:
    app = made.own_app()
    assert app.app_id is not None
    for text in (app.app_id, app.app_id[:13], app.app_id.upper()):
        assert titles(rows.listing(AppFilter(text=text), microsoft=False)) == [app.display_name]


def test_an_object_id_finds_its_app() -> None:
    object_id = "0c458cef-11f3-48c2-a568-0c458cef11f3"
    rows = AppRows(made.comparison(made.app("One", Verdict.NO_BASELINE, object_id=object_id), made.express()))
    assert titles(rows.listing(AppFilter(text=object_id), microsoft=False)) == ["One"]


def test_filters_are_joined(rows: AppRows) -> None:
    gaps = AppFilter(verdicts=frozenset({Verdict.GAPS}))
    assert titles(rows.listing(gaps, microsoft=False)) == ["svc-m365-backup"]
    mail = AppFilter(reach=frozenset({Flag.ALL_MAIL}))
    assert titles(rows.listing(mail, microsoft=False)) == ["Calibration Certificates"]
    both = AppFilter(verdicts=frozenset({Verdict.GAPS}), reach=frozenset({Flag.ALL_MAIL}))
    assert titles(rows.listing(both, microsoft=False)) == []
    assert titles(rows.listing(AppFilter(changed=True), microsoft=False)) == ["svc-m365-backup"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("who holds Mail.ReadWrite?", "Mail.ReadWrite"),
        ("Who has  mail.send ??", "mail.send"),
        ("who holds", None),
        ("Mail.Send", None),
    ],
)
def test_questions(text: str, asked: str | None) -> None:
    assert asked_permission(text) == asked


def test_who_holds_a_permission_says_how_and_names_what_was_not_read() -> None:
    unread = made.app("Unread", Verdict.NO_BASELINE, made.finding("Mail.Read", Status.UNVERIFIED))
    without = made.app("Without", Verdict.NO_BASELINE, made.finding("Mail.Read", Status.MISSING))
    rows = AppRows(made.comparison(*made.tenant().apps, unread, without))
    listing = rows.listing(AppFilter(permission="mail.READ"), microsoft=False)
    said = {line.title: line.subtitle for line in listing if isinstance(line, AppRow)}
    assert said == {
        "svc-m365-backup": "Application: tenant-wide",
        "AvePolnt Cloud Backup Express": "Delegated: 1 user",
        "Unread": "Application: not read",
    }
    assert rows.known_permission("MAIL.read") == "Mail.Read"
    assert rows.known_permission("Mail.Nothing") is None


def test_who_holds_looks_among_microsofts_own_too() -> None:
    own = made.app(
        "Teams",
        Verdict.NO_BASELINE,
        made.finding("A.B", Status.GRANTED, kind=Kind.DELEGATED, granted=Granted.USERS, users=None),
        origin=Origin.MICROSOFT,
    )
    listing = AppRows(made.comparison(own)).listing(AppFilter(permission="A.B"), microsoft=False)
    assert [line.subtitle for line in listing if isinstance(line, AppRow)] == ["Delegated: some users"]


def test_no_match_says_which_filter_hides_what() -> None:
    apps = [
        made.app(f"Mail.Send {n}", Verdict.COMPLIANT, made.finding("Mail.Send", Status.SATISFIED)) for n in range(5)
    ]
    rows = AppRows(made.comparison(*apps), news=News())
    filter_ = AppFilter("Mail.Send", verdicts=frozenset({Verdict.GAPS}), changed=True)
    found = rows.no_match(filter_, microsoft=False)
    assert found.title == "No app matches all three"
    assert found.text == "“Mail.Send” alone finds 5 apps. The filters Gaps and Changed hide them."
    assert found.permission == "Mail.Send"
    one = rows.no_match(AppFilter("Mail.Send", verdicts=frozenset({Verdict.GAPS})), microsoft=False)
    assert one.title == "No app matches both"
    assert one.text.endswith("The filter Gaps hides them.")


def test_no_match_tells_of_microsofts_own() -> None:
    rows = AppRows(made.tenant())
    assert "1 app of Microsoft’s own matches" in rows.no_match(AppFilter("teams services"), microsoft=False).text


def test_second_lines() -> None:
    said = {
        line.title: line.subtitle
        for line in AppRows(made.tenant()).listing(AppFilter(), microsoft=True)
        if isinstance(line, AppRow)
    }
    assert said["AvePoint Cloud Backup Express"] == "AvePoint · confirmed by you"
    assert said["svc-m365-backup"] == "NAKIVO · bound by you"
    assert said["AvePoint Cloud Backup for Azure AD B2C"] == "AvePoint · expected, not installed"
    assert said["Calibration Certificates"] == "Registration · credential ends 3 Dec 2026"
    assert said["AvePolnt Cloud Backup Express"] == "resembles a vendor app"
    assert said["Quillnote for Teams"] == "Quillnote Ltd. · verified publisher"


def test_speech_has_name_verdict_and_counts(rows: AppRows) -> None:
    row = rows.row(made.express().key)
    assert row is not None
    assert row.spoken == (
        "AvePoint Cloud Backup Express, Not fully read, 2 missing, 2 excess, 2 not read, AvePoint · confirmed by you"
    )


def test_names_from_outside_are_inert() -> None:
    app: AppComparison = made.app("\u202eevil\n" + "x" * 10_000, Verdict.NO_BASELINE, flags=(AppFlag.DORMANT,))
    row = AppRows(made.comparison(app)).row(app.key)
    assert row is not None
    assert len(row.title) <= 400
    assert not {"\u202e", "\n"} & set(row.title)
    nameless = made.app("", Verdict.NO_BASELINE)
    found = AppRows(made.comparison(nameless)).row(nameless.key)
    assert found is not None
    assert found.title == "(no name)"


@pytest.fixture
def sample() -> Comparison:
    return larkfield.comparison(complete=False)


def test_what_is_expected_and_not_here_is_no_app(sample: Comparison) -> None:
    rows = AppRows(sample)
    listing = rows.listing(AppFilter(), microsoft=True)
    assert rows.total == listing.apps - 1
    assert rows.installed(listing) == rows.total
    assert rows.total - rows.microsoft == summarize(sample).apps
    absent = AppFilter(verdicts=frozenset({Verdict.NOT_INSTALLED}))
    assert rows.installed(rows.listing(absent, microsoft=True)) == 0
    folded = rows.listing(AppFilter(), microsoft=True, collapsed=frozenset({Group.VENDOR}))
    assert folded.apps == listing.apps


def test_no_verdict_is_said_without_what_was_not_read(sample: Comparison) -> None:
    rows = AppRows(sample)
    left_open = [app for app in sample.apps if not app.excess_complete]
    assert left_open
    for app in sample.apps:
        row = rows.row(app.key)
        assert row is not None
        assert ("excess not fully read" in row.spoken) is (not app.excess_complete)
        assert not row.judged or not app.excess_complete
