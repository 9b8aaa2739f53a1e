"""Whether an item is valid: it fits its schema, and keeps the rules in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openapi_documents import Pointer, text_of
from openapi_documents.dialect import Schemas
from spec_review.reading.contract import Contract
from spec_review.reading.engines import Partner
from spec_review.reading.rules import CompiledRule
from spec_review.reading.validators import compiled
from spec_review.simulation.identity import Item

RULES: Final = "x-rules"


@dataclass(frozen=True)
class Fault:
    """Why an item is invalid: the keyword that it breaks, its place in the document and in the item."""

    place: Pointer
    instance: Pointer
    rule: str = ""
    """The id of the rule, when one is broken."""
    missing: str = ""
    """The member that must be there, when one is not."""


class BrokenRuleError(ValueError):
    """How the schema validator hears of a broken rule; its message is the id of the rule."""


Rules = Mapping[str, Sequence[tuple[str, CompiledRule]]]
"""The ids and the expressions of the rules, by the text of the place of their schema."""


class ItemValidator:
    """Says whether an item fits the schema at a place, and the rules in it."""

    def __init__(self, contract: Contract, place: Pointer) -> None:
        """Compile the schema. Raises UnusableSchemaError."""
        schemas = Schemas(contract.document, frozenset((RULES,)))
        keyword = rules_keyword(rules_by_schema(contract), contract.partners[0])
        self._validator = compiled(schemas, place, {RULES: keyword})
        self._known: dict[Item, bool] = {}

    def is_invalid(self, item: Item) -> bool:
        """Whether the item breaks its schema or one of its rules."""
        if item not in self._known:
            self._known[item] = not self._validator.fits(item.value)
        return self._known[item]

    def faults(self, item: Item) -> list[Fault]:
        """Every reason why the item is invalid."""
        return [
            Fault(
                place=misfit.place,
                instance=misfit.path,
                rule=misfit.sentence if misfit.keyword == RULES else "",
                missing=misfit.missing,
            )
            for misfit in self._validator.misfits(item.value)
        ]


def rules_by_schema(contract: Contract) -> Rules:
    """The rules of a contract, compiled."""
    found: dict[str, list[tuple[str, CompiledRule]]] = {}
    for rule in contract.rules:
        program = contract.engines.compiled(rule.expression)
        found.setdefault(text_of(rule.schema), []).append((rule.id, program))
    return found


def rules_keyword(rules: Rules, partner: Partner) -> type[Any]:
    """The keyword `x-rules` for the schema validator, which gives it the place of its schema."""

    class ItemRules:
        """Asks each rule of the instance."""

        def __init__(self, parent: Any, place: Any, path: Any) -> None:
            self.rules = rules.get(place, ())

        def iter_errors(self, instance: Any) -> Iterator[BrokenRuleError]:
            """One error for each broken rule."""
            for name, rule in self.rules:
                if not rule.holds(instance, partner):
                    yield BrokenRuleError(name)

        def validate(self, instance: Any) -> None:
            """Raise for the first broken rule."""
            for error in self.iter_errors(instance):
                raise error

    return ItemRules
