"""The x-rules of a schema, and the parts of a value that each of them is asked of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from contract_tests.reading.lifecycle import Rule
from contract_tests.reading.schemas import Path, Schema


@dataclass(frozen=True)
class Ruled:
    """The parts of a schema that lead to rules; most lead to none."""

    rules: tuple[Rule, ...] = ()
    parts: tuple[Ruled, ...] = ()
    members: Mapping[str, Ruled] = field(default_factory=dict)
    others: Ruled | None = None
    items: Ruled | None = None

    @property
    def leads_nowhere(self) -> bool:
        """Whether there is no rule at all in it."""
        return not (self.rules or self.parts or self.members or self.others or self.items)

    def sites(self, value: object, path: Path = ()) -> Iterator[tuple[Path, object, Rule]]:
        """Yield every rule with the part of a value that it is asked of, and the way there."""
        for part in self.parts:
            yield from part.sites(value, path)
        if isinstance(value, dict) and (self.members or self.others):
            for name, one in value.items():
                inner = self.members.get(name, self.others)
                if inner is not None:
                    yield from inner.sites(one, (*path, name))
        elif isinstance(value, list) and self.items:
            for number, one in enumerate(value):
                yield from self.items.sites(one, (*path, number))
        for rule in self.rules:
            yield path, value, rule


def ruled(schema: object) -> Ruled:
    """Return the rules of a schema without references."""
    if not isinstance(schema, dict):
        return Ruled()
    members = {name: ruled(one) for name, one in schema.get("properties", {}).items()}
    others, items = ruled(schema.get("additionalProperties")), ruled(schema.get("items"))
    if others.leads_nowhere:  # else those that lead nowhere tell which members are no others
        members = {name: one for name, one in members.items() if not one.leads_nowhere}
    return Ruled(
        rules=tuple(rule_of(one) for one in schema.get("x-rules", ())),
        parts=tuple(
            one for part in schema.get("allOf", ()) if not (one := ruled(part)).leads_nowhere
        ),
        members=members,
        others=None if others.leads_nowhere else others,
        items=None if items.leads_nowhere else items,
    )


def rule_of(raw: Schema) -> Rule:
    """Return a rule as a value; `raw` has the form that the vocabulary gives it."""
    silences = references(raw.get("silence"))
    return Rule(
        id=str(raw["id"]),
        rule=str(raw["rule"]),
        message=str(raw.get("message", raw["id"])),
        source=str(raw.get("source") or ", ".join(silences)),
        silences=silences,
    )


def references(raw: object) -> tuple[str, ...]:
    """Return the ids of a reference to silences: one, several, or none."""
    if raw is None:
        return ()
    return tuple(str(one) for one in raw) if isinstance(raw, list) else (str(raw),)
