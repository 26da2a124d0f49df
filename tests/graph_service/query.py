"""A request target taken apart, and the options that Graph would refuse refused (concepts/query-parameters.md)."""

from urllib.parse import parse_qsl, unquote

from msgspec import Struct

from tests.graph_service import edm
from tests.graph_service.replies import bad_request, malformed, unsupported

VERSION = "v1.0"
DEFAULT_TOP, LARGEST_TOP = 100, 999

_KNOWN = {
    "$select",
    "$filter",
    "$expand",
    "$top",
    "$count",
    "$orderby",
    "$search",
    "$skip",
    "$format",
    "$skiptoken",
    "$deltatoken",
}


class Query(Struct, frozen=True):
    """A GET below the version: path segments, options by lower-case name, and the two halves as they came."""

    segments: tuple[str, ...]
    options: dict[str, str]
    path: str
    raw: str
    #: The header ConsistencyLevel: eventual came with it.
    eventual: bool

    @property
    def token(self) -> str | None:
        return self.options.get("$skiptoken")

    @property
    def counts(self) -> bool:
        return self.options.get("$count", "").lower() == "true"

    @property
    def advanced(self) -> bool:
        """Whether both advanced query parameters are there (concepts/aad-advanced-queries.md)."""
        return self.eventual and self.counts

    @property
    def page_size(self) -> int:
        return int(self.options.get("$top", DEFAULT_TOP))

    @property
    def selected(self) -> list[str]:
        return [name.strip() for name in self.options.get("$select", "").split(",") if name.strip()]


def parse(target: str, *, eventual: bool) -> Query:
    """Take a target below the version apart (``/applications?$top=5``); raises Refusal for what Graph refuses."""
    path, _, raw = target.partition("?")
    segments = tuple(unquote(segment) for segment in path.strip("/").split("/"))
    options: dict[str, str] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True):
        if not name.startswith("$"):
            continue
        key = name.lower()
        if key not in _KNOWN:
            raise malformed(f"The query parameter '{name}' is not supported.")
        if key in options:
            message = f"Query option '{name}' was specified more than once, but it must be specified at most once."
            raise malformed(message)
        options[key] = value
    query = Query(segments, options, "/" + "/".join(segments), raw, eventual)
    _check_sizes(query)
    return query


def _check_sizes(query: Query) -> None:
    top = query.options.get("$top")
    if top is not None:
        if not top.isascii() or not top.isdecimal():
            message = f"Invalid value '{top}' for $top query option found. The $top query option requires a"
            raise malformed(f"{message} non-negative integer value.")
        if not 1 <= int(top) <= LARGEST_TOP:
            raise unsupported(f"Invalid page size specified: '{top}'. Must be between 1 and {LARGEST_TOP} inclusive.")
    if "$skip" in query.options:
        raise bad_request("'$skip' is not supported by the service.")
    if "$search" in query.options and not query.eventual:
        message = "Request with $search query parameter only works through MSGraph with a special request header:"
        raise unsupported(f"{message} 'ConsistencyLevel: eventual'")
    if query.options.get("$count", "true").lower() not in ("true", "false"):
        raise malformed(f"Invalid value '{query.options['$count']}' for $count query option found.")


def allow(query: Query, *names: str) -> None:
    """Refuse every option that this request does not take."""
    for name in query.options:
        if name not in names:
            raise bad_request(f"The query option '{name}' is not supported by this request.")


def check_select(query: Query, type_name: str) -> None:
    """Refuse a ``$select`` that names what the type does not declare."""
    declared = edm.properties(type_name)
    for name in query.selected:
        if name != "*" and name not in declared:
            raise malformed(
                "Parsing OData Select and Expand failed: "
                f"Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'."
            )
    if "$select" in query.options and not query.selected:
        raise malformed("Parsing OData Select and Expand failed: the $select is empty.")


def expanded(query: Query, type_name: str) -> tuple[str, list[str]] | None:
    """Return the one relationship to expand with the properties selected of it, or None."""
    text = query.options.get("$expand")
    if text is None:
        return None
    if query.advanced:
        raise unsupported("$expand is not supported with advanced queries.")
    name, bracket, rest = text.partition("(")
    inner: list[str] = []
    if bracket:
        option, _, chosen = rest.rstrip(")").partition("=")
        if option.strip().lower() != "$select":
            raise malformed(f"Parsing OData Select and Expand failed: '{option}' is not supported here.")
        inner = [part.strip() for part in chosen.split(",")]
    if "," in name or (not bracket and "," in text):
        raise bad_request("Only one navigation property can be expanded in a single request.")
    relation = edm.navigation(type_name).get(name.strip())
    if relation is None:
        raise malformed(
            "Parsing OData Select and Expand failed: "
            f"Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'."
        )
    for chosen in inner:
        if chosen not in edm.properties(relation.edm_type):
            raise malformed(
                "Parsing OData Select and Expand failed: "
                f"Could not find a property named '{chosen}' on type 'microsoft.graph.{relation.edm_type}'."
            )
    return relation.name, inner
