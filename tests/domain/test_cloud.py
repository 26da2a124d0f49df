"""The clouds' table, and endpoints that a person types."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.cloud import CLOUDS, custom_cloud, endpoint_origin
from permdesk.errors import UsageError


def test_the_clouds_of_the_contract() -> None:
    assert list(CLOUDS) == ["global", "usgov", "usgov-dod", "china"]
    assert {cloud.graph for cloud in CLOUDS.values()} == {
        "https://graph.microsoft.com",
        "https://graph.microsoft.us",
        "https://dod-graph.microsoft.us",
        "https://microsoftgraph.chinacloudapi.cn",
    }
    for cloud_id, cloud in CLOUDS.items():
        assert cloud.id == cloud_id
        for address in (cloud.graph, cloud.login, cloud.entra_portal, cloud.azure_portal):
            assert address is None or endpoint_origin(address, option="--graph-endpoint") == address


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://graph.example", "https://graph.example"),
        ("https://graph.example/", "https://graph.example"),
        ("https://graph.example:8443", "https://graph.example:8443"),
        ("https://127.0.0.1:8443/", "https://127.0.0.1:8443"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("HTTPS://graph.example", "https://graph.example"),
    ],
)
def test_an_origin_is_taken(typed: str, origin: str) -> None:
    assert endpoint_origin(typed, option="--graph-endpoint") == origin


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "graph.example",
        "http://graph.example",
        "ftp://graph.example",
        "https://",
        "https:///v1.0",
        "https://graph.example/v1.0",
        "https://graph.example?x=1",
        "https://graph.example#x",
        "https://ann@graph.example",
        "https://ann:secret@graph.example",
        "https://graph.example:port",
        "https://graph.example:99999",
        "https://graph example",
        "https://graph.example\\@other.example",
        "https://gr\u0430ph.example",
        "https://[::1",
        "https://-graph.example",
    ],
)
def test_anything_else_is_refused_with_the_option_and_a_remedy(typed: str) -> None:
    with pytest.raises(UsageError) as refused:
        endpoint_origin(typed, option="--login-endpoint")
    assert "--login-endpoint" in refused.value.title
    assert refused.value.remedy


@given(st.text(max_size=30) | st.text(alphabet="https:/.@[]-\\ ex1?#", max_size=30))
def test_whatever_is_taken_has_one_host_and_nothing_else(typed: str) -> None:
    try:
        origin = endpoint_origin(typed, option="--graph-endpoint")
    except UsageError:
        return
    parts = urlsplit(origin)
    assert (parts.scheme, parts.path, parts.query, parts.fragment) == ("https", "", "", "")
    assert parts.hostname
    assert parts.username is None
    assert endpoint_origin(origin, option="--graph-endpoint") == origin


def test_a_custom_cloud_without_sign_in_has_no_login() -> None:
    cloud = custom_cloud("https://graph.example/")
    assert (cloud.id, cloud.graph, cloud.login) == ("custom", "https://graph.example", None)
    assert custom_cloud("https://graph.example", "https://login.example").login == "https://login.example"
    with pytest.raises(UsageError, match="--login-endpoint"):
        custom_cloud("https://graph.example", "login.example")
