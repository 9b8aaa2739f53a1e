"""The facets of which the behaviour of an operation is made: compared, and exchanged one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from openapi_documents import Document, Pointer, UnresolvedError, text_of
from spec_review.reading.values import mapping
from spec_review.simulation.identity import fingerprint
from spec_review.simulation.model import Intake
from spec_review.simulation.witness import Facet

UNDECIDING: Final = frozenset(
    (
        "description",
        "title",
        "example",
        "examples",
        "x-silence",
        "deprecated",
        "$comment",
        "default",
    )
)
"""Members of a schema that do not decide whether an item is valid."""

NAMED: Final = ("properties", "patternProperties", "$defs")
"""Members of a schema whose own members are names."""


def exchanged(old: Intake, new: Intake, facet: Facet) -> Intake:
    """The old operation with one facet of the new one."""
    mine, theirs = old.lifecycle, new.lifecycle
    match facet:
        case "processing":
            return replace(old, processing=new.processing)
        case "limits":
            return replace(old, min_items=new.min_items, max_items=new.max_items)
        case "validity":
            return replace(old, validator=new.validator)
        case "initial":
            lifecycle = replace(mine, initial=theirs.initial)
        case "key":
            lifecycle = replace(mine, key=theirs.key)
        case "records":
            lifecycle = replace(mine, records=theirs.records)
        case "rows":
            lifecycle = replace(
                mine, outcomes=theirs.outcomes, saved=theirs.saved, states=theirs.states
            )
        case "together":
            return new
    return replace(old, lifecycle=lifecycle)


def facet_of(intake: Intake, document: Document, facet: Facet) -> object:
    """The facet as a value that can be compared."""
    if facet == "validity":
        return fingerprint(Meaning(document).of(intake.items))
    lifecycle = intake.lifecycle
    rows = [(outcome.when, outcome.then) for outcome in lifecycle.outcomes]
    facets: dict[Facet, object] = {
        "processing": intake.processing,
        "limits": (intake.min_items, intake.max_items),
        "initial": lifecycle.initial,
        "key": lifecycle.key,
        "records": lifecycle.records,
        "rows": (rows, lifecycle.saved),
        "together": intake,
    }
    return facets[facet]


class Meaning:
    """A schema with all it refers to, without what is only said to people."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._waiting: list[Pointer] = []

    def of(self, pointer: Pointer) -> dict[str, object]:
        """What decides whether a value fits the schema at a place, as a value."""
        reached: dict[str, object] = {"": self._plain(self._document.value(pointer), pointer)}
        while self._waiting:
            target = self._waiting.pop()
            if text_of(target) not in reached:
                reached[text_of(target)] = self._plain(self._document.value(target), target)
        return reached

    def _plain(self, value: object, pointer: Pointer, has_names: bool = False) -> object:
        if isinstance(value, list):
            return [self._plain(each, (*pointer, index)) for index, each in enumerate(value)]
        if not isinstance(value, dict):
            return value
        kept: dict[str, object] = {}
        for name, member in value.items():
            if has_names:
                kept[name] = self._plain(member, (*pointer, name))
            elif name == "x-rules" and isinstance(member, list):
                kept[name] = [str(mapping(rule).get("rule")) for rule in member]
            elif name == "$ref" and isinstance(member, str):
                kept[name] = self._referred(pointer, member)
            elif name not in UNDECIDING:
                kept[name] = self._plain(member, (*pointer, name), name in NAMED)
        return kept

    def _referred(self, pointer: Pointer, reference: str) -> str:
        try:
            target = self._document.target(pointer, reference)
        except UnresolvedError:
            return f"nothing at {reference}"
        self._waiting.append(target)
        return text_of(target)
