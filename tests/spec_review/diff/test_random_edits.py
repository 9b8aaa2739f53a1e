"""Random edits of the partner client service's second version, and what `diff` says of each.

What an edit does to the table of outcomes is worked out with the sandbox's own judgement, so that a
mistake in the review cannot hide; every witness is then sent to sandboxes that serve both versions.
"""

from __future__ import annotations

import copy
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_server.batches.items import ItemReader
from mock_server.batches.outcomes import decide
from mock_server.contracts.callers import Caller
from mock_server.contracts.contract import load_contract
from mock_server.contracts.schemas import Schemas
from mock_server.contracts.submission_form import read_submission_form
from mock_server.embedded import SandboxServer
from mock_server.storage.records import SavedRecord
from openapi_documents import Document, DocumentError, Pointer, load
from openapi_documents.vocabulary import check as check_words
from spec_review.diff.command import FORMATS, rendered
from spec_review.diff.comparison import Diff, compare
from spec_review.simulation.witness import Witness
from tests.spec_review.documents import TIMES, V2

CONTRACT = V2
ORIGINAL = load(CONTRACT)
EDITS = 12 * TIMES
PARTS = 3

CLIENT = {
    "partner_client_id": "baker-1",
    "client_start_date": "2021-03-01T09:00:00Z",
    "entity_type": "LimitedCompany",
    "other_identifiers": [{"key": "MerchantId", "values": ["700100"]}],
}
CLAIM = {
    "unique_reference": "baker-1.2025-01",
    "partner_client_id": "baker-1",
    "time_period": {
        "start_time": "2025-01-01T00:00:00.000Z",
        "end_time": "2025-01-31T23:59:59.999Z",
    },
    "total_amount": 100,
    "currency": "GBP",
    "transaction_count": 10,
}
ITEMS: dict[str, dict[str, Any]] = {
    "createPartnerClients": {
        "A": CLIENT,
        "A'": {**CLIENT, "entity_type": "LLP"},
        "A!": {**CLIENT, "entity_type": "Circus"},
        "B": {**CLIENT, "partner_client_id": "baker-2"},
        "a": {**CLIENT, "partner_client_id": "BAKER-1"},
        "none": {"client_start_date": "2021-03-01T09:00:00Z", "entity_type": "LLC"},
    },
    "createRevenueClaims": {
        "A": CLAIM,
        "A'": {**CLAIM, "total_amount": 200},
        "A!": {**CLAIM, "total_amount": -100},
        "B": {**CLAIM, "unique_reference": "baker-1.2025-01b"},
        "a": {**CLAIM, "unique_reference": "BAKER-1.2025-01"},
        "none": {name: value for name, value in CLAIM.items() if name != "unique_reference"},
        "100.0": {**CLAIM, "total_amount": 100.0},
    },
    "createClientsAndRevenueClaims": {
        "A": {**CLIENT, "revenue_claims": [CLAIM]},
        "A'": {**CLIENT, "entity_type": "LLP", "revenue_claims": [CLAIM]},
        "A!": {**CLIENT, "revenue_claims": [{**CLAIM, "currency": "USD"}]},
        "B": {**CLIENT, "partner_client_id": "baker-2", "revenue_claims": [CLAIM]},
        "a": {**CLIENT, "partner_client_id": "BAKER-1", "revenue_claims": [CLAIM]},
        "none": {"entity_type": "LLC", "revenue_claims": [CLAIM]},
    },
}
TABLE = (
    ["A"],
    ["A A"],
    ["A A A"],
    ["A A'"],
    ["A A A'"],
    ["A B A' B"],
    ["A!"],
    ["A! A!"],
    ["A A!"],
    ["A", "A"],
    ["A", "A'"],
    ["A", "A A"],
    ["A", "A A'"],
    ["A A'", "A"],
    ["A!", "A"],
    ["none"],
    ["A a"],
    ["A 100.0"],
)


@dataclass(frozen=True)
class Edit:
    """An edit in words, and the document after it."""

    words: str
    data: dict[str, Any]


def random_edit(seed: int) -> Edit:
    """One edit: something is dropped, renamed, put in another order, or given another type."""
    chance = random.Random(seed)
    data = copy.deepcopy(ORIGINAL.data)
    places = list(all_places(data, ()))
    same_kind: dict[str, list[str]] = defaultdict(list)
    for place in places:
        value = at(data, place)
        if isinstance(value, str):
            same_kind[word_of(place)].append(value)
    if chance.random() < 0.7:
        near = [place for place in places if decides(place)]
        places = near
    for _ in range(100):
        place = chance.choice(places)
        kind = chance.choice(["drop", "rename", "reorder", "retype"])
        holder = at(data, place[:-1])
        if apply(kind, holder, place[-1], chance, same_kind[word_of(place)]):
            return Edit(f"{kind} {'/'.join(map(str, place))}", data)
    raise AssertionError("no edit was found")


def word_of(place: tuple[str | int, ...]) -> str:
    """The last member name of a place: the elements of a list are of the kind of the list."""
    return [part for part in place if isinstance(part, str)][-1]


def decides(place: tuple[str | int, ...]) -> bool:
    """Whether what stands here may decide how an item ends."""
    words = set(map(str, place))
    if words & {"examples", "example", "description", "responses", "x-silences", "x-silence"}:
        return False
    return bool(words & {"x-lifecycles", "x-rules", "x-submission", "requestBody"}) or (
        len(place) > 2
        and place[:2] == ("components", "schemas")
        and place[2] not in ("Problem", "Accepted", "SubmissionStatus", "Outcome")
    )


def all_places(value: Any, here: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Every place inside a value but the value itself."""
    names: Any = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for name in names:
        yield (*here, name)
        yield from all_places(value[name], (*here, name))


def at(value: Any, place: tuple[str | int, ...]) -> Any:
    for name in place:
        value = value[name]
    return value


def apply(kind: str, holder: Any, name: Any, chance: random.Random, others: list[str]) -> bool:
    """Makes the edit; False when this kind of edit does not fit the place."""
    value = holder[name]
    if kind == "drop":
        del holder[name]
        return True
    if kind == "reorder":
        return swapped(value, chance)
    if kind == "rename":
        return renamed(holder, name, chance, others)
    holder[name] = chance.choice([7, "text", True, None, [], {}, ["text"], {"a": 1}, 0.5])
    return bool(holder[name] != value)


def swapped(value: Any, chance: random.Random) -> bool:
    """Exchanges two elements of a list."""
    if not isinstance(value, list) or len(value) < 2:
        return False
    first, second = chance.sample(range(len(value)), 2)
    value[first], value[second] = value[second], value[first]
    return True


def renamed(holder: Any, name: Any, chance: random.Random, others: list[str]) -> bool:
    """Gives a member another name, or a text another one of its kind."""
    value = holder[name]
    if isinstance(holder, dict) and chance.random() < 0.5:
        fresh = chance.choice([name + "x", name.swapcase(), "something_else"])
        if fresh in holder:
            return False
        members = [(fresh if key == name else key, each) for key, each in holder.items()]
        holder.clear()
        holder.update(members)
        return True
    if not isinstance(value, str) or not value:
        return False
    mangled = [value + "x", value[:-1], value.swapcase()]
    fresh = chance.choice(others if chance.random() < 0.7 else mangled)
    if fresh == value or (isinstance(holder, list) and fresh in holder):
        return False  # JSON Schema forbids one name twice in `required`
    holder[name] = fresh
    return True


def document_of(edit: Edit, folder: Path) -> tuple[Document, Path]:
    """The edited document as a file."""
    path = folder / "edited.yaml"
    path.write_text(json.dumps(edit.data, indent=1), encoding="utf-8")
    return load(path), path


# --- what the sandbox's own judgement says of the table ------------------------------------------


def outcomes(path: Path) -> dict[str, list[list[str]]] | None:
    """For each operation the states of every scenario of the table; None for a refused contract.

    A word of another type than it must have is refused by everybody who reads the vocabulary.
    """
    if any(error.fault == "type" for error in check_words(load(path))):
        return None
    try:
        contract = load_contract(path)
        schemas = Schemas(contract.document, contract.rules)
        found = {}
        for operation in contract.operations:
            if operation.submission is not None and operation.id in ITEMS:
                lifecycle = contract.lifecycles[operation.submission.lifecycle]
                form = read_submission_form(contract.document, schemas, operation)
                check = schemas.check(form.items, Caller("partner-a", {"currency": "GBP"}))
                found[operation.id] = [
                    played(scenario, ITEMS[operation.id], lifecycle, check)
                    for scenario in TABLE
                    if all(
                        name in ITEMS[operation.id] for step in scenario for name in step.split()
                    )
                ]
        return found
    except (DocumentError, LookupError, StopIteration, TypeError, AttributeError, ValueError):
        return None


def played(scenario: list[str], items: dict[str, Any], lifecycle: Any, check: Any) -> list[str]:
    """The states of all items of all requests of a scenario."""
    saved: dict[str, list[SavedRecord]] = {}
    states = []
    for number, step in enumerate(scenario):
        body = json.dumps([items[name] for name in step.split()]).encode()
        candidates = ItemReader(lifecycle.key, check, None).read(body)
        for candidate, outcome in zip(
            candidates, decide(lifecycle, candidates, saved), strict=True
        ):
            states.append(outcome.row.then)
            if lifecycle.saves(outcome.row.then) and candidate.key is not None:
                record = SavedRecord(candidate.identity, str(number), 0, 0)
                saved.setdefault(candidate.key, []).append(record)
    return states


# --- what the sandbox answers to a witness -------------------------------------------------------


class Partner:
    """A partner of a sandbox with an empty world."""

    def __init__(self, server: SandboxServer, document: Document) -> None:
        self.world = server.new_world()
        self.document = document
        self.http = httpx.Client(
            base_url=self.world.url,
            headers={"Authorization": f"Bearer {self.world.token()}"},
            timeout=120,
        )

    def answer(self, place: Pointer, items: list[Any]) -> Any:
        """The states that a batch ends with, or the status of its refusal."""
        answer = self.http.post(str(place[1]), json=items)
        if answer.status_code >= 400:
            return answer.status_code
        body = answer.json()
        if "status_check_uri" in body:
            self.world.clock.advance(100_000)
            body = self.http.get(body["status_check_uri"]).json()
        entries = body if isinstance(body, list) else body["result"]
        return [entry["status"]["state"] for entry in entries]


def confirms(witness: Witness, server: SandboxServer, document: Document, side: str) -> bool:
    """Whether a sandbox that serves the document answers as the witness says."""
    expected = witness.before if side == "before" else witness.after
    assert expected is not None
    partner = Partner(server, document)
    places = {each.name: each.pointer for each in document.operations()}
    paths = {each.name: each.pointer for each in ORIGINAL.operations()}
    for step, answer in zip(witness.steps, expected, strict=True):
        place = paths[step.operation] if side == "before" else places.get(step.operation)
        if place is None:
            place = paths[step.operation]
        got = partner.answer(place, step.values)
        if got != (answer.refusal.status if answer.refusal else list(answer.states)):
            return False
    return True


@pytest.fixture(scope="module")
def original_server() -> Iterator[SandboxServer]:
    server = SandboxServer((CONTRACT,))
    yield server
    server.stop()


def behavioural(diff: Diff) -> list[Witness]:
    return [witness for each in diff.changes for witness in each.change.witnesses]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_random_edit_is_told_with_positions_and_with_a_witness_that_the_sandbox_confirms(
    part: int, tmp_path: Path, original_server: SandboxServer
) -> None:
    usual = outcomes(CONTRACT)
    assert usual is not None
    for seed in range(part * EDITS // PARTS, (part + 1) * EDITS // PARTS):
        edit = random_edit(seed)
        document, path = document_of(edit, tmp_path)
        diff = compare(ORIGINAL, document)
        for form in FORMATS:
            assert rendered(diff, form)
        for each in diff.changes:
            assert (each.position.file, each.old_position.file) == (str(path), str(CONTRACT)), edit
            assert each.position.line >= 1 <= each.position.column, edit.words
        edited = outcomes(path)
        witnesses = behavioural(diff)
        if edited is None:
            assert any(each.change.level != "safe" for each in diff.changes), (seed, edit.words)
            continue
        if any(edited.get(name) not in (None, table) for name, table in usual.items()):
            assert witnesses, (seed, edit.words, rendered(diff, "text"))
        if witnesses:
            confirm(seed, edit, witnesses, original_server, document, path)


def confirm(
    seed: int,
    edit: Edit,
    witnesses: list[Witness],
    original_server: SandboxServer,
    document: Document,
    path: Path,
) -> None:
    """Sends each witness to the sandbox of both versions."""
    server = SandboxServer((path,))
    try:
        for witness in witnesses:
            told = (seed, edit.words, witness)
            assert confirms(witness, original_server, ORIGINAL, "before"), told
            assert confirms(witness, server, document, "after"), told
    finally:
        server.stop()
