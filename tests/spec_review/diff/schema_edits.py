"""Random edits of the schemas of a document, and whether `diff` tells what a validator tells apart.

    python -m tests.spec_review.diff.schema_edits [--edits N] DOCUMENT...

For each edit, values at the borders of both schemas are asked of validators for what stood before and what stands
now. A value that fits one of them alone has a direction, and a change must say that direction.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

from openapi_documents import Document, DocumentError, Pointer, load, parse
from openapi_documents.dialect import Schemas, Side
from spec_review.diff.changes import Change
from spec_review.diff.comparison import compare
from spec_review.diff.sets.candidates import candidates
from spec_review.diff.sets.plain import PlainSchemas, Travel
from spec_review.diff.sets.relation import Way
from spec_review.reading.parts import Direction

MOST_VALUES = 400

WORDS = (
    "type", "enum", "const", "required", "properties", "maxLength", "minLength", "minimum", "maximum", "pattern", "format",
    "items", "additionalProperties", "oneOf", "anyOf", "allOf", "nullable", "$ref", "minItems", "maxItems", "uniqueItems",
    "not", "if", "then", "prefixItems", "contains", "patternProperties", "dependentRequired", "propertyNames",
    "exclusiveMinimum", "multipleOf", "unevaluatedProperties",
)  # fmt: skip
TYPES = ("string", "integer", "number", "boolean", "array", "object")
FORMATS = ("date", "date-time", "uuid", "email", "int32", "int64")
PATTERNS = ("^[a-z]+$", "^.{2}", "^[A-Z]{3}$")

NOTES = {"written-otherwise", "unused-changed", "words-changed", "extensions-changed"}

Root = tuple[tuple[str, str, str], Pointer, Direction]
"""A body by operation, place and media type; where its schema stands; who gets it."""


def spots(value: object, place: Pointer = ()) -> Iterator[Pointer]:
    """The places of keywords in schemas."""
    children: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    for name, child in children:
        below = (*place, name)
        in_schema = {"schema", "schemas"} & set(place) and not {"example", "examples"} & set(place)
        if in_schema and name in WORDS and place[-1] != "properties":
            yield below
        yield from spots(child, below)


def edited(data: dict[str, Any], chance: random.Random) -> tuple[str, dict[str, Any]]:
    """The document after one edit of a schema, and the edit in words."""
    changed = copy.deepcopy(data)
    place = chance.choice(list(spots(changed)))
    holder: Any = changed
    for step in place[:-1]:
        holder = holder[step]
    word, before = place[-1], holder[place[-1]]
    after = other_value(str(word), before, chance)
    if after is None or chance.random() < 0.3:
        del holder[word]
    else:
        holder[word] = after
    return f"{place}: {before} -> {holder.get(word, 'nothing')}", changed


def other_value(word: str, value: object, chance: random.Random) -> object:
    """Another value for a keyword; None to leave it out."""
    known = {"type": TYPES, "format": FORMATS, "pattern": PATTERNS}
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return chance.choice([value + 1, max(0, value - 1), value * 2 + 1])
    if isinstance(value, str):
        return chance.choice([other for other in known.get(word, ()) if other != value] or [None])
    if isinstance(value, list):
        return other_list(word, value, chance)
    if word == "properties" and isinstance(value, dict) and value:
        gone = chance.choice(list(value))
        return {name: member for name, member in value.items() if name != gone}
    return {"type": "integer"} if word == "items" else None


def other_list(word: str, value: list[Any], chance: random.Random) -> list[Any] | None:
    """A list with one more, or one less."""
    if word in ("required", "enum") and chance.random() < 0.5:
        return [*value, "further"]
    gone = chance.choice(value) if value else None
    return [each for each in value if each != gone] or None


def read_only(value: object) -> Iterator[str]:
    """The names of members that are only read."""
    for name, child in value.items() if isinstance(value, dict) else ():
        if isinstance(child, dict) and child.get("readOnly") is True:
            yield name
        yield from read_only(child)


def names(value: object) -> Iterator[str]:
    """The names of all members of a value."""
    if isinstance(value, dict):
        yield from value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():  # fmt: skip
        yield from names(child)


def roots(document: Document) -> Iterator[Root]:
    """The bodies that travel as JSON, each with the schema behind it: in a form a text may be a list of one."""
    asked: list[tuple[Any, Direction, Direction]] = [
        *((each, "request", "response") for each in document.operations()),
        *((each, "response", "request") for each in document.webhooks()),
    ]
    for operation, sent, answered in asked:
        holders = [((*operation.pointer, "requestBody"), sent)]
        codes = operation.value.get("responses", {})
        holders += [((*operation.pointer, "responses", code), answered) for code in codes]
        for holder, direction in holders:
            content = (
                document.resolved((*document.follow(holder), "content"))
                if document.resolved(holder)
                else None
            )
            for media in (media for media in content or {} if "json" in media):
                schema = (*document.follow((*document.follow(holder), "content", media)), "schema")
                if document.value(schema):
                    yield (operation.name, str(holder[-1]), media), schema, direction


def ways_shown(old: Document, new: Document) -> dict[tuple[Direction, Way], object]:
    """The directions in which validators tell values apart, each with one."""
    found: dict[tuple[Direction, Way], object] = {}
    after = {name: place for name, place, _ in roots(new)}
    not_sent = {*read_only(old.data), *read_only(new.data)}
    for name, place, direction in roots(old):
        if name not in after:
            continue
        before_fits = validator(old, place, direction)
        after_fits = validator(new, after[name], direction)
        travel = Travel(direction)
        schemas = [
            PlainSchemas(old).plain(place, travel, 5),
            PlainSchemas(new).plain(after[name], travel, 5),
        ]
        for value, _ in zip(candidates(*schemas), range(MOST_VALUES), strict=False):
            was, now = before_fits.is_valid(value), after_fits.is_valid(value)
            is_sent = direction == "response" or not_sent.isdisjoint(names(value))
            if was != now and is_sent:
                found.setdefault((direction, "narrows" if was else "widens"), value)
    return found


def validator(document: Document, place: Pointer, side: Side) -> jsonschema_rs.Draft202012Validator:
    schema = Schemas(document).standalone(place, side)
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)


def says(change: Change, direction: Direction, way: Way) -> bool:
    """Whether a change says that values go this way: harm is told to whom it is done, the rest to whoever builds."""
    if (direction, way) == ("request", "narrows"):
        return change.verdicts.sender != "safe"
    if (direction, way) == ("response", "widens"):
        return change.verdicts.reader != "safe" or change.kind in (
            "member-added",
            "additional-members",
        )
    return change.rule not in NOTES


def told_apart(path: Path, seeds: Iterable[int]) -> Iterator[tuple[str, list[str]]]:
    """The edits that a validator tells apart, each in words, with what no change tells of it."""
    old = load(path)
    for seed in seeds:
        words, data = edited(old.data, random.Random(seed))
        try:
            new = parse(json.dumps(data), str(path))
            shown = ways_shown(old, new)
        except (DocumentError, ValueError):  # what no validator takes
            continue
        if not shown:
            continue
        changes = [each.change for each in compare(old, new).changes]
        yield (
            f"{seed} {words}",
            [
                f"the {direction} {way}: {json.dumps(value)}"
                for (direction, way), value in shown.items()
                if not any(says(change, direction, way) for change in changes)
            ],
        )


def main() -> None:
    """Edit each document so many times; exit code 1 when an edit is not told."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("documents", nargs="+", type=Path, metavar="DOCUMENT")
    parser.add_argument("--edits", type=int, default=200, metavar="N")
    asked = parser.parse_args()
    missed = 0
    for path in asked.documents:
        found = list(told_apart(path, range(asked.edits)))
        untold = [(words, ways) for words, ways in found if ways]
        for words, ways in untold:
            print(f"{path}: {words}: {'; '.join(ways)} is not told")
        print(f"{path}: {asked.edits} edits, {len(found)} told apart, {len(untold)} not told")
        missed += len(untold)
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
