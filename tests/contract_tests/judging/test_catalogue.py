"""The catalogue of requirements: each once, and no constant is left out of it."""

from __future__ import annotations

from contract_tests.judging import catalogue
from contract_tests.judging.catalogue import CATALOGUE
from contract_tests.reading.requirements import Kind, Requirement


def test_each_requirement_stands_in_it_once_with_a_sentence_and_a_source() -> None:
    assert len({one.id for one in CATALOGUE}) == len(CATALOGUE)
    assert all(one.sentence and one.source and one.kind is Kind.LISTED for one in CATALOGUE)


def test_every_constant_of_the_module_is_in_the_table() -> None:
    constants = {one for one in vars(catalogue).values() if isinstance(one, Requirement)}
    assert constants == set(CATALOGUE)
