"""A contract as it would be if its author had chosen an alternative of a silence.

Only what decides which items are valid is changed: schemas, names of members and x-rules, wherever the silence is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.rules import references
from contract_tests.reading.schemas import NAMED, UNASKED, Schema, folded
from contract_tests.reading.silences import (
    Alternative,
    OtherNames,
    OtherRule,
    OtherSchema,
    Silence,
    UnknownMembers,
)

_SHOWING = frozenset({"example", "examples", "default"})
_OF_ITEMS = (OtherNames, OtherRule, OtherSchema, UnknownMembers)
_READ = re.compile(r"\bself\.(\w+)")


@dataclass(frozen=True)
class Choice:
    """An alternative of a silence, as data and as a text for people."""

    silence: str
    alternative: Alternative
    told: str


def choices(silence: Silence) -> Iterator[Choice]:
    """Yield the alternatives of a silence that are data."""
    for told, one in zip(silence.alternatives, silence.instead, strict=False):
        yield Choice(silence.id, one, told)


def item_choices(contract: Contract) -> list[Choice]:
    """Return the alternatives that decide which items are valid."""
    every = (one for silence in contract.silences.values() for one in choices(silence))
    return [one for one in every if isinstance(one.alternative, _OF_ITEMS) and _is_of_items(one)]


def _is_of_items(choice: Choice) -> bool:
    named = choice.alternative
    return not isinstance(named, OtherNames) or (bool(named.names) and named.spelling is None)


def chosen_otherwise(submission: Submission, choice: Choice) -> Submission | None:
    """Return a submission under an alternative; None where the alternative changes nothing of its items."""
    changed = _Change(choice).items(submission.item_schema)
    return None if changed == submission.item_schema else replace(submission, item_schema=changed)


class _Change:
    """A choice, applied to the schema of items wherever its silence is named."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        kinds: Mapping[type[Any], Callable[[Any, Schema], Schema]] = {
            OtherSchema: self._with_keywords,
            OtherNames: self._with_names,
            UnknownMembers: self._without_unknown,
            OtherRule: self._with_rule,
        }
        self._apply = kinds[type(choice.alternative)]

    def items(self, schema: Schema) -> Schema:
        """Return the schema of items, changed."""
        if isinstance(self._choice.alternative, UnknownMembers):
            # What one part of an item does not describe, another may: only the whole can refuse it.
            named = self._choice.silence in _silences(schema)
            return self._without_unknown(self._choice.alternative, schema) if named else schema
        changed: Schema = self.schema(schema)
        return changed

    def schema(self, schema: Any) -> Any:
        """Return a schema, changed in all of its depth."""
        if isinstance(schema, list):
            return [self.schema(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        inner = {name: self._keyword(name, one) for name, one in schema.items()}
        rules = self._changed_rules(inner)
        if rules is not None:
            return rules
        named = self._choice.silence in references(inner.get("x-silence"))
        if (named and self._is_read_here(inner)) or self._is_of_member(inner):
            return self._apply(self._choice.alternative, inner)
        return inner

    def _is_read_here(self, schema: Schema) -> bool:
        """Whether a rule that stands at a schema reads members of the object that it describes."""
        other = self._choice.alternative
        if not isinstance(other, OtherRule) or other.expression is None:
            return True
        return set(_READ.findall(other.expression)) <= set(folded(schema).get("properties", {}))

    def _keyword(self, name: str, value: Any) -> Any:
        if name in UNASKED:
            return value
        if name in NAMED and isinstance(value, dict):
            return {member: self.schema(one) for member, one in value.items()}
        return self.schema(value)

    def _is_of_member(self, schema: Schema) -> bool:
        """Whether a rule that stands beside a member reads it from the object that holds it."""
        other = self._choice.alternative
        if not isinstance(other, OtherRule) or other.expression is None:
            return False
        return any(
            self._choice.silence in references(folded(one).get("x-silence"))
            for name, one in schema.get("properties", {}).items()
            if name in _READ.findall(other.expression)
        )

    def _changed_rules(self, schema: Schema) -> Schema | None:
        """Return a schema whose rules name the silence with the rules of the alternative; None for any other."""
        other, rules = self._choice.alternative, schema.get("x-rules", [])
        named = [one for one in rules if self._choice.silence in references(one.get("silence"))]
        if not named or not isinstance(other, OtherRule):
            return None
        kept = [one for one in rules if one not in named]
        if other.expression is not None:
            kept += [{**one, "rule": _with_time(other.expression)} for one in named]
        return {**schema, "x-rules": kept}

    @staticmethod
    def _with_keywords(other: OtherSchema, schema: Schema) -> Schema:
        # Examples of the format that was chosen say nothing of another one.
        shown = _SHOWING if "format" in other.keywords else frozenset()
        kept = {name: one for name, one in schema.items() if name not in shown}
        changed = {**kept, **other.keywords}
        return {name: one for name, one in changed.items() if one is not None}

    @staticmethod
    def _with_names(other: OtherNames, schema: Schema) -> Schema:
        renamed = dict(schema)
        known = schema.get("properties", {})
        renamed["properties"] = {other.names.get(name, name): one for name, one in known.items()}
        renamed["required"] = [other.names.get(name, name) for name in schema.get("required", [])]
        renamed["x-rules"] = [
            {**one, "rule": _renamed(str(one["rule"]), other.names)}
            for one in schema.get("x-rules", [])
        ]
        return renamed

    @staticmethod
    def _without_unknown(other: UnknownMembers, schema: Schema) -> Schema:
        if other.are == "refused":
            return {**schema, "unevaluatedProperties": False}
        return schema

    def _with_rule(self, other: OtherRule, schema: Schema) -> Schema:
        if other.expression is None:
            return {name: one for name, one in schema.items() if name != "x-rules"}
        rule = {
            "id": self._choice.silence,
            "rule": _with_time(other.expression),
            "message": self._choice.told,
            "silence": self._choice.silence,
        }
        return {**schema, "x-rules": [*schema.get("x-rules", []), rule]}


def _silences(schema: Schema) -> tuple[str, ...]:
    """Return the silences that a schema names, and the parts that it is made of."""
    parts = (one for part in schema.get("allOf", ()) for one in _silences(part))
    return (*references(schema.get("x-silence")), *parts)


def _renamed(expression: str, names: Mapping[str, str]) -> str:
    return _READ.sub(lambda found: f"self.{names.get(found[1], found[1])}", expression)


def _with_time(expression: str) -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return re.sub(r"(?<![\w.])now(?!\w)", f"timestamp('{now}')", expression)
