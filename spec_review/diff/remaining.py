"""What no other change accounts for: told all the same, so that nothing of a document changes in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from openapi_documents import MISSING, Document, File, Pointer, UnresolvedError, text_of
from spec_review.diff.changes import Change
from spec_review.diff.descriptions import is_spoken
from spec_review.diff.kinds import ADDITIONS, OtherKind
from spec_review.diff.verdicts import SAFE
from spec_review.diff.versions import Pair, Versions, path_beside_root
from spec_review.reading.parts import CHOICES, parts

MOST_NAMED: Final = 3

SENTENCES: Final[dict[OtherKind, str]] = {
    "info-changed": "what is said of the document itself changed",
    "tags-changed": "operations are sorted otherwise",
    "extensions-changed": "words of others changed",
    "unused-changed": "schemas changed that no operation uses",
    "written-otherwise": "something is written otherwise and means the same",
}


HEADS: Final = ("info", "openapi", "jsonSchemaDialect")
"""What stands at the top of a document and speaks about it as a whole."""

UNORDERED: Final = (("enum",), ("required",), ("type",))
"""Lists whose order says nothing: they are told as a whole."""


def remaining_changes(
    versions: Versions, told: Sequence[Change], compared: Iterable[Pair]
) -> Iterator[Change]:
    """One change for each kind of place that differs and that nobody has told.

    `compared` are the schemas that operations use.
    """
    known = {place for change in told for place in (*told_places(change), *change.related)}
    known |= introduced(versions, told)
    within = {place[:length] for place in known for length in range(1, len(place))}
    found: dict[OtherKind, list[Pair]] = {}
    for old, new in versions.files():
        for pair in differing(versions.old.value(old), versions.new.value(new), (old, new)):
            for each in untold(versions, pair, known, within):
                found.setdefault(kind_of(each), []).append(each)
    if "unused-changed" in found:
        used = used_places(versions, compared)
        unused = found.pop("unused-changed")
        for each in unused:
            is_used = is_known(max(each, key=len), used)
            found.setdefault("written-otherwise" if is_used else "unused-changed", []).append(each)
    for kind, pairs in found.items():
        places = [max(pair, key=len) for pair in pairs]
        named = ", ".join(f"`{text_beside_root(versions, pair)}`" for pair in pairs[:MOST_NAMED])
        more = f" and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
        sentence = f"{SENTENCES[kind]}: {named}{more}"
        yield Change(kind, sentence, SAFE, *pairs[0], "words", related=tuple(places[1:]))


def text_beside_root(versions: Versions, pair: Pair) -> str:
    """The longer of two places as a reference, its file named as it is seen from the root file."""
    old, new = pair
    document, place = (versions.old, old) if len(old) > len(new) else (versions.new, new)
    if place and isinstance(place[0], File):
        return f"{path_beside_root(document, place[0])}{text_of(place[1:])}"
    return text_of(place)


def untold(
    versions: Versions, pair: Pair, known: set[Pointer], within: set[Pointer]
) -> Iterator[Pair]:
    """What nobody has told of a pair of places: of a thing that one side has alone, what is told in it is left out."""
    if any(is_known(place, known) for place in pair):
        return
    if any(isinstance(place[-1], int) and place in within for place in pair):
        return
    values = versions.old.value(pair[0]), versions.new.value(pair[1])
    inner = next((each for each in values if isinstance(each, dict | list)), None)
    if MISSING in values and inner is not None and within & set(pair):
        for step in inner if isinstance(inner, dict) else range(len(inner)):
            yield from untold(versions, below(pair, step, step), known, within)
    else:
        yield pair


def introduced(versions: Versions, told: Iterable[Change]) -> set[Pointer]:
    """The components that one document has alone, and that what is new in it, or gone with it, refers to."""
    found: set[Pointer] = set()
    for document, other, places in (
        (versions.new, versions.old, {change.new for change in told if change.kind in ADDITIONS}),
        (versions.old, versions.new, {change.old for change in told if change.is_removed}),
    ):
        waiting = [target for place in places for target in references_below(document, place)]
        while waiting:
            place = waiting.pop()
            if place not in found and other.value(place) is MISSING:
                found.add(place)
                waiting += references_below(document, place)
    return found


def references_below(document: Document, place: Pointer) -> Iterator[Pointer]:
    """Where the references at a place and below it lead."""
    value = document.value(place)
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        with suppress(UnresolvedError):
            yield document.target(place, value["$ref"])
    steps = (
        value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    )
    for step in steps:
        yield from references_below(document, (*place, step))


def told_places(change: Change) -> Iterator[Pointer]:
    """The places that a change is about; not what holds the place where the other side has nothing."""
    if change.kind not in ADDITIONS:
        yield change.old
    if not change.is_removed:
        yield change.new


def used_places(versions: Versions, compared: Iterable[Pair]) -> set[Pointer]:
    """The places of the schemas that operations use, with what is joined to them."""
    documents = versions.old, versions.new
    places = {each for pair in compared for each in zip(documents, pair, strict=True)}
    return {part.pointer for document, place in places for part in parts(document, place, CHOICES)}


def kind_of(pair: Pair) -> OtherKind:
    """What a pair of places is about; of a schema it is not said yet whether any operation uses it."""
    place = max(pair, key=len)
    if any(is_of_others(place, index) for index in range(len(place))):
        return "extensions-changed"
    if place[0] in HEADS:
        return "info-changed"
    if "tags" in place:
        return "tags-changed"
    return "unused-changed" if place[:2] == ("components", "schemas") else "written-otherwise"


NAMES: Final = frozenset(
    (
        "headers", "properties", "patternProperties", "dependentSchemas", "$defs", "examples", "links", "callbacks",
        "schemas", "responses", "parameters", "requestBodies", "securitySchemes", "pathItems", "mediaTypes", "variables",
        "mapping", "scopes", "content", "encoding", "webhooks",
    )
)  # fmt: skip
"""What holds things by names of the author's choice, which may begin as words of others do."""


def is_of_others(place: Pointer, index: int) -> bool:
    """Whether a step is a word of others, and not a name such as that of a header."""
    return str(place[index]).startswith("x-") and (index == 0 or place[index - 1] not in NAMES)


def is_known(place: Pointer, known: set[Pointer]) -> bool:
    """Whether a place is known, or what holds it; of words of others no place above them speaks."""
    of_others = [index for index in range(len(place)) if is_of_others(place, index)]
    shortest = of_others[0] + 1 if of_others else 1
    return any(place[:length] in known for length in range(len(place), shortest - 1, -1))


def differing(old: object, new: object, here: Pair) -> Iterator[Pair]:
    """The places that differ, the smallest that both or one have; what speaks to people is told elsewhere."""
    if old == new and isinstance(old, bool) == isinstance(new, bool):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            if not (is_spoken(name, here[1]) and name in old and name in new):
                members = old.get(name, MISSING), new.get(name, MISSING)
                yield from differing(*members, below(here, name, name))
    elif isinstance(old, list) and isinstance(new, list):
        if here[1][-1:] in UNORDERED and len(old) == len(new):
            yield here
        else:
            yield from differing_elements(old, new, here)
    else:
        yield here


def differing_elements(old: Sequence[object], new: Sequence[object], here: Pair) -> Iterator[Pair]:
    """The elements of two lists that differ: those with one name belong together, in lists of one length all."""
    is_moved = len(old) != len(new)
    gone = [index for index, each in enumerate(old) if not is_moved or each not in new]
    fresh = [index for index, each in enumerate(new) if not is_moved or each not in old]
    for index in gone:
        same = (
            at
            for at in fresh
            if (name_of(new[at]) == name_of(old[index]) if is_moved else at == index)
        )
        partner = next(same, None)
        if partner is None:
            yield (*here[0], index), here[1]
        else:
            fresh.remove(partner)
            yield from differing(old[index], new[partner], below(here, index, partner))
    for index in fresh:
        yield here[0], (*here[1], index)
    if is_moved and not gone and not fresh:
        yield here


def name_of(element: object) -> object:
    """What tells an element of a list from others: its place and name, or the whole."""
    if isinstance(element, dict) and "name" in element:
        return element.get("in"), element["name"]
    return element


def below(here: Pair, old: str | int, new: str | int) -> Pair:
    """A pair of places one step further."""
    return (*here[0], old), (*here[1], new)
