"""Whether the document is OpenAPI at all."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final, cast

import jsonschema_rs
from jsonschema import ValidationError
from jsonschema.validators import validator_for
from openapi_spec_validator.schemas import (
    openapi_v30_schema_validator,
    openapi_v31_schema_validator,
    openapi_v32_schema_validator,
)

from spec_review.document import Document, Pointer
from spec_review.lint.rule import Fault, Rule, did_you_mean, listed
from spec_review.lint.samples import shop

_VALIDATORS: Final[dict[str, Any]] = {
    "3.0": openapi_v30_schema_validator,
    "3.1": openapi_v31_schema_validator,
    "3.2": openapi_v32_schema_validator,
}
_LONGEST: Final = 160


def _openapi_form(document: Document) -> Iterator[Fault]:
    validator = _VALIDATORS.get(document.version)
    if validator is None:
        written = document.data.get("openapi", document.data.get("swagger"))
        yield Fault(
            ("openapi",) if "openapi" in document.data else ("swagger",),
            f"{written!r} is no version of OpenAPI that this review knows"
            if written is not None
            else "the document does not say which OpenAPI it is written in",
            "write openapi: 3.1.1 (3.0, 3.1 and 3.2 are known)",
        )
        return
    if validator.is_valid(document.data):
        return
    # The library's fast validator does not say which word was unexpected; the plain one does.
    schema = dict(validator.schema)
    errors = [_innermost(one) for one in validator_for(schema)(schema).iter_errors(document.data)]
    places = [tuple(error.absolute_path) for error in errors]
    for error, place in zip(errors, places, strict=True):
        # The members of an object that fits no form count as unexpected too: only the cause helps.
        follows = error.validator in ("unevaluatedProperties", "additionalProperties") and any(
            other is not error
            and there[: len(place)] == place
            and other.validator not in ("unevaluatedProperties",)
            for other, there in zip(errors, places, strict=True)
        )
        if not follows:
            yield from _faults(document, error, place)


def _innermost(error: ValidationError) -> ValidationError:
    """Return the cause that lies deepest in the document, for a choice of which no branch fits."""
    while error.context:
        # A branch that only wants a $ref says nothing about an object that is written out.
        references = {one.schema_path[0] for one in error.context if _wants_reference(one)}
        branches = [one for one in error.context if one.schema_path[0] not in references]
        error = max(
            branches or error.context,
            key=lambda one: (len(one.absolute_path), one.validator != "type"),
        )
    return error


def _wants_reference(error: ValidationError) -> bool:
    return error.validator == "required" and "'$ref'" in error.message


def _faults(document: Document, error: ValidationError, place: Pointer) -> Iterator[Fault]:
    name = _name(place)
    wanted = cast(list[Any], error.validator_value)
    if error.validator in ("additionalProperties", "unevaluatedProperties"):
        members = cast(dict[str, Any], error.instance)
        for key in [key for key in members if repr(key) in error.message] or list(members):
            yield Fault(
                (*place, key),
                f"{key} is no member of {name} in OpenAPI {document.version}",
                did_you_mean(key, _known(error), "leave it out, or write it as an x- member"),
                at_key=True,
            )
    elif error.validator == "required":
        missing = next((key for key in wanted if repr(key) in error.message), "?")
        near = get_close_matches(missing, list(cast(dict[str, Any], error.instance)), n=1)
        yield Fault(
            place or ("openapi",),
            f"{name} has no {missing}",
            f"is {near[0]} meant?" if near else f"add {missing}",
        )
    elif error.validator == "enum":
        for other in error.parent.context if error.parent else ():
            if other.validator == "enum" and other.absolute_path == error.absolute_path:
                wanted = list(dict.fromkeys((*wanted, *cast(list[Any], other.validator_value))))
        yield Fault(
            place,
            f"{error.instance!r} is not what {name} may be",
            did_you_mean(str(error.instance), map(str, wanted), f"write one of {listed(wanted)}"),
        )
    elif len(error.message) > _LONGEST:
        yield Fault(place, f"{name} breaks the form of OpenAPI ({error.validator})")
    else:
        yield Fault(place, f"{name}: {error.message}")


def _name(place: Pointer) -> str:
    if not place:
        return "the document"
    return f"{place[-2]}[{place[-1]}]" if isinstance(place[-1], int) else str(place[-1])


def _known(error: ValidationError) -> set[str]:
    """Return the members that an object may have, as far as the schema says so beside the error."""
    known: set[str] = set()
    schema = error.schema
    if isinstance(schema, dict):
        known |= set(schema.get("properties", ()))
        for part in schema.get("allOf", ()):
            known |= set(part.get("properties", ())) if isinstance(part, dict) else set()
    return known


def _duplicate_key(document: Document) -> Iterator[Fault]:
    for twice in document.repeated:
        yield Fault(
            twice.position,
            f"{twice.key} stands twice in one mapping, first in line {twice.first.line}",
            "leave out one of the two; readers take the last and forget the first",
        )


@lru_cache(maxsize=1)
def _meta_schema() -> Any:
    return jsonschema_rs.Draft202012Validator(
        {"$ref": "https://json-schema.org/draft/2020-12/schema"}
    )


def _schema_form(document: Document) -> Iterator[Fault]:
    if document.version not in ("3.1", "3.2"):
        return
    above: Pointer = ()
    for place in document.objects("schema"):
        # Schemas inside a schema are checked together with it.
        if above and place[: len(above)] == above:
            continue
        above = place
        for error in _meta_schema().iter_errors(document.value(place)):
            at = (*place, *error.instance_path)
            kind = getattr(error.kind, "name", "")
            if kind in ("anyOf", "oneOf") and "type" in error.instance_path:
                known = ("string", "number", "integer", "boolean", "array", "object", "null")
                written = document.value(at)
                yield Fault(
                    at,
                    f"{written!r} is no JSON type",
                    did_you_mean(str(written), known, f"write one of {listed(known)}"),
                )
            else:
                yield Fault(at, f"the schema is no JSON Schema: {error.message[:_LONGEST]}")


openapi_form: Final = Rule(
    id="openapi-form",
    severity="error",
    sentence="The document has the form of OpenAPI 3.0, 3.1 or 3.2.",
    why="A document that is no OpenAPI is read differently, or not at all, by every tool.",
    breaks=shop(
        ("      summary: Show a thing", "      ▸sumary: Show a thing\n      description: It.")
    ),
    keeps=shop(),
    faults=_openapi_form,
)
duplicate_key: Final = Rule(
    id="duplicate-key",
    severity="error",
    sentence="No mapping has the same key twice.",
    why="Readers take the last one without a word, so what the first one says is lost.",
    breaks=shop(("info: {title: Shop,", "info: {title: Store, ▸title: Shop,")),
    keeps=shop(("info: {title: Shop,", "info: {summary: Shop, title: Shop,")),
    faults=_duplicate_key,
)
schema_form: Final = Rule(
    id="schema-form",
    severity="error",
    sentence="Every schema is JSON Schema 2020-12 (OpenAPI 3.1 and 3.2).",
    why="A keyword with a value of the wrong kind is refused by some validators and skipped by others.",
    breaks=shop(("price: {type: number,", "price: {type: ▸nummber,")),
    keeps=shop(("price: {type: number,", "price: {type: [number, 'null'],")),
    faults=_schema_form,
)
