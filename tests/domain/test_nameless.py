"""A scan without names: nothing that people chose is left, everything else is, and all of it alike everywhere."""

import msgspec
import pytest
from msgspec.structs import replace

from permdesk.domain.application import Publisher
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.diffing import diff_scans
from permdesk.domain.grant import User
from permdesk.domain.nameless import without_names
from permdesk.domain.permission import GRAPH_APP_ID
from permdesk.domain.tenant import Account
from tests.domain.tenants import MICROSOFT
from tests.history.scans import guid, make_snapshot

SECRET = b"s" * 32


def named(**more):
    """A scan in which every name is a word of its own."""
    scan = make_snapshot(more.pop("scan_id", "scan-1"), name="Quincetree")
    first, vendor, graph = scan.service_principals
    registration = scan.registrations[0]
    return replace(
        scan,
        account=Account("admin@quincetree.example", guid(3), guid(9)),
        registrations=(
            replace(
                registration,
                display_name="Quincetree backup",
                reply_urls=("https://quincetree.example/a", "https://quincetree.example/a"),
                publisher=Publisher("Quincetree Ltd", "4711"),
                credentials=(replace(registration.credentials[0], label="CN=quincetree"),),
            ),
        ),
        service_principals=(
            replace(first, display_name="Quincetree backup", app_display_name="quincetree inner"),
            replace(vendor, display_name="Quincetree vendor", publisher=Publisher("Quincetree Ltd", "4711")),
            replace(graph, owner_tenant_id=MICROSOFT),
        ),
        users=(User(guid(3), "Ann Quincetree", "ann@quincetree.example", True),),
        reads=(
            ReadCoverage(ReadName.USERS, ReadStatus.REFUSED, detail="403. Ann Quincetree may not"),
            ReadCoverage(
                ReadName.APP_ROLE_ASSIGNMENTS,
                ReadStatus.FAILED,
                resource="Quincetree backup",
                client_object_id=guid(20),
                detail="quincetree was slow",
            ),
            ReadCoverage(ReadName.DEFINITIONS, ReadStatus.COMPLETE, 3, 3, GRAPH_APP_ID, "Microsoft Graph"),
        ),
        **more,
    )


def test_no_name_is_left():
    text = msgspec.json.encode(without_names(named(), SECRET)).decode()
    assert "quincetree" not in text.casefold()
    assert "Ann" not in text
    assert guid(3) not in text, "a person's id"
    assert "4711" not in text


def test_everything_else_is():
    scan, bare = named(), without_names(named(), SECRET)
    assert bare.tenant.id == scan.tenant.id
    assert [one.app_id for one in bare.service_principals] == [one.app_id for one in scan.service_principals]
    assert [one.object_id for one in bare.registrations] == [one.object_id for one in scan.registrations]
    assert bare.registrations[0].required == scan.registrations[0].required
    assert bare.app_role_assignments == scan.app_role_assignments
    assert [grant.scope for grant in bare.delegated_grants] == [grant.scope for grant in scan.delegated_grants]
    assert [(one.read, one.status, one.rows) for one in bare.reads] == [
        (one.read, one.status, one.rows) for one in scan.reads
    ]
    assert bare.reads[0].detail == "403"
    assert bare.reads[2].resource == "Microsoft Graph"
    assert bare.service_principals[2] == scan.service_principals[2], "Microsoft's own"
    assert bare.apis == scan.apis


def test_the_same_name_is_replaced_alike_in_every_place():
    bare = without_names(named(), SECRET)
    person = bare.users[0].object_id
    assert bare.account.object_id == bare.delegated_grants[0].principal_id == person
    assert bare.account.username == bare.users[0].username
    assert bare.registrations[0].display_name == bare.service_principals[0].display_name == bare.reads[1].resource
    assert bare.registrations[0].publisher == bare.service_principals[1].publisher
    assert len(set(bare.registrations[0].reply_urls)) == 1


def test_the_secret_decides_and_the_scan_is_another_one():
    assert without_names(named(), SECRET) == without_names(named(), SECRET)
    other = without_names(named(), b"t" * 32)
    assert other.users[0].object_id != without_names(named(), SECRET).users[0].object_id
    assert without_names(named(), SECRET).scan_id != named().scan_id


def test_two_of_them_differ_where_the_scans_do():
    later = replace(named(scan_id="scan-2"), delegated_grants=())
    plain = diff_scans(named(), later)
    bare = diff_scans(without_names(named(), SECRET), without_names(later, SECRET))
    assert [(app.key, len(app.single)) for app in bare.apps] == [(app.key, len(app.single)) for app in plain.apps]
    assert bare.apps


@pytest.mark.parametrize("name", ["", "\x1b[31m<b>", "x" * 10_000, "\ud800", "‮"])
def test_odd_names(name):
    scan = named()
    scan = replace(
        scan,
        users=(User(name, name, name),),
        registrations=(replace(scan.registrations[0], display_name=name, reply_urls=(name,)),),
    )
    bare = without_names(scan, SECRET)
    assert bare.registrations[0].display_name in ("", bare.service_principals[0].display_name)
    assert bare.users[0].username.endswith("@redacted.example")
