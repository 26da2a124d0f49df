"""What a profile file may say: every mistake is told with its line, all at once, and nothing is read by accident."""

from pathlib import Path

import pytest

from permdesk.catalog.content import Known
from permdesk.catalog.problem import Severity
from permdesk.catalog.store import CatalogStore
from permdesk.catalog.validate import Validation, validate_profiles
from permdesk.domain.permission import SHAREPOINT_APP_ID, Kind
from permdesk.domain.profile import ActsFor, Condition, ProfileOrigin, RouteKind
from tests.catalog.places import DATABASE, OWN_PROFILE


@pytest.fixture(scope="module")
def known() -> Known:
    return CatalogStore(DATABASE).known


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.yaml"


def validate(file: Path, known: Known, text: str) -> Validation:
    file.write_text(text, "utf-8")
    return validate_profiles([file], known=known)


def told(file: Path, known: Known, text: str) -> list[str]:
    """Return the problems, the file named without its folder."""
    validation = validate(file, known, text)
    return [str(problem).removeprefix(str(file.parent)).lstrip("/\\") for problem in validation.problems]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_whole_profile(file: Path, known: Known) -> None:
    validation = validate(file, known, OWN_PROFILE)
    assert validation.problems == ()
    (profile,) = validation.profiles
    assert (profile.id, profile.vendor, profile.edition) == ("quillnote-backup", "Quillnote", "4.2")
    assert profile.origin is ProfileOrigin.OWN
    assert profile.workloads == ("Mailboxes", "Sites")
    assert profile.source.date == "2026-09"
    assert profile.routes[0].kind is RouteKind.VENDOR_CONSOLE
    assert profile.routes[0].steps == ("Open Settings > Connections", "Choose Authorize")
    assert profile.routes[0].note == ""
    mail, sites, user = profile.requirements
    assert mail.workloads == {"Mailboxes": ("Backup",)}
    assert (mail.last_update, mail.newly_required, mail.condition) == ("2026-09", None, None)
    assert (sites.resource_app_id, sites.resource) == (SHAREPOINT_APP_ID, "Office 365 SharePoint Online")
    assert sites.workloads == {"Sites": ("Backup", "Restore")}, "operations stand in the page's order"
    assert (sites.condition, sites.newly_required) == (Condition.CERTIFICATE_SIGN_IN, True)
    assert (user.kind, user.acts_for, user.workloads) == (Kind.DELEGATED, ActsFor.ONE_ACCOUNT, {})


def test_the_documented_sentence(file: Path, known: Known) -> None:
    text = OWN_PROFILE.replace("kind: application", "kind: aplication", 1)
    line = line_of(text, "aplication")
    assert told(file, known, text) == [
        f'file.yaml:{line}: unknown kind "aplication"; one of application, delegated; did you mean "application"?'
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("vendor: Quillnote\n", "vendro: Quillnote\n", 'unknown key "vendro"; did you mean "vendor"?'),
        ("    kind: application", "    kinds: application", 'unknown key "kinds"; did you mean "kind"?'),
        ("  breadcrumb: ", "  path: ", 'unknown key "path"; known here are title, breadcrumb, date, retrieved'),
        ("api: Microsoft Graph", "api: Microsoft Grahp", 'unknown api "Microsoft Grahp"; did you mean'),
        ("api: Microsoft Graph", "api: SharePoint", '"SharePoint"; known here are Office 365 SharePoint Online'),
        ("api: Microsoft Graph", "api: Rain", '"Rain"; known here are Azure AD Graph (retired), Office 365 Exchange'),
        ("api: 00000003-0000-0ff1-ce00-000000000000", "api: 00000003-0000-0ff1-ce00-00000000000", "unknown api"),
        ("kind: vendor-console", "kind: vendor", 'unknown kind "vendor"; one of vendor-console, registration,'),
        ("condition: certificate-sign-in", "condition: certificate", 'unknown condition "certificate"; one of group'),
        ("acts_for: one-account", "acts_for: all", 'unknown acts_for "all"; one of one-account, everyone'),
        ("Mailboxes: [Backup]", "Mailboxes: [Bakcup]", 'unknown operation "Bakcup"; one of Backup, Restore; did you'),
        ("Mailboxes: [Backup]", "Mailboxs: [Backup]", 'unknown key "Mailboxs"; did you mean "Mailboxes"?'),
        ("Mailboxes: [Backup]", "Mailboxes: Backup", "Mailboxes has to be a list, such as [one, two]"),
        ("last_update: 2026-09", "last_update: September 2026", "last_update has to be YYYY-MM, such as 2024-05,"),
        ("last_update: 2026-09", "last_update: 2026-13", "last_update has to be YYYY-MM"),
        ("last_update: 2026-09", "last_update: 2026-09-01", "last_update has to be YYYY-MM"),
        ("last_update: 2026-09", "last_update: ٢٠٢٦-٠٩", "last_update has to be YYYY-MM"),
        ("retrieved: 2026-11", "retrieved: 2026-02-30", "retrieved has to be YYYY-MM or YYYY-MM-DD"),
        ("preview: false", "preview: no", 'preview has to be true or false, not "no"'),
        ("newly_required: true", "newly_required: Yes", 'newly_required has to be true or false, not "Yes"'),
        ("purpose: Back up messages", "purpose:", "purpose is missing"),
        ("purpose: Back up messages", 'purpose: ""', "purpose is empty"),
        ("purpose: Back up messages", "purpose: [Back up]", "purpose has to be a text"),
        ("purpose: Back up messages", "purpose: " + "x" * 121, "purpose has 121 characters; at most 120"),
        ("purpose: Back up messages", 'purpose: "Back \\u202eup"', "purpose holds an invisible character (U+202E)"),
        ("purpose: Back up messages", 'purpose: "Back\\nup"', "purpose has to be one line"),
        ("purpose: Back up messages", 'purpose: "\\ud800"', "purpose holds an invisible character (U+D800)"),
        ("value: Mail.Read", "value: Mail Read", 'a value has no blanks and no accents, unlike "Mail Read"'),
        ("value: Mail.Read", "value:", "value is missing"),
        ("id: quillnote-backup", "id: Quillnote Backup", "id has to be small letters, digits and single hyphens"),
        ("id: quillnote-backup", "id: null", "id is missing"),
        ("app_id: null", "app_id: quillnote", 'app_id has to be a GUID, not "quillnote"'),
        ("operations: [Backup, Restore]", "operations: [Backup, backup, Restore]", '"backup" stands twice in oper'),
        ("workloads: [Mailboxes, Sites]", "workloads: [Mailboxes, Sites, A/B]", '"A/B" must not hold / or begin'),
        ("    acts_for: one-account\n", "", "acts_for is missing: a delegated permission acts for one of one-account,"),
        ("    preview: false\n", "    acts_for: everyone\n", "acts_for belongs to delegated permissions alone"),
        ("notes: []", "notes: [[]]", "notes has to be a list of texts"),
        ("directory_roles: []", "directory_roles: none", "directory_roles has to be a list"),
        ("source:\n", "source: page\nextra:\n", "source has to hold keys and values"),
        ("  title: Permissions for Microsoft 365\n", "", "title is missing"),
        ("notes: []", "notes: []\nnotes: []", 'the key "notes" stands twice; first in line 16'),
        ("id: quillnote-backup", "id: &anchor quillnote-backup", "anchors and aliases (& and *) are not accepted"),
        ("id: quillnote-backup", "id: !!python/none quillnote-backup", "a tag (\"tag:yaml.org,2002:python/none\")"),
        ("vendor: Quillnote\n", "vendor: *name\n", "anchors and aliases (& and *) are not accepted"),
        ("vendor: Quillnote\n", "vendor: {{{{{{{{a: 1}}}}}}}}\n", "nested deeper than 8 levels"),
        ("vendor: Quillnote\n", 'vendor: "\\UFFFFFFFF"\n', "this is not YAML"),
        ("vendor: Quillnote\n", "\tvendor: Quillnote\n", "this is not YAML: found character '\\t' that cannot start"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(file: Path, known: Known, right: str, wrong: str, message: str) -> None:
    assert OWN_PROFILE.count(right) >= 1
    text = OWN_PROFILE.replace(right, wrong, 1)
    problems = told(file, known, text)
    assert any(message in problem for problem in problems), problems
    (line, *_) = [int(problem.split(":")[1]) for problem in problems if message in problem]
    changed = line_of(OWN_PROFILE, right)
    assert abs(line - changed) <= 6, "the line is the wrong one, or that of the entry it stands in"
    assert validate(file, known, text).profiles == ()


def test_exact_lines(file: Path, known: Known) -> None:
    text = OWN_PROFILE.replace("Back up messages", '""').replace("[Restore, Backup]", "[Restor]")
    lines = [int(problem.split(":")[1]) for problem in told(file, known, text)]
    # The second mistake leaves the entry without any operation, which is told of the line where it begins.
    assert set(lines) == {line_of(text, 'purpose: ""'), line_of(text, "Sites: [Restor]")}


def test_all_mistakes_are_told_not_only_the_first(file: Path, known: Known) -> None:
    text = OWN_PROFILE.replace("application", "app").replace("Microsoft Graph", "Graf").replace("one-account", "one")
    assert len(told(file, known, text)) == 5
    lines = [int(problem.split(":")[1]) for problem in told(file, known, text)]
    assert lines == sorted(lines)


def test_a_permission_that_stands_twice(file: Path, known: Known) -> None:
    extra = "  - {api: Microsoft Graph, value: mail.read, kind: application, purpose: Again}\n"
    text = OWN_PROFILE + extra
    first = line_of(text, "- api: Microsoft Graph")
    line = line_of(text, extra)
    warning, error = told(file, known, text)
    assert error == f"file.yaml:{line}: application mail.read of Microsoft Graph stands twice; first in line {first}"
    assert warning.startswith(f'file.yaml:{line}: warning: application "mail.read" is not in the facts table')


def test_a_quote_that_never_ends_is_told_with_its_beginning(file: Path, known: Known) -> None:
    text = OWN_PROFILE.replace("vendor: Quillnote", "vendor: 'Quillnote")
    last = text.count("\n") + 1
    assert told(file, known, text) == [
        f"file.yaml:{last}: this is not YAML: found unexpected end of stream (begun in line 2)"
    ]


def test_the_same_value_of_another_kind_or_api_is_another_permission(file: Path, known: Known) -> None:
    text = OWN_PROFILE + (
        "  - {api: Microsoft Graph, value: Mail.Read, kind: delegated, acts_for: everyone, purpose: Again}\n"
        "  - {api: Office 365 Exchange Online, value: Mail.Read, kind: application, purpose: Again}\n"
    )
    validation = validate(file, known, text)
    assert validation.problems == ()
    assert len(validation.profiles[0].requirements) == 5


def test_a_value_that_is_not_published_is_a_warning_in_an_own_profile(file: Path, known: Known) -> None:
    text = OWN_PROFILE.replace("value: Mail.Read", "value: Mail.ReadBasik")
    validation = validate(file, known, text)
    (problem,) = validation.problems
    assert problem.severity is Severity.WARNING
    assert not validation.failed
    assert validation.profiles[0].requirements[0].value == "Mail.ReadBasik"
    assert str(problem) == (
        f'{file}:{line_of(text, "value: Mail.ReadBasik")}: warning: application "Mail.ReadBasik" is not in the '
        'facts table of Microsoft Graph; did you mean "Mail.ReadBasic"?'
    )


def test_a_value_of_the_other_kind_is_pointed_out(file: Path, known: Known) -> None:
    text = OWN_PROFILE.replace("value: Mail.Read\n    kind: application", "value: openid\n    kind: application")
    (problem,) = told(file, known, text)
    assert problem.endswith(
        'application "openid" is not in the facts table of Microsoft Graph; it is known there as delegated'
    )


def test_a_workload_that_nothing_needs_is_a_warning(file: Path, known: Known) -> None:
    text = OWN_PROFILE.replace("[Mailboxes, Sites]", "[Mailboxes, Sites, Drives]")
    (problem,) = told(file, known, text)
    assert problem == f'file.yaml:{line_of(text, "workloads:")}: warning: no requirement names "Drives"'


@pytest.mark.parametrize("word", ["no", "NO", "off", "1.20", "2026-11-22", "0x10", "1e3", ".inf", "<<", "="])
def test_values_stay_the_texts_they_are(file: Path, known: Known, word: str) -> None:
    validation = validate(file, known, OWN_PROFILE.replace("vendor: Quillnote", f"vendor: {word}"))
    assert [profile.vendor for profile in validation.profiles] == [word]


@pytest.mark.parametrize("quoted", ['"null"', "'~'"])
def test_a_quoted_null_is_a_text(file: Path, known: Known, quoted: str) -> None:
    validation = validate(file, known, OWN_PROFILE.replace("app_name: Quillnote Backup", f"app_name: {quoted}"))
    assert validation.profiles[0].app_name == quoted[1:-1]


@pytest.mark.parametrize("empty", ["null", "~", ""])
def test_null_is_nothing(file: Path, known: Known, empty: str) -> None:
    validation = validate(file, known, OWN_PROFILE.replace("app_name: Quillnote Backup", f"app_name: {empty}"))
    assert validation.profiles[0].app_name is None


def test_minimal_file_lists_everything_that_is_missing(file: Path, known: Known) -> None:
    problems = told(file, known, "id: a\n")
    for key in ("vendor", "product", "name", "edition", "source"):
        assert f"file.yaml:1: {key} is missing" in problems


def test_a_profile_without_requirements(file: Path, known: Known) -> None:
    text = OWN_PROFILE[: OWN_PROFILE.index("workloads:")] + "requirements: []\n"
    assert told(file, known, text) == [f"file.yaml:{line_of(text, 'requirements')}: requirements names no permission"]


def test_letter_case_of_an_api_does_not_matter(file: Path, known: Known) -> None:
    text = OWN_PROFILE.replace("api: Microsoft Graph", "api: MICROSOFT graph").replace("0ff1-ce00", "0FF1-CE00")
    validation = validate(file, known, text)
    assert validation.problems == ()
    assert {r.resource for r in validation.profiles[0].requirements} == {
        "Microsoft Graph",
        "Office 365 SharePoint Online",
    }


def test_the_readme_shows_a_valid_profile(file: Path, known: Known) -> None:
    readme = (DATABASE.parent / "resources" / "catalog" / "README.md").read_text("utf-8")
    example = readme.split("```yaml\n")[1].split("```")[0]
    validation = validate(file, known, example)
    assert [problem for problem in validation.problems if problem.severity is Severity.ERROR] == []
    assert validation.profiles[0].id == "my-backup"
