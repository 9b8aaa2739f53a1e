"""Whether media types are media types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

NAME: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
MEDIA: Final = re.compile(rf"{NAME}/{NAME}(?:\s*;.*)?")
"""A media type or a range of them, with its parameters (RFC 9110 section 8.3.1)."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find what stands in `content` and names no media type."""
    document = contract.document
    for kind in ("request body", "response", "parameter", "header"):
        for place in document.objects(kind):
            for name in mapping(mapping(document.value(place)).get("content")):
                if MEDIA.fullmatch(name) is None and name != "$ref":
                    yield Fault(
                        (*place, "content", name),
                        f"{name!r} is no media type",
                        "write one such as application/json, or a range such as image/*",
                        at_key=True,
                    )


RULE: Final = Rule(
    id="media-type-name",
    severity="warning",
    sentence="What content names is a media type, or a range of them.",
    why="No request and no answer is ever of another type, so what stands there holds for none.",
    breaks=shop(
        (
            "          content:\n            application/json:\n",
            "          content:\n            ▸json:\n",
        )
    ),
    keeps=shop(
        (
            "          content:\n            application/json:\n",
            "          content:\n            application/json; charset=utf-8:\n",
        )
    ),
    faults=faults,
)
