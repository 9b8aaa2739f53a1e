"""OpenAPI Overlay 1.0 and 1.1, applied in order; what an overlay brings keeps its own position."""

from __future__ import annotations

from pathlib import Path

import pytest

from openapi_documents import Document, DocumentError, load

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
