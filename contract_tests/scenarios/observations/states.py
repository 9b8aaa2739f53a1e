"""What becomes of items where the sources are silent: states of stories, and of items made for it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from itertools import combinations

from contract_tests.generation.objects import instants_of
from contract_tests.generation.values import Item, is_number, put
from contract_tests.judging.coverage import Behaviour
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Story, Submitted, spelled
from contract_tests.reading.contract import Submission
from contract_tests.reading.expressions import members_read
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.schemas import Path, folded, members, nodes
from contract_tests.reading.silences import OtherOrder, Silence, UnknownMembers
from contract_tests.scenarios.letters import Letters

_NEVER_SENT = "never-sent-17"
_FIRST_YEAR, _YEARS = 1971, 50
_SIGNS = ((100, -1), (-100, 1), (0, 1), (0, -1), (1, 0), (0, 0))
_SHOWN_BY: dict[Condition, tuple[str, ...]] = {
    Condition.RIVAL_IN_REQUEST: ("A, A'",),
    Condition.INVALID: ("A!",),
    Condition.TWIN_IN_REQUEST: ("A, A",),
    Condition.TWIN_SAVED: ("A", "A"),
    Condition.RIVAL_SAVED: ("A", "A'"),
    Condition.OTHERWISE: ("A",),
}
"""The story whose last item meets a condition."""
_BOTH: dict[frozenset[Condition], tuple[str, ...]] = {
    frozenset({Condition.RIVAL_IN_REQUEST, Condition.TWIN_IN_REQUEST}): ("A, A, A'",),
    frozenset({Condition.RIVAL_IN_REQUEST, Condition.INVALID}): ("A, A!",),
    frozenset({Condition.INVALID, Condition.TWIN_IN_REQUEST}): ("A!, A!",),
    frozenset({Condition.TWIN_SAVED, Condition.TWIN_IN_REQUEST}): ("A", "A, A"),
    frozenset({Condition.TWIN_SAVED, Condition.RIVAL_IN_REQUEST}): ("A", "A, A'"),
    frozenset({Condition.RIVAL_SAVED, Condition.TWIN_IN_REQUEST}): ("A", "A', A'"),
    frozenset({Condition.RIVAL_SAVED, Condition.RIVAL_IN_REQUEST}): ("A", "A', A''"),
    frozenset({Condition.RIVAL_SAVED, Condition.INVALID}): ("A", "A!"),
}
"""The story of which an item meets two conditions, so that their order decides."""


def submitted(session: Session, submission: Submission, story: Story, letters: str) -> Submitted:
    """Send the items of some letters and wait for their states; nothing is judged."""
    made = session.begin(
        story, submission, Letters(session, submission, story.namespace).entries(letters)
    )
    session.mismatches(made)
    return made


def states_of(
    session: Session, submission: Submission, story: Story, items: Sequence[Item]
) -> list[str]:
    """Send items and return their states; nothing is judged."""
    made = session.begin(story, submission, [spelled(item) for item in items])
    session.mismatches(made)
    return made.states


def by_rows(session: Session, submission: Submission, silence: Silence) -> Iterator[Behaviour]:
    """Play what shows the rows that name a silence."""
    for row in submission.lifecycle.rows:
        if silence.id in row.silences:
            yield from _played(session, submission, _SHOWN_BY[row.when])


def by_correction(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Send other data under the key of a saved record."""
    yield from _played(session, submission, _SHOWN_BY[Condition.RIVAL_SAVED])


def by_order(session: Session, submission: Submission, silence: Silence) -> Iterator[Behaviour]:
    """Play what the orders that a server may choose tell apart."""
    told: set[frozenset[Condition]] = set()
    for one in silence.instead:
        for pair in combinations(one.conditions, 2) if isinstance(one, OtherOrder) else ():
            both = frozenset(pair)
            if both in _BOTH and both not in told:
                told.add(both)
                yield from _played(session, submission, _BOTH[both])


def by_spelling(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Send an item beside the same one in another spelling."""
    yield from _played(session, submission, ("A, A~",))


def _played(session: Session, submission: Submission, steps: Sequence[str]) -> Iterator[Behaviour]:
    if not submission.lifecycle.key:
        return
    story = session.story(Suite.SILENCES)
    made = [submitted(session, submission, story, step) for step in steps][-1]
    strict = [one.strict.then for one in made.allowed or ()]
    yield Behaviour(f"{'; then '.join(steps)}: {', '.join(made.states)}", made.states == strict)


def by_signs(session: Session, submission: Submission, silence: Silence) -> Iterator[Behaviour]:
    """Send numbers of mixed signs, and zero beside both, where a rule compares two numbers."""
    maker = session.maker(submission)
    compared = _numbers_compared(session, submission, silence)
    if compared is None:
        return
    one, two = compared
    for first, second in _SIGNS:
        story = session.story(Suite.SILENCES)
        item = put(put(maker.full, (one,), first), (two,), second)
        item = maker.keyed(item, f"{story.namespace}k")
        (state,) = states_of(session, submission, story, [item])
        saved = state in submission.lifecycle.saving
        as_chosen = saved == maker.validity.is_valid(item)
        yield Behaviour(f"{one} {first} with {two} {second} is {state}", as_chosen)


def _numbers_compared(
    session: Session, submission: Submission, silence: Silence
) -> tuple[str, str] | None:
    """Return two numbers of the item that a rule with this silence reads."""
    maker = session.maker(submission)
    for rule in maker.validity.rules_asked(maker.full).values():
        read = members_read(rule.rule) if silence.id in rule.silences else None
        numbers = [
            name for name in maker.full if is_number(maker.full[name]) and name in (read or ())
        ]
        if len(numbers) > 1:
            return numbers[0], numbers[1]
    return None


def by_unknown_members(
    session: Session, submission: Submission, silence: Silence
) -> Iterator[Behaviour]:
    """Send an item with a member that nobody described, where a server may refuse it."""
    if not any(isinstance(one, UnknownMembers) for one in silence.instead):
        return
    story, maker = session.story(Suite.SILENCES), session.maker(submission)
    item = {**maker.keyed(maker.full, f"{story.namespace}k"), "x_unknown": [1, "é"]}
    (state,) = states_of(session, submission, story, [item])
    saved = state in submission.lifecycle.saving
    yield Behaviour(f"an item with an unknown member is {state}", saved)


def by_reference(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Send an item that names, by its key, something that nobody sent."""
    referred = referred_by(session, submission)
    if referred is None:
        return
    member, _other = referred
    story, maker = session.story(Suite.SILENCES), session.maker(submission)
    item = put(maker.keyed(maker.full, f"{story.namespace}k"), (member,), _NEVER_SENT)
    (state,) = states_of(session, submission, story, [item])
    saved = state in submission.lifecycle.saving
    yield Behaviour(f"with an unknown {member} it is {state}", saved)


def referred_by(session: Session, submission: Submission) -> tuple[str, Submission] | None:
    """Return a member that names, by its key, an item of another submission, and that submission."""
    for name in members(submission.item_schema):
        for other in session.usable if name not in submission.lifecycle.key else ():
            if other.lifecycle.key == (name,):
                return name, other
    return None


def by_parts(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Send a new part inside of an item that is saved already, then that part on its own."""
    story, maker = session.story(Suite.SILENCES), session.maker(submission)
    for name, other in _parts(session, submission):
        theirs = session.maker(other)
        part = theirs.keyed(theirs.full, f"{story.namespace}part")
        item = maker.keyed(maker.full, f"{story.namespace}k")
        again = put(item, (name,), [part])
        if not maker.validity.is_valid(again):
            continue
        (first,) = states_of(session, submission, story, [item])
        (second,) = states_of(session, submission, story, [again])
        if first not in submission.lifecycle.saving or second in submission.lifecycle.saving:
            continue
        (state,) = states_of(session, other, story, [part])
        told = f"what stood in {name} of an item that was {second} is {state} on its own"
        yield Behaviour(told, state in other.lifecycle.saving)
        return


def _parts(session: Session, submission: Submission) -> Iterator[tuple[str, Submission]]:
    """Yield the arrays of an item whose entries have the key of another submission, and that submission."""
    for name, schema in members(submission.item_schema).items():
        known = set(members(folded(schema).get("items", {})))
        for other in session.usable:
            key = set(other.lifecycle.key)
            if key and key <= known and other.lifecycle.records != submission.lifecycle.records:
                yield name, other


def by_overlap(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Send an item for a month, then one for a day of it."""
    story = session.story(Suite.SILENCES)
    states = [
        state
        for item in overlapping(session, submission, story.namespace)
        for state in states_of(session, submission, story, [item])
    ]
    if states:
        saved = all(state in submission.lifecycle.saving for state in states)
        yield Behaviour(f"a month and one of its days are {', '.join(states)}", saved)


def overlapping(session: Session, submission: Submission, prefix: str) -> list[Item]:
    """Return an item for a month, and one for a day of it; none where items have no period."""
    maker, place = session.maker(submission), _period(session, submission)
    if place is None or not submission.lifecycle.key:
        return []
    path, start, end = place
    items = []
    month = f"{_FIRST_YEAR + zlib.crc32(prefix.encode()) % _YEARS}-07"  # of its own, as far as that goes
    for number, (first, last) in enumerate((("01", "31"), ("15", "15"))):
        period = {start: f"{month}-{first}T00:00:00.000Z", end: f"{month}-{last}T23:59:59.999Z"}
        items.append(maker.keyed(put(maker.full, path, period), f"{prefix}k{number}"))
    return items


def _period(session: Session, submission: Submission) -> tuple[Path, str, str] | None:
    """Return where an item has an object of two instants, and their names."""
    for path, value, known in nodes(session.maker(submission).full, submission.item_schema):
        names = instants_of(value, known) if isinstance(value, dict) and path else []
        if len(names) == 2:
            return path, names[0], names[1]
    return None


def by_its_schema(
    session: Session, submission: Submission, silence: Silence
) -> Iterator[Behaviour]:
    """Send an item that breaks what a silence stands beside, unless another suite did."""
    if session.coverage.has_seen(silence.id):
        return
    for one in session.materials.variations(submission).all:
        if silence.id in one.silences and one.keyed and not one.valid:
            story = session.story(Suite.SILENCES)
            item = session.maker(submission).keyed(one.item, f"{story.namespace}k")
            (state,) = states_of(session, submission, story, [item])
            yield Behaviour(f"{one.about} is {state}", state not in submission.lifecycle.saving)
            return
