"""All rules of a schema as one expression, so that an instance is handed to the engine but once.

It is only ever believed when it says yes: what it does not find true is asked again, rule by rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mock_server.contracts.documents import Document

# Below these words it is plain which instance a rule is asked of.
_PLAIN = {"$ref", "allOf", "properties", "items"}
_HOLDS_NO_SCHEMA = {"x-rules", "enum", "const", "default", "example", "examples"}


class _NotPlain(Exception):
    """A rule of which the schema decides case by case what it is asked of."""


def conjunction(document: Document, pointer: str) -> str | None:
    """Return the expression that is true of what fits a schema and keeps every rule in it.

    None when there is no such expression: the schema has no rules, holds itself, or chooses.
    """
    try:
        return " && ".join(_terms(document, {"$ref": f"#{pointer}"}, ())) or None
    except _NotPlain:
        return None


def _terms(document: Document, schema: Any, above: tuple[str, ...]) -> Iterator[str]:
    """Yield each rule of a schema as an expression over `self`, those of its members included."""
    if not isinstance(schema, Mapping):
        return
    for rule in schema.get("x-rules", ()):
        yield f"({rule['rule']}\n)"
    reference = schema.get("$ref")
    if isinstance(reference, str):
        if reference in above:
            raise _NotPlain
        yield from _terms(document, document.at(reference), (*above, reference))
    for part in schema.get("allOf", ()):
        yield from _terms(document, part, above)
    for name, member in schema.get("properties", {}).items():
        inside = " && ".join(_terms(document, member, above))
        if inside:
            place = json.dumps(name)
            # A macro over a list of one gives the member the name `self`.
            yield (
                f"(type(self) != map || !({place} in self)"
                f" || [dyn(self[{place}])].all(self, {inside}))"
            )
    inside = " && ".join(_terms(document, schema.get("items"), above))
    if inside:
        if "prefixItems" in schema:
            raise _NotPlain
        yield f"(type(self) != list || dyn(self).all(self, {inside}))"
    for word, value in schema.items():
        if word not in _PLAIN | _HOLDS_NO_SCHEMA and _has_rules(document, value, set()):
            raise _NotPlain


def _has_rules(document: Document, value: Any, seen: set[str]) -> bool:
    if isinstance(value, list):
        return any(_has_rules(document, item, seen) for item in value)
    if not isinstance(value, Mapping):
        return False
    if "x-rules" in value:
        return True
    reference = value.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        seen.add(reference)
        if _has_rules(document, document.at(reference), seen):
            return True
    return any(_has_rules(document, item, seen) for item in value.values())
