"""A value of another type, wherever it stands in a document, is one sentence with file and line, or harms nobody."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.app import Sandbox
from mock_server.contracts.contract import read_contract
from mock_server.runtime import Runtime
from mock_server.settings import Settings
from openapi_documents import DocumentError, load, parse
from tests.mock_server.samples import OPENAPI
from tests.times import TIMES

Place = tuple[str | int, ...]

FOREIGN = sorted((Path(__file__).parent / "foreign").iterdir())
OURS = sorted(OPENAPI.glob("*.yaml"))
OTHERS: tuple[Any, ...] = (
    None, 7, -1.5, "x", True, [], {}, [1], {"a": 1}, {"$ref": 5}, ["x", {"y": 2}], {"$ref": "#/info"},
)  # fmt: skip


@cache
def value_of(file: Path) -> Any:
    return load(file).data


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, inner in members:
        yield (*above, name)
        yield from places(inner, (*above, name))


@cache
def places_of(file: Path) -> tuple[Place, ...]:
    return tuple(places(value_of(file)))


def with_another(value: Any, place: Place, other: Any) -> Any:
    """Return a copy in which another value stands at a place."""
    changed = copy.copy(value)
    rest = place[1:]
    changed[place[0]] = with_another(value[place[0]], rest, other) if rest else other
    return changed


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    opened = Runtime(Settings(database="sqlite://"))
    yield opened
    opened.close()


def told_or_served(document: Any, runtime: Runtime) -> Sandbox | None:
    """Return the application of a document, None when it is refused in one sentence with file and line."""
    try:
        contract = read_contract(parse(json.dumps(document, indent=1), "api.json"), "api")
        return Sandbox([contract], runtime)
    except DocumentError as error:
        told = str(error)
    assert re.match(r"api\.json:[0-9]+: \S[^\n]+\Z", told), told
    return None


async def ask_all(sandbox: Sandbox, runtime: Runtime) -> None:
    """Ask every operation something, right or wrong; none may stumble."""
    headers = {"Authorization": f"Bearer {runtime.tokens.issue('partner-a')}"}
    transport = httpx.ASGITransport(cast("Any", sandbox))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        for operation in sandbox.contracts[0].operations:
            path = re.sub(r"\{[^}]*\}", "1", operation.path)
            answer = await client.request(operation.method, path, headers=headers, json=[{}])
            assert answer.status_code != 500, operation.name


@pytest.mark.parametrize("file", FOREIGN, ids=lambda file: file.name)
def test_a_document_of_others_is_served_as_it_is(file: Path, runtime: Runtime) -> None:
    sandbox = told_or_served(value_of(file), runtime)

    assert sandbox is not None
    asyncio.run(ask_all(sandbox, runtime))


@pytest.mark.parametrize("file", FOREIGN, ids=lambda file: file.name)
def test_every_node_of_a_document_of_others_may_be_of_another_type(
    file: Path, runtime: Runtime
) -> None:
    document = value_of(file)
    for number, place in enumerate(places(document)):
        other = OTHERS[number % len(OTHERS)]
        sandbox = told_or_served(with_another(document, place, other), runtime)
        if sandbox is not None:
            asyncio.run(ask_all(sandbox, runtime))


@settings(deadline=None, max_examples=100 * TIMES)
@given(data=st.data(), file=st.sampled_from(OURS), other=st.sampled_from(OTHERS))
def test_any_node_of_our_contracts_may_be_of_another_type(
    runtime: Runtime, data: st.DataObject, file: Path, other: Any
) -> None:
    document = value_of(file)
    place = data.draw(st.sampled_from(places_of(file)))

    told_or_served(with_another(document, place, other), runtime)
