"""Whether errors answer with a body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.wording import joined
from spec_review.reading.bodies import json_schema
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed_or_none
from spec_review.reading.parts import CHOICES, parts, properties
from spec_review.reading.places import last_name
from spec_review.reading.values import mapping
from spec_review.reading.vocabulary import ErrorForm

MEMBERS: Final[Mapping[ErrorForm, Sequence[str]]] = {
    "problem": ("type", "title", "status", "detail"),
    "envelope": ("status",),
    "oauth": ("error",),
}
"""What the body of an error must describe in each form."""

NAMES: Final[Mapping[ErrorForm, str]] = {
    "problem": "application/problem+json with type, title, status and detail",
    "envelope": "the envelope {data, status: {code, description, message}}",
    "oauth": "the members of RFC 6749 section 5.2",
}
"""Each form in words."""

PROBLEM: Final = "application/problem+json"


def faults(contract: Contract) -> Iterator[Fault]:
    """Find errors of operations that have no body, or one of another form."""
    document = contract.document
    for operation in document.operations():
        if operation.method == "head":
            continue
        for code in mapping(operation.value.get("responses")):
            place = (*operation.pointer, "responses", code)
            at = followed_or_none(document, place) if is_error(code) else None
            if at is not None:
                is_component = at[:1] == ("components",)
                name = f"{code} ({last_name(at)})" if is_component else code
                yield from faults_of_error(document, at, name, contract.error_form)


def is_error(code: str) -> bool:
    """Tell whether a status code is, or may be, that of an error."""
    return code[:1] in ("4", "5") or code == "default"


def faults_of_error(document: Document, at: Pointer, name: str, form: ErrorForm) -> Iterator[Fault]:
    """Find what is wrong with one error."""
    mend = f"answer {NAMES[form]}"
    content = mapping(document.value((*at, "content")))
    if not content:
        yield Fault(at, f"the error {name} has no body", mend, at_key=True)
        return
    place = (*at, "content")
    if form == "problem" and PROBLEM not in content:
        yield Fault(place, f"the error {name} is no {PROBLEM}", mend, at_key=True)
        return
    schema = json_schema(document, at)
    if schema is None:
        yield Fault(place, f"the error {name} has no schema", mend, at_key=True)
        return
    known = properties(parts(document, schema, CHOICES))
    missing = [member for member in MEMBERS[form] if member not in known]
    if missing:
        sentence = f"the error {name} does not describe {joined(missing)}"
        yield Fault(schema, sentence, mend, at_key=True)


RULE: Final = Rule(
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
        ),
        (
            "        price: {",
            "        fault: {$ref: '#/components/schemas/Problem'}\n        price: {",
        ),
    ),
    keeps=shop(),
    faults=faults,
    preset="strict",
)
