"""The parts of a sign-in, started once; a keyring; and permdesk's own side of it."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from tests.system.sign_in import parts
from tests.system.sign_in.console import Console
from tests.system.sign_in.desk import Desk, Service
from tests.system.sign_in.graph import Graph
from tests.system.sign_in.keyring_bus import gnome_keyring


@pytest.fixture(scope="session")
def folders() -> list[Path]:
    """Every folder that these tests write to."""
    return []


@pytest.fixture(autouse=True)
def _remember_the_folder(tmp_path: Path, folders: list[Path]) -> None:
    folders.append(tmp_path)


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> parts.Trust:
    return parts.Trust(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="session")
def running_graph(trust: parts.Trust) -> Iterator[Graph]:
    with Graph(trust.leaf).running() as graph:
        yield graph


@pytest.fixture(scope="session")
def service(
    trust: parts.Trust, running_graph: Graph, tmp_path_factory: pytest.TempPathFactory, folders: list[Path]
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("parts")
    folders.append(folder)
    origin = running_graph.origin
    with parts.provider(trust, folder, graph=origin) as provider, parts.browser(trust, folder) as browser:
        running_graph.judge = lambda token: provider.ask("judge", token=token)
        yield Service(trust, provider, browser, graph=origin)


@pytest.fixture
def graph(running_graph: Graph) -> Iterator[Graph]:
    """The tests' Graph, with nothing planned and nothing seen."""
    running_graph.reset()
    yield running_graph
    running_graph.reset()


@pytest.fixture
def console(service: Service, keyring_session: dict[str, str], tmp_path: Path) -> Console:
    return Console(tmp_path, service, keyring_session)


@pytest.fixture(scope="session")
def keyring_session() -> Iterator[dict[str, str]]:
    """The environment of processes that find gnome-keyring."""
    with gnome_keyring() as environment:
        yield environment


@pytest.fixture(autouse=True)
def _loopback_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "localhost")


@pytest.fixture
def unlocked(keyring_session: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Let this process use gnome-keyring, too."""
    from keyring.backends.SecretService import Keyring

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", keyring_session["DBUS_SESSION_BUS_ADDRESS"])
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    yield keyring_session
    keyring.set_keyring(before)


@pytest.fixture
def desk(service: Service, unlocked: dict[str, str], tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, service)
    yield desk
    desk.close()
