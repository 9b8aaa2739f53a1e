"""What this server does where the sources are silent; nothing here is a finding.

How a silence is looked at follows from what it is about, so a new row is observed with no Python touched. What the
other suites see of a silence is counted too.
"""

from __future__ import annotations

import pytest

from contract_tests.judging.coverage import Part
from contract_tests.judging.findings import Broken
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Contract
from contract_tests.reading.silences import Silence
from contract_tests.scenarios.observations.topics import ANY, LOOKS, Look


def test_every_silence_is_observed_where_a_partner_can_see_it(
    session: Session, contract: Contract
) -> None:
    """Each row of `x-silences` with the first submission that can show it."""
    if not contract.silences or not contract.submissions:
        pytest.skip("the contract declares no silences of a lifecycle")
    for silence in contract.silences.values():
        for look in LOOKS.get(silence.about, ANY) if silence.about else ANY:
            _observe(session, silence, look)
        if not session.coverage.has_seen(silence.id):
            why = "it is about the form of the contract itself, which this server shares"
            session.coverage.explain(Part.SILENCE, silence.id, why)


def _observe(session: Session, silence: Silence, look: Look) -> None:
    """Look with the first submission that shows something."""
    for submission in session.contract.submissions:
        if not session.maker(submission).usable:
            continue
        try:
            seen = [(one.told, one.as_chosen) for one in look(session, submission, silence)]
        except Broken as problem:
            seen = [(f"it broke {problem.finding.requirement.id}", None)]
        for told, as_chosen in seen:
            session.coverage.saw(silence.id, told, as_chosen=as_chosen)
        if seen:
            return
