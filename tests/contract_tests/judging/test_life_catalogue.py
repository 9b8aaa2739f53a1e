"""The catalogue of what is asked of resources: each requirement once."""

from __future__ import annotations

from contract_tests.judging import life_catalogue
from contract_tests.judging.catalogue import CATALOGUE
from contract_tests.judging.life_catalogue import OF_RESOURCES
from contract_tests.reading.requirements import Requirement


def test_each_requirement_stands_in_it_once_and_in_no_other_catalogue() -> None:
    assert len({one.id for one in (*OF_RESOURCES, *CATALOGUE)}) == len(OF_RESOURCES) + len(
        CATALOGUE
    )


def test_every_constant_of_the_module_is_in_the_table() -> None:
    constants = {one for one in vars(life_catalogue).values() if isinstance(one, Requirement)}
    assert constants == set(OF_RESOURCES)
