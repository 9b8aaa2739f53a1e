"""What changed in how items end, with the witnesses that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spec_review.diff.behaviour.causes import explained
from spec_review.diff.changes import Change
from spec_review.diff.declarations.lifecycles import lifecycle_changes
from spec_review.diff.declarations.submissions import intake_pairs, submission_changes
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import EVERYONE, SAFE, UNCLEAR
from spec_review.reading.contract import Contract
from spec_review.simulation.building import NoBehaviourError, model_of
from spec_review.simulation.model import Model
from spec_review.simulation.search import Search


def behaviour_changes(
    old: Contract, new: Contract, pairs: Sequence[OperationPair], of_schemas: Sequence[Change]
) -> list[Change]:
    """The changes of lifecycles and schemas, with the witnesses that show them."""
    before, after = model_or_error(old), model_or_error(new)
    found = list(submission_changes(pairs, new.document))
    if isinstance(before, NoBehaviourError) or isinstance(after, NoBehaviourError):
        return [*found, *readability_changes(before, after), *of_schemas]
    intakes = intake_pairs(before, after, pairs)
    found += lifecycle_changes(old.lifecycles, new.lifecycles, intakes)
    found += of_schemas
    return explained(found, Search(before, after, intakes).witnesses(), intakes)


def model_or_error(contract: Contract) -> Model | NoBehaviourError:
    """The model of a contract, or why there is none."""
    try:
        return model_of(contract)
    except NoBehaviourError as error:
        return error


def readability_changes(
    old: Model | NoBehaviourError, new: Model | NoBehaviourError
) -> Iterator[Change]:
    """What could not be understood, on one side or on both."""
    if isinstance(new, NoBehaviourError):
        known = isinstance(old, NoBehaviourError) and old.is_same_as(new)
        yield Change(
            "behaviour-unreadable",
            f"what the contract says will happen cannot be read: {new.sentence}",
            SAFE if known else EVERYONE,
            new.pointer,
            new.pointer,
            "behaviour",
            note="It could not be read before either." if known else "",
        )
    elif isinstance(old, NoBehaviourError):
        yield Change(
            "behaviour-readable",
            "what the contract says will happen can be read now; it could not before:"
            f" {old.sentence}",
            UNCLEAR,
            old.pointer,
            old.pointer,
            "behaviour",
        )
