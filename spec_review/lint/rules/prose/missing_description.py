"""Whether things have descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from openapi_documents import METHODS, Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.wording import first_few
from spec_review.reading.contract import Contract
from spec_review.reading.places import last_name
from spec_review.reading.values import mapping

WANTED: Final[Mapping[str, Sequence[str]]] = {
    "operation": ("summary", "description"),
    "parameter": ("description",),
    "header": ("description",),
    "response": ("description",),
    "security scheme": ("description",),
}
"""The kinds of objects that are described, and the members that do it."""

HABIT: Final = 20
"""From how many operations of a file on it is one cause that none has a description."""

UNNAMED: Final = frozenset(("allOf", "anyOf", "oneOf", "if", "then", "else", "not"))
"""Members of a schema whose schemas are parts of something that has its name already."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find what has a name and no description."""
    document = contract.document
    info = document.data.get("info")
    if isinstance(info, dict) and is_silent(info, ("description", "summary")):
        yield Fault(
            ("info",),
            "the contract does not say what it is about",
            "add info.description",
            kind="document",
        )
    for kind, words in WANTED.items():
        silent = [
            place
            for place in document.objects(kind)
            if (value := mapping(document.value(place)))
            and "$ref" not in value
            and is_silent(value, words)
        ]
        yield from faults_of_kind(document, kind, silent, f"add a {words[0]}")
    for place in document.objects("schema"):
        value = document.value(place)
        if (
            isinstance(value, dict)
            and "$ref" not in value
            and is_named(place)
            and is_silent(value, ("description", "title"))
        ):
            kind = "member" if place[-2] == "properties" else "schema"
            sentence = f"the {kind} {place[-1]} has no description"
            yield Fault(place, sentence, "add a description", at_key=True, kind=kind)


def faults_of_kind(
    document: Document, kind: str, silent: Sequence[Pointer], mend: str
) -> Iterator[Fault]:
    """Say of each thing that it has no description; of operations, when it is the habit of a file, once."""
    operations = {one.pointer: one.name for one in (*document.operations(), *document.webhooks())}
    by_file: dict[str, list[Pointer]] = {}
    for place in silent:
        by_file.setdefault(document.position(place).file, []).append(place)
    for places in by_file.values():
        names = [
            str(
                operations.get(place)
                or mapping(document.value(place)).get("name")
                or name_at(place)
            )
            for place in places
        ]
        if kind == "operation" and len(places) > HABIT:
            said = f"the operations {first_few(names, 3)} have no description"
            yield Fault(places[0], said, mend, at_key=True, kind=kind)
            continue
        for place, name in zip(places, names, strict=True):
            said = f"the {kind} {name} has no description"
            yield Fault(place, said, mend, at_key=True, kind=kind)


def is_silent(value: Mapping[str, object], words: Sequence[str]) -> bool:
    """Tell whether none of the members says anything."""
    return not any(str(value.get(word) or "").strip() for word in words)


def name_at(place: Pointer) -> str:
    """What stands at a place, in words."""
    name = last_name(place)
    return f"{name.upper()} {last_name(place[:-1])}" if name in METHODS else name


def is_named(place: Pointer) -> bool:
    """Tell whether a schema is a component or a named member, and no branch of a choice."""
    if place[:2] == ("components", "schemas") and len(place) == 3:
        return True
    return len(place) > 1 and place[-2] == "properties" and not UNNAMED & set(place)


RULE: Final = Rule(
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
    faults=faults,
    kinds=("document", *WANTED, "member", "schema"),
    narrowed={"essential": ("operation",), "recommended": ("document", "operation", "parameter")},
)
