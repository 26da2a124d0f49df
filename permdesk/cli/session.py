"""One run of one command: its folders, its services, the tenant it was pointed at."""

import functools
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from permdesk.catalog.problem import Severity
from permdesk.cli.files import names_file, to_open
from permdesk.cli.terminal import note, say
from permdesk.display import command_line
from permdesk.domain.cloud import CLOUDS, CUSTOM_ID, GLOBAL_ID, Cloud, custom_cloud, endpoint_origin
from permdesk.domain.finding import Comparison
from permdesk.domain.profile import Uses
from permdesk.domain.sign_in import SignIn
from permdesk.domain.text import inert
from permdesk.errors import SignInError, UsageError
from permdesk.graph.tokens import TOKEN_VARIABLE, token_from
from permdesk.paths import Paths
from permdesk.services.bundle import Services
from permdesk.services.scan import ScanOutcome
from permdesk.services.target import FileTarget, KeptTarget, SampleTarget, Target, TokenTarget
from permdesk.services.uses import parse_overrides
from permdesk.settings import Settings

Build = Callable[[Paths, tuple[Path, ...]], Services]
SAMPLE_COMPLETE = "complete"
_TOKEN_COMES_FROM = "az account get-access-token --resource-type ms-graph --query accessToken --output tsv"  # noqa: S105


@dataclass(frozen=True)
class Launcher:
    """What the program brings along: how services are built, the environment, where logs go once that is known."""

    build: Build
    environ: Mapping[str, str]
    open_logs: Callable[[Paths], None] = lambda _paths: None


@dataclass(frozen=True)
class Where:
    """The options that say which tenant is meant, as they were typed.

    Attributes:
        sample: None without ``--sample``, else what followed it ("" or "complete").
        scan: a file or a scan id.
        account: names of signed-in accounts.
        all_accounts: every signed-in account.
    """

    sample: str | None = None
    scan: str | None = None
    cloud: str | None = None
    graph_endpoint: str | None = None
    login_endpoint: str | None = None
    ca_file: Path | None = None
    account: tuple[str, ...] = ()
    all_accounts: bool = False


class Session:
    """Everything a command needs, made when it is first asked for."""

    def __init__(
        self,
        launcher: Launcher,
        *,
        data_dir: Path | None = None,
        profiles: tuple[Path, ...] = (),
        as_json: bool = False,
        where: Where | None = None,
        progress: str | None = None,
    ) -> None:
        self._launcher = launcher
        self._data_dir = data_dir
        self._profiles = profiles
        self._where = where or Where()
        self._progress = progress
        self.as_json = as_json
        #: One document a line, where several are printed.
        self.compact = False

    @functools.cached_property
    def services(self) -> Services:
        """The verbs, on this run's folders and with every profile of one's own."""
        services = self.bare_services
        self._tell_of_profiles(services)
        return services

    @functools.cached_property
    def bare_services(self) -> Services:
        """The same for whoever looks after profiles and catalog: nothing was read yet that could be in disorder."""
        self._launcher.open_logs(self._paths)
        return self._launcher.build(self._paths, self._profiles)

    @functools.cached_property
    def _paths(self) -> Paths:
        return Paths.isolated(self._data_dir) if self._data_dir is not None else Paths.default()

    def _tell_of_profiles(self, services: Services) -> None:
        """Print what is wrong with own profiles; refuse where the person named the folder for this very run."""
        problems = services.catalog.problems()
        for problem in problems:
            note(str(problem))
        named = {os.path.realpath(place) for place in self._profiles}
        if any(p.severity is Severity.ERROR and not named.isdisjoint(_places(p.path)) for p in problems):
            raise UsageError(
                "A profile of --profiles cannot be used", remedy="Mend it, or leave the folder out. See above."
            )

    @functools.cached_property
    def settings(self) -> Settings:
        """The person's settings."""
        settings = Settings.load(self._paths.settings_file)
        for warning in settings.warnings:
            note(warning)
        return settings

    @property
    def ca_file(self) -> Path | None:
        """The further trust anchor that the person named."""
        return self._where.ca_file

    @property
    def names_several(self) -> bool:
        """True where the tenants of several accounts may be meant."""
        return self._where.all_accounts or len(self._where.account) > 1

    def each(self) -> Iterator["Session"]:
        """Yield a session for each account that is meant, on the same folders.

        Raises:
            UsageError: a name means no account, or several; all of them are looked at first.
            SignInError: nobody is signed in.
        """
        self._one_tenant()
        accounts = self.services.accounts
        if self._where.all_accounts:
            signed_in = [kept.sign_in for kept in accounts.kept()]
            if not signed_in:
                raise SignInError("Nobody is signed in", remedy="permdesk-cli sign-in signs in.")
        else:
            signed_in = list({s.key: s for s in (accounts.named(name) for name in self._where.account)}.values())
        for sign_in in signed_in:
            where = replace(self._where, account=(f"{sign_in.username}/{sign_in.tenant_id}",), all_accounts=False)
            one = Session(
                self._launcher,
                data_dir=self._data_dir,
                profiles=self._profiles,
                as_json=self.as_json,
                where=where,
                progress=self._progress,
            )
            one.__dict__.update(services=self.services, sign_in=sign_in)
            one.compact = True
            yield one

    @functools.cached_property
    def sign_in(self) -> SignIn:
        """The one account that the person named.

        Raises:
            UsageError: none, or several.
        """
        if len(self._where.account) != 1:
            raise UsageError("This works on one account", remedy="Name one account alone.")
        return self.services.accounts.named(self._where.account[0])

    @functools.cached_property
    def cloud(self) -> Cloud | None:
        """The cloud the person named; None where none was.

        Raises:
            UsageError: endpoints without ``--cloud custom``, or a custom cloud without endpoints.
        """
        where = self._where
        self._one_tenant()
        if where.account:
            if where.cloud or where.graph_endpoint or where.login_endpoint:
                raise UsageError("An account belongs to its cloud", remedy="Leave --cloud and the endpoints out.")
            return self.sign_in.cloud
        if where.cloud != CUSTOM_ID:
            if where.graph_endpoint or where.login_endpoint:
                raise UsageError(
                    "--graph-endpoint and --login-endpoint belong to --cloud custom", remedy="Add --cloud custom."
                )
            return CLOUDS[where.cloud] if where.cloud else None
        if where.graph_endpoint:
            return custom_cloud(where.graph_endpoint, where.login_endpoint)
        if where.sample is None and where.scan is None:
            raise UsageError("--cloud custom needs --graph-endpoint", remedy="Name the https address of its Graph.")
        login = endpoint_origin(where.login_endpoint, option="--login-endpoint") if where.login_endpoint else None
        return Cloud(CUSTOM_ID, "Custom cloud", "", login, None, None)

    @functools.cached_property
    def target(self) -> Target:
        """What to scan or open.

        Raises:
            UsageError: options that contradict each other.
            SignInError: nothing names a tenant, or the token in the environment is none.
        """
        where, cloud = self._where, self.cloud
        if where.account:
            return self.services.accounts.target(self.sign_in)
        if where.sample is not None:
            return SampleTarget(complete=where.sample == SAMPLE_COMPLETE)
        if where.scan is not None:
            return _saved(where.scan)
        meant = cloud or CLOUDS[GLOBAL_ID]
        token = token_from(self._launcher.environ, cloud=meant)
        if token is not None:
            _look_at(self._launcher.environ[TOKEN_VARIABLE])
            return TokenTarget(meant, token, where.ca_file, token.permissions)
        raise SignInError(
            "Nothing says which tenant to read",
            remedy="Add --sample for the sample tenant, name a saved scan with --scan or a signed-in account with "
            f"--account, or hand in an access token in the environment variable {TOKEN_VARIABLE}; {_TOKEN_COMES_FROM} "
            "prints one.",
        )

    def _one_tenant(self) -> None:
        where = self._where
        choices = {
            "--sample": where.sample is not None,
            "--scan": where.scan is not None,
            "--account": bool(where.account),
            "--all-accounts": where.all_accounts,
        }
        named = [option for option, given in choices.items() if given]
        if len(named) > 1:
            raise UsageError(f"{' and '.join(named)} name two tenants", remedy="Leave one out.")

    def scan(self, *, full: bool = False) -> ScanOutcome:
        """Return the scan of the target; say how it was gone on with, and where it could not be kept.

        Args:
            full: read everything, whatever an interrupted scan left and the last one knows.

        Raises:
            UsageError: ``full``, and the target is a scan that was read before.
        """
        from permdesk.cli.reading import scanned

        return scanned(self.services, self.target, full=full, progress=self._progress, as_json=self.as_json)

    def compare(self, *, uses: tuple[str, ...] = (), expect: tuple[str, ...] = (), full: bool = False) -> Comparison:
        """Return the target compared; words of the command line are checked before anything is read."""
        overrides = self.overrides(uses, expect)
        # What people said is needed at the end: that it cannot be read is better known before a tenant is.
        self.services.scans.records()
        return self.services.compare(self.scan(full=full).snapshot, uses=overrides, expect=expect)

    def overrides(self, uses: tuple[str, ...], named: tuple[str, ...]) -> dict[str, Uses]:
        """Return the services in use that ``--uses`` names; refuse unknown words before anything is read.

        Args:
            uses: what ``--uses`` says.
            named: further profiles that the person named.

        Raises:
            UsageError: a word that means nothing; it comes before a sign-in that is missing.
            SignInError: nothing names a tenant, or the token in the environment is none.
        """
        from permdesk.services.compare import require_profile

        refused = None
        try:
            _ = self.target
        except SignInError as problem:
            refused = problem
        profiles = self.services.catalog.profiles()
        for profile_id in named:
            require_profile(profiles, profile_id)
        parsed = parse_overrides(uses, profiles)
        if refused is not None:
            raise refused
        return parsed

    def command(self, *words: str) -> str:
        """Return a command on the same tenant and folders, as a person can type it."""
        import shlex

        where = self._where
        typed = [command_line(), *(shlex.quote(word) for word in words)]
        if where.sample is not None:
            typed.append(f"--sample={where.sample}" if where.sample else "--sample")
        options = (
            ("--scan", where.scan),
            *(("--account", account) for account in where.account),
            ("--cloud", where.cloud),
            ("--graph-endpoint", where.graph_endpoint),
            ("--login-endpoint", where.login_endpoint),
            ("--ca-file", where.ca_file),
            ("--data-dir", self._data_dir),
            *(("--profiles", folder) for folder in self._profiles),
        )
        typed += [f"{option} {shlex.quote(str(value))}" for option, value in options if value]
        return inert(" ".join(typed))

    def close(self) -> None:
        """Say what happened on the way that a person should know."""
        if "bare_services" in self.__dict__:
            for sentence_ in self.bare_services.take_notices():
                note(sentence_)


def emit(document: Mapping[str, Any], *, compact: bool = False) -> None:
    """Print a JSON document; the same content gives the same bytes, and no terminal is moved by any of them."""
    say(json.dumps(document, indent=None if compact else 2, ensure_ascii=True))


def _look_at(token: str) -> None:
    """Say so where a token does not look like one; Graph alone can tell, so it is used all the same."""
    if token.strip().count(".") != 2:
        note(
            f"What {TOKEN_VARIABLE} holds does not look like an access token for Microsoft Graph: that is a JSON web "
            f"token, three parts with dots between. It is tried as it is; {_TOKEN_COMES_FROM} prints one."
        )


def _saved(name: str) -> Target:
    return FileTarget(to_open(Path(name))) if names_file(name) else KeptTarget(name)


def _places(file: Path) -> tuple[str, str]:
    """Return the two places that name a profile's file: its folder and itself."""
    folder = os.path.realpath(file.parent)
    return folder, os.path.realpath(file)
