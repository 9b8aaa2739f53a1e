"""A contract of several files: followed by every command, and told with file and line of the text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from watchfiles import Change

from spec_review.options import Opening
from spec_review.watch import Watched
from tests.spec_review.commands import check, spec_review
from tests.spec_review.git import commit

ROOT_FILE = """\
openapi: 3.1.1
info: {title: Library, version: "1", description: Lends books.}
security: []
paths:
  /books/{id}:
    $ref: paths/book.yaml
"""
PATH_FILE = """\
get:
  operationId: getBook
  summary: Show a book
  parameters:
    - {name: id, in: path, required: true, description: Its number., schema: {type: string}, example: a1}
  responses:
    "200":
      description: The book.
      content:
        application/json:
          schema: {$ref: ../schemas.yaml#/Book}
          example: {id: a1, pages: 5}
"""
SCHEMAS_FILE = """\
Book:
  type: object
  description: A book.
  required: [id]
  properties:
    id: {type: string, description: Its number.}
    pages: {type: integer, description: How long it is., minimum: 1}
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The root file of a contract of three files, of which everything is asked."""
    write(tmp_path)
    (tmp_path / ".spec-review.yaml").write_text("preset: strict\n")
    return tmp_path / "library.yaml"


def write(
    folder: Path, root: str = ROOT_FILE, path: str = PATH_FILE, schemas: str = SCHEMAS_FILE
) -> Path:
    """Write the three files, some of them edited."""
    (folder / "paths").mkdir(exist_ok=True, parents=True)
    for name, text in (("library", root), ("paths/book", path), ("schemas", schemas)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "library.yaml"


def changes(*arguments: object) -> list[Any]:
    """The changes that `diff` tells, as plain values."""
    return list(json.loads(spec_review("diff", *arguments, "--format", "json").output)["changes"])


# --- check ---------------------------------------------------------------------------------------


def test_a_sound_contract_of_several_files_has_no_finding(library: Path) -> None:
    assert check(library).output == "1 file checked, no finding\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "rule"),
    [
        ("schemas", "minimum: 1", "minimum: 6", "paths/book.yaml:12:36", "example-schema"),
        ("paths/book", "summary: Show", "sumary: Show", "paths/book.yaml:3:3", "openapi-form"),
        ("schemas", "type: integer", "type: intger", "schemas.yaml:7:19", "schema-form"),
        ("schemas", "type: object", "type: objekt", "schemas.yaml:2:9", "schema-form"),
        ("paths/book", "name: id,", "name: no,", "paths/book.yaml:1:1", "path-parameters"),
        ("paths/book", "#/Book", "#/Bock", "paths/book.yaml:11:26", "dangling-reference"),
        ("paths/book", "../schemas", "../schemes", "paths/book.yaml:11:26", "dangling-reference"),
        ("library", "paths/book", "paths/bock", "library.yaml:6:11", "dangling-reference"),
        (
            "schemas",
            "description: Its number.",
            "title: ''",
            "schemas.yaml:6:5",
            "missing-description",
        ),
    ],
)
def test_a_finding_stands_in_the_file_where_the_text_is(
    library: Path, file: str, old: str, new: str, place: str, rule: str
) -> None:
    path = library.parent / f"{file}.yaml"
    path.write_text(path.read_text().replace(old, new, 1))

    findings = json.loads(check(library, "--format", "json").output)["findings"]

    found = [
        f"{one['file']}:{one['line']}:{one['column']}" for one in findings if one["rule"] == rule
    ]
    assert f"{library.parent}/{place}" in found


def test_a_broken_file_is_told_where_it_is_referred_to_with_its_own_line(library: Path) -> None:
    (library.parent / "schemas.yaml").write_text("Book: {}\nBook: {}\n")

    result = check(library)

    assert result.exit_code == 1
    assert "paths/book.yaml:11:26 error dangling-reference" in result.output
    assert "schemas.yaml:2: the key Book stands here a second time" in result.output


def test_parts_in_a_folder_are_no_contracts_of_their_own(library: Path) -> None:
    assert check(library.parent).output == "1 file checked, no finding\n"


def test_a_circle_through_files_is_told_once(library: Path) -> None:
    (library.parent / "schemas.yaml").write_text("Book: {$ref: more.yaml#/Book}\n")
    (library.parent / "more.yaml").write_text("Book: {$ref: schemas.yaml#/Book}\n")

    lines = check(library).output.splitlines()

    assert [line for line in lines if "circular-reference" in line] == [
        f"{library.parent}/more.yaml:1:14 error circular-reference the reference leads back to itself: "
        f"{library.parent}/more.yaml#/Book -> {library.parent}/schemas.yaml#/Book"
        f" -> {library.parent}/more.yaml#/Book"
    ]


# --- what may be read ----------------------------------------------------------------------------


def test_a_reference_out_of_the_folder_needs_a_word_of_the_user(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "schemas.yaml").write_text(SCHEMAS_FILE)
    path = PATH_FILE.replace("../schemas.yaml", "../../shared/schemas.yaml")
    library = write(tmp_path / "library", path=path)

    refused, allowed = check(library), check(library, "--allow-refs", shared)

    assert "leads out of the folder of the document" in refused.output
    assert "--allow-refs DIR allows another one" in refused.output
    assert allowed.output == "1 file checked, no finding\n"


def test_a_reference_to_the_network_is_left_alone(library: Path) -> None:
    path = PATH_FILE.replace("../schemas.yaml", "https://example.org/schemas.yaml")

    assert check(write(library.parent, path=path)).exit_code == 0


@pytest.mark.parametrize("command", ["check", "explain", "diff", "watch"])
def test_every_command_takes_an_overlay(library: Path, command: str) -> None:
    overlay = library.parent / "overlay.yaml"
    overlay.write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n"
        "  - {target: $.info, update: {description: ''}}\n"
    )
    others: dict[str, list[object]] = {"diff": [library, library], "watch": ["--once", library]}
    words = others.get(command, [library])

    result = spec_review(command, *words, "--overlay", overlay)

    assert result.exit_code == 0
    if command in ("check", "watch"):
        assert "the contract does not say what it is about" in result.output


@pytest.mark.parametrize("command", ["check", "explain", "diff"])
def test_an_overlay_that_is_none_ends_with_a_sentence(library: Path, command: str) -> None:
    words = [library, library] if command == "diff" else [library]

    result = spec_review(command, *words, "--overlay", (library.parent / "none.yaml"))

    assert (result.exit_code, "none.yaml:1: there is no such file" in result.output) == (2, True)


# --- diff and explain ----------------------------------------------------------------------------


def test_a_change_in_another_file_is_told_with_its_places(library: Path, tmp_path: Path) -> None:
    schemas = SCHEMAS_FILE.replace("minimum: 1", "maximum: 9, minimum: 1")
    new = write(tmp_path / "new", schemas=schemas)

    (change,) = changes(library, new)

    assert change["rule"] == "response-limit"
    assert change["position"]["file"] == f"{tmp_path}/new/schemas.yaml"
    assert (change["position"]["line"], change["old_position"]["line"]) == (7, 7)
    assert change["pointer"] == f"{tmp_path}/new/schemas.yaml#/Book/properties/pages/maximum"


def test_what_means_the_same_in_another_file_is_told_too(library: Path, tmp_path: Path) -> None:
    schemas = SCHEMAS_FILE.replace("minimum: 1", "x-shelf: 7, title: Pages, minimum: 1")
    new = write(tmp_path / "new", schemas=schemas)

    found = {change["rule"]: change["pointer"] for change in changes(library, new)}

    pages = f"{tmp_path}/new/schemas.yaml#/Book/properties/pages"
    assert found == {
        "extensions-changed": f"{pages}/x-shelf",
        "words-changed": f"{pages}/title",
    }


def test_a_contract_that_was_put_into_one_file_is_no_change(library: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.yaml"
    path = "\n".join(f"    {line}" for line in PATH_FILE.splitlines())
    schemas = "\n".join(f"    {line}" for line in SCHEMAS_FILE.splitlines())
    text = ROOT_FILE.replace("    $ref: paths/book.yaml", path)
    text = text.replace("../schemas.yaml#/Book", "'#/components/schemas/Book'")
    whole.write_text(f"{text}components:\n  schemas:\n{schemas}\n")

    assert {change["rule"] for change in changes(library, whole)} <= {"written-otherwise"}


def test_a_revision_is_read_with_the_files_of_its_time(library: Path) -> None:
    commit(library.parent)
    schemas = library.parent / "schemas.yaml"
    schemas.write_text(SCHEMAS_FILE.replace("required: [id]", "required: []"))

    (change,) = changes(f"git:HEAD:{library}", library)

    assert change["rule"] == "response-member-optional"
    assert change["old_position"]["file"].startswith("git:HEAD:")
    assert changes(f"git:HEAD:{library}", f"git:HEAD:{library}") == []


def test_the_page_shows_what_stands_in_other_files(library: Path) -> None:
    html = spec_review("explain", library).output

    assert "How long it is." in html
    assert "Show a book" in html


# --- watch ---------------------------------------------------------------------------------------


def test_a_save_of_any_file_that_was_read_concerns_the_contract(library: Path) -> None:
    watched = Watched(library, Opening())
    list(watched.lines_about(library))

    def touched(name: str) -> list[Path]:
        return watched.touched_by({(Change.modified, str(library.parent / name))})

    for name in ("library.yaml", "paths/book.yaml", "schemas.yaml"):
        assert touched(name) == [library]
    assert touched("other.yaml") == []
