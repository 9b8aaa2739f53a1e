"""OpenAPI Overlay 1.0 and 1.1, applied in order; what an overlay brings keeps its own position."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_documents import Document, DocumentError, LimitError, load, parse
from tests.openapi_documents.samples import places_of

API = """\
openapi: 3.1.1
info: {title: A, version: "1"}
tags: [{name: one}]
paths:
  /a:
    get: {tags: [x], parameters: [{name: p, in: query}], responses: {}}
    post: {responses: {}}
  /b:
    get: {tags: [y], responses: {}}
"""


def overlaid(tmp_path: Path, *overlays: str, version: str = "1.0.0") -> Document:
    (tmp_path / "api.yaml").write_text(API)
    paths = []
    for number, actions in enumerate(overlays):
        path = tmp_path / f"overlay{number}.yaml"
        path.write_text(
            f"overlay: {version}\ninfo: {{title: o, version: '1'}}\nactions:\n{actions}"
        )
        paths.append(path)
    return load(tmp_path / "api.yaml", overlays=paths)


def test_an_update_merges_mappings_and_lengthens_lists(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- target: $.info\n  update: {title: B, x-more: {y: 1}}\n"
        "- target: $.paths.*.get.parameters\n  update: {name: q, in: query}\n"
        "- target: $.tags\n  update: [{name: two}, {name: three}]\n",
    )

    assert document.value(("info",)) == {"title": "B", "version": "1", "x-more": {"y": 1}}
    names = [one["name"] for one in document.value(("paths", "/a", "get", "parameters"))]
    assert names == ["p", "q"]
    assert [one["name"] for one in document.value(("tags",))] == ["one", "two", "three"]


def test_a_removal_takes_all_that_it_chooses(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- {target: '$.paths.*.post', remove: true}\n- {target: '$.paths.*.get.tags[*]', remove: true}\n",
    )

    assert list(document.value(("paths", "/a"))) == ["get"]
    assert document.value(("paths", "/a", "get", "tags")) == []
    assert document.value(("paths", "/b", "get", "tags")) == []


def test_overlays_are_applied_in_their_order(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- {target: $.info, update: {title: first}}\n",
        "- {target: '$[?@.title==\"first\"]', update: {title: second}}\n",
    )

    assert document.value(("info", "title")) == "second"


def test_a_copy_is_taken_from_the_document_itself(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- {target: $.paths, update: {/c: {}}}\n- {target: \"$.paths['/c']\", copy: \"$.paths['/a']\"}\n"
        "- {target: \"$.paths['/c'].get\", update: {tags: [z]}}\n",
        version="1.1.0",
    )

    assert document.value(("paths", "/c", "get", "tags")) == ["x", "z"]
    assert document.value(("paths", "/a", "get", "tags")) == ["x"]


def test_positions_are_those_of_whoever_wrote_it(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- target: \"$.paths['/a']\"\n  update:\n    delete:\n      summary: gone\n"
        "- {target: '$.tags', update: {name: two}}\n- {target: '$.paths.*.post', remove: true}\n",
    )

    def at(*pointer: str | int) -> tuple[str, int]:
        position = document.position(pointer)
        return Path(position.file).name, position.line

    assert at("paths", "/a", "delete", "summary") == ("overlay0.yaml", 7)
    assert at("paths", "/a", "delete") == ("overlay0.yaml", 6)
    assert at("tags", 1, "name") == ("overlay0.yaml", 8)
    assert at("paths", "/a", "get", "tags", 0) == ("api.yaml", 6)
    assert at("paths", "/b", "get", "tags", 0) == ("api.yaml", 9)


def test_a_target_that_chooses_nothing_is_noted(tmp_path: Path) -> None:
    document = overlaid(tmp_path, "- {target: $.nothing, update: {a: 1}}\n")

    [note] = document.notes
    assert note.kind == "overlay-target"
    assert note.reason == "the target $.nothing chooses nothing"
    assert note.position.line == 4


@pytest.mark.parametrize(
    ("actions", "sentence"),
    [
        ("- {target: 'info', update: {}}\n", "is no JSONPath"),
        ("- {update: {}}\n", "target is missing here"),
        ("- {target: 3}\n", "the number 3 stands here under target, a text is expected"),
        ("- {target: $.info, updat: {}}\n", "the action has no member updat"),
        ("- {target: $, remove: true}\n", "the whole document cannot be removed"),
        ("- {target: $.info, copy: $.paths.*}\n", "chooses 2 places, one is expected"),
        ("- 3\n", "the number 3 stands here"),
    ],
)
def test_what_is_no_overlay_is_told_with_its_line(
    tmp_path: Path, actions: str, sentence: str
) -> None:
    with pytest.raises(DocumentError, match=r"overlay0\.yaml:4: .*") as caught:
        overlaid(tmp_path, actions, version="1.1.0")

    assert sentence in str(caught.value)


def test_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"overlay0\.yaml:1: `overlay` is 2\.0\.0"):
        overlaid(tmp_path, "- {target: $.info, update: {}}\n", version="2.0.0")


def test_what_is_chosen_twice_is_changed_once(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- {target: \"$.paths['/a','/a'].get.tags\", update: z}\n"
        "- {target: \"$.paths['/b','/b']\", remove: true}\n",
    )

    assert document.value(("paths", "/a", "get", "tags")) == ["x", "z"]
    assert list(document.value(("paths",))) == ["/a"]


def test_what_is_removed_may_lie_within_what_is_removed(tmp_path: Path) -> None:
    document = overlaid(tmp_path, "- {target: '$.paths..*', remove: true}\n")

    assert document.value(("paths",)) == {}


def test_what_an_update_brings_to_several_places_is_changed_at_one(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- {target: $.paths.*, update: {put: {tags: [n]}}}\n"
        "- {target: \"$.paths['/a'].put.tags\", update: m}\n",
    )

    assert document.value(("paths", "/a", "put", "tags")) == ["n", "m"]
    assert document.value(("paths", "/b", "put", "tags")) == ["n"]


def test_what_an_alias_repeats_is_changed_at_one_place(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text("a: &a {x: [1]}\nb: *a\n")
    (tmp_path / "o.yaml").write_text(
        "overlay: 1.0.0\nactions: [{target: $.b.x, update: 2}, {target: $.b, update: {y: 3}}]"
    )

    document = load(tmp_path / "api.yaml", overlays=[tmp_path / "o.yaml"])

    assert document.data == {"a": {"x": [1]}, "b": {"x": [1, 2], "y": 3}}
    assert document.position(("b", "x", 0)).file.endswith("api.yaml")
    assert document.position(("b", "x", 1)).file.endswith("o.yaml")


def test_what_a_copy_shares_is_changed_at_one_place(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- {target: '$.paths', update: {/c: {get: {tags: [c]}}, /d: {}}}\n"
        "- {target: \"$.paths['/d']\", copy: \"$.paths['/c']\"}\n"
        "- {target: \"$.paths['/d'].get.tags\", update: d}\n"
        "- {target: \"$.paths['/c'].get.tags\", update: e}\n",
        version="1.1.0",
    )

    assert document.value(("paths", "/c", "get", "tags")) == ["c", "e"]
    assert document.value(("paths", "/d", "get", "tags")) == ["c", "d"]


def test_a_copy_of_what_was_changed_before_is_another_thing(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- {target: \"$.paths['/a'].get.tags\", update: y}\n- {target: '$.paths', update: {/c: {}}}\n"
        "- {target: \"$.paths['/c']\", copy: \"$.paths['/a']\"}\n"
        "- {target: \"$.paths['/a'].get.tags\", update: z}\n",
        version="1.1.0",
    )

    assert document.value(("paths", "/a", "get", "tags")) == ["x", "y", "z"]
    assert document.value(("paths", "/c", "get", "tags")) == ["x", "y"]
    assert document.value(("paths", "/a", "post")) == document.value(("paths", "/c", "post"))


def test_a_single_value_is_replaced_by_another(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- {target: $.info.title, update: null}\n- {target: '$.paths.*.get.tags[0]', update: z}\n"
        "- {target: $.info, update: {version: 2}}\n",
        version="1.1.0",
    )

    assert document.value(("info",)) == {"title": None, "version": 2}
    assert document.value(("paths", "/b", "get", "tags")) == ["z"]
    assert document.position(("info", "version")).line == 6
    assert document.key_position(("info", "version")).column == 29


def test_a_name_without_a_value_changes_nothing(tmp_path: Path) -> None:
    document = overlaid(tmp_path, "- {target: $, update: {info: , tags: , paths: {/a: }}}\n")

    assert document.value(("info", "title")) == "A"
    assert list(document.value(("paths", "/a"))) == ["get", "post"]


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("{target: $.info, update: 3}", "a mapping stands at #/info, the number 3 cannot be merged"),
        ("{target: $, update: null}", "a mapping stands at #, nothing (null) cannot be merged"),
        ("{target: $.info, update: [1]}", "a mapping stands at #/info, a list cannot be merged"),
        ("{target: $.info.title, update: {}}", "the text 'A' stands at #/info/title, an empty mapping"),
        ("{target: $, update: {tags: x}}", "a list stands at #/tags, the text 'x' cannot be merged"),
        ("{target: $.info, update: {}, copy: $.info}", "has copy and update, one of them is expected"),
    ],
)  # fmt: skip
def test_values_that_do_not_go_together_are_told(
    tmp_path: Path, action: str, sentence: str
) -> None:
    with pytest.raises(DocumentError, match=r"overlay0\.yaml:4: ") as caught:
        overlaid(tmp_path, f"- {action}\n", version="1.1.0")

    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("extends", "is_noted"),
    [
        ("api.yaml", False),
        ("./sub/../api.yaml", False),
        ("other.yaml", True),
        ("'http://['", False),
        ("https://example.com/api.yaml", False),
        ("'file://other.host/api.yaml'", True),
    ],
)
def test_an_overlay_of_another_document_is_noted(
    tmp_path: Path, extends: str, is_noted: bool
) -> None:
    (tmp_path / "api.yaml").write_text(API)
    (tmp_path / "o.yaml").write_text(f"overlay: 1.0.0\nextends: {extends}\nactions: []\n")

    if "[" in extends:
        with pytest.raises(DocumentError, match=r"o\.yaml:2: .* is no URI"):
            load(tmp_path / "api.yaml", overlays=[tmp_path / "o.yaml"])
        return
    notes = load(tmp_path / "api.yaml", overlays=[tmp_path / "o.yaml"]).notes

    assert [(note.kind, note.position.line) for note in notes] == [
        ("overlay-extends", 2)
    ] * is_noted


def test_a_text_that_stands_nowhere_is_no_other_document(tmp_path: Path) -> None:
    (tmp_path / "o.yaml").write_text("overlay: 1.0.0\nextends: x.yaml\nactions: []\n")

    assert parse(API, "a text", overlays=[tmp_path / "o.yaml"]).notes == ()


def test_copies_that_double_at_each_action_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match=r"overlay0\.yaml:\d+: more than 200,000 values"):
        overlaid(
            tmp_path,
            "- {target: $.info, update: {m: {}}}\n"
            + "- {target: $.info, update: {n: {}}}\n- {target: $.info.n, copy: $.info.m}\n"
            "- {target: $.info.m, update: {a: {}, b: {}}}\n- {target: $.info.m.*, copy: $.info.n}\n"
            * 40,
            version="1.1.0",
        )


def test_a_document_that_overlays_make_too_deep_is_refused(tmp_path: Path) -> None:
    deep = "{a: " * 150 + "1" + "}" * 150

    with pytest.raises(LimitError, match=r"overlay1\.yaml:4: the document becomes deeper than 200"):
        overlaid(
            tmp_path,
            f"- {{target: $.info, update: {deep}}}\n",
            f"- {{target: $.info{'.a' * 140}, update: {deep}}}\n",
        )


def test_a_member_of_overlay_1_1_is_none_of_1_0(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="the action has no member copy"):
        overlaid(tmp_path, "- {target: $.info, copy: $.paths}\n")


def test_overlays_change_what_schemas_call_themselves(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text("openapi: 3.1.1\nx-a: {$ref: '#here'}\nx-b: {type: string}")
    (tmp_path / "o.yaml").write_text(
        "overlay: 1.0.0\nactions: [{target: \"$['x-b']\", update: {$anchor: here}}]"
    )
    document = load(tmp_path / "api.yaml", overlays=[tmp_path / "o.yaml"])

    assert document.follow(("x-a",)) == ("x-b",)


NAMES = st.sampled_from("abc")
TREES = st.recursive(
    st.integers(0, 99),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
ACTIONS = st.lists(
    st.fixed_dictionaries(
        {"target": st.sampled_from(["$.x", "$.x.*", "$.x..a", "$.x[0]", "$..b", "$.y"])},
        optional={
            "update": TREES,
            "remove": st.booleans(),
            "copy": st.sampled_from(["$.y", "$.x"]),
        },
    ),
    max_size=5,
)


@given(TREES, TREES, ACTIONS)
def test_every_value_stands_where_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, x: object, y: object, actions: list[object]
) -> None:
    folder = tmp_path_factory.mktemp("overlaid")
    (folder / "api.json").write_text(json.dumps({"openapi": "3.1.1", "x": x, "y": y}, indent=1))
    overlay = {"overlay": "1.1.0", "actions": actions}
    (folder / "o.json").write_text(json.dumps(overlay, indent=1))
    try:
        document = load(folder / "api.json", overlays=[folder / "o.json"])
    except DocumentError:
        return  # a copy of several places, or something removed

    for place in places_of(document.data):
        value = document.value(place)
        at = document.position(place)
        line = Path(at.file).read_text().splitlines()[at.line - 1][at.column - 1 :]
        if isinstance(value, int | str):
            assert line.startswith(json.dumps(value))
        else:
            assert line.startswith(('"', "{", "["))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("actions: []", "o.yaml:1: `overlay` is missing, so this is no overlay. Overlay 1.0 and 1.1 are read"),
        ("- 1", "o.yaml:1: a list stands here, a mapping is expected"),
        ("overlay: 1.0.0", "o.yaml:1: actions is missing here"),
        ("overlay: 1.0.0\nactions: {}", "o.yaml:2: an empty mapping stands here under actions, a list is expected"),
        ("overlay: 1.0.0\nactions: [{target: $, remove: 1}]", "o.yaml:2: the number 1 stands here under remove"),
        ("overlay: 1.0.0\nextends: 1\nactions: []", "o.yaml:2: the number 1 stands here under extends"),
        ("overlay: 1.1.0\nactions: [{target: $, copy: $$}]", "o.yaml:2: the target $$ is no JSONPath"),
        ("overlay: 1.0.0\nactions: [{target: '$..[?@.a == 1'}]", "is no JSONPath"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_overlay_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "api.yaml").write_text(API)
    (tmp_path / "o.yaml").write_text(text)

    with pytest.raises(DocumentError) as caught:
        load(tmp_path / "api.yaml", overlays=[tmp_path / "o.yaml"])

    assert sentence in str(caught.value)


def test_what_is_not_there_stands_where_what_holds_it_does(tmp_path: Path) -> None:
    document = overlaid(
        tmp_path,
        "- {target: $.tags, update: {name: two}}\n- {target: $.info, update: {x-a: {y: 1}}}\n",
    )

    def at(*pointer: str | int) -> tuple[str, int]:
        position, key = document.position(pointer), document.key_position(pointer)
        assert (position.file, position.line) == (key.file, key.line)
        return Path(position.file).name, position.line

    assert at("no") == ("api.yaml", 1)
    assert at("info", "no") == ("api.yaml", 2)
    assert at("info", "x-a", "no") == ("overlay0.yaml", 5)
    assert at("tags", 7) == ("api.yaml", 3)
    assert at("tags", "no") == ("api.yaml", 3)
    assert at("tags", 1) == ("overlay0.yaml", 4)
    assert at("paths", "/a", "get", "tags", 0) == ("api.yaml", 6)
