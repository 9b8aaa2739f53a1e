"""The lines of a finding send what was sent, to the byte."""

from __future__ import annotations

import subprocess

import pytest

from contract_tests.reporting.curl import quoted
from contract_tests.scenarios.fuzzing import as_sent


def _arguments(line: str) -> list[bytes]:
    """What a shell gives to curl."""
    script = "curl() { printf '%s\\0' \"$@\"; }\n" + line
    told = subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout
    return told.split(b"\0")[:-1]


@pytest.mark.parametrize(
    "body", [b"plain", b"it's", b"\xffR\x0c7", b"a\nb\\n", "naïve".encode(), b'$HOME `x` "y"']
)
def test_a_quoted_body_is_the_same_bytes_to_the_shell(body: bytes) -> None:
    assert _arguments("curl " + quoted(body, {})) == [body]


def test_bytes_that_are_no_text_are_kept_in_a_line_of_the_exploration() -> None:
    line = "curl -X POST -H 'A: b' -d $'\ufffdR' http://localhost/x"
    sent = _arguments(as_sent(line, b"\xffR"))
    assert sent == [
        b"-X",
        b"POST",
        b"-H",
        b"A: b",
        b"--data-binary",
        b"\xffR",
        b"http://localhost/x",
    ]


@pytest.mark.parametrize("body", [None, b"{}"])
def test_a_line_that_says_it_all_stays(body: bytes | None) -> None:
    line = "curl -X POST -d '{}' http://localhost/x"
    assert as_sent(line, body) == line
