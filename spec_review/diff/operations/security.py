"""Who may call an operation, and how the credentials are sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.endpoints import Endpoint
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import SENDER, TO_BUILD, UNCLEAR_SENDER
from spec_review.diff.versions import Versions
from spec_review.reading.values import elements, mapping

Credentials = tuple[str, ...]
"""Schemes with their scopes that are asked for together; () stands for none needed."""

SCHEMES: Final[Pointer] = ("components", "securitySchemes")


def security_changes(pair: OperationPair, _context: Context) -> Iterator[Change]:
    """Which credentials open the operation."""
    before = alternatives(pair.versions.old, pair.old)
    after = alternatives(pair.versions.new, pair.new)
    places = security_place(pair.old), security_place(pair.new)
    for need in before:
        if need not in after and not any(set(other) <= set(need) for other in after):
            sentence = f"{pair.name} is no longer open with {in_words(need)}"
            yield pair.change("security-removed", sentence, SENDER, *places, is_removed=True)
    for need in after:
        if need not in before:
            sentence = f"{pair.name} is open with {in_words(need)} now"
            yield pair.change("security-added", sentence, TO_BUILD, *places)


def security_place(endpoint: Endpoint) -> Pointer:
    """Where it is said who may call the operation."""
    return (*endpoint.pointer, "security") if "security" in endpoint.value else ("security",)


def scheme_changes(versions: Versions) -> Iterator[Change]:
    """How the credentials themselves are sent."""
    before, after = mapping(versions.old.value(SCHEMES)), mapping(versions.new.value(SCHEMES))
    for name in before:
        first, second = mapping(before[name]), mapping(after.get(name))
        for word in ("type", "in", "name", "scheme", "openIdConnectUrl", "flows"):
            if second and first.get(word) != second.get(word):
                yield Change(
                    "security-scheme",
                    f"the credentials {name} say another {word}",
                    UNCLEAR_SENDER if word == "flows" else SENDER,
                    (*SCHEMES, name, word),
                    (*SCHEMES, name, word),
                    "operations",
                )


def alternatives(document: Document, endpoint: Endpoint) -> list[Credentials]:
    """The sets of credentials, any of which opens the operation."""
    needs = endpoint.value.get("security", document.data.get("security"))
    found = [
        tuple(
            sorted(
                f"{name} {scope}".strip()
                for name, scopes in mapping(need).items()
                for scope in (elements(scopes) or ("",))
            )
        )
        for need in elements(needs)
    ]
    return list(dict.fromkeys(found)) or [()]


def in_words(need: Sequence[str]) -> str:
    """A set of credentials in words."""
    return " and ".join(need) if need else "no credentials"
