"""Reads resources/catalog: version, facts tables, curated tables and shipped profiles, checked as a whole."""

import re
from pathlib import Path

from msgspec import Struct

from permdesk.catalog.content import Content, Known, PublishedId
from permdesk.catalog.outline import read_text
from permdesk.catalog.problem import Problem, Report, Severity, in_order, quoted
from permdesk.catalog.tables import Row, read_table
from permdesk.catalog.validate import validate_profiles
from permdesk.domain.permission import Kind
from permdesk.domain.profile import ProfileOrigin
from permdesk.domain.reach import ApiName, CoverRow, Reach, ReachRow

_VERSION = re.compile(r"\d{4}\.(?:0[1-9]|1[0-2])(?:\.\d{1,3})?")


class SourcesRead(Struct, frozen=True):
    """The outcome of reading a source folder; ``content`` is None where an error was found."""

    content: Content | None
    problems: tuple[Problem, ...]


class _ApiLine(Struct, frozen=True):
    api: ApiName
    file: str
    row: Row


def read_sources(folder: Path) -> SourcesRead:
    """Read a folder laid out as resources/catalog; every problem of every file is collected."""
    problems: list[Problem] = []
    version = _version(folder / "version.txt", problems)
    api_lines = _apis(folder / "apis" / "apis.csv", problems)
    permissions = _permissions(folder / "apis", api_lines, problems)
    known = Known(tuple(line.api for line in api_lines), permissions)
    reach = _reach(folder, known, problems)
    covers = _covers(folder / "covers.csv", known, problems)
    validation = validate_profiles([folder / "profiles"], known=known, origin=ProfileOrigin.SHIPPED)
    problems.extend(validation.problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return SourcesRead(None, in_order(problems))
    content = Content(version, known.apis, permissions, reach, covers, validation.profiles)
    return SourcesRead(content, in_order(problems))


def _version(path: Path, problems: list[Problem]) -> str:
    report = Report(path)
    text = (read_text(path, report) or "").strip()
    if not report.failed and not (text.isascii() and _VERSION.fullmatch(text)):
        report.error(1, f"the version has to be YYYY.MM or YYYY.MM.N, not {quoted(text)}")
    problems.extend(report.problems)
    return text


def _apis(path: Path, problems: list[Problem]) -> tuple[_ApiLine, ...]:
    ids: dict[str, int] = {}
    names: dict[str, int] = {}

    def make(row: Row) -> _ApiLine:
        api = ApiName(row.guid("app_id") or "", row.text("name"))
        for seen, word in ((ids, api.app_id), (names, api.name.casefold())):
            if word in seen:
                row.report.error(row.line, f"{quoted(word)} stands twice; first in line {seen[word]}")
            seen[word] = row.line
        return _ApiLine(api, row.cells["file"], row)

    return read_table(path, ("app_id", "name", "file"), make, problems)


def _permissions(folder: Path, lines: tuple[_ApiLine, ...], problems: list[Problem]) -> tuple[PublishedId, ...]:
    found: list[PublishedId] = []
    for line in lines:
        if line.file:
            found.extend(_api_permissions(folder / line.file, line.api, problems))
    return tuple(found)


def _api_permissions(path: Path, api: ApiName, problems: list[Problem]) -> tuple[PublishedId, ...]:
    ids: dict[tuple[Kind, str], int] = {}
    last = ("", "")

    def make(row: Row) -> PublishedId | None:
        nonlocal last
        kind = row.word("kind", Kind)
        value = row.text("value")
        published = row.guid("id", optional=True)
        if kind is None:
            return None
        place = (kind.value, value.casefold())
        if value and place < last:
            row.report.error(row.line, f"{quoted(value)} is out of order: lines are sorted by kind and value")
        last = place
        if published is not None and (kind, published) in ids:
            row.report.error(row.line, f"the id {published} stands twice; first in line {ids[kind, published]}")
        elif published is not None:
            ids[kind, published] = row.line
        return PublishedId(api.app_id, kind, value, published)

    return read_table(path, ("kind", "value", "id"), make, problems)


def _reach(folder: Path, known: Known, problems: list[Problem]) -> tuple[ReachRow, ...]:
    texts = dict(
        read_table(folder / "sources.csv", ("key", "text"), lambda row: (row.text("key"), row.text("text")), problems)
    )
    seen: dict[tuple[str, Kind, str, Reach], int] = {}

    def make(row: Row) -> ReachRow | None:
        api, kind, reach = row.api(known), row.word("kind", Kind), row.word("reach", Reach)
        source, reason = row.text("source"), row.text("reason")
        if source and source not in texts:
            row.report.error(row.line, f"unknown source {quoted(source)}; one of {', '.join(texts)}")
        if api is None or kind is None or reach is None:
            return None
        value = row.published(known, api, kind, "value")
        key = (api.app_id, kind, value, reach)
        if key in seen:
            row.report.error(row.line, f"{reach.value} of {quoted(value)} stands twice; first in line {seen[key]}")
        seen[key] = row.line
        return ReachRow(api.app_id, kind, value, reach, texts.get(source, ""), reason)

    return read_table(folder / "reach.csv", ("api", "kind", "value", "reach", "source", "reason"), make, problems)


def _covers(path: Path, known: Known, problems: list[Problem]) -> tuple[CoverRow, ...]:
    seen: dict[tuple[str, Kind, str, str], int] = {}

    def make(row: Row) -> CoverRow | None:
        api, kind, reason = row.api(known), row.word("kind", Kind), row.text("reason")
        if api is None or kind is None:
            return None
        broader = row.published(known, api, kind, "broader")
        narrower = row.published(known, api, kind, "narrower")
        if broader == narrower:
            row.report.error(row.line, f"{quoted(broader)} cannot cover itself")
        for key in ((api.app_id, kind, broader, narrower), (api.app_id, kind, narrower, broader)):
            if key in seen:
                row.report.error(row.line, f"this pair stands twice; first in line {seen[key]}")
        seen[api.app_id, kind, broader, narrower] = row.line
        return CoverRow(api.app_id, kind, broader, narrower, reason)

    return read_table(path, ("api", "kind", "broader", "narrower", "reason"), make, problems)
