"""A contract told for people: what stands on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openapi_documents import Document
from spec_review.explain.lifecycles import ShownLifecycle, shown_lifecycle
from spec_review.explain.lives import ShownLife, shown_lives
from spec_review.explain.operations import ShownOperation, shown_operation
from spec_review.explain.prose import prose
from spec_review.explain.rules import ShownRule, ShownSilence, shown_rules, shown_silences
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping
from spec_review.simulation.building import NoBehaviourError, model_of


@dataclass(frozen=True)
class Page:
    """Everything that the page shows; `problem` says why there are no lifecycles."""

    name: str
    title: str
    version: str
    summary: str
    description: str
    problem: str
    lifecycles: Sequence[ShownLifecycle]
    lives: Sequence[ShownLife]
    operations: Sequence[ShownOperation]
    rules: Sequence[ShownRule]
    silences: Sequence[ShownSilence]


def page_of(document: Document) -> Page:
    """The page about a document."""
    contract = Contract(document)
    info = mapping(document.data.get("info"))
    lifecycles, problem = played_lifecycles(contract)
    return Page(
        name=document.name,
        title=str(info.get("title") or document.name),
        version=str(info.get("version", "")),
        summary=str(info.get("summary", "")),
        description=prose(info.get("description")),
        problem=problem,
        lifecycles=lifecycles,
        lives=shown_lives(contract),
        operations=[
            shown_operation(contract, operation, is_played=bool(lifecycles))
            for operation in document.operations()
        ],
        rules=shown_rules(contract),
        silences=shown_silences(contract),
    )


def played_lifecycles(contract: Contract) -> tuple[Sequence[ShownLifecycle], str]:
    """The lifecycles, or none with the reason why they cannot be played."""
    try:
        model = model_of(contract)
    except NoBehaviourError as error:
        return (), f"{error.sentence} ({contract.document.position(error.pointer)})"
    return [shown_lifecycle(model, each) for each in contract.lifecycles], ""
