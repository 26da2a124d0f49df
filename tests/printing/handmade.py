"""A report made by hand, with every kind of block, as the composer of the sample tenant words it."""

from permdesk.domain.finding import Status, Verdict
from permdesk.presentation.appearance import STATUS, VERDICT
from permdesk.presentation.requirement import NeedCounts
from permdesk.reports.document import (
    Badge,
    Bar,
    Callout,
    Cell,
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    GroupRow,
    Heading,
    Legend,
    Number,
    Paragraph,
    Part,
    Row,
    Run,
    Runs,
    SignOff,
    Steps,
    Table,
    Text,
)


def plain(text: str) -> Runs:
    return (Run(text),)


def bold(text: str) -> Runs:
    return (Run(text, bold=True),)


def _verdict_row(verdict: Verdict, name: str, below: str, need: NeedCounts) -> Row:
    numbers = (need.needed, need.granted, need.partial, need.missing, need.unread, need.beyond)
    cells: tuple[Cell, ...] = (
        Badge(VERDICT[verdict]),
        Text(bold(name), below),
        Bar(need, 28),
        *(Number(number) for number in numbers),
    )
    return Row(cells)


def overview() -> Part:
    """Return the first part: who, completeness, result, sign-off."""
    columns = (
        Column("Verdict", ColumnKind.BADGE),
        Column("App", weight=2),
        Column("Needed, and beyond", ColumnKind.BAR),
        *(
            Column(title, ColumnKind.NUMBER)
            for title in ("Needed", "Granted", "In part", "Missing", "Not read", "Excess")
        ),
    )
    rows = (
        _verdict_row(Verdict.UNVERIFIED, "AvePoint Cloud Backup Express", "confirmed", NeedCounts(7, 1, 2, 2, 2)),
        _verdict_row(Verdict.GAPS, "AvePoint Cloud Backup for Azure", "confirmed", NeedCounts(20, 0, 3)),
        _verdict_row(Verdict.GAPS, "svc-m365-backup", "NAKIVO, bound by hand", NeedCounts(9, 0, 3, 0, 4)),
        _verdict_row(
            Verdict.EXCESSIVE,
            "AvePoint Cloud Backup for Dynamics Customer Engagement",
            "by name, not confirmed",
            NeedCounts(3, beyond=1),
        ),
        _verdict_row(
            Verdict.COMPLIANT,
            "AvePoint Online Services Administration for Dynamics Unified Operations",
            "confirmed",
            NeedCounts(7),
        ),
        Row(
            (
                Badge(VERDICT[Verdict.NOT_INSTALLED]),
                Text(plain("AvePoint Cloud Backup for Azure AD B2C")),
                Bar(None, 28),
                Number(14),
                *(Number(None) for _ in range(5)),
            )
        ),
    )
    not_read = VERDICT[Verdict.UNVERIFIED]
    return Part(
        name="summary",
        title="App permissions: summary of compliance",
        below="Larkfield Instruments (larkfield.example)",
        blocks=(
            Facts(
                (
                    Fact("Tenant ID", (Run("5b1f7c0e-88d2-4a35-9d61-2f0c6be3a417", breakable=True),)),
                    Fact("Read by", plain("admin@larkfield.example, Cloud Application Administrator")),
                    Fact("Cloud", plain("Microsoft 365 global")),
                    Fact("Read at", plain("22 November 2026, 09:41 to 09:42 UTC")),
                )
            ),
            Callout(
                not_read,
                "Not complete: 1 of 9 reads was refused.",
                (
                    (
                        Run("Read 839 of 839 entries that Microsoft announced, in 8 reads. "),
                        Run("Not read: role assignments on SharePoint Online", bold=True),
                        Run(
                            " (refused with code 403, no reason given). Therefore 2 permissions of 1 app are shown as "
                            "not read. They are counted neither as granted nor as missing."
                        ),
                    ),
                    (
                        Run(
                            "Outside this summary by design: mailbox limits set in Exchange, sites chosen for "
                            "Sites.Selected, permissions inside single teams, Azure roles.",
                            quiet=True,
                        ),
                    ),
                ),
            ),
            Heading("Result"),
            Paragraph(
                (
                    Run("Of 5 apps with a vendor’s page, "),
                    Run("1 is as documented", bold=True),
                    Run(", 1 holds more than documented, 2 lack something they need, 1 could not be read in full. "),
                    Run(
                        "As documented means equal to the vendor’s page of its date; it does not say that the access "
                        "is harmless.",
                        quiet=True,
                    ),
                )
            ),
            Table("Verdict for each app", columns, rows),
            Legend(),
            Heading("Can take control of the tenant, or read all mail, files or sites, whatever the verdict"),
            Paragraph(
                plain(
                    "AvePoint Cloud Backup for Azure (tenant control) · svc-m365-backup (all mail, all files, all "
                    "sites) · Larkfield Intranet Search (all sites)"
                )
            ),
            Heading("Compared with their own manifest only"),
            Paragraph(
                plain(
                    "14 app registrations, outside the counts above: 13 hold what they configure; Larkfield Intranet "
                    "Search holds 2 beyond it. 76 further apps have nothing to be compared with."
                )
            ),
            Heading("Sign-off"),
            SignOff(("Prepared by, date", "Reviewed by, date", "Accepted by, date")),
        ),
    )


def one_app() -> Part:
    """Return the part of an app."""
    columns = (
        Column("Permission", weight=2),
        Column("Documented"),
        Column("Granted"),
        Column("Status", ColumnKind.BADGE),
        Column("Since"),
        Column("Remark", weight=2),
    )

    def row(
        name: str, documented: str, granted: str, status: Status, since: str = "", remark: str = "", mark: str = ""
    ) -> Row:
        remarks = (Run(remark), Run(f" {mark}", raised=True)) if mark else plain(remark)
        return Row(
            (
                Text((Run(name, breakable=True),)),
                Text(plain(documented)),
                Text(plain(granted)),
                Badge(STATUS[status]),
                Text(plain(since)),
                Text(remarks),
            )
        )

    march = "12 Mar 2024"
    rows = (
        GroupRow((Run("Microsoft Graph", bold=True), Run(", application"))),
        row("Group.Read.All", "Yes, Apr 2024", "None", Status.MISSING, "", "changed since consent", "a"),
        row("Reports.Read.All", "Yes, Apr 2024", "None", Status.MISSING, "", "changed since consent"),
        row("Files.Read.All", "No", "Tenant", Status.EXCESS, march, "may be removed?"),
        row("Group.ReadWrite.All", "No", "Tenant", Status.EXCESS, march, "may be removed?"),
        row("BackupRestore-Configuration.ReadWrite.All", "Yes", "Tenant", Status.SATISFIED, march),
        row("BackupRestore-Restore.ReadWrite.All", "Yes", "Tenant", Status.SATISFIED, march),
        row("Directory.Read.All", "Yes", "Tenant", Status.SATISFIED, march),
        row("Sites.Read.All", "Yes", "Tenant", Status.SATISFIED, march),
        GroupRow((Run("Microsoft Graph", bold=True), Run(", delegated"))),
        row(
            "BackupRestore-Control.ReadWrite.All",
            "Yes, Aug 2024",
            "3 users",
            Status.PARTIAL,
            "no date kept",
            "enough for one account",
        ),
        row("offline_access", "No", "Tenant", Status.BASIC, "no date kept", "basic sign-in, no finding"),
        GroupRow((Run("SharePoint Online", bold=True), Run(", application"))),
        row("Sites.FullControl.All", "Yes", "Not read", Status.UNVERIFIED, "", "read refused"),
        row("User.Read.All", "Yes", "Not read", Status.UNVERIFIED, "", "read refused"),
        GroupRow((Run("Exchange Online", bold=True), Run(", application"))),
        row("Exchange.ManageAsApp", "Yes", "Tenant", Status.SATISFIED, march),
    )
    note = (
        Run("a", raised=True),
        Run(" Group.ReadWrite.All is granted and probably covers it. This is a hint and does not change the status."),
    )
    need = NeedCounts(7, 1, 2, 2, 2)
    return Part(
        name="app-express",
        title="AvePoint Cloud Backup Express",
        badge=VERDICT[Verdict.UNVERIFIED],
        level=2,
        blocks=(
            Facts(
                (
                    Fact("App ID", (Run("4f1c92d7-03ab-4c6e-8e55-b1d07a62c9f4", breakable=True),)),
                    Fact("Publisher", plain("AvePoint, Inc. (verified)")),
                    Fact("Compared with", plain("Cloud Backup Express, page of August 2024")),
                    Fact("Newest grant", plain("12 March 2024")),
                    Fact("Manifest", plain("in the vendor’s tenant, not readable")),
                    Fact("Matched", plain("confirmed, 4 Oct 2026")),
                )
            ),
            Callout(
                VERDICT[Verdict.UNVERIFIED],
                "",
                (
                    (
                        Run("Two of twelve needed permissions could not be read,", bold=True),
                        Run(
                            " so this app cannot be judged. Known so far: 7 granted, 1 in part, 2 missing, "
                            "2 beyond the need."
                        ),
                    ),
                ),
            ),
            Bar(need, need.needed + need.beyond),
            Heading("Permissions"),
            Table("Permissions of AvePoint Cloud Backup Express", columns, rows, (note,)),
            Heading("What to do"),
            Steps(
                (
                    plain("Read the role assignments on SharePoint Online again, with another account."),
                    plain(
                        "Re-authorize in AvePoint Online Services: Management, App management, the profile, "
                        "Re-authorize (Microsoft 365 Backup Administrator there). The raw link needs a Privileged "
                        "Role or Global Administrator and updates grants in Entra ID only."
                    ),
                    plain("Print the record of before and after, and file it with this page."),
                )
            ),
            Heading("Accepted exceptions"),
            Paragraph((Run("None for this app.", quiet=True),)),
        ),
    )


def made(*parts: Part) -> Document:
    """Return a report of parts; of both above where none is named."""
    return Document(
        title="App permissions: summary of compliance",
        language="en-GB",
        head=("Larkfield Instruments · App permissions: summary of compliance", "Read on 22 November 2026, 09:42 UTC"),
        foot="permdesk 1.0 · catalog November 2026 · scan 7f3a-19c2",
        parts=parts or (overview(), one_app()),
    )
