"""What breaks the form of OpenAPI, as the schema that each version of it comes with says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import jsonschema_rs
from openapi_spec_validator.schemas import schema_v30, schema_v31, schema_v32

from openapi_documents import Document, File, Pointer
from spec_review.reading.values import mapping


def with_links_as_told(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema of 3.1 or 3.2 with the Link Object of the specification's text.

    The schemas that libraries ship want texts for parameters, which may be any value, and that of 3.1 calls
    `server` `body`.
    """
    definitions = dict(schema["$defs"])
    link = dict(definitions["link"])
    members = {name: one for name, one in link["properties"].items() if name != "body"}
    link["properties"] = {
        **members,
        "server": {"$ref": "#/$defs/server"},
        "parameters": {"type": "object"},
    }
    definitions["link"] = link
    return {**schema, "$defs": definitions}


def with_3_0_as_told(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of 3.0 with what its text says besides: a link names an operation, and `allOf` lists a schema.

    OpenAPI 3.0.4, "Link Object", and JSON Schema Validation (Wright-00), 5.22 to 5.24.
    """
    definitions = dict(schema["definitions"])
    named = [{"required": ["operationId"]}, {"required": ["operationRef"]}]
    link = definitions["Link"]
    definitions["Link"] = {**link, "allOf": [*link.get("allOf", ()), {"anyOf": named}]}
    members = dict(definitions["Schema"]["properties"])
    members |= {word: {**members[word], "minItems": 1} for word in ("allOf", "anyOf", "oneOf")}
    definitions["Schema"] = {**definitions["Schema"], "properties": members}
    return {**schema, "definitions": definitions}


OFFICIAL: Final[Mapping[str, Any]] = {
    "3.0": with_3_0_as_told(schema_v30),
    "3.1": with_links_as_told(schema_v31),
    "3.2": with_links_as_told(schema_v32),
}
"""The schemas that the specification comes with."""

DEFINITIONS: Final[Mapping[str, tuple[str, str]]] = {
    "path item": ("PathItem", "path-item"),
    "operation": ("Operation", "operation"),
    "parameter": ("Parameter", "parameter"),
    "header": ("Header", "header"),
    "request body": ("RequestBody", "request-body"),
    "response": ("Response", "response"),
    "media type": ("MediaType", "media-type"),
    "example": ("Example", "example"),
    "link": ("Link", "link"),
    "security scheme": ("SecurityScheme", "security-scheme"),
    "schema": ("Schema", ""),
}
"""What a kind of object is called in the schema of 3.0, and in the later ones."""


@dataclass(frozen=True, slots=True)
class FormError:
    """What a validator says of a place: the keyword, its details, and where it stands in OFFICIAL."""

    place: Pointer
    keyword: str
    details: Mapping[str, Any]
    schema_path: Sequence[str | int]
    message: str
    is_reference: bool = False
    """A reference stands here, and none is taken."""
    choices: Sequence[str] = ()
    """The members of which one is asked for, or the types or values that would have been taken."""


def form_errors(document: Document) -> Iterator[FormError]:
    """Find what breaks the form, in the document and in the files that it refers to.

    Nothing is said of a document that is not OpenAPI 3.0, 3.1 or 3.2.
    """
    if not document.version:
        return
    yield from errors_at(document, (), validator(document.version, ""))
    checked: set[Pointer] = set()
    for kind, names in DEFINITIONS.items():
        name = names[0] if document.version == "3.0" else names[1]
        for place in document.objects(kind) if name else ():
            if place and isinstance(place[0], File) and not is_inside(place, checked):
                checked.add(place)
                if "$ref" not in mapping(document.value(place)):
                    yield from errors_at(document, place, validator(document.version, name))


def is_inside(place: Pointer, checked: set[Pointer]) -> bool:
    """Tell whether a place lies in one that was checked already."""
    return any(place[:length] in checked for length in range(1, len(place) + 1))


@cache
def validator(version: str, definition: str) -> jsonschema_rs.Validator:
    """The validator of a whole document, or of one kind of object in it."""
    schema = dict(OFFICIAL[version])
    is_old = version == "3.0"
    if definition:
        word = "definitions" if is_old else "$defs"
        schema = {"$ref": f"#/{word}/{definition}", word: schema[word]}
    make = jsonschema_rs.Draft4Validator if is_old else jsonschema_rs.Draft202012Validator
    return make(schema, offline=True)


def errors_at(
    document: Document, place: Pointer, form: jsonschema_rs.Validator
) -> Iterator[FormError]:
    """Find what breaks the form of one object."""
    try:
        errors = [
            each for error in form.iter_errors(document.value(place)) for each in innermost(error)
        ]
    except ValueError:  # a number or a text that JSON cannot write
        return
    broken = [list(error.instance_path) for error, _ in errors]
    decided = [list(error.instance_path) for error, _ in errors if decides(error)]
    for error, choices in errors:
        if not decides(error) and list(error.instance_path) in decided:
            continue  # what else is wrong with it follows
        at = (*place, *error.instance_path)
        details: Mapping[str, Any] = error.kind.as_dict()
        if error.kind.name == "unevaluatedProperties":
            details = without_broken(details, list(error.instance_path), broken)
        holder = holder_of_reference(document, at, error.kind.name, details)
        yield FormError(
            at if holder is None else holder,
            error.kind.name,
            details,
            error.schema_path,
            error.message,
            holder is not None,
            choices,
        )


def without_broken(
    details: Mapping[str, Any], here: list[str | int], broken: Sequence[list[str | int]]
) -> Mapping[str, Any]:
    """The members that nothing speaks of, but those in which something is wrong: that is why nothing does."""
    length = len(here)
    known = {place[length] for place in broken if len(place) > length and place[:length] == here}
    return {**details, "unexpected": [name for name in details["unexpected"] if name not in known]}


def innermost(
    error: jsonschema_rs.ValidationError,
) -> Iterator[tuple[jsonschema_rs.ValidationError, Sequence[str]]]:
    """Find the causes of an error, each with what could have been chosen there.

    Of a choice of which no branch fits, that is what keeps the one from fitting that is meant; where it is not
    known which, the cause that lies deepest in the document.
    """
    branches: list[list[jsonschema_rs.ValidationError]] = []
    if error.kind.name in ("anyOf", "oneOf"):
        branches = [branch for branch in error.kind.as_dict().get("context", ()) if branch]
        # A branch that only wants a $ref says nothing about an object that is written out,
        branches = [each for each in branches if not any(map(wants_reference, each))] or branches
        # nor does one of parameters elsewhere about a parameter of a path.
        branches = [each for each in branches if not any(map(is_of_another_kind, each))] or branches
    if not branches:
        yield error, ()
        return
    deepest = max(
        (cause for branch in branches for cause in branch),
        key=lambda each: (len(each.instance_path), each.kind.name != "type"),
    )
    choices = choices_of(branches)
    if len(choices) > 1:
        yield deepest, choices
        return
    if len(branches) > 1:
        yield from innermost(deepest)
        return
    # That several branches fit says least.
    for cause in [each for each in branches[0] if not fits_several(each)] or branches[0]:
        yield from innermost(cause)


def fits_several(error: jsonschema_rs.ValidationError) -> bool:
    """Tell whether more than one branch of a choice fits."""
    return error.kind.name == "oneOf" and not any(error.kind.as_dict().get("context", ()))


KINDS: Final = ("in", "type")
"""Members that say which kind of parameter or security scheme an object is."""


def decides(error: jsonschema_rs.ValidationError) -> bool:
    """Tell whether whatever else is wrong with a value may follow from this: its type, or that its kind is not said."""
    is_unsaid = error.kind.name == "required" and error.kind.as_dict()["property"] in KINDS
    return is_unsaid or error.kind.name == "type"


def is_of_another_kind(error: jsonschema_rs.ValidationError) -> bool:
    """Tell whether an object would have to be of another kind."""
    return error.kind.name == "enum" and list(error.instance_path)[-1:] in [
        [each] for each in KINDS
    ]


CHOSEN: Final = {"required": "property", "type": "types", "enum": "options"}
"""Keywords whose errors say what could have been, each with the detail that says it."""


def choices_of(branches: Sequence[Sequence[jsonschema_rs.ValidationError]]) -> Sequence[str]:
    """The members, the types or the values of which each branch asks for one and for nothing else."""
    if any(len(branch) != 1 for branch in branches):
        return ()
    causes = [branch[0] for branch in branches]
    keyword, place = causes[0].kind.name, list(causes[0].instance_path)
    is_one = all((each.kind.name, list(each.instance_path)) == (keyword, place) for each in causes)
    if keyword not in CHOSEN or not is_one:
        return ()
    found = [cause.kind.as_dict().get(CHOSEN[keyword]) for cause in causes]
    return [str(each) for one in found for each in (one if isinstance(one, list) else [one])]


def wants_reference(error: jsonschema_rs.ValidationError) -> bool:
    """Tell whether an object would have to be a reference."""
    is_required: bool = error.kind.name == "required"
    return is_required and error.kind.as_dict()["property"] == "$ref"


def holder_of_reference(
    document: Document, place: Pointer, keyword: str, details: Mapping[str, Any]
) -> Pointer | None:
    """Return the place of an object that is a reference where none is taken, None for other errors."""
    if place[-1:] == ("$ref",) and isinstance(document.value(place), str):
        return place[:-1]
    if not isinstance(mapping(document.value(place)).get("$ref"), str):
        return None
    is_unexpected = "$ref" in details.get("unexpected", ())
    return place if is_unexpected or keyword in ("required", "type") else None
