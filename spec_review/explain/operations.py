"""Operations for the page: what they take and what they answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from openapi_documents import Document, Operation, Parameter, Pointer
from spec_review.explain.prose import anchor, prose
from spec_review.output.wording import listed_values
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed, followed_or_none
from spec_review.reading.parts import (
    LOWER,
    parts,
    properties,
    required,
    single,
    types,
    types_in_words,
)
from spec_review.reading.values import mapping, text, text_or_texts

DEEPEST: Final = 4
"""How deep the members of a schema are listed."""

MOST_ROWS: Final = 120
"""How many members of one schema are listed."""


@dataclass(frozen=True)
class Member:
    """A member of a schema in words."""

    name: str
    kind: str
    is_required: bool
    limits: str
    description: str
    depth: int


@dataclass(frozen=True)
class ShownParameter:
    """A parameter in words."""

    name: str
    where: str
    required: bool
    kind: str
    limits: str
    description: str


@dataclass(frozen=True)
class Body:
    """One media type of a body with the members of its schema."""

    media: str
    kind: str
    members: Sequence[Member]


@dataclass(frozen=True)
class ShownResponse:
    """An answer by its status code."""

    code: str
    description: str
    bodies: Sequence[Body]


@dataclass(frozen=True)
class ShownOperation:
    """An operation as the page shows it; `lifecycle` is "" when it takes no items of one."""

    name: str
    anchor: str
    method: str
    path: str
    summary: str
    description: str
    deprecated: bool
    lifecycle: str
    processing: str
    status_of: tuple[str, ...]
    silences: tuple[str, ...]
    parameters: Sequence[ShownParameter]
    bodies: Sequence[Body]
    responses: Sequence[ShownResponse]


def shown_operation(contract: Contract, operation: Operation, *, is_played: bool) -> ShownOperation:
    """One operation: what it takes and what it answers; `is_played` when its lifecycle is shown."""
    document, value = contract.document, operation.value
    submission = mapping(value.get("x-submission"))
    codes = (code for code in mapping(value.get("responses")) if not code.startswith("x-"))
    return ShownOperation(
        name=operation.name,
        anchor=anchor("operation", operation.name),
        method=operation.method.upper(),
        path=operation.path,
        summary=text(value.get("summary")),
        description=prose(value.get("description")),
        deprecated=value.get("deprecated") is True,
        lifecycle=text(submission.get("lifecycle")) if is_played else "",
        processing=text(submission.get("processing")),
        status_of=text_or_texts(value.get("x-status-of")),
        silences=text_or_texts(value.get("x-silence")),
        parameters=[shown_parameter(document, each) for each in document.parameters(operation)],
        bodies=list(bodies(document, (*operation.pointer, "requestBody"))),
        responses=[
            shown_response(document, (*operation.pointer, "responses", code)) for code in codes
        ],
    )


def shown_parameter(document: Document, parameter: Parameter) -> ShownParameter:
    """One parameter in words."""
    schema = (*parameter.pointer, "schema")
    return ShownParameter(
        name=parameter.name,
        where=parameter.where,
        required=parameter.value.get("required") is True,
        kind=kind_of(document, schema),
        limits=limits_of(document, schema),
        description=prose(parameter.value.get("description")),
    )


def shown_response(document: Document, pointer: Pointer) -> ShownResponse:
    """One answer in words."""
    response = mapping(document.resolved(pointer))
    return ShownResponse(
        code=str(pointer[-1]),
        description=prose(response.get("description")),
        bodies=list(bodies(document, pointer)),
    )


def bodies(document: Document, pointer: Pointer) -> Iterator[Body]:
    """Each media type of a body with the members of its schema."""
    holder = followed(document, pointer)
    for media in mapping(document.value((*holder, "content"))):
        schema = (*holder, "content", media, "schema")
        listed = list(islice(members(document, schema), MOST_ROWS))
        yield Body(media, kind_of(document, schema), listed)


def members(
    document: Document, schema: Pointer, depth: int = 0, above: frozenset[Pointer] = frozenset()
) -> Iterator[Member]:
    """The members of a schema, those of its members below them."""
    here = followed_or_none(document, schema)
    if here is None or here in above or depth >= DEEPEST:
        return
    side = parts(document, here)
    inner = single(side, "items")
    if inner is not None:
        yield from members(document, inner, depth, above | {here})
    must = required(side)
    for name, places in properties(side).items():
        place = places[0]
        own, target = mapping(document.value(place)), mapping(document.resolved(place))
        yield Member(
            name,
            kind_of(document, place),
            name in must,
            limits_of(document, place),
            prose(own.get("description") or target.get("description")),
            depth,
        )
        yield from members(document, place, depth + 1, above | {here})


def kind_of(document: Document, schema: Pointer) -> str:
    """The type of a schema in words, with its name when it has one."""
    kinds: list[str] = []
    seen: set[Pointer] = set()
    place: Pointer | None = schema
    while place is not None and place not in seen:
        seen.add(place)
        side = parts(document, place)
        if not side:
            break
        kind = types_in_words(types(side))
        inner = single(side, "items")
        if inner is not None and kind in ("array", "anything"):
            kinds.append("array")
            place = inner
            continue
        if not any("type" in part.value for part in side):
            kind = "object" if any("properties" in part.value for part in side) else kind
        reference = text(mapping(document.value(place)).get("$ref"))
        name = reference.rpartition("/")[2]
        kinds.append(f"{name} ({kind})" if name and kind != "anything" else name or kind)
        break
    return " of ".join(kinds)


def limits_of(document: Document, schema: Pointer) -> str:
    """What a schema allows, in words."""
    limits: list[str] = []
    for part in parts(document, schema):
        value = part.value
        values = value.get("enum")
        if isinstance(values, list):
            limits.append(f"one of {listed_values(values)}")
        if "const" in value:
            limits.append(f"always {listed_values([value['const']])}")
        for word in ("format", "pattern"):
            if word in value:
                limits.append(f"{word} {value[word]}")
        for lower, upper in LOWER.items():
            limits += [f"{word} {value[word]}" for word in (lower, upper) if word in value]
    return "; ".join(dict.fromkeys(limits))
