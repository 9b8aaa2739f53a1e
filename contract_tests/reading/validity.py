"""Whether an item is valid: its schema by the reference validator, the x-rules by CEL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema.exceptions import ValidationError

from contract_tests.reading import requirements
from contract_tests.reading.expressions import holds, members_read
from contract_tests.reading.lifecycle import Rule
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.rules import references, ruled
from contract_tests.reading.schemas import UNASKED, Path, Schema
from contract_tests.reading.validators import Validator


@dataclass(frozen=True)
class Fault:
    """One reason why an item is invalid.

    `steps` lead from the schema of the items to the constraint that it breaks.
    """

    requirement: Requirement
    path: Path
    member: str | None
    message: str
    silences: tuple[str, ...]
    steps: Path = ()
    rule: Rule | None = None  # where it is no constraint of the schema


def is_of_part(fault: Fault) -> bool:
    """Whether a fault lies in an entry of an array of an item, so in a part of it."""
    return len(fault.path) > 1 and isinstance(fault.path[0], str) and isinstance(fault.path[1], int)


class Validity:
    """Tells for the items of one submission whether they are valid, for one partner."""

    def __init__(
        self, item_schema: Schema, key: tuple[str, ...], partner: Mapping[str, object]
    ) -> None:
        self._ruled = ruled(item_schema)
        self._validator = Validator(_without_rules(item_schema))
        self._key = key
        self._partner = dict(partner)
        self._kept: dict[tuple[str, str], bool] = {}

    def is_valid(self, item: object) -> bool:
        """Whether an item breaks nothing."""
        return (
            self._has_key(item)
            and self._validator.is_valid(item)
            and all(self.holds(rule.rule, value) for _, value, rule in self._ruled.sites(item))
        )

    def faults(self, item: object) -> tuple[Fault, ...]:
        """Return everything that an item breaks.

        A rule is asked only of an instance that fits its schema, so where nothing else is wrong
        at its place or below.
        """
        found = [_fault(error) for error in self._validator.errors(item)]
        wrong = [fault.path for fault in found]
        for path, value, rule in self._ruled.sites(item):
            if any(one[: len(path)] == path for one in wrong):
                continue
            if not self.holds(rule.rule, value):
                found.append(_rule_fault(rule, path))
        if not self._has_key(item):
            missing = [one for one in self._key if not isinstance(item, dict) or one not in item]
            if not any(fault.member in missing for fault in found):
                key = requirements.constraint("key")
                found.append(Fault(key, (), missing[0], "the key is missing", ()))
        return tuple(dict.fromkeys(found))

    def rules_asked(self, item: object) -> dict[str, Rule]:
        """Return the rules that a valid item keeps, by their ids."""
        return {rule.id: rule for _, _, rule in self._ruled.sites(item)}

    def holds(self, expression: str, value: object) -> bool:
        """Whether an expression holds; asked once for all values that it cannot tell apart."""
        members = members_read(expression)
        seen = value
        if members is not None and isinstance(value, dict):
            seen = {name: value[name] for name in members if name in value}
        asked = (expression, repr(seen))
        if asked not in self._kept:
            self._kept[asked] = holds(expression, value, self._partner)
        return self._kept[asked]

    def _has_key(self, item: object) -> bool:
        return isinstance(item, dict) and all(member in item for member in self._key)


def _without_rules(schema: object) -> Any:
    if isinstance(schema, list):
        return [_without_rules(one) for one in schema]
    if isinstance(schema, dict):
        return {
            name: one if name in UNASKED else _without_rules(one)
            for name, one in schema.items()
            if name != "x-rules"
        }
    return schema


def _rule_fault(rule: Rule, path: Path) -> Fault:
    named = [part for part in path if isinstance(part, str)]
    member = named[-1] if named else None
    return Fault(requirements.rule(rule.id), path, member, rule.message, rule.silences, rule=rule)


def _fault(error: ValidationError) -> Fault:
    path = tuple(error.absolute_path)
    named = [part for part in path if isinstance(part, str)]
    schema = error.schema if isinstance(error.schema, dict) else {}
    member = named[-1] if named else None
    steps = tuple(error.absolute_schema_path)
    where = named or ["item"]
    if error.validator == "required" and isinstance(error.instance, dict):
        member = str(error.validator_value)  # the one that is missing
        where = [*named, member]
        steps = (*steps, schema["required"].index(member))
    requirement = requirements.constraint(*where, str(error.validator))
    silences = references(schema.get("x-silence"))
    return Fault(requirement, path, member, error.message, silences, steps)
