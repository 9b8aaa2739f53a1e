"""The reference validator, made so that it cannot retrieve anything and that every search ends."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from contract_tests.reading.equality import canonical
from contract_tests.reading.formats import FORMATS, is_contradicted
from contract_tests.reading.patterns import matches
from contract_tests.reading.schemas import Schema

_NOTHING: Registry[object] = Registry()


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, object], instance: object, _: object
) -> Iterator[ValidationError]:
    for pattern, schema in patterns.items() if isinstance(instance, dict) else ():
        for name, value in instance.items():  # type: ignore[attr-defined]
            if matches(pattern, name):
                yield from validator.descend(value, schema, path=name, schema_path=pattern)


def _required(
    _: object, members: Sequence[str], instance: object, __: object
) -> Iterator[ValidationError]:
    """Yield an error for each member that is missing; its `validator_value` is the member."""
    for name in members if isinstance(instance, dict) else ():
        if name not in instance:  # type: ignore[operator]
            yield ValidationError(f"{name!r} is a required property", validator_value=name)


def _format(_: object, name: str, instance: object, schema: Any) -> Iterator[ValidationError]:
    """Yield an error for a value without its format, unless the schema's own examples lack it as well."""
    if not FORMATS.conforms(instance, name) and not is_contradicted(schema):
        yield ValidationError(f"{instance!r} is not a {name!r}")


_KIND: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "format": _format,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "required": _required,
    },
)


class _Properties:
    """The keyword `properties`, which looks but once at a value that fits its schema.

    Thousands of items differ in their keys alone, and the reference validator is thorough.
    """

    def __init__(self) -> None:
        self._fitting: set[tuple[int, str | tuple[str]]] = set()  # a text stands for itself

    def __call__(
        self, validator: Any, properties: Mapping[str, object], instance: object, _: object
    ) -> Iterator[ValidationError]:
        """Yield the errors of the members, as jsonschema asks a keyword."""
        if not isinstance(instance, dict):
            return
        for name, known in properties.items():
            if name not in instance:
                continue
            value = instance[name]
            place = (id(known), value if type(value) is str else (repr(value),))
            if place in self._fitting:
                continue
            errors = list(validator.descend(value, known, path=name, schema_path=name))
            if not errors:
                self._fitting.add(place)
            yield from errors


class _Enumerations:
    """The keyword `enum`, which looks a value up instead of comparing it with each."""

    def __init__(self) -> None:
        self._known: dict[int, frozenset[Hashable]] = {}

    def __call__(
        self, _: object, values: Sequence[object], instance: object, __: object
    ) -> Iterator[ValidationError]:
        """Yield an error for a value that is not listed, as jsonschema asks a keyword."""
        known = self._known.get(id(values))
        if known is None:
            known = self._known[id(values)] = frozenset(map(canonical, values))
        if canonical(instance) not in known:
            yield ValidationError(f"{instance!r} is not one of {values!r:.200}")


class _Parts:
    """The way down into a part of a schema, whose validator is made but once.

    The reference validator makes it each time. That of a part which says where it stands itself, or to which a
    reference led, is left to it.
    """

    def __init__(self, descend: Callable[..., Iterator[ValidationError]]) -> None:
        self._descend = descend
        self._known: dict[int, Any] = {}

    def bound(self) -> Callable[..., Iterator[ValidationError]]:
        """Return it as a method of a kind of validators."""

        def descend(
            validator: Any,
            instance: object,
            schema: object,
            path: object = None,
            schema_path: object = None,
            resolver: object = None,
        ) -> Iterator[ValidationError]:
            if resolver is not None or not isinstance(schema, dict) or "$id" in schema:
                return self._descend(validator, instance, schema, path, schema_path, resolver)
            return self._errors(validator, instance, schema, path, schema_path)

        return descend

    def _errors(
        self, validator: Any, instance: object, schema: Schema, path: object, schema_path: object
    ) -> Iterator[ValidationError]:
        part = self._known.get(id(schema))
        if part is None:
            part = self._known[id(schema)] = validator.evolve(schema=schema)
        for error in part.iter_errors(instance):
            if path is not None:
                error.path.appendleft(path)
            if schema_path is not None:
                error.schema_path.appendleft(schema_path)
            yield error


class Validator:
    """Tells what in a value breaks a schema; the schema refers to nothing outside itself."""

    def __init__(self, schema: Schema) -> None:
        kind: Any = extend(_KIND, {"enum": _Enumerations()})  # type: ignore[no-untyped-call]
        if "$dynamicRef" not in repr(schema):  # else the way there decides what a part says
            kind = extend(kind, {"properties": _Properties()})  # type: ignore[no-untyped-call]
            kind.descend = _Parts(kind.descend).bound()
        self._validator = kind(schema, format_checker=FORMATS, registry=_NOTHING)

    def is_valid(self, value: object) -> bool:
        """Whether a value breaks nothing. Raises PatternError."""
        return bool(self._validator.is_valid(value))

    def errors(self, value: object) -> Iterator[ValidationError]:
        """Yield what a value breaks. Raises PatternError."""
        yield from self._validator.iter_errors(value)


def fits(schema: Mapping[str, object], value: object) -> bool:
    """Whether a value fits a small schema, which is asked but once.

    One that refers to a whole that is not there fits, as far as that can be told.
    """
    validator = _KIND(dict(schema), format_checker=FORMATS, registry=_NOTHING)
    try:
        return bool(validator.is_valid(value))
    except Unresolvable:
        return True
