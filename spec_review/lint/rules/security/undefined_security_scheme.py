"""Whether the security schemes that are asked for are declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import Fix
from spec_review.output.wording import joined, nearest
from spec_review.reading.contract import Contract
from spec_review.reading.values import elements, mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find requirements that name a scheme which is not there."""
    document = contract.document
    known = schemes(document)
    for place in requirements(document):
        for name in mapping(document.value(place)):
            if name in known or (document.version == "3.2" and is_uri(name)):
                continue
            near = nearest(name, known)
            mend = f"the schemes are {joined(sorted(known))}" if known else "declare it there"
            yield Fault(
                (*place, name),
                f"there is no security scheme {name} in components/securitySchemes",
                f"did you mean {near}?" if near else mend,
                at_key=True,
                fix=Fix(near) if near else None,
            )


def schemes(document: Document) -> dict[str, Pointer]:
    """The security schemes of a document by their names."""
    declared = mapping(document.value(("components", "securitySchemes")))
    return {name: ("components", "securitySchemes", name) for name in declared}


def requirements(document: Document) -> Iterator[Pointer]:
    """The places of the security requirements of a document and of its operations."""
    for holder in ((), *document.objects("operation")):
        value: object = mapping(document.value(holder)).get("security")
        for index in range(len(elements(value))):
            yield (*holder, "security", index)


def is_uri(name: str) -> bool:
    """Tell whether a name may be the URI of a scheme instead, as OpenAPI 3.2 has it."""
    return any(sign in name for sign in "/#:.")


SCHEME: Final = (
    "components:\n",
    "components:\n  securitySchemes:\n"
    "    key: {type: apiKey, name: key, in: header, description: The key of a partner.}\n",
)
"""An edit that declares a scheme."""

RULE: Final = Rule(
    id="undefined-security-scheme",
    severity="error",
    sentence="A security requirement names a scheme that is declared.",
    why="Nobody knows which credentials to send; servers refuse every call, or let all of them pass.",
    breaks=shop(SCHEME, ("security: []\n", "security: [{key: []}, {▸kei: []}]\n")),
    keeps=shop(SCHEME, ("security: []\n", "security: [{key: []}]\n")),
    faults=faults,
)
