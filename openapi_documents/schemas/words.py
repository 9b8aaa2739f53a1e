"""The words of a schema by which a value is judged: which form each has, and which pattern is one.

A schema without a fault here is one that any validator takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from jsonschema_rs import Draft202012Validator, ValidationError

from openapi_documents.document import Document
from openapi_documents.errors import DocumentError
from openapi_documents.form import (
    BOOLEAN,
    LIST,
    MAPPING,
    NUMBER,
    TEXT,
    TEXT_BY_NAME,
    TEXTS,
    TEXTS_BY_NAME,
    Form,
    is_number,
    told,
)
from openapi_documents.limits import LONGEST_PATTERN
from openapi_documents.pointers import Pointer

TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")
_HUGE: Final = re.compile(r"\{(\d+),\d{4,}\}")
_ANCHOR: Final = re.compile(r"[A-Za-z_][-A-Za-z0-9._]*\Z")


def _is_type(value: Any) -> bool:
    return isinstance(value, str) and value in TYPES


def _is_size(value: Any) -> bool:
    return is_number(value) and bool(value >= 0) and bool(value == int(value))


_ONE_TYPE: Final = Form(f"one of {', '.join(TYPES)}", _is_type, known=TYPES)
_TYPE: Final = Form(
    f"one of {', '.join(TYPES)}, or a list of them,",
    lambda value: _is_type(value) or (isinstance(value, list) and bool(value)),
    _ONE_TYPE,
    known=TYPES,
)
_SIZE: Final = Form("an integer from 0 on", _is_size)
_STEP: Final = Form("a number above 0", lambda value: is_number(value) and value > 0)
_BOUND: Final = Form("true, false or a number", lambda one: isinstance(one, bool) or is_number(one))
_NAME: Final = Form(
    "a name of letters, digits and - . _",
    lambda value: isinstance(value, str) and _ANCHOR.match(value) is not None,
)
_SOME: Final = Form("a list of one schema and more", lambda value: value != [])
_DISCRIMINATOR: Final = Form(
    "a mapping", MAPPING.fits, members={"propertyName": TEXT, "mapping": TEXT_BY_NAME}
)

_COMMON: Final[Mapping[str, Form]] = {
    **dict.fromkeys(
        (
            "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
            "minContains", "maxContains",
        ),
        _SIZE,
    ),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _SOME),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly"), BOOLEAN),
    "type": _TYPE, "enum": LIST, "required": TEXTS, "pattern": TEXT, "$ref": TEXT,
    "minimum": NUMBER, "maximum": NUMBER, "multipleOf": _STEP, "discriminator": _DISCRIMINATOR,
    "dependentRequired": TEXTS_BY_NAME,
}  # fmt: skip
OF_3_0: Final[Mapping[str, Form]] = {
    **_COMMON, "nullable": BOOLEAN, "exclusiveMinimum": _BOUND, "exclusiveMaximum": _BOUND,
}  # fmt: skip
OF_3_1: Final[Mapping[str, Form]] = {
    **_COMMON, "exclusiveMinimum": NUMBER, "exclusiveMaximum": NUMBER, "$id": TEXT, "$anchor": _NAME,
    "$dynamicAnchor": _NAME, "$dynamicRef": TEXT,
}  # fmt: skip


def words_of(document: Document) -> Mapping[str, Form]:
    """Return the words and their forms in the version of a document."""
    return OF_3_0 if document.version == "3.0" else OF_3_1


def faults(
    document: Document, words: Mapping[str, Form], place: Pointer, value: dict[str, Any]
) -> Iterator[DocumentError]:
    """Yield what is wrong with the words of a schema itself, not of those below."""
    for name, item in value.items():
        form = words.get(name)
        if form is not None:
            for misfit in form.misfits((*place, name), item):
                yield told(document, misfit)
    pattern, by_name = value.get("pattern"), value.get("patternProperties")
    if isinstance(pattern, str) and not can_be_compiled(pattern):
        yield _no_pattern(document, (*place, "pattern"), pattern)
    for name in by_name if isinstance(by_name, dict) else ():
        if not can_be_compiled(name):
            yield _no_pattern(document, (*place, "patternProperties", name), name)


def can_be_compiled(pattern: str) -> bool:
    """Tell whether a pattern is a regular expression (ECMA-262), and one that memory holds."""
    return held(pattern) is not None


@lru_cache(maxsize=4096)
def held(pattern: str) -> str | None:
    """Return a pattern as an engine that unrolls its repeats can hold it, None for one that is none.

    That is as it is written, else without upper bounds of thousands: `^.{0,262144}$` becomes `^.{0,}$`.
    """
    for spelled in dict.fromkeys((pattern, _HUGE.sub(r"{\1,}", pattern))):
        if len(spelled) <= LONGEST_PATTERN and _compiles(spelled):
            return spelled
    return None


def _compiles(pattern: str) -> bool:
    try:
        Draft202012Validator({"pattern": pattern})
    except (ValidationError, ValueError):
        return False
    return True


def _no_pattern(document: Document, place: Pointer, pattern: str) -> DocumentError:
    shown = pattern if len(pattern) <= 60 else f"{pattern[:60]}..."
    return document.error(place, f"the pattern {shown} cannot be compiled")
