"""The search from anywhere."""

from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.finding import Status, Verdict
from permdesk.presentation.quick_search import MOST_APPS, search
from permdesk.presentation.search import AppRows
from tests.ui.made import app, comparison, finding, tenant

_TENANT = tenant()
_ROWS = AppRows(_TENANT)
_PERMISSIONS = tuple(
    sorted({(f.permission.label.casefold(), f.permission.label) for a in _TENANT.apps for f in a.findings})
)


def test_apps_by_name_and_id() -> None:
    hits = search(_ROWS, _PERMISSIONS, "m365-back")
    assert [hit.title for hit in hits] == ["svc-m365-backup"]
    assert [hit.app_key for hit in search(_ROWS, _PERMISSIONS, hits[0].app_key or "")] == [hits[0].app_key]


def test_microsofts_own_are_found_too() -> None:
    assert [hit.title for hit in search(_ROWS, _PERMISSIONS, "teams services")] == ["Microsoft Teams Services"]


def test_a_permission_is_a_question_before_its_kin() -> None:
    hits = search(_ROWS, _PERMISSIONS, "mail.read")
    assert [hit.permission for hit in hits] == ["Mail.Read", "Mail.ReadWrite"]
    assert hits[0].title == "Who holds Mail.Read?"


def test_a_question_is_understood_whatever_is_held() -> None:
    assert [hit.permission for hit in search(_ROWS, _PERMISSIONS, "Who holds mail.readwrite?")] == ["Mail.ReadWrite"]
    assert [hit.permission for hit in search(_ROWS, _PERMISSIONS, "who has Nothing.Known")] == ["Nothing.Known"]


def test_only_the_first_apps_are_listed() -> None:
    many = AppRows(comparison(*(app(f"Backup {n}", Verdict.NO_BASELINE) for n in range(50))))
    assert len(search(many, (), "backup")) == MOST_APPS


def test_hostile_names_are_inert() -> None:
    evil = comparison(app("a\u202eb<b>", Verdict.GAPS, finding("Evil\u202e.All", Status.MISSING)))
    hits = search(AppRows(evil), (("evil\u202e.all", "Evil\u202e.All"),), "evil")
    assert all("\u202e" not in hit.title + hit.remark for hit in hits)
    assert hits


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    for hit in search(_ROWS, _PERMISSIONS, text):
        assert hit.title
        assert (hit.app_key is None) != (hit.permission is None)
