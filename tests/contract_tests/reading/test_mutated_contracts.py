"""Whatever stands in a contract is read, or refused in one sentence with its file and line."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.generation.items import ItemMaker
from contract_tests.generation.trials import require_rules_end
from contract_tests.generation.variations import Variations
from contract_tests.http.messages import Reply
from contract_tests.judging.documented import Documented
from contract_tests.reading.reader import contract_of
from openapi_documents import DocumentError, parse
from tests.contract_tests.contracts import ATTRIBUTES, DEPOT

Path = tuple[str | int, ...]
WRONG: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "text",
    [],
    {},
    ["x"],
    {"x": 1},
    [None],
    [[]],
)


def nodes(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the place of every value but the whole."""
    inner: Any = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    for name, one in inner:
        yield (*path, name)
        yield from nodes(one, (*path, name))


WHOLE = DEPOT.document.data
PLACES = list(nodes(WHOLE))


def changed(path: Path, value: object) -> str:
    document = copy.deepcopy(WHOLE)
    place: Any = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return json.dumps(document, default=str)


def used(text: str) -> None:
    """Read a contract and make of it whatever a run does before it sends anything."""
    known = contract_of(parse(text, "depot.json"))
    require_rules_end(known)
    answers = Documented(known.schemas)
    for submission in known.submissions:
        maker = ItemMaker(submission, ATTRIBUTES)
        if maker.usable:
            assert Variations(maker).all
            assert maker.variants
    for operation in known.operations:
        for status in (200, 202, 404):
            answers.faults(operation, Reply(status, {"content-type": "application/json"}, b"{}"))
        assert all(isinstance(one.values, tuple) for one in operation.parameters)


@given(st.sampled_from(PLACES), st.sampled_from(WRONG))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_value_of_another_type_is_read_or_refused_in_one_sentence(
    path: Path, value: object
) -> None:
    told = ""
    try:
        used(changed(path, value))
    except DocumentError as error:
        told = str(error)
    assert not told or re.fullmatch(r"depot\.json:\d+: [^\n]+", told), told


@pytest.mark.parametrize("value", WRONG[:-1])
def test_so_is_a_document_that_is_something_else(value: object) -> None:
    with pytest.raises(DocumentError):
        contract_of(parse(json.dumps(value), "depot.json"))
