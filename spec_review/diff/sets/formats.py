"""What formats forbid, said in keywords that every validator knows.

Source: the OpenAPI Format Registry (https://spec.openapis.org/registry/format/) and JSON Schema Validation
2020-12, section 7.3.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from spec_review.reading.values import text

Plain = Mapping[str, object]


def signed(bits: int) -> Plain:
    """The bounds of a signed integer."""
    return {"minimum": -(2 ** (bits - 1)), "maximum": 2 ** (bits - 1) - 1}


def unsigned(bits: int) -> Plain:
    """The bounds of an unsigned integer."""
    return {"minimum": 0, "maximum": 2**bits - 1}


LARGEST_FLOAT: Final = 3.4028234663852886e38

NUMBERS: Final[Mapping[str, Plain]] = {
    "int8": signed(8),
    "int16": signed(16),
    "int32": signed(32),
    "int64": signed(64),
    "uint8": unsigned(8),
    "uint16": unsigned(16),
    "uint32": unsigned(32),
    "uint64": unsigned(64),
    "double-int": {"minimum": -(2**53) + 1, "maximum": 2**53 - 1},
    "float": {"minimum": -LARGEST_FLOAT, "maximum": LARGEST_FLOAT},
}
"""What formats of numbers forbid."""

TEXTS: Final[Mapping[str, Plain]] = {
    "byte": {"pattern": "^[A-Za-z0-9+/]*={0,2}$"},
    "base64url": {"pattern": "^[A-Za-z0-9_-]*={0,2}$"},
    "char": {"minLength": 1, "maxLength": 1},
    "sf-boolean": {"pattern": r"^\?[01]$"},
}
"""What formats of texts forbid, where keywords can say it."""

FREE: Final = frozenset(
    (
        "binary", "password", "double", "decimal", "decimal128", "html", "commonmark", "media-range", "http-date",
    )
)  # fmt: skip
"""Formats that forbid nothing, or nothing that a validator could see."""

WIDER: Final[Mapping[str, tuple[str, ...]]] = {
    "date": (),
    "date-time": (),
    "time": (),
    "duration": (),
    "email": ("idn-email",),
    "idn-email": (),
    "hostname": ("idn-hostname",),
    "idn-hostname": (),
    "ipv4": (),
    "ipv6": (),
    "uri": ("uri-reference", "iri", "iri-reference"),
    "uri-reference": ("iri-reference",),
    "iri": ("iri-reference",),
    "iri-reference": (),
    "uri-template": (),
    "uuid": (),
    "json-pointer": (),
    "relative-json-pointer": (),
    "regex": (),
}
"""Formats of which validators agree what they forbid, each with those that take all that it takes."""


def is_decided(name: object) -> bool:
    """Whether it is agreed what a format forbids."""
    known = text(name)
    return known in NUMBERS or known in TEXTS or known in FREE or known in WIDER


def meaning_of(name: object, kinds: Collection[str] = ()) -> tuple[Plain, ...]:
    """The keywords that say what a format forbids to values of these types, () when it forbids nothing or nobody knows.

    No types stand for any. A format says nothing of values of another type than its own.
    """
    known = text(name)
    if known in NUMBERS and (not kinds or {"integer", "number"} & set(kinds)):
        return (NUMBERS[known],)
    if kinds and "string" not in kinds:
        return ()
    if known in TEXTS:
        return (TEXTS[known],)
    return tuple({"format": each} for each in (known, *WIDER[known])) if known in WIDER else ()
