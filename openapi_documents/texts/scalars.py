"""What a plain scalar of YAML means in an OpenAPI document: what the same text means in JSON.

OpenAPI limits YAML to its JSON ruleset. So dates, `NO`, `0x1F`, `017`, `1_000` and `12:30:00` are
text. `~`, an empty value and `True` are read as YAML's core schema reads them, because documents of
others have them and no text is ever meant by them.
"""

from __future__ import annotations

import math
import re
from typing import Final

from openapi_documents.limits import LONGEST_INTEGER

Scalar = str | int | float | bool | None

_WORDS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
_MAY_BE_NUMBER: Final = frozenset("-0123456789")
_TAG: Final = "tag:yaml.org,2002:"


class ScalarError(ValueError):
    """A scalar that no JSON value can be; the text is a sentence without place and full stop."""


def plain(text: str) -> Scalar:
    """Return the value of a scalar without quotes. Raises ScalarError for an endless number."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _MAY_BE_NUMBER and (match := _NUMBER.match(text)):
        return _number(text, match)
    return text


def tagged(text: str, tag: str) -> Scalar:
    """Return the value of a scalar with an explicit tag such as `!!str`. Raises ScalarError."""
    name = tag.removeprefix(_TAG)
    if name in ("str", "!"):
        return text
    value = plain(text)
    kinds: dict[str, type | tuple[type, ...]] = {
        "int": int, "float": (int, float), "bool": bool, "null": type(None)
    }  # fmt: skip
    if tag.startswith(_TAG) and name in kinds:
        if isinstance(value, kinds[name]) and (name == "bool") == isinstance(value, bool):
            return value
        raise ScalarError(f"{_shown(text)} is tagged as {name}, which it is not")
    raise ScalarError(f"the tag {_shown(tag.replace(_TAG, '!!'))} is not known to JSON")


def _number(text: str, match: re.Match[str]) -> int | float:
    if match[1] is None and match[2] is None:
        if len(text) > LONGEST_INTEGER:
            raise ScalarError(f"an integer has more than {LONGEST_INTEGER} digits")
        return int(text)
    value = float(text)
    if math.isinf(value):
        raise ScalarError(f"the number {_shown(text)} is too large")
    return value


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."
