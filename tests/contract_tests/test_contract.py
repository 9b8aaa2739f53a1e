"""The vocabulary as the judge reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_tests import contract
from contract_tests.documents import UnreadableContract

V2 = contract.find("partner-client-service-v2")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = V2.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_submissions_know_their_lifecycle_limits_and_status_operation() -> None:
    clients, claims, both = contract.read(V2).submissions
    assert (clients.lifecycle.key, clients.lifecycle.records) == (("partner_client_id",), "clients")
    assert (claims.max_items, both.max_items) == (10000, 1000)
    assert clients.status is not None
    assert clients.status.id == "getPartnerClientsStatus"
    assert both.asynchronous is False


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("x-submission:", "x-submision:", "x-submission"),
        ("x-rules:", "x-rule:", "x-rules"),
        ("when: rival-in-request", "when: rival-in-requests", "rival-in-request"),
        ("then: Conflict", "then: Conflicts", "Conflict"),
        ("records: clients", "recordz: clients", "records"),
        ("lifecycle: partner-client,", "lifecycle: partner-clent,", "partner-client"),
    ],
)
def test_an_unknown_word_stops_the_reader_with_file_line_and_the_nearest_word(
    tmp_path: Path, old: str, new: str, near: str
) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(UnreadableContract) as caught:
        contract.read(path)
    line = 1 + path.read_text(encoding="utf-8").split(new)[0].count("\n")
    assert f"changed.yaml:{line}:" in str(caught.value)
    assert f"`{near}`" in str(caught.value)


def test_another_key_in_the_yaml_is_another_key_for_the_judge(tmp_path: Path) -> None:
    path = changed(tmp_path, "key: [partner_client_id]", "key: [entity_type]")
    assert contract.read(path).submissions[0].lifecycle.key == ("entity_type",)


def test_a_contract_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(UnreadableContract, match="did you mean partner-client-service-v2"):
        contract.find("partner-client-servce-v2")


def test_yaml_dates_and_words_for_truth_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text("paths: {}\na: 2024-01-01\nb: on\nc: true\nd: 0x1\n", encoding="utf-8")
    root = contract.read(path).document.root
    assert (root["a"], root["b"], root["c"], root["d"]) == ("2024-01-01", "on", True, "0x1")
