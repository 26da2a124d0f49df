"""Who an app is, where no permission of it is selected: identity, profile, roles, credentials, notes."""

from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from permdesk.domain.dates import day
from permdesk.domain.finding import AppComparison, AppFlag, Status, Verdict, VerdictReason
from permdesk.domain.profile import Profile, ProfileOrigin, RouteKind
from permdesk.domain.text import inert
from permdesk.domain.wording import long_day, page_date
from permdesk.presentation.appearance import APP_FLAG, ORIGIN, STATUS, WARNING, Look, Tone, verdict_look
from permdesk.presentation.attention import credential_sentence, look_alike_sentence
from permdesk.presentation.profile_name import name_beside_vendor
from permdesk.ui.views.controls import button
from permdesk.ui.views.details_parts import DetailsRequests, Section, StatusBox, Subject, flag_row
from permdesk.ui.views.paragraph import Paragraph

#: A page older than this is said to be old, in days.
OLD_PAGE = 365
_GOOD = Look("verified", STATUS[Status.SATISFIED].glyph, Tone.SATISFIED)


def app_sections(pane: DetailsRequests, subject: Subject) -> list[QWidget]:
    """Return the sections about an app as a whole."""
    app = subject.app
    sections: list[QWidget] = [_head(pane, app)]
    if app.app_id is not None:
        sections.append(_identity(pane, subject))
    if app.profile is not None:
        sections.append(_profile(pane, subject, app.profile))
    elif app.candidates or AppFlag.LOOK_ALIKE in app.flags or app.app_id is not None:
        sections.append(_unbound(pane, app))
    flags = _flags(pane, subject)
    if flags is not None:
        sections.append(flags)
    if app.credentials:
        sections.append(_credentials(pane, app))
    if app.app_id is not None and app.directory_roles != ():
        sections.append(_roles(pane, app))
    if app.verdict is Verdict.NOT_INSTALLED and app.profile is not None:
        sections += _creating(pane, app.profile)
    if subject.portal or app.findings:
        sections.append(_links(pane, subject))
    return sections


def _head(pane: DetailsRequests, app: AppComparison) -> Section:
    section = Section(pane.theme)
    section.column.addWidget(Paragraph(pane.theme, inert(app.display_name, 400) or "(no name)", role="section"))
    section.words(ORIGIN[app.origin] if app.app_id is not None else "Not in this tenant", ink="text2")
    section.column.addSpacing(4)
    look = verdict_look(app.verdict, app.verdict_reason)
    section.column.addWidget(StatusBox(pane.theme, look, _verdict_sentence(app)))
    return section


def _verdict_sentence(app: AppComparison) -> str:
    words = {
        Verdict.NO_BASELINE: "No profile is bound and no manifest can be read: grants are listed without judgement.",
        Verdict.UNVERIFIED: "A permission it needs could not be read, so nobody can say whether all is granted.",
        Verdict.GAPS: "It lacks permissions that it needs.",
        Verdict.EXCESSIVE: "It holds what it needs, and more.",
        Verdict.COMPLIANT: "It holds what is documented, and nothing beyond. This says nothing about harmlessness.",
        Verdict.NOT_INSTALLED: "It is expected here, and no app of this tenant bears its profile.",
    }[app.verdict]
    if AppFlag.AMBIGUOUS in app.flags:
        words = "Several apps bear this name, and nobody has confirmed which of them is the vendor’s."
    elif app.verdict_reason is VerdictReason.IDENTITY:
        words = "Everything fits, but it was matched by its name alone, and names can be copied."
    if not app.excess_complete:
        words += " What it holds beyond the need was not fully read."
    return words


def _identity(pane: DetailsRequests, subject: Subject) -> Section:
    app = subject.app
    section = Section(pane.theme, "Identity")

    def copy(value: str) -> None:
        pane.copy_requested.emit(value, "The ID")

    if app.publisher is not None:
        section.warning(f"{inert(app.publisher.name, 120)} · verified publisher", glyph=_GOOD)
    elif app.registration_id is None and app.verdict is not Verdict.NOT_INSTALLED:
        section.warning("Its publisher is not verified.", glyph=WARNING)
    owner = app.owner_tenant_id
    if owner == subject.comparison.tenant.id:
        section.fact("Owner", "this tenant")
    elif owner:
        section.identifier("Owner tenant", owner, copy)
    else:
        section.fact("Owner tenant", "not told")
    section.identifier("App ID", app.app_id or "", copy)
    if app.object_id is not None:
        section.identifier("Object ID", app.object_id, copy)
    if app.newest_grant is not None:
        section.fact("Newest grant", long_day(app.newest_grant))
    return section


def _profile(pane: DetailsRequests, subject: Subject, profile: Profile) -> Section:
    section = Section(pane.theme, "Held against")
    app = subject.app
    section.words(f"{inert(profile.vendor, 80)} · {name_beside_vendor(profile, 160)}")
    edition = inert(profile.edition, 80)
    section.words(f"Edition {edition}" if edition[:1].isdigit() else f"{edition[:1].upper()}{edition[1:]}", ink="text2")
    section.source("document", inert(profile.source.title, 200))
    if profile.origin is ProfileOrigin.OWN:
        section.words(f"A profile of your own, fingerprint {profile.fingerprint[:12]}.", ink="text2")
    old = page_age_words(profile, subject.today)
    if old:
        section.warning(old, glyph=WARNING)
    if app.uses is not None and not app.uses.chosen and profile.has_choices:
        section.words("Services in use: not chosen yet, so everything is assumed.", ink="text2")
    for note in profile.notes:
        section.words(inert(note, 600), ink="text2")
    if AppFlag.UNCONFIRMED in app.flags or AppFlag.AMBIGUOUS in app.flags:
        section.buttons(
            button(
                pane.theme,
                "Look and confirm…",
                icon="shield",
                kind="accent",
                small=True,
                click=pane.confirm_requested.emit,
            ),
            button(pane.theme, "Profile…", icon="bind", small=True, click=pane.bind_requested.emit),
        )
    elif app.app_id is not None:
        section.buttons(button(pane.theme, "Profile…", icon="bind", small=True, click=pane.bind_requested.emit))
    return section


def _creating(pane: DetailsRequests, profile: Profile) -> list[QWidget]:
    """Return how the app comes into a tenant: a second way through the vendor's console makes it."""
    ways = [route for route in profile.routes if route.kind is RouteKind.VENDOR_CONSOLE]
    if len(ways) < 2:
        return []
    route = ways[-1]
    section = Section(pane.theme, inert(route.label, 160))
    for number, step in enumerate(route.steps, 1):
        section.step(number, inert(step, 300))
    if route.who:
        section.words(f"Who may: {inert(route.who, 300)}", ink="text2")
    return [section]


def page_age_words(profile: Profile, today: str) -> str:
    """Return that a vendor's page is older than 12 months, or an empty text."""
    dated = profile.source.date
    if not dated:
        return ""
    try:
        parts = [int(part) for part in dated.split("-")]
        page = date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)
    except (ValueError, IndexError):
        return ""
    if (date.fromisoformat(today) - page).days <= OLD_PAGE:
        return ""
    return f"The page is of {page_date(dated)}, more than 12 months old."


def _unbound(pane: DetailsRequests, app: AppComparison) -> Section:
    section = Section(pane.theme, "Held against")
    if AppFlag.LOOK_ALIKE in app.flags:
        section.warning(f"{look_alike_sentence(app)[:1].upper()}{look_alike_sentence(app)[1:]}.", glyph=WARNING)
        section.words("permdesk has not bound it. Bind it only where you know who made it.", ink="text2")
    elif app.registration_id is not None:
        section.words("Its own manifest. If a vendor’s product uses this registration, bind it to the profile.")
    else:
        section.words("No profile. If a vendor’s product uses it, bind it.", ink="text2")
    section.buttons(button(pane.theme, "Bind to a profile…", icon="bind", small=True, click=pane.bind_requested.emit))
    return section


def _flags(pane: DetailsRequests, subject: Subject) -> Section | None:
    app = subject.app
    # What a look-alike is, its own section says.
    flags = [flag for flag in app.flags if flag is not AppFlag.LOOK_ALIKE]
    if not flags:
        return None
    section = Section(pane.theme, "Flags")
    for flag in flags:
        reason = APP_FLAG[flag].meaning
        if flag is AppFlag.CREDENTIAL_EXPIRES:
            told = credential_sentence(app, date.fromisoformat(subject.today))
            reason = f"{told[:1].upper()}{told[1:]}."
        section.column.addLayout(flag_row(pane.theme, APP_FLAG[flag], reason))
    return section


def _credentials(pane: DetailsRequests, app: AppComparison) -> Section:
    section = Section(pane.theme, "Secrets and certificates")
    for credential in app.credentials or ():
        name = inert(credential.label or "", 60)
        ends = f"ends {day(credential.ends.date())}" if credential.ends is not None else "no end told"
        section.words(f"{credential.kind.value.capitalize()}{f' “{name}”' if name else ''}, {ends}")
    section.words("permdesk reads when they end, never what they are.", ink="muted")
    return section


def _roles(pane: DetailsRequests, app: AppComparison) -> Section:
    section = Section(pane.theme, "Directory roles")
    if app.directory_roles is None:
        section.words("Not read.", ink="text2")
    for role in app.directory_roles or ():
        section.words(inert(role.role, 120) if role.scope == "/" else f"{inert(role.role, 120)}, in {role.scope}")
    return section


def _links(pane: DetailsRequests, subject: Subject) -> Section:
    section = Section(pane.theme)
    for link in subject.portal:
        section.link(link.label, "open-outside", partial(pane.open_requested.emit, link.url))
    if subject.app.app_id is not None and subject.app.findings:
        section.link("Consents on record…", "clock", pane.records_requested.emit)
    if not subject.portal and subject.app.findings:
        section.words("Choose a permission to read what it allows.", ink="text2")
    return section
