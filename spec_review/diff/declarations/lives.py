"""What changed in the lives of resources, each with the steps that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from openapi_documents import Pointer
from spec_review.diff.changes import Change
from spec_review.diff.declarations.changes import declared_change
from spec_review.diff.kinds import DeclarationKind
from spec_review.diff.verdicts import EVERYONE, SAFE, UNCLEAR, Verdicts
from spec_review.reading.contract import Contract
from spec_review.reading.lives import Creation, Life, Transition
from spec_review.simulation.life_wording import time_in_words
from spec_review.simulation.lives import LifeStep, Side, witness

LIVES: Final[Pointer] = ("components", "x-lifecycles")
Shows = Callable[[LifeStep], bool]
TOLD: Final = Verdicts(reader="unclear", provider="breaking")
"""Who listens hears of more, or of less."""


@dataclass(frozen=True)
class Found:
    """A change, and which last steps show it."""

    change: Change
    shows: Shows
    alone: Life | None = None
    """The life before with this change alone, where it can be told apart from others."""


def life_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Every change of a life, with the shortest row of steps after which a resource stands otherwise."""
    before = {life.name: life for life in old.lives}
    after = {life.name: life for life in new.lives}
    for name, life in before.items():
        if name not in after:
            sentence = f"the life of a {name} is gone"
            yield declared_change(
                "lifecycle-removed", sentence, EVERYONE, life.pointer, LIVES, is_removed=True
            )
            continue
        sides = _side(life, old), _side(after[name], new)
        for found in _changes(*sides):
            yield _shown(found, *sides)
    for name, life in after.items():
        if name not in before:
            yield declared_change(
                "lifecycle-added", f"the life of a {name} is new", UNCLEAR, LIVES, life.pointer
            )


def _side(life: Life, contract: Contract) -> Side:
    return Side(life, tuple(one for one in contract.needs if one.lifecycle == life.name))


def _shown(found: Found, old: Side, new: Side) -> Change:
    """The change with what shows it."""
    shown = witness(old, new, found.shows)
    if shown is None and found.alone is not None:  # another change stands before it on every way
        shown = witness(old, Side(found.alone, old.needs), found.shows)
    change = found.change
    if shown is not None:
        verdicts = change.verdicts.joined(EVERYONE if not change.kind.endswith("-added") else TOLD)
        return replace(change, stories=(shown,), verdicts=verdicts)
    if change.kind.startswith("notice-"):
        return change
    return replace(
        change,
        verdicts=SAFE,
        note="No row of steps was found after which a resource stands otherwise.",
    )


def _changes(old: Side, new: Side) -> Iterator[Found]:
    before, after = old.life, new.life
    yield from _state_changes(before, after)
    yield from _row_changes(before, after)
    yield from _transition_changes(before, after)
    yield from _need_changes(old, new)
    yield from _notice_changes(before, after)


def _found(
    kind: DeclarationKind, sentence: str, old: Pointer, new: Pointer, shows: Shows, verdicts: Verdicts = SAFE,
) -> Found:  # fmt: skip
    removed = kind.endswith("-removed")
    return Found(declared_change(kind, sentence, verdicts, old, new, is_removed=removed), shows)


def _anything(_: LifeStep) -> bool:
    return True


def _nothing(_: LifeStep) -> bool:
    return False


def _is_making(step: LifeStep) -> bool:
    return step.kind == "make"


# -- states and creations ------------------------------------------------------------------------------


def _state_changes(before: Life, after: Life) -> Iterator[Found]:
    for state in before.states:
        if state not in after.states:
            place = (*before.pointer, "states", state)
            sentence = f"a {after.name} is never {state} any more"
            yield _found("state-removed", sentence, place, (*after.pointer, "states"), _anything)
    for state in after.states:
        if state not in before.states:
            place = (*after.pointer, "states", state)
            sentence = f"a {after.name} may be {state} now"
            yield _found("state-added", sentence, (*before.pointer, "states"), place, _anything)
    if before.initial != after.initial:
        sentence = f"a {after.name} begins as {after.initial} now, it was {before.initial}"
        places = (*before.pointer, "states"), (*after.pointer, "states")
        yield _found("initial-changed", sentence, *places, _is_making)
    if (before.key, before.state) != (after.key, after.state):
        word = "key" if before.key != after.key else "state"
        sentence = f"a {after.name} shows its {word} elsewhere"
        yield _found(
            "key-changed",
            sentence,
            (*before.pointer, word),
            (*after.pointer, word),
            _nothing,
            EVERYONE,
        )


def _row_changes(before: Life, after: Life) -> Iterator[Found]:
    def meaning(row: Creation) -> tuple[object, ...]:
        return row.when, row.rule, row.then, row.refuse

    old, new = list(map(meaning, before.rows)), list(map(meaning, after.rows))
    if old == new:
        return
    number = next(
        (n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other),
        min(len(old), len(new)),
    )
    places = (*before.pointer, "outcomes", number), (*after.pointer, "outcomes", number)
    sentence = f"what the creation of a {after.name} becomes is decided otherwise"
    kind: DeclarationKind = "row-decides-otherwise"
    if len(old) != len(new):
        kind = "row-added" if len(new) > len(old) else "row-removed"
    yield _found(kind, sentence, *places, _is_making)


# -- transitions ---------------------------------------------------------------------------------------

_Alike = Callable[[Transition], tuple[object, ...]]
_MEANING: Final[_Alike] = lambda one: (one.cause, one.sources, one.to, one.guard)  # noqa: E731
_WAYS: Final[Sequence[tuple[DeclarationKind, _Alike]]] = (
    ("transition-guard", lambda one: (one.cause, one.sources, one.to)),
    ("transition-target", lambda one: (one.cause, one.sources)),
    ("transition-time", lambda one: (one.cause[0] == "after" or one.cause, one.sources, one.to)),
    ("transition-source", lambda one: (one.cause, one.to)),
    ("transition-cause", lambda one: (one.sources, one.to)),
)
"""How two transitions are one that changed: what they have in common, the most first."""


def _transition_changes(before: Life, after: Life) -> Iterator[Found]:
    old, new = list(before.transitions), list(after.transitions)
    for one in list(old):
        same = next((other for other in new if _MEANING(other) == _MEANING(one)), None)
        if same is not None:
            old.remove(one)
            new.remove(same)
    for kind, common in _WAYS:
        for one in list(old):
            other = next((each for each in new if common(each) == common(one)), None)
            if other is not None:
                old.remove(one)
                new.remove(other)
                rest = tuple(other if each is one else each for each in before.transitions)
                found = _found(
                    kind,
                    _sentence(kind, after.name, one, other),
                    one.pointer,
                    other.pointer,
                    _by(one, other),
                )
                yield replace(found, alone=replace(before, transitions=rest))
    above = (*before.pointer, "transitions"), (*after.pointer, "transitions")
    for one in old:
        sentence = (
            f"a {after.name} no longer goes from {_or(one.sources)} to {one.to} {_cause(one)}"
        )
        yield _found("transition-removed", sentence, one.pointer, above[1], _by(one))
    for one in new:
        sentence = f"a {after.name} goes from {_or(one.sources)} to {one.to} {_cause(one)} now"
        yield _found("transition-added", sentence, above[0], one.pointer, _by(one))


def _by(*transitions: Transition) -> Shows:
    causes = {one.cause for one in transitions}

    def shows(step: LifeStep) -> bool:
        if step.kind == "wait":
            return any(kind == "after" for kind, _ in causes)
        return (step.kind, step.name) in causes

    return shows


def _sentence(kind: DeclarationKind, name: str, one: Transition, other: Transition) -> str:
    way = f"from {_or(other.sources)} to {other.to}"
    match kind:
        case "transition-guard":
            now = f"only if {other.guard}" if other.guard else "whatever is asked"
            was = f"only if {one.guard}" if one.guard else "whatever was asked"
            return f"a {name} goes {way} {_cause(other)} {now} now, it was {was}"
        case "transition-target":
            return f"a {name} goes from {_or(other.sources)} to {other.to} {_cause(other)} now, it was to {one.to}"
        case "transition-source":
            return f"a {name} goes to {other.to} {_cause(other)} from {_or(other.sources)} now, it was from {_or(one.sources)}"
    return f"a {name} goes {way} {_cause(other)} now, it was {_cause(one)}"


def _cause(one: Transition) -> str:
    kind, name = one.cause
    if kind == "after":
        return f"after {time_in_words(float(name))}"
    return f"by the {kind} {name}"


def _or(states: Sequence[str]) -> str:
    return " or ".join(states)


# -- what operations require, and who is told ----------------------------------------------------------


def _need_changes(old: Side, new: Side) -> Iterator[Found]:
    before = {(one.operation, one.id): one for one in old.needs}
    after = {(one.operation, one.id): one for one in new.needs}
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        operation = key[0]

        def shows(step: LifeStep, operation: str = operation) -> bool:
            return step.kind == "operation" and step.name == operation

        if one is not None and other is not None:
            if (one.states, one.otherwise) != (other.states, other.otherwise):
                sentence = f"{operation} requires a {new.life.name} that is {_or(other.states)} now, it was {_or(one.states)}"
                if one.states == other.states:
                    sentence = (
                        f"{operation} is refused with {other.otherwise} now, it was {one.otherwise}"
                    )
                yield _found("requirement-changed", sentence, one.pointer, other.pointer, shows)
        elif other is not None:
            sentence = f"{operation} requires a {new.life.name} that is {_or(other.states)} now"
            yield _found(
                "requirement-added", sentence, other.pointer[:-2], other.pointer, shows, EVERYONE
            )
        elif one is not None:
            sentence = f"{operation} no longer requires a {new.life.name} that is {_or(one.states)}"
            yield _found("requirement-removed", sentence, one.pointer, one.pointer[:-2], shows)


def _notice_changes(before: Life, after: Life) -> Iterator[Found]:
    places = (*before.pointer, "notify"), (*after.pointer, "notify")
    for state, webhook in before.notices:
        if (state, webhook) not in after.notices:
            sentence = f"{webhook} no longer tells that a {after.name} is {state}"
            yield _found("notice-removed", sentence, *places, _nothing, Verdicts(reader="breaking"))
    for state, webhook in after.notices:
        if (state, webhook) not in before.notices:
            sentence = f"{webhook} tells that a {after.name} is {state} now"
            yield _found("notice-added", sentence, *places, _nothing, TOLD)
