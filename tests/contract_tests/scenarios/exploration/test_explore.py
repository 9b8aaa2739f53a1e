"""The lines of an exploration send what was sent, to the byte, and show no secrets."""

from __future__ import annotations

import pytest

from contract_tests.scenarios.exploration.explore import as_sent, requirement_of
from tests.contract_tests.shells import arguments


def test_bytes_that_are_no_text_are_kept() -> None:
    line = "curl -X POST -H 'A: b' -d $'\ufffdR' http://localhost/x"
    sent = arguments(as_sent(line, b"\xffR"))
    assert sent == [
        b"-X", b"POST", b"-H", b"A: b", b"--data-binary", b"\xffR", b"http://localhost/x",
    ]  # fmt: skip


@pytest.mark.parametrize("body", [None, b"{}"])
def test_a_line_that_says_it_all_stays(body: bytes | None) -> None:
    line = "curl -X POST -d '{}' http://localhost/x"
    assert as_sent(line, body) == line


def test_a_check_is_a_requirement_of_its_own() -> None:
    assert requirement_of("status_code_conformance").id == "surface.status_code_conformance"
    assert requirement_of("a_check_of_tomorrow").sentence == "a check of tomorrow"
