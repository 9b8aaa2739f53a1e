"""Where something leads that stands at a place: references, names of operations, schemes, tags and our words."""

from __future__ import annotations

from openapi_documents import Document, DocumentError, Pointer
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def target_of(contract: Contract, place: Pointer) -> Pointer | None:
    """The place that is meant by what stands at another one, None when nothing is."""
    document = contract.document
    value = document.value(place)
    try:
        return referred(document, place) or named(contract, place, value)
    except DocumentError:
        return None


def referred(document: Document, place: Pointer) -> Pointer | None:
    """Where the reference leads that stands at a place, or in the object there. Raises DocumentError."""
    value = document.value(place)
    if place[-1:] == ("$ref",) and isinstance(value, str):
        return document.target(place[:-1], value)
    if isinstance(mapping(value).get("$ref"), str):
        return document.target(place, mapping(value)["$ref"])
    if place[-1:] == ("operationRef",):
        return document.linked_operation(place[:-1])
    if "discriminator" in place[-3:] and isinstance(value, str) and place[-1] != "propertyName":
        return document.mapped(place)
    return None


def named(contract: Contract, place: Pointer, value: object) -> Pointer | None:
    """What is called by the name at a place."""
    document = contract.document
    names: dict[object, Pointer] = {}
    if place[-1:] == ("operationId",) or place[-2:-1] == ("x-status-of",):
        names = {one.id: (*one.pointer, "operationId") for one in document.operations() if one.id}
    elif "security" in place[-4:]:
        at = place.index("security") + 2
        if len(place) > at:
            return ("components", "securitySchemes", place[at])
    elif place[-2:-1] == ("tags",):
        names = {
            mapping(document.value(one)).get("name"): (*one, "name")
            for one in document.objects("tag")
            if isinstance(mapping(document.value(one)).get("name"), str)
        }
    elif "x-silence" in place[-2:] or "silence" in place[-2:]:
        names = {one.id: one.pointer for one in contract.silences}
    elif place[-1:] == ("lifecycle",) or place[-1:] == ("x-record-of",):
        names = {one.name: one.pointer for one in contract.lifecycles}
    return names.get(value) if isinstance(value, str) else None
