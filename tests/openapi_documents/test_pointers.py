"""A place in a document has one text, which leads back to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_documents import MISSING, File, Pointer, pointer_of, text_of
from openapi_documents.pointers import child

PARTS = st.lists(st.text())


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ((), "#"),
        (("paths", "/a/{id}", "get"), "#/paths/~1a~1{id}/get"),
        (("x~y", "a b", "é"), "#/x~0y/a b/é"),
        (("a#b", "50%41"), "#/a#b/50%2541"),
        (("items", 0), "#/items/0"),
        ((File("paths/a.yaml"), "get"), "paths/a.yaml#/get"),
        ((File("100%#1/a.yaml"),), "100%25%231/a.yaml#"),
    ],
)
def test_a_place_is_written_as_a_reference_that_can_be_read(pointer: Pointer, text: str) -> None:
    assert text_of(pointer) == text


@given(PARTS, st.none() | st.text(min_size=1).map(File))
def test_the_text_of_a_place_leads_back_to_it(parts: list[str], file: File | None) -> None:
    pointer: Pointer = tuple(parts) if file is None else (file, *parts)

    assert pointer_of(text_of(pointer)) == pointer


def test_a_place_is_read_however_much_of_it_is_escaped() -> None:
    assert pointer_of("#/paths/~1a~1%7Bid%7D") == ("paths", "/a/{id}")
    assert pointer_of("a%20b.yaml#/x") == (File("a b.yaml"), "x")
    assert pointer_of("a.yaml") == (File("a.yaml"),)


@pytest.mark.parametrize("part", ["00", "01", "-1", "+1", "²", "1 ", "2", "9" * 5000, "a", ""])
def test_only_the_indices_of_rfc_6901_lead_into_a_list(part: str) -> None:
    assert child(["x", "y"], part) == (part, MISSING)


def test_an_index_may_be_text_or_number() -> None:
    assert child(["x", "y"], "1") == child(["x", "y"], 1) == (1, "y")
    assert child({"1": "z"}, 1) == (1, "z")
    assert child(["x"], -1) == (-1, MISSING)
