"""Random pages of every kind of list, as a tenant might send them."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from permdesk.domain.application import (
    Credential,
    CredentialKind,
    Publisher,
    Registration,
    RequiredAccess,
    ServicePrincipal,
)
from permdesk.domain.coverage import ReadName
from permdesk.domain.grant import AppRoleAssignment, DelegatedGrant, DirectoryRole, User
from permdesk.domain.page import Page
from permdesk.domain.permission import ApiDefinition, Kind, PublishedPermission
from permdesk.domain.tenant import Tenant
from tests.history.scans import guid

_few = st.integers(0, 5).map(guid)
_guids = st.one_of(_few, st.uuids().map(str))
#: What Graph has never sent, and what nearly is a GUID.
_odd = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", ",", "-" * 36, guid(1).upper().replace("0", "A"), guid(2)[:-1], f" {guid(3)[1:]}", "٣" * 36]),
    st.text("0123456789abcdefABCDEF-_", min_size=30, max_size=70),
)
_text = st.one_of(_guids, _odd, st.sampled_from(["Backup", "openid  Mail.Read", "\x1b[31m‮"]))
_moments = st.one_of(
    st.none(),
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC)),  # noqa: DTZ001
    st.just(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=9)))),
)
_publishers = st.one_of(st.none(), st.builds(Publisher, _text, st.none() | _text))
_tuples = st.lists(_text, max_size=3).map(tuple)

ROW = {
    ReadName.ORGANIZATION: st.builds(Tenant, _guids, _text, _text, st.none() | _text),
    ReadName.APPLICATIONS: st.builds(
        Registration,
        _guids,
        _guids,
        _text,
        st.lists(st.builds(RequiredAccess, _text, st.sampled_from(Kind), _text), max_size=3).map(tuple),
        st.lists(
            st.builds(Credential, st.sampled_from(CredentialKind), _moments, _moments, st.none() | _text), max_size=2
        ).map(tuple),
        _publishers,
        st.booleans(),
        _tuples,
        st.none() | _text,
        _moments,
    ),
    ReadName.SERVICE_PRINCIPALS: st.builds(
        ServicePrincipal,
        _guids,
        _guids,
        _text,
        st.none() | _text,
        _text,
        st.none() | _guids,
        st.booleans(),
        st.booleans(),
        _publishers,
        _tuples,
        _moments,
    ),
    ReadName.APIS: _text,
    ReadName.DEFINITIONS: st.builds(
        ApiDefinition,
        _guids,
        _guids,
        _text,
        st.lists(
            st.builds(
                PublishedPermission, _guids, st.sampled_from(Kind), _text, st.booleans(), st.booleans(), _text, _text
            ),
            max_size=3,
        ).map(tuple),
    ),
    ReadName.APP_ROLE_ASSIGNMENTS: st.builds(AppRoleAssignment, _guids, _guids, _guids, _moments),
    ReadName.OAUTH2_PERMISSION_GRANTS: st.builds(DelegatedGrant, _guids, _guids, st.none() | _guids, _text),
    ReadName.DIRECTORY_ROLES: st.builds(DirectoryRole, _guids, _text, _guids, _text),
    ReadName.USERS: st.builds(User, _guids, st.none() | _text, st.none() | _text, st.none() | st.booleans()),
}
_keys = st.one_of(st.integers(0, 9).map(lambda number: f"key-{number}"), _text)


@st.composite
def pages(draw, read, *, removed=True):
    """One page of a list; its keys are drawn from few, so that pages overlay each other, or are the rows' own ids."""
    if draw(st.booleans()) and read not in (ReadName.APIS, ReadName.APP_ROLE_ASSIGNMENTS, ReadName.DIRECTORY_ROLES):
        rows = {getattr(row, row.__struct_fields__[0]): row for row in draw(st.lists(ROW[read], max_size=5))}
    else:
        rows = draw(st.dictionaries(_keys, st.none() | ROW[read], max_size=5))
    return Page(
        rows,
        draw(st.none() | _text.filter(bool)),
        count=draw(st.none() | st.integers(0, 2**53)),
        lost=draw(st.integers(0, 3)),
        problem=draw(st.none() | _text),
        remarks=draw(_tuples),
        removed=tuple(draw(st.lists(_keys, max_size=3))) if removed else (),
    )
