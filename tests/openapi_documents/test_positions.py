"""Every value knows file, line and column, through anchors, merges and other files."""

from __future__ import annotations

from pathlib import Path

from openapi_documents import File, load, parse

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
