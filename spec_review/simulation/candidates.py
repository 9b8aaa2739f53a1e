"""Items to try a contract with: from its examples, from its schemas, and changed in one place each."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from spec_review.simulation.model import (
    Item,
    NoBehaviour,
    Pointer,
    Submission,
    fingerprint,
    local_target,
    look_up,
    mapping,
    resolve,
)

Place = tuple[str | int, ...]

SINGLES = 1000
"""How many items that differ from the base in one place are tried at most."""

PAIRS = 800
"""How many items that differ from the base in two places are tried at most."""

DEEPEST = 12
INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


class Schemas:
    """The schemas of one document, asked by place inside an item."""

    def __init__(self, document: Any, root: Pointer) -> None:
        self.document = document
        self.root = root

    def at(self, place: Place) -> list[dict[str, Any]]:
        """Every schema that speaks about this place of an item."""
        found = self._all(self.root, DEEPEST)
        for part in place:
            found = [
                schema
                for pointer in self._below(found, part)
                for schema in self._all(pointer, DEEPEST)
            ]
        return [schema for _, schema in found]

    def members(self, place: Place) -> list[str]:
        """The members that the schemas of this place name."""
        return list(
            dict.fromkeys(
                str(name)
                for schema in self.at(place)
                for name in [*mapping(schema.get("properties")), *texts(schema.get("required"))]
            )
        )

    def made(self, place: Place, depth: int = 6) -> Any:
        """A value for this place, from an example or as small as the schema lets it be."""
        return make(self.at(place), lambda part: self.made((*place, part), depth - 1), depth)

    def _all(self, pointer: Pointer, depth: int) -> list[tuple[Pointer, dict[str, Any]]]:
        schema = look_up_or_none(self.document, pointer)
        if not isinstance(schema, dict) or depth == 0:
            return []
        found = [(pointer, schema)]
        target = local_target(schema["$ref"]) if isinstance(schema.get("$ref"), str) else None
        if target is not None:
            found += self._all(target, depth - 1)
        for word in ("allOf", "anyOf", "oneOf"):
            listed = schema.get(word)
            for index in range(len(listed)) if isinstance(listed, list) else ():
                found += self._all((*pointer, word, index), depth - 1)
        for word in ("then", "else"):
            if word in schema:
                found += self._all((*pointer, word), depth - 1)
        return found

    def _below(
        self, found: Sequence[tuple[Pointer, dict[str, Any]]], part: str | int
    ) -> Iterator[Pointer]:
        for pointer, schema in found:
            if isinstance(part, int):
                if isinstance(schema.get("items"), dict):
                    yield (*pointer, "items")
            elif part in mapping(schema.get("properties")):
                yield (*pointer, "properties", part)
            elif isinstance(schema.get("additionalProperties"), dict):
                yield (*pointer, "additionalProperties")


def look_up_or_none(document: Any, pointer: Pointer) -> Any:
    """The value at a pointer, None when there is none."""
    try:
        return look_up(document, pointer)
    except LookupError:
        return None


def make(schemas: Sequence[dict[str, Any]], below: Any, depth: int) -> Any:
    """A value that these schemas might take."""
    told = list(islice(named_values(schemas), 1))
    if told:
        return copy.deepcopy(told[0])
    kinds = [kind for schema in schemas for kind in listed_types(schema)]
    value: Any = made_text(schemas)
    if "object" in kinds or any("properties" in schema for schema in schemas):
        required = [name for schema in schemas for name in texts(schema.get("required"))]
        value = {name: below(name) for name in dict.fromkeys(required)} if depth > 0 else {}
    elif "array" in kinds:
        least = max([1, *(n for s in schemas if isinstance(n := s.get("minItems"), int))])
        value = [below(0)] * min(least, 3) if depth > 0 else []
    elif "integer" in kinds or "number" in kinds:
        bounds = [s["minimum"] for s in schemas if isinstance(s.get("minimum"), int | float)]
        value = max(bounds, default=1)
    elif "boolean" in kinds:
        value = True
    return value


def named_values(schemas: Sequence[dict[str, Any]]) -> Iterator[Any]:
    """The values that schemas name: their examples, the listed ones, the default."""
    for schema in schemas:
        for word in ("examples", "enum"):
            if isinstance(schema.get(word), list):
                yield from schema[word]
        for word in ("example", "const", "default"):
            if word in schema:
                yield schema[word]


def made_text(schemas: Sequence[dict[str, Any]]) -> str:
    """A text in the format, or of the least length, that the schemas ask for."""
    formats = {
        "date-time": "2025-01-01T00:00:00.000Z",
        "date": "2025-01-01",
        "uuid": "1b7901db-4879-4616-8052-c73e29664bda",
        "uri": "https://example.com/",
        "email": "someone@example.com",
    }
    for schema in schemas:
        if schema.get("format") in formats:
            return formats[schema["format"]]
    least = max([4, *(n for s in schemas if isinstance(n := s.get("minLength"), int))])
    return ("text" * least)[: min(least, 5000)]


def listed_types(schema: Mapping[str, Any]) -> list[str]:
    """The types a schema names."""
    kinds = schema.get("type")
    return texts(kinds) if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else []


def texts(value: Any) -> list[str]:
    """The texts of a list, and nothing of anything else."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


# --- whole items ---------------------------------------------------------------------------------


def examples(document: Any, submission: Submission) -> list[Any]:
    """The items that the document itself shows for this submission."""
    found: list[Any] = []
    body = submission.pointer
    try:
        body, _ = resolve(
            document,
            (*body, "requestBody"),
            look_up_or_none(document, (*body, "requestBody")),
        )
    except NoBehaviour:
        return []
    for media in mapping(look_up_or_none(document, (*body, "content"))).values():
        shown = [mapping(media).get("example")]
        for place in mapping(mapping(media).get("examples")).values():
            shown.append(mapping(place).get("value"))
        found += [item for batch in shown if isinstance(batch, list) for item in batch]
    for schema in Schemas(document, submission.item_pointer).at(()):
        found += schema["examples"] if isinstance(schema.get("examples"), list) else []
        found += [schema["example"]] if "example" in schema else []
    return [item for item in found if isinstance(item, dict)]


def distinct(values: Iterable[Any]) -> list[Any]:
    """The values without those that are identical to an earlier one."""
    seen: set[object] = set()
    kept = []
    for value in values:
        mark = fingerprint(value)
        if mark not in seen:
            seen.add(mark)
            kept.append(value)
    return kept


# --- items changed in one place ------------------------------------------------------------------


def items_changed_once(item: Any, sides: Sequence[Schemas], words: Sequence[Any]) -> Iterator[Any]:
    """Items that differ from `item` in one place; the plainest changes first."""
    for place, value in islice(single_changes(item, sides, words), SINGLES):
        yield replaced(item, place, value)


def items_changed_twice(item: Any, sides: Sequence[Schemas], words: Sequence[Any]) -> Iterator[Any]:
    """Items that differ from `item` in two numbers, or in two instants."""
    singles = list(islice(single_changes(item, sides, words), SINGLES))
    few = [
        (place, value)
        for place, value in singles
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**6
    ]
    dates = [(place, value) for place, value in singles if is_instant(value)]
    yield from islice(pairs(item, few), PAIRS // 2)
    yield from islice(pairs(item, dates), PAIRS)


def pairs(item: Any, changes: Sequence[tuple[Place, Any]]) -> Iterator[Any]:
    """Items with two of the changes, at two different places."""
    for index, (place, value) in enumerate(changes):
        for other, second in changes[index + 1 :]:
            if other[: len(place)] != place and place[: len(other)] != other:
                yield replaced(replaced(item, place, value), other, second)


def single_changes(
    item: Any, sides: Sequence[Schemas], words: Sequence[Any]
) -> Iterator[tuple[Place, Any]]:
    """Each place of the item with each value to try there; DROP stands for leaving it out."""
    for place, value in places(item):
        if place and isinstance(place[-1], str):
            yield place, DROP
        schemas = [schema for side in sides for schema in side.at(place)]
        for other in distinct(values_for(value, schemas, words)):
            if fingerprint(other) != fingerprint(value):
                yield place, other
        if isinstance(value, dict):
            for side in sides:
                for name in side.members(place):
                    if name not in value:
                        yield from absent_member(place, name, sides, side, words)
    for place, value in places(item):
        if isinstance(value, dict):
            yield (*place, "something_else"), 1


def absent_member(
    place: Place, name: str, sides: Sequence[Schemas], side: Schemas, words: Sequence[Any]
) -> Iterator[tuple[Place, Any]]:
    """Values for a member that the item leaves out."""
    here = (*place, name)
    made = side.made(here)
    yield here, made
    schemas = [schema for each in sides for schema in each.at(here)]
    for other in distinct(values_for(made, schemas, words)):
        yield here, other


class _Drop:
    def __repr__(self) -> str:
        return "DROP"


DROP = _Drop()


def places(value: Any, here: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every place inside a value with what stands there, the value itself first."""
    yield here, value
    if isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, (*here, name))
    elif isinstance(value, list):
        for index, each in enumerate(value[:3]):
            yield from places(each, (*here, index))


def replaced(item: Any, place: Place, value: Any) -> Any:
    """A copy of the item with another value at one place."""
    if not place:
        return {} if value is DROP else value
    fresh = copy.copy(item)
    if len(place) == 1 and value is DROP:
        fresh.pop(place[0], None)
        return fresh
    if isinstance(fresh, dict):
        fresh[place[0]] = replaced(fresh.get(place[0], {}), place[1:], value)
    elif isinstance(fresh, list) and isinstance(place[0], int) and place[0] < len(fresh):
        fresh[place[0]] = replaced(fresh[place[0]], place[1:], value)
    return fresh


def values_for(
    value: Any, schemas: Sequence[dict[str, Any]], words: Sequence[Any]
) -> Iterator[Any]:
    """Values worth trying where `value` stands."""
    for schema in schemas:
        yield from values_of_schema(value, schema)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (-value, 0, 1, -1, value + 1, value + 0.5, 10**6 + 1)
        yield from (n for n in words if isinstance(n, int | float))
    elif isinstance(value, str):
        yield from texts_like(value)
        yield from (word for word in words if isinstance(word, str))
    elif isinstance(value, list):
        yield from ([], value * 2, [*value, *value, *value])
    yield from (None, "text", 7, 1.5, True, [], {}, [1], ["a"], {"a": 1})


def values_of_schema(value: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    """The values on both sides of each limit of a schema."""
    yield from schema["enum"] if isinstance(schema.get("enum"), list) else ()
    yield from schema["examples"] if isinstance(schema.get("examples"), list) else ()
    for word in ("const", "example", "default"):
        if word in schema:
            yield schema[word]
    for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
        limit = schema.get(word)
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            yield from (limit, limit - 1, limit + 1, limit + 0.5, limit * 2)
    for word in ("minLength", "maxLength"):
        limit = schema.get(word)
        if isinstance(limit, int) and 0 <= limit <= 20_000:
            letter = value[:1] if isinstance(value, str) and value[:1].isalnum() else "a"
            yield from (letter * length for length in (limit, limit - 1, limit + 1) if length >= 0)
    if isinstance(schema.get("pattern"), str):
        yield from texts_of_pattern(schema["pattern"], value)
    for word in ("minItems", "maxItems", "minContains", "maxContains"):
        limit = schema.get(word)
        if isinstance(limit, int) and 0 <= limit <= 2000 and isinstance(value, list) and value:
            yield from ([value[0]] * n for n in (limit, limit - 1, limit + 1) if n >= 0)


def texts_of_pattern(pattern: str, value: Any) -> Iterator[str]:
    """Texts around the counts that a pattern names, such as the 64 of `{1,64}`."""
    letter = value[:1] if isinstance(value, str) and value[:1] else "a"
    for count in sorted({int(n) for n in re.findall(r"\d+", pattern) if int(n) <= 5000}):
        for length in (count, count + 1, count - 1):
            if length >= 0:
                yield from (letter * length, "A" * length, "1" * length)
    yield re.sub(r"[\\^$.*+?(){}\[\]|]", "", pattern)


def texts_like(text: str) -> Iterator[str]:
    """Texts that differ a little from the given one."""
    if is_instant(text):
        yield from instants_like(text)
    yield from (text + "x", text[:-1], text[1:], text + "1", "", text.lower(), text.upper())
    yield from (text + " ", " " + text, text + "-", text + "_", text + "/", text + "é", text * 2)
    yield from ("EUR", "GBP", "USD", "a", "A", "1", "123456", "x" * 65, "x" * 200)
    yield from (re.sub(r"\d", "x", text), re.sub(r"[A-Za-z]", "1", text), text.swapcase())
    yield from ("2025-01-01", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00+01:00", "not a date")


def is_instant(value: Any) -> bool:
    """Whether a value is an instant in UTC."""
    return isinstance(value, str) and INSTANT.match(value) is not None


def instants_like(text: str) -> Iterator[str]:
    """Instants near the given one, among them the ends of its day and month."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
        return
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    month = day.replace(day=1)
    after = (month + timedelta(days=32)).replace(day=1)
    milli = timedelta(milliseconds=1)
    hour = timedelta(hours=1)
    some = [day, day + timedelta(days=1) - milli, month, after - milli, after, moment + milli]
    some += [moment - milli, moment + hour, moment + timedelta(days=1), moment - timedelta(days=1)]
    some += [day + timedelta(days=7) - milli, day + timedelta(days=2) - milli]
    some += [day.replace(year=2024, month=2, day=1), day.replace(year=2024, month=2, day=29)]
    for each in some:
        yield each.strftime("%Y-%m-%dT%H:%M:%S.") + f"{each.microsecond // 1000:03d}Z"
    yield day.strftime("%Y-%m-%dT%H:%M:%SZ")
    yield moment.strftime("%Y-%m-%dT%H:%M:%S+01:00")
    yield moment.strftime("%Y-%m-%dT%H:%M:%S.123456Z")
    yield moment.strftime("%Y-%m-%d %H:%M:%SZ")
    yield moment.strftime("%Y-%m-%dT%H:%M:%S")


def words_of_rules(sides: Iterable[Schemas]) -> list[Any]:
    """The numbers and texts that the rules of these schemas speak of, and their neighbours."""
    found: list[Any] = []
    for side in sides:
        for rule in rules_of(look_up_or_none(side.document, ("components", "schemas"))):
            for number in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])", rule):
                plain = float(number) if "." in number else int(number)
                found += [plain, plain - 1, plain + 1]
            found += [text for pair in re.findall(r"'([^']*)'|\"([^\"]*)\"", rule) for text in pair]
    return distinct(word for word in found if word != "")[:60]


def rules_of(value: Any) -> Iterator[str]:
    """The text of every rule inside a value."""
    if isinstance(value, dict):
        for rule in value["x-rules"] if isinstance(value.get("x-rules"), list) else ():
            if isinstance(mapping(rule).get("rule"), str):
                yield rule["rule"]
        for each in value.values():
            yield from rules_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from rules_of(each)


def smaller(item: Item, keeps: Any) -> Item:
    """The item without every member that `keeps` does not need."""
    changed = True
    while changed:
        changed = False
        for place, value in sorted(places(item.value), key=lambda each: len(each[0])):
            if not place or (isinstance(place[-1], int) and place[-1] == 0):
                continue
            if isinstance(place[-1], int):
                parent = look_up(item.value, place[:-1])
                cut = replaced(item.value, place[:-1], [x for x in parent if x is not value])
            else:
                cut = replaced(item.value, place, DROP)
            fresh = Item(cut)
            if keeps(fresh):
                item, changed = fresh, True
                break
    return item
