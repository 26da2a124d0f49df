"""Services in use as a grid, and the head of an app."""

import pytest

from permdesk.domain.finding import AppFlag, Baseline, Status, Verdict
from permdesk.domain.profile import Cell, Condition, Uses, assumed_uses
from permdesk.presentation.app_head import Notice, app_head
from permdesk.presentation.matrix import NothingTicked, matrix, with_cells, with_condition
from permdesk.presentation.requirement import NeedCounts, app_need_counts
from tests.ui import made

EXCHANGE = frozenset(Cell("Exchange Online", o) for o in ("Discovery", "Backup", "Recovery"))


def test_the_grid_has_a_cell_only_where_the_vendor_documents_something() -> None:
    profile = made.matrix_profile()
    found = matrix(profile, assumed_uses(profile, certificate=False))
    assert found.operations == ("Discovery", "Backup", "Recovery")
    assert ("SharePoint and Group SharePoint", "Discovery") not in found.cells
    assert found.cells["Teams", "Backup"].number == 2
    assert not found.chosen
    assert (found.needed, found.documented) == (6, 7)


def test_a_condition_adds_its_permission_to_cell_and_sum() -> None:
    profile = made.matrix_profile()
    uses = assumed_uses(profile, certificate=False)
    cell = ("SharePoint and Group SharePoint", "Recovery")
    assert matrix(profile, uses).cells[cell].number == 1
    ticked = with_condition(uses, Condition.CERTIFICATE_SIGN_IN, ticked=True)
    found = matrix(profile, ticked)
    assert found.cells[cell].number == 2
    assert found.needed == 7
    assert found.chosen
    assert found.conditions[0].ticked
    assert found.conditions[0].label == "Certificate sign-in to SharePoint Online"
    assert found.conditions[0].remark == "applies to SharePoint and Group SharePoint Recovery, adds 1 permission"


def test_ticking_changes_what_is_needed() -> None:
    profile = made.matrix_profile()
    uses = with_cells(
        assumed_uses(profile, certificate=False), frozenset(profile.matrix) - EXCHANGE, ticked=False, profile=profile
    )
    assert uses.cells == EXCHANGE
    assert matrix(profile, uses).needed == 1


def test_unticking_everything_is_refused_with_a_sentence() -> None:
    profile = made.matrix_profile()
    with pytest.raises(NothingTicked, match="At least one service"):
        with_cells(Uses(EXCHANGE), EXCHANGE, ticked=False, profile=profile)


def test_the_sentence_of_an_app() -> None:
    head = app_head(made.express())
    assert head.spoken == (
        "Of 12 permissions needed, 7 are granted, 1 partly, 2 missing, 2 could not be read. 2 granted beyond that."
    )
    assert head.counts == NeedCounts(7, 1, 2, 2, 2)
    assert head.verified
    assert head.facts[0].startswith("profile Cloud Backup Express, confirmed by you")
    assert head.facts[-1].startswith("newest grant")


def test_nothing_is_said_of_what_lies_beyond_unless_all_of_it_was_read() -> None:
    findings = [made.finding("A.B", Status.SATISFIED)]
    fine = made.app("Fine", Verdict.COMPLIANT, *findings, profile=made.profile())
    assert app_head(fine).spoken.endswith("Nothing is granted beyond that.")
    open_ = made.app("Open", Verdict.COMPLIANT, *findings, profile=made.profile(), excess_complete=False)
    head = app_head(open_)
    assert "Nothing is granted beyond" not in head.spoken
    unread = made.app("Unread", Verdict.UNVERIFIED, *findings, profile=made.profile(), excess_complete=False)
    assert app_head(unread).spoken.endswith("Excess was not fully read.")
    assert head.badge == "As documented · excess not fully read"


def test_an_identity_in_doubt_is_said_first() -> None:
    for flag, notice in (
        (AppFlag.UNCONFIRMED, Notice.UNCONFIRMED),
        (AppFlag.AMBIGUOUS, Notice.AMBIGUOUS),
        (AppFlag.LOOK_ALIKE, Notice.LOOK_ALIKE),
    ):
        head = app_head(made.app("X", Verdict.NO_BASELINE, flags=(flag,), resembles="AvePoint X"))
        assert head.notice is not None
        assert head.notice[0] is notice
        assert head.tags == ()
    assert app_head(made.express()).notice is None


def test_an_app_without_baseline_is_listed_without_judgement() -> None:
    head = app_head(made.app("X", Verdict.NO_BASELINE, made.finding("A", Status.GRANTED)))
    assert head.counts == NeedCounts()
    assert "1 permission is listed without judgement" in head.spoken


def test_basic_permissions_are_never_counted() -> None:
    app = made.app("X", Verdict.COMPLIANT, made.finding("openid", Status.BASIC), baseline=Baseline.MANIFEST)
    assert app_need_counts(app) == NeedCounts()
