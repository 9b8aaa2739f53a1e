"""Documents for the tests, and the two validators that the rooms use."""

from __future__ import annotations

from typing import Any

import jsonschema
import jsonschema_rs
import referencing
import yaml

from openapi_documents import Document, Pointer, parse
from openapi_documents.dialect import Schemas, Side

SCHEMAS = ("components", "schemas")


def contract(version: str, schemas: str) -> Document:
    """Return a document with schemas, written as YAML."""
    return parse(
        yaml.safe_dump({"openapi": version, "components": {"schemas": yaml.safe_load(schemas)}}),
        "api.yaml",
    )


def fits(document: Document, name: str, value: object, side: Side = "both") -> bool:
    """Ask both validators about a value and a schema of the components."""
    place = (*SCHEMAS, name)
    python = Schemas(document, patterns="python").standalone(place, side)
    return agreed(Schemas(document).standalone(place, side), value, python)


def agreed(schema: dict[str, Any], value: object, python: dict[str, Any] | None = None) -> bool:
    """Return what both validators say, neither of which may retrieve anything.

    `python` is the same schema with patterns as the one of them reads them.
    """
    fast = bool(jsonschema_rs.Draft202012Validator(schema).is_valid(value))
    reference: Any = jsonschema.Draft202012Validator(
        schema if python is None else python, registry=referencing.Registry()
    )
    assert fast == reference.is_valid(value)
    return fast


def places_of(value: object) -> list[Pointer]:
    """Return the place of every value in a value, its own included."""
    found: list[Pointer] = []
    waiting: list[tuple[Pointer, object]] = [((), value)]
    while waiting:
        place, here = waiting.pop()
        found.append(place)
        if isinstance(here, dict):
            waiting += [((*place, name), one) for name, one in here.items()]
        elif isinstance(here, list):
            waiting += [((*place, index), one) for index, one in enumerate(here)]
    return found
