"""Builds the program once: the only place that knows every part by name."""

import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import permdesk
from permdesk.domain.cloud import CLOUDS, GLOBAL_ID
from permdesk.errors import FormatError, StorageError
from permdesk.paper_desk import PaperDesk
from permdesk.paths import Paths, catalog_file, resources
from permdesk.readings import Asking, Readings
from permdesk.services.accounts import Accounts
from permdesk.services.again import Again
from permdesk.services.bundle import CatalogBuilt, Services
from permdesk.services.compare import Compare
from permdesk.services.consents import Consents
from permdesk.services.describe import Describe
from permdesk.services.history import History
from permdesk.services.paper import Papers
from permdesk.services.report import Report
from permdesk.services.scan import Begin, Scan
from permdesk.services.silence import NothingSaid

if TYPE_CHECKING:
    from permdesk.catalog.problem import Problem
    from permdesk.catalog.store import CatalogStore
    from permdesk.domain.knowledge import Knowledge
    from permdesk.domain.ports import Authenticator, CancelToken
    from permdesk.domain.profile import Profile
    from permdesk.domain.reach import CatalogFacts
    from permdesk.domain.sign_in import Client
    from permdesk.domain.snapshot import Snapshot
    from permdesk.domain.tenant import Tenant
    from permdesk.graph.form_client import FormClient
    from permdesk.graph.https import HttpsSession
    from permdesk.reports.choice import Letterhead, Page
    from permdesk.reports.document import Document


def build(
    paths: Paths,
    profile_dirs: tuple[Path, ...] = (),
    *,
    today: Callable[[], date] = date.today,
    scans_apart: bool = False,
    paper_apart: bool = False,
) -> Services:
    """Return the services on these folders; nothing is opened, and nothing heavy imported, before its first use.

    Args:
        paths: the person's folders, or those of an isolated run.
        profile_dirs: folders of own profiles, beside the one in the data folder.
        today: the day of the computer.
        scans_apart: tenants are read in a process of their own, so that a window stays alive meanwhile.
        paper_apart: pages and files of reports are made in a process of their own, likewise.
    """
    from permdesk.history.scan_file import open_scan, save_scan
    from permdesk.history.store import HistoryStore

    notices = _Notices()
    own = (*([paths.own_profiles] if paths.own_profiles.is_dir() else []), *profile_dirs)
    catalog = _Catalog(own)
    history = HistoryStore(paths.history_db, tell=notices.add)
    sample = _Sample()
    network = _Network()
    begin: Begin = Readings(catalog=catalog, history=history, network=network, sample=sample.knowledge)
    if scans_apart:
        from permdesk.apart.reader import ApartReadings

        begin = ApartReadings(begin, paths=paths, profile_dirs=profile_dirs, scans=history)
    kept = History(
        scans=history,
        keeper=history.keeping,
        open_file=open_scan,
        save_file=save_scan,
        catalog=catalog,
        now=lambda: datetime.now(UTC),
    )
    accounts = Accounts(
        authenticator=_authenticator_once(paths, network, notices.add), scans=history, packaged=packaged_client
    )
    compare = Compare(catalog=catalog, said=history, sample=sample, today=today)
    compare_unsaid = Compare(catalog=catalog, said=NothingSaid(), sample=sample, today=today)
    report = Report(
        # One of its own: the window's keeps the scan that is looked at prepared for the next tick.
        compare=Compare(catalog=catalog, said=history, sample=sample, today=today),
        scans=history,
        history=kept,
        write_pdf=_write_pdf,
    )
    papers: Papers = PaperDesk(compare=compare, compare_unsaid=compare_unsaid, report=report, scans=history)
    if paper_apart:
        from permdesk.apart.paper import ApartPapers

        papers = ApartPapers(paths=paths, profile_dirs=profile_dirs, today=today)
    consents = Consents(store=history.consents, write_pdf=_write_pdf, now=lambda: datetime.now(UTC))

    def tidy() -> int:
        consents.tidy(kept.retention)
        return kept.tidy()

    return Services(
        accounts=accounts,
        again=Again(
            ask=Asking(network),
            # One of its own: the window's keeps the scan that is looked at prepared for the next tick.
            compare=Compare(catalog=catalog, said=history, sample=sample, today=today),
            accounts=accounts,
            is_sample=sample.is_sample,
        ),
        scan=Scan(begin=begin, open_file=open_scan, scans=history, tidy=tidy),
        compare=compare,
        compare_unsaid=compare_unsaid,
        describe=Describe(said=history, today=today, ground=sample.ground),
        catalog=catalog,
        scans=history,
        history=kept,
        report=report,
        consents=consents,
        papers=papers,
        sample=sample,
        save_scan=save_scan,
        take_notices=notices.take,
    )


def packaged_client(shipped: Path | None = None) -> "Client | None":
    """Return the client application that whoever packaged this copy registered for it; None in most copies.

    Args:
        shipped: the folder ``resources``; None for the one that came with this copy.

    Raises:
        FormatError: the file that names it is not what resources/sign_in/README.md says.
    """
    import msgspec

    from permdesk.domain.portal import is_guid
    from permdesk.domain.sign_in import Client, ClientSource

    class Packaged(msgspec.Struct, forbid_unknown_fields=True):
        client_id: str
        cloud: str = GLOBAL_ID
        tenant: str | None = None

    file = (shipped or resources()) / "sign_in" / "client.json"
    problem = None
    try:
        named = msgspec.json.decode(file.read_bytes(), type=Packaged)
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = error.strerror or str(error)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error)
    else:
        if not is_guid(named.client_id):
            problem = "client_id is no application ID"
        elif named.cloud not in CLOUDS:
            problem = f"cloud is none of {', '.join(CLOUDS)}"
        elif named.tenant is not None and not named.tenant.strip():
            problem = "tenant is empty; leave it out for an app that works in every tenant"
        else:
            tenant = named.tenant.strip() if named.tenant is not None else None
            return Client(named.client_id.casefold(), named.cloud, tenant, ClientSource.PACKAGED)
    raise FormatError(
        "The app that came with permdesk cannot be used",
        detail=f"{file}: {problem}.",
        remedy="Sign in through an app registration of your own, and tell whoever gave you permdesk.",
    )


def _authenticator_once(
    paths: Paths, network: "_Network", tell: Callable[[str], None]
) -> "Callable[[], Authenticator]":
    """Return what makes the authenticator when it is first asked for: MSAL takes its time to load."""
    lock = threading.Lock()

    def authenticator() -> "Authenticator":
        # Two of them would not know of each other's sign-ins where nothing but memory keeps them.
        with lock:
            return made()

    @functools.cache
    def made() -> "Authenticator":
        from permdesk.auth.keys import KeyringKeys
        from permdesk.auth.session import MsalSession
        from permdesk.auth.vault import Vault

        file = paths.sign_ins_file
        vault = Vault(file, KeyringKeys(str(file)), tell=tell)
        return MsalSession(vault=vault, http=network.forms, version=permdesk.__version__)

    return authenticator


def _write_pdf(
    document: "Document",
    target: BinaryIO,
    page: "Page",
    letterhead: "Letterhead",
    *,
    progress: Callable[[float], None],
    cancel: "CancelToken",
) -> None:
    """Write a report on pages; Qt is loaded for it where no window has, and needs no screen."""
    try:
        from permdesk.printing.pdf import write_pdf
    except ImportError as problem:
        raise StorageError(
            "A PDF needs Qt, which is not to be had here",
            detail=f"{problem}.",
            remedy="Install what the window needs, or make an html file and print it.",
        ) from problem

    write_pdf(document, target, page, letterhead, progress=progress, cancel=cancel)


class _Network:
    """One https session for sign-in and reading alike, for each file of further trust anchors."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[Path | None, HttpsSession] = {}

    def session(self, ca_file: Path | None) -> "HttpsSession":
        from permdesk.graph.https import HttpsSession

        with self._lock:
            if ca_file not in self._sessions:
                self._sessions[ca_file] = HttpsSession(user_agent=f"permdesk/{permdesk.__version__}", ca_file=ca_file)
            return self._sessions[ca_file]

    def forms(self, ca_file: Path | None) -> "FormClient":
        from permdesk.graph.form_client import FormClient

        return FormClient(self.session(ca_file))


class _Notices:
    """Sentences that wait until somebody shows them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[str] = []

    def add(self, sentence: str) -> None:
        with self._lock:
            self._waiting.append(sentence)

    def take(self) -> tuple[str, ...]:
        with self._lock:
            taken, self._waiting = tuple(self._waiting), []
        return taken


class _Catalog:
    """The shipped catalog and own profiles, read when they are first asked for."""

    def __init__(self, own: tuple[Path, ...]) -> None:
        self._own = own
        self._lock = threading.Lock()

    @cached_property
    def _opened(self) -> "CatalogStore":
        from permdesk.catalog.store import CatalogStore

        return CatalogStore(catalog_file(), own=self._own)

    @property
    def _store(self) -> "CatalogStore":
        with self._lock:
            return self._opened

    def profiles(self) -> "Mapping[str, Profile]":
        return self._store.profiles()

    def facts(self) -> "CatalogFacts":
        return self._store.facts()

    def problems(self) -> "tuple[Problem, ...]":
        return self._store.problems

    def validate(self, paths: Sequence[Path]) -> "tuple[int, tuple[Problem, ...]]":
        validation = self._store.validate(paths)
        return validation.files, validation.problems

    def validate_own(self) -> "tuple[int, tuple[Problem, ...]]":
        return self._store.own.files, self._store.own.problems

    def compile(self, sources: Path, target: Path, *, check: bool) -> CatalogBuilt:
        from permdesk.catalog.builder import compile_catalog

        built = compile_catalog(sources, target, check=check)
        return CatalogBuilt(
            problems=built.problems,
            version=built.version,
            profiles=built.profiles,
            requirements=built.requirements,
            current=built.current,
            target=target,
        )


class _Sample:
    """What comes with the sample tenant besides its directory."""

    def is_sample(self, snapshot: "Snapshot") -> bool:
        return self._is_its(snapshot.tenant)

    def knowledge(self) -> "Knowledge":
        return self._knowledge

    def ground(self, tenant: "Tenant") -> "Knowledge":
        from permdesk.domain.knowledge import Knowledge

        return self._knowledge if self._is_its(tenant) else Knowledge()

    def _is_its(self, tenant: "Tenant") -> bool:
        from permdesk.sample import SAMPLE_TENANT_ID

        return tenant.id == SAMPLE_TENANT_ID and tenant.cloud == GLOBAL_ID

    @cached_property
    def _knowledge(self) -> "Knowledge":
        from permdesk.sample import sample_knowledge

        return sample_knowledge(resources())
