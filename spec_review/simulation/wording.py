"""Batches, items and answers in words."""

from __future__ import annotations

import itertools
import json
import string
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from spec_review.simulation.identity import Item, fingerprint
from spec_review.simulation.model import Answer
from spec_review.simulation.witness import Witness

LONGEST_RUN: Final = 5
"""How often one word may stand in a row before it is counted."""


def witness_lines(witness: Witness) -> Iterator[str]:
    """A witness as a table of items with their states before and after."""
    named = letters_of(witness)
    yield f"for example, sent to {witness.operation}:"
    first: Item | None = None
    for item, name in named.items():
        yield f"  {name} = {item_in_words(item, first, named)}"
        first = first or item
    for index, step in enumerate(witness.steps):
        before, after = witness.before[index], witness.after[index]
        batch = with_runs_counted([named[item] for item in step.items]) or "nothing"
        via = f" by {step.operation}" if step.operation != witness.operation else ""
        if index < len(witness.steps) - 1:
            yield f"  earlier {batch}{via}: {answer_in_words(before, after)}"
        else:
            yield f"  {batch}: {answer_in_words(before, after)}"
            yield f"  {' ' * len(batch)}  now {answer_in_words(after, before)}"


def answer_in_words(answer: Answer, other: Answer) -> str:
    """An answer in words; the state before the judgement only where another answer has another."""
    if answer.refusal is not None:
        return f"the request is refused ({answer.refusal})"
    starts_apart = answer.waiting not in ("", other.waiting)
    waiting = f" (at first {answer.waiting})" if starts_apart else ""
    at_once = ", at once" if answer.processing == "synchronous" else ""
    return with_runs_counted(answer.states) + waiting + at_once


def with_runs_counted(words: Sequence[str]) -> str:
    """A list in words; what stands there many times in a row is counted."""
    counted = []
    for word, run in itertools.groupby(words):
        count = len(list(run))
        counted += [f"{word} ({count:,} times)"] if count > LONGEST_RUN else [word] * count
    return ", ".join(counted)


def letters_of(witness: Witness) -> dict[Item, str]:
    """A letter for each item; identical items have the same."""
    named: dict[Item, str] = {}
    marks: dict[object, str] = {}
    letters = iter(string.ascii_uppercase)
    for step in witness.steps:
        for item in step.items:
            if item.mark not in marks:
                marks[item.mark] = next(letters, "?")
            named[item] = marks[item.mark]
    return named


def item_in_words(item: Item, first: Item | None, named: Mapping[Item, str]) -> str:
    """An item in full, or by what tells it from the first one."""
    if first is None or not isinstance(item.value, dict) or not isinstance(first.value, dict):
        return compact(item.value)
    without = [name for name in first.value if name not in item.value]
    changed = {
        name: value
        for name, value in item.value.items()
        if name not in first.value or fingerprint(first.value[name]) != fingerprint(value)
    }
    differences = [f"with {name}: {compact(value)}" for name, value in changed.items()]
    differences += [f"without {name}" for name in without]
    short = f"{named[first]} {', '.join(differences)}"
    return short if differences and len(short) < len(compact(item.value)) else compact(item.value)


def compact(value: object, most: int = 2000) -> str:
    """A value as JSON on one line."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} letters)"
