"""Whether the document has the form of OpenAPI."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from openapi_documents import Document, File, Pointer, shown
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.form.exclusions import exclusion
from spec_review.lint.rules.form.missing_paths import lacks_paths
from spec_review.lint.samples import shop
from spec_review.output.findings import Fix
from spec_review.output.wording import joined, nearest
from spec_review.reading.contract import Contract
from spec_review.reading.form import OFFICIAL, FormError
from spec_review.reading.opening import not_openapi
from spec_review.reading.values import mapping

LONGEST: Final = 160
"""How many letters of a validator's sentence are told."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find what breaks the form; references where none is taken are told by `misplaced-reference`."""
    document = contract.document
    if not document.version:
        refusal = not_openapi(document)
        yield Fault((), refusal.reason, refusal.mend)
        return
    for error in contract.form_errors:
        if not error.is_reference and not is_told_elsewhere(document, error):
            yield from faults_of(document, error)
    for place in document.objects("operation") if document.version == "3.0" else ():
        holder = (*place, "responses")
        answers = mapping(document.value(holder))
        if answers and all(name.startswith("x-") for name in answers):
            yield Fault(holder, "responses has no answer", "add one, or default", at_key=True)


def is_told_elsewhere(document: Document, error: FormError) -> bool:
    """Tell whether a rule of its own says it better."""
    holder = mapping(document.value(error.place))
    if error.keyword == "required" and error.place[-1:] == ("responses",):
        # What keeps it from being an answer is told beside it.
        return not holder or any(not name.startswith("x-") for name in holder)
    if error.keyword == "required":
        return error.details["property"] == "paths" and lacks_paths(document)
    if isinstance(holder.get("$ref"), str) and error.keyword == "unevaluatedProperties":
        return error.place[-2:-1] != ("paths",)  # of a Reference Object, whose siblings are ignored
    if error.keyword == "propertyNames":
        return error.place[:1] == ("components",) and len(error.place) == 2
    if error.keyword in ("format", "uniqueItems"):
        return error.details.get("format") == "email" or error.place == ("tags",)
    return error.keyword == "not" and (
        {"example", "examples"} <= set(holder) or {"value", "externalValue"} <= set(holder)
    )


def faults_of(document: Document, error: FormError) -> Iterator[Fault]:
    """Say what a validator's error means."""
    place, details, name = error.place, error.details, name_at(document, error.place)
    match error.keyword:
        case "additionalProperties" | "unevaluatedProperties":
            known = known_members(document.version, error.schema_path)
            for member in details["unexpected"]:
                near = nearest(member, known)
                yield Fault(
                    (*place, member),
                    f"{member} is no member of {name} in OpenAPI {document.version}",
                    f"did you mean {near}?"
                    if near
                    else "leave it out, or write it as an x- member",
                    at_key=True,
                    fix=Fix(near) if near else None,
                )
        case "required" if error.choices:
            yield Fault(place or ("openapi",), f"{name} has {none_of(error.choices)}")
        case "required":
            missing = details["property"]
            near = nearest(missing, mapping(document.value(place)))
            needed = "required: true" if missing == "required" else missing
            mend = f"is {near} meant?" if near else f"add {needed}"
            yield Fault(place or ("openapi",), f"{name} has no {needed}", mend)
        case "enum":
            written = document.value(place)
            written = str(written).lower() if isinstance(written, bool) else written
            options = [str(option) for option in error.choices or details["options"]]
            options = [option.lower() if option == "True" else option for option in options]
            near = nearest(str(written), options)
            mend = f"did you mean {near}?" if near else f"write one of {joined(options)}"
            fix = Fix(near) if near else None
            about = about_parameter(document, place)
            yield Fault(place, f"{written!r} is not what {name}{about} may be", mend, fix=fix)
        case "type" if error.choices:
            said = shown(json.dumps(document.value(place), ensure_ascii=False))
            yield Fault(place, f"{name}: {said} is {none_of(error.choices)}")
        case "propertyNames":
            broken = details["error"].instance
            yield Fault((*place, broken), f"{broken} cannot be a name in {name}", at_key=True)
        case _ if excluded := exclusion(document.version, error, name, document.value(place)):
            yield Fault(place, excluded)
        case "type" if len(error.message) > LONGEST:
            yield Fault(place, f"{name} is {none_of(details['types'])}")
        case _ if len(error.message) > LONGEST:
            yield Fault(place, f"{name} breaks the form of OpenAPI ({error.keyword})")
        case _:
            yield Fault(place, f"{name}: {error.message}")


def name_at(document: Document, place: Pointer) -> str:
    """What stands at a place, in words: a parameter by its name."""
    value = mapping(document.value(place))
    if isinstance(value.get("name"), str) and "parameters" in place[-2:]:
        where = f"{value['in']} " if isinstance(value.get("in"), str) else ""
        return f"the {where}parameter {value['name']}"
    return name_of(place)


def name_of(place: Pointer) -> str:
    """What stands at a place, in words."""
    if not place or isinstance(place[-1], File):
        return "this file" if place else "the document"
    return f"{place[-2]}[{place[-1]}]" if isinstance(place[-1], int) else str(place[-1])


def none_of(choices: Sequence[str]) -> str:
    """What something is not, or has not."""
    names = list(dict.fromkeys(choices))
    if len(names) == 1:
        return f"no {names[0]}"
    return f"neither {names[0]} nor {names[1]}" if len(names) == 2 else f"none of {joined(names)}"


def about_parameter(document: Document, place: Pointer) -> str:
    """Of which kind of parameter a member is that depends on that, in words."""
    where = mapping(document.value(place[:-1])).get("in")
    return f" of a {where} parameter" if place[-1:] == ("style",) and where else ""


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
