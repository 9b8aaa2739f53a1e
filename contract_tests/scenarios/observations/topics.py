"""How a silence is looked at, by what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from contract_tests.judging.coverage import Behaviour
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Submission
from contract_tests.reading.silences import Silence, Topic
from contract_tests.scenarios.observations import answers, states

Look = Callable[[Session, Submission, Silence], Iterator[Behaviour]]

LOOKS: Mapping[Topic, tuple[Look, ...]] = {
    Topic.OUTCOME: (states.by_rows,),
    Topic.ORDER: (states.by_order,),
    Topic.EQUALITY: (states.by_spelling,),
    Topic.CORRECTION: (states.by_correction,),
    Topic.RULE: (states.by_signs, states.by_its_schema),
    Topic.SCHEMA: (states.by_unknown_members, states.by_its_schema),
    Topic.REFERENCE: (states.by_reference,),
    Topic.OVERLAP: (states.by_overlap,),
    Topic.PARTS: (states.by_parts,),
    Topic.ERRORS: (answers.by_errors,),
    Topic.ECHO: (answers.by_echo,),
    Topic.RESULT_ORDER: (answers.by_result_order,),
    Topic.PROGRESS: (answers.by_progress,),
    Topic.FILTER_VALUES: (answers.by_filter,),
    Topic.ACCEPTANCE: (answers.by_code,),
    Topic.REFUSED_BODY: (answers.by_refused_bodies,),
    Topic.LIMITS: (answers.by_too_many,),
    Topic.STATUS_ID: (answers.by_status_ids,),
    Topic.AUTHENTICATION: (answers.by_credentials,),
    Topic.IDEMPOTENCY: (answers.by_repeat,),
}
"""What no request of a partner can show is not here; where only the contract itself would differ, neither."""

ANY: tuple[Look, ...] = (states.by_its_schema,)
"""How a silence is looked at that says not what it is about, or for which there is no other way."""
