"""Whether headers have names that HTTP takes and OpenAPI reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""The name of a header, by RFC 9110 section 5.6.2."""

ELSEWHERE: Final[Mapping[str, str]] = {
    "accept": "the media types of the answers say it",
    "content-type": "the media types of the body say it",
    "authorization": "a security scheme says it",
}
"""Header parameters that OpenAPI ignores, and what says it instead."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find names that no header can have, and headers that OpenAPI ignores."""
    document = contract.document
    for place in document.objects("parameter"):
        parameter = mapping(document.value(place))
        name = parameter.get("name")
        if parameter.get("in") == "header" and isinstance(name, str):
            yield from faults_of_name((*place, "name"), name, at_key=False)
            if name.lower() in ELSEWHERE:
                yield Fault(
                    (*place, "name"),
                    f"a parameter for the header {name} is ignored",
                    f"leave it out: {ELSEWHERE[name.lower()]}",
                    severity="warning",
                )
    for place, is_of_answer in maps_of_headers(document):
        for name in mapping(document.value(place)):
            yield from faults_of_name((*place, name), name, at_key=True)
            if is_of_answer and name.lower() == "content-type":
                said = f"the header {name} of an answer is ignored"
                mend = f"leave it out: {ELSEWHERE['content-type']}"
                yield Fault((*place, name), said, mend, at_key=True, severity="warning")


def maps_of_headers(document: Document) -> Iterator[tuple[Pointer, bool]]:
    """The places where headers stand by their names, and whether they are those of an answer."""
    for kind in ("response", "encoding"):
        for place in document.objects(kind):
            yield (*place, "headers"), kind == "response"


def faults_of_name(place: Pointer, name: str, at_key: bool) -> Iterator[Fault]:
    """Find a name that no header can have."""
    if TOKEN.fullmatch(name) is None and name != "$ref":
        said = f"{name!r} cannot be the name of a header"
        yield Fault(place, said, "write letters, digits and hyphens", at_key=at_key)


RULE: Final = Rule(
    id="header-name",
    severity="error",
    sentence="A header has a name that HTTP takes, and is not one that OpenAPI leaves to other words.",
    why="Such a header cannot be sent, or is described where no tool looks.",
    breaks=shop(
        (
            "          description: The thing.\n",
            "          description: The thing.\n"
            "          headers: {▸'Rate limit': {description: A limit., schema: {type: integer}}}\n",
        )
    ),
    keeps=shop(
        (
            "          description: The thing.\n",
            "          description: The thing.\n"
            "          headers: {Rate-Limit: {description: A limit., schema: {type: integer}}}\n",
        )
    ),
    faults=faults,
)
