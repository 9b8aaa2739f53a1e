"""A witness of a life in words, and as plain values."""

from __future__ import annotations

import json
from collections.abc import Iterator

from spec_review.simulation.guards import Known, nested
from spec_review.simulation.lives import LifeStep, LifeWitness

_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def life_lines(witness: LifeWitness) -> Iterator[str]:
    """The steps in lines, with the states that they lead to; the last one before and after."""
    yield f"for example, a {witness.lifecycle}:"
    for number, step in enumerate(witness.steps[:-1]):
        yield f"  {step_in_words(step)}: {witness.before[number]}"
    last = step_in_words(witness.steps[-1])
    yield f"  {last}: {witness.before[-1]}"
    yield f"  {' ' * len(last)}  now {witness.after[-1]}"


def step_in_words(step: LifeStep) -> str:
    """What happens in a step."""
    what = {
        "make": "it is made",
        "operation": step.name,
        "event": f"the event {step.name}",
        "wait": f"after {time_in_words(step.seconds)}",
    }[step.kind]
    return f"{what}{known_in_words(step.known)}"


def known_in_words(known: Known) -> str:
    """What a request and a resource hold: ` with request.total = 5`."""
    told = ", ".join(f"{name} = {json.dumps(value)}" for name, value in known)
    return f" with {told}" if told else ""


def time_in_words(seconds: float) -> str:
    """A time in the largest unit of which it is a whole number."""
    for size, unit in _UNITS:
        if seconds >= size and seconds % size == 0:
            count = round(seconds / size)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:g} seconds"


def json_of_life(witness: LifeWitness) -> dict[str, object]:
    """A witness as plain values: each step with what it holds, and how the resource stands before and after."""
    played = zip(witness.steps, witness.before, witness.after, strict=True)
    return {
        "lifecycle": witness.lifecycle,
        "steps": [
            {
                "kind": step.kind,
                "name": step.name,
                "seconds": step.seconds,
                **nested(step.known),
                "before": before,
                "after": after,
            }
            for step, before, after in played
        ],
    }
