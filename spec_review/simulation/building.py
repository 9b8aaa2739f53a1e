"""Makes the model of a contract, strictly: what cannot be understood stops it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from openapi_documents import Pointer
from openapi_documents.vocabulary import WordError
from spec_review.reading.contract import Contract
from spec_review.reading.parts import Part, parts, single
from spec_review.reading.validators import UnusableSchemaError
from spec_review.reading.values import count
from spec_review.reading.vocabulary import Lifecycle, Submission
from spec_review.simulation.model import Intake, Model
from spec_review.simulation.validity import ItemValidator

DECIDING: Final = frozenset(("x-lifecycles", "x-submission", "x-rules", "x-silences"))
"""The words without which nobody knows how an item ends."""


class NoBehaviourError(Exception):
    """The contract says nothing that could be played; `pointer` is the place that is at fault."""

    def __init__(self, sentence: str, pointer: Pointer) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.pointer = pointer

    def is_same_as(self, other: NoBehaviourError) -> bool:
        """Whether both find the same fault at the same place."""
        return (self.sentence, self.pointer) == (other.sentence, other.pointer)


def model_of(contract: Contract) -> Model:
    """The model of a contract. Raises NoBehaviourError when it cannot be understood."""
    for error in contract.vocabulary.errors:
        if leaves_undecided(error):
            raise NoBehaviourError(error.reason, error.place)
    for lifecycle in contract.lifecycles:
        check_lifecycle(lifecycle)
    for rule in contract.rules:
        for refusal in contract.engines.compiled(rule.expression).refusals:
            place = (*rule.pointer, "rule")
            raise NoBehaviourError(f"the rule does not compile: {refusal.sentence}", place)
    return Model(contract, [intake_of(contract, each) for each in contract.submissions])


def leaves_undecided(error: WordError) -> bool:
    """Whether nobody knows how an item ends while a word is written so."""
    return error.fault != "form" and not DECIDING.isdisjoint(error.place)


def check_lifecycle(lifecycle: Lifecycle) -> None:
    """Raise NoBehaviourError for a lifecycle that cannot decide."""
    if not lifecycle.states:
        raise NoBehaviourError("the lifecycle has no states", (*lifecycle.pointer, "states"))
    for outcome in lifecycle.outcomes:
        if outcome.then not in lifecycle.state_names:
            place = (*outcome.pointer, "then")
            raise NoBehaviourError(f"unknown state: {outcome.then}", place)


def intake_of(contract: Contract, submission: Submission) -> Intake:
    """One operation that takes items. Raises NoBehaviourError."""
    lifecycle = contract.lifecycle(submission.lifecycle)
    if lifecycle is None:
        sentence = f"no lifecycle is called {submission.lifecycle}"
        raise NoBehaviourError(sentence, (*submission.pointer, "lifecycle"))
    body = contract.body_schema(submission)
    if body is None:
        sentence = "the submission takes no JSON body"
        raise NoBehaviourError(sentence, submission.operation.pointer)
    array = parts(contract.document, body)
    items = single(array, "items")
    if items is None:
        raise NoBehaviourError("the request body is no array of items", body)
    least, most = limit(array, "minItems"), limit(array, "maxItems")
    try:
        validator = ItemValidator(contract, items)
    except UnusableSchemaError as error:
        sentence = f"the item schema cannot be used: {error.sentence}"
        raise NoBehaviourError(sentence, error.pointer) from None
    return Intake(
        name=submission.operation.name,
        pointer=submission.operation.pointer,
        lifecycle=lifecycle,
        processing=submission.processing,
        items=items,
        validator=validator,
        min_items=max(1, least or 0),
        max_items=most,
    )


def limit(array: Sequence[Part], word: str) -> int | None:
    """How many items a batch may have at least or at most. Raises NoBehaviourError."""
    for part in array:
        if word in part.value:
            written = part.value[word]
            found = count(written)
            if found is None:
                raise NoBehaviourError(f"{word} is no count: {written}", (*part.pointer, word))
            return found
    return None
