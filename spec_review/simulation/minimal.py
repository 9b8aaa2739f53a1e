"""Small values that schemas might take: from their examples, else as small as they let them be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from spec_review.reading.values import count, elements, number, text_or_texts, texts
from spec_review.simulation.items import ItemSchemas, Path, Spot

DEEPEST: Final = 6
"""How many levels a made value has."""

MOST_VALUES: Final = 200
"""How many values one made value holds; what would be more is left out."""

LONGEST: Final = 5000
"""How many letters a made text has at most."""

FORMATS: Final[Mapping[str, str]] = {
    "date-time": "2025-01-01T00:00:00.000Z",
    "date": "2025-01-01",
    "time": "00:00:00Z",
    "uuid": "1b7901db-4879-4616-8052-c73e29664bda",
    "uri": "https://example.com/",
    "uri-reference": "/a",
    "email": "someone@example.com",
}
"""A text in each format."""


class MinimalValues:
    """Makes small values for the places of an item; one for all places about which the same schemas speak."""

    def __init__(self, schemas: ItemSchemas) -> None:
        self.schemas = schemas
        self._known: dict[Spot, object] = {}
        self._left = 0

    def at(self, path: Path = ()) -> object:
        """A value for a place of an item; it may fail to fit where patterns decide."""
        spot = self.schemas.spot(path)
        if spot not in self._known:
            self._left = MOST_VALUES
            self._known[spot] = self._make(path, DEEPEST)
        return self._known[spot]

    def _make(self, path: Path, depth: int) -> object:
        self._left -= 1
        schemas = self.schemas.at(path).values
        for named in named_values(schemas):
            return named
        kinds = [kind for schema in schemas for kind in text_or_texts(schema.get("type"))]
        may_go_deeper = depth > 0 and self._left > 0
        if "object" in kinds or any("properties" in schema for schema in schemas):
            names = [name for schema in schemas for name in texts(schema.get("required"))]
            wanted = dict.fromkeys(names) if may_go_deeper else ()
            return {name: self._make((*path, name), depth - 1) for name in wanted}
        if "array" in kinds:
            least = max([1, *(count(schema.get("minItems")) or 0 for schema in schemas)])
            return [self._make((*path, 0), depth - 1)] * min(least, 3) if may_go_deeper else []
        return scalar(schemas, kinds)


def minimal_value(schemas: ItemSchemas) -> object:
    """A small value for a whole item."""
    return MinimalValues(schemas).at()


def scalar(schemas: Sequence[Mapping[str, object]], kinds: Sequence[str]) -> object:
    """A value that holds no others."""
    if "integer" in kinds or "number" in kinds:
        bounds = [number(schema.get("minimum")) for schema in schemas]
        return max((bound for bound in bounds if bound is not None), default=1)
    if "boolean" in kinds:
        return True
    if kinds and set(kinds) == {"null"}:
        return None
    return made_text(schemas)


def named_values(schemas: Sequence[Mapping[str, object]]) -> Iterator[object]:
    """The values that schemas name: their examples, the listed ones, the default."""
    for schema in schemas:
        for word in ("examples", "enum"):
            yield from elements(schema.get(word))
        for word in ("example", "const", "default"):
            if word in schema:
                yield schema[word]


def made_text(schemas: Sequence[Mapping[str, object]]) -> str:
    """A text in the format, or of the least length, that the schemas ask for."""
    for schema in schemas:
        name = schema.get("format")
        if isinstance(name, str) and name in FORMATS:
            return FORMATS[name]
    least = max([4, *(count(schema.get("minLength")) or 0 for schema in schemas)])
    length = min(least, LONGEST)
    return ("text" * length)[:length]
