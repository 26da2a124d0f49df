"""The Microsoft clouds and their hosts: the one table that scopes, sign-in, portal and consent links follow."""

import re
from urllib.parse import urlsplit

from msgspec import Struct

from permdesk.errors import UsageError

GLOBAL_ID = "global"
CUSTOM_ID = "custom"


class Cloud(Struct, frozen=True):
    """One national cloud, or a custom one.

    Attributes:
        id: the word on the command line and in JSON.
        label: the words on screen.
        graph: ``https://host[:port]`` of Microsoft Graph, without version.
        login: ``https://host[:port]`` of Entra sign-in; None where a custom cloud names none.
        entra_portal: base address of the Entra admin center; None where there is none.
        azure_portal: base address of the Azure portal; None for a custom cloud.
    """

    id: str
    label: str
    graph: str
    login: str | None
    entra_portal: str | None
    azure_portal: str | None


CLOUDS: dict[str, Cloud] = {
    cloud.id: cloud
    for cloud in (
        Cloud(
            GLOBAL_ID,
            "Microsoft 365 global",
            "https://graph.microsoft.com",
            "https://login.microsoftonline.com",
            "https://entra.microsoft.com",
            "https://portal.azure.com",
        ),
        Cloud(
            "usgov",
            "US Government L4",
            "https://graph.microsoft.us",
            "https://login.microsoftonline.us",
            "https://entra.microsoft.us",
            "https://portal.azure.us",
        ),
        Cloud(
            "usgov-dod",
            "US Government L5 (DoD)",
            "https://dod-graph.microsoft.us",
            "https://login.microsoftonline.us",
            "https://entra.microsoft.us",
            "https://portal.azure.us",
        ),
        # Two names of an Entra portal for China are in use and contradict each other;
        # the Azure portal has the same pages.
        Cloud(
            "china",
            "China (21Vianet)",
            "https://microsoftgraph.chinacloudapi.cn",
            "https://login.partner.microsoftonline.cn",
            None,
            "https://portal.azure.cn",
        ),
    )
}
#: A custom cloud of which nothing is known: its consent links stay shut.
UNKNOWN_CUSTOM = Cloud(CUSTOM_ID, "Custom cloud", "", None, None, None)

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])")


def endpoint_origin(address: str, *, option: str) -> str:
    """Return the ``https://host[:port]`` of an address a person typed.

    Raises:
        UsageError: the address is not https, or has a user, path, query or fragment.
    """
    problem = UsageError(
        f"{option} {address!r} is not an https address of a host",
        remedy="Give scheme, host and port alone, such as https://graph.example:8443.",
    )
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise problem from None
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    if parts.scheme != "https" or not _HOST.fullmatch(host):
        raise problem
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise problem
    return f"https://{parts.netloc}"


def custom_cloud(graph_endpoint: str, login_endpoint: str | None = None) -> Cloud:
    """Return a cloud made of endpoints the person named.

    Without a login endpoint no consent link can be made.

    Raises:
        UsageError: an endpoint is not a bare https origin.
    """
    return Cloud(
        CUSTOM_ID,
        "Custom cloud",
        endpoint_origin(graph_endpoint, option="--graph-endpoint"),
        endpoint_origin(login_endpoint, option="--login-endpoint") if login_endpoint else None,
        None,
        None,
    )
