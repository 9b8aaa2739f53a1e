"""What must not stand beside what, as the schemas of OpenAPI say it by `not`, `oneOf` and `false`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from spec_review.output.wording import joined
from spec_review.reading.form import OFFICIAL, FormError
from spec_review.reading.values import elements, mapping, text, texts

QUERYSTRING: Final = "a querystring parameter is the whole query: no other one stands beside it, and no query parameter"
"""What `contains` and `not` say of the parameters of OpenAPI 3.2."""


def exclusion(version: str, error: FormError, name: str, holder: object) -> str | None:
    """The sentence on what stands beside what it must not; None for another error.

    `holder` is the value at the place of the error, and `name` what it is called.
    """
    if error.keyword in ("not", "oneOf") and not isinstance(holder, dict | list):
        return f"{name}: {json.dumps(holder)} is no object"
    if error.place[-1:] == ("parameters",) and error.keyword in ("not", "contains"):
        return QUERYSTRING
    excluded = excluding(version, error)
    names = [name for name in mapping(holder) if name in excluded]
    beside = depended_on(error.schema_path)
    if error.keyword == "falseSchema" and beside:
        return f"{error.place[-1]} must not stand beside {beside}"
    if beside and beside not in names:
        names = [beside, *names]
    if error.keyword in ("not", "oneOf") and len(names) > 1:
        return f"{joined(names)} stand beside each other, which they must not"
    return None


def excluding(version: str, error: FormError) -> Sequence[str]:
    """The members of which an object must not have all, or more than one."""
    if error.keyword == "not":
        return texts(mapping(error.details.get("schema")).get("required"))
    if error.keyword != "oneOf":
        return ()
    schema: Any = OFFICIAL[version]
    for step in error.schema_path:
        schema = schema[step]
    return [name for branch in elements(schema) for name in texts(mapping(branch).get("required"))]


def depended_on(path: Sequence[str | int]) -> str:
    """The member because of which a schema holds, "" when it always does."""
    for at, step in enumerate(path[:-1]):
        if step == "dependentSchemas":
            return text(path[at + 1])
    return ""
