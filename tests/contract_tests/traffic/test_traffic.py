"""What a recording shows of a server: every fault of it, and nothing that a server may do."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.options import Given
from contract_tests.reporting.report import Report
from contract_tests.scenarios.stories import STORIES, play
from contract_tests.traffic.command import judge
from tests.contract_tests.commands import command
from tests.contract_tests.contracts import CLIENT, V2
from tests.contract_tests.defective_servers import Server
from tests.contract_tests.recordings import Entry, entry, har, recording
from tests.contract_tests.sessions import session_of

CLIENTS, STATUS = "/api/v2/Clients", "/api/v2/Clients/Status/"
ID = "1b7901db-4879-4616-8052-c73e29664bd%x"
SITE = "https://partner.example"
ME = {"Authorization": "Bearer a-secret-token"}


def item(key: str = "a", **members: object) -> dict[str, object]:
    """Return a valid client."""
    plain = {"partner_client_id": key, "client_start_date": "2024-04-23T13:44:03.585Z"}
    return {**plain, "entity_type": "SoleTrader", **members}


TELLING = (("A, A",), ("A, A'",), ("A", "A"), ("A", "A'"), ("A!", "A"))
"""Stories that tell faults of the rows apart."""


class Scene:
    """A recording that is written by hand, in the order in which it is told."""

    def __init__(self, headers: dict[str, str] | None = None) -> None:
        self.entries: list[Entry] = []
        self.headers = ME if headers is None else headers
        self._count = 0

    def sent(self, *items: object, headers: dict[str, str] | None = None) -> int:
        """Record an accepted submission; returns its number."""
        self._count += 1
        told = {"status_check_id": ID % self._count, "status_check_uri": STATUS + ID % self._count}
        given = {**self.headers, **(headers or {})}
        self.entries.append(entry(("POST", SITE + CLIENTS, list(items)), (202, told), given))
        return self._count

    def seen(self, number: int, *pairs: tuple[object, str], query: str = "") -> None:
        """Record a look at a submission."""
        waits = any(state == "Pending" for _, state in pairs)
        quiet = ("Pending", "Completed")
        result = [
            {"data": one, "status": {"state": state, "validation_errors": [] if state in quiet else ["partner_client_id: why"]}}
            for one, state in pairs
        ]  # fmt: skip
        answer = {"status": "Pending" if waits else "Completed", "result": result}
        url = SITE + STATUS + ID % number + query
        self.entries.append(entry(("GET", url, None), (200, answer), self.headers))

    def became(self, *pairs: tuple[object, str]) -> None:
        """Record a submission of items and what became of each."""
        self.seen(self.sent(*(one for one, _ in pairs)), *pairs)

    def found(self, folder: Path, **options: Any) -> list[str]:
        """Return the rules that the recording shows to be broken."""
        return [one["rule"] for one in self.judged(folder, **options)["findings"]]

    def judged(self, folder: Path, **options: Any) -> Report:
        return judge([har(folder, self.entries)], Given(options, {}))


def recorded(
    *stories: tuple[str, ...], faults: Sequence[str] = (), choices: Sequence[str] = ()
) -> list[Entry]:
    """Return what passes when plain stories are played on a server, whatever it answers."""
    with Server(faults, choices) as server, recording(server.base_url) as (proxy, entries):
        session = session_of(V2, proxy)
        for steps in stories:
            try:
                play(session, CLIENT, steps, Suite.LIFECYCLE)
            except Broken:
                continue
    return entries


def rules(folder: Path, entries: list[Entry], **options: Any) -> list[str]:
    report = judge([har(folder, entries)], Given(options, {}))
    return [one["rule"] for one in report["findings"]]


@pytest.fixture(scope="module")
def correct() -> list[Entry]:
    """What passes when some of the plain stories are played on a correct server."""
    return recorded(*STORIES[::4])


def test_an_operation_whose_success_was_recorded_is_reached(
    correct: list[Entry], tmp_path: Path
) -> None:
    report = judge([har(tmp_path, correct)], Given({}, {}))
    unreached = {row["name"] for row in report["unreached"]}

    assert not unreached & {f"POST {CLIENTS}", "GET /api/v2/Clients/Status/{status_check_id}"}
    assert unreached  # of nothing else a recording tells


def test_a_correct_server_has_no_finding(correct: list[Entry], tmp_path: Path) -> None:
    assert rules(tmp_path, correct, mode="documented") == []
    assert rules(tmp_path, correct, mode="strict", fresh=True) == []


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (
            ["twins-completed", "rivals-failed", "saved-twin-completed"],
            ["outcome.rival-in-request", "outcome.twin-in-request", "outcome.twin-saved"],
        ),
        (["failed-poisons"], ["outcome.invalid"]),
    ],
)
def test_planted_faults_are_the_findings(
    faults: list[str], expected: list[str], tmp_path: Path
) -> None:
    assert rules(tmp_path, recorded(*TELLING, faults=faults)) == expected


def test_an_order_that_the_contract_leaves_open_is_found_in_strict_mode(tmp_path: Path) -> None:
    assert "result.order" in rules(
        tmp_path, recorded(("A, B",), faults=["order-reversed"]), mode="strict"
    )


def test_another_choice_is_no_fault_in_documented_mode(tmp_path: Path) -> None:
    entries = recorded(*TELLING, choices=["saved-rival-is-conflict"])
    assert rules(tmp_path, entries) == []
    assert rules(tmp_path, entries, mode="strict") == ["outcome.rival-saved"]


def edited(change: Callable[[dict[str, Any]], object], entries: list[Entry]) -> list[Entry]:
    """Return a recording in which the first status answer with a final state is changed."""
    copied = copy.deepcopy(entries)
    for one in copied:
        content = one["response"]["content"]
        if "/Status/" in one["request"]["url"] and one["response"]["status"] == 200:
            value = json.loads(base64.b64decode(content["text"]))
            if value["status"] == "Completed":
                change(value)
                content.update(text=json.dumps(value), encoding="")
                return copied
    raise AssertionError("no status answer is in the recording")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda value: value.pop("result"), "answer.documented"),
        (lambda value: value.update(status="Pending"), "status.overall"),
        (lambda value: value["result"].append(value["result"][0]), "result.entries"),
        (lambda value: value["result"][0]["data"].update(entity_type="LLC"), "result.echo"),
    ],
)
def test_an_answer_that_was_changed_is_found(
    change: Callable[[dict[str, Any]], object], rule: str, correct: list[Entry], tmp_path: Path
) -> None:
    assert rule in rules(tmp_path, edited(change, correct))


def test_what_was_saved_before_the_recording_is_no_fault(tmp_path: Path) -> None:
    scene = Scene()
    scene.became((item("a"), "Duplicate"))
    scene.became((item("b", x=1), "Completed"), (item("c"), "Completed"))
    assert scene.found(tmp_path) == []
    assert scene.found(tmp_path, fresh=True) == ["outcome.twin-saved"]


def test_one_earlier_record_must_explain_all_items_of_its_key(tmp_path: Path) -> None:
    scene = Scene()
    scene.became((item("a"), "Completed"), (item("a", x=1), "Completed"))
    assert scene.found(tmp_path) == ["outcome.rival-in-request"]


def test_each_sender_has_records_of_its_own(tmp_path: Path) -> None:
    scene = Scene()
    scene.became((item("a"), "Completed"))
    scene.headers = {"Authorization": "Bearer another-token"}
    scene.became((item("a"), "Completed"))
    assert scene.found(tmp_path) == []


def test_what_was_not_seen_to_its_end_says_nothing_of_later_items(tmp_path: Path) -> None:
    scene = Scene()
    scene.sent(item("a"))
    scene.became((item("a", x=1), "Completed"))
    assert scene.found(tmp_path, mode="strict", fresh=True) == []


def test_final_is_for_ever(tmp_path: Path) -> None:
    scene = Scene()
    number = scene.sent(item())
    scene.seen(number, (item(), "Completed"))
    scene.seen(number, (item(), "Failed"))
    assert scene.found(tmp_path) == ["state.final"]


def test_submissions_are_processed_in_order(tmp_path: Path) -> None:
    scene = Scene()
    first, second = scene.sent(item("a")), scene.sent(item("b"))
    scene.seen(second, (item("b"), "Completed"))
    scene.seen(first, (item("a"), "Pending"))
    assert scene.found(tmp_path) == ["state.order"]


def test_a_filter_lists_what_is_in_its_state(tmp_path: Path) -> None:
    scene = Scene()
    number = scene.sent(item())
    scene.seen(number, (item(), "Completed"))
    scene.seen(number, (item(), "Completed"), query="?state=completed")
    assert scene.found(tmp_path) == []
    scene.seen(number, (item(), "Completed"), query="?state=Failed")
    assert scene.found(tmp_path) == ["filter.items"]


def test_a_retry_with_its_key_is_no_second_submission(tmp_path: Path) -> None:
    scene, key = Scene(), {"Idempotency-Key": "k1"}
    number = scene.sent(item(), headers=key)
    scene.entries.append(scene.entries[-1])
    scene.seen(number, (item(), "Completed"))
    assert scene.found(tmp_path) == []
    scene.sent(item("b"), headers=key)
    assert scene.found(tmp_path) == ["idempotency.reuse"]


def test_an_item_never_fails_its_request(tmp_path: Path) -> None:
    problem = {"type": "about:blank", "title": "x", "status": 400, "detail": "y"}
    problem |= {"errors": [{"pointer": "#/0", "detail": "z"}]}
    scene = Scene()
    scene.entries.append(entry(("POST", SITE + CLIENTS, [{}]), (400, problem), ME))
    assert scene.found(tmp_path, mode="strict") == ["submission.accepted"]
    scene.entries[0]["request"]["postData"]["text"] = "[7"
    assert scene.found(tmp_path, mode="strict") == []


def test_another_partners_submission_is_not_shown(tmp_path: Path) -> None:
    scene = Scene({"Authorization": "Basic bWU6bXktcGFzc3dvcmQ="})
    number = scene.sent(item())
    scene.headers = {"Authorization": "Basic eW91OnlvdXItcGFzc3dvcmQ="}
    scene.seen(number, (item(), "Completed"))
    assert scene.found(tmp_path) == ["access.partner-status"]


def test_a_status_uri_elsewhere_is_found(tmp_path: Path) -> None:
    scene = Scene()
    scene.sent(item())
    told = {"status_check_id": ID % 1, "status_check_uri": "https://evil.example" + STATUS + ID % 1}
    scene.entries[0]["response"]["content"]["text"] = json.dumps(told)
    assert scene.found(tmp_path) == ["answer.origin"]


def test_no_secret_of_a_recording_is_told(tmp_path: Path) -> None:
    scene = Scene()
    scene.became((item(), "Failed"))
    scene.entries.append(entry(("GET", SITE + STATUS + "x", None), (500, {"got": ME}), ME))
    report = scene.judged(tmp_path)
    assert report["findings"]
    assert "a-secret-token" not in json.dumps(report)


def test_a_repeat_of_a_finding_has_its_token_in_a_variable(tmp_path: Path) -> None:
    scene = Scene()
    scene.became((item(), "Failed"))
    (finding,) = scene.judged(tmp_path)["findings"]
    assert finding["curl"][0].startswith("TOKEN_A=${CONTRACT_TESTS_TOKEN")
    assert len(finding["curl"]) == 3


def test_the_command_ends_with_the_code_of_its_verdict(
    correct: list[Entry], tmp_path: Path
) -> None:
    good = har(tmp_path, correct, "good.har")
    scene = Scene()
    scene.became((item(), "Failed"))
    bad = har(tmp_path, scene.entries, "bad.har")
    junit = tmp_path / "out" / "traffic.xml"
    assert command("traffic", good)[0] == 0
    code, told = command("traffic", bad, f"--junit={junit}")
    assert code == 1
    assert "1 rule is broken" in told
    assert 'type="outcome.invalid"' in junit.read_text(encoding="utf-8")
    strangers = har(tmp_path, [entry(("GET", SITE + "/other", None), (200, {}))], "x.har")
    code, told = command("traffic", strangers)
    assert code == 2
    assert "none of 1 exchanges is of an operation of partner-client-service-v2" in told
    assert command("traffic", str(tmp_path / "none.har"))[0] == 2
