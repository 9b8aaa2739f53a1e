"""What this server does where the sources are silent; nothing here is a finding.

How a silence is looked at follows from what it is about, so a new row is observed with no Python touched. What the
other suites see of a silence is counted too.
"""

from __future__ import annotations

from functools import partial

import pytest

from contract_tests.judging.coverage import Part
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Contract
from contract_tests.reading.silences import Silence
from contract_tests.scenarios.observations.observing import behaviours


def test_every_silence_is_observed_where_a_partner_can_see_it(
    session: Session, contract: Contract
) -> None:
    """Each row of `x-silences` with the first submission that can show it."""
    if not contract.silences:
        pytest.skip("the contract declares no silences of a lifecycle")
    session.together([partial(_looked_at, silence) for silence in contract.silences.values()])


def _looked_at(silence: Silence, session: Session) -> None:
    for one in behaviours(session, silence):
        session.coverage.saw(silence.id, one.told, as_chosen=one.as_chosen)
    if not session.coverage.has_seen(silence.id):
        why = "it is about the form of the contract itself, which this server shares"
        session.coverage.explain(Part.SILENCE, silence.id, why)
