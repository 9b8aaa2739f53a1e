"""Lifecycles for the page: a drawing, the rows, examples that were played."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from spec_review.explain.diagrams import narrow, wide
from spec_review.explain.prose import anchor
from spec_review.reading.vocabulary import Lifecycle, Outcome
from spec_review.simulation.alphabet import Alphabet
from spec_review.simulation.identity import Item
from spec_review.simulation.model import Intake, Model, Step
from spec_review.simulation.witness import IntakePair
from spec_review.simulation.wording import item_in_words

CONDITION_WORDS: Final[Mapping[str, str]] = {
    "rival-in-request": "another item of the same request has its key and other data",
    "invalid": "it breaks its schema or one of the rules",
    "twin-in-request": "an identical item stands before it in the same request",
    "twin-saved": "an identical record of this partner was saved before",
    "rival-saved": "a record of this partner with its key and other data was saved before",
    "otherwise": "otherwise",
}
"""Each condition as it follows on `if`."""

LETTER_WORDS: Final[Mapping[str, str]] = {
    "A": "a valid item",
    "A\u2032": "the same key, other data",
    "A!": "the same key, but invalid",
    "B": "another key",
    "N": "no key",
}
"""What each letter of the examples stands for."""


@dataclass(frozen=True)
class Scenario:
    """What was submitted before, and the request, in letters; how the page says it."""

    earlier: tuple[str, ...]
    request: tuple[str, ...]
    note: str = ""


TABLE: Final = (
    Scenario((), ("A",)),
    Scenario((), ("A", "A")),
    Scenario((), ("A", "A", "A")),
    Scenario((), ("A", "A\u2032")),
    Scenario((), ("A", "A", "A\u2032")),
    Scenario((), ("A", "B", "A\u2032", "B")),
    Scenario((), ("A!",)),
    Scenario((), ("A!", "A!")),
    Scenario((), ("A", "A!")),
    Scenario(("A",), ("A",)),
    Scenario(("A",), ("A\u2032",)),
    Scenario(("A",), ("A", "A")),
    Scenario(("A",), ("A", "A\u2032")),
    Scenario(("A", "A\u2032"), ("A",), "sent before in one request"),
    Scenario(("A!",), ("A",), "sent before"),
    Scenario((), ("N",)),
)
"""The scenarios that every contract is asked."""


@dataclass(frozen=True)
class ShownSubmission:
    """An operation that takes the items of a lifecycle."""

    name: str
    processing: str
    anchor: str


@dataclass(frozen=True)
class ShownRow:
    """One row of the decision table."""

    number: int
    when: str
    then: str
    is_saved: bool
    message: str
    source: str
    silences: tuple[str, ...]


@dataclass(frozen=True)
class ShownItem:
    """A letter, what it stands for, and the item in full or by what tells it from A."""

    name: str
    words: str
    json: str


@dataclass(frozen=True)
class PlayedExample:
    """A scenario that was played: what was saved, what was sent, how each item ended."""

    saved: str
    request: str
    outcome: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class WorkedExamples:
    """The scenarios that were played, and the items that they are written with."""

    operation: str = ""
    letters: Sequence[ShownItem] = ()
    examples: Sequence[PlayedExample] = ()


@dataclass(frozen=True)
class ShownLifecycle:
    """A lifecycle as the page shows it."""

    name: str
    anchor: str
    key: Sequence[str]
    records: str
    saved: Sequence[str]
    submissions: Sequence[ShownSubmission]
    wide: str
    narrow: str
    rows: Sequence[ShownRow]
    worked: WorkedExamples = field(default_factory=WorkedExamples)


def shown_lifecycle(model: Model, lifecycle: Lifecycle) -> ShownLifecycle:
    """One lifecycle: its drawing, its rows, and its examples, played."""
    intakes = [each for each in model.intakes.values() if each.lifecycle.name == lifecycle.name]
    at_once = bool(intakes) and all(intake.processing == "synchronous" for intake in intakes)
    return ShownLifecycle(
        name=lifecycle.name,
        anchor=anchor("lifecycle", lifecycle.name),
        key=lifecycle.key,
        records=lifecycle.records,
        saved=sorted(lifecycle.saved),
        submissions=[
            ShownSubmission(intake.name, intake.processing, anchor("operation", intake.name))
            for intake in intakes
        ],
        wide=wide(lifecycle, is_synchronous=at_once),
        narrow=narrow(lifecycle, is_synchronous=at_once),
        rows=[shown_row(row, lifecycle) for row in lifecycle.outcomes],
        worked=worked_examples(model, intakes[0]) if intakes else WorkedExamples(),
    )


def shown_row(row: Outcome, lifecycle: Lifecycle) -> ShownRow:
    """One row of the decision table."""
    return ShownRow(
        number=row.index + 1,
        when=CONDITION_WORDS.get(row.when, row.when),
        then=row.then,
        is_saved=row.then in lifecycle.saved,
        message=row.message,
        source=row.source or "",
        silences=row.silence_ids,
    )


def worked_examples(model: Model, intake: Intake) -> WorkedExamples:
    """The table of scenarios, played; empty when there is no valid item to play it with."""
    alphabet = Alphabet(IntakePair(intake, intake), model, model, divide=False)
    letters = letters_of(alphabet)
    if "A" not in letters:
        return WorkedExamples()
    played = (play(model, intake, letters, scenario) for scenario in TABLE)
    return WorkedExamples(
        operation=intake.name,
        letters=shown_items(letters),
        examples=[example for example in played if example is not None],
    )


def letters_of(alphabet: Alphabet) -> dict[str, Item]:
    """The items of an alphabet under the letters of the table."""
    found = {
        "A": alphabet.plain,
        "A\u2032": alphabet.rival if alphabet.key else None,
        "A!": alphabet.broken,
        "B": alphabet.other,
        "N": alphabet.keyless,
    }
    return {name: item for name, item in found.items() if item is not None}


def shown_items(letters: Mapping[str, Item]) -> list[ShownItem]:
    """The letters with what they stand for."""
    first = letters["A"]
    names = {item: name for name, item in letters.items()}
    in_full = json.dumps(first.value, indent=2, ensure_ascii=False)
    return [
        ShownItem(
            name,
            LETTER_WORDS[name],
            in_full if item is first else item_in_words(item, first, names),
        )
        for name, item in letters.items()
    ]


def play(
    model: Model, intake: Intake, letters: Mapping[str, Item], scenario: Scenario
) -> PlayedExample | None:
    """One scenario, played; None when a letter of it does not exist."""
    if any(name not in letters for name in (*scenario.earlier, *scenario.request)):
        return None
    batches = [batch for batch in (scenario.earlier, scenario.request) if batch]
    steps = [Step(intake.name, tuple(letters[name] for name in batch)) for batch in batches]
    answers = model.play(steps)
    earlier = ", ".join(scenario.earlier)
    is_saved = bool(scenario.earlier) and not scenario.note
    return PlayedExample(
        saved=f"[{earlier}]" if is_saved else earlier,
        request=", ".join(scenario.request),
        outcome=answers[-1].states,
        note=scenario.note,
    )
