"""The styles of OpenAPI, after RFC 6570: how arrays and objects are written into one text, or into several pairs.

Each function takes texts as `escapes.decoded` leaves them and yields what they may mean, the likeliest first: a list or
an object, whose texts are plain. Raises ValueError with what is expected for a text that is not written in the style.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mock_server.contracts.schema_view import SchemaView
from mock_server.http.conversion import Texts
from mock_server.http.escapes import plain

_BETWEEN = {"spaceDelimited": " ", "pipeDelimited": "|"}
_STEP = re.compile(r"\[([^\[\]]*)\]")


def shapes(view: SchemaView | None) -> tuple[str, ...]:
    """Return what a value may be: `scalar`, `array`, `object`."""
    return view.shapes if view is not None else ("scalar",)


# -- one text ------------------------------------------------------------------------------------


def read_path(
    text: str, name: str, style: str, view: SchemaView | None, *, explode: bool
) -> Iterator[Texts]:
    """Yield what the text in place of a template means, in the style `simple`, `label` or `matrix`."""
    if style == "label":
        if not text.startswith("."):
            raise ValueError("must begin with a full stop, as the style label writes it")
        # Without `explode`, OpenAPI 3.0.4 parts by commas what earlier ones parted by full stops.
        separators = "." if explode else ",."
        yield from _separated(text[1:], separators, view, explode=explode)
    elif style == "matrix":
        yield from _matrix(text, name, view, explode=explode)
    else:
        yield from _separated(text, ",", view, explode=explode)


def read_header(text: str, view: SchemaView | None, *, explode: bool) -> Iterator[Texts]:
    """Yield what a header means, in the style `simple`."""
    for reading in _separated(text, ",", view, explode=explode):
        yield _stripped(reading)


def read_delimited(text: str, style: str, view: SchemaView | None) -> Iterator[Texts]:
    """Yield what one value of a query, a cookie or a form means, where the style puts all into one text."""
    separator = _BETWEEN.get(style)
    if separator is not None:
        yield from _separated(plain(text), separator, view, explode=False)
        return
    yield from _separated(text, ",", view, explode=False)
    # Many clients encode the commas between items as well as those inside of them.
    if plain(text) != text:
        yield from _separated(plain(text), ",", view, explode=False)


def _separated(
    text: str, separators: str, view: SchemaView | None, *, explode: bool
) -> Iterator[Texts]:
    for shape in shapes(view):
        if shape == "scalar":
            yield plain(text)
            continue
        for separator in separators:
            parts = text.split(separator)
            if shape == "array":
                yield [plain(part) for part in parts]
            elif explode:
                yield _members(parts)
            elif len(parts) % 2 == 0:
                yield dict(zip(map(plain, parts[::2]), map(plain, parts[1::2]), strict=True))
            else:
                yield plain(text)
        if shape == "array" and not text:
            yield []


def _members(parts: Sequence[str]) -> dict[str, Texts]:
    pairs = (part.partition("=") for part in parts)
    return {plain(name): plain(value) for name, _, value in pairs}


def _matrix(text: str, name: str, view: SchemaView | None, *, explode: bool) -> Iterator[Texts]:
    if not text.startswith(";"):
        raise ValueError(f"must begin with ;{name}, as the style matrix writes it")
    pairs = [part.partition("=")[::2] for part in text[1:].split(";")]
    named = [value for given, value in pairs if plain(given) == name]
    for shape in shapes(view):
        if shape == "object" and explode:
            yield {plain(given): plain(value) for given, value in pairs}
        elif not named:
            raise ValueError(f"must be written ;{name}=..., as the style matrix does")
        elif shape == "array" and explode:
            yield [plain(value) for value in named]
        else:
            yield from _separated(named[-1], ",", view, explode=False)


def _stripped(reading: Texts) -> Texts:
    if isinstance(reading, str):
        return reading.strip()
    if isinstance(reading, list):
        return [_stripped(one) for one in reading]
    return {name.strip(): _stripped(one) for name, one in reading.items()}


# -- several pairs -------------------------------------------------------------------------------


def read_repeated(texts: Sequence[str], view: SchemaView | None) -> Iterator[Texts]:
    """Yield what a name means that stands once or several times. Raises ValueError for a scalar that is repeated."""
    possible = shapes(view)
    if len(texts) > 1 and "array" not in possible:
        raise ValueError(f"is given {len(texts)} times")
    for shape in possible:
        if shape == "array":
            yield [plain(text) for text in texts]
            if list(texts) == [""]:
                yield []
        elif len(texts) == 1:
            yield plain(texts[0])


def read_exploded_object(
    pairs: Mapping[str, Sequence[str]], view: SchemaView, others: frozenset[str]
) -> dict[str, Texts] | None:
    """Return the members of an object that stand among the pairs by their own names; None when none does.

    `others` are names that belong to somebody else.
    """
    named = {name for each in (view, *_branches(view)) for name in each.properties}
    found: dict[str, Texts] = {
        name: _one_or_all(texts)
        for name, texts in pairs.items()
        if name in named or (view.takes_others and name not in others)
    }
    return found or None


def read_deep_object(pairs: Mapping[str, Sequence[str]], name: str) -> dict[str, Texts] | None:
    """Return the object whose members stand as `name[member]`, also deeper; None when none does.

    `name[]` and `name[0]` are items of an array.
    """
    found: dict[str, Texts] = {}
    for key, texts in pairs.items():
        steps = _STEP.findall(key[len(name) :])
        if steps and key == name + "".join(f"[{step}]" for step in steps):
            _put(found, steps, _one_or_all(texts), texts)
    return {key: _lists(inner) for key, inner in found.items()} or None


def as_list(members: Mapping[str, Texts]) -> list[Texts] | None:
    """Return the items of what was read as `name[]=a` or `name[0]=a`, None when that has members."""
    read = _lists(dict(members))
    return read if isinstance(read, list) else None


def _put(into: dict[str, Texts], steps: Sequence[str], text: Texts, texts: Sequence[str]) -> None:
    for step in steps[:-1]:
        inner = into.setdefault(step, {})
        if not isinstance(inner, dict):
            raise ValueError(f"has both a value and members under {step}")
        into = inner
    last = steps[-1]
    into[last] = [plain(one) for one in texts] if last == "" else text


def _lists(texts: Texts) -> Texts:
    """Turn objects whose members are called by numbers, or by nothing, into lists."""
    if not isinstance(texts, dict):
        return texts
    inner = {name: _lists(one) for name, one in texts.items()}
    if set(inner) == {""}:
        (items,) = inner.values()
        return items if isinstance(items, list) else [items]
    if all(name.isdecimal() and len(name) < 6 for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _one_or_all(texts: Sequence[str]) -> Texts:
    return plain(texts[0]) if len(texts) == 1 else [plain(text) for text in texts]


def _branches(view: SchemaView) -> Iterator[SchemaView]:
    for option in view.options:
        yield option
        yield from _branches(option)
