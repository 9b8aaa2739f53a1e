"""Whether the expressions in links and callbacks can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from openapi_documents import Pointer, shown
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

NAME: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
EXPRESSION: Final = re.compile(
    rf"\$(?:url|method|statusCode|(?:request|response)\."
    rf"(?:header\.{NAME}|query\..+|path\..+|body(?:#(?:/(?:[^/~]|~[01])*)*)?))",
    re.DOTALL,
)
"""What the grammar of OpenAPI has (Runtime Expressions)."""

ALMOST: Final = re.compile(r"\$\.?(?:re[qs]\w*|url|method|status\w*)\b", re.IGNORECASE)
"""How a text begins that was meant for one; `$5.00` is a text."""

EMBEDDED: Final = re.compile(r"\{([^{}]*)\}")


def faults(contract: Contract) -> Iterator[Fault]:
    """Find expressions that no tool can read."""
    document = contract.document
    for place in document.objects("link"):
        link = mapping(document.value(place))
        for name, value in mapping(link.get("parameters")).items():
            yield from faults_of_value((*place, "parameters", name), value)
        yield from faults_of_value((*place, "requestBody"), link.get("requestBody"))
    for place in document.objects("callback"):
        for url in mapping(document.value(place)):
            if url.startswith("x-") or url == "$ref":
                continue
            written = [url] if url.startswith("$") else EMBEDDED.findall(url)
            for expression in written:
                if EXPRESSION.fullmatch(expression) is None:
                    yield Fault((*place, url), sentence(expression), MEND, at_key=True)


def faults_of_value(place: Pointer, value: object) -> Iterator[Fault]:
    """Find what is wrong with a value that may be an expression, or hold some in braces."""
    if not isinstance(value, str):
        return
    embedded = [text for text in EMBEDDED.findall(value) if text.startswith("$")]
    written = [value] if ALMOST.match(value) else embedded
    for expression in written:
        if EXPRESSION.fullmatch(expression) is None:
            yield Fault(place, sentence(expression), MEND)


MEND: Final = (
    "write $request.path.id, $request.query.id, $response.header.Location or $response.body#/id"
)


def sentence(expression: str) -> str:
    """What is wrong with an expression."""
    return f"{shown(expression)} is no runtime expression"


RULE: Final = Rule(
    id="runtime-expression",
    severity="error",
    sentence="The runtime expressions of links and callbacks can be read.",
    why="What cannot be read is sent as it stands, or not at all.",
    breaks=parcels(
        ("parameters: {id: $response.body#/id}", "parameters: {id: ▸$response.body.id}")
    ),
    keeps=parcels(),
    faults=faults,
)
