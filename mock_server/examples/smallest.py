"""The smallest valid value of a JSON Schema, found by search and proved by a compiled validator.

Nothing is drawn at random: the same schema always gives the same value.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from mock_server.contracts.validator import NOTHING, Definitions, SchemaError, Validator
from mock_server.examples.search import NoInstanceError, Search, fits
from mock_server.examples.standalone import Schema, target


def smallest(schema: Mapping[str, object], at: str = "#") -> object:
    """Return the smallest valid value of a self-contained schema.

    `at` is the schema's place, for the message. Raises NoInstanceError.
    """
    return Standalone(schema).smallest(at)


class Standalone:
    """A self-contained schema (JSON Schema 2020-12): its smallest value, and what it accepts."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Take the schema, which must not change."""
        self._schema = schema
        self._parts: Definitions | None = None
        self._validator: Validator | None = None

    def smallest(self, at: str) -> object:
        """Return the smallest valid value. Raises NoInstanceError."""
        try:
            self._compile()  # a broken schema is told before anything is tried
            search = Search(self._schema, self._compiled)
            for value in search.values(*self._start(), at):
                return copy.deepcopy(value)
        except SchemaError as error:
            raise NoInstanceError(at, f"the schema cannot be compiled: {error.message}") from None
        except RecursionError:
            raise NoInstanceError(at, "the schemas are nested too deep") from None
        except (OverflowError, MemoryError):
            raise NoInstanceError(at, "its values are too large") from None
        raise search.verdict(at)

    def _start(self) -> tuple[Schema, tuple[str, ...]]:
        """Return the schema itself, without what it defines, and the reference that led to it."""
        reference = self._schema.get("$ref")
        if isinstance(reference, str) and self._schema.keys() <= _WRAPPING:
            return target(self._schema, reference), (reference,)
        own = {word: value for word, value in self._schema.items() if word not in ("$defs", "$id")}
        return own, ()

    def accepts(self, value: object) -> bool:
        """Whether the value fits the schema; never for a schema that cannot be compiled."""
        try:
            return fits(self._compile(), value)
        except SchemaError:
            return False

    def _compile(self) -> Validator:
        """Return the validator of the schema. Raises SchemaError for a broken one."""
        if self._validator is None:
            self._validator = NOTHING.compiled(self._schema)
        return self._validator

    def _compiled(self, part: Schema) -> Validator:
        """Return the validator of a part of the schema, or of what was merged from parts."""
        if self._parts is None:
            self._parts = Definitions(self._schema)
        return self._parts.compiled(part)


_WRAPPING = {"$schema", "$id", "$ref", "$defs"}
