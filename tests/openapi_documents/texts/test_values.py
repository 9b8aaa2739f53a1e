"""A text becomes one value, and every way in which it can fail is one sentence with file and line."""

from __future__ import annotations

import gc
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_documents import DocumentError, LimitError, load, parse

PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.text()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def refusal(text: str) -> str:
    with pytest.raises(DocumentError) as caught:
        parse(text, "api.yaml")
    return str(caught.value)


def test_half_a_character_is_refused() -> None:
    assert parse('{"a": "\\ud83d\\ude00"}', "api.json").data == {"a": "\U0001f600"}
    assert "no YAML" in refusal('{"a": "\\ud83d"}')


@given(st.dictionaries(st.text(), PLAIN))
def test_json_is_read_as_json(value: dict[str, object]) -> None:
    assert parse(json.dumps(value), "api.json").data == value
    assert parse(json.dumps(value, ensure_ascii=False, indent=1), "api.json").data == value


def test_a_key_that_stands_twice_is_refused_with_both_lines() -> None:
    assert refusal("a: 1\nb: 2\na: 3\n") == (
        "api.yaml:3: the key a stands here a second time, first in line 1"
    )
    assert refusal('{"a": 1,\n "a": 2}') == (
        "api.yaml:2: the key a stands here a second time, first in line 1"
    )


def test_anchors_and_merge_keys_are_read_and_noted() -> None:
    document = parse("a: &one {x: 1, y: 2}\nb:\n  <<: *one\n  y: 3\n", "api.yaml")

    assert document.value(("b",)) == {"x": 1, "y": 3}
    assert [(note.kind, note.position.line) for note in document.notes] == [
        ("anchor", 1),
        ("merge", 3),
    ]


def test_earlier_merges_win_over_later_ones() -> None:
    document = parse("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b], z: 3}\n", "api.yaml")

    assert document.value(("c",)) == {"x": 1, "y": 2, "z": 3}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "api.yaml:1: the file is empty"),
        ("- a\n", "api.yaml:1: an OpenAPI document is a mapping, this is a list"),
        ("hello\n", "api.yaml:1: an OpenAPI document is a mapping, this is the text 'hello'"),
        ("a: 1\n---\nb: 2\n", "api.yaml:2: a second document begins here, one is expected"),
        (
            "a:\n\tb: 1\n",
            "api.yaml:2: this is no YAML: a tab stands here, YAML is indented by spaces",
        ),
        ("a: &a [*a]\n", "api.yaml:1: the alias *a stands inside what it names"),
        ("a: *b\n", "api.yaml:1: this is no YAML: found undefined alias"),
        ("a: {? [b] : 1}\n", "api.yaml:1: a key is a text, not a mapping or sequence"),
        ("a: 1\nb: [\n", "api.yaml:3: this is no YAML: "),
        ("a: {<<: 3}\n", "api.yaml:1: something is merged here that is no mapping"),
    ],
)
def test_what_is_no_document_is_told_in_one_sentence(text: str, sentence: str) -> None:
    said = refusal(text)

    assert said.startswith(sentence) or "the alias *b names no anchor" in said
    assert "\n" not in said


@pytest.mark.parametrize("depth", [201, 100_000])
@pytest.mark.parametrize("name", ["api.yaml", "api.json"])
def test_depth_is_a_sentence_and_no_crash(depth: int, name: str) -> None:
    with pytest.raises(LimitError, match="nested deeper than 200 levels"):
        parse('{"a": ' + "[" * depth + "]" * depth + "}", name)


def test_a_depth_that_documents_have_is_read() -> None:
    assert parse('{"a": ' + "[" * 150 + "]" * 150 + "}", "api.yaml").value(("a", 0, 0)) is not None


def test_an_alias_brings_its_levels_along() -> None:
    deep = "a: &a " + "[" * 150 + "]" * 150 + "\nb: "

    assert refusal(deep + "[" * 100 + "*a" + "]" * 100) == (
        "api.yaml:2: this is nested deeper than 200 levels"
    )
    assert parse(deep + "[*a]", "api.yaml")


def test_aliases_that_multiply_are_refused_before_they_are_written_out() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

    with pytest.raises(LimitError, match="aliases repeat more than 500,000 values"):
        parse("\n".join(lines), "api.yaml")


def test_bytes_are_utf_8_or_say_what_they_are() -> None:
    assert parse(b"\xef\xbb\xbfa: 1", "api.yaml").data == {"a": 1}
    assert parse("a: é".encode("utf-16"), "api.yaml").data == {"a": "é"}
    with pytest.raises(DocumentError, match=r"api\.yaml:2: this is no UTF-8 text"):
        parse(b"a: 1\nb: \xff\n", "api.yaml")


def test_a_missing_file_is_told() -> None:
    with pytest.raises(DocumentError, match="there is no such file"):
        load("nowhere/api.yaml")


def test_a_message_never_steers_the_terminal() -> None:
    said = refusal('"\\e[2J": 1\n"\\e[2J": 2\n')

    assert "\x1b" not in said
    assert "\\x1b[2J" in said


def test_more_values_than_anybody_writes_are_refused_while_they_are_read() -> None:
    many = ",".join(["0"] * 2_000_001)

    with pytest.raises(
        LimitError, match=r"api\.json:1: more than 2,000,000 values stand in the file"
    ):
        parse(f'{{"a": [{many}]}}', "api.json")


def test_commas_in_texts_are_no_values() -> None:
    assert len(parse('{"a": "' + "," * 3_000_000 + '"}', "api.json").data["a"]) == 3_000_000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: &x b\n*x : 1\n", "an alias stands where a key is expected"),
        ("a: !!map [1]\n", "the tag !!map is not known to JSON"),
        ("a: !!seq {}\n", "the tag !!seq is not known to JSON"),
        ("&k !!int x: 1\n", "x is tagged as int, which it is not"),
        ("a: 1\x01\n", "control characters are not allowed"),
        ("a: 'b\n", "this is no YAML"),
        ("%YAML 9\n---\na: 1\n", "this is no YAML"),
        ('{"a": NaN, "b"}', None),
        ('{"a": 1e999}', "the number 1e999 is too large"),
        ('{"a": ' + "9" * 5000 + "}", "an integer has more than 4300 digits"),
    ],
)
def test_what_yaml_has_and_json_does_not_is_told(text: str, sentence: str | None) -> None:
    if sentence is None:
        assert parse(text, "api.yaml").data == {"a": "NaN", "b": None}
    else:
        assert sentence in refusal(text)


def test_tags_that_say_what_is_there_change_nothing() -> None:
    assert parse("!!map {a: !!seq [!!str 1, !!null ~, !!bool true, ! x]}", "api.yaml").data == {
        "a": ["1", None, True, "x"]
    }


def test_the_collector_is_as_it_was_after_reading() -> None:
    gc.disable()
    try:
        parse("a: 1", "api.yaml")
        assert not gc.isenabled()
    finally:
        gc.enable()
    parse("a: 1", "api.yaml")
    assert gc.isenabled()


def test_yaml_may_escape_characters_in_pairs_as_json_does() -> None:
    text = 'a: "\\ud83d\\ude00 x"\nb: {c: "\\uD83D\\uDE00", d: 1}\n'
    document = parse(text, "api.yaml")

    assert document.data == {"a": "\U0001f600 x", "b": {"c": "\U0001f600", "d": 1}}
    assert document.position(("b", "d")).column == text.splitlines()[1].index("1") + 1
    assert "no YAML" in refusal('a: "\\ud83d"\n')
    assert parse("a: '\\ud83d\\ude00'", "api.yaml").data == {"a": "\\ud83d\\ude00"}
    assert "a second time" in refusal('a: "\\ud83d\\ude00"\na: 1\n')
