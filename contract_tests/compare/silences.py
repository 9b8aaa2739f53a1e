"""What two servers do where the sources are silent, one silence after the other."""

from __future__ import annotations

from dataclasses import dataclass

from contract_tests.judging.coverage import Behaviour
from contract_tests.judging.session import Session
from contract_tests.reading.silences import Silence
from contract_tests.scenarios.observations.observing import behaviours

Observed = dict[str, tuple[Behaviour, ...]]


@dataclass(frozen=True)
class Choice:
    """A silence, and what each of two servers did; they differ where one kept to the contract's choice and one not."""

    silence: Silence
    one: tuple[Behaviour, ...]
    other: tuple[Behaviour, ...]

    @property
    def differ(self) -> bool:
        """Whether the servers decide otherwise, as far as more than texts tells it."""
        return _decided(self.one) != _decided(self.other)


def _decided(seen: tuple[Behaviour, ...]) -> set[Behaviour]:
    return {behaviour for behaviour in seen if behaviour.as_chosen is not None}


def observed(session: Session) -> Observed:
    """Return what a server does at each silence of the contract."""
    known = session.contract.silences.values() if session.contract.submissions else ()
    return {one.id: tuple(behaviours(session, one)) for one in known}


def choices(session: Session, one: Observed, other: Observed) -> list[Choice]:
    """Return every silence that either server showed."""
    known = session.contract.silences.values()
    found = [Choice(each, one.get(each.id, ()), other.get(each.id, ())) for each in known]
    return [each for each in found if each.one or each.other]
