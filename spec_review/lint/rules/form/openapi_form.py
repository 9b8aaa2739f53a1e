"""Whether the document has the form of OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import jsonschema_rs
from openapi_spec_validator.schemas import schema_v30, schema_v31, schema_v32

from openapi_documents import Document, File, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.wording import did_you_mean, joined, nearest
from spec_review.reading.contract import Contract
from spec_review.reading.opening import not_openapi
from spec_review.reading.values import mapping

OFFICIAL: Final[Mapping[str, Any]] = {"3.0": schema_v30, "3.1": schema_v31, "3.2": schema_v32}
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

LONGEST: Final = 160
"""How many letters of a validator's sentence are told."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find what breaks the form, in the document and in the files that it refers to."""
    document = contract.document
    if not document.version:
        error = not_openapi(document)
        yield Fault((), error.reason, error.mend)
        return
    yield from faults_at(document, (), validator(document.version, ""))
    checked: set[Pointer] = set()
    for kind, names in DEFINITIONS.items():
        name = names[0] if document.version == "3.0" else names[1]
        for place in document.objects(kind) if name else ():
            if place and isinstance(place[0], File) and not is_inside(place, checked):
                checked.add(place)
                if "$ref" not in mapping(document.value(place)):
                    yield from faults_at(document, place, validator(document.version, name))


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


def faults_at(document: Document, place: Pointer, form: jsonschema_rs.Validator) -> Iterator[Fault]:
    """Find what breaks the form of one object."""
    try:
        errors = [innermost(error) for error in form.iter_errors(document.value(place))]
    except ValueError:  # a number or a text that JSON cannot write
        return
    misplaced: set[Pointer] = set()
    for error in errors:
        at = (*place, *error.instance_path)
        holder = holder_of_reference(document, at, error)
        if holder is None:
            yield from faults_of(document, at, error)
        elif holder not in misplaced:
            misplaced.add(holder)
            yield Fault(
                (*holder, "$ref"),
                f"OpenAPI {document.version} takes no reference here",
                "write out what it refers to, or refer to the whole object that holds it",
                at_key=True,
            )


def holder_of_reference(document: Document, place: Pointer, error: Any) -> Pointer | None:
    """Return the place of an object that is a reference where none is taken, None for other errors."""
    if place[-1:] == ("$ref",):
        return place[:-1]
    if not isinstance(mapping(document.value(place)).get("$ref"), str):
        return None
    is_unexpected = "$ref" in error.kind.as_dict().get("unexpected", ())
    return place if is_unexpected or error.kind.name == "required" else None


def innermost(error: Any) -> Any:
    """Return the cause that lies deepest in the document, for a choice of which no branch fits."""
    while error.kind.name in ("anyOf", "oneOf"):
        branches = [branch for branch in error.kind.as_dict().get("context", ()) if branch]
        # A branch that only wants a $ref says nothing about an object that is written out.
        written = [branch for branch in branches if not any(map(wants_reference, branch))]
        causes = [cause for branch in written or branches for cause in branch]
        if not causes:
            break
        error = max(causes, key=lambda each: (len(each.instance_path), each.kind.name != "type"))
    return error


def wants_reference(error: Any) -> bool:
    """Tell whether an object would have to be a reference."""
    is_required: bool = error.kind.name == "required"
    return is_required and error.kind.as_dict()["property"] == "$ref"


def faults_of(document: Document, place: Pointer, error: Any) -> Iterator[Fault]:
    """Say what a validator's error means."""
    details, name = error.kind.as_dict(), name_of(place)
    match error.kind.name:
        case "additionalProperties" | "unevaluatedProperties":
            known = known_members(document.version, error.schema_path)
            for member in details["unexpected"]:
                yield Fault(
                    (*place, member),
                    f"{member} is no member of {name} in OpenAPI {document.version}",
                    did_you_mean(member, known, "leave it out, or write it as an x- member"),
                    at_key=True,
                )
        case "required":
            missing = details["property"]
            near = nearest(missing, mapping(document.value(place)))
            mend = f"is {near} meant?" if near else f"add {missing}"
            yield Fault(place or ("openapi",), f"{name} has no {missing}", mend)
        case "enum":
            written = document.value(place)
            options = [str(option) for option in details["options"]]
            mend = did_you_mean(str(written), options, f"write one of {joined(options)}")
            yield Fault(place, f"{written!r} is not what {name} may be", mend)
        case _ if len(error.message) > LONGEST:
            yield Fault(place, f"{name} breaks the form of OpenAPI ({error.kind.name})")
        case _:
            yield Fault(place, f"{name}: {error.message}")


def name_of(place: Pointer) -> str:
    """What stands at a place, in words."""
    if not place or isinstance(place[-1], File):
        return "this file" if place else "the document"
    return f"{place[-2]}[{place[-1]}]" if isinstance(place[-1], int) else str(place[-1])


def known_members(version: str, path: Sequence[str | int]) -> list[str]:
    """Return the members that an object may have, as far as the schema says so beside the error."""
    schema: Any = OFFICIAL[version]
    for step in path[:-1]:
        schema = schema[step]
    known = dict.fromkeys(mapping(schema).get("properties", ()))
    for part in mapping(schema).get("allOf", ()):
        known |= dict.fromkeys(mapping(part).get("properties", ()))
    return list(known)


RULE: Final = Rule(
    id="openapi-form",
    severity="error",
    sentence="The document has the form of OpenAPI 3.0, 3.1 or 3.2.",
    why="A document that is no OpenAPI is read differently, or not at all, by every tool.",
    breaks=shop(
        ("      summary: Show a thing", "      ▸sumary: Show a thing\n      description: It.")
    ),
    keeps=shop(),
    faults=faults,
)
