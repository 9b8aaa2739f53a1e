"""Whether an item is valid: its schema by the reference `jsonschema`, the `x-rules` by CEL."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import cel
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from contract_tests.reading.patterns import ecma_pattern

_DATE_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"([Zz]|[+-]([0-9]{2}):([0-9]{2}))\Z"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")


@dataclass(frozen=True)
class Fault:
    """One reason why an item is invalid."""

    rule: str  # `rule.<id>` or `schema.<member>.<keyword>`
    path: tuple[str | int, ...]
    member: str | None
    message: str
    silences: tuple[str, ...]
    steps: tuple[str | int, ...] = ()  # from the schema of the items to a constraint


def is_date_time(text: object) -> bool:
    """Tell whether a text is a date-time of RFC 3339 (other values are none of its business)."""
    if not isinstance(text, str):
        return True
    match = _DATE_TIME.match(text)
    if match is None:
        return False
    hour, minute, second = int(match[4]), int(match[5]), int(match[6])
    offset_fits = match[9] is None or (int(match[9]) < 24 and int(match[10]) < 60)
    return (
        _is_day(int(match[1]), int(match[2]), int(match[3]))
        and hour < 24
        and minute < 60
        and second < 61
        and offset_fits
    )


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year or 4, month, day)
    except ValueError:
        return False
    return True


def _is_uuid(text: object) -> bool:
    if not isinstance(text, str):
        return True
    return _UUID.match(text) is not None and bool(UUID(text))


def _is_date(text: object) -> bool:
    if not isinstance(text, str):
        return True
    match = re.match(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z", text)
    return match is not None and _is_day(int(match[1]), int(match[2]), int(match[3]))


# What RFC 5321 and RFC 3986 say, but for quoted local parts, addresses as domains and the parts of a URI.
_LABEL = r"[0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?"
_WORD = r"[0-9A-Za-z!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_WORD}(\.{_WORD})*@{_LABEL}(\.{_LABEL})*\Z")
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:([0-9A-Za-z._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*\Z"
)


def _is_email(text: object) -> bool:
    return not isinstance(text, str) or _EMAIL.match(text) is not None


def _is_uri(text: object) -> bool:
    return not isinstance(text, str) or _URI.match(text) is not None


FORMATS = FormatChecker(formats=("ipv4", "ipv6", "regex", "time"))
FORMATS.checkers["email"] = (_is_email, ())
FORMATS.checkers["uri"] = (_is_uri, ())
FORMATS.checkers["date-time"] = (is_date_time, ())
FORMATS.checkers["uuid"] = (_is_uuid, ())
FORMATS.checkers["date"] = (_is_date, ())


def _pattern(
    _validator: Any, pattern: str, instance: Any, _schema: Any
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not ecma_pattern(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@lru_cache(maxsize=256)
def _compiled(rule: str) -> Any:
    return cel.compile(rule)


@lru_cache(maxsize=256)
def _members(rule: str) -> tuple[str, ...] | None:
    """Return the members of `self` that a rule reads; None when it may read all of them."""
    named = re.findall(r"\bself\.(\w+)", rule)
    whole = len(named) < len(re.findall(r"\bself\b", rule))
    return None if whole else tuple(dict.fromkeys(named))


def _holds(rule: str, names: dict[str, Any]) -> bool:
    # An error of the expression counts as broken; which errors there are is the engine's matter.
    try:
        return _compiled(rule).execute(names) is True
    except Exception:
        return False


def _for_cel(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _for_cel(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_for_cel(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return float(value) if abs(value) < 2**1023 else math.copysign(math.inf, value)
    return value


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a value fits a plain schema."""
    return bool(_KIND(dict(schema), format_checker=FORMATS).is_valid(value))


class Validity:
    """Tells for the items of one submission whether they are valid, for one partner."""

    def __init__(
        self, item_schema: Mapping[str, Any], key: tuple[str, ...], partner: Mapping[str, Any]
    ) -> None:
        self._ruled = _ruled(item_schema)
        kind: Any = extend(_KIND, {"properties": Properties()})  # type: ignore[no-untyped-call]
        self._validator = kind(_without_rules(dict(item_schema)), format_checker=FORMATS)
        self._key = key
        self._partner = dict(partner)
        self._kept: dict[tuple[str, str], bool] = {}

    def is_valid(self, item: Any) -> bool:
        """Tell whether an item breaks nothing."""
        return (
            self._has_key(item)
            and bool(self._validator.is_valid(item))
            and all(
                self.holds(str(rule["rule"]), value)
                for _, value, rule in _sites(self._ruled, item, ())
            )
        )

    def faults(self, item: Any) -> tuple[Fault, ...]:
        """Return everything that an item breaks.

        A rule is asked only of an instance that fits its schema, so where nothing else is wrong
        at its place or below.
        """
        found = [_fault(error) for error in self._validator.iter_errors(item)]
        wrong = [fault.path for fault in found]
        for path, value, rule in _sites(self._ruled, item, ()):
            if any(one[: len(path)] == path for one in wrong):
                continue
            if not self.holds(str(rule["rule"]), value):
                found.append(_rule_fault(rule, path))
        if not self._has_key(item):
            missing = [one for one in self._key if not isinstance(item, dict) or one not in item]
            if not any(fault.member in missing for fault in found):
                found.append(Fault("schema.key", (), missing[0], "the key is missing", ()))
        return tuple(dict.fromkeys(found))

    def rules_asked(self, item: Any) -> set[str]:
        """Return the ids of the rules that a valid item keeps."""
        return {str(rule["id"]) for _, _, rule in _sites(self._ruled, item, ())}

    def holds(self, text: str, value: Any) -> bool:
        """Tell whether an expression holds; asked once for all values that it cannot tell apart."""
        members = _members(text)
        seen = value
        if members is not None and isinstance(value, dict):
            seen = {name: value[name] for name in members if name in value}
        asked = (text, json.dumps(seen))
        if asked not in self._kept:
            self._kept[asked] = _holds(text, {"self": _for_cel(value), "partner": self._partner})
        return self._kept[asked]

    def _has_key(self, item: Any) -> bool:
        return isinstance(item, dict) and all(member in item for member in self._key)


class Properties:
    """The keyword `properties`, which looks but once at a value that fits its schema.

    Thousands of items differ in their keys alone, and the reference validator is thorough.
    """

    def __init__(self) -> None:
        self._fitting: set[tuple[int, str]] = set()

    def __call__(
        self, validator: Any, properties: Mapping[str, Any], instance: Any, _schema: Any
    ) -> Iterator[ValidationError]:
        """Yield the errors of the members, as jsonschema asks a keyword."""
        if not isinstance(instance, dict):
            return
        for name, known in properties.items():
            if name not in instance:
                continue
            value = instance[name]
            place = (id(known), json.dumps(value))
            if place in self._fitting:
                continue
            errors = list(validator.descend(value, known, path=name, schema_path=name))
            if not errors:
                self._fitting.add(place)
            yield from errors


_KIND: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


def _without_rules(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_rules(one) for one in schema]
    if isinstance(schema, dict):
        kept = ("enum", "const", "examples", "example", "default")
        return {
            name: one if name in kept else _without_rules(one)
            for name, one in schema.items()
            if name != "x-rules"
        }
    return schema


def _ruled(schema: Any) -> dict[str, Any]:
    """Return the parts of a schema that lead to rules; most lead to none."""
    if not isinstance(schema, dict):
        return {}
    found: dict[str, Any] = {
        "allOf": [one for part in schema.get("allOf", ()) if (one := _ruled(part))],
        "properties": {name: _ruled(one) for name, one in schema.get("properties", {}).items()},
        "additionalProperties": _ruled(schema.get("additionalProperties")),
        "items": _ruled(schema.get("items")),
        "x-rules": list(schema.get("x-rules", ())),
    }
    if not any(found["properties"].values()) and not found["additionalProperties"]:
        del found["properties"]
    return {name: one for name, one in found.items() if one}


def _sites(
    ruled: Mapping[str, Any], value: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Any, Mapping[str, Any]]]:
    """Yield every rule with the instance it is asked of and its path."""
    if not ruled:
        return
    for part in ruled.get("allOf", ()):
        yield from _sites(part, value, path)
    if isinstance(value, dict):
        if "properties" in ruled or "additionalProperties" in ruled:
            properties, others = ruled.get("properties", {}), ruled.get("additionalProperties", {})
            for name, one in value.items():
                yield from _sites(properties.get(name, others), one, (*path, name))
    elif isinstance(value, list) and "items" in ruled:
        for number, one in enumerate(value):
            yield from _sites(ruled["items"], one, (*path, number))
    for rule in ruled.get("x-rules", ()):
        yield path, value, rule


def _rule_fault(rule: Mapping[str, Any], path: tuple[str | int, ...]) -> Fault:
    silences = rule.get("silence", ())
    silences = (silences,) if isinstance(silences, str) else tuple(silences)
    named = [part for part in path if isinstance(part, str)]
    member = named[-1] if named else None
    return Fault(f"rule.{rule['id']}", path, member, str(rule.get("message", rule["id"])), silences)


def _fault(error: ValidationError) -> Fault:
    path = tuple(error.absolute_path)
    named = [part for part in path if isinstance(part, str)]
    schema = error.schema if isinstance(error.schema, dict) else {}
    silences = schema.get("x-silence", ())
    silences = (silences,) if isinstance(silences, str) else tuple(silences)
    member = named[-1] if named else None
    if error.validator == "required" and isinstance(error.instance, dict):
        quoted = re.match(r"'([^']*)'", error.message)
        member = quoted[1] if quoted else member
    where = ".".join(named) or "item"
    steps = tuple(error.absolute_schema_path)
    if error.validator == "required":
        where = f"{where}.{member}" if named else str(member)
        required: Any = error.validator_value
        steps += tuple(number for number, one in enumerate(required) if one == member)
    rule = f"schema.{where}.{error.validator}"
    return Fault(rule, path, member, error.message, silences, steps)
