"""What is told of one permission: what it allows, why it is wanted, who granted it, what to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from permdesk.domain.coverage import ReadName
from permdesk.domain.finding import Finding, Flag, Granted, Remedy, Status
from permdesk.domain.knowledge import Acceptance
from permdesk.domain.permission import Kind
from permdesk.domain.portal import PortalPage
from permdesk.domain.text import inert
from permdesk.domain.wording import counted, long_day
from permdesk.presentation.appearance import ACCEPTED_STATUS, CONDITION, FLAG, KIND, STATUS, WARNING
from permdesk.presentation.explanation import (
    finding_text,
    flag_reason,
    granted_words,
    grantee,
    page_of,
    remedy,
    situation,
    vendor_of,
)
from permdesk.presentation.profile_name import name_beside_vendor
from permdesk.ui.views.controls import button, tool_button
from permdesk.ui.views.details_parts import DetailsRequests, Section, StatusBox, Subject, flag_row
from permdesk.ui.views.paragraph import Paragraph

#: People listed before the rest is counted.
MOST_PEOPLE = 8


class FindingSections:
    """Makes the sections about one permission.

    Args:
        pane: whose requests the buttons make.
        subject: what the pane tells about.
        finding: the permission.
    """

    def __init__(self, pane: DetailsRequests, subject: Subject, finding: Finding) -> None:
        self.pane, self.theme, self.subject, self.finding = pane, pane.theme, subject, finding

    def all(self) -> list[QWidget]:
        """Return the sections, top to bottom."""
        finding = self.finding
        sections: list[QWidget] = [self._head()]
        if finding.accepted is not None:
            sections.append(self._accepted(finding.accepted))
        elif (lapsed := self.subject.comparison.lapsed_of(self.subject.app, finding)) is not None:
            sections.append(self._lapsed(lapsed))
        sections.append(self._allows())
        if finding.requirement is not None:
            sections.append(self._wanted())
        sections.append(self._granted())
        # Who accepted it, and why, has a section of its own.
        flags: list[Flag] = [flag for flag in finding.flags if flag is not Flag.ACCEPTED]
        if flags:
            sections.append(self._flags(flags))
        steps = self._remedy()
        if steps is not None:
            sections.append(steps)
        sections.append(self._copies())
        return sections

    def _head(self) -> Section:
        subject, finding = self.subject, self.finding
        section = Section(self.theme)
        permission = finding.permission
        row = QHBoxLayout()
        row.setSpacing(8)
        label = inert(permission.label, 400)
        row.addWidget(Paragraph(self.theme, label, role="section"), 1)
        copy = tool_button(
            self.theme, "Copy the value", icon="copy", click=lambda: self.pane.copy_requested.emit(label, "The value")
        )
        row.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        section.column.addLayout(row)
        section.words(f"{inert(permission.resource, 200)} · {KIND[permission.kind]} permission", ink="text2")
        section.column.addSpacing(4)
        told = situation(finding, subject.app, subject.comparison.reads)
        looks = STATUS if finding.accepted is None else ACCEPTED_STATUS
        section.column.addWidget(StatusBox(self.theme, looks[finding.status], told))
        return section

    def _allows(self) -> Section:
        subject, finding = self.subject, self.finding
        section = Section(self.theme, "What it allows")
        description = subject.description
        resource = inert(finding.permission.resource, 200)
        if description is None:
            told = "This tenant’s API does not describe it."
            if finding.permission.resource_object_id is None:
                told = f"{resource} is not in this tenant, so its own words are not here."
            section.words(told, ink="text2")
            return section
        title, body = inert(description.title, 300), inert(description.description, 1200)
        section.words(f"“{title.rstrip('.')}.” {body}" if title else body)
        section.words(f"Text from this tenant’s {resource}", ink="muted")
        return section

    def _wanted(self) -> Section:
        subject, finding = self.subject, self.finding
        requirement, profile, uses = finding.requirement, subject.app.profile, subject.app.uses
        section = Section(self.theme, f"Why {vendor_of(subject.app)} wants it")
        if requirement is None or profile is None:
            return section
        section.words(inert(requirement.purpose, 400) or "The vendor gives no reason.")
        for workload, operations in requirement.workloads.items():
            ticked = [
                o
                for o in operations
                if uses is not None and any(cell.workload == workload and cell.operation == o for cell in uses.cells)
            ]
            told = ", ".join(f"{operation}{'' if operation in ticked else ' (not ticked)'}" for operation in operations)
            self._cell(section, workload, told, ticked=bool(ticked))
        if requirement.condition is not None:
            section.words(f"Only for: {CONDITION[requirement.condition]}", ink="text2")
        if requirement.preview:
            section.words("The vendor marks it as preview.", ink="text2")
        if requirement.note:
            section.words(inert(requirement.note, 400), ink="text2")
        section.source("document", f"{name_beside_vendor(profile, 120)}, {page_of(profile)}")
        return section

    def _cell(self, section: Section, workload: str, told: str, *, ticked: bool) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        ink = "text" if ticked else "muted"
        name = Paragraph(self.theme, inert(workload, 80), ink=ink)
        name.setFixedWidth(112)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Paragraph(self.theme, told, ink=ink), 1)
        section.column.addLayout(row)

    def _granted(self) -> Section:
        subject, finding = self.subject, self.finding
        section = Section(self.theme, "Who granted it")
        match finding.granted:
            case Granted.TENANT:
                told = "Granted to the whole tenant"
                if finding.since is not None:
                    told += f", first on {long_day(finding.since)}"
                elif finding.permission.kind is Kind.DELEGATED:
                    told += "; Microsoft keeps no date for it"
                section.words(f"{told}. Who clicked is in the audit log, which permdesk asks after a consent alone.")
            case Granted.NONE:
                section.words("Nobody.", ink="text2")
            case Granted.UNVERIFIED:
                section.words("Not read.", ink="text2")
            case Granted.USERS:
                section.words(f"{granted_words(finding)}, for themselves:")
        users = subject.comparison.users
        people_read = any(r.read is ReadName.USERS and r.complete for r in subject.comparison.reads)
        for holder in finding.holders[:MOST_PEOPLE]:
            person = grantee(holder, users)
            if person.mark in ("gone", "disabled"):
                section.warning(f"{person.name} · {person.mark}", glyph=WARNING)
            else:
                section.source("delegated", f"{person.name} · {person.mark}" if person.mark else person.name)
        left = len(finding.holders) - MOST_PEOPLE
        if left > 0:
            section.words(f"and {counted(left, 'more person', 'more people')}", ink="text2")
        if finding.holders and not people_read:
            section.words("Not everybody’s account could be read.", ink="text2")
        return section

    def _accepted(self, held: Acceptance) -> Section:
        section = Section(self.theme, "Accepted")
        section.words(inert(held.reason, 1200))
        section.source("delegated", inert(held.by, 200))
        section.source("calendar", f"until {long_day(held.until)}" if held.until is not None else "without an end")
        section.buttons(
            button(self.theme, "Change…", icon="tick", small=True, click=self.pane.accept_requested.emit),
            button(self.theme, "Withdraw", small=True, click=self.pane.withdraw_requested.emit),
        )
        return section

    def _lapsed(self, held: Acceptance) -> Section:
        section = Section(self.theme, "Was accepted")
        until = long_day(held.until) if held.until is not None else "a day that is past"
        section.warning(f"Until {until}. That day is past, so it counts again.", glyph=WARNING)
        section.words(inert(held.reason, 1200))
        section.source("delegated", inert(held.by, 200))
        section.buttons(
            button(self.theme, "Accept again…", icon="tick", small=True, click=self.pane.accept_requested.emit)
        )
        return section

    def _flags(self, flags: list[Flag]) -> Section:
        subject, finding = self.subject, self.finding
        section = Section(self.theme, "Flags")
        for flag in flags:
            reason = flag_reason(flag, finding, subject.app, subject.comparison.users)
            section.column.addLayout(flag_row(self.theme, FLAG[flag], reason))
        return section

    def _remedy(self) -> Section | None:
        subject, finding = self.subject, self.finding
        steps = remedy(finding, subject.app)
        if not steps.steps:
            return None
        section = Section(self.theme, steps.title)
        if len(steps.steps) == 1:
            section.words(steps.steps[0])
        else:
            for number, step in enumerate(steps.steps, 1):
                section.step(number, step)
        buttons = self._remedy_buttons()
        if buttons:
            section.buttons(*buttons)
        return section

    def _remedy_buttons(self) -> list[QWidget]:
        subject, finding = self.subject, self.finding
        theme, pane = self.theme, self.pane
        pages = {link.page: link.url for link in subject.portal}
        buttons: list[QWidget] = []
        registration = pages.get(PortalPage.REGISTRATION_PERMISSIONS)
        if Remedy.DECLARE in finding.remedy and registration is not None:
            buttons.append(
                button(
                    theme,
                    "Open registration",
                    icon="open-outside",
                    kind="accent",
                    small=True,
                    click=lambda: pane.open_requested.emit(registration),
                )
            )
        if Remedy.CONSENT in finding.remedy or finding.status is Status.PARTIAL:
            kind = None if buttons else "accent"
            buttons.append(
                button(
                    theme,
                    "Re-consent…",
                    icon="re-consent",
                    kind=kind,
                    small=True,
                    click=pane.reconsent_requested.emit,
                )
            )
            buttons.append(button(theme, "Hand over…", icon="mail", small=True, click=pane.hand_over_requested.emit))
        permissions = pages.get(PortalPage.ENTERPRISE_PERMISSIONS)
        if finding.status is Status.EXCESS and permissions is not None:
            buttons.append(
                button(
                    theme,
                    "Open permissions",
                    icon="open-outside",
                    kind="accent",
                    small=True,
                    click=lambda: pane.open_requested.emit(permissions),
                )
            )
        if finding.status is Status.EXCESS and Flag.ACCEPTED not in finding.flags:
            buttons.append(button(theme, "Accept…", icon="tick", small=True, click=pane.accept_requested.emit))
        if finding.status is Status.UNVERIFIED:
            buttons.append(button(theme, "Scan again", icon="scan", small=True, click=pane.scan_requested.emit))
        return buttons

    def _copies(self) -> Section:
        subject, finding = self.subject, self.finding
        section = Section(self.theme, "Copy")
        permission = finding.permission

        def copy(what: str, value: str) -> None:
            self.pane.copy_requested.emit(value, what)

        label = inert(permission.label, 400)
        section.copy_row("Value", label, label, lambda value: copy("The value", value))
        if permission.id is not None:
            section.copy_row("ID", permission.id, permission.id, lambda value: copy("The ID", value))
        text = as_text(subject, finding)
        section.copy_row(
            "As text", "Finding with its reasons", text, lambda value: copy("The finding", value), fixed=False
        )
        if subject.portal:
            first = subject.portal[0]
            section.column.addSpacing(4)
            section.link(
                "Open in the Entra admin center", "open-outside", lambda: self.pane.open_requested.emit(first.url)
            )
        return section


def as_text(subject: Subject, finding: Finding) -> str:
    """Return a finding with its reasons, as text."""
    tenant = subject.comparison.tenant.name
    return finding_text(finding, subject.app, tenant=tenant, reads=subject.comparison.reads)
