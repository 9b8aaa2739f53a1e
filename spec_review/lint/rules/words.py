"""Whether the x- members are words of the vocabulary, in their place and form."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs

from spec_review.document import KINDS, Document, Pointer
from spec_review.lint.rule import Fault, Rule, did_you_mean, listed
from spec_review.lint.samples import parcels
from spec_review.reading.vocabulary import CONDITIONS, FORMS, PLACES, WORDS

_LONGEST: Final = 160


def _carriers(document: Document) -> Iterator[tuple[str, Pointer, dict[str, Any]]]:
    """Yield the kind, place and value of each object that may carry x- members."""
    for kind in KINDS:
        for place in document.objects(kind):
            value = document.value(place)
            if isinstance(value, dict):
                yield kind, place, value
    tags = document.data.get("tags")
    others: list[Pointer] = [("info",), ("paths",)]
    others += [("tags", index) for index in range(len(tags) if isinstance(tags, list) else 0)]
    for place in others:
        value = document.value(place)
        if isinstance(value, dict):
            yield "other", place, value


def _members(document: Document) -> Iterator[tuple[str, Pointer, str]]:
    for kind, place, value in _carriers(document):
        for word in value:
            if word.startswith("x-"):
                yield kind, place, word


def _speaks(document: Document) -> bool:
    """Tell whether a document uses the vocabulary; others may have x- members of their own."""
    return any(word in WORDS for _, _, word in _members(document))


def _unknown_word(document: Document) -> Iterator[Fault]:
    speaks = _speaks(document)
    for kind, place, word in _members(document):
        if word not in WORDS:
            mend = did_you_mean(word, WORDS, likeness=0.6 if speaks else 0.8)
            if mend or speaks:
                yield Fault(
                    (*place, word),
                    f"{word} is no word of the vocabulary",
                    mend or f"the words are {listed(WORDS)}",
                    at_key=True,
                )
        elif kind not in PLACES[word]:
            yield Fault(
                (*place, word),
                f"{word} means nothing here",
                f"it belongs to a {listed(PLACES[word]).replace(' and ', ' or ')}",
                at_key=True,
            )
    for place, error in _misfits(document):
        kind = error.kind.name
        if kind == "additionalProperties":
            for word in error.kind.unexpected:
                yield Fault(
                    (*place, word),
                    f"{word} is no member of {_called(place)}",
                    did_you_mean(word, _known(place), f"the members are {listed(_known(place))}"),
                    at_key=True,
                )
        elif kind == "enum" and place[-1] == "when":
            yield Fault(
                place,
                f"{document.value(place)!r} is no condition",
                did_you_mean(
                    str(document.value(place)),
                    CONDITIONS,
                    f"the conditions are {listed(CONDITIONS)}",
                ),
            )


def _word_form(document: Document) -> Iterator[Fault]:
    for place, error in _misfits(document):
        kind = error.kind.name
        if kind == "required":
            yield Fault(
                place,
                f"{_called(place)} has no {error.kind.property}",
                f"add {error.kind.property}",
                at_key=True,
            )
        elif kind == "enum" and place[-1] != "when":
            known = [str(one) for one in error.kind.options]
            yield Fault(
                place,
                f"{_called(place)} cannot be {document.value(place)!r}",
                did_you_mean(str(document.value(place)), known, f"write {' or '.join(known)}"),
            )
        elif kind not in ("additionalProperties", "enum"):
            yield Fault(place, f"{_called(place)}: {error.message[:_LONGEST]}")


def _misfits(document: Document) -> Iterator[tuple[Pointer, Any]]:
    for kind, place, word in _members(document):
        if word in WORDS and kind in PLACES[word]:
            at = (*place, word)
            for error in _form(word).iter_errors(document.value(at)):
                yield (*at, *error.instance_path), error


@lru_cache(maxsize=32)
def _form(word: str) -> Any:
    return jsonschema_rs.Draft202012Validator(dict(FORMS[word]))


def _inside(place: Pointer) -> tuple[str, Pointer]:
    """Return the word that a place belongs to, and the way from the word to the place."""
    at = next(i for i in range(len(place) - 1, -1, -1) if place[i] in WORDS)
    return str(place[at]), place[at + 1 :]


def _known(place: Pointer) -> list[str]:
    word, way = _inside(place)
    form: Any = FORMS[word]
    for part in way:
        if isinstance(part, int):
            form = form.get("items", {})
        elif part in form.get("properties", {}):
            form = form["properties"][part]
        else:
            form = form.get("additionalProperties", {})
        form = form if isinstance(form, dict) else {}
    return list(form.get("properties", {})) or ["in", "name"]


def _called(place: Pointer) -> str:
    word, way = _inside(place)
    if not way:
        return word
    last = way[-1]
    if isinstance(last, int):
        one = {"outcomes": "this outcome row", "x-rules": "this rule", "x-silences": "this silence"}
        return one.get(str(place[-2]), f"{place[-2]}[{last}]")
    return f"the lifecycle {last}" if word == "x-lifecycles" and len(way) == 1 else str(last)


unknown_word: Final = Rule(
    id="unknown-word",
    severity="error",
    sentence="Every x- member is a word of the vocabulary and stands where it means something.",
    why="A misspelt word is silently ignored, and the server does what nobody wrote.",
    breaks=parcels(
        ("      x-record-of: parcel", "      ▸x-recrod-of: parcel"),
        ("    parcel:\n", "    parcel:\n      x-silence: P1\n"),
    ),
    keeps=parcels(),
    faults=_unknown_word,
)
word_form: Final = Rule(
    id="word-form",
    severity="error",
    sentence="Every word of the vocabulary has its form.",
    why="A declaration without its members decides nothing, and each reader guesses another rest.",
    breaks=parcels(
        ("        - id: liftable\n", "        - ▸id: liftable\n"),
        ("          message: a parcel above 20 kg needs two lifters\n", ""),
    ),
    keeps=parcels(),
    faults=_word_form,
)
