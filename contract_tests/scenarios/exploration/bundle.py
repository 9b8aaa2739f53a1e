"""A contract as one document whose references all stay in it, for a library that would follow them anywhere."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from openapi_documents import KINDS, Document, File, NetworkReferenceError, Pointer, text_of

_OF_RESOURCES = frozenset({"$id", "$schema", "$dynamicRef"})
"""Keywords that change what references mean, or lead away."""


def bundled(document: Document) -> dict[str, object]:
    """Return a copy of a document in which every reference leads to a place of it.

    Schemas of other files become schemas of its components, everything else of other files stands where it was
    referred to; a schema in the network says nothing. Raises DocumentError for a reference that leads nowhere.
    """
    return _Bundle(document).whole()


class _Bundle:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._schemas = frozenset(document.objects("schema"))
        self._references = {
            place
            for kind in KINDS
            for place in document.objects(kind)
            if isinstance(value := document.value(place), dict)
            and isinstance(value.get("$ref"), str)
        }
        self._names: dict[Pointer, str] = {}
        self._waiting: list[Pointer] = []
        self._inside: list[Pointer] = []

    def whole(self) -> dict[str, object]:
        root: dict[str, Any] = self._copy((), self._document.data)
        root.pop("jsonSchemaDialect", None)
        while self._waiting:
            place = self._waiting.pop()
            components = root.setdefault("components", {}).setdefault("schemas", {})
            components[self._names[place]] = self._copy(place, self._document.value(place))
        return root

    def _copy(self, place: Pointer, value: Any) -> Any:
        if place in self._references:
            return self._referred(place, value)
        if isinstance(value, dict):
            copied = {name: self._copy((*place, name), one) for name, one in value.items()}
            return self._schema(place, copied) if place in self._schemas else copied
        if isinstance(value, list):
            return [self._copy((*place, number), one) for number, one in enumerate(value)]
        return value

    def _schema(self, place: Pointer, copied: dict[str, Any]) -> dict[str, object]:
        kept = {name: one for name, one in copied.items() if name not in _OF_RESOURCES}
        mapping = (kept.get("discriminator") or {}).get("mapping")
        if isinstance(mapping, dict):
            kept["discriminator"] = {
                **kept["discriminator"],
                "mapping": {name: self._mapped(place, str(one)) for name, one in mapping.items()},
            }
        return kept

    def _mapped(self, place: Pointer, reference: str) -> str:
        """Return a value of a discriminator's mapping: a plain name stays, a reference stays inside."""
        if re.fullmatch(r"[\w-]+", reference) or reference.startswith("#/"):
            return reference
        return self._inner(self._document.target(place, reference))

    def _referred(self, place: Pointer, value: dict[str, Any]) -> object:
        reference = value["$ref"]
        beside = {name: one for name, one in value.items() if name != "$ref"}
        if reference.startswith("#/") and not _is_elsewhere(place):
            with suppress(NetworkReferenceError):  # told where it stands
                self._document.follow(place)  # raises where it leads nowhere
            return {**beside, "$ref": reference}
        try:
            target = self._document.target(place, reference)
        except NetworkReferenceError:
            if place not in self._schemas:
                raise
            return beside  # nothing is fetched, so nothing is known of it
        if place in self._schemas or not _is_elsewhere(target):
            return {**beside, "$ref": self._inner(target)}
        end = self._document.follow(target)
        if end in self._inside:
            return beside  # it leads back to what holds it
        self._inside.append(end)
        copied = self._copy(end, self._document.value(end))
        self._inside.pop()
        return {**copied, **beside} if isinstance(copied, dict) else copied

    def _inner(self, target: Pointer) -> str:
        """Return a reference to a place of the whole; a schema of another file gets a name in it."""
        if not _is_elsewhere(target):
            return text_of(target)
        if target not in self._names:
            stem = re.sub(r"\W+", "-", text_of(target)).strip("-")
            self._names[target] = f"{stem}-{len(self._names) + 1}"
            self._waiting.append(target)
        return f"#/components/schemas/{self._names[target]}"


def _is_elsewhere(place: Pointer) -> bool:
    return bool(place) and isinstance(place[0], File)
