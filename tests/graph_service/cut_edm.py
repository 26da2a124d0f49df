"""Cuts the table of types in edm.csv from Microsoft's metadata.

``python -m tests.graph_service.cut_edm v1.0-Prod.csdl``; the metadata is
schemas/v1.0-Prod.csdl of github.com/microsoftgraph/msgraph-metadata (MIT), here of 2026-08-20.
"""

import csv
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_ROOTS = (
    "application",
    "servicePrincipal",
    "appRoleAssignment",
    "oAuth2PermissionGrant",
    "organization",
    "user",
    "group",
    "directoryRole",
    "unifiedRoleAssignment",
    "unifiedRoleDefinition",
    "directoryAudit",
)
_KINDS = {"EntityType": "entity", "ComplexType": "complex", "EnumType": "enum"}
COLUMNS = ("type", "kind", "base", "open", "property", "edm_type", "collection", "nullable")


def cut(csdl: Path) -> list[dict[str, str]]:
    """Return the rows of the table: every type that the roots need, with what it declares itself."""
    types = {}
    for schema in ET.parse(csdl).getroot().iter(_EDM + "Schema"):  # noqa: S314 - Microsoft's file
        if schema.get("Namespace") == "microsoft.graph":
            types = {e.get("Name", ""): e for e in schema if e.tag.removeprefix(_EDM) in _KINDS}
    rows: list[dict[str, str]] = []
    wanted, done = list(_ROOTS), set()
    while wanted:
        name = wanted.pop(0)
        if name in done:
            continue
        done.add(name)
        element = types[name]
        base = _plain(element.get("BaseType", ""))
        kind = _KINDS[element.tag.removeprefix(_EDM)]
        shared = {"type": name, "kind": kind, "base": base, "open": element.get("OpenType", "false")}
        rows.append(shared | dict.fromkeys(COLUMNS[4:], ""))
        if base:
            wanted.append(base)
        for member in element:
            tag = member.tag.removeprefix(_EDM)
            if tag not in ("Property", "NavigationProperty", "Member"):
                continue
            edm_type = member.get("Type", "")
            collection = edm_type.startswith("Collection(")
            edm_type = _plain(edm_type.removeprefix("Collection(").removesuffix(")"))
            if tag == "Property" and not edm_type.startswith("Edm."):
                wanted.append(edm_type)
            rows.append(
                {
                    "type": name,
                    "kind": {"Property": "", "NavigationProperty": "navigation", "Member": "member"}[tag],
                    "base": "",
                    "open": "",
                    "property": member.get("Name", ""),
                    "edm_type": edm_type,
                    "collection": str(collection).lower() if edm_type else "",
                    "nullable": member.get("Nullable", "true") if tag == "Property" else "",
                }
            )
    return rows


def _plain(name: str) -> str:
    return name.removeprefix("graph.").removeprefix("microsoft.graph.")


def main() -> None:
    with (Path(__file__).parent / "edm.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(cut(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
