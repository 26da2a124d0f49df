"""What a refused read lacks: a permission, a role, or one of them."""

import pytest
from msgspec.structs import replace

from permdesk.domain.cloud import CLOUDS
from permdesk.domain.coverage import ReadCoverage, ReadName, ReadStatus
from permdesk.domain.rights import READING_ROLES, explained
from permdesk.domain.sign_in import Reading, SignIn, renewed_scopes

SIGN_IN = SignIn(CLOUDS["usgov"], "client", "account", "admin@larkfield.example", "tenant")
GRAPH = CLOUDS["usgov"].graph


@pytest.mark.parametrize("status", [status for status in ReadStatus if status is not ReadStatus.REFUSED])
def test_only_a_refusal_lacks_something(status: ReadStatus) -> None:
    read = ReadCoverage(ReadName.USERS, status, rows=3, detail="why")
    assert explained(read, ()) == read


@pytest.mark.parametrize("name", ReadName)
@pytest.mark.parametrize("held", [None, (), ("Directory.Read.All",), ("directory.read.all", "User.Read")])
def test_every_refused_read_is_told_what_it_lacks(name: ReadName, held: tuple[str, ...] | None) -> None:
    read = ReadCoverage(name, ReadStatus.REFUSED, detail="why")
    told = explained(read, held)
    assert replace(told, remedy=None) == read
    assert told.remedy is not None
    assert all(role in told.remedy for role in READING_ROLES)
    assert ("Directory.Read.All" in told.remedy) is not bool(held)
    assert ("which this sign-in does not have" in told.remedy) is (held == ())


def test_less_is_enough_for_the_apps_and_not_for_delegated_grants() -> None:
    held = ("Application.Read.All", "User.Read")

    def lacks(name: ReadName) -> str:
        return explained(ReadCoverage(name, ReadStatus.REFUSED), held).remedy or ""

    for name in (ReadName.APPLICATIONS, ReadName.APP_ROLE_ASSIGNMENTS, ReadName.DEFINITIONS, ReadName.ORGANIZATION):
        assert lacks(name).startswith("The sign-in has the permission it needs")
    for name in (ReadName.OAUTH2_PERMISSION_GRANTS, ReadName.DIRECTORY_ROLES, ReadName.USERS):
        assert lacks(name).startswith("Needs the delegated permission Directory.Read.All")


@pytest.mark.parametrize(
    ("received", "renewed"),
    [
        (("Directory.Read.All", "User.Read"), ["User.Read", "Directory.Read.All"]),
        (("User.Read",), ["User.Read"]),
        (("application.read.all", "user.read"), ["User.Read", "Application.Read.All"]),
        # What others have had consented to on a shared app is not asked for.
        (("Directory.Read.All", "Mail.ReadWrite", "openid"), ["Directory.Read.All"]),
        ((), ["User.Read", "Directory.Read.All"]),
    ],
)
def test_a_sign_in_is_renewed_for_what_it_was_given(received: tuple[str, ...], renewed: list[str]) -> None:
    signed = replace(SIGN_IN, received=received, reading=Reading.BASIC)
    assert renewed_scopes(signed) == [f"{GRAPH}/{value}" for value in renewed]
