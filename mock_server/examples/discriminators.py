"""Which value of a discriminator announces which schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mock_server.contracts.standalone import Schema, named
from mock_server.examples.limits import Plain


def announced(options: Sequence[Schema], discriminator: object) -> list[Schema]:
    """Return the options that are named, each with the value by which the discriminator announces it."""
    if not isinstance(discriminator, Mapping) or "propertyName" not in discriminator:
        return []
    name = discriminator["propertyName"]
    found: list[Schema] = []
    for option in options:
        if isinstance(option, Mapping) and isinstance(ref := option.get("$ref"), str):
            told = {"enum": [_announced(ref, discriminator)]}
            found.append({"allOf": [option, {"required": [name], "properties": {name: told}}]})
    return found


def hinted(plain: Plain) -> tuple[str, str] | None:
    """Return the discriminator's member and value for a schema that inherits it by `allOf`."""
    discriminator = plain.get("discriminator")
    if not isinstance(discriminator, Mapping) or "propertyName" not in discriminator:
        return None
    reference = plain.get("named")
    if not reference:
        return None
    return discriminator["propertyName"], _announced(reference, discriminator)


def _announced(reference: str, discriminator: Mapping[str, object]) -> str:
    """Return the value that stands for a schema: by the mapping, else the schema's name."""
    place = named(reference)
    name = place.rpartition("/")[2]
    mapping = discriminator.get("mapping")
    for value, written in mapping.items() if isinstance(mapping, Mapping) else ():
        # In a document of several files, a file is named as seen from another folder.
        if written in (name, place) or str(written).rpartition("/")[2] == name:
            return str(value)
    return name
