"""The token goes to the chosen Graph host over https, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permdesk.domain.cloud import custom_cloud
from permdesk.graph.faults import GraphFault
from permdesk.graph.links import checked_link
from tests.graph.doubles import ROOT, TOKEN, Scripted, client, page

HOME = "https://graph.microsoft.com"

FOREIGN = [
    "https://graph.example.com/v1.0/applications",
    "https://graph.microsoft.com.evil.example/v1.0/applications",
    "https://graph-microsoft.com/v1.0/applications",
    "https://graph.rnicrosoft.com/v1.0/applications",
    "https://graph.micros\u043eft.com/v1.0/applications",
    "https://graph.microsoft.com:8443/v1.0/applications",
    "https://graph.microsoft.com:0/v1.0/applications",
    "https://graph.microsoft.com:99999/v1.0/applications",
    "https://graph.microsoft.com:x/v1.0/applications",
    "http://graph.microsoft.com/v1.0/applications",
    "ftp://graph.microsoft.com/v1.0/applications",
    "https://user@graph.microsoft.com/v1.0/applications",
    "https://user:password@graph.microsoft.com/v1.0/applications",
    "https://graph.microsoft.com@evil.example/v1.0/applications",
    "https://graph.microsoft.com\\@evil.example/v1.0/applications",
    "https://evil.example\\.graph.microsoft.com/v1.0/applications",
    "https:\\\\graph.microsoft.com/v1.0/applications",
    "//graph.microsoft.com/v1.0/applications",
    "/v1.0/applications",
    "applications",
    "",
    "https://graph.microsoft.com",
    "https://graph.microsoft.com/beta/applications",
    "https://graph.microsoft.com/v1.0",
    "https://graph.microsoft.com/v1.0/../beta/applications",
    "https://graph.microsoft.com/v1.0/%2e%2e/beta/applications",
    "https://graph.microsoft.com/v1.0/.%2E/beta/applications",
    "https://graph.microsoft.com/v1.0//evil.example/applications",
    "https://graph.microsoft.com/v1.0/applications#fragment",
    "https://graph.microsoft.com/v1.0/applications\r\nX-Evil: 1",
    "https://graph.microsoft.com/v1.0/appli cations",
    "https://graph.microsoft.com/v1.0/applications\x00",
    " https://graph.microsoft.com/v1.0/applications",
    "https://[graph.microsoft.com]/v1.0/applications",
    "https://graph.microsoft.com/v1.0/applications?" + "x" * 70_000,
]


@pytest.mark.parametrize("link", FOREIGN)
def test_a_link_that_leads_elsewhere_is_refused(link: str) -> None:
    with pytest.raises(GraphFault) as caught:
        checked_link(link, origin=HOME, root="/v1.0/")
    assert "not followed" in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("link", FOREIGN)
def test_nothing_is_sent_there(link: str) -> None:
    transport = Scripted(page([], link=link))
    graph = client(transport)
    assert graph.get("applications", lambda body: body)
    with pytest.raises(GraphFault):
        graph.follow(link)
    assert transport.urls == [ROOT + "applications"]
    assert all(TOKEN not in url for url in transport.urls)


@pytest.mark.parametrize(
    "link",
    [
        "https://graph.microsoft.com/v1.0/applications?$top=999&$skiptoken=RFNwdAIAAQAAAB%2Bx-_~.%3d",
        "https://graph.microsoft.com:443/v1.0/servicePrincipals?$skiptoken=m~A",
        "https://GRAPH.microsoft.com/v1.0/servicePrincipals(appId='00000003')/appRoleAssignedTo?$skiptoken=x",
    ],
)
def test_a_link_that_stays_is_followed_verbatim(link: str) -> None:
    transport = Scripted(page([]))
    client(transport).follow(link)
    assert transport.urls == [link]


def test_a_custom_endpoint_keeps_its_port() -> None:
    cloud = custom_cloud("https://graph.local:8443")
    link = "https://graph.local:8443/v1.0/applications?$skiptoken=1"
    assert checked_link(link, origin=cloud.graph, root="/v1.0/") == link
    for other in ("https://graph.local/v1.0/a", "https://graph.local:8444/v1.0/a", "https://graph.local:443/v1.0/a"):
        with pytest.raises(GraphFault):
            checked_link(other, origin=cloud.graph, root="/v1.0/")


@given(st.text(max_size=60), st.sampled_from(["https://", "http://", "//", ""]), st.text(max_size=20))
def test_open_input_never_crashes_and_never_leaves(host: str, scheme: str, tail: str) -> None:
    link = f"{scheme}{host}/v1.0/{tail}"
    try:
        followed = checked_link(link, origin=HOME, root="/v1.0/")
    except GraphFault:
        return
    assert followed.lower().startswith(("https://graph.microsoft.com/v1.0/", "https://graph.microsoft.com:443/v1.0/"))
