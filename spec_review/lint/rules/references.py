"""Whether every `$ref` leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from spec_review.document import (
    KINDS,
    CircularReferenceError,
    DanglingReferenceError,
    Document,
    DocumentError,
    ExternalReferenceError,
    Pointer,
    UnresolvedError,
    pointer_of,
    text_of,
)
from spec_review.lint.rule import Fault, Rule, did_you_mean
from spec_review.lint.samples import parcels, shop


def _references(document: Document) -> Iterator[tuple[Pointer, str]]:
    for kind in KINDS:
        for place in document.objects(kind):
            value = document.value(place)
            if isinstance(value, dict) and isinstance(value.get("$ref"), str):
                yield place, value["$ref"]


def _dangling_reference(document: Document) -> Iterator[Fault]:
    files: dict[str, Document | None] = {}
    for place, reference in _references(document):
        try:
            document.follow(document.target(place, reference))
        except ExternalReferenceError:
            yield from _outside(document, place, reference, files)
        except CircularReferenceError:
            continue
        except DanglingReferenceError as error:
            # A reference further on is reported where it stands.
            if error.target == reference:
                yield Fault(
                    (*place, "$ref"),
                    f"{reference} is nowhere in the document",
                    _nearest(document, reference),
                )
        except UnresolvedError:
            continue


def _outside(
    document: Document, place: Pointer, reference: str, files: dict[str, Document | None]
) -> Iterator[Fault]:
    name, _, fragment = reference.partition("#")
    if ":" in name or document.path is None:
        return
    if name not in files:
        path = Path(document.path).parent / name
        try:
            files[name] = Document.load(path) if path.is_file() else None
        except DocumentError as error:
            files[name] = None
            yield Fault((*place, "$ref"), f"{reference} is not readable: {error.reason}")
            return
    other = files[name]
    if other is None:
        yield Fault((*place, "$ref"), f"there is no file {name} beside this one")
    elif (
        fragment.startswith("/")
        and not other.value(pointer_of(fragment))
        and _missing(other, fragment)
    ):
        yield Fault((*place, "$ref"), f"#{fragment} is nowhere in {name}")


def _missing(document: Document, fragment: str) -> bool:
    try:
        document.target((), "#" + fragment)
    except UnresolvedError:
        return True
    return False


def _nearest(document: Document, reference: str) -> str:
    pointer = pointer_of(reference) if "#" in reference else ()
    siblings = document.value(pointer[:-1]) if pointer else None
    if isinstance(siblings, dict) and pointer:
        known = [text_of((*pointer[:-1], name)) for name in siblings]
        return did_you_mean(reference, known)
    known = [
        text_of(("components", kind, name))
        for kind, named in _mapping(document.data.get("components")).items()
        for name in _mapping(named)
    ]
    return did_you_mean(reference, known)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _circular_reference(document: Document) -> Iterator[Fault]:
    seen: set[Pointer] = set()
    for place, _ in _references(document):
        chain = _chain(document, place)
        if chain and not seen & set(chain):
            seen |= set(chain)
            first = min(chain, key=lambda one: document.position((*one, "$ref")))
            way = " -> ".join(text_of(one) for one in (*_from(chain, first), first))
            yield Fault(
                (*first, "$ref"),
                f"the reference leads back to itself: {way}",
                "say in one of these places what the thing is",
            )


def _from(chain: list[Pointer], first: Pointer) -> list[Pointer]:
    start = chain.index(first)
    return chain[start:] + chain[:start]


def _chain(document: Document, start: Pointer) -> list[Pointer]:
    """Return the places of a circle of references that nothing interrupts, [] when it ends."""
    way: list[Pointer] = []
    place = start
    while place not in way:
        value = document.value(place)
        if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
            return []
        way.append(place)
        try:
            place = document.target(place, value["$ref"])
        except UnresolvedError:
            return []
    return way[way.index(place) :]


def _endless_schema(document: Document) -> Iterator[Fault]:
    """Find schemas of which every instance would hold another instance of itself for ever."""
    told: set[Pointer] = set()
    for place in document.objects("schema"):
        if len(place) == 3 and place[:2] == ("components", "schemas") and place not in told:
            way = _needs(document, place, place, ())
            if way:
                told |= set(way)
                yield Fault(
                    way[-1],
                    f"every {place[-1]} must hold another {place[-1]}, so there can be none",
                    "make a member on the way optional, or allow null or an empty array",
                )


def _needs(
    document: Document, start: Pointer, place: Pointer, way: tuple[Pointer, ...]
) -> tuple[Pointer, ...]:
    """Return the way by which a schema demands an instance of `start`, () when it does not."""
    try:
        here = document.follow(place)
    except UnresolvedError:
        return ()
    if way and here == start:
        return (*way, place)
    if here in way:
        return ()
    value = document.value(here)
    if not isinstance(value, dict):
        return ()
    below: list[Pointer] = []
    properties = _mapping(value.get("properties"))
    required = value.get("required")
    if value.get("type") == "object":
        below += [
            (*here, "properties", name)
            for name in (required if isinstance(required, list) else ())
            if isinstance(name, str) and name in properties
        ]
    joined = value.get("allOf")
    below += [
        (*here, "allOf", index) for index in range(len(joined) if isinstance(joined, list) else 0)
    ]
    least = value.get("minItems")
    if value.get("type") == "array" and isinstance(least, int) and least > 0 and "items" in value:
        below.append((*here, "items"))
    for one in below:
        found = _needs(document, start, one, (*way, here))
        if found:
            return found
    return ()


dangling_reference: Final = Rule(
    id="dangling-reference",
    severity="error",
    sentence="Every $ref leads to something.",
    why="Whatever follows the reference fails, most tools with a long traceback.",
    breaks=shop(
        (
            "- $ref: '#/components/parameters/Language'",
            "- $ref: ▸'#/components/parameters/Langauge'",
        )
    ),
    keeps=shop(),
    faults=_dangling_reference,
)
circular_reference: Final = Rule(
    id="circular-reference",
    severity="error",
    sentence="No $ref leads back to itself.",
    why="A circle of references says nothing, and a reader that follows it never comes back.",
    breaks=shop(
        (
            "    Problem:\n      type: object",
            "    Circle: {$ref: ▸'#/components/schemas/Round'}\n"
            "    Round: {$ref: '#/components/schemas/Circle'}\n"
            "    Problem:\n      type: object",
        )
    ),
    keeps=shop(
        (
            "price: {type: number, description: What it costs., minimum: 0}",
            "price: {type: number, description: What it costs., minimum: 0}\n"
            "        parts: {type: array, description: What it is made of., "
            "items: {$ref: '#/components/schemas/Thing'}}",
        )
    ),
    faults=_circular_reference,
)
endless_schema: Final = Rule(
    id="endless-schema",
    severity="error",
    sentence="No schema demands another instance of itself for ever.",
    why="Nothing fits such a schema, so the operation can never be called or answered.",
    breaks=parcels(
        ("required: [number, weight, lifters]", "required: [number, weight, lifters]"),
        (
            "    Accepted:\n      type: object",
            "    Box:\n      type: object\n      description: A box.\n      required: [inner]\n"
            "      properties:\n        ▸inner: {$ref: '#/components/schemas/Box'}\n"
            "    Accepted:\n      type: object",
        ),
    ),
    keeps=parcels(
        (
            "    Accepted:\n      type: object",
            "    Box:\n      type: object\n      description: A box.\n"
            "      properties:\n        inner: {$ref: '#/components/schemas/Box'}\n"
            "    Accepted:\n      type: object",
        )
    ),
    faults=_endless_schema,
)
