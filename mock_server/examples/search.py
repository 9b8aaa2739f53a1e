"""The search for a valid value of a schema.

A schema is turned into *plain* ones, one after the other: `$ref`, `allOf`, `oneOf`, `anyOf` and `if` are merged away, a
branch at a time (`branches.py`). For a plain schema the example, the default and the members of `enum` come first, then
values made of its keywords. Each is asked of the validator of the schema as written; so `not`, `contains` or a pattern
may cost a candidate, but never let a wrong one through. Recursion ends by refusing to enter a `$ref` twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from mock_server.contracts.proofs import Proofs
from mock_server.contracts.standalone import Schema, is_hidden, speaks
from mock_server.examples import arrays, objects
from mock_server.examples.branches import Branches
from mock_server.examples.limits import EFFORT, MANY, TURN, Plain
from mock_server.examples.manner import SMALLEST, Manner
from mock_server.examples.negotiation import is_json
from mock_server.examples.numbers import numbers
from mock_server.examples.plain import key_of
from mock_server.examples.streams import Refs, Stream, Where
from mock_server.examples.texts import texts, usual_texts


class NoInstanceError(Exception):
    """No valid value was found. `place` is the schema that has none, `why` a clause about it."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place
        self.why = why


class TooGenerousError(Exception):
    """The value would hold more members that need not be there than are given."""


class Search:
    """One search for one value: what it may still spend, and where it first found nothing."""

    def __init__(
        self,
        root: Mapping[str, object],
        proofs: Proofs,
        manner: Manner = SMALLEST,
    ) -> None:
        """Take the self-contained schema, the proofs of its parts, and what is looked for first."""
        self._root = root
        self._proofs = proofs
        self._manner = manner
        self.generous = manner.levels > 0
        self._given = 0
        self._left = EFFORT
        self._dead: NoInstanceError | None = None
        self._branches = Branches(root, self)

    def fits(self, schema: Schema, value: object) -> bool:
        """Whether the value fits. Raises SchemaError for a broken schema."""
        return self._proofs.fits(schema, value)

    def may_be_sent(self, schema: Schema) -> bool:
        """Whether a member may stand in an answer: it is not one that only requests have."""
        return not is_hidden(self._root, schema)

    def gives(self, schema: Schema, where: Where) -> bool:
        """Whether a member is given that need not be there. Raises TooGenerousError when it is one too many."""
        if not self.generous or not (
            where.level < self._manner.levels or speaks(self._root, schema)
        ):
            return False
        self._given += 1
        if self._given > self._manner.most:
            raise TooGenerousError
        return True

    def may_enter(self, reference: str, where: Where) -> bool:
        """Whether a schema may be entered: once, and near the root of a generous value once more."""
        times = where.refs.count(reference)
        return times == 0 or (times == 1 and 0 < where.level < self._manner.levels)

    def give_up(self, at: str, why: str) -> None:
        """Note that a schema has no value that could be made; the first one is told."""
        self._dead = self._dead or NoInstanceError(at, why)

    def spend(self) -> bool:
        """Take note of one more try; whether there is anything left to spend."""
        self._left -= 1
        return self._left > 0

    def verdict(self, at: str) -> NoInstanceError:
        """Why nothing was found."""
        if self._left <= 0:
            return NoInstanceError(at, f"no valid value among the first {EFFORT} candidates")
        return self._dead or NoInstanceError(at, "no value fits the schema")

    def values(self, schema: Schema, where: Where) -> Iterator[object]:
        """Different valid values, the preferred first."""
        seen: set[str] = set()
        last: object = None
        for value, is_trusted in self._in_turns(schema, where):
            if not self.spend():
                return
            last = value
            key = key_of(value)
            if key not in seen and (is_trusted or self.fits(schema, value)):
                seen.add(key)
                yield value
        if not seen:
            tried = "" if last is None else f" (tried last: {json.dumps(last, default=str)[:80]})"
            self.give_up(where.at, f"no value fits the schema{tried}")

    def plain(self, schema: Schema, where: Where) -> Iterator[tuple[Plain, Refs]]:
        """The plain schemas that together mean the schema; with each, the references used."""
        return self._branches.plain(schema, where)

    def stream(self, schemas: Sequence[Schema], where: Where) -> Stream:
        """The values that fit all of some schemas."""
        schema = schemas[0] if len(schemas) == 1 else {"allOf": list(schemas)}
        return Stream(self.values(schema, where))

    def _in_turns(self, schema: Schema, where: Where) -> Iterator[tuple[object, bool]]:
        """The candidates of the plain schemas, some of each and then all the others.

        With each, whether it is so simply made that whoever asks for it may prove it with the rest.
        """
        waiting: list[Iterator[tuple[object, bool]]] = []
        for plain, used in self.plain(schema, where):
            plain["named"] = used[0] if used else None
            candidates = self._candidates(plain, where.behind(used))
            yield from islice(candidates, TURN)
            waiting.append(candidates)
        for candidates in waiting:
            yield from candidates

    # -- candidates ------------------------------------------------------------------------------

    def _candidates(self, plain: Plain, where: Where) -> Iterator[tuple[object, bool]]:
        """Values that may fit a plain schema: those its author wrote, then those its keywords make."""
        trusting = self._manner.trusting and not _asks_more(plain)
        chosen = trusting and "string" in plain.get("type", ())
        for value in self._written(plain):
            yield value, chosen and isinstance(value, str)
        if "enum" not in plain:
            for value in self._made(plain, where):
                yield value, trusting

    def _written(self, plain: Plain) -> Iterator[object]:
        yield from (objects.shown(self, plain, value) for value in plain["examples"])
        yield from sorted(plain.get("enum", ()), key=lambda value: value is None)

    def _made(self, plain: Plain, where: Where) -> Iterator[object]:
        for name in plain.get("type") or _likely_types(plain):
            if name == "object":
                yield from objects.values(self, plain, where)
            elif name == "array":
                yield from arrays.values(self, plain, where)
            elif name == "string":
                yield from self._written_out(plain, where)
                if self.generous:
                    yield from usual_texts(plain)
                yield from islice(texts(plain), MANY)
            elif name in {"integer", "number"}:
                yield from islice(numbers(plain, whole=name == "integer"), MANY)
            elif name == "boolean":
                yield from (False, True)
        if "null" in (plain.get("type") or ["null"]):
            yield None

    def _written_out(self, plain: Plain, where: Where) -> Iterator[str]:
        """Yield texts that hold a JSON value of a schema of its own (`contentSchema`)."""
        if _is_json_in_a_text(plain):
            for value in islice(self.values(plain["contentSchema"], where), TURN):
                yield json.dumps(value, ensure_ascii=False)


def _is_json_in_a_text(plain: Plain) -> bool:
    kind = str(plain.get("contentMediaType", ""))
    return "contentSchema" in plain and "contentEncoding" not in plain and is_json(kind)


_PROVED: Final = (
    "patterns", "nots", "containing", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "propertyNames",
)  # fmt: skip
"""Words of a schema whose values are guesses to begin with."""
_LENGTHS: Final = ("minLength", "maxLength")


def _asks_more(plain: Plain) -> bool:
    """Tell whether values of a plain schema have to be proved one by one."""
    has_lengths = any(word in plain for word in _LENGTHS)
    says = bool(plain["examples"] or "enum" in plain or "format" in plain)
    return (has_lengths and says) or any(plain.get(word) for word in _PROVED)


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
