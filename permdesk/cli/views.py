"""Compared apps as lines of text: the same words as on screen."""

from collections.abc import Iterable
from datetime import UTC, datetime

from permdesk.cli.terminal import bold, columns, glyph, marked, name, tinted
from permdesk.domain.cloud import CLOUDS
from permdesk.domain.coverage import ReadCoverage, ReadStatus
from permdesk.domain.dates import day
from permdesk.domain.finding import AppComparison, Finding, Flag, Granted, Status, Verdict
from permdesk.domain.permission import EXCHANGE_APP_ID
from permdesk.domain.tenant import Tenant
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.presentation.app_head import app_head
from permdesk.presentation.appearance import (
    ATTENTION_ORDER,
    EXCESS_REASON,
    FLAG,
    NEEDS_ATTENTION,
    REMEDY,
    STATUS,
    VERDICT,
    Look,
    Tone,
)
from permdesk.presentation.explanation import completeness

_READ_LOOK = {
    ReadStatus.COMPLETE: STATUS[Status.SATISFIED],
    ReadStatus.PARTIAL: STATUS[Status.PARTIAL],
    ReadStatus.REFUSED: STATUS[Status.UNVERIFIED],
    ReadStatus.FAILED: STATUS[Status.UNVERIFIED],
    ReadStatus.SKIPPED: STATUS[Status.UNVERIFIED],
}


def heading(tenant: Tenant, read_at: datetime, reads: tuple[ReadCoverage, ...]) -> list[str]:
    """Return which tenant was read, when, and how completely."""
    cloud = CLOUDS[tenant.cloud].label if tenant.cloud in CLOUDS else "custom cloud"
    moment = read_at.astimezone(UTC)
    when = f"read {day(moment.date())} {moment:%H:%M} UTC"
    rows, state, complete = completeness(reads)
    lines = [f"{bold(name(tenant.name))} · {cloud} · {when}", f"{rows} · {state}"]
    if not complete:
        lines += coverage_lines(reads, incomplete_only=True)
        lines += refusal_lines(reads)
    return lines


def coverage_lines(reads: Iterable[ReadCoverage], *, incomplete_only: bool = False) -> list[str]:
    """Return one line per read: how it ended, what it was, how many rows, why not more."""
    rows = []
    for read in reads:
        if incomplete_only and read.complete:
            continue
        look = _READ_LOOK[read.status]
        of = f" of {read.expected:,}" if read.expected is not None and read.expected != read.rows else ""
        what = read.read.value + (
            f" · {name(read.resource or read.resource_app_id or '')}" if read.resource_app_id else ""
        )
        state = tinted(f"{glyph(look)} {read.status.value}", look.tone)
        rows.append((state, what, f"{read.rows:,}{of}", name(read.detail or "", 160)))
    return columns(rows, indent="  ")


def refusal_lines(reads: Iterable[ReadCoverage]) -> list[str]:
    """Return what lacks for the reads that were refused, each sentence once, with the reads it is about."""
    refused: dict[str, dict[str, None]] = {}
    for read in reads:
        if read.remedy:
            refused.setdefault(read.remedy, {})[read.read.value] = None
    return [f"  ! {', '.join(names)}: {_lowered(inert(remedy))}" for remedy, names in refused.items()]


def app_lines(app: AppComparison, *, every_row: bool) -> list[str]:
    """Return an app's verdict, its sentence, and the permissions that need a person, or all of them."""
    head = app_head(app)
    lines = [f"{bold(head.title)}  {tinted(f'{glyph(head.look)} {head.badge}', head.look.tone)}"]
    facts = " · ".join(part for part in (head.publisher, *head.facts, app.app_id or "") if part)
    lines += [f"  {facts}", f"  {head.spoken}"]
    if head.notice:
        lines.append(f"  {tinted(f'! {head.notice[1]}', Tone.PARTIAL)}")
    lines += [f"  ! {tag.meaning}" for tag in head.tags]
    if app.missing_profile is not None:
        lines.append("  ! Name the folder that holds the profile with --profiles, or bind the app to another.")
    findings = sorted(
        (f for f in app.findings if every_row or _needs_a_person(f)), key=lambda f: ATTENTION_ORDER[f.status]
    )
    return lines + columns((_row(finding) for finding in findings), indent="    ")


def _needs_a_person(finding: Finding) -> bool:
    return finding.status in NEEDS_ATTENTION and finding.counts


def _row(finding: Finding) -> tuple[str, ...]:
    permission = finding.permission
    return (
        marked(STATUS[finding.status]),
        permission.kind.value,
        name(permission.resource, 40),
        name(permission.label),
        "; ".join(_remarks(finding)),
    )


def _remarks(finding: Finding) -> list[str]:
    words = []
    if finding.reason is not None:
        words.append(EXCESS_REASON[finding.reason])
    if finding.granted is Granted.USERS and finding.users is not None:
        words.append(f"granted to {counted(finding.users, 'user')}")
    if finding.remedy:
        steps = [_lowered(REMEDY[remedy]) for remedy in finding.remedy]
        # Exchange Online blocks EWS unless the tenant lists the app: a consent alone may be of no use.
        ews = Flag.RETIRED_API in finding.flags and finding.permission.resource_app_id == EXCHANGE_APP_ID
        words.append(", then ".join(["ask the vendor for a version without EWS", *steps] if ews else steps))
    if finding.covered_by is not None:
        words.append(f"probably covered by {name(finding.covered_by)}")
    words += [FLAG[flag].label for flag in finding.flags if FLAG[flag].shown and flag.value not in _SAID]
    if finding.accepted is not None:
        until = f" until {day(finding.accepted.until)}" if finding.accepted.until else ""
        words.append(f"accepted by {name(finding.accepted.by)}{until}: {name(finding.accepted.reason, 120)}")
    return words


#: Flags whose facts the remarks tell in full.
_SAID = frozenset({"probably-covered", "accepted"})


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def verdict_counts(apps: Iterable[AppComparison]) -> str:
    """Return "2 with gaps, 1 not fully read" in the order of worth."""
    looks: dict[str, tuple[Look, int]] = {}
    for app in apps:
        look = app_head(app).look
        looks[look.label] = (look, looks.get(look.label, (look, 0))[1] + 1)
    return ", ".join(f"{number:,} {_OF_APPS.get(look.label, look.label.lower())}" for look, number in looks.values())


#: What several apps are called where the label speaks of what one app has.
_OF_APPS = {VERDICT[Verdict.GAPS].label: "with gaps", VERDICT[Verdict.NO_BASELINE].label: "without a baseline"}
