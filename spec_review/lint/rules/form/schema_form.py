"""Whether the schemas are JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import jsonschema_rs

from openapi_documents import Pointer
from openapi_documents.dialect import DIALECT
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.wording import did_you_mean, joined
from spec_review.reading.contract import Contract
from spec_review.reading.parts import TYPES

LONGEST: Final = 160
"""How many letters of a validator's sentence are told."""


TEXT: Final = {"type": "string"}
BOOLEAN: Final = {"type": "boolean"}
OF_OTHERS: Final = {"^x-": True}

OF_OPENAPI: Final = {
    "$id": "urn:understudy:schema",
    "$schema": DIALECT,
    "$dynamicAnchor": "meta",
    "$ref": DIALECT,
    "properties": {
        "discriminator": {
            "type": "object",
            "properties": {
                "propertyName": TEXT,
                "mapping": {"type": "object", "additionalProperties": TEXT},
                "defaultMapping": TEXT,
            },
            "patternProperties": OF_OTHERS,
            "additionalProperties": False,
        },
        "xml": {
            "type": "object",
            "properties": {
                "name": TEXT, "namespace": TEXT, "prefix": TEXT, "attribute": BOOLEAN, "wrapped": BOOLEAN,
                "nodeType": {"enum": ["element", "attribute", "text", "cdata", "none"]},
            },
            "patternProperties": OF_OTHERS,
            "additionalProperties": False,
        },
        "externalDocs": {
            "type": "object",
            "required": ["url"],
            "properties": {"url": TEXT, "description": TEXT},
            "patternProperties": OF_OTHERS,
            "additionalProperties": False,
        },
    },
}  # fmt: skip
"""What schemas are by OpenAPI: JSON Schema, and three objects more ("Schema Object", Fixed Fields)."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find schemas that break the schema of schemas."""
    document = contract.document
    if document.version == "3.0":
        return
    checked: set[Pointer] = set()
    for place in document.objects("schema"):
        # Schemas inside a schema are checked together with it.
        if any(place[:length] in checked for length in range(1, len(place))):
            continue
        checked.add(place)
        try:
            errors = list(meta_schema().iter_errors(document.value(place)))
        except ValueError:  # a number or a text that JSON cannot write
            continue
        for error in errors:
            at = (*place, *error.instance_path)
            yield fault_of(error, at, document.value(at))


@cache
def meta_schema() -> jsonschema_rs.Validator:
    """The validator of JSON Schema 2020-12 with the words of OpenAPI."""
    return jsonschema_rs.Draft202012Validator(OF_OPENAPI, offline=True)


def fault_of(error: jsonschema_rs.ValidationError, place: Pointer, written: object) -> Fault:
    """Say what a validator's error means."""
    if error.kind.name in ("anyOf", "oneOf") and "type" in error.instance_path:
        mend = did_you_mean(str(written), TYPES, f"write one of {joined(TYPES)}")
        return Fault(place, f"{written!r} is no JSON type", mend)
    of_openapi = [word for word in OF_OPENAPI["properties"] if word in error.instance_path]
    if of_openapi and error.kind.name == "additionalProperties":
        name = error.kind.as_dict()["unexpected"][0]
        return Fault((*place, name), f"{name} is no member of {place[-1]}", MEND, at_key=True)
    if of_openapi:
        return Fault(place, f"{place[-1]}: {error.message[:LONGEST]}")
    return Fault(place, f"the schema is no JSON Schema: {error.message[:LONGEST]}")


MEND: Final = "leave it out, or write it as an x- member"


RULE: Final = Rule(
    id="schema-form",
    severity="error",
    sentence="Every schema is JSON Schema 2020-12 (OpenAPI 3.1 and 3.2).",
    why="A keyword with a value of the wrong kind is refused by some validators and skipped by others.",
    breaks=shop(("price: {type: number,", "price: {type: ▸nummber,")),
    keeps=shop(("price: {type: number,", "price: {type: [number, 'null'],")),
    faults=faults,
)
