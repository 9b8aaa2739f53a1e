"""A node tells what is wrong with it in one sentence; nobody who walks by nodes ever stumbles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_documents import MISSING, DocumentError, Node, described, parse

TEXT = """\
openapi: 3.1.1
info: {title: A, version: 1, ratio: 1.5, is: true, none: null}
tags: [{name: x}, y]
here: {$ref: '#/info'}
"""


def root() -> Node:
    return parse(TEXT, "api.yaml").root


def test_nodes_lead_down_by_names_and_indices() -> None:
    node = root()

    assert node["info"]["title"].text() == "A"
    assert node["info"]["version"].integer() == 1
    assert node["info"]["ratio"].number() == 1.5
    assert node["info"]["is"].boolean() is True
    assert node["tags"][0]["name"].value == "x"
    assert [name for name, _ in node.members()] == ["openapi", "info", "tags", "here"]
    assert [one.place for one in node["tags"].elements()] == [("tags", 0), ("tags", 1)]


def test_what_may_be_there_is_asked_for() -> None:
    node = root()

    assert node.get("none") is None
    assert node.get("tags") is not None
    assert node["tags"][1].get("name") is None
    assert "title" in node["info"]
    assert "title" not in node["tags"]
    assert 1 in node["tags"]


def test_a_node_knows_its_place() -> None:
    node = root()["info"]["version"]

    assert node.pointer == "#/info/version"
    assert (node.position.line, node.position.column) == (2, 27)
    assert node.key_position.column == 18
    assert str(node.error("it is odd", "Write another")) == "api.yaml:2: it is odd. Write another"


def test_a_node_follows_its_reference_and_is_itself_without_one() -> None:
    node = root()

    assert node["here"].follow().place == ("info",)
    assert node["info"].follow() == node["info"]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (lambda node: node["no"], "no is missing here"),
        (lambda node: node["tags"][7], "7 is missing here"),
        (lambda node: node["tags"]["a"], "a list stands here under tags, a mapping is expected"),
        (lambda node: node["info"].elements(), "a mapping stands here under info, a list is expected"),
        (lambda node: list(node["tags"].members()), "a list stands here under tags, a mapping is expected"),
        (lambda node: node["tags"][1]["name"], "the text 'y' stands here, a mapping is expected"),
        (lambda node: node["tags"].text(), "a list stands here under tags, a text is expected"),
        (lambda node: node["info"]["is"].integer(), "true stands here under is, an integer is expected"),
        (lambda node: node["info"]["is"].number(), "true stands here under is, a number is expected"),
        (lambda node: node["info"]["ratio"].integer(), "the number 1.5 stands here under ratio"),
        (lambda node: node["info"]["none"].boolean(), "nothing (null) stands here under none, true or false"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_one_sentence_with_file_and_line(
    question: Callable[[Node], object], sentence: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        question(root())

    assert str(caught.value).startswith("api.yaml:")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing (null)"),
        (MISSING, "nothing"),
        (False, "false"),
        (10**50, "the number 1" + "0" * 39 + "..."),
        ("a" * 50, "the text '" + "a" * 40 + "...'"),
        ({}, "an empty mapping"),
        ({"a": 1}, "a mapping"),
        ([], "an empty list"),
        ([1], "a list"),
    ],
)
def test_a_value_is_named_as_one_speaks_of_it(value: object, words: str) -> None:
    assert described(value) == words


def test_what_is_missing_is_shown_and_is_false() -> None:
    assert repr(MISSING) == "MISSING"
    assert not MISSING


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=5,
)
QUESTIONS: list[Callable[[Node], Any]] = [
    lambda node: node["a"],
    lambda node: node[0],
    lambda node: node["a"]["b"],
    lambda node: [one["a"] for one in node.elements()],
    lambda node: [one.text() for _, one in node.members()],
    lambda node: node.get("a") or node.text(),
    lambda node: node.integer(),
    lambda node: node.follow().number(),
]


@given(ANYTHING, st.sampled_from(QUESTIONS))
def test_whatever_stands_there_a_question_has_an_answer_or_an_error(
    value: Any, question: Callable[[Node], Any]
) -> None:
    node = Node(parse("openapi: 3.1.1\nx: 1", "api.yaml"), ("x",), value)
    said = ""
    try:
        question(node)
    except DocumentError as error:
        said = str(error)
    assert said == "" or said.startswith("api.yaml:2: ")


def test_a_map_or_list_is_walked_that_stands_behind_a_reference() -> None:
    node = parse(
        "openapi: 3.1.1\na: {$ref: '#/b', x: 1}\nb: {y: 2}\nc: {$ref: '#/d'}\nd: [3]\n", "api.yaml"
    ).root

    assert [(name, one.value) for name, one in node["a"].entries()] == [("x", 1), ("y", 2)]
    assert [one.place for one in node["c"].listed()] == [("d", 0)]
    with pytest.raises(DocumentError, match="a mapping stands here under b, a list is expected"):
        node["b"].listed()
