"""Plain scalars of YAML mean what they mean in JSON, or are text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_documents import DocumentError, parse


def read(text: str) -> object:
    return parse(f"value: {text}\n", "api.yaml").value(("value",))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2020-01-02", "2020-01-02"),
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("0x1F", "0x1F"),
        ("017", "017"),
        ("0o17", "0o17"),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("1:60:60", "1:60:60"),
        (".5", ".5"),
        ("1.", "1."),
        ("+1", "+1"),
        (".nan", ".nan"),
        ("-.inf", "-.inf"),
        ("1e3", 1000.0),
        ("-12", -12),
        ("1.50", 1.5),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("!!float 12", 12),
    ],
)
def test_a_scalar_is_what_json_would_have_or_text(text: str, value: object) -> None:
    assert read(text) == value
    assert type(read(text)) is type(value)


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans()))
def test_whatever_json_writes_is_read_as_json_reads_it(value: object) -> None:
    assert read(json.dumps(value)) == value


def test_keys_are_text_as_they_are_written() -> None:
    document = parse("{200: a, 1.0: b, true: c, null: d, 2020-01-02: e}", "api.yaml")

    assert list(document.data) == ["200", "1.0", "true", "null", "2020-01-02"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("!!int abc", "abc is tagged as int, which it is not"),
        ("!!timestamp 2001-99-99", "the tag !!timestamp is not known to JSON"),
        ("!!python/object/apply:os.system [x]", "the tag !!python/object/apply:os.system"),
        ("!custom a", "the tag !custom is not known to JSON"),
        ("1e400", "the number 1e400 is too large"),
        ("9" * 5000, "an integer has more than 4300 digits"),
    ],
)
def test_what_no_json_value_can_be_is_refused_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(text)

    assert str(caught.value).startswith("api.yaml:1: ")
    assert reason in str(caught.value)
