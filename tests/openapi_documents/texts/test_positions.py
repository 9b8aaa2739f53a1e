"""Every value knows file, line and column, through anchors, merges and other files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from openapi_documents import Document, File, Pointer, load, parse
from tests.openapi_documents.samples import places_of

TEXT = """\
openapi: 3.1.1
info:
  title: A
paths:
  /a:
    get: &get
      tags: [x, y]
    post: *get
    put:
      <<: *get
      summary: s
"""


def at(*pointer: str | int) -> tuple[int, int]:
    position = parse(TEXT, "api.yaml").position(pointer)
    assert position.file == "api.yaml"
    return position.line, position.column


def test_a_scalar_stands_where_it_is_written() -> None:
    assert at("info", "title") == (3, 10)
    assert at("paths", "/a", "get", "tags", 1) == (7, 17)


def test_a_mapping_or_sequence_stands_where_its_key_is() -> None:
    assert at("info") == (2, 1)
    assert at("paths", "/a", "get", "tags") == (7, 7)


def test_what_an_alias_or_a_merge_brings_stands_where_it_is_written() -> None:
    assert at("paths", "/a", "post", "tags", 0) == (7, 14)
    assert at("paths", "/a", "put", "tags") == (7, 7)
    assert at("paths", "/a", "put", "summary") == (11, 16)


def test_a_place_that_is_not_there_stands_at_its_nearest_ancestor() -> None:
    assert at("info", "version") == (2, 1)
    assert at("paths", "/a", "get", "tags", 7) == (7, 7)


def test_the_key_of_a_scalar_has_a_place_of_its_own() -> None:
    position = parse(TEXT, "api.yaml").key_position(("info", "title"))

    assert (position.line, position.column) == (3, 3)


def test_json_has_positions_too() -> None:
    document = parse(
        '{\n\t"openapi": "3.1.1",\n\t"info": {"title": "\\ud83d\\ude00 x"}\n}', "a.json"
    )

    assert document.value(("info", "title")) == "\U0001f600 x"
    assert document.position(("info", "title")).line == 3


def test_a_value_in_another_file_stands_there(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text("openapi: 3.1.1\npaths:\n  /a: {$ref: paths/a.yaml}\n")
    (tmp_path / "paths").mkdir()
    (tmp_path / "paths" / "a.yaml").write_text("# a path\nget:\n  summary: s\n")
    document = load(tmp_path / "api.yaml")

    place = document.follow(("paths", "/a", "get", "summary"))

    name = str(tmp_path / "paths" / "a.yaml")
    assert place == (File(name), "get", "summary")
    assert str(document.position(place)) == f"{name}:3:12"


def written(document: Document, pointer: Pointer) -> str:
    """Return what stands in the text where a place is said to stand."""
    at = document.position(pointer)
    return re.split(r"\r\n?|\n", document.text)[at.line - 1][at.column - 1 :]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "' + "k" * 5000 + '": {"b": [2]}}',
        '{"a": "\x7f\u2028\x85", "b": [2]}',
        '{"a" :1\n,\t"b":\r\n[\r\n2]}',
        '{"a": "\\ud83d\\ude00 \\" [{", "b": [2]}',
        '{"\\u0062\\"": [1], "a": [2]}',
    ],
)
def test_json_that_is_no_yaml_has_positions_too(text: str) -> None:
    document = parse(text, "api.json")
    place = next(one for one in places_of(document.data) if document.value(one) == 2)

    assert written(document, place).startswith("2]")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=4), JSON), st.sampled_from([None, 1, "\t"]), st.booleans())
def test_every_value_of_json_stands_where_it_is_written(
    value: dict[str, object], indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    document = parse(text, "api.json")
    for place in places_of(value):
        here = document.value(place)
        if not isinstance(here, dict | list):
            assert written(document, place).startswith(json.dumps(here, ensure_ascii=ascii_only))
        elif place and isinstance(place[-1], str):
            assert written(document, place).startswith(
                json.dumps(place[-1], ensure_ascii=ascii_only)
            )
        else:
            assert written(document, place).startswith(("{", "["))


WORDS = st.text("ab: #'\n", max_size=3)
YAML = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(WORDS, YAML), st.booleans())
def test_every_value_of_yaml_stands_where_it_is_written(
    value: dict[str, object], is_flow: bool
) -> None:
    document = parse(yaml.safe_dump(value, default_flow_style=is_flow), "api.yaml")
    for place in places_of(document.data):
        here = document.value(place)
        if isinstance(here, dict | list):
            here = place[-1] if place and isinstance(place[-1], str) else None
        if isinstance(here, str):
            assert written(document, place)[:1] in (here[:1], '"', "'", "|")
        elif isinstance(here, int):
            assert written(document, place).startswith(json.dumps(here))


def test_a_text_that_is_read_as_yaml_though_it_begins_like_json_has_positions() -> None:
    for text in (
        "{a: 1, b: [2]}",
        '{"a": 1, "b": [2,]}',
        '{"a": , "b": [2]} # end',
        '{"b": [2, x: 1]}',
    ):
        assert written(parse(text, "api.yaml"), ("b", 0)).startswith("2")


def test_an_anchor_at_a_key_or_a_scalar_is_where_it_is() -> None:
    text = "&k a: &v 1\nb: *v\nc: *k\n"
    document = parse(text, "api.yaml")

    assert document.data == {"a": 1, "b": 1, "c": "a"}
    assert document.position(("b",)).line == 1
    assert document.notes[0].position.column == 1
