"""The lives of resources for the page: a drawing of the states, and what moves a resource from one to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from spec_review.explain.prose import anchor
from spec_review.reading.contract import Contract
from spec_review.reading.lives import Creation, Life, Transition
from spec_review.simulation.life_wording import time_in_words

HEIGHT: Final = 34
GAP: Final = 26
WIDTH: Final = 190
STEP: Final = 26
"""How far arrows beside each other stand apart."""


@dataclass(frozen=True)
class ShownTransition:
    """A transition in words; `number` is that on its arrow."""

    number: int
    sources: str
    to: str
    cause: str
    guard: str


@dataclass(frozen=True)
class ShownLife:
    """A life as the page tells it."""

    name: str
    anchor: str
    key: str
    state: str
    drawing: str
    beginnings: Sequence[str]
    transitions: Sequence[ShownTransition]
    needs: Sequence[str]
    notices: Sequence[str]


def shown_lives(contract: Contract) -> list[ShownLife]:
    """The lives that a contract declares."""
    return [shown_life(contract, life) for life in contract.lives]


def shown_life(contract: Contract, life: Life) -> ShownLife:
    """One life."""
    return ShownLife(
        name=life.name,
        anchor=anchor("life", life.name),
        key=" with ".join(life.key),
        state=life.state or "",
        drawing=drawing(life),
        beginnings=[beginning(row) for row in life.rows] or [f"it is {life.initial}"],
        transitions=[
            ShownTransition(number, " or ".join(one.sources), one.to, cause(one), one.guard or "")
            for number, one in enumerate(life.transitions, start=1)
        ],
        needs=[
            f"{one.operation} is refused with {one.otherwise} unless it is {' or '.join(one.states)}"
            for one in contract.needs
            if one.lifecycle == life.name
        ],
        notices=[f"{webhook} tells that it is {state}" for state, webhook in life.notices],
    )


def beginning(row: Creation) -> str:
    """A row of what a creation becomes, in words."""
    words = {
        "twin-saved": "if an equal one was made before",
        "rival-saved": "if another one with its key was made before",
        "otherwise": "otherwise",
    }
    when = f"if {row.rule}" if row.rule is not None else words.get(row.when, row.when)
    then = f"it is refused with {row.refuse}" if row.refuse is not None else f"it is {row.then}"
    return f"{when}, {then}"


def cause(one: Transition) -> str:
    """What causes a transition, in words."""
    kind, name = one.cause
    if kind == "after":
        return f"{time_in_words(float(name))} later"
    return f"by the event {name}" if kind == "event" else f"by {name}"


# -- the drawing -----------------------------------------------------------------------------------------


def drawing(life: Life) -> str:
    """The states from top to bottom, with an arrow for each transition that bears its number."""
    tops = {state: 4 + index * (HEIGHT + GAP) for index, state in enumerate(life.states)}
    edges = [each for each in _edges(life) if each[1] in tops and each[2] in tops]
    width = WIDTH + STEP * (len(edges) + 2)
    height = len(tops) * (HEIGHT + GAP) + 4
    name = f"arrow-{anchor('life', life.name)}"
    parts = [_box(life, state, top) for state, top in tops.items()]
    for index, (number, source, to) in enumerate(edges):
        x = WIDTH + STEP * (index + 1)
        start, end = tops[source] + HEIGHT / 2 + 5, tops[to] + HEIGHT / 2 - 5
        parts.append(
            f'<path class="edge" d="M{WIDTH - 6} {start:.0f} H {x} V {end:.0f} H {WIDTH}" marker-end="url(#{name})"/>'
            f'<rect class="ground" x="{x - 8}" y="{(start + end) / 2 - 8:.0f}" width="16" height="16"/>'
            f'<text class="why" x="{x}" y="{(start + end) / 2 + 4:.0f}" text-anchor="middle">{number}</text>'
        )
    told = "; ".join(f"{number}: {source} to {to}" for number, source, to in edges)
    return (
        f'<svg class="states life" viewBox="0 0 {width} {height}" role="img" style="max-width:{width}px" '
        f'aria-label="{escape(f"The states of {life.name}. {told}", quote=True)}">'
        f'<defs><marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path class="head" d="M0 0 L8 4 L0 8 z"/></marker></defs>'
        f"{''.join(parts)}</svg>"
    )


def _edges(life: Life) -> Iterator[tuple[int, str, str]]:
    for number, one in enumerate(life.transitions, start=1):
        for source in one.sources:
            yield number, source, one.to


def _box(life: Life, state: str, top: int) -> str:
    style = "start" if state == life.initial else "saved" if state in life.final else "final"
    return (
        f'<rect class="state {style}" x="4" y="{top}" width="{WIDTH - 10}" height="{HEIGHT}" rx="9"/>'
        f'<text class="name" x="16" y="{top + 22}">{escape(state[:20])}</text>'
    )
