"""permdesk-cli catalog: what vendors document, and profiles of one's own."""

from pathlib import Path

import click

from permdesk.catalog.problem import Problem, Severity
from permdesk.cli.documents import profile_document, profiles_document
from permdesk.cli.exits import Exit
from permdesk.cli.files import Place, to_write
from permdesk.cli.options import Group, session_options
from permdesk.cli.session import Session, emit
from permdesk.cli.terminal import bold, columns, name, note, say
from permdesk.domain.profile import Profile, Requirement
from permdesk.domain.text import inert
from permdesk.domain.wording import counted
from permdesk.errors import UsageError
from permdesk.paths import catalog_file, resources
from permdesk.services.compare import require_profile


@click.group(
    cls=Group,
    examples=(
        "permdesk-cli catalog list",
        "permdesk-cli catalog show nakivo",
        "permdesk-cli catalog validate ./profiles",
    ),
)
def catalog() -> None:
    """Show, check and compile the profiles: what vendors document.

    A profile is one vendor's app: the permissions its page lists, and how it is authorised again. Profiles of your own
    are YAML files of the same format, in the folder `profiles` of the data directory or in a folder that --profiles
    names. Begin with a copy of a shipped one under an id of your own: `catalog list` says where they lie, and README.md
    beside them describes every key.
    """


@catalog.command("list", examples=("permdesk-cli catalog list", "permdesk-cli catalog list --profiles ./profiles"))
@session_options(tenant=False)
def list_(session: Session) -> int:
    """List the profiles: those that ship with permdesk, then your own."""
    profiles = session.services.catalog.profiles()
    version = session.services.catalog.facts().version
    if session.as_json:
        emit(profiles_document(version, profiles))
        return Exit.DONE
    say(f"Catalog {version}, {counted(len(profiles), 'profile')}")
    rows = (
        (f"  {p.id}", name(p.name), counted(len(p.requirements), "permission"), name(p.edition), p.origin.value)
        for p in profiles.values()
    )
    for line in columns(rows):
        say(line)
    say(f"The shipped ones are compiled from the files in {inert(str(resources() / 'catalog' / 'profiles'))}")
    return Exit.DONE


@catalog.command(examples=("permdesk-cli catalog show nakivo", "permdesk-cli catalog show avepoint-express --json"))
@click.argument("profile")
@session_options(tenant=False)
def show(session: Session, profile: str) -> int:
    """Show all that a vendor documents for one PROFILE.

    PROFILE is an id that `catalog list` shows.
    """
    profiles = session.services.catalog.profiles()
    require_profile(profiles, profile)
    if session.as_json:
        emit(profile_document(profiles[profile]))
    else:
        for line in _profile_lines(profiles[profile]):
            say(line)
    return Exit.DONE


@catalog.command(examples=("permdesk-cli catalog validate ./profiles", "permdesk-cli catalog validate --json"))
@click.argument("places", metavar="[FILE_OR_DIR...]", nargs=-1, type=Place(path_type=Path))
@session_options(tenant=False)
def validate(session: Session, places: tuple[Path, ...]) -> int:
    """Check profile files, and say file and line of whatever is wrong.

    Without a place: the profiles in the data directory and those of --profiles. Exits with 2 where a file cannot be
    used; a warning is worth a look and keeps no file out. Permissions that permdesk's own table does not list are such
    a warning, APIs that it does not list are an error.
    """
    work = session.bare_services.catalog
    files, problems = work.validate(places) if places else work.validate_own()
    if session.as_json:
        emit(
            {
                "schema": "permdesk.catalog-check/1",
                "files": files,
                "problems": [
                    {"file": p.file, "line": p.line, "severity": p.severity.value, "message": p.message}
                    for p in problems
                ],
            }
        )
    else:
        for problem in problems:
            say(inert(str(problem)))
        errors = _errors(problems)
        say(f"{counted(files, 'file')}, {counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}.")
    return Exit.USAGE if _errors(problems) else Exit.DONE


@catalog.command(
    examples=("permdesk-cli catalog build --check", "permdesk-cli catalog build --output ./catalog.sqlite")
)
@click.option("--sources", type=Place(path_type=Path), metavar="DIR", help="Default: the shipped resources/catalog.")
@click.option("--output", type=Place(path_type=Path), metavar="FILE", help="Default: the catalog in use.")
@click.option("--check", "check_only", is_flag=True, help="Write nothing; exit with 1 where FILE is out of date.")
@session_options(tenant=False)
def build(session: Session, sources: Path | None, output: Path | None, *, check_only: bool) -> int:
    """Compile the catalog's sources to catalog.sqlite.

    A file that says the same already is left alone. This is for those who change what permdesk ships; profiles of your
    own are read as they are.
    """
    source, target = sources or resources() / "catalog", output or catalog_file(missing_ok=True)
    to_write(target, replace=True)
    built = session.bare_services.catalog.compile(source, target, check=check_only)
    for problem in built.problems:
        note(inert(str(problem)))
    if _errors(built.problems):
        raise UsageError("Nothing was compiled", remedy="Mend what is named above.")
    if session.as_json:
        emit(
            {
                "schema": "permdesk.catalog-build/1",
                "target": str(built.target),
                "version": built.version,
                "profiles": built.profiles,
                "requirements": built.requirements,
                "current": built.current,
            }
        )
    else:
        state = "is up to date" if built.current else "is out of date" if check_only else "was written"
        say(
            f"{built.target} {state}: {built.version}, {counted(built.profiles, 'profile')}, "
            f"{counted(built.requirements, 'requirement')}."
        )
    return Exit.FOUND if check_only and not built.current else Exit.DONE


def _errors(problems: tuple[Problem, ...]) -> int:
    return sum(1 for problem in problems if problem.severity is Severity.ERROR)


def _profile_lines(profile: Profile) -> list[str]:
    source = profile.source
    lines = [
        bold(f"{name(profile.name)} ({profile.id})"),
        f"  {inert(profile.vendor)} · {inert(profile.edition)} · {profile.origin.value}",
        f"  Page: {inert(source.breadcrumb)} > {inert(source.title)}",
        f"  Name in Entra: {inert(profile.app_name) if profile.app_name else 'chosen by the customer'}",
    ]
    lines += [f"  Directory role: {inert(role)}" for role in profile.directory_roles]
    lines += [f"  ! {inert(sentence)}" for sentence in profile.notes]
    for route in profile.routes:
        lines += ["", f"{inert(route.label)} ({inert(route.who)})"]
        lines += [f"  {number}. {inert(step)}" for number, step in enumerate(route.steps, 1)]
    return [*lines, "", *columns(_requirement(requirement) for requirement in profile.requirements)]


def _requirement(requirement: Requirement) -> tuple[str, ...]:
    cells = "; ".join(f"{w}: {', '.join(operations)}" for w, operations in requirement.workloads.items())
    extra = [
        inert(requirement.purpose),
        cells,
        requirement.condition.value if requirement.condition else "",
        "preview" if requirement.preview else "",
    ]
    return (
        f"  {requirement.kind.value}",
        name(requirement.resource, 40),
        name(requirement.value),
        " · ".join(word for word in extra if word),
    )
