"""The answers of an operation by status code."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from openapi_documents import Document, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.bodies import content_changes
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.headers import header_changes
from spec_review.diff.operations.links import link_changes
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import READER, SAFE, UNCLEAR_READER, Verdicts
from spec_review.reading.parts import Direction
from spec_review.reading.values import mapping


def response_changes(pair: OperationPair, context: Context) -> Iterator[Change]:
    """Answers that are gone, new, or say something else."""
    old, new = pair.at("responses")
    before, after = codes(pair.versions.old, old), codes(pair.versions.new, new)
    direction: Direction = "request" if pair.new.is_webhook else "response"
    for code in before:
        if code not in after:
            yield pair.change(
                "response-removed",
                f"{pair.name} answers {code} no longer",
                verdicts_of_removed(code),
                (*old, code),
                new,
                is_removed=True,
            )
            continue
        places = pair.versions.followed((*old, code), (*new, code))
        name = f"the {code} answer of {pair.name}"
        yield from content_changes(pair, context, places, direction, name)
        yield from header_changes(pair, context, places, name)
        yield from link_changes(pair, context, places, name)
    for code in after:
        if code not in before:
            sentence = f"{pair.name} may answer {code} now"
            verdicts = verdicts_of_added(code, before)
            yield pair.change("response-added", sentence, verdicts, old, (*new, code))


def codes(document: Document, pointer: Pointer) -> list[str]:
    """The status codes that are answered."""
    return [code for code in mapping(document.value(pointer)) if not code.startswith("x-")]


def verdicts_of_removed(code: str) -> Verdicts:
    """What it means that a status is answered no longer."""
    if code.startswith("2"):
        return READER
    if code == "default":
        return UNCLEAR_READER
    return Verdicts(provider="unclear") if code[:1] in ("4", "5") else UNCLEAR_READER


def verdicts_of_added(code: str, known: Collection[str]) -> Verdicts:
    """What it means that a further status may be answered."""
    if "default" in known or f"{code[:1]}XX" in known:
        return SAFE
    if code[:1] in ("4", "5") and any(other[:1] == code[:1] for other in known):
        return SAFE
    return UNCLEAR_READER
