"""What is sent to make a resource or to change it: valid by its schema, and told apart by texts of the run."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contract_tests.generation.fresh_keys import fresh_keys
from contract_tests.generation.samples import sample
from contract_tests.generation.values import put
from contract_tests.reading.contract import Media
from contract_tests.reading.patterns import PatternError
from contract_tests.reading.schema_reader import SchemaReader
from contract_tests.reading.schemas import Path, Schema, folded, kinds, members, nodes
from contract_tests.reading.spellings import words_of
from contract_tests.reading.validators import Validator

_NAMING = (
    "name",
    "title",
    "label",
    "description",
    "note",
    "comment",
    "text",
    "subject",
    "message",
    "reference",
    "tag",
)
"""Words of members in which a client writes what it likes, the likeliest first."""

_REFERRING = frozenset(
    {"id", "ids", "uuid", "url", "uri", "href", "email", "currency", "country", "token"}
)
"""Words with which the names of members end that are no texts of a client's own, whatever their schemas say."""


_ADDRESSES = {"email": "{}@example.com", "url": "https://example.com/{}"}
_OTHER_FORMATS = frozenset(
    {"email", "idn-email", "uuid", "uri", "url", "uri-reference", "hostname"}
)
_NUMBERING = frozenset({"id", "number", "no", "code"})


class Maker:
    """Makes the bodies of one operation."""

    def __init__(self, schemas: SchemaReader, media: Media) -> None:
        """Take what reads schemas, and the media that the operation takes; it has a schema."""
        assert media.schema is not None  # noqa: S101 - asked by who makes this
        self.schema: Schema = schemas.schema(media.schema, "request")
        self._validator = Validator(self.schema)
        self._media = media
        self._known: list[Any] | None = None

    def plain(self) -> Any:
        """Return a valid body; None when none is known."""
        if self._known is None:
            found = (one for one in self._tried() if self.is_valid(one))
            self._known = list(filter(None, [next(found, None)]))
        return copy.deepcopy(self._known[0]) if self._known else None

    def is_valid(self, value: object) -> bool:
        """Whether a body fits the schema."""
        try:
            return self._validator.is_valid(value)
        except (PatternError, RecursionError):
            return False

    def _tried(self) -> Iterator[Any]:
        for one in self._known_bodies():
            yield flat(one) if self._media.is_form else one

    def _known_bodies(self) -> Iterator[Any]:
        for example in self._media.examples.values():
            shown = without_read_only(example.value, self.schema)
            yield shown
            yield corrected(shown, self.schema)
        whole = without_read_only(sample(self.schema), self.schema)
        yield whole
        yield corrected(whole, self.schema)
        yield least(whole, self.schema)

    def free_texts(self, value: object, root: Path = ()) -> list[Path]:
        """Return the places in a body where a client writes what it likes, the likeliest first.

        `root` is where the representation stands; in arrays of it there is none.
        """
        found = [
            path
            for path, one, known in nodes(value, self.schema)
            if isinstance(one, str)
            and len(path) > len(root)
            and path[: len(root)] == root
            and is_free(known)
            and not _REFERRING & set(words_of(str(path[-1]))[-1:])
            and not any(map(_is_int, path[len(root) :]))
        ]
        return sorted(found, key=lambda path: (_rank(str(path[-1])), len(path)))

    def unlike(self, value: Any, text: str, places: Iterable[Path] = ()) -> Any:
        """Return a body whose values at some places, where no text of a client stands, are unlike all others.

        A text tells them apart. A value that has no other of its form stays.
        """
        known = {place: schema for place, _, schema in nodes(value, self.schema)}
        for place in places:
            schema = known.get(place)
            for one in _others(place, schema, text) if schema is not None else ():
                made = put(value, place, one)
                if self.is_valid(made):
                    value = made
                    break
        return value

    def unlikely_twice(self, value: object) -> list[Path]:
        """Return the places of values of which an API may allow each once: addresses, numbers, texts of a form."""
        return [
            path
            for path, one, known in nodes(value, self.schema)
            if path and not any(map(_is_int, path)) and _may_be_unique(path, one, known)
        ]

    def with_text(self, value: Any, path: Path, text: str) -> Any:
        """Return a body with a text at a place, as long as its schema allows; None where no such fits."""
        known = next(one for place, _, one in nodes(value, self.schema) if place == path)
        most = known.get("maxLength")
        text = text.ljust(int(known.get("minLength", 0)), "x")
        made = put(value, path, text[-int(most) :] if isinstance(most, int) else text)
        return made if self.is_valid(made) else None


def _may_be_unique(path: Path, value: object, known: Schema) -> bool:
    if {"enum", "const", "readOnly", "x-rules"} & {k for k, v in known.items() if v}:
        return False
    last = set(words_of(str(path[-1]))[-1:])
    if isinstance(value, str):
        if known.get("format") is not None:
            return known["format"] in _OTHER_FORMATS
        return "pattern" in known or bool(_REFERRING & last) or is_free(known)
    return isinstance(value, int) and not isinstance(value, bool) and bool(_NUMBERING & last)


def _others(path: Path, known: Schema, text: str) -> Iterator[str | int]:
    """Yield values of a place's form; a text tells them from others, as far as they can hold it."""
    words = {*words_of(str(path[-1]))[-1:], known.get("format")}
    told = f"{text}{path[-1]}".lower()
    for word, address in _ADDRESSES.items():
        if words & ({word} if word == "email" else {"url", "uri", "href"}):
            yield address.format(told)
    yield from fresh_keys(known, told)


def _is_int(part: str | int) -> bool:
    return isinstance(part, int)


def _rank(name: str) -> int:
    words = words_of(name)
    return next((n for n, word in enumerate(_NAMING) if word in words), len(_NAMING))


def is_free(known: Schema) -> bool:
    """Whether any text fits a schema, as far as its length is right."""
    bound = {"enum", "const", "format", "pattern", "readOnly", "contentEncoding", "x-rules"}
    return kinds(known) <= {"string", "null"} and not bound & {k for k, v in known.items() if v}


def without_read_only(value: Any, schema: object) -> Any:
    """Return a value without the members that the server alone makes."""
    if isinstance(value, list):
        return [without_read_only(one, folded(schema).get("items", {})) for one in value]
    if not isinstance(value, Mapping):
        return value
    known = members(schema)
    return {
        name: without_read_only(one, known.get(name, {}))
        for name, one in value.items()
        if not folded(known.get(name)).get("readOnly")
    }


def corrected(value: Any, schema: object) -> Any:
    """Return a value whose numbers that are written as texts are numbers where its schema asks for those."""
    known = folded(schema)
    if isinstance(value, list):
        return [corrected(one, known.get("items", {})) for one in value]
    if isinstance(value, Mapping):
        inner = members(known)
        return {name: corrected(one, inner.get(name, {})) for name, one in value.items()}
    if isinstance(value, str) and kinds(known) and kinds(known) <= {"number", "integer", "null"}:
        try:
            return int(value) if value.lstrip("-").isdigit() else float(value)
        except ValueError:
            return value
    return value


def flat(value: Any) -> Any:
    """Return what a form can say of an object without a way of its own: texts, numbers, truths, and arrays of those."""
    if not isinstance(value, Mapping):
        return value
    return {
        name: one
        for name, one in value.items()
        if one is not None and not any(isinstance(each, Mapping | list) for each in _entries(one))
    }


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def least(value: Any, schema: object) -> Any:
    """Return a value without the members that need not be there."""
    known = folded(schema)
    if isinstance(value, list):
        return [least(one, known.get("items", {})) for one in value]
    if not isinstance(value, Mapping):
        return value
    inner = members(known)
    return {
        name: least(one, inner.get(name, {}))
        for name, one in value.items()
        if name in known.get("required", ()) or name not in inner
    }
