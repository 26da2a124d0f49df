"""What a read of a tenant is measured against: curl with 16 connections, and the page iterator of Microsoft's SDK.

A benchmark goes so, with one service for everything and the same $select on both sides:

    with GraphService(size="large", core=0) as service:
        ... read once with permdesk, so that every answer is rendered and the service's log tells what was asked ...
        lists = lists_read(service)
        service.set(latency=0.05, keep_log=False)
        theirs = median(5, lambda: curl_seconds(service, lists))
        ... the same for permdesk; service.stats(reset=True) before and stats() after state the service's CPU ...
        cpu = sdk_cpu_seconds(service, lists)
"""

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median as middle
from time import perf_counter
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.baseline_curl import Chain, Reading, read
from tests.graph_service.process import GraphService

_ROOT = Path(__file__).parents[2]
#: Where build/prepare.py installs Microsoft's SDK.
SDK_PYTHON = _ROOT / ".venv" / "permdesk-graph-sdk" / "bin" / "python"
_SDK_READER = _ROOT / "tests" / "system" / "graph_sdk" / "reader.py"
_WHOLE = ("applications", "servicePrincipals", "oauth2PermissionGrants")
_ASSIGNED = "appRoleAssignedTo"
_NEXT = b'"@odata.nextLink":"'
#: An SDK that reads 12,000 rows takes minutes on a busy machine.
_PATIENCE = 1800.0


def lists_read(service: GraphService) -> list[Chain]:
    """Return the lists of a tenant as the service's log says that they were asked for, the longest first.

    applications, servicePrincipals and oauth2PermissionGrants come with the options they were asked with; the
    assignments with those of the first such request, one list for each API that publishes a role for applications,
    whoever asked for it. Raises ValueError where one of the three was never asked for.
    """
    first: dict[str, Chain] = {}
    pages: Counter[str] = Counter()
    for entry in service.log():
        target = urlsplit(entry["target"])
        path = target.path.removeprefix("/v1.0/")
        pages[path] += 1
        if "skiptoken" not in target.query and "$top=1&" not in target.query and path not in first:
            # A list that is read in parts is one list to curl.
            whole = "&".join(option for option in target.query.split("&") if not option.startswith("$filter="))
            first[path] = Chain(f"{service.origin}{target.path}?{whole}", entry["eventual"])
    missing = [name for name in _WHOLE if name not in first]
    if missing:
        raise ValueError(f"nobody asked for {', '.join(missing)}")
    pattern = next((chain for path, chain in first.items() if path.endswith("/" + _ASSIGNED)), None)
    options = urlsplit(pattern.url).query if pattern else "$top=999"
    for api in service.apis():
        ways = (f"servicePrincipals/{api['id']}/{_ASSIGNED}", f"servicePrincipals(appId='{api['appId']}')/{_ASSIGNED}")
        if not any(way in first for way in ways):
            url = f"{service.origin}/v1.0/{ways[0]}?{options}"
            first[ways[0]] = Chain(url, pattern.eventual if pattern else False)
    kept = [path for path in first if path in _WHOLE or path.endswith("/" + _ASSIGNED)]
    return [first[path] for path in sorted(kept, key=lambda path: -pages[path])]


def curl(service: GraphService, lists: Sequence[Chain]) -> Reading:
    """Read the lists with curl: wall seconds, requests, bytes."""
    return read(lists, ca_file=service.ca_file, token=service.token)


def curl_seconds(service: GraphService, lists: Sequence[Chain]) -> float:
    """Return the wall seconds that curl takes for the lists."""
    return curl(service, lists).seconds


def curl_program_seconds(service: GraphService, lists: Sequence[Chain], *, at_once: int = 16) -> float:
    """Return the wall seconds that the program curl takes, one start for each page, 16 lists side by side."""
    common = [
        "curl",
        "--silent",
        "--cacert",
        str(service.ca_file),
        "--header",
        f"Authorization: Bearer {service.token}",
    ]

    def follow(chain: Chain) -> None:
        url: str | None = chain.url
        eventual = ["--header", "ConsistencyLevel: eventual"] if chain.eventual else []
        while url is not None:
            body = subprocess.run([*common, *eventual, url], stdout=subprocess.PIPE, check=True, close_fds=False).stdout
            at = body.find(_NEXT, 0, 16_384)
            url = body[at + len(_NEXT) : body.index(b'"', at + len(_NEXT))].decode() if at >= 0 else None

    begun = perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(follow, lists))
    return perf_counter() - begun


def median(times: int, work: Callable[[], float]) -> float:
    """Return the median of what a work returns."""
    return middle(work() for _ in range(times))


def sdk_cpu_seconds(service: GraphService, lists: Sequence[Chain]) -> float:
    """Return the CPU seconds in which Microsoft's SDK reads the lists with its page iterator, start not counted.

    Raises FileNotFoundError where build/prepare.py has not installed the SDK.
    """
    select: dict[str, list[str]] = {}
    for chain in lists:
        target = urlsplit(chain.url)
        chosen = parse_qs(target.query).get("$select")
        if chosen:
            select[target.path.rpartition("/")[2]] = chosen[0].split(",")
    asked = {
        "origin": service.origin,
        "ca_file": str(service.ca_file),
        "token": service.token,
        "apis": [api["id"] for api in service.apis()],
        "select": select,
    }
    done = subprocess.run(
        [SDK_PYTHON, _SDK_READER],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    told = json.loads(done.stdout)
    if min(told["rows"].values()) == 0:
        raise RuntimeError(f"the SDK read nothing: {told['rows']}")
    return float(told["cpu_seconds"])
