"""How parameters are written into a request (OpenAPI 3.1.1, "Style Values")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from openapi_documents import Document, Parameter, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.carried import wire_of
from spec_review.diff.operations.media_types import media_range
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.schemas.differences import Effect
from spec_review.diff.schemas.verdicts import verdicts_of_effect
from spec_review.reading.parts import parts, types
from spec_review.reading.values import mapping

EASING: Final = ("allowReserved", "allowEmptyValue")
"""Members that let more be written."""

NESTED: Final = frozenset(("array", "object"))
"""Types that a style writes in a way of its own."""

SAME_EXPLODED: Final = ("simple",)
"""Styles in which a list is written alike whether it is exploded."""

IN_QUERY: Final = ("form", "spaceDelimited", "pipeDelimited", "deepObject")
"""Styles that write a single value alike: `name=value`."""


def form_changes(
    pair: OperationPair, old: Parameter, new: Parameter, name: str
) -> Iterator[Change]:
    """Members that say how a parameter is written, and say it otherwise."""
    kinds = kinds_of(pair.versions.old, old.pointer) | kinds_of(pair.versions.new, new.pointer)
    for word in ("style", "explode", *EASING):
        was, now = form_of(old, word), form_of(new, word)
        if was == now:
            continue
        effect = effect_of(word, was, now, old, kinds)
        yield pair.change(
            "parameter-form",
            f"{name} is written otherwise ({word})",
            verdicts_of_effect(effect, pair.asked),
            (*old.pointer, word),
            (*new.pointer, word),
        )


def effect_of(
    word: str, was: object, now: object, parameter: Parameter, kinds: frozenset[str]
) -> Effect:
    """What becomes of what may be written."""
    if word in EASING:
        return "widens" if now is True else "narrows"
    nested = kinds & NESTED
    if word == "explode":
        is_alike = form_of(parameter, "style") in SAME_EXPLODED and nested == {"array"}
        is_unsaid = form_of(parameter, "style") == "deepObject"
        return "none" if not nested or is_alike or is_unsaid else "both"
    return "none" if not nested and was in IN_QUERY and now in IN_QUERY else "both"


def kinds_of(document: Document, place: Pointer) -> frozenset[str]:
    """The types that the schema of a parameter or a header names."""
    return kinds_at(document, (*place, "schema"))


def kinds_at(document: Document, schema: Pointer) -> frozenset[str]:
    """The types that a schema names."""
    said = parts(document, schema, ("allOf", "anyOf", "oneOf"))
    named = [
        part
        for part in said
        if "type" in part.value or "properties" in part.value or "items" in part.value
    ]
    return frozenset(kind for part in named for kind in types([part])) if named else NESTED


def text_schema(document: Document, holder: Pointer) -> Pointer | None:
    """Where the schema stands of a single value that a parameter or header writes as plain text; None of any other.

    A style does so, and so do some media types: in JSON a number is written as in a query, a text is quoted.
    """
    place, plain = (*holder, "schema"), PLAIN
    content = mapping(document.value((*holder, "content")))
    if content:
        media = media_range(next(iter(content)))
        place = (*document.follow((*holder, "content", next(iter(content)))), "schema")
        plain = PLAIN if (media.kind, media.subtype) == ("text", "plain") else PLAIN - {"string"}
        if wire_of(media) == "xml":
            return None
    return place if kinds_at(document, place) <= plain else None


PLAIN: Final = frozenset(("string", "integer", "number", "boolean"))
"""Types whose values are written alike in every style of a query or a header."""


def form_of(parameter: Parameter, word: str) -> object:
    """The value of a keyword of a parameter's form, its default when it is not written."""
    usual = "form" if parameter.where in ("query", "cookie") else "simple"
    style = parameter.value.get("style", usual)
    defaults: Mapping[str, object] = {"style": style, "explode": style == "form"}
    return parameter.value.get(word, defaults.get(word, False))
