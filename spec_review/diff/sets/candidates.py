"""Values that two schemas may tell apart: small ones, and those at the borders of what either says.

All that speaks about a place is asked together, whatever it is joined by; what fits is for a validator to say.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from operator import ge, gt, le, lt
from typing import Final

import rstr

from spec_review.diff.sets.languages import texts_of
from spec_review.diff.sets.plain import STANDS_FOR
from spec_review.reading.values import count, elements, mapping, number, text_or_texts, texts

Speaker = Mapping[str, object]

MOST: Final = 40
"""How many values are made for one place."""

DEEPEST: Final = 6
LONGEST: Final = 3000
"""How long a text or a list is made to meet a limit."""

FORMATS: Final[Mapping[str, tuple[str, ...]]] = {
    "date-time": ("2025-01-01T00:00:00Z",),
    "date": ("2025-01-01",),
    "time": ("00:00:00Z",),
    "duration": ("P1D",),
    "uuid": ("1b7901db-4879-4616-8052-c73e29664bda",),
    "uri": ("https://example.com/",),
    "uri-reference": ("/a",),
    "iri": ("https://example.com/\u00e9",),
    "iri-reference": ("/\u00e9",),
    "uri-template": ("/{a}",),
    "email": ("someone@example.com",),
    "idn-email": ("s\u00e9@example.com",),
    "hostname": ("example.com",),
    "idn-hostname": ("ex\u00e9mple.com",),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "json-pointer": ("/a",),
    "relative-json-pointer": ("0/a",),
    "regex": ("a",),
}
"""Texts in each format."""

BELOW: Final = ("allOf", "anyOf", "oneOf")
ALSO: Final = ("not", "if", "then", "else")


def candidates(*schemas: object) -> Iterator[object]:
    """Values for a place about which plain schemas speak; they may fit or not."""
    yield from values_of([each for each in schemas if isinstance(each, dict)], DEEPEST)


def speakers(schemas: Iterable[object]) -> list[Speaker]:
    """All that speaks about one place, joined in whatever way."""
    found: list[Speaker] = []
    waiting = list(schemas)
    while waiting and len(found) < 200:
        here = waiting.pop(0)
        if not isinstance(here, dict):
            continue
        found.append(here)
        for word in BELOW:
            waiting += elements(here.get(word))
        waiting += [here[word] for word in ALSO if word in here]
        waiting += mapping(here.get("dependentSchemas")).values()
    return found


def values_of(schemas: Sequence[object], depth: int) -> list[object]:
    """Some values for a place, each once."""
    said = speakers(schemas)
    kinds = {kind for each in said for kind in text_or_texts(each.get("type"))}
    found = listed_values(said)
    if depth <= 0:
        return distinct(found) or ["a"]
    if "object" in kinds or any(word in each for each in said for word in OBJECT_WORDS):
        found += objects(said, depth)
    if "array" in kinds or any(word in each for each in said for word in ARRAY_WORDS):
        found += lists(said, depth)
    if kinds & {"integer", "number"} or any(word in each for each in said for word in BOUNDS):
        found += numbers(said)
    found += written_texts(said)
    found += [1, "a", True, None, {}, [], 1.5, {"a": "a"}, ["a"], -1, 2**40]
    return distinct(found)[: MOST * 3]


def listed_values(said: Sequence[Speaker]) -> list[object]:
    """The values that are listed, first those that not all who list values have."""
    lists = [elements(each["enum"]) for each in said if "enum" in each]
    lists += [[each["const"]] for each in said if "const" in each]
    known = [{repr(value) for value in values} for values in lists]
    all_have = set.intersection(*known) if known else set[str]()
    rare = [value for values in lists for value in values if repr(value) not in all_have]
    return [*rare[:MOST], *(value for values in lists for value in values[:MOST])]


OBJECT_WORDS: Final = (
    "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties",
    "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties",
)  # fmt: skip
ARRAY_WORDS: Final = (
    "items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "minContains", "maxContains",
    "unevaluatedItems",
)  # fmt: skip
BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")


def distinct(values: Iterable[object]) -> list[object]:
    """Each value once; 1, 1.0 and true are three."""
    return list({repr(value): value for value in values}.values())


def numbers(said: Sequence[Speaker]) -> Iterator[float]:
    """Numbers at and around every bound."""
    for each in said:
        for word in BOUNDS:
            bound = number(each.get(word))
            if bound is None:
                continue
            yield from (bound, bound + 1, bound - 1, bound * 2)
            if abs(bound) < 2**53:
                yield from (bound + 0.5, bound - 0.5)
    yield from (0, 1, 1.5, 10**6 + 1, 1e39)


def written_texts(said: Sequence[Speaker]) -> Iterator[str]:
    """Texts of every length, format and pattern that is spoken of."""
    patterns = {str(each["pattern"]) for each in said if isinstance(each.get("pattern"), str)}
    for pattern in sorted(patterns):
        yield from texts_of(pattern)
        for other in sorted(patterns - {pattern}):
            yield from texts_of(pattern, outside=[other], most=4)
        yield from random_texts(pattern)
    for each in said:
        for name in text_or_texts(each.get("format")):
            yield from FORMATS.get(name, ())
        for word in ("minLength", "maxLength"):
            limit = count(each.get(word))
            if limit is not None and limit <= LONGEST:
                yield from ("a" * length for length in (limit, limit - 1, limit + 1) if length >= 0)
                yield "1" * limit
    yield from ("", "a", "A b-1", "1", "\u00e9", "a" * 65)


class FewDraws(random.Random):
    """A source of chance that is soon spent: repeats in repeats would have a text without end."""

    left = 2_000

    def getrandbits(self, bits: int, /) -> int:
        """What every choice is drawn from. Raises OverflowError when it is spent."""
        self.left -= 1
        if self.left < 0:
            raise OverflowError("the texts of this pattern are too long")
        return super().getrandbits(bits)


@lru_cache(maxsize=512)
def random_texts(pattern: str) -> tuple[str, ...]:
    """Texts made by a pattern at random, the same ones each time."""
    maker = rstr.Rstr(FewDraws(len(pattern)))
    try:
        return tuple(maker.xeger(pattern) for _ in range(3))
    except Exception:
        return ()


def lists(said: Sequence[Speaker], depth: int) -> Iterator[object]:
    """Lists of every length that is spoken of, with each element that may matter."""
    places = [each.get("prefixItems") for each in said if isinstance(each.get("prefixItems"), list)]
    of_all = [
        each[word]
        for each in said
        for word in ("items", "contains", "unevaluatedItems")
        if word in each
    ]
    rest = values_of(of_all, depth - 1) if of_all else ["a", 1, "b"]
    limits = [count(each.get(word)) for each in said for word in LIST_LIMITS if word in each]
    sizes = sorted(
        {size for limit in limits if limit is not None for size in (limit - 1, limit, limit + 1)}
    )
    yield []
    for first in rest[:MOST]:
        yield [first]
    for size in (size for size in (*sizes, 2, 3) if 0 <= size <= LONGEST):
        yield (rest * (size // max(len(rest), 1) + 1))[:size]
        for first in rest[:6]:
            yield [first] * size
    if places:
        yield from rows(places, rest, depth)


def rows(
    places: Sequence[object], rest: Sequence[object], depth: int
) -> Iterator[Sequence[object]]:
    """Lists whose elements have schemas of their own: each element, and one behind them, as it may matter."""
    longest = max(len(elements(each)) for each in places)
    said = [
        [elements(each)[index] for each in places if index < len(elements(each))]
        for index in range(longest)
    ]
    columns = [values_of(schemas, depth - 1) for schemas in said]
    usual = [minimal(schemas, depth - 1) for schemas in said]
    yield usual
    yield usual[:1]
    for index, column in enumerate(columns):
        yield from ([*usual[:index], value, *usual[index + 1 :]] for value in column[:MOST])
    for row in (usual, [column[0] for column in columns]):
        yield row
        yield from ([*row, value] for value in (*rest[:MOST], "a", 1))
    yield from ([column[choice % len(column)] for column in columns] for choice in range(12))


LIST_LIMITS: Final = ("minItems", "maxItems", "minContains", "maxContains")


def objects(said: Sequence[Speaker], depth: int) -> Iterator[object]:
    """Objects with what must be there, and with each member as it may matter."""
    members: dict[str, list[object]] = {}
    for each in said:
        for name, schema in mapping(each.get("properties")).items():
            members.setdefault(name, []).append(schema)
        for name in (*texts(each.get("required")), *dependent_names(each)):
            members.setdefault(name, [])
    values = {
        name: [minimal(schemas, depth - 1)]
        if is_one_schema(schemas)
        else values_of(schemas, depth - 1) or ["a"]
        for name, schemas in members.items()
        if not name.startswith(STANDS_FOR)
    }
    bases = distinct(
        {name: values[name][0] for name in names if name in values} for names in required_sets(said)
    )
    for base in bases[:8]:
        yield base
    for base in bases[:4]:
        whole = mapping(base)
        for name, options in values.items():
            yield from ({**whole, name: option} for option in options[: MOST if depth > 3 else 12])
            yield {other: value for other, value in whole.items() if other != name}
    whole = {name: options[0] for name, options in values.items()}
    yield whole
    for name in whole:
        yield {other: value for other, value in whole.items() if other != name}
    yield from extra_members(said, mapping(bases[0]) if bases else {}, depth)


def is_one_schema(schemas: Sequence[object]) -> bool:
    """Whether all who speak of a member say the same: then it tells nobody apart."""
    return len(schemas) > 1 and all(each == schemas[0] for each in schemas)


def chosen(schemas: Iterable[object]) -> list[Speaker]:
    """All that speaks about one place when the simplest of its alternatives is taken."""
    found: list[Speaker] = []
    waiting = list(schemas)
    while waiting and len(found) < 200:
        here = waiting.pop(0)
        if isinstance(here, dict):
            found.append(here)
            waiting += elements(here.get("allOf"))
            for word in ("anyOf", "oneOf"):
                forms = [form for form in elements(here.get(word)) if isinstance(form, dict)]
                waiting += [min(forms, key=weight)] if forms else []
    return found


def weight(form: Speaker) -> int:
    """How much it takes to write a value of an alternative; most where it is not written out."""
    if any(name.startswith(STANDS_FOR) for name in texts(form.get("required"))):
        return 9
    kinds = text_or_texts(form.get("type"))
    if "enum" in form or "const" in form or set(kinds) & {"string", "integer", "number", "boolean"}:
        return 0
    return 1 if "null" in kinds else 2 if kinds else 3


def minimal(schemas: Sequence[object], depth: int) -> object:
    """One value that probably fits."""
    said = chosen(schemas)
    for each in said:
        for named in (
            *elements(each.get("enum"))[:1],
            *([each["const"]] if "const" in each else []),
        ):
            return named
    kinds = {kind for each in said for kind in text_or_texts(each.get("type"))}
    if depth > 0 and "object" in kinds:
        return minimal_object(said, depth)
    if depth > 0 and "array" in kinds:
        least = max((count(each.get("minItems")) or 0 for each in said), default=0)
        of_all = [each["items"] for each in said if "items" in each]
        return [minimal(of_all, depth - 1)] * min(least, LONGEST)
    return minimal_scalar(said, kinds)


def minimal_scalar(said: Sequence[Speaker], kinds: Collection[str]) -> object:
    """One value that holds no others and probably fits."""
    if not kinds or "string" in kinds:
        return minimal_text(said)
    if "integer" in kinds or "number" in kinds:
        tried = [0, 1, *numbers(said)]
        return next((value for value in tried if is_within_bounds(said, value)), 0)
    return True if "boolean" in kinds else None


COMPARED: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "minimum": ge,
    "maximum": le,
    "exclusiveMinimum": gt,
    "exclusiveMaximum": lt,
}
"""The bounds of numbers, each with how a number that keeps it stands to it."""


def is_within_bounds(said: Sequence[Speaker], value: float) -> bool:
    """Whether a number keeps every bound that is spoken of."""
    return all(
        keeps(value, bound)
        for each in said
        for word, keeps in COMPARED.items()
        if (bound := number(each.get(word))) is not None
    )


def minimal_object(said: Sequence[Speaker], depth: int) -> object:
    """An object with what must be there."""
    names = dict.fromkeys(name for each in said for name in texts(each.get("required")))
    return {
        name: minimal([mapping(each.get("properties")).get(name, True) for each in said], depth - 1)
        for name in names
    }


def minimal_text(said: Sequence[Speaker]) -> str:
    """A text of the format, the pattern or the least length that is asked for."""
    for each in said:
        for name in text_or_texts(each.get("format")):
            for text in FORMATS.get(name, ()):
                return text
        if isinstance(each.get("pattern"), str):
            for text in (
                *texts_of(str(each["pattern"]), most=1),
                *random_texts(str(each["pattern"])),
            ):
                return text
    least = max((count(each.get("minLength")) or 0 for each in said), default=0)
    return "a" * min(max(least, 1), LONGEST)


def dependent_names(each: Speaker) -> Iterator[str]:
    """Members that others ask for."""
    for name, needed in mapping(each.get("dependentRequired")).items():
        yield name
        yield from texts(needed)
    yield from mapping(each.get("dependentSchemas"))


def required_sets(said: Sequence[Speaker]) -> Iterator[tuple[str, ...]]:
    """Members that must be there together: of all who speak, of the first, of each other one with it."""
    all_of = [texts(each.get("required")) for each in said]
    joined = tuple(dict.fromkeys(name for names in all_of for name in names))
    yield joined
    yield ()
    for names in all_of:
        yield names
        yield tuple(dict.fromkeys((*all_of[0], *names)))


def extra_members(
    said: Sequence[Speaker], base: Mapping[str, object], depth: int
) -> Iterator[object]:
    """Objects with members that nobody names, with each value that may matter."""
    for word in ("additionalProperties", "unevaluatedProperties"):
        schemas = [each[word] for each in said if isinstance(each.get(word), dict)]
        options = values_of(schemas, depth - 1)[:MOST] if schemas else ["a"]
        yield from ({**base, "another": option} for option in options)
    named: dict[str, list[object]] = {}
    for each in said:
        for pattern, schema in mapping(each.get("patternProperties")).items():
            named.setdefault(pattern, []).append(schema)
    for pattern, schemas in named.items():
        names = [*islice(texts_of(pattern), 2), *random_texts(pattern)[:1]]
        options = values_of(schemas, depth - 1)[:MOST]
        yield from ({**base, name: option} for name in names for option in options)
    yield from counted_members(said, base)
    naming = [each["propertyNames"] for each in said if "propertyNames" in each]
    said_names = [name for name in values_of(naming, 1) if isinstance(name, str)] if naming else []
    yield from ({**base, name: "a"} for name in said_names[:MOST])


def counted_members(said: Sequence[Speaker], base: Mapping[str, object]) -> Iterator[object]:
    """Objects with as many members as some limit says, one less and one more."""
    for each in said:
        for word in ("minProperties", "maxProperties"):
            limit = count(each.get(word))
            if limit is not None and limit <= 200:
                for size in (limit - 1, limit, limit + 1):
                    more = {f"m{index}": "a" for index in range(max(size - len(base), 0))}
                    yield {**base, **more}
