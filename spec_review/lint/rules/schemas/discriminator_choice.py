"""Whether a discriminator can choose among the alternatives it stands beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from openapi_documents import Document, DocumentError, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed, followed_or_none
from spec_review.reading.parts import CHOICES, parts, properties
from spec_review.reading.values import elements, mapping, text

WORDS: Final = ("oneOf", "anyOf")
"""What lists the alternatives of a discriminator."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find discriminators without alternatives, and alternatives that no value chooses."""
    document = contract.document
    extended = extended_schemas(document)
    for place in document.objects("schema"):
        schema = mapping(document.value(place))
        declared = schema.get("discriminator")
        if not isinstance(declared, dict) or ("$ref" in schema and document.version == "3.0"):
            continue
        if document.version != "3.0" and not isinstance(declared.get("propertyName"), str):
            said = "the discriminator does not say by which member it chooses"
            at = (*place, "discriminator")
            yield Fault(at, said, "add propertyName", at_key=True, severity="error")
            continue
        listed = [
            (*place, word, index)
            for word in WORDS
            for index in range(len(elements(schema.get(word))))
        ]
        if listed:
            yield from faults_of_choice(document, place, listed, declared)
        elif place not in extended and "mapping" not in declared and "allOf" not in schema:
            yield Fault(
                (*place, "discriminator"),
                "the discriminator chooses among nothing: no oneOf or anyOf stands beside it, "
                "and no schema extends this one by allOf",
                "list the alternatives in oneOf, or leave it out",
                at_key=True,
            )


def extended_schemas(document: Document) -> frozenset[Pointer]:
    """The schemas that others take into their `allOf`."""
    return frozenset(
        followed(document, place)
        for place in document.objects("schema")
        if len(place) > 1 and place[-2] == "allOf" and "$ref" in mapping(document.value(place))
    )


def faults_of_choice(
    document: Document, place: Pointer, listed: list[Pointer], declared: Mapping[str, object]
) -> Iterator[Fault]:
    """Find what keeps one discriminator from choosing among its alternatives."""
    name = text(declared.get("propertyName"))
    targets = {branch: followed_or_none(document, branch) for branch in listed}
    for branch, target in targets.items():
        if target is None:
            continue
        if target == branch and "$ref" not in mapping(document.value(branch)):
            if not is_null(document, branch):
                said = "no value of the discriminator chooses this alternative, for it has no name"
                yield Fault(branch, said, "give it a name below components/schemas", at_key=True)
        elif name and lacks_member(document, target, name):
            said = f"this alternative does not describe {name}, by which the discriminator chooses"
            yield Fault(branch, said, f"add {name} to its properties, required", at_key=True)
    known = set(targets.values())
    if None in known:
        return  # an alternative that is not there is told by dangling-reference
    for value in mapping(declared.get("mapping")):
        at = (*place, "discriminator", "mapping", value)
        target = mapped(document, at)
        if target is not None and target not in known:
            said = f"{value} chooses a schema that is none of the alternatives here"
            yield Fault(at, said, "list it among them, or leave it out")


def mapped(document: Document, place: Pointer) -> Pointer | None:
    """The schema that a text in a mapping names, None when it leads nowhere or is none."""
    try:
        return followed_or_none(document, document.mapped(place))
    except DocumentError:
        return None


def is_null(document: Document, branch: Pointer) -> bool:
    """Tell whether an alternative takes only null, which needs no choice."""
    schema = mapping(document.value(branch))
    return schema.get("type") == "null" or schema.get("enum") == [None]


def lacks_member(document: Document, schema: Pointer, name: str) -> bool:
    """Tell whether a schema describes members, and this one is not among them."""
    known = properties(parts(document, schema, CHOICES))
    return bool(known) and name not in known


BRANCHES: Final = (
    "    Problem:\n      type: object",
    "    Cat:\n      description: A cat.\n      type: object\n      required: [kind]\n"
    "      properties: {kind: {type: string, description: Its kind.}}\n"
    "    Dog:\n      description: A dog.\n      type: object\n      required: [kind]\n"
    "      properties: {kind: {type: string, description: Its kind.}}\n"
    "    Problem:\n      type: object",
)
"""Two alternatives for the samples."""


def pets(choice: str) -> tuple[str, str]:
    """An edit that gives a thing an owner by choice."""
    return (
        "        price: {",
        f"        owner: {{description: Whose., {choice}}}\n        price: {{",
    )


RULE: Final = Rule(
    id="discriminator-choice",
    severity="warning",
    sentence="A discriminator has alternatives, each of which some value of its member chooses.",
    why="Otherwise readers by discriminator and readers by schema take the same answer for two things.",
    breaks=shop(
        BRANCHES,
        pets(
            "oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}], "
            "discriminator: {propertyName: kind, mapping: {cat: Cat, thing: ▸Thing}}"
        ),
    ),
    keeps=shop(
        BRANCHES,
        pets(
            "oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}], "
            "discriminator: {propertyName: kind, mapping: {cat: Cat, dog: Dog}}"
        ),
    ),
    faults=faults,
)
