"""Items just inside and just outside of each rule and each constraint of the item schemas."""

from __future__ import annotations

from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Submission
from contract_tests.scenarios.causes import Context, causes
from contract_tests.scenarios.plain_item import refused
from contract_tests.scenarios.questions import judge_questions
from contract_tests.scenarios.shrinking import note
from contract_tests.scenarios.validity_questions import BATCH, question, thinned


def test_items_are_valid_exactly_inside_rules_and_constraints(
    session: Session, usable: Submission
) -> None:
    """Each variation has a key of its own and its state must follow from its validity."""
    every = session.materials.variations(usable).all
    problem = refused(session, usable, every)
    if problem is not None:
        # Whatever varies an item that is refused as it stands would be refused too.
        note(session, problem)
        return
    effort, seed = session.plan.effort, session.plan.seed
    chosen = thinned(every, effort.pick(3, 1000, 1000), seed)
    questions = [question(session, usable, one) for one in chosen]
    mark = session.findings.mark()
    judge_questions(session, usable, questions, Suite.RULES, size=BATCH)
    context = Context.of(session, usable, chosen, mark.known)
    left = causes(context, session.findings.since(mark))
    session.findings.replace_since(mark, left)
