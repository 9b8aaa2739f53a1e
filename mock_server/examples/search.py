"""The search for the smallest valid value of a schema.

A schema is turned into *plain* ones, one after the other: `$ref`, `allOf`, `oneOf`, `anyOf` and `if` are merged away, a
branch at a time. For a plain schema the example, the default and the members of `enum` come first, then values made of
its keywords: nearest to zero, shortest, required members only. Each is asked of the validator of the schema as written;
so `not`, `contains` or a pattern may cost a candidate, but never let a wrong one through. A smallest value never holds a
value of its own schema, so recursion ends by refusing to enter a `$ref` twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from mock_server.contracts.validator import Validator
from mock_server.examples import arrays, objects
from mock_server.examples.discriminators import branches
from mock_server.examples.limits import EFFORT, MANY, Plain
from mock_server.examples.numbers import numbers
from mock_server.examples.plain import key_of, merge, normal
from mock_server.examples.standalone import Schema, target
from mock_server.examples.streams import Refs, Stream
from mock_server.examples.texts import texts


class _Where(NamedTuple):
    """The references that a schema stands in, and its place."""

    above: Refs
    at: str


class NoInstanceError(Exception):
    """No valid value was found. `place` is the schema that has none, `why` a clause about it."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place
        self.why = why


class Search:
    """One search for one value: what it may still spend, and where it first found nothing."""

    def __init__(self, root: Mapping[str, object], compiled: Callable[[Schema], Validator]) -> None:
        """Take the standalone schema, and what compiles parts of it."""
        self._root = root
        self._compiled = compiled
        self._left = EFFORT
        self._dead: NoInstanceError | None = None
        # With the schema itself, so that its id stays its own.
        self._validators: dict[int, tuple[Schema, Validator]] = {}

    def accepts(self, schema: Schema, value: object) -> bool:
        """Whether the value fits. Raises SchemaError for a broken schema."""
        known = self._validators.get(id(schema))
        if known is None:
            known = self._validators[id(schema)] = (schema, self._compiled(schema))
        return fits(known[1], value)

    def give_up(self, at: str, why: str) -> None:
        """Note that a schema has no value that could be made; the first one is told."""
        self._dead = self._dead or NoInstanceError(at, why)

    def verdict(self, at: str) -> NoInstanceError:
        """Why nothing was found."""
        if self._left <= 0:
            return NoInstanceError(at, f"no valid value among the first {EFFORT} candidates")
        return self._dead or NoInstanceError(at, "no value fits the schema")

    def values(self, schema: Schema, above: Refs, at: str) -> Iterator[object]:
        """Different valid values, the preferred first.

        `above` are the references this place stands in.
        """
        seen: set[str] = set()
        last: object = None
        for plain, used in self.plain(schema, above, at):
            plain["named"] = used[0] if used else None
            for value in self._candidates(plain, above + used, at):
                self._left -= 1
                if self._left <= 0:
                    return
                last = value
                key = key_of(value)
                if key not in seen and self.accepts(schema, value):
                    seen.add(key)
                    yield value
        if not seen:
            tried = "" if last is None else f" (tried last: {json.dumps(last, default=str)[:80]})"
            self.give_up(at, f"no value fits the schema{tried}")

    def stream(self, schemas: Sequence[Schema], refs: Refs, at: str) -> Stream:
        """The values that fit all of some schemas."""
        schema = schemas[0] if len(schemas) == 1 else {"allOf": list(schemas)}
        return Stream(self.values(schema, refs, at))

    # -- branches --------------------------------------------------------------------------------

    def plain(self, schema: Schema, above: Refs, at: str) -> Iterator[tuple[Plain, Refs]]:
        """The plain schemas that together mean the schema; with each, the references used."""
        if isinstance(schema, bool):
            if schema:
                yield normal({}), ()
            return
        steps: list[Iterable[Schema]] = [[sub] for sub in schema.get("allOf", [])]
        for word in ("oneOf", "anyOf"):
            if word in schema:
                steps.append(list(branches(schema[word], schema.get("discriminator"))))
        if "if" in schema:
            steps.append(
                [
                    {"allOf": [{"not": schema["if"]}, schema.get("else", True)]},
                    {"allOf": [schema["if"], schema.get("then", True)]},
                ]
            )
        own = normal(schema)
        ref = schema.get("$ref")
        if not isinstance(ref, str):
            yield from self._combined(own, (), steps, 0, _Where(above, at))
            return
        if ref in above:
            self.give_up(at, "the schema holds itself without an end")
            return
        for plain, used in self.plain(target(self._root, ref), (*above, ref), at):
            merged = merge(own, plain)
            if merged is not None:
                yield from self._combined(merged, (ref, *used), steps, 0, _Where(above, at))

    def _combined(
        self, plain: Plain, used: Refs, steps: list[Iterable[Schema]], done: int, where: _Where
    ) -> Iterator[tuple[Plain, Refs]]:
        """The plain schema with one alternative of each step merged in, those that are done left out."""
        if done == len(steps):
            yield plain, used
            return
        for alternative in steps[done]:
            for part, more in self.plain(alternative, *where):
                self._left -= 1
                merged = merge(plain, part)
                if merged is not None and self._left > 0:
                    yield from self._combined(merged, used + more, steps, done + 1, where)

    # -- candidates ------------------------------------------------------------------------------

    def _candidates(self, plain: Plain, refs: Refs, at: str) -> Iterator[object]:
        """Values that may fit a plain schema: those its author wrote, then those its keywords make."""
        yield from plain["examples"]
        if "enum" in plain:
            yield from sorted(plain["enum"], key=lambda value: value is None)
            return
        for name in plain.get("type") or _likely_types(plain):
            if name == "object":
                yield from objects.values(self, plain, refs, at)
            elif name == "array":
                yield from arrays.values(self, plain, refs, at)
            elif name == "string":
                yield from islice(texts(plain), MANY)
            elif name in {"integer", "number"}:
                yield from islice(numbers(plain, whole=name == "integer"), MANY)
            elif name == "boolean":
                yield from (False, True)
        if "null" in (plain.get("type") or ["null"]):
            yield None


def fits(validator: Validator, value: object) -> bool:
    """Whether a compiled validator accepts a value; never for one that is no JSON."""
    try:
        return validator.is_valid(value)
    except ValueError:  # a lone surrogate, or a value that is no JSON
        return False


_TYPES: Final = ("object", "array", "string", "number", "integer", "boolean", "null")


def _likely_types(plain: Plain) -> list[str]:
    """The types of a schema that names none: what its keywords speak of first."""
    speaks = {
        "object": (
            "required", "properties", "additionalProperties", "minProperties", "patternProperties",
        ),
        "array": ("items", "prefixItems", "minItems", "containing"),
        "string": ("patterns", "format", "minLength", "maxLength"),
        "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    }  # fmt: skip
    spoken = [
        name
        for name, words in speaks.items()
        if any(plain.get(word) not in (None, [], {}) for word in words)
    ]
    others = [name for name in _TYPES if name not in {*spoken, "integer", "null"}]
    return [*spoken, *others]
