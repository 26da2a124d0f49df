"""A small report made by hand, with every kind of block in it; and the same with a hostile text in every field."""

from datetime import date

from permdesk.domain.finding import Status, Verdict
from permdesk.presentation.appearance import ACCEPTED_STATUS, STATUS, VERDICT, WARNING
from permdesk.presentation.requirement import NeedCounts
from permdesk.reports.charts import NeedBar, NeedChart, StatusChart, StatusCount, TrendChart, TrendPoint
from permdesk.reports.choice import Letterhead
from permdesk.reports.document import (
    Badge,
    Bar,
    Callout,
    Column,
    ColumnKind,
    Document,
    Drawn,
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
    SignOff,
    Steps,
    Table,
    Text,
)

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c636858b6040002fd017d"
    "b2e8fb4a0000000049454e44ae426082"
)

SUMMARY = (
    Column("Verdict", ColumnKind.BADGE),
    Column("App", weight=2.0),
    Column("Needed, and beyond", ColumnKind.BAR),
    Column("Needed", ColumnKind.NUMBER),
    Column("Granted", ColumnKind.NUMBER),
    Column("Missing", ColumnKind.NUMBER),
)
PERMISSIONS = (
    Column("Permission", weight=3.0),
    Column("Documented", weight=1.5),
    Column("Granted"),
    Column("Status", ColumnKind.BADGE),
    Column("Since"),
    Column("Purpose", weight=2.5),
)


def words(text: str) -> Text:
    return Text((Run(text),) if text else ())


def permission(name: str, documented: str, granted: str, status: Status, since: str = "", purpose: str = "") -> Row:
    badge = Badge(STATUS[status], "a" if status is Status.MISSING else "")
    return Row((words(name), words(documented), words(granted), badge, words(since), words(purpose)))


def made_document(text: str | None = None) -> Document:
    """Return a document.

    Args:
        text: stands in every field that holds text; None for sensible ones.
    """

    def say(usual: str) -> str:
        return usual if text is None else text

    app, vendor = say("AvePoint Cloud Backup Express"), say("AvePoint")
    counts = NeedCounts(granted=7, partial=1, missing=2, unread=2, beyond=2)
    overview = Part(
        "summary",
        say("App permissions: summary of compliance"),
        (
            Facts(
                (
                    Fact(say("Tenant ID"), (Run(say("5b1f7c0e-88d2-4a35-9d61-2f0c6be3a417"), breakable=True),)),
                    Fact(say("Read by"), (Run(say("admin@larkfield.example, Cloud Application Administrator")),)),
                    Fact(say("Cloud"), (Run(say("Microsoft 365 global")),)),
                )
            ),
            Callout(
                VERDICT[Verdict.UNVERIFIED],
                say("Not complete: 1 of 9 reads was refused."),
                (
                    (
                        Run(say("Read 839 of 839 entries. ")),
                        Run(say("Not read: role assignments on SharePoint Online."), bold=True),
                    ),
                    (Run(say("Outside this summary: limits set in Exchange."), quiet=True),),
                ),
            ),
            Heading(say("Result")),
            Paragraph((Run(say("Of 5 apps with a vendor’s page, ")), Run(say("1 is as documented."), bold=True))),
            Table(
                say("Verdict of each app with a vendor’s page"),
                tuple(Column(say(c.title), c.kind, c.weight) for c in SUMMARY),
                (
                    Row(
                        (
                            Badge(VERDICT[Verdict.UNVERIFIED]),
                            Text((Run(app, bold=True),), say("confirmed")),
                            Bar(counts, 23),
                            *(Number(number) for number in (12, 7, 2)),
                        )
                    ),
                    Row(
                        (
                            Badge(VERDICT[Verdict.COMPLIANT]),
                            Text((Run(say("NAKIVO Backup & Replication"), bold=True),), ""),
                            Bar(NeedCounts(granted=12_345), 12_345),
                            *(Number(number) for number in (12_345, 12_345, 0)),
                        )
                    ),
                    Row(
                        (
                            Badge(VERDICT[Verdict.NOT_INSTALLED]),
                            words(say("Cloud Backup for Azure AD B2C")),
                            Bar(None, 23),
                            *(Number(number) for number in (14, None, None)),
                        )
                    ),
                ),
            ),
            Legend(),
            Drawn(
                NeedChart(
                    say("Requirements met, by vendor"),
                    say("AvePoint: of 12 needed, 7 granted. NAKIVO: of 12 needed, 12 granted."),
                    (NeedBar(vendor, counts), NeedBar(say("NAKIVO"), NeedCounts(granted=12))),
                )
            ),
            Drawn(
                StatusChart(
                    say("Findings by status"),
                    say("2 missing, 2 not read, 12 satisfied."),
                    (
                        StatusCount(Status.MISSING, 2),
                        StatusCount(Status.UNVERIFIED, 2),
                        StatusCount(Status.SATISFIED, 12),
                    ),
                )
            ),
            Drawn(
                TrendChart(
                    say("The last scans"),
                    say("Three scans; missing fell from 5 to 2."),
                    (
                        TrendPoint(date(2026, 9, 1), 24, 17, 5, 1, 0, True),
                        TrendPoint(date(2026, 10, 4), 24, 18, 4, 1, 0, True),
                        TrendPoint(date(2026, 11, 22), 24, 19, 2, 2, 2, False),
                    ),
                )
            ),
            Heading(say("Sign-off")),
            SignOff((say("Prepared by, date"), say("Reviewed by, date"), say("Accepted by, date"))),
        ),
        below=say("Larkfield Instruments (larkfield.example)"),
    )
    group = GroupRow((Run(say("Microsoft Graph"), bold=True), Run(say(", application"))))
    detail = Part(
        "app-1",
        app,
        (
            Callout(WARNING, "", ((Run(say("Two of twelve needed permissions could not be read.")),),)),
            Bar(counts, 14),
            Heading(say("Permissions")),
            Table(
                say("Permissions of the app"),
                tuple(Column(say(c.title), c.kind, c.weight) for c in PERMISSIONS),
                (
                    group,
                    permission(
                        say("BackupRestore-Configuration.ReadWrite.All"),
                        say("Yes, Apr 2024"),
                        say("None"),
                        Status.MISSING,
                        purpose=say("Restore configurations of backups"),
                    ),
                    permission(say("Files.Read.All"), say("No"), say("Tenant"), Status.EXCESS, say("12 Mar 2024")),
                    permission(say("Sites.Read.All"), say("Yes"), say("Tenant"), Status.SATISFIED, say("12 Mar 2024")),
                    GroupRow((Run(say("SharePoint Online"), bold=True), Run(say(", application")))),
                    permission(say("Sites.FullControl.All"), say("Yes"), say("Not read"), Status.UNVERIFIED),
                    Row(
                        (
                            *(words(say("x")) for _ in range(3)),
                            Badge(ACCEPTED_STATUS[Status.EXCESS]),
                            words(""),
                            words(""),
                        )
                    ),
                ),
                ((Run("a", raised=True), Run(say(" Group.ReadWrite.All is granted and probably covers it."))),),
            ),
            Heading(say("What to do")),
            Steps(((Run(say("Read the role assignments again.")),), (Run(say("Re-authorize in AvePoint.")),))),
        ),
        below=say("App ID 4f1c92d7-03ab-4c6e-8e55-b1d07a62c9f4"),
        badge=VERDICT[Verdict.UNVERIFIED],
        level=2,
    )
    method = Part("method", say("Method and limits"), (Paragraph((Run(say("What was compared with what.")),)),))
    return Document(
        title=say("App permissions: summary of compliance, Larkfield Instruments"),
        language="en-GB",
        head=(say("Larkfield Instruments · App permissions"), say("Read on 22 November 2026, 09:42 UTC")),
        foot=say("permdesk 1.0 · catalog November 2026 · scan 7f3a-19c2"),
        parts=(overview, detail, method),
    )


def made_letterhead(text: str | None = None, logo: bytes = PNG) -> Letterhead:
    """Return a letterhead; ``text`` stands in every field that holds text."""
    if text is not None:
        return Letterhead(text, (text, text, text), text, logo)
    address = ("4 Quay Street", "Northmere NM1 2QS", "audit@northmere.example")
    return Letterhead("Northmere Assurance", address, "Northmere Assurance is a fictitious firm.", logo)
