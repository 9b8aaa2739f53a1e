"""Generated submissions, interleaved, looked at and repeated: lifecycle.md section 2."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Sequence
from typing import Any, ClassVar

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from contract_tests.generation import keys
from contract_tests.generation.items import nodes, put
from contract_tests.generation.variations import Pair, pairs, probes
from contract_tests.judging.requirements import PROMISES
from contract_tests.judging.session import Judge
from contract_tests.judging.submitted import Entry, Episode, Submitted, record_path, spelled
from contract_tests.judging.verdict import Broken
from contract_tests.reading.contract import Contract, Submission
from contract_tests.scenarios import batches, filters, stories
from contract_tests.scenarios.questions import Question, Steps, judge_questions
from contract_tests.scenarios.shrinking import note

SUITE = "lifecycle"


class Enough(BaseException):
    """The time for stories is over; no Exception, so that Hypothesis lets it pass."""


class Machine(RuleBasedStateMachine):
    """Any number of submissions of two partners, in any order, looked at at any time."""

    judge: ClassVar[Judge]
    contract: ClassVar[Contract]
    ends: ClassVar[float]
    best: ClassVar[Broken | None] = None

    def __init__(self) -> None:
        super().__init__()
        if time.monotonic() > type(self).ends:
            raise Enough
        self.episode = self.judge.episode(SUITE)
        self.made: list[Submitted] = []
        self.casts: dict[tuple[str, str], stories.Cast] = {}
        self.kinds = [one for one in self.contract.submissions if self.judge.workshop(one).usable]
        self.partners = ["a", "b"] if self.judge.target.has_other else ["a"]

    def cast(self, submission: Submission, who: str) -> stories.Cast:
        """Return the items of a submission for a partner."""
        place = (submission.id, who)
        if place not in self.casts:
            self.casts[place] = stories.Cast(self.judge, submission, self.episode.namespace, who)
        return self.casts[place]

    def kept(self, problem: Broken) -> Broken:
        """Remember the smallest failure; the first one gives the time that shrinking may take."""
        kind = type(self)
        best = kind.best
        if best is None:
            kind.best = problem
            known = problem.finding.rule in self.judge.known
            seconds = 0 if known else self.judge.settings.pick(2, 4, 30)
            kind.ends = time.monotonic() + seconds
        elif best.finding.rule == problem.finding.rule and _size(problem) < _size(best):
            kind.best = problem
        return problem

    @rule(
        request=batches.requests(),
        kind=st.integers(0, 7),
        other=st.sampled_from((False, False, False, True)),
        settled=st.booleans(),
    )
    def submit(self, request: list[batches.Plan], kind: int, other: bool, settled: bool) -> None:
        """Submit items, and perhaps wait for them."""
        submission = self.kinds[kind % len(self.kinds)]
        who = self.partners[-1] if other else "a"
        number = len(self.made)
        made = batches.entries(self.cast(submission, who), request, f"f{number}")
        self._submit(submission, made, who, settled)

    def _submit(self, submission: Submission, made: list[Entry], who: str, settled: bool) -> None:
        try:
            if settled and submission.asynchronous:
                one = self.judge.submit(self.episode, submission, made, who)
                self.made.append(one)
                self.judge.settle(one)
            else:
                self.made.append(self.judge.submit(self.episode, submission, made, who))
        except Broken as problem:
            raise self.kept(problem) from None

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 20))
    def send_again(self, which: int) -> None:
        """Send the items of an earlier submission again."""
        one = self.made[which % len(self.made)]
        self._submit(one.submission, list(one.entries), one.who, settled=True)

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 20), letter=st.integers(0, 3))
    def correct(self, which: int, letter: int) -> None:
        """Send a valid item with a key that was used before, whatever became of it."""
        one = self.made[which % len(self.made)]
        plan = [batches.Plan(letter)]
        made = batches.entries(self.cast(one.submission, one.who), plan, "c")
        self._submit(one.submission, made, one.who, settled=True)

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 20))
    def look(self, which: int) -> None:
        """Look at a submission, final or not."""
        one = self.made[which % len(self.made)]
        self._safely(lambda: one.submission.asynchronous and self.judge.poll(one))

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 20), value=st.integers(0, 20))
    def look_filtered(self, which: int, value: int) -> None:
        """Look at a submission through the filter."""
        one = self.made[which % len(self.made)]
        parameter = filters.state_filter(one.submission)
        if parameter is None or not one.settled:
            return
        values = parameter["schema"]["enum"]
        chosen = str(values[value % len(values)])
        state = next(
            (s for s in one.submission.lifecycle.states if s.lower() == chosen.lower()), chosen
        )
        self._safely(lambda: filters.filtered(self.judge, one, chosen, state))

    @precondition(lambda self: bool(self.made))
    @rule(which=st.integers(0, 20))
    def wait(self, which: int) -> None:
        """Wait until a submission is final; all earlier ones must be final then."""
        one = self.made[which % len(self.made)]
        self._safely(lambda: self.judge.settle(one))

    def _safely(self, act: Any) -> None:
        try:
            act()
        except Broken as problem:
            raise self.kept(problem) from None

    def teardown(self) -> None:
        """Settle everything, the latest first, and look at all of it again."""
        if not hasattr(self, "made"):
            return
        # After a failure the rest of the story says nothing.
        if any(one.episode is not self.episode for one in self.made):
            return
        try:
            for one in reversed(self.made):
                if one.submission.asynchronous:
                    self.judge.settle(one)
            stories.look_again(self.judge, self.made)
        except Broken as problem:
            raise self.kept(problem) from None


def _size(problem: Broken) -> tuple[int, int]:
    finding = problem.finding
    return finding.requests, sum(map(len, finding.curl))


def test_any_story_of_submissions_keeps_the_lifecycle(judge: Judge, contract: Contract) -> None:
    """A state machine over submissions, checked after every look."""
    if not any(judge.workshop(one).usable for one in contract.submissions):
        pytest.skip("the contract declares no lifecycle")
    settings = judge.settings
    kind: Any = type(
        "Story",
        (Machine,),
        {
            "judge": judge,
            "contract": contract,
            "best": None,
            "ends": time.monotonic() + settings.pick(3, 14, 240),
        },
    )
    hypothesis.seed(settings.seed)(kind)
    try:
        run_state_machine_as_test(
            kind,
            settings=hypothesis.settings(
                max_examples=settings.pick(8, 40, 400),
                stateful_step_count=settings.pick(6, 10, 20),
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                print_blob=False,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
    except Enough:
        pass
    except Exception:
        # An end in the midst of a story looks like a flaky strategy to Hypothesis.
        if kind.best is None and time.monotonic() <= kind.ends:
            raise
    if kind.best is not None:
        note(judge, kind.best)


def test_submissions_are_processed_in_the_order_of_acceptance(
    judge: Judge, usable: Submission
) -> None:
    """All steps of a story are sent before any is settled; the latest is looked at first."""
    several = [steps for steps in stories.STORIES if len(steps) > 1]
    fit = usable.max_items is None or usable.max_items >= sum(map(len, map(", ".join, several)))
    if judge.settings.effort == "quick" and fit and _queued(judge, usable, several) is None:
        return
    for steps in several:
        problem = _queued(judge, usable, [steps])
        if problem is not None:
            note(judge, _of_order(judge, usable, steps, problem))
            return


def _of_order(
    judge: Judge, submission: Submission, steps: Sequence[str], problem: Broken
) -> Broken:
    """Return an outcome under the promise of order where the story ends well step by step."""
    if not problem.finding.rule.startswith("outcome."):
        return problem
    try:
        stories.play(judge, submission, steps, SUITE)
    except Broken as plain:
        return plain
    sentence, source = PROMISES["state.order"]
    problem.finding = dataclasses.replace(
        problem.finding, rule="state.order", sentence=sentence, source=source
    )
    judge.reduced.add(("state.order", problem.finding.operation))
    return problem


def _queued(
    judge: Judge, submission: Submission, together: Sequence[Sequence[str]]
) -> Broken | None:
    """Send stories side by side, step by step, and only then look; return what went wrong."""
    episode = judge.episode(SUITE)
    casts = [
        stories.Cast(judge, submission, f"{episode.namespace}s{number}.")
        for number in range(len(together))
    ]
    try:
        made = []
        for step in range(max(map(len, together))):
            told = [(cast, one) for cast, one in zip(casts, together, strict=True) if one[step:]]
            entries = [entry for cast, one in told for entry in cast.entries(one[step])]
            made.append(judge.submit(episode, submission, entries))
        if submission.asynchronous:
            judge.poll(made[0])
            for one in reversed(made):
                judge.settle(one)
        stories.look_again(judge, made)
    except Broken as problem:
        return problem
    return None


def test_submissions_of_all_kinds_stand_in_one_queue(judge: Judge, contract: Contract) -> None:
    """What was accepted first is final first, whatever kind of submission the next one is."""
    slow = [one for one in contract.submissions if one.asynchronous and judge.workshop(one).usable]
    for first, second in itertools.permutations(slow, 2):
        episode = judge.episode(SUITE)
        try:
            one = judge.submit(
                episode, first, stories.Cast(judge, first, episode.namespace).entries("A, B, C, D")
            )
            two = judge.submit(
                episode, second, stories.Cast(judge, second, episode.namespace).entries("A")
            )
            judge.creep(two)
            judge.settle(two)
            judge.settle(one)
        except Broken as problem:
            note(judge, problem)
            return


def test_short_requests_end_as_the_rows_say(judge: Judge, usable: Submission) -> None:
    """Items without a key meet nobody; a third and a fourth are judged like a second."""
    for steps in (
        ("?, ??, A, ?",),
        ("A, A, A, A",),
        ("A, A', B, A''", "A''"),
        ("A", "A, A, A"),
        ("A!, B, B'",),
    ):
        try:
            stories.play(judge, usable, steps, SUITE)
        except Broken as problem:
            note(judge, problem)
            return


def test_a_synchronous_submission_comes_after_all_that_was_accepted(
    judge: Judge, contract: Contract
) -> None:
    """What waits in a queue is settled before a synchronous submission is judged."""
    slow = [one for one in contract.submissions if one.asynchronous and judge.workshop(one).usable]
    quick = [one for one in contract.submissions if not one.asynchronous and one not in slow]
    if not slow or not quick:
        pytest.skip("the contract has no asynchronous and synchronous submission side by side")
    for first in slow:
        for second in quick:
            for letters in (("A", "A"), ("A, A'", "A"), ("A", "A, A'"), ("A!", "A")):
                episode = judge.episode(SUITE)
                try:
                    one = judge.submit(
                        episode,
                        first,
                        stories.Cast(judge, first, episode.namespace).entries(letters[0]),
                    )
                    two = judge.submit(
                        episode,
                        second,
                        stories.Cast(judge, second, episode.namespace).entries(letters[1]),
                    )
                    judge.settle(one)
                    stories.look_again(judge, [one, two])
                except Broken as problem:
                    note(judge, problem)
                    return


def test_collections_are_shared_exactly_as_declared(judge: Judge, contract: Contract) -> None:
    """A key saved by one submission is known to those of its collection, and to no other."""
    kinds = [one for one in contract.submissions if judge.workshop(one).usable]
    for first in kinds:
        for second in kinds:
            if first is second:
                continue
            shared = first.lifecycle.records == second.lifecycle.records
            name = "collection.shared" if shared else "collection.own"
            episode = judge.episode(SUITE)
            try:
                one = judge.submit(
                    episode, first, [stories.Cast(judge, first, episode.namespace).entry("A")]
                )
                judge.settle(one)
                entry = stories.Cast(judge, second, episode.namespace).entry("A", name)
                judge.settle(judge.submit(episode, second, [entry]))
            except Broken as problem:
                note(judge, problem)


def test_what_stands_inside_an_item_is_no_record_of_its_own(
    judge: Judge, contract: Contract
) -> None:
    """A key inside a saved item is new to those whose items have it as their key."""
    kinds = [one for one in contract.submissions if judge.workshop(one).usable]
    for outer in kinds:
        for inner in kinds:
            episode = judge.episode(SUITE)
            key = f"{episode.namespace}inside"
            item = judge.workshop(inner).keyed(judge.workshop(inner).full, key)
            holder = _holding(judge, outer, inner, item, f"{episode.namespace}k")
            if holder is None:
                continue
            entry = spelled(item, "collection.own", "its key stood inside a saved item")
            try:
                judge.settle(judge.submit(episode, outer, [spelled(holder)]))
                judge.settle(judge.submit(episode, inner, [entry]))
            except Broken as problem:
                note(judge, problem)


def _holding(
    judge: Judge, outer: Submission, inner: Submission, item: dict[str, Any], key: str
) -> dict[str, Any] | None:
    """Return a valid item in which the key of another stands; None where no place takes it."""
    workshop = judge.workshop(outer)
    members = inner.lifecycle.key
    full = workshop.keyed(workshop.full, key)
    for path, value, known in nodes(full, outer.item_schema) if members else ():
        if path and isinstance(value, dict) and set(members) <= known.get("properties", {}).keys():
            held: dict[str, Any] = put(
                full, path, {**value, **{member: item[member] for member in members}}
            )
            if workshop.validity.is_valid(held):
                return held
    return None


def test_what_is_final_stays_so_while_another_submission_waits(
    judge: Judge, usable: Submission
) -> None:
    """Looked at again at once after a later submission was accepted."""
    if not usable.asynchronous:
        pytest.skip("the submission is synchronous")
    episode = judge.episode(SUITE)
    cast = stories.Cast(judge, usable, episode.namespace)
    try:
        first = judge.submit(episode, usable, cast.entries("A, A, B, B', C!"))
        judge.settle(first)
        later = judge.submit(episode, usable, cast.entries("D"))
        judge.poll(first)
        judge.settle(later)
    except Broken as problem:
        note(judge, problem)


def test_a_record_is_read_by_its_own_key_once_it_is_saved(judge: Judge, usable: Submission) -> None:
    """Not before, not by a part of the key and not in another case."""
    if usable.record is None or not judge.workshop(usable).usable:
        pytest.skip("records cannot be read")
    episode = judge.episode(SUITE)
    workshop = judge.workshop(usable)
    entry = spelled(workshop.keyed(workshop.full, f"{episode.namespace}kAbc7"))
    near = [
        {**entry.value, member: change(entry.value[member])}
        for member in usable.lifecycle.key
        for change in (str.swapcase, lambda text: text[:-1], lambda text: f"{text}7")
        if isinstance(entry.value[member], str)
    ]
    paths = {
        record_path(usable, value)
        for value in (entry.value, *near)
        if stories.is_readable(usable, value)
    }
    try:
        _unread(judge, usable, episode, paths, "before anything was submitted")
        made = judge.submit(episode, usable, [entry])
        if usable.asynchronous:
            try:
                _unread(judge, usable, episode, paths, "while it was Pending")
            except Broken:
                if not judge.poll(made):
                    raise  # else it became final meanwhile
        judge.settle(made)
        stories.look_again(judge, [made])
        own = {record_path(usable, entry.value)}
        _unread(judge, usable, episode, paths - own, "by another key")
    except Broken as problem:
        note(judge, problem)


def _unread(
    judge: Judge, submission: Submission, episode: Episode, paths: set[str], told: str
) -> None:
    record = submission.record
    assert record is not None
    for path in sorted(paths):
        reply = judge.send(episode, record, path, sent=f"GET {path} {told}")
        if reply.status != 404:
            raise judge.fail(
                episode, "record.absent", record.id, f"GET {path} {told}", ["404"], reply.told()
            )


def test_one_value_is_one_record_whichever_way_it_came(judge: Judge, contract: Contract) -> None:
    """A value that two submissions of one collection take is a twin of itself in both."""
    kinds = [one for one in contract.submissions if judge.workshop(one).usable]
    for first in kinds:
        for second in kinds:
            if first is second or first.lifecycle.records != second.lifecycle.records:
                continue
            for maker in (first, second):
                episode = judge.episode(SUITE)
                shop = judge.workshop(maker)
                value = shop.keyed(shop.full, f"{episode.namespace}k")
                known = (judge.workshop(one).validity for one in (first, second))
                if not all(one.is_valid(value) for one in known):
                    continue
                entry = spelled(value, "collection.shared", "the same value, sent both ways")
                try:
                    judge.settle(judge.submit(episode, first, [spelled(value)]))
                    judge.settle(judge.submit(episode, second, [entry]))
                except Broken as problem:
                    note(judge, problem)


def test_items_are_identical_exactly_when_their_values_are_equal(
    judge: Judge, usable: Submission
) -> None:
    """Pairs that are nearly or truly identical, in one request and in two."""
    known = list(pairs(judge.workshop(usable)))
    # A quick run asks each pair in one of the two ways.
    both = judge.settings.effort != "quick"
    questions = [
        _pair(judge, usable, pair, together)
        for number, pair in enumerate(known)
        for together in (True, False)
        if both or (number + judge.settings.seed) % 2 == together
    ]
    judge_questions(judge, usable, questions, SUITE, size=60)


def _pair(judge: Judge, submission: Submission, pair: Pair, together: bool) -> Question:
    workshop = judge.workshop(submission)

    def ask(prefix: str) -> Steps:
        one, two = (workshop.keyed(item, f"{prefix}k") for item in (pair.one, pair.two))
        rule = "equality.values"
        if any(one[member] != two[member] for member in submission.lifecycle.key):
            rule = "equality.key"
        both = [spelled(one, rule, pair.told), spelled(two, rule, pair.told, pair.style)]
        return [both] if together else [both[:1], both[1:]]

    return Question(ask, pair.told)


def test_keys_are_compared_exactly(judge: Judge, usable: Submission) -> None:
    """Keys that are alike, but not equal, are different keys."""
    if not usable.lifecycle.key:
        pytest.skip("the key is the whole item")
    questions = []
    workshop = judge.workshop(usable)
    longest = max((probe.length for probe in probes(workshop) if probe.valid), default=0)
    for number, told in enumerate(keys.alike("k", longest)):
        for together in (True, False):

            def ask(prefix: str, number: int = number, together: bool = together) -> Steps:
                both = [
                    spelled(workshop.keyed(workshop.full, key), "equality.key", f"key {key}")
                    for key in keys.alike(prefix, longest)[number]
                ]
                valid = all(workshop.validity.is_valid(entry.value) for entry in both)
                return ([both] if together else [both[:1], both[1:]]) if valid else [[both[0]]]

            questions.append(Question(ask, f"keys like {' and '.join(told)}"))
    one = workshop.keyed(workshop.full, "ct0123456789-1-k1")
    questions += [
        _of_neighbours(judge, usable, number, together)
        for number in range(len(list(workshop.with_others(one))))
        for together in (True, False)
    ]
    if len(usable.lifecycle.key) == 1 and len(workshop.variants()) > 1:
        mistaken = range(len(keys.mistaken("")))
        questions += [_of_bad_keys(judge, usable, number) for number in mistaken]
    questions += [
        _of_form(judge, usable, longest, number, story)
        for number in range(len(keys.forms("", longest)))
        for story in _OF_ONE_KEY
    ]
    judge_questions(judge, usable, questions, SUITE, size=40)


def _of_bad_keys(judge: Judge, submission: Submission, number: int) -> Question:
    """Keys in one request of which at least one is no valid key, but a key all the same."""
    workshop = judge.workshop(submission)
    (member,) = submission.lifecycle.key

    def ask(prefix: str) -> Steps:
        one, two = keys.mistaken(prefix)[number]
        items = [
            {**variant, member: key}
            for variant, key in zip(workshop.variants() * 2, (one, two), strict=False)
        ]
        told = f"{member} = {one!r} and {two!r}"
        rule = None if one == two else "equality.key"
        return [[spelled(item, rule, told) for item in items]]

    return Question(ask, "keys that are no valid keys")


def _of_neighbours(judge: Judge, submission: Submission, number: int, together: bool) -> Question:
    """A key of several members beside one that differs in a single one of them, or nearly."""
    workshop = judge.workshop(submission)

    def ask(prefix: str) -> Steps:
        item = workshop.keyed(workshop.full, f"{prefix}k1")
        others = list(workshop.with_others(item))
        if number >= len(others):
            return [[spelled(item)]]
        told, other = others[number]
        both = [spelled(one, "equality.key", told) for one in (item, other)]
        return [both] if together else [both[:1], both[1:]]

    return Question(ask, "keys that differ in one member")


# Twins and rivals of one key, in one request and in two: the variants of each step's items.
_OF_ONE_KEY = (((0, 0),), ((0, 1),), ((0,), (0,)), ((0,), (1,)))


def _of_form(
    judge: Judge,
    submission: Submission,
    longest: int,
    number: int,
    story: tuple[tuple[int, ...], ...],
) -> Question:
    workshop = judge.workshop(submission)
    variants = workshop.variants()

    def ask(prefix: str) -> Steps:
        told, key = keys.forms(prefix, longest)[number]
        steps = [
            [
                spelled(workshop.keyed(variants[one % len(variants)], key), None, f"key: {told}")
                for one in step
            ]
            for step in story
        ]
        return steps if workshop.validity.is_valid(steps[0][0].value) else [steps[0][:1]]

    return Question(ask, f"a key of {keys.forms('k', longest)[number][0]}")


def test_items_of_a_large_batch_meet_however_far_apart(judge: Judge, usable: Submission) -> None:
    """Twins, rivals, invalid items at both ends and around every round number; then again."""
    most = judge.settings.pick(260, 2100, 10000)
    size = min(most, usable.max_items or most)
    problem = _large_problem(judge, usable, size)
    if problem is None:
        return
    if problem.finding.rule in judge.known:
        note(judge, problem)
        return
    smaller = _large_problem(judge, usable, min(size, 130))
    same = smaller is not None and smaller.finding.rule == problem.finding.rule
    note(judge, smaller if same and smaller is not None else problem)


def _large_problem(judge: Judge, submission: Submission, size: int) -> Broken | None:
    try:
        _large(judge, submission, size)
    except Broken as problem:
        return problem
    return None


def _large(judge: Judge, submission: Submission, size: int) -> None:
    episode = judge.episode(SUITE)
    cast = stories.Cast(judge, submission, episode.namespace)
    workshop = cast.workshop
    entries = [
        spelled(workshop.keyed(cast.variants[0], f"{episode.namespace}f{number}"))
        for number in range(size)
    ]
    places = (("A", 0), ("A", size - 1), ("B", 1), ("B'", size - 2), ("C!", size // 2))
    for letter, place in places:
        entries[place] = cast.entry(letter, "batch.far")
    # Twins and rivals across every likely limit of a chunk.
    for number, limit in enumerate((50, 100, 128, 256, 500, 512, 1000, 1024, 2000, 5000)):
        if limit + 5 < size - 3:
            twin = workshop.keyed(cast.variants[0], f"{episode.namespace}t{number}")
            rival = workshop.keyed(cast.variants[1], f"{episode.namespace}r{number}")
            again = workshop.keyed(cast.variants[0], f"{episode.namespace}r{number}")
            for place, item in (
                (limit - 3 - number, twin),
                (limit + 3, twin),
                (limit - 15 - number, rival),
                (limit + 4, again),
            ):
                entries[place] = spelled(item, "batch.far")
    one = judge.submit(episode, submission, entries)
    judge.settle(one)
    # A quick run looks at some of the records only.
    stride = max(1, size // 60) if judge.settings.effort == "quick" else 1
    later = [*entries[2:12], *entries[-12:-2], *entries[2::stride]][: submission.max_items]
    two = judge.submit(episode, submission, [_plain(entry) for entry in later])
    judge.settle(two)


def _plain(entry: Entry) -> Entry:
    return Entry(entry.value, entry.text)


def test_what_was_saved_is_remembered(judge: Judge, usable: Submission) -> None:
    """A record is known after many further submissions, and after a long time."""
    episode = judge.episode(SUITE)
    cast = stories.Cast(judge, usable, episode.namespace)
    count = judge.settings.pick(24, 130, 300)

    def known(request: str) -> list[Entry]:
        return [cast.entry(letter, "memory") for letter in request.split(", ")]

    try:
        first = judge.submit(episode, usable, cast.entries("A, B"))
        judge.settle(first)
        judge.settle(judge.submit(episode, usable, known("A")))
        between = []
        for number in range(count):
            item = cast.workshop.keyed(cast.variants[0], f"{episode.namespace}m{number}")
            between.append(judge.submit(episode, usable, [spelled(item)]))
        judge.settle(between[-1])
        judge.settle(judge.submit(episode, usable, known("A, B'")))
        if judge.target.has_control("a"):
            judge.target.advance("a", 40 * 86400)
        judge.settle(judge.submit(episode, usable, known("B, A'")))
        for _ in range(judge.settings.pick(3, 8, 20)):
            stories.look_again(judge, [first, between[0]])
    except Broken as problem:
        note(judge, problem)


def test_a_status_can_be_filtered_by_state(judge: Judge, usable: Submission) -> None:
    """Every declared value of the filter, in either case, before and after the end."""
    parameter = filters.state_filter(usable)
    if parameter is None:
        pytest.skip("the status operation has no filter by state")
    try:
        _filter(judge, usable, parameter)
    except Broken as problem:
        note(judge, problem)


def _filter(judge: Judge, submission: Submission, parameter: Any) -> None:
    episode = judge.episode(SUITE)
    cast = stories.Cast(judge, submission, episode.namespace)
    judge.settle(judge.submit(episode, submission, cast.entries("D")))
    entries = cast.entries("A, B, B', A, C!, D, E, E")
    extended = {**entries[-1].value, "x_more": {"x": 1}}
    if cast.workshop.validity.is_valid(extended):
        entries[-2:] = [spelled(extended)] * 2
    one = judge.submit(episode, submission, entries)
    filters.filtered_while_pending(judge, one)
    judge.settle(one)
    known = {state.lower(): state for state in submission.lifecycle.states}
    problems = []
    wrong: set[str] = set()
    for value in sorted(parameter["schema"]["enum"], key=lambda value: value not in known.values()):
        if value.lower() in known and value.lower() not in wrong:
            try:
                filters.filtered(judge, one, value, known[value.lower()])
            except Broken as problem:
                problems.append(problem)
                wrong.add(value.lower())
    values = [str(value) for value in parameter["schema"]["enum"]]
    strange = (
        values[0].upper(),
        ",".join(values[:2]),
        values[0][:1].lower() + values[0][1:].upper(),
    )
    spaces = (f"%20{values[0]}", f"{values[0]}%20")
    for value in ("Nope", *strange, *spaces, "0", "null", "", "%25", "%FF"):
        if value in values:
            continue
        try:
            filters.filtered_by_nonsense(judge, one, value)
        except Broken as problem:
            problems.append(problem)
    try:
        filters.filtered_twice(judge, one)
    except Broken as problem:
        problems.append(problem)
    noted: set[str] = set()
    for one_problem in problems:
        if one_problem.finding.rule not in noted:
            noted.add(one_problem.finding.rule)
            note(judge, one_problem)


def test_the_declared_state_values_that_no_filter_takes_are_refused(
    judge: Judge, usable: Submission
) -> None:
    """A state that is no value of the filter is as unknown to it as any other text."""
    parameter = filters.state_filter(usable)
    if parameter is None:
        pytest.skip("the status operation has no filter by state")
    values = parameter["schema"]["enum"]
    missing = [state for state in usable.lifecycle.states if state not in values]
    episode = judge.episode(SUITE)
    try:
        one = judge.submit(
            episode, usable, stories.Cast(judge, usable, episode.namespace).entries("A")
        )
        judge.settle(one)
        for state in missing:
            filters.filtered_by_nonsense(judge, one, state)
    except Broken as problem:
        note(judge, problem)
