"""permdesk's side of a sign-in as a program of its own: a new process, with whatever keyring its environment has.

Reads one JSON object: {file, name, deadline, log, do: [...]}; writes a line of JSON for each browser it wants opened,
and at last one that tells what it saw.
"""

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from permdesk import logs
from permdesk.auth.keys import KeyringKeys
from permdesk.auth.session import MsalSession
from permdesk.auth.vault import Vault
from permdesk.domain.cloud import custom_cloud
from permdesk.domain.ports import BrowserWaiting
from permdesk.domain.sign_in import SignInRequest
from permdesk.errors import WorldError
from permdesk.graph.form_client import FormClient
from permdesk.graph.https import HttpsSession


def main() -> None:
    """Do what standard input says."""
    asked = json.loads(sys.stdin.readline())
    logs.start(Path(asked["log"]), level=10)
    told: list[str] = []
    vault = Vault(Path(asked["file"]), KeyringKeys(asked["name"], deadline=asked["deadline"]), tell=told.append)
    session = MsalSession(
        vault=vault,
        http=lambda ca_file: FormClient(HttpsSession(user_agent="permdesk/test", ca_file=ca_file)),
        version="test",
    )
    saw: dict[str, Any] = {"told": told}
    start = time.monotonic()
    try:
        for deed in asked["do"]:
            saw[deed] = DEEDS[deed](session, asked)
    except WorldError as problem:
        saw["problem"] = [type(problem).__name__, problem.title, problem.detail, problem.remedy]
    saw["seconds"] = time.monotonic() - start
    saw["storage"] = [session.storage.kind.value, session.storage.why]
    say(saw)


def say(what: dict[str, Any]) -> None:
    """Write a line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def browser(session: MsalSession, asked: dict[str, Any]) -> str:
    """Sign in."""
    request = SignInRequest(
        custom_cloud(asked["graph"], asked["login"]), asked["client"], asked["tenant"], ca_file=Path(asked["ca_file"])
    )

    def waiting(told: BrowserWaiting) -> None:
        say({"open": told.address})

    return session.browser(request, waiting=waiting, cancel=threading.Event(), seconds=30.0).username


def names(session: MsalSession, _asked: dict[str, Any]) -> list[str]:
    """List who is signed in."""
    return [sign_in.username for sign_in in session.sign_ins()]


def tokens(session: MsalSession, _asked: dict[str, Any]) -> list[str]:
    """Get the access token of each."""
    return [session.token(sign_in).token() for sign_in in session.sign_ins()]


def renewed(session: MsalSession, _asked: dict[str, Any]) -> list[str]:
    """Get another access token for each."""
    handles = [session.token(sign_in) for sign_in in session.sign_ins()]
    return [handle.renew(refused=handle.token()) for handle in handles]


def used(session: MsalSession, asked: dict[str, Any]) -> int:
    """Get and renew tokens, and tell none of them."""
    return len({*tokens(session, asked), *renewed(session, asked)})


def forgotten(session: MsalSession, _asked: dict[str, Any]) -> int:
    """Sign everybody out."""
    return sum(len(session.forget(sign_in)) for sign_in in session.sign_ins())


DEEDS = {deed.__name__: deed for deed in (browser, names, tokens, renewed, used, forgotten)}

if __name__ == "__main__":
    main()
