"""Learns which alternatives of the silences a server takes, so that documented mode holds it to its own choices.

A choice is told by items that are valid under it or under its alternative, but not under both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from contract_tests.generation.items import ItemMaker
from contract_tests.generation.otherwise import Otherwise, otherwise, told_apart
from contract_tests.generation.values import Item
from contract_tests.http.failures import NotAllowed
from contract_tests.judging.findings import Broken
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Submitted, spelled
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.likeness import Likeness
from contract_tests.reading.otherwise import Choice, chosen_otherwise, item_choices
from contract_tests.reading.requirements import Kind, Requirement
from contract_tests.reading.silences import (
    AnyOrderOfResults,
    OtherState,
    SavedParts,
    ShownStates,
    Topic,
)
from contract_tests.reading.validity import Validity, is_of_part
from contract_tests.scenarios.comparing import compared_by
from contract_tests.scenarios.letters import Letters
from contract_tests.scenarios.observations.states import overlapping, referred_by, states_of

_FEW_RULES = 20  # faults of rules that are looked at


@dataclass(frozen=True)
class _Learnt:
    """A part of what a server was seen to choose."""

    taken: frozenset[str] = frozenset()
    likeness: Likeness | None = None
    submission: Submission | None = None


def learned(session: Session) -> tuple[Contract, Freedom]:
    """Return the contract with the alternatives that the server takes, and what freedom is left to it.

    In the contract stands what decides which items are valid. All is asked side by side.
    """
    contract, limits = session.contract, session.asking.client.budget.limits
    if session.freedom.strict or limits.dry_run or limits.read_only:
        return contract, session.freedom
    acts: list[Callable[[Session], _Learnt]] = [
        lambda one: _Learnt(taken=frozenset(_shown_otherwise(one))),
        lambda one: _Learnt(taken=frozenset(_ordered_otherwise(one))),
        _compared,
        *(partial(_refused_for_records, *asked) for asked in _of_records(session)),
        *(
            partial(_saves_parts, silence, one)
            for silence, other in session.freedom.open(SavedParts)
            for one in session.usable
            if other.parts == "valid-parts" and silence in one.operation.silences
        ),
        *(partial(_learned, one) for one in session.usable),
    ]
    found = session.together(acts)
    taken = frozenset(silence for one in found for silence in one.taken)
    likeness = next((one.likeness for one in found if one.likeness is not None), Likeness())
    known = {one.submission.id: one.submission for one in found if one.submission is not None}
    changed = tuple(known.get(one.id, one) for one in contract.submissions)
    freedom = replace(session.freedom.taking(*taken), likeness=likeness)
    return replace(contract, submissions=changed), freedom


def _compared(session: Session) -> _Learnt:
    likeness, silence = compared_by(session)
    if silence:
        session.coverage.saw(silence, _compared_by(likeness), as_chosen=False)
    return _Learnt(likeness=likeness)


def _compared_by(likeness: Likeness) -> str:
    if likeness.of_described:
        return "members that nobody described are dropped"
    told = ", ".join(sorted(likeness.normalised)) or f"their texts {likeness.texts}"
    return f"items are compared by {told}"


def _shown_otherwise(session: Session) -> Iterator[str]:
    """Yield the silences by which states are shown as others, where a server shows none of those itself."""
    silences = session.contract.silences.values()
    open_ones = [
        (silence.id, one)
        for silence in silences
        for one in silence.instead
        if isinstance(one, ShownStates)
    ]
    made = _played(session, "A, A, B, B'") if open_ones else None
    states = set(made.states) if made is not None else set()
    for silence, one in open_ones:
        if states & set(one.shown.values()) and not states & one.shown.keys():
            yield silence


def _ordered_otherwise(session: Session) -> Iterator[str]:
    """Yield the silences by which entries stand in any order, where a server makes use of it."""
    open_ones = [silence for silence, _ in session.freedom.open(AnyOrderOfResults)]
    made = _played(session, "A, B!, C, D") if open_ones else None
    if made is not None:
        yield from (silence for silence in open_ones if silence in made.otherwise)


def _played(session: Session, letters: str) -> Submitted | None:
    """Return a finished batch of these letters, None where the server takes none or the limits allow none."""
    for submission in session.usable[:1]:
        story = session.story(Suite.SILENCES)
        entries = Letters(session, submission, story.namespace).entries(letters)
        try:
            made = session.begin(story, submission, entries)
            session.wait(made)
        except (Broken, NotAllowed):
            return None
        return made
    return None


def _of_records(session: Session) -> Iterator[tuple[str, str, Submission]]:
    """Yield the silences by which valid items may be refused for what was saved, with that state and a submission."""
    for silence, one in session.freedom.open(OtherState):
        for submission in session.usable:
            named = silence in submission.operation.silences
            if named and session.contract.silences[silence].about in _OF_RECORDS:
                yield silence, one.state, submission


def _refused_for_records(
    silence: str, state: str, submission: Submission, session: Session
) -> _Learnt:
    about = session.contract.silences[silence].about
    try:
        told = "" if about is None else _OF_RECORDS[about](session, submission, state)
    except (Broken, NotAllowed):
        told = ""
    if not told:
        return _Learnt()
    session.coverage.saw(silence, told, as_chosen=False)
    return _Learnt(taken=frozenset({silence}))


def _saves_parts(silence: str, submission: Submission, session: Session) -> _Learnt:
    """Find out whether items are saved without their invalid parts: whatever is wrong with those, schema or rule."""
    maker, variations = session.maker(submission), session.materials.variations(submission)
    rules = [one for one in variations.all if one.requirement.kind is Kind.RULE and not one.valid]
    wrong: dict[Requirement, Item] = {}
    parts: set[object] = set()  # the members whose entries have rules of their own
    for one in (*rules[:_FEW_RULES], *variations.breaking):
        faults = maker.validity.faults(one.item)
        if one.requirement.kind is Kind.RULE:
            parts |= {fault.path[0] for fault in faults if is_of_part(fault)}
        if all(is_of_part(fault) and fault.path[0] in parts for fault in faults):
            wrong.setdefault(one.requirement, one.item)
    kinds = {one.kind for one in wrong}
    if not kinds >= {Kind.RULE, Kind.CONSTRAINT}:
        return _Learnt()
    story = session.story(Suite.SILENCES)
    items = [
        maker.keyed(item, f"{story.namespace}k{number}")
        for number, item in enumerate(wrong.values())
    ]
    try:
        states = states_of(session, submission, story, items)
    except (Broken, NotAllowed):
        return _Learnt()
    if not all(state in submission.lifecycle.saving for state in states):
        return _Learnt()
    session.coverage.saw(silence, "items are saved without their invalid parts", as_chosen=False)
    return _Learnt(taken=frozenset({silence}))


def _unknown_reference(session: Session, submission: Submission, refused: str) -> str:
    """Return what tells that an item is refused until what it refers to is sent; nothing where it is not."""
    referred = referred_by(session, submission)
    if referred is None:
        return ""
    member, other = referred
    story, maker = session.story(Suite.SILENCES), session.maker(submission)
    one, two = (maker.keyed(maker.full, f"{story.namespace}{name}") for name in "ab")
    known = {**session.maker(other).full, member: one.get(member)}
    states = [
        states_of(session, *asked)[0]
        for asked in (
            (submission, story, [one]),
            (other, story, [known]),
            (submission, story, [two]),
        )
    ]
    taken = states[0] == refused and states[2] in submission.lifecycle.saving
    return f"with an unknown {member} it is {refused}" if taken else ""


def _overlap(session: Session, submission: Submission, refused: str) -> str:
    """Return what tells that an item is refused whose period overlaps with a saved one's; nothing where it is not."""
    story = session.story(Suite.SILENCES)
    items = overlapping(session, submission, story.namespace)
    states = [states_of(session, submission, story, [item])[0] for item in items]
    if not states or states[0] not in submission.lifecycle.saving or states[1] != refused:
        return ""
    return f"a month and one of its days are {', '.join(states)}"


_OF_RECORDS: Mapping[Topic, Callable[[Session, Submission, str], str]] = {
    Topic.REFERENCE: _unknown_reference,
    Topic.OVERLAP: _overlap,
}


def _learned(submission: Submission, session: Session) -> _Learnt:
    maker = session.maker(submission)
    variations = session.materials.variations(submission).all
    examples = session.materials.examples
    every = [
        one
        for choice in item_choices(session.contract)
        if (one := otherwise(maker, choice, variations, examples)) is not None
    ]
    if not every:
        return _Learnt()
    every = told_apart(every, maker.attributes)
    wrong = _wrong_whatever_is_chosen(session, submission, every)
    try:
        asked = _asked(every)
        saved = _saved(session, submission, [*asked, *wrong])
    except (Broken, NotAllowed):
        return _Learnt()
    if any(one in saved for one in wrong):
        return _Learnt()  # what is saved there tells of no choice
    taken = [one for one in every if _is_taken(one, saved)]
    # Of several alternatives the one that explains most of what was asked.
    taken.sort(key=lambda one: -_explained(session, one, asked, saved))
    return _Learnt(submission=_under(session, submission, taken))


def _wrong_whatever_is_chosen(
    session: Session, submission: Submission, every: Sequence[Otherwise]
) -> list[Item]:
    """Return an item that no reading of the contract allows; nothing where none is known."""
    maker = session.maker(submission)
    readings = [
        Validity(one.submission.item_schema, one.submission.lifecycle.key, maker.attributes)
        for one in every
    ]
    for one in session.materials.variations(submission).breaking:
        faults = maker.validity.faults(one.item)
        is_wrong = not any(reading.is_valid(one.item) for reading in readings)
        if faults and is_wrong and not any(is_of_part(fault) for fault in faults):
            return [one.item]
    return []


def _asked(every: Sequence[Otherwise]) -> list[Item]:
    """Return all that tells something, each item once."""
    asked: list[Item] = []
    for one in every:
        for item in (one.plain, *(witness.item for witness in one.witnesses)):
            if item not in asked:
                asked.append(item)
    return asked


def _explained(
    session: Session, one: Otherwise, asked: Sequence[Item], saved: Sequence[Item]
) -> int:
    """Return of how many items an alternative says rightly whether they were saved."""
    attributes = session.maker(one.submission).attributes
    validity = Validity(one.submission.item_schema, one.submission.lifecycle.key, attributes)
    return sum(validity.is_valid(item) == (item in saved) for item in asked)


def _saved(session: Session, submission: Submission, asked: Sequence[Item]) -> list[Item]:
    """Send items; return those that the server saved."""
    maker, most = session.maker(submission), submission.max_items or len(asked)
    found: list[Item] = []
    for start in range(0, len(asked), most):
        story = session.story(Suite.SILENCES)
        part = asked[start : start + most]
        entries = [
            spelled(maker.keyed(one, f"{story.namespace}k{number}"))
            for number, one in enumerate(part)
        ]
        made = session.begin(story, submission, entries)
        session.wait(made)
        states = zip(part, made.states, strict=True)
        found += [one for one, state in states if state in submission.lifecycle.saving]
    return found


def _is_taken(one: Otherwise, saved: Sequence[Item]) -> bool:
    return one.plain in saved and all(
        (witness.item in saved) == witness.valid for witness in one.witnesses
    )


def _under(session: Session, submission: Submission, taken: Sequence[Otherwise]) -> Submission:
    """Return a submission under the alternatives that a server takes, one of each silence."""
    told: dict[str, Otherwise] = {}
    for one in taken:
        told.setdefault(one.choice.silence, one)
    known = submission
    for one in told.values():
        known = _with(session, known, one.choice, one.plain)
        session.coverage.saw(one.choice.silence, one.choice.told, as_chosen=False)
    return known


def _with(session: Session, known: Submission, choice: Choice, plain: Item) -> Submission:
    changed = chosen_otherwise(known, choice)
    if changed is None:
        return known
    changed = replace(changed, examples=(*changed.examples, [plain]))
    maker = ItemMaker(changed, session.maker(known).attributes, session.materials.examples)
    return changed if maker.usable else known
