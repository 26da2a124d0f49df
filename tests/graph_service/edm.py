"""What Microsoft's metadata says of the types that the service serves, and whether an answer keeps to it.

The table edm.csv is cut from the metadata itself (see cut_edm.py); nothing in it is of our making.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct


class Property(Struct, frozen=True):
    """A declared property: its type without ``Edm.`` stripped, whether it is a list, whether it may be null."""

    name: str
    edm_type: str
    collection: bool
    nullable: bool

    def unset(self) -> Any:
        """Return what Graph shows where nothing was ever set."""
        if self.collection:
            return []
        return False if self.edm_type == "Edm.Boolean" and not self.nullable else None


class EdmType(Struct, frozen=True):
    """A type as declared, without what it inherits."""

    name: str
    kind: str
    base: str
    open: bool
    properties: dict[str, Property]
    navigation: dict[str, Property]
    members: set[str]


@cache
def _types() -> dict[str, EdmType]:
    types: dict[str, EdmType] = {}
    members: dict[str, set[str]] = {}
    with (Path(__file__).parent / "edm.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["type"]
            if not row["property"]:
                members[name] = set()
                types[name] = EdmType(name, row["kind"], row["base"], row["open"] == "true", {}, {}, members[name])
                continue
            if row["kind"] == "member":
                members[name].add(row["property"])
                continue
            found = Property(row["property"], row["edm_type"], row["collection"] == "true", row["nullable"] == "true")
            (types[name].navigation if row["kind"] else types[name].properties)[found.name] = found
    return types


def _ancestry(name: str) -> Iterator[EdmType]:
    while name:
        found = _types()[name]
        yield found
        name = found.base


@cache
def properties(name: str) -> dict[str, Property]:
    """Return every property of a type by name, inherited ones first."""
    gathered: dict[str, Property] = {}
    for found in reversed(list(_ancestry(name))):
        gathered |= found.properties
    return gathered


@cache
def navigation(name: str) -> dict[str, Property]:
    """Return every relationship of a type by name."""
    gathered: dict[str, Property] = {}
    for found in _ancestry(name):
        gathered |= found.navigation
    return gathered


_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_BINARY = re.compile(r"[0-9A-Za-z+/]*={0,2}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z")
_DURATION = re.compile(r"-?P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")


def faults(value: Any, type_name: str, where: str = "") -> list[str]:
    """Return what about an object of this type contradicts the metadata, a line for each fault."""
    if not isinstance(value, dict):
        return [f"{where or type_name}: {value!r} is no {type_name}"]
    found, declared, related = [], properties(type_name), navigation(type_name)
    for key, content in value.items():
        place = f"{where or type_name}.{key}"
        if key.startswith("@") or "@odata." in key:
            continue
        prop = declared.get(key) or related.get(key)
        if prop is None:
            found.append(f"{place} is not declared")
        elif prop.collection:
            if not isinstance(content, list):
                found.append(f"{place}: {content!r} is no list")
                continue
            for number, item in enumerate(content):
                found += _value_faults(item, prop.edm_type, f"{place}[{number}]")
        elif content is None:
            if not prop.nullable:
                found.append(f"{place} may not be null")
        else:
            found += _value_faults(content, prop.edm_type, place)
    return found


def _value_faults(value: Any, edm_type: str, where: str) -> list[str]:
    if not edm_type.startswith("Edm."):
        declared = _types().get(edm_type)
        if declared is None or declared.kind != "enum":
            return faults(value, _actual(value, edm_type), where)
        fits = isinstance(value, str) and set(value.split(",")) <= declared.members
    elif edm_type == "Edm.Boolean":
        fits = isinstance(value, bool)
    elif edm_type in ("Edm.Int16", "Edm.Int32", "Edm.Int64"):
        fits = isinstance(value, int) and not isinstance(value, bool)
    elif edm_type == "Edm.Double":
        fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    elif not isinstance(value, str):
        fits = False
    elif edm_type == "Edm.Guid":
        fits = _GUID.fullmatch(value) is not None
    elif edm_type == "Edm.DateTimeOffset":
        fits = _MOMENT.fullmatch(value) is not None
    elif edm_type == "Edm.Duration":
        fits = _DURATION.fullmatch(value) is not None
    elif edm_type == "Edm.Binary":
        fits = _BINARY.fullmatch(value) is not None and len(value) % 4 == 0
    else:
        fits = True
    return [] if fits else [f"{where}: {value!r} is no {edm_type}"]


def _actual(value: Any, declared: str) -> str:
    """Return the type that an object names itself, where it is known; else the declared one."""
    named = value.get("@odata.type", "") if isinstance(value, dict) else ""
    name = named.removeprefix("#microsoft.graph.")
    return name if name in _types() else declared
