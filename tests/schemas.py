"""Holds documents against the schemas that ship with permdesk; one may refer to another."""

import json
from functools import cache
from pathlib import Path

import jsonschema
from referencing import Registry, Resource

SCHEMAS = Path(__file__).parents[1] / "resources" / "schemas"


@cache
def _registry():
    found = (json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.json"))
    return Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in found if "$id" in schema
    )


def validate(document):
    """Raise jsonschema.ValidationError where a document is not what the schema that it names says."""
    family, version = document["schema"].removeprefix("permdesk.").split("/")
    schema = json.loads((SCHEMAS / f"{family}-{version}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema, registry=_registry()).validate(document)
