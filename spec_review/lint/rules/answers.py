"""Errors that say what went wrong, descriptions and examples for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from spec_review.document import METHODS, Document, Pointer, UnresolvedError
from spec_review.lint.rule import Fault, Rule, listed
from spec_review.lint.samples import shop
from spec_review.reading.schemas import schemas_of
from spec_review.reading.vocabulary import json_schema, read

_MEMBERS: Final = {
    "problem": ("type", "title", "status", "detail"),
    "envelope": ("status",),
    "oauth": ("error",),
}
_NAMES: Final = {
    "problem": "application/problem+json with type, title, status and detail",
    "envelope": "the envelope {data, status: {code, description, message}}",
    "oauth": "the members of RFC 6749 section 5.2",
}


def _error_body(document: Document) -> Iterator[Fault]:
    form = read(document).error_form
    for place in document.objects("response"):
        if len(place) > 2 and place[-2] == "responses" and place[0] == "paths":
            yield from _error_of(document, place, str(place[-1]), form)


def _error_of(document: Document, place: Pointer, code: str, form: str) -> Iterator[Fault]:
    if not (code[:1] in ("4", "5") or code == "default") or place[-3] == "head":
        return
    try:
        at = document.follow(place)
    except UnresolvedError:
        return
    mend = f"answer {_NAMES[form]}"
    content = document.value((*at, "content"))
    if not isinstance(content, dict) or not content:
        yield Fault(at, f"the error {_called(place, at)} has no body", mend, at_key=True)
        return
    if form == "problem" and "application/problem+json" not in content:
        yield Fault(
            (*at, "content"),
            f"the error {_called(place, at)} is no application/problem+json",
            mend,
            at_key=True,
        )
        return
    schema = json_schema(document, at)
    if schema is None:
        yield Fault(
            (*at, "content"), f"the error {_called(place, at)} has no schema", mend, at_key=True
        )
        return
    known = schemas_of(document).members(schema)
    missing = [name for name in _MEMBERS[form] if name not in known]
    if missing:
        yield Fault(
            schema,
            f"the error {_called(place, at)} does not describe {listed(missing)}",
            mend,
            at_key=True,
        )


def _called(place: Pointer, at: Pointer) -> str:
    return str(place[-1]) if at == place else f"{place[-1]} ({at[-1]})"


def _text_is_missing(value: dict[str, Any], *words: str) -> bool:
    return not any(str(value.get(word) or "").strip() for word in words)


def _missing_description(document: Document) -> Iterator[Fault]:
    info = document.data.get("info")
    if isinstance(info, dict) and _text_is_missing(info, "description", "summary"):
        yield Fault(("info",), "the contract does not say what it is about", "add info.description")
    for kind, words in (
        ("operation", ("summary", "description")),
        ("parameter", ("description",)),
        ("header", ("description",)),
        ("response", ("description",)),
        ("security scheme", ("description",)),
    ):
        for place in document.objects(kind):
            value = document.value(place)
            if isinstance(value, dict) and "$ref" not in value and _text_is_missing(value, *words):
                name = value.get("name") or value.get("operationId") or _place_name(place)
                yield Fault(
                    place, f"the {kind} {name} has no description", f"add a {words[0]}", at_key=True
                )
    for place in document.objects("schema"):
        value = document.value(place)
        if (
            isinstance(value, dict)
            and "$ref" not in value
            and _text_is_missing(value, "description", "title")
            and _is_named(place)
        ):
            yield Fault(
                place,
                f"the {'member' if place[-2] == 'properties' else 'schema'} {place[-1]} "
                "has no description",
                "add a description",
                at_key=True,
            )


def _place_name(place: Pointer) -> str:
    if place[-1] in METHODS and len(place) > 1:
        return f"{str(place[-1]).upper()} {place[-2]}"
    return str(place[-1])


def _is_named(place: Pointer) -> bool:
    """Tell whether a schema is a component or a named member, and no branch of a choice."""
    named = place[:2] == ("components", "schemas") and len(place) == 3
    member = len(place) > 1 and place[-2] == "properties"
    branches = {"allOf", "anyOf", "oneOf", "if", "then", "else", "not"}
    return named or (member and not branches & set(place))


def _missing_example(document: Document) -> Iterator[Fault]:
    for place in document.objects("media type"):
        value = document.value(place)
        if (
            isinstance(value, dict)
            and "schema" in value
            and "json" in str(place[-1]).lower()
            and not {"example", "examples"} & set(value)
            and not _schema_shows(document, (*place, "schema"))
        ):
            yield Fault(
                place, f"this {place[-1]} body has no example", "add an example", at_key=True
            )
    for place in document.objects("parameter"):
        value = document.value(place)
        if (
            isinstance(value, dict)
            and "schema" in value
            and not {"example", "examples"} & set(value)
            and not _schema_shows(document, (*place, "schema"))
        ):
            yield Fault(
                place,
                f"the parameter {value.get('name')} has no example",
                "add an example",
                at_key=True,
            )


def _schema_shows(document: Document, schema: Pointer) -> bool:
    for part in schemas_of(document).parts(schema):
        value = document.value(part)
        if {"example", "examples", "default", "enum", "const"} & set(value) or (
            value.get("type") == "boolean"
        ):
            return True
    return False


error_body: Final = Rule(
    id="error-body",
    severity="warning",
    sentence="Every error answers with a problem body, or in the form that x-error-form names.",
    why="A bare status code leaves the partner guessing what to change.",
    breaks=shop(
        (
            "        '404':\n          description: There is no such thing.\n          content:\n"
            "            application/problem+json:\n"
            "              schema: {$ref: '#/components/schemas/Problem'}\n"
            "              example: {type: about:blank, title: Not Found, status: 404, detail: No a1.}\n",
            "        ▸'404':\n          description: There is no such thing.\n",
        )
    ),
    keeps=shop(),
    faults=_error_body,
)
missing_description: Final = Rule(
    id="missing-description",
    severity="warning",
    sentence="Operations, parameters, answers and named members have a description.",
    why="A name alone is read differently by everyone who has to guess.",
    breaks=shop(
        (
            "        price: {type: number, description: What it costs.,",
            "        ▸price: {type: number,",
        )
    ),
    keeps=shop(),
    faults=_missing_description,
)
missing_example: Final = Rule(
    id="missing-example",
    severity="warning",
    sentence="Every JSON body and every parameter has an example, or a schema that shows one.",
    why="Most people read the example first, and many read nothing else.",
    breaks=shop(
        (
            "            application/json:\n              schema: {$ref: '#/components/schemas/Thing'}\n"
            "              example: {id: a1, price: 5}\n",
            "            ▸application/json:\n              schema: {$ref: '#/components/schemas/Thing'}\n",
        )
    ),
    keeps=shop(),
    faults=_missing_example,
)
