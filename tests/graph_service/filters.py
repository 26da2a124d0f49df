"""The ``$filter`` expressions that Graph answers for these collections, and Graph's refusal of all others.

Which property takes which operator is said on the resource pages of Microsoft's reference (application,
servicePrincipal, appRoleAssignment, oAuth2PermissionGrant, unifiedRoleAssignment); ``ne`` and ``not`` are advanced
queries everywhere (concepts/aad-advanced-queries.md).
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.graph_service import edm
from tests.graph_service.objects import Json
from tests.graph_service.query import Query
from tests.graph_service.replies import malformed, unsupported

Test = Callable[[Json], bool]

_EQUAL = frozenset({"eq", "in"})
_ORDER = _EQUAL | {"ge", "le"}
_TEXT = _EQUAL | {"startswith"}
_ANY = frozenset({"eq", "startswith"})

#: By type and property, the operators that it takes by default; ne and not join them in advanced queries.
SUPPORTED: dict[str, dict[str, frozenset[str]]] = {
    "application": {
        "appId": _EQUAL,
        "applicationTemplateId": _EQUAL,
        "createdDateTime": _ORDER,
        "displayName": _TEXT,
        "id": _EQUAL,
        "identifierUris": _ANY,
        "publisherDomain": _TEXT,
        "signInAudience": _EQUAL,
        "tags": _ANY,
        "uniqueName": _EQUAL,
    },
    "servicePrincipal": {
        "accountEnabled": _EQUAL,
        "alternativeNames": _ANY,
        "appId": _EQUAL,
        "appOwnerOrganizationId": _EQUAL,
        "appRoleAssignmentRequired": _EQUAL,
        "displayName": _TEXT,
        "id": _EQUAL,
        "servicePrincipalNames": _ANY,
        "servicePrincipalType": _EQUAL,
        "tags": _ANY,
    },
    "appRoleAssignment": {"resourceId": frozenset({"eq"}), "principalDisplayName": frozenset({"eq", "startswith"})},
    "oAuth2PermissionGrant": dict.fromkeys(("clientId", "consentType", "principalId", "resourceId"), frozenset({"eq"})),
    "unifiedRoleAssignment": dict.fromkeys(("directoryScopeId", "principalId", "roleDefinitionId"), _EQUAL),
    "directoryObject": {"displayName": _TEXT},
    # api-reference/v1.0/resources/directoryaudit.md
    "directoryAudit": {
        "activityDateTime": frozenset({"eq", "ge", "le"}),
        "activityDisplayName": _ANY,
        "correlationId": frozenset({"eq"}),
        "id": frozenset({"eq"}),
        "loggedByService": frozenset({"eq"}),
        "initiatedBy/user/id": frozenset({"eq"}),
        "initiatedBy/user/displayName": frozenset({"eq"}),
        "initiatedBy/user/userPrincipalName": _ANY,
        "initiatedBy/app/appId": frozenset({"eq"}),
        "initiatedBy/app/displayName": frozenset({"eq"}),
        "targetResources/id": frozenset({"eq"}),
        "targetResources/displayName": _ANY,
    },
}

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\d?Z")
_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([(),:])|([^\s(),:']+))")


def compile_filter(query: Query, type_name: str) -> Test | None:
    """Return the test that ``$filter`` asks for, or None; raises Refusal where Graph refuses it."""
    text = query.options.get("$filter")
    return None if text is None else _Parser(text, type_name, advanced=query.advanced).parse()


class _Parser:
    def __init__(self, text: str, type_name: str, *, advanced: bool) -> None:
        self.text, self.type_name, self.advanced = text, type_name, advanced
        self.tokens = [match[0].strip() for match in _TOKEN.finditer(text)]
        if "".join(self.tokens) != re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", text):
            raise self.invalid()

    def invalid(self) -> Exception:
        return malformed(f"Invalid filter clause: syntax error in '{self.text}'.")

    def unsupported(self, name: str) -> Exception:
        message = f"Unsupported or invalid query filter clause specified for property '{name}' of resource"
        return unsupported(f"{message} '{self.type_name[:1].upper()}{self.type_name[1:]}'.")

    def next(self) -> str:
        if not self.tokens:
            raise self.invalid()
        return self.tokens.pop(0)

    def expect(self, token: str) -> None:
        if self.next() != token:
            raise self.invalid()

    def peek(self) -> str:
        return self.tokens[0].lower() if self.tokens else ""

    def parse(self) -> Test:
        test = self.either()
        if self.tokens:
            raise self.invalid()
        return test

    def either(self) -> Test:
        tests = [self.both()]
        while self.peek() == "or":
            self.next()
            tests.append(self.both())
        return lambda row: any(test(row) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.peek() == "and":
            self.next()
            tests.append(self.one())
        return lambda row: all(test(row) for test in tests)

    def one(self) -> Test:
        word = self.peek()
        if word == "not":
            self.next()
            if not self.advanced:
                raise self.unsupported("not")
            test = self.one()
            return lambda row: not test(row)
        if word == "(":
            self.next()
            test = self.either()
            self.expect(")")
            return test
        if word in ("startswith", "endswith"):
            self.next()
            self.expect("(")
            name = self.next()
            self.expect(",")
            start = self.literal(name)
            self.expect(")")
            self.permit(name, word)
            return lambda row: str(_at(row, name) or "").lower().startswith(str(start).lower())
        return self.comparison()

    def comparison(self) -> Test:
        name = self.next()
        if name.endswith("/any"):
            return self.any_of(name.removesuffix("/any"))
        operator = self.next().lower()
        self.permit(name, operator)
        if operator == "in":
            self.expect("(")
            values = [self.literal(name)]
            while self.peek() == ",":
                self.next()
                values.append(self.literal(name))
            self.expect(")")
            return lambda row: _folded(row.get(name)) in [_folded(value) for value in values]
        value = _comparable(self.literal(name))
        if operator == "eq":
            return lambda row: bool(_comparable(_at(row, name)) == value)
        if operator == "ne":
            return lambda row: bool(_comparable(_at(row, name)) != value)
        if operator == "ge":
            return lambda row: _at(row, name) is not None and bool(_comparable(_at(row, name)) >= value)
        return lambda row: _at(row, name) is not None and bool(_comparable(_at(row, name)) <= value)

    def any_of(self, name: str) -> Test:
        """``tags/any(t:t eq 'x')``, ``tags/any(t:startswith(t,'x'))`` or ``targetResources/any(t:t/id eq 'x')``."""
        self.expect("(")
        variable = self.next()
        self.expect(":")
        if self.peek() == "startswith":
            self.next()
            self.expect("(")
            self.expect(variable)
            self.expect(",")
            start = str(self.literal(name)).lower()
            self.expect(")")
            self.expect(")")
            self.permit(name, "startswith")
            return lambda row: any(str(item).lower().startswith(start) for item in row.get(name) or [])
        if self.peek().startswith(f"{variable.lower()}/"):
            member = self.next().partition("/")[2]
            self.permit(f"{name}/{member}", self.next().lower())
            wanted = _folded(self.literal(name))
            self.expect(")")
            return lambda row: any(_folded(item.get(member)) == wanted for item in row.get(name) or [])
        self.expect(variable)
        self.permit(name, self.next().lower())
        value = _folded(self.literal(name))
        self.expect(")")
        return lambda row: value in [_folded(item) for item in row.get(name) or []]

    def permit(self, name: str, operator: str) -> None:
        if name.partition("/")[0] not in edm.properties(self.type_name):
            raise malformed(f"Could not find a property named '{name}' on type 'microsoft.graph.{self.type_name}'.")
        operators = SUPPORTED.get(self.type_name, {}).get(name, frozenset())
        advanced = self.advanced and operator == "ne" and "eq" in operators
        if operator not in operators and not advanced:
            raise self.unsupported(name)

    def literal(self, name: str) -> Any:
        token = self.next()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token in ("true", "false"):
            return token == "true"
        if token == "null":
            return None
        prop = edm.properties(self.type_name).get(name)
        if prop is not None and prop.edm_type == "Edm.String":
            raise self.invalid()
        # Moments have colons in them, which are tokens of their own.
        while self.peek() == ":":
            token += self.next() + self.next()
        return token


def _at(row: Json, path: str) -> Any:
    """Return what is at the end of a path such as ``initiatedBy/user/id``."""
    value: Any = row
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _comparable(value: Any) -> Any:
    """Moments by their time, other texts without case."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return datetime.fromisoformat(value)
    return _folded(value)


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
