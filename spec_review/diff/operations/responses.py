"""The answers of an operation by status code, and by range of codes."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from openapi_documents import Document, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.bodies import content_changes
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.headers import header_changes
from spec_review.diff.operations.links import link_changes
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import READER, SAFE, SENDER, UNCLEAR_READER, Verdicts
from spec_review.reading.places import last_name
from spec_review.reading.values import mapping


def response_changes(pair: OperationPair, context: Context) -> Iterator[Change]:
    """Answers that are gone, new, or say something else."""
    old, new = pair.at("responses")
    before, after = codes(pair.versions.old, old), codes(pair.versions.new, new)
    for code in before:
        holder = code if code in after else holding(code, after)
        held = [other for other in after if other not in before and holding(other, before) == code]
        for other in dict.fromkeys((*([holder] if holder else []), *held)):
            yield from changes_of_answer(pair, context, (*old, code), (*new, other))
        if holder is None and not (held and is_range(code)):
            yield pair.change(
                "response-removed",
                f"{pair.name} answers {code} no longer",
                verdicts_of_removed(code, pair),
                (*old, code),
                new,
                is_removed=True,
            )
    for code in after:
        if code not in before:
            sentence = f"{pair.name} may answer {code} now"
            verdicts = SAFE if pair.new.is_webhook else verdicts_of_added(code, before)
            yield pair.change("response-added", sentence, verdicts, old, (*new, code))


def changes_of_answer(
    pair: OperationPair, context: Context, old: Pointer, new: Pointer
) -> Iterator[Change]:
    """One answer that both contracts have."""
    places = pair.versions.followed(old, new)
    name = f"the {last_name(new)} answer of {pair.name}"
    if not is_empty(last_name(old)) or not is_empty(last_name(new)):
        yield from content_changes(pair, context, places, pair.answered, name)
    yield from header_changes(pair, context, places, name)
    yield from link_changes(pair, context, places, name)


def codes(document: Document, pointer: Pointer) -> list[str]:
    """The status codes that are answered."""
    return [code for code in mapping(document.value(pointer)) if not code.startswith("x-")]


def is_empty(code: str) -> bool:
    """Whether an answer with this status never has a body, whatever is written (RFC 9110, 6.4.1)."""
    return code in ("204", "304") or code[:1] == "1"


def is_range(code: str) -> bool:
    """Whether a key of the answers stands for several codes."""
    return code == "default" or code.upper().endswith("XX")


def holding(code: str, known: Collection[str]) -> str | None:
    """The range among the known codes that a code falls in; `default` holds errors, and where no success is named all."""
    for other in known:
        if other != code and other.upper() == f"{code[:1]}XX":
            return other
    is_other = code[:1] in ("4", "5") or not any(other[:1] == "2" for other in known)
    return "default" if is_other and "default" in known and code != "default" else None


def verdicts_of_removed(code: str, pair: OperationPair) -> Verdicts:
    """What it means that a status is answered no longer."""
    if pair.new.is_webhook:
        return SENDER  # the partner who answers so is told that he must not
    if code.startswith("2"):
        return READER
    if code == "default":
        return UNCLEAR_READER
    return Verdicts(provider="unclear") if code[:1] in ("4", "5") else UNCLEAR_READER


def verdicts_of_added(code: str, known: Collection[str]) -> Verdicts:
    """What it means that a further status may be answered."""
    if "default" in known or holding(code, known):
        return SAFE
    if is_range(code) and any(other[:1] == code[:1] for other in known):
        return UNCLEAR_READER if code[:1] not in ("4", "5") else SAFE
    if code[:1] in ("4", "5") and any(other[:1] == code[:1] for other in known):
        return SAFE
    return UNCLEAR_READER
