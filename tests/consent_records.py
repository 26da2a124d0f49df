"""Records of consents, made by hand and by hypothesis."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from permdesk.domain.audit import Actor, ActorKind, AuditedChange, AuditStatus, AuditTrail
from permdesk.domain.consent_record import ConsentRecord, Reading, RecordRow, Stood, WalkedRoute
from permdesk.domain.finding import Baseline, Declared, Documented, Granted, Status
from permdesk.domain.permission import GRAPH_APP_ID, Kind, Permission
from permdesk.domain.profile import RouteKind
from permdesk.domain.proof import Foreseen, Happened
from permdesk.domain.tenant import Account, HeldRole, Tenant

TENANT = Tenant("5b1f7c0e-88d2-4a35-9d61-2f0c6be3a417", "Larkfield Instruments", "global", "larkfield.example")
ELSEWHERE = Tenant("7c2a8d1f-99e3-4b46-8e72-301d7cf4b528", "Northmere", "global", "northmere.example")
APP_ID = "c2a94e17-6d30-4f4b-a7f5-90d1c3e8b264"
BEFORE = datetime(2026, 3, 14, 9, 42, tzinfo=UTC)
LINK = WalkedRoute(RouteKind.ADMIN_CONSENT_LINK, "Grant admin consent")
CONSOLE = WalkedRoute(RouteKind.VENDOR_CONSOLE, "Re-authorize in AvePoint")

HAD = Stood(Documented.YES, Declared.YES, Granted.TENANT, Status.SATISFIED)
EXCESS = Stood(Documented.NO, Declared.NO, Granted.TENANT, Status.EXCESS)
LACKED = Stood(Documented.YES, Declared.YES, Granted.NONE, Status.MISSING, gap=True)
UNREAD = Stood(Documented.YES, Declared.YES, Granted.UNVERIFIED, Status.UNVERIFIED)


def permission(value, *, api=GRAPH_APP_ID, kind=Kind.APPLICATION, resource="Microsoft Graph"):
    number = sum(value.encode()) % 10**12
    return Permission(
        api, "11111111-0000-4000-8000-000000000001", resource, kind, value, f"22222222-0000-4000-8000-{number:012d}"
    )


def row(value, happened, foreseen=None, *, before=None, after=None, needed=False, **parts):
    """Return a row that fits what happened."""
    usual = {
        Happened.ADDED: (LACKED, HAD, Foreseen.ADDED),
        Happened.REMOVED: (EXCESS, None, Foreseen.REMOVED),
        Happened.PENDING: (LACKED, LACKED, Foreseen.ADDED),
        Happened.STILL_MISSING: (LACKED, LACKED, Foreseen.MISSING),
        Happened.UNCHANGED: (HAD, HAD, Foreseen.STAYS),
        Happened.UNREAD: (HAD, UNREAD, Foreseen.STAYS),
    }[happened]
    return RecordRow(
        permission(value, **parts), before or usual[0], after or usual[1], foreseen or usual[2], happened, needed
    )


def record(*rows, **parts):
    """Return a record; ``parts`` replace what is not given."""
    values = {
        "record_id": "6f1f3c52-1111-4222-8333-944455556666",
        "tenant": TENANT,
        "app_id": APP_ID,
        "object_id": "0f67ef30-480c-5b94-ad07-58e1aca477ca",
        "display_name": "svc-m365-backup",
        "vendor": "NAKIVO",
        "profile_id": "nakivo",
        "profile_name": "NAKIVO Backup & Replication",
        "baseline": Baseline.PROFILE,
        "route": LINK,
        "account": Account("admin@larkfield.example", "33333333-0000-4000-8000-000000000001", TENANT.id),
        "started": BEFORE + timedelta(minutes=40),
        "ended": BEFORE + timedelta(minutes=49),
        "before": Reading("scan-before", BEFORE, complete=True, fingerprint="a" * 64),
        "after": Reading("scan-after", BEFORE + timedelta(minutes=49), complete=True),
        "rows": rows or (row("Files.Read.All", Happened.ADDED), row("Directory.Read.All", Happened.REMOVED)),
        "program_version": "0.1.0",
    }
    return ConsentRecord(**{**values, **parts})


def trail(*changes, status=AuditStatus.READ, detail=""):
    return AuditTrail(status, BEFORE, BEFORE + timedelta(minutes=50), changes, detail)


def change(of=None, *, came=True, at=BEFORE + timedelta(minutes=45), name="ga@larkfield.example"):
    """Return an entry that brought a permission, or took it; without one, a consent to the whole app."""
    actor = Actor(ActorKind.PERSON, "44444444-0000-4000-8000-000000000001", name)
    if of is None:
        return AuditedChange("event-0", at, "Consent to application", actor)
    ids = (of.id,)
    activity = f"{'Add' if came else 'Remove'} app role assignment"
    moved = {"added": ids} if came else {"removed": ids}
    return AuditedChange("event-1", at, activity, actor, of.resource_object_id, of.kind, **moved)


_TEXT = st.text(max_size=40) | st.sampled_from(
    ["<b>x</b>", "=cmd|' /C calc'!A0", "\u202egnp.exe", "a\x00\x1b[31m", "😀" * 9]
)
_ID = st.none() | _TEXT
_TIME = st.integers(0, 2_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
_STOOD = st.none() | st.builds(
    Stood,
    st.sampled_from(Documented),
    st.sampled_from(Declared),
    st.sampled_from(Granted),
    st.sampled_from(Status),
    st.sampled_from([True, False, None]),
    st.booleans(),
)
_PERMISSION = st.builds(Permission, _ID, _ID, _TEXT, st.sampled_from(Kind), _ID, _ID)
_ROW = st.builds(
    RecordRow, _PERMISSION, _STOOD, _STOOD, st.sampled_from(Foreseen), st.sampled_from(Happened), st.booleans()
)
_READING = st.builds(Reading, _TEXT, _TIME, st.booleans(), _TEXT)
_CHANGE = st.builds(
    AuditedChange,
    _TEXT,
    _TIME,
    _TEXT,
    st.builds(Actor, st.sampled_from(ActorKind), _ID, _ID),
    _ID,
    st.none() | st.sampled_from(Kind),
    st.lists(_TEXT, max_size=2).map(tuple),
    st.lists(_TEXT, max_size=2).map(tuple),
)
RECORDS = st.builds(
    ConsentRecord,
    record_id=_TEXT,
    tenant=st.builds(Tenant, _TEXT, _TEXT, st.sampled_from(["global", "china", "custom"]), _ID),
    app_id=_ID,
    object_id=_ID,
    display_name=_TEXT,
    vendor=_TEXT,
    profile_id=_TEXT,
    profile_name=_TEXT,
    baseline=st.sampled_from(Baseline),
    route=st.none() | st.builds(WalkedRoute, st.sampled_from(RouteKind), _TEXT),
    account=st.builds(
        Account, _ID, _ID, _ID, st.none() | st.lists(st.builds(HeldRole, _TEXT, _TEXT), max_size=2).map(tuple)
    ),
    started=_TIME,
    ended=_TIME,
    before=_READING,
    after=_READING,
    rows=st.lists(_ROW, max_size=4).map(tuple),
    gone=st.booleans(),
    watching=st.booleans(),
    trail=st.none()
    | st.builds(
        AuditTrail, st.sampled_from(AuditStatus), _TIME, _TIME, st.lists(_CHANGE, max_size=2).map(tuple), _TEXT, _TEXT
    ),
    program_version=_TEXT,
)
