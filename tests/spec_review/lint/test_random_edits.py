"""Random edits of a real contract never crash the check, and every finding has a place."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openapi_documents import load, parse
from spec_review.lint.rules import RULES
from spec_review.lint.subject import Subject
from tests.spec_review.documents import TIMES, V2

CONTRACT = load(V2).data
OTHERS = [
    None,
    True,
    3,
    -1.5,
    "x",
    [],
    {},
    [1],
    {"a": 1},
    {"$ref": "#/nope"},
    {"$ref": "#"},
    10**30,
]

Place = tuple[str | int, ...]


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    if here:
        yield here
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*here, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*here, index))


PLACES = list(places(CONTRACT))


def edited(data: Any, place: Place, edit: str, other: Any) -> Any:
    data = copy.deepcopy(data)
    holder = data
    for part in place[:-1]:
        holder = holder[part]
    last = place[-1]
    match edit:
        case "drop":
            del holder[last]
        case "rename" if isinstance(holder, dict):
            holder[f"{last}x"] = holder.pop(last)
        case "reorder" if isinstance(holder, list):
            holder.reverse()
        case "reorder" if isinstance(holder, dict):
            holder[last] = holder.pop(last)
        case "double" if isinstance(holder, list):
            holder.insert(0, copy.deepcopy(holder[int(last)]))
        case _:
            holder[last] = copy.deepcopy(other)
    return data


@pytest.mark.timeout(900)
@settings(
    max_examples=20 * TIMES,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    place=st.sampled_from(PLACES),
    edit=st.sampled_from(["drop", "rename", "reorder", "retype", "double"]),
    other=st.sampled_from(OTHERS),
)
def test_an_edit_of_version_2_is_checked_without_a_crash(
    place: Place, edit: str, other: Any
) -> None:
    text = json.dumps(edited(CONTRACT, place, edit, other), indent=1)
    lines = text.splitlines()
    subject = Subject(parse(text, "edited.json"), variants=3)
    for rule in RULES:
        for finding in rule(subject):
            assert 1 <= finding.line <= len(lines), finding
            assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1, finding
