"""How each status and verdict looks and is called: the one table that screen, paper and exports follow."""

from enum import StrEnum

from msgspec import Struct

from permdesk.domain.application import Origin
from permdesk.domain.finding import (
    AppFlag,
    Declared,
    Documented,
    ExcessReason,
    Flag,
    Granted,
    Remedy,
    Status,
    Verdict,
    VerdictReason,
)
from permdesk.domain.permission import Kind
from permdesk.domain.profile import Condition


class Glyph(StrEnum):
    """Names of the drawn status glyphs; each shape tells its meaning without colour."""

    MISSING = "missing"
    PARTIAL = "partial"
    EXCESS = "excess"
    UNREAD = "unread"
    SATISFIED = "satisfied"
    DECLARED_ONLY = "declared-only"
    GRANTED = "granted"
    BASIC = "basic"
    NO_BASELINE = "no-baseline"
    NOT_INSTALLED = "not-installed"
    WARNING = "warning"


class Tone(StrEnum):
    """Names of the colour pairs in TONES."""

    MISSING = "missing"
    PARTIAL = "partial"
    EXCESS = "excess"
    UNREAD = "unread"
    SATISFIED = "satisfied"
    DECLARED_ONLY = "declared-only"
    GRANTED = "granted"
    MUTED = "muted"


class Pair(Struct, frozen=True, gc=False):
    """A foreground and the tint it may stand on, both ``#RRGGBB``."""

    foreground: str
    tint: str


class Colours(Struct, frozen=True):
    """One tone in both schemes.

    Attributes:
        bar: fill of the requirement bar in the light scheme and the dark one; calmer than the text where it fills much.
    """

    light: Pair
    dark: Pair
    bar: tuple[str, str]


#: Contrast of every foreground on panel, window, selection and its own tint is 4.5 or more.
TONES: dict[Tone, Colours] = {
    Tone.MISSING: Colours(Pair("#B3261E", "#FCEBE9"), Pair("#FF9B91", "#3F2322"), ("#B3261E", "#FF9B91")),
    Tone.PARTIAL: Colours(Pair("#8A4F00", "#FCF1DC"), Pair("#F0B85A", "#3E3018"), ("#8A4F00", "#F0B85A")),
    Tone.EXCESS: Colours(Pair("#7436A6", "#F4ECFA"), Pair("#D0A7F2", "#382842"), ("#7436A6", "#D0A7F2")),
    Tone.UNREAD: Colours(Pair("#42536A", "#E9EDF3"), Pair("#AEBCCF", "#2E3641"), ("#42536A", "#AEBCCF")),
    Tone.SATISFIED: Colours(Pair("#1D6A39", "#E7F4EB"), Pair("#7FCD96", "#20372A"), ("#569068", "#67A87B")),
    Tone.DECLARED_ONLY: Colours(Pair("#0A5F74", "#E3F2F6"), Pair("#70C7DC", "#1C363E"), ("#0A5F74", "#70C7DC")),
    Tone.GRANTED: Colours(Pair("#454D59", "#EEF0F3"), Pair("#BDC2CA", "#2C3037"), ("#454D59", "#BDC2CA")),
    Tone.MUTED: Colours(Pair("#5C6470", "#F2F4F6"), Pair("#A0A7B2", "#24272C"), ("#5C6470", "#A0A7B2")),
}


class Look(Struct, frozen=True):
    """What a status or verdict is called and how it is drawn.

    Attributes:
        label: the word on screen and paper.
        hatched: True where it means "not read"; nothing else is ever hatched.
        quiet: True where the word is written in secondary text and only the glyph is coloured.
    """

    label: str
    glyph: Glyph
    tone: Tone
    hatched: bool = False
    quiet: bool = False


STATUS: dict[Status, Look] = {
    Status.MISSING: Look("Missing", Glyph.MISSING, Tone.MISSING),
    Status.PARTIAL: Look("Partial", Glyph.PARTIAL, Tone.PARTIAL),
    Status.UNVERIFIED: Look("Not read", Glyph.UNREAD, Tone.UNREAD, hatched=True),
    Status.EXCESS: Look("Excess", Glyph.EXCESS, Tone.EXCESS),
    Status.DECLARED_ONLY: Look("Configured only", Glyph.DECLARED_ONLY, Tone.DECLARED_ONLY),
    Status.SATISFIED: Look("Satisfied", Glyph.SATISFIED, Tone.SATISFIED, quiet=True),
    Status.GRANTED: Look("Granted", Glyph.GRANTED, Tone.GRANTED, quiet=True),
    Status.BASIC: Look("Basic", Glyph.BASIC, Tone.MUTED, quiet=True),
}

#: Rows within a kind stand in this order: what needs a person comes first.
ATTENTION_ORDER: dict[Status, int] = {status: place for place, status in enumerate(STATUS)}

#: Statuses a person has to do something about, unless the finding is accepted or does not count.
NEEDS_ATTENTION = frozenset({Status.MISSING, Status.PARTIAL, Status.UNVERIFIED, Status.EXCESS})

VERDICT: dict[Verdict, Look] = {
    Verdict.UNVERIFIED: Look("Not fully read", Glyph.UNREAD, Tone.UNREAD, hatched=True),
    Verdict.GAPS: Look("Gaps", Glyph.MISSING, Tone.MISSING),
    Verdict.EXCESSIVE: Look("Excessive", Glyph.EXCESS, Tone.EXCESS),
    Verdict.COMPLIANT: Look("As documented", Glyph.SATISFIED, Tone.SATISFIED),
    Verdict.NOT_INSTALLED: Look("Not installed", Glyph.NOT_INSTALLED, Tone.MUTED),
    Verdict.NO_BASELINE: Look("No baseline", Glyph.NO_BASELINE, Tone.MUTED),
}

#: A verdict that waits for a person's word about who the app is; nothing was left unread.
UNCONFIRMED_LOOK = Look("Not confirmed", Glyph.WARNING, Tone.PARTIAL)

WARNING = Look("Warning", Glyph.WARNING, Tone.PARTIAL)
DANGER = Look("May be removed", Glyph.WARNING, Tone.MISSING)


def verdict_look(verdict: Verdict, reason: VerdictReason | None = None) -> Look:
    """Return the look of a verdict; one that waits for an identity is not hatched, for everything was read."""
    if verdict is Verdict.UNVERIFIED and reason is VerdictReason.IDENTITY:
        return UNCONFIRMED_LOOK
    return VERDICT[verdict]


#: What a person accepts keeps its shape and word, without the colour that calls; what was not read stays not read.
ACCEPTED_STATUS: dict[Status, Look] = {
    status: look if look.hatched else Look(look.label, look.glyph, Tone.MUTED, quiet=True)
    for status, look in STATUS.items()
}


DOCUMENTED: dict[Documented, str] = {
    Documented.YES: "Yes",
    Documented.OTHER_SCOPE: "Not in use",
    Documented.NO: "No",
    Documented.NONE: "–",
}
DECLARED: dict[Declared, str] = {
    Declared.YES: "Yes",
    Declared.NO: "No",
    Declared.UNREADABLE: "Vendor’s",
    Declared.UNVERIFIED: "Not read",
}
GRANTED: dict[Granted, str] = {
    Granted.TENANT: "Tenant",
    Granted.USERS: "Users",
    Granted.NONE: "None",
    Granted.UNVERIFIED: "Not read",
}
KIND: dict[Kind, str] = {Kind.APPLICATION: "Application", Kind.DELEGATED: "Delegated"}
KIND_MEANING: dict[Kind, str] = {
    Kind.APPLICATION: "acts on its own",
    Kind.DELEGATED: "acts for a signed-in user",
}
ORIGIN: dict[Origin, str] = {
    Origin.REGISTERED_HERE: "Registered in this tenant",
    Origin.EXTERNAL: "Enterprise application",
    Origin.MANAGED_IDENTITY: "Managed identity",
    Origin.MICROSOFT: "Microsoft",
}
EXCESS_REASON: dict[ExcessReason, str] = {
    ExcessReason.OTHER_SCOPE: "documented for services that are not in use here",
    ExcessReason.DECLARED_UNDOCUMENTED: "configured, not documented",
    ExcessReason.NEITHER: "neither documented nor configured",
}
REMEDY: dict[Remedy, str] = {
    Remedy.PROVISION_API: "Add the API to this tenant",
    Remedy.DECLARE: "Configure it in the registration",
    Remedy.CONSENT: "Consent",
    Remedy.NOT_OFFERED: "Ask the vendor: the API does not offer it here",
}
CONDITION: dict[Condition, str] = {
    Condition.CERTIFICATE_SIGN_IN: "Certificate sign-in",
    Condition.GROUP_MAILBOX_ONLY: "Group mailboxes only",
}


class Tag(Struct, frozen=True):
    """A short framed word beside a row, and its meaning in one sentence.

    Attributes:
        tone: None for a plain tag.
        shown: False where the tag belongs in the details only.
    """

    label: str
    meaning: str
    tone: Tone | None = None
    shown: bool = True


FLAG: dict[Flag, Tag] = {
    Flag.ACCEPTED: Tag("accepted", "A person accepts this finding, with a reason.", Tone.SATISFIED),
    Flag.MAY_BE_REMOVED: Tag(
        "may be removed",
        "Granted, but the registration does not ask for it: the next consent may take it away.",
        Tone.MISSING,
    ),
    Flag.MAY_BE_REMOVED_UNCLEAR: Tag(
        "may be removed",
        "Granted, but the vendor’s page does not list it. If the vendor’s app no longer asks for it, "
        "a re-consent may take it away.",
        Tone.PARTIAL,
    ),
    Flag.CHANGED_SINCE_LAST_CONSENT: Tag(
        "changed", "The vendor’s page changed after this app’s newest dated grant.", Tone.DECLARED_ONLY
    ),
    Flag.PROBABLY_COVERED: Tag("hint", "A broader permission that is granted probably does the same."),
    Flag.STALE: Tag("stale", "The API no longer offers it, or has switched it off.", Tone.PARTIAL),
    Flag.RETIRED_API: Tag("retired API", "It belongs to an interface that Microsoft is closing.", Tone.PARTIAL),
    Flag.ACCOUNT_GONE: Tag("account gone", "It is granted to an account that does not exist any more.", Tone.PARTIAL),
    Flag.TENANT_CONTROL: Tag("tenant control", "There is a known way from it to Global Administrator.", Tone.MISSING),
    Flag.ALL_MAIL: Tag("all mail", "It reaches every mailbox.", Tone.PARTIAL, shown=False),
    Flag.ALL_FILES: Tag("all files", "It reaches every file.", Tone.PARTIAL, shown=False),
    Flag.ALL_SITES: Tag("all sites", "It reaches every site.", Tone.PARTIAL, shown=False),
    Flag.USER_CONSENTABLE: Tag("users may consent", "Users may consent to it for themselves.", shown=False),
}

APP_FLAG: dict[AppFlag, Tag] = {
    AppFlag.LOOK_ALIKE: Tag("look-alike", "It resembles a vendor’s app and is not bound.", Tone.PARTIAL),
    AppFlag.AMBIGUOUS: Tag("ambiguous", "Several apps bear this name; nobody has confirmed which is it.", Tone.PARTIAL),
    AppFlag.UNCONFIRMED: Tag(
        "not confirmed", "It was matched by name, and names can be copied. Nobody has confirmed it.", Tone.PARTIAL
    ),
    AppFlag.CREDENTIAL_EXPIRES: Tag(
        "credential ends", "Its newest secret or certificate ends within 30 days, or none is valid.", Tone.PARTIAL
    ),
    AppFlag.NO_DIRECTORY_ROLE: Tag(
        "no directory role", "It may manage Exchange as an app, but holds no directory role.", Tone.PARTIAL
    ),
    AppFlag.SHARED_TOOL: Tag("shared tool", "People share this tool, and its grants pile up."),
    AppFlag.DORMANT: Tag("disabled", "The app is switched off; its grants stay."),
}
