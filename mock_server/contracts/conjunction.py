"""All rules of a schema as one expression, so that an instance is handed to the engine but once.

It is only ever believed when it says yes: what it does not find true is asked again, rule by rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from mock_server.contracts.rules import WORD, Rules, rules_at
from openapi_documents import Document, Pointer

# Below these words it is plain which instance a rule is asked of.
_PLAIN = {"$ref", "allOf", "properties", "items"}
_HOLDS_NO_SCHEMA = {WORD, "enum", "const", "default", "example", "examples"}
_LONGEST = 20_000  # characters; a longer expression costs more than it saves


class _NotPlain(Exception):
    """A rule of which the schema decides case by case what it is asked of."""


def conjunction(document: Document, rules: Rules, place: Pointer) -> str | None:
    """Return the expression that is true of what fits a schema and keeps every rule in it.

    None when there is no such expression: the schema has no rules, holds itself, or chooses.
    """
    if not rules:
        return None
    try:
        return _Reader(document, rules, place).joined(place, ()) or None
    except _NotPlain:
        return None


class _Reader:
    """Reads the rules of one schema."""

    def __init__(self, document: Document, rules: Rules, place: Pointer) -> None:
        self._document = document
        self._rules = rules
        self._length = 0
        self._ruled = _with_rules(document, rules, place)

    def joined(self, place: Pointer, above: tuple[Pointer, ...]) -> str:
        """Return each rule of a schema, those of its members included, as one expression over `self`."""
        text = " && ".join(self._terms(place, above))
        self._length += len(text)
        if self._length > _LONGEST:
            raise _NotPlain
        return text

    def _terms(self, place: Pointer, above: tuple[Pointer, ...]) -> Iterator[str]:
        schema = self._document.value(place)
        if place not in self._ruled or not isinstance(schema, dict):
            return
        for rule in rules_at(self._rules, place):
            yield f"({rule.text}\n)"
        if isinstance(schema.get("$ref"), str):
            target = self._document.follow(place)
            if target in above:
                raise _NotPlain
            yield from self._terms(target, (*above, target))
        parts = schema.get("allOf")
        for index in range(len(parts) if isinstance(parts, list) else 0):
            yield from self._terms((*place, "allOf", index), above)
        yield from self._terms_of_members(place, schema, above)
        for word in schema:
            if word not in _PLAIN | _HOLDS_NO_SCHEMA and (*place, word) in self._ruled:
                raise _NotPlain

    def _terms_of_members(
        self, place: Pointer, schema: dict[str, object], above: tuple[Pointer, ...]
    ) -> Iterator[str]:
        properties = schema.get("properties")
        for name in properties if isinstance(properties, dict) else ():
            inside = self.joined((*place, "properties", name), above)
            if inside:
                key = json.dumps(name)
                # A macro over a list of one gives the member the name `self`.
                yield (
                    f"(type(self) != map || !({key} in self)"
                    f" || [dyn(self[{key}])].all(self, {inside}))"
                )
        inside = self.joined((*place, "items"), above)
        if inside:
            if "prefixItems" in schema:
                raise _NotPlain
            yield f"(type(self) != list || dyn(self).all(self, {inside}))"


def _with_rules(document: Document, rules: Rules, start: Pointer) -> frozenset[Pointer]:
    """Return the places below a schema, references followed, at or below which rules stand."""
    holders: dict[Pointer, list[Pointer]] = {start: []}
    waiting = [start]
    while waiting:
        place = waiting.pop()
        for below in _below(document, place):
            if below not in holders:
                holders[below] = []
                waiting.append(below)
            holders[below].append(place)
    found: set[Pointer] = set()
    waiting = [place for place in holders if rules_at(rules, place)]
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting.extend(holders[place])
    return frozenset(found)


def _below(document: Document, place: Pointer) -> Iterator[Pointer]:
    value = document.value(place)
    if isinstance(value, list):
        yield from ((*place, index) for index in range(len(value)))
    elif isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield document.follow(place)
        yield from ((*place, word) for word in value if word not in _HOLDS_NO_SCHEMA)
