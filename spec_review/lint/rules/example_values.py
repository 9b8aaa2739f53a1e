"""Whether the examples fit what they are examples of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from spec_review.document import Document, Pointer
from spec_review.lint.rule import Fault, Rule, did_you_mean, listed
from spec_review.lint.rules.item_rules import unknown_members
from spec_review.lint.samples import parcels, shop
from spec_review.reading.engines import PARTNERS, compiled
from spec_review.reading.examples import Example, examples_of, instances
from spec_review.reading.schemas import schemas_of
from spec_review.reading.vocabulary import ItemRule, read

_LONGEST: Final = 160
_NO_TEXT: Final = 'is not of type "string"'


def _example_schema(document: Document) -> Iterator[Fault]:
    schemas = schemas_of(document)
    for example in examples_of(document):
        for misfit in schemas.misfits(example.schema, example.value):
            yield Fault(
                (*example.pointer, *misfit.path),
                f"the {'default' if example.pointer[-1] == 'default' else 'example'} "
                f"does not fit its schema: {misfit.sentence[:_LONGEST]}",
                "write it in quotes" if misfit.sentence.endswith(_NO_TEXT) else "",
            )


def _broken(document: Document, example: Example) -> dict[ItemRule, Pointer]:
    """Return the rules that an example breaks for every partner, with the place in the example."""
    least: dict[ItemRule, Pointer] | None = None
    for partner in PARTNERS:
        broken = _broken_for(document, example, partner)
        if least is None or len(broken) < len(least):
            least = broken
    return least or {}


def _broken_for(document: Document, example: Example, partner: Any) -> dict[ItemRule, Pointer]:
    schemas = schemas_of(document)
    broken: dict[ItemRule, Pointer] = {}
    rules = [rule for rule in read(document).rules if _is_sound(document, rule)]
    for instance in instances(document, example.schema, example.value):
        if not schemas.fits(instance.schema, instance.value):
            continue
        for rule in rules:
            if rule.schema != instance.schema or rule in broken:
                continue
            if not compiled(rule.expression).holds(instance.value, partner):
                broken[rule] = (*example.pointer, *instance.path)
    return broken


@lru_cache(maxsize=1024)
def _is_sound(document: Document, rule: ItemRule) -> bool:
    """Tell whether a rule can be asked: it compiles and names members that there are."""
    return not compiled(rule.expression).refusals and not any(unknown_members(document, rule))


def _example_rules(document: Document) -> Iterator[Fault]:
    if not read(document).rules:
        return
    for example in examples_of(document):
        if example.breaks:
            continue
        for rule, place in _broken(document, example).items():
            yield Fault(
                place,
                f"the example breaks {rule.id}: {rule.message}",
                f"correct it, or write x-breaks: {rule.id} beside its value",
            )


def _broken_example(document: Document) -> Iterator[Fault]:
    known = {rule.id for rule in read(document).rules}
    refused = {rule.id for rule in read(document).rules if not _is_sound(document, rule)}
    for example in examples_of(document):
        if not example.breaks or example.breaks in refused:
            continue
        if example.breaks not in known:
            yield Fault(
                example.breaks_at,
                f"there is no rule {example.breaks}",
                did_you_mean(example.breaks, known, f"the rules are {listed(sorted(known))}"),
            )
            continue
        broken = sorted({rule.id for rule in _broken(document, example)})
        if example.breaks not in broken:
            kept = "keeps every rule" if not broken else f"breaks {listed(broken)} instead"
            yield Fault(
                example.breaks_at,
                f"the example says that it breaks {example.breaks}, but it {kept}",
                "change its value, or leave x-breaks out",
            )
        elif len(broken) > 1:
            others = [one for one in broken if one != example.breaks]
            yield Fault(
                example.breaks_at,
                f"the example breaks {listed(others)} besides {example.breaks}",
                "change its value so that it breaks one rule only",
            )


example_schema: Final = Rule(
    id="example-schema",
    severity="error",
    sentence="Every example and every default fits its schema.",
    why="People copy examples; one that is refused costs each of them an hour.",
    breaks=shop(("example: {id: a1, price: 5}", "example: {id: a1, price: ▸-5}")),
    keeps=shop(("example: {id: a1, price: 5}", "example: {id: a1, price: 0}")),
    faults=_example_schema,
)
example_rules: Final = Rule(
    id="example-rules",
    severity="error",
    sentence="Every example keeps the x-rules of its schema, unless it says which one it breaks.",
    why="An example that the contract itself would call Failed teaches a mistake.",
    breaks=parcels(
        (
            "example: {number: a1, weight: 2, lifters: 1}",
            "▸example: {number: a1, weight: 21, lifters: 1}",
        )
    ),
    keeps=parcels(
        (
            "example: {number: a1, weight: 2, lifters: 1}",
            "example: {number: a1, weight: 21, lifters: 2}",
        )
    ),
    faults=_example_rules,
)
broken_example: Final = Rule(
    id="broken-example",
    severity="error",
    sentence="An example with x-breaks breaks the rule it names and no other.",
    why="It is the proof that the rule can be broken, and the case that every server must refuse.",
    breaks=parcels(
        (
            "              light: {value:",
            "              alone: {x-breaks: ▸liftable, value: [{number: a3, weight: 3, lifters: 1}]}\n"
            "              light: {value:",
        )
    ),
    keeps=parcels(),
    faults=_broken_example,
)
