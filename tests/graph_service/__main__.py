"""Runs the service: prints one JSON line with port and CA file, then does what lines on its input ask for.

It listens on loopback alone and ends when its input does, so it never outlives whoever started it.
"""

import argparse
import asyncio
import gc
import json
import os
import ssl
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import msgspec
import trustme

from tests.graph_service.control import Control
from tests.graph_service.generated import SIZES, generate
from tests.graph_service.objects import GraphObjects
from tests.graph_service.service import Service
from tests.graph_service.wire import Connection


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.graph_service", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="tiny", help="the generated tenant")
    parser.add_argument("--seed", type=int, default=7, help="of the generated tenant")
    parser.add_argument("--objects", type=Path, help="a JSON file with the tenant, in place of a generated one")
    parser.add_argument("--core", type=int, help="the processor core to stay on")
    arguments = parser.parse_args()
    if arguments.core is not None:
        os.sched_setaffinity(0, {arguments.core})
    # Rows are made by the hundred thousand and never go: looking for rubbish among them takes most of the time.
    gc.disable()
    if arguments.objects is not None:
        objects = msgspec.json.decode(arguments.objects.read_bytes(), type=GraphObjects)
    else:
        objects = generate(SIZES[arguments.size], seed=arguments.seed)
    gc.freeze()
    gc.enable()
    with tempfile.TemporaryDirectory(prefix="graph-service-") as folder:
        asyncio.run(_serve(objects, Path(folder)))


async def _serve(objects: GraphObjects, folder: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    service = Service(objects, "")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(service), "127.0.0.1", 0, ssl=context, backlog=128)
    port = server.sockets[0].getsockname()[1]
    service.origin = f"https://localhost:{port}"
    service.load(objects)
    control = Control(service)
    ended = asyncio.Event()

    def say(answer: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    def obey(line: str) -> None:
        say(control.obey(line))

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(obey, line)
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=listen, daemon=True).start()
    say({"port": port, "ca_file": str(ca_file), "origin": service.origin})
    await ended.wait()
    server.close()


if __name__ == "__main__":
    main()
