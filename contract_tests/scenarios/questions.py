"""Many small questions in few requests, and the smallest request that shows what went wrong.

A question is a list of steps, each with the items it adds to that step's request. Its keys are
its own, so questions cannot influence each other, and can be asked again alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from contract_tests.judging.requirements import PROMISES
from contract_tests.judging.session import Judge
from contract_tests.judging.submitted import Entry, spelled
from contract_tests.judging.verdict import Broken
from contract_tests.reading.contract import Submission
from contract_tests.scenarios.shrinking import note, reduced
from contract_tests.scenarios.stories import look_again

Steps = list[list[Entry]]
_COMPANY = "batch.each"


@dataclass(frozen=True)
class Question:
    """What is asked: given a prefix for its keys, the items of each step.

    A question that has a source of its own, a case, is named where it shows something. A plain
    one is a story in which nothing but its rows is tried.
    """

    ask: Callable[[str], Steps]
    told: str = ""
    source: str = ""
    plain: bool = False


def judge_questions(
    judge: Judge,
    submission: Submission,
    questions: Sequence[Question],
    suite: str,
    size: int = 100,
) -> None:
    """Ask all questions in packs; note one finding per broken rule, the smallest that shows it."""
    noted: set[str] = set()
    for pack in packed(questions, submission.max_items, size):
        forgotten = _judge_pack(judge, submission, pack, suite, noted)
        if forgotten is not None:
            note(judge, forgotten)
            return


def _judge_pack(
    judge: Judge, submission: Submission, pack: list[Question], suite: str, noted: set[str]
) -> Broken | None:
    """Ask the questions of a pack; return how records are forgotten, if that is what is wrong."""
    left = pack
    for _ in range(4):
        try:
            problems = ask(judge, submission, left, suite)
        except Broken as whole:
            if judge.settings.dry_run:
                break
            known = whole.finding.rule in judge.known
            culprits, smallest = (
                (left, whole) if known else narrow(judge, submission, left, whole, suite)
            )
            if smallest.finding.rule not in noted:
                noted.add(smallest.finding.rule)
                note(judge, smallest)
            left = [one for one in left if one not in culprits]
            if not left:
                break
            continue
        for question, seen in problems:
            if seen.finding.rule in noted:
                continue
            noted.add(seen.finding.rule)
            forgotten = _forgotten(judge, submission, seen, suite)
            if forgotten is not None:
                return forgotten
            known = seen.finding.rule in judge.known
            problem = seen if known else alone(judge, submission, question, seen, suite)
            if problem is not None:
                note(judge, _with_source(problem, question))
            elif _COMPANY not in noted:
                noted.add(_COMPANY)
                note(judge, _in_company(judge, seen))
        break
    return None


def packed(questions: Sequence[Question], most: int | None, size: int) -> Iterator[list[Question]]:
    """Yield the questions in packs of a size, in which no request has more items than it may.

    A question that is too long even alone is left out.
    """
    pack: list[Question] = []
    longest: list[int] = []
    for question in questions:
        lengths = [len(step) for step in question.ask("ct0123456789-1-q1.")]
        if most is not None and max(lengths) > most:
            continue
        grown = [sum(pair) for pair in itertools.zip_longest(longest, lengths, fillvalue=0)]
        if len(pack) == size or (most is not None and max(grown) > most):
            yield pack
            pack, grown = [], lengths
        pack.append(question)
        longest = grown
    if pack:
        yield pack


def _with_source(problem: Broken, question: Question) -> Broken:
    """Tell which case showed it, and where that stands in the sources."""
    if question.source:
        told = problem.finding
        problem.finding = replace(
            told,
            sentence=f"{told.sentence} (seen in the case: {question.told})",
            source="; ".join(dict.fromkeys((told.source, question.source))),
        )
    return problem


def ask(
    judge: Judge, submission: Submission, questions: Sequence[Question], suite: str
) -> list[tuple[Question, Broken]]:
    """Ask questions together; return those whose outcomes are not allowed.

    Raises Broken when an answer as a whole is wrong.
    """
    episode = judge.episode(suite)
    asked = [one.ask(f"{episode.namespace}q{n}.") for n, one in enumerate(questions)]
    found: list[tuple[Question, Broken]] = []
    made = []
    for step in range(max(map(len, asked))):
        entries: list[Entry] = []
        owners: list[Question] = []
        for question, steps in zip(questions, asked, strict=True):
            own = steps[step] if step < len(steps) else []
            entries += own
            owners += [question] * len(own)
        one = judge.begin(episode, submission, entries)
        problems = judge.mismatches(one)
        for problem in problems:
            owner = owners[problem.number]
            problem.finding = replace(problem.finding, plain=owner.plain)
            found.append((owner, problem))
        made.append(one)
    if not found:
        look_again(judge, made[:-1] if not submission.record else made)
    return found


def alone(
    judge: Judge, submission: Submission, question: Question, problem: Broken, suite: str
) -> Broken | None:
    """Return the problem as the question shows it when it is asked alone, if it does.

    None when what is told of an item's validity is right where the item is alone. Pairs that are
    told apart when they are alone are not compared for what stands before them.
    """
    try:
        found = ask(judge, submission, [question], suite)
    except Broken as smaller:
        return smaller if smaller.finding.rule == problem.finding.rule else problem
    same = [one for _, one in found if one.finding.rule == problem.finding.rule]
    if same:
        return same[0]
    of_validity = problem.finding.rule.startswith(("schema.", "rule."))
    # What has no key of its own may have been saved, and be known, by now.
    fresh = question.ask("a.") != question.ask("b.")
    if problem.finding.rule == "equality.values" and fresh and not found:
        sentence, source = PROMISES["batch.far"]
        problem.finding = replace(
            problem.finding, rule="batch.far", sentence=sentence, source=source
        )
    return None if of_validity and fresh and not found else problem


def _in_company(judge: Judge, problem: Broken) -> Broken:
    """Return a fault that has nothing to do with what its item tries: it shows in company only."""
    problem = reduced(judge, problem)
    sentence, source = PROMISES[_COMPANY]
    problem.finding = replace(
        problem.finding, rule=_COMPANY, sentence=sentence, source=source, signature=""
    )
    judge.reduced.add((_COMPANY, problem.finding.operation))
    return problem


def _forgotten(judge: Judge, submission: Submission, problem: Broken, suite: str) -> Broken | None:
    """Return how a plain twin of a saved record is not known, when that is what went wrong.

    The values that a question compares have no part in it then: the server forgets its records.
    """
    saving = submission.lifecycle.saving
    if problem.finding.signature not in {f"twin-saved>{state}" for state in saving}:
        return None
    workshop = judge.workshop(submission)

    def twice(prefix: str) -> Steps:
        item = workshop.keyed(workshop.full, f"{prefix}k")
        return [[spelled(item)], [spelled(item, "memory")]]

    try:
        found = ask(judge, submission, [Question(twice)], suite)
    except Broken:
        return None
    return found[0][1] if found else None


def narrow(
    judge: Judge,
    submission: Submission,
    pack: Sequence[Question],
    whole: Broken,
    suite: str,
    tries: int = 24,
) -> tuple[list[Question], Broken]:
    """Return the fewest questions that still break the same rule, and how they do."""
    current, smallest = list(pack), whole
    parts = 2
    while len(current) > 1 and tries > 0:
        length = max(1, len(current) // parts)
        for start in range(0, len(current), length):
            tries -= 1
            candidate = current[start : start + length]
            problem = _breaks(judge, submission, candidate, whole.finding.rule, suite)
            if problem is not None:
                current, smallest, parts = candidate, problem, 2
                break
            if tries <= 0:
                break
        else:
            if length == 1:
                break
            parts = min(parts * 2, len(current))
    return current, smallest


def _breaks(
    judge: Judge, submission: Submission, candidate: Sequence[Question], rule: str, suite: str
) -> Broken | None:
    try:
        ask(judge, submission, candidate, suite)
    except Broken as problem:
        return problem if problem.finding.rule == rule else None
    return None
