"""A valid value of a JSON Schema, found by search and proved by a compiled validator.

Nothing is drawn at random: the same schema always gives the same value.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from mock_server.contracts.proofs import Proofs
from mock_server.contracts.standalone import Schema, target
from mock_server.contracts.validator import SchemaError
from mock_server.examples.manner import SMALLEST, USUAL, VARIED, Manner
from mock_server.examples.search import NoInstanceError, Search, TooGenerousError
from mock_server.examples.streams import Where


class Standalone:
    """A self-contained schema (JSON Schema 2020-12): its smallest value, and what it accepts."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Take the schema, which must not change."""
        self._schema = schema
        self._proofs = Proofs(schema)

    def smallest(self, at: str) -> object:
        """Return the smallest valid value. Raises NoInstanceError."""
        return self._searched(at, (SMALLEST,))

    def usual(self, at: str) -> object:
        """Return a valid value as people expect it of an example: with optional members. Raises NoInstanceError."""
        return self._searched(at, USUAL)

    def variants(self, at: str) -> Iterator[object]:
        """Yield different valid values. Raises NoInstanceError when there is none."""
        search = Search(self._schema, self._proofs, VARIED)
        yield from search.values(self._start()[0], self._where(at))

    def _searched(self, at: str, manners: Sequence[Manner]) -> object:
        """Return the first valid value that a search in one of these manners finds. Raises NoInstanceError."""
        try:
            for manner in manners:
                search = Search(self._schema, self._proofs, manner)
                with suppress(TooGenerousError):
                    for value in islice(
                        search.values(self._start()[0], self._where(at)), manner.tries
                    ):
                        if self._proofs.fits(self._schema, value):
                            return copy.deepcopy(value)
        except SchemaError as error:
            raise NoInstanceError(at, f"the schema cannot be compiled: {error.message}") from None
        except RecursionError:
            raise NoInstanceError(at, "the schemas are nested too deep") from None
        except (OverflowError, MemoryError):
            raise NoInstanceError(at, "its values are too large") from None
        raise search.verdict(at)

    def _where(self, at: str) -> Where:
        return Where(self._start()[1], at)

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
            return self._proofs.fits(self._schema, value)
        except SchemaError:
            return False


_WRAPPING = {"$schema", "$id", "$ref", "$defs"}
