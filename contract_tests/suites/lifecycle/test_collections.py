"""Which records submissions share, and how they are read (docs/lifecycle.md#collections)."""

from __future__ import annotations

import itertools

import pytest

from contract_tests.generation.values import Item, put
from contract_tests.judging import catalogue
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Story, record_path, spelled
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.schemas import nodes
from contract_tests.reading.silences import SavedParts
from contract_tests.scenarios.attempts import each_noted, trial
from contract_tests.scenarios.letters import Letters
from contract_tests.scenarios.records import is_readable, look_again, read
from contract_tests.scenarios.shrinking import note


def test_collections_are_shared_exactly_as_declared(session: Session, contract: Contract) -> None:
    """A key saved by one submission is known to those of its collection, and to no other."""
    pairs = itertools.permutations(session.usable, 2)
    each_noted(session, [trial(_share_as_declared, *both) for both in pairs])


def _share_as_declared(session: Session, first: Submission, second: Submission) -> None:
    shared = first.lifecycle.records == second.lifecycle.records
    tried = catalogue.COLLECTION_SHARED if shared else catalogue.COLLECTION_OWN
    story = session.story(Suite.LIFECYCLE)
    letters = Letters(session, first, story.namespace)
    session.settle(session.submit(story, first, [letters.entry("A")]))
    entry = Letters(session, second, story.namespace).entry("A", tried)
    session.settle(session.submit(story, second, [entry]))


def test_what_stands_inside_an_item_is_no_record_of_its_own(
    session: Session, contract: Contract
) -> None:
    """A key inside an item, saved or not, is new to those whose items have it as their key."""
    pairs = list(itertools.product(session.usable, repeat=2))
    plays = (_one_inside_another, _one_inside_what_is_not_saved)
    each_noted(session, [trial(play, *both) for play in plays for both in pairs])


def _one_inside_another(session: Session, outer: Submission, inner: Submission) -> None:
    story = session.story(Suite.LIFECYCLE)
    maker = session.maker(inner)
    item = maker.keyed(maker.full, f"{story.namespace}inside")
    whole = _holding(session, outer, inner, item, f"{story.namespace}k")
    if whole is None:
        return
    about = "its key stood inside a saved item"
    session.settle(session.submit(story, outer, [spelled(whole)]))
    session.settle(session.submit(story, inner, [spelled(item, catalogue.COLLECTION_OWN, about)]))


def _one_inside_what_is_not_saved(session: Session, outer: Submission, inner: Submission) -> None:
    """Let a key stand inside an item whose own key is taken: nothing of that one is saved."""
    open_ones = session.freedom.alternatives(outer.operation.silences, SavedParts)
    if any(one.parts == "new-parts" for one in open_ones):
        return
    story, maker = session.story(Suite.LIFECYCLE), session.maker(inner)
    item, key = maker.keyed(maker.full, f"{story.namespace}inside"), f"{story.namespace}k"
    whole = _holding(session, outer, inner, item, key)
    if whole is None:
        return
    full = session.maker(outer).keyed(session.maker(outer).full, key)
    about = "its key stood inside an item whose own key was taken"
    for submission, entry in (
        (outer, spelled(full)),
        (outer, spelled(whole)),
        (inner, spelled(item, catalogue.COLLECTION_OWN, about)),
    ):
        session.settle(session.submit(story, submission, [entry]))


def _holding(
    session: Session, outer: Submission, inner: Submission, item: Item, key: str
) -> Item | None:
    """Return a valid item in which the key of another stands; None where no place takes it."""
    maker, members = session.maker(outer), inner.lifecycle.key
    full = maker.keyed(maker.full, key)
    for path, value, known in nodes(full, outer.item_schema) if members else ():
        if path and isinstance(value, dict) and set(members) <= known.get("properties", {}).keys():
            own = {member: item[member] for member in members}
            whole: Item = put(full, path, {**value, **own})
            if maker.validity.is_valid(whole):
                return whole
    return None


def test_one_value_is_one_record_whichever_way_it_came(
    session: Session, contract: Contract
) -> None:
    """A value that two submissions of one collection take is a twin of itself in both."""
    pairs = [
        (first, second)
        for first, second in itertools.permutations(session.usable, 2)
        if first.lifecycle.records == second.lifecycle.records
    ]
    acts = [trial(_both_ways, *both, made_for=one) for both in pairs for one in both]
    each_noted(session, acts)


def _both_ways(
    session: Session, first: Submission, second: Submission, made_for: Submission
) -> None:
    story = session.story(Suite.LIFECYCLE)
    maker = session.maker(made_for)
    value = maker.keyed(maker.full, f"{story.namespace}k")
    if not all(session.maker(one).validity.is_valid(value) for one in (first, second)):
        return
    about = "the same value, sent both ways"
    session.settle(session.submit(story, first, [spelled(value)]))
    entry = spelled(value, catalogue.COLLECTION_SHARED, about)
    session.settle(session.submit(story, second, [entry]))


def test_a_record_is_read_by_its_own_key_once_it_is_saved(
    session: Session, usable: Submission
) -> None:
    """Not before, not by a part of the key and not in another case."""
    if usable.record is None:
        pytest.skip("records cannot be read")
    story = session.story(Suite.LIFECYCLE)
    maker = session.maker(usable)
    entry = spelled(maker.keyed(maker.full, f"{story.namespace}kAbc7"))
    near = [
        {**entry.value, member: change(entry.value[member])}
        for member in usable.lifecycle.key
        for change in (str.swapcase, lambda text: text[:-1], lambda text: f"{text}7")
        if isinstance(entry.value[member], str)
    ]
    paths = {
        record_path(usable, value) for value in (entry.value, *near) if is_readable(usable, value)
    }
    try:
        _unread(session, usable, story, paths, "before anything was submitted")
        made = session.submit(story, usable, [entry])
        if usable.asynchronous:
            try:
                _unread(session, usable, story, paths, "while it waited")
            except Broken:
                if not session.poll(made):
                    raise  # else it became final meanwhile
        session.settle(made)
        look_again(session, [made])
        own = {record_path(usable, entry.value)}
        _unread(session, usable, story, paths - own, "by another key")
    except Broken as problem:
        note(session, problem)


def _unread(
    session: Session, submission: Submission, story: Story, paths: set[str], when: str
) -> None:
    record, asking = submission.record, session.asking
    if record is None:
        return
    for path in sorted(paths):
        asked = asking.ask(story, record, read(path), f"GET {path} {when}")
        if asked.reply.status != 404:
            raise asking.breaks(asked, catalogue.RECORD_ABSENT, "404")
