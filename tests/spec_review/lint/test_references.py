"""Whatever refers to something is told truly: where it leads nowhere, and where nobody may follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from openapi_documents import load
from spec_review.lint.rules import check

CONTRACT = """\
openapi: 3.1.1
info: {title: Pets, version: "1", description: Shows pets.}
security: []
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      responses:
        "200":
          description: The pets.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Pet"}
              examples:
                cat: {externalValue: examples/cat.json}
          links:
            again: {operationRef: "#/paths/~1pets/get"}
components:
  schemas:
    Pet:
      type: object
      description: A pet.
      required: [kind]
      properties:
        kind: {type: string, description: Its kind.}
      discriminator: {propertyName: kind, mapping: {cat: Cat, dog: dog.yaml}}
    Cat: {type: object, description: A cat., properties: {lives: {type: integer, description: How many.}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A contract with every way to refer to something, in a folder within the one of the test."""
    pets = tmp_path / "pets"
    (pets / "examples").mkdir(parents=True)
    (pets / "pets.yaml").write_text(CONTRACT)
    (pets / "dog.yaml").write_text("type: object\ndescription: A dog.\n")
    (pets / "examples" / "cat.json").write_text('{"kind": "cat"}')
    (tmp_path / "outside.yaml").write_text("type: object\ndescription: A fish.\n")
    return pets


def found(folder: Path) -> list[tuple[str, int, int]]:
    findings = check(load(folder / "pets.yaml"))
    return [(finding.rule, finding.line, finding.column) for finding in findings]


def test_nothing_is_said_where_all_of_it_leads_somewhere(folder: Path) -> None:
    assert found(folder) == []


@pytest.mark.parametrize(
    ("text", "changed", "rule"),
    [
        ("examples/cat.json", "examples/cow.json", "dangling-reference"),
        ("examples/cat.json", "../../cow.json", "unfollowed-reference"),
        ('"#/paths/~1pets/get"', '"#/paths/~1pet/get"', "dangling-reference"),
        ("dog.yaml", "wolf.yaml", "dangling-reference"),
        ("dog.yaml", "../outside.yaml", "unfollowed-reference"),
        ("{cat: Cat", "{cat: Cats", "dangling-reference"),
        ('"#/components/schemas/Pet"', '"#/components/schemas/Pets"', "dangling-reference"),
        ('"#/components/schemas/Pet"', "../outside.yaml", "unfollowed-reference"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_where_it_stands(
    folder: Path, text: str, changed: str, rule: str
) -> None:
    path = folder / "pets.yaml"
    path.write_text(CONTRACT.replace(text, changed, 1))
    word = changed.rsplit(": ", maxsplit=1)[-1]
    line = next(line for line in path.read_text().splitlines() if changed in line)

    (finding,) = found(folder)

    assert finding == (rule, path.read_text().splitlines().index(line) + 1, line.index(word) + 1)


@pytest.mark.parametrize("text", ["examples/cat.json", '"#/components/schemas/Pet"', "dog.yaml"])
def test_nothing_is_said_of_what_stands_in_the_network(folder: Path, text: str) -> None:
    path = folder / "pets.yaml"
    path.write_text(CONTRACT.replace(text, '"https://pets.example/x.json"', 1))

    assert found(folder) == []


def test_an_example_in_a_file_of_its_own_must_fit_its_schema(folder: Path) -> None:
    (folder / "examples" / "cat.json").write_text('{"kind": 7}')
    line = (
        CONTRACT.splitlines().index("                cat: {externalValue: examples/cat.json}") + 1
    )

    assert found(folder) == [("example-schema", line, 38)]


@pytest.mark.parametrize(
    "content", ["no JSON", "", "[" * 100_000, "\ud800".encode("utf-8", "surrogatepass")]
)
def test_nothing_is_said_of_an_example_that_is_no_json(folder: Path, content: str | bytes) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    (folder / "examples" / "cat.json").write_bytes(raw)

    assert found(folder) == []


def test_a_broken_file_is_told_with_its_own_line(folder: Path) -> None:
    (folder / "dog.yaml").write_text("type: object\ndescription: [\n")

    (finding,) = check(load(folder / "pets.yaml"))

    assert finding.rule == "dangling-reference"
    assert "dog.yaml:3" in finding.sentence


def test_a_reference_in_place_of_an_operation_is_followed_and_told(folder: Path) -> None:
    path = folder / "pets.yaml"
    path.write_text(
        CONTRACT.replace(
            "components:", "  /dogs:\n    get: {$ref: '#/paths/~1pets/get'}\ncomponents:"
        )
    )

    assert ("misplaced-reference", 20, 11) in found(folder)
    assert all(
        rule in ("misplaced-reference", "duplicate-operation-id") for rule, *_ in found(folder)
    )
