"""Bytes as words of the shell: what curl gets is what was sent, to the byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.http.shell import quoted
from tests.contract_tests.shells import arguments


@pytest.mark.parametrize(
    "body", [b"plain", b"it's", b"\xffR\x0c7", b"a\nb\\n", "naïve".encode(), b'$HOME `x` "y"']
)
def test_a_quoted_body_is_the_same_bytes_to_the_shell(body: bytes) -> None:
    assert arguments("curl " + quoted(body)) == [body]


@given(
    st.lists(st.binary(max_size=20).filter(lambda one: b"\0" not in one), min_size=1, max_size=20)
)
def test_whatever_they_are(bodies: list[bytes]) -> None:
    assert arguments("curl " + " ".join(map(quoted, bodies))) == bodies


def test_a_mark_is_written_as_its_variable() -> None:
    assert arguments("RUN=new; curl " + quoted(b"old-1 it's", {"RUN": "old"})) == [b"new-1 it's"]
    assert arguments("RUN=new; curl " + quoted(b"old\n", {"RUN": "old"})) == [b"new\n"]
