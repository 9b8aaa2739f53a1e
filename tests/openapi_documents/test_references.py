"""References lead through files below the document's folder, by pointer, anchor and `$id`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from openapi_documents import (
    MISSING,
    BrokenFileError,
    CircularReferenceError,
    DanglingReferenceError,
    Document,
    ForbiddenReferenceError,
    NetworkReferenceError,
    UnresolvedError,
    load,
    parse,
)


def folder(tmp_path: Path, **files: str) -> Path:
    """Write files; `a__b` is spelled a/b, and all of them end in .yaml."""
    for name, text in files.items():
        path = tmp_path / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "api.yaml"


def leads(document: Document, reference: str) -> object:
    return document.value(document.follow(document.target(("openapi",), reference)))


def test_a_pointer_is_read_by_rfc_6901_and_percent_encoding() -> None:
    document = parse(
        "openapi: 3.1.1\npaths: {'/a/{id}': {get: 1}}\nx: {'a b': 2, 'm~n': 3, '50%': 4}",
        "api.yaml",
    )

    assert leads(document, "#/paths/~1a~1{id}/get") == 1
    assert leads(document, "#/paths/~1a~1%7Bid%7D/get") == 1
    assert leads(document, "#/x/a%20b") == 2
    assert leads(document, "#/x/m~0n") == 3
    assert leads(document, "#/x/50%") == 4


def test_files_are_found_from_the_file_that_names_them(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        api="openapi: 3.0.3\npaths: {/a: {$ref: 'paths/a.yaml#/one'}}",
        paths__a="one: {get: {$ref: '../more/get%20it.yaml#/x~1y'}}",
        **{"more__get it": "x/y: {summary: here, back: {$ref: '../api.yaml#/openapi'}}"},
    )
    document = load(path)

    assert document.resolved(("paths", "/a", "get", "summary")) == "here"
    assert document.resolved(("paths", "/a", "get", "back")) == "3.0.3"
    assert [Path(str(file)).name for file in document.files] == ["a.yaml", "get it.yaml"]


def test_a_reference_to_the_root_file_by_name_is_the_root(tmp_path: Path) -> None:
    document = load(folder(tmp_path, api="openapi: 3.1.1\na: {$ref: './api.yaml#/b'}\nb: 1"))

    assert document.follow(("a",)) == ("b",)
    assert document.files == ()


def test_circles_through_files_are_read_and_a_bare_circle_is_told(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        api="openapi: 3.1.1\na: {$ref: 'user.yaml'}\nloop: {$ref: 'loop.yaml#/x'}",
        user="group: {$ref: 'group.yaml'}",
        group="owner: {$ref: 'user.yaml'}\nname: g",
        loop="x: {$ref: 'api.yaml#/loop'}",
    )
    document = load(path)

    assert document.resolved(("a", "group", "owner", "group", "name")) == "g"
    with pytest.raises(CircularReferenceError, match="leads back to itself"):
        document.follow(("loop",))


def test_anchors_and_ids_lead_to_schemas() -> None:
    document = parse(
        """
openapi: 3.1.1
components:
  schemas:
    A: {$anchor: here, type: string}
    B:
      $id: https://example.com/schemas/b
      properties: {x: {$ref: '#/$defs/inner'}, y: {$ref: c}, z: {$ref: '#own'}}
      $defs: {inner: {type: integer}, c: {$id: c, type: boolean}, o: {$anchor: own, type: number}}
    D: {$ref: '#here'}
    E: {$ref: 'https://example.com/schemas/c'}
""",
        "api.yaml",
    )
    schemas = ("components", "schemas")

    def kind(*pointer: str) -> object:
        return document.resolved((*schemas, *pointer, "type"))

    assert kind("D") == "string"
    assert kind("E") == "boolean"
    assert kind("B", "properties", "x") == "integer"
    assert kind("B", "properties", "y") == "boolean"
    assert kind("B", "properties", "z") == "number"


def test_ids_mean_nothing_in_openapi_3_0() -> None:
    document = parse(
        "openapi: 3.0.3\ncomponents: {schemas: {A: {$id: 'https://a.b/c', items: {$ref: '#/x'}}}}\nx: 1",
        "api.yaml",
    )

    assert document.resolved(("components", "schemas", "A", "items")) == 1


def test_self_names_the_document_and_its_neighbours(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        api="openapi: 3.2.0\n$self: https://example.com/api/openapi\n"
        "a: {$ref: 'more.yaml#/x'}\nb: {$ref: 'https://example.com/api/more.yaml#/x'}\n"
        "c: {$ref: 'https://example.com/api/openapi#/d'}\nd: 2",
        more="x: 1",
    )
    document = load(path)

    assert [document.resolved((name,)) for name in "abc"] == [1, 1, 2]


@pytest.mark.parametrize(
    "reference",
    [
        "http://127.0.0.1:9/a.yaml", "https://example.com/a.yaml#/x", "//127.0.0.1:9/x", "ftp://a/b",
        "file://server/share/a.yaml", "urn:x", "data:application/json,{}",
    ],
)  # fmt: skip
def test_nothing_is_fetched(reference: str) -> None:
    document = parse("openapi: 3.1.1", "api.yaml")

    with pytest.raises(ForbiddenReferenceError, match="nothing is fetched"):
        document.target(("openapi",), reference)


def test_a_file_outside_the_folder_is_read_only_where_it_is_allowed(tmp_path: Path) -> None:
    folder(tmp_path, outside__b="x: 1")
    path = folder(tmp_path / "inside", api="openapi: 3.1.1\na: {$ref: '../outside/b.yaml#/x'}")
    (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "outside" / "b.yaml")

    for reference in ("../outside/b.yaml", f"{tmp_path}/outside/b.yaml", "link.yaml"):
        with pytest.raises(ForbiddenReferenceError, match="out of the folder"):
            load(path).target(("a",), reference)
    assert load(path, allow_refs=[tmp_path / "outside"]).resolved(("a",)) == 1


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("#/no", "nothing stands there"),
        ("#no", "there is no anchor no"),
        ("no.yaml", "there is no such file"),
        ("#/%ff", "nothing stands there"),
        ("http://[", "this is no URI"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_where_it_stands(reference: str, why: str) -> None:
    document = parse(f"openapi: 3.1.1\na:\n  $ref: '{reference}'\n", "api.yaml")

    with pytest.raises(UnresolvedError, match=why) as caught:
        document.follow(("a",))

    assert str(caught.value).startswith("api.yaml:3: ")
    assert caught.value.pointer == ("a",)


def test_a_reference_into_itself_is_told_and_not_followed_for_ever() -> None:
    document = parse("openapi: 3.1.1\na: {$ref: '#/a/b'}", "api.yaml")

    with pytest.raises(UnresolvedError):
        document.follow(("a",))


def test_a_long_chain_is_followed_to_its_end() -> None:
    links = "".join(f"c{n}: {{$ref: '#/c{n + 1}'}}\n" for n in range(3000))

    document = parse(f"openapi: 3.1.1\n{links}c3000: end\n", "api.yaml")

    assert document.resolved(("c0",)) == "end"


def test_a_broken_file_is_told_with_its_own_line(tmp_path: Path) -> None:
    path = folder(tmp_path, api="openapi: 3.1.1\na: {$ref: b.yaml}", b="x: 1\nx: 2")

    with pytest.raises(BrokenFileError, match=r"b\.yaml:2: the key x stands here a second time"):
        load(path).follow(("a",))
    assert load(path).resolved(("a",)) is MISSING


def test_a_pointer_may_lead_through_another_reference() -> None:
    document = parse(
        "openapi: 3.1.1\na: {$ref: '#/b'}\nb: {c: 1}\nd: {$ref: '#/a/c'}\ne: {$ref: '#/a/x'}",
        "api.yaml",
    )

    assert document.resolved(("d",)) == 1
    with pytest.raises(DanglingReferenceError):
        document.follow(("e",))


def test_a_reference_to_the_network_is_told_apart_from_one_out_of_the_folder(
    tmp_path: Path,
) -> None:
    text = "openapi: 3.1.1\na: {$ref: 'https://example.org/b.yaml'}\nc: {$ref: '../../d.yaml'}"
    document = load(folder(tmp_path, api=text))

    with pytest.raises(NetworkReferenceError):
        document.follow(("a",))
    with pytest.raises(ForbiddenReferenceError) as caught:
        document.follow(("c",))
    assert not isinstance(caught.value, NetworkReferenceError)


def test_a_revision_of_a_file_is_found_by_its_absolute_path_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder(tmp_path, api="openapi: 3.1.1\na: {$ref: b.yaml}", b="x: 1")
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "First"]):
        names = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *names, *words], cwd=tmp_path, check=True)
    path.with_name("b.yaml").write_text("x: 2")
    monkeypatch.chdir("/")

    assert load(f"git:HEAD:{path}").resolved(("a",)) == {"x": 1}


def test_a_chain_of_ways_through_other_references_needs_no_stack() -> None:
    links = "".join(f"c{n}: {{$ref: '#/c{n + 1}/x'}}\n" for n in range(2000))
    whole = parse("openapi: 3.1.1\na0: {$ref: '#/b'}\nb: {x: {$ref: '#/c'}}\nc: {y: 1}", "a.yaml")
    lost = parse(f"openapi: 3.1.1\n{links}c2000: {{y: 1}}\n", "api.yaml")

    assert whole.follow(("a0", "x", "y")) == ("c", "y")
    with pytest.raises(DanglingReferenceError, match="#/c2000/x leads nowhere"):
        lost.follow(("c0",))


def test_every_place_on_a_chain_is_followed_only_once() -> None:
    links = "".join(f"c{n}: {{$ref: '#/c{n + 1}'}}\n" for n in range(4000))
    document = parse(f"openapi: 3.1.1\n{links}c4000: end\n", "api.yaml")

    assert {document.follow((f"c{n}",)) for n in range(4000)} == {("c4000",)}


def test_files_stand_to_each_other_as_their_names_do(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        apis__api="openapi: 3.2.0\n$self: https://example.com/apis/v1/openapi\n"
        "a: {$ref: '../parts/a.yaml'}\nb: {$ref: 'https://example.com/parts/a.yaml'}\n",
        parts__a="$id: https://example.com/else/a\nx: {$ref: 'b.json'}\ny: {$ref: 'c.json'}",
    )
    (tmp_path / "parts" / "b.json").write_text("7")
    document = load(tmp_path / "apis" / "api.yaml", allow_refs=[path.parent])

    assert document.resolved(("a", "x")) == 7
    with pytest.raises(
        NetworkReferenceError
    ):  # no file has that name: what is meant is the network
        document.follow(("a", "y"))
    with pytest.raises(NetworkReferenceError):
        document.follow(("b",))


def test_a_self_that_is_no_web_address_leaves_files_where_they_are(tmp_path: Path) -> None:
    for own in ("urn:example:api", "/api/openapi", "'http://['", "3"):
        path = folder(
            tmp_path, api=f"openapi: 3.2.0\n$self: {own}\na: {{$ref: b.yaml#/x}}", b="x: 1"
        )

        assert load(path).resolved(("a",)) == 1


def test_ids_and_anchors_count_where_a_schema_stands_and_nowhere_else() -> None:
    document = parse(
        """
openapi: 3.1.1
x-shared: {S: {$anchor: shared, type: string}, T: {example: {$anchor: no}}}
components:
  examples: {E: {value: {$anchor: no, $id: 'https://example.com/no'}}}
  headers: {H: {example: {$anchor: no}, examples: {F: {dataValue: {$anchor: no}}}}}
  links: {L: {parameters: {p: {$anchor: no}}}}
  schemas:
    A:
      default: {$anchor: no}
      enum: [{$anchor: no}]
      x-more: {$anchor: no}
      properties: {value: {$anchor: value}, default: {$anchor: default}}
    B: {$id: '#b', $anchor: b}
    C: {$id: 'http://[', $anchor: c}
""",
        "api.yaml",
    )

    def leads_to(reference: str) -> object:
        return document.target(("openapi",), reference)[-1]

    assert [leads_to(f"#{name}") for name in ("shared", "value", "default", "b", "c")] == [
        "S", "value", "default", "B", "C",
    ]  # fmt: skip
    for reference in ("#no", "https://example.com/no"):
        with pytest.raises(UnresolvedError):
            leads_to(reference)


@pytest.mark.parametrize(
    ("reference", "mend"),
    [
        ("#/components/schemas/Pett", "Did you mean Pet?"),
        ("#/component/schemas/Pet", "Did you mean components?"),
        ("#anchr", "Did you mean anchor?"),
        ("#components/schemas/Pet", "A pointer begins with /, as in #/components"),
        ("#/components/schemas/Elephant", ""),
    ],
)
def test_a_reference_that_leads_nowhere_is_told_with_what_was_meant(
    reference: str, mend: str
) -> None:
    document = parse("openapi: 3.1.1\ncomponents: {schemas: {Pet: {$anchor: anchor}}}", "api.yaml")

    with pytest.raises(DanglingReferenceError) as caught:
        document.target(("openapi",), reference)

    assert caught.value.mend == mend


def test_a_broken_file_is_read_once_and_told_each_time(tmp_path: Path) -> None:
    path = folder(tmp_path, api="openapi: 3.1.1\na: {$ref: b.yaml}", b="[")
    document = load(path)
    for _ in range(2):
        with pytest.raises(BrokenFileError):
            document.follow(("a",))
        (tmp_path / "b.yaml").write_text("mended: yes")


def test_what_stands_beside_a_reference_is_found_before_what_stands_behind_it() -> None:
    document = parse("openapi: 3.1.1\na: {$ref: '#/b', x: 1}\nb: {x: 2, y: 3}", "api.yaml")

    assert document.follow(("a", "x")) == ("a", "x")
    assert document.follow(("a", "y")) == ("b", "y")
    assert document.value(document.target((), "#/a/x")) == 1


def test_a_near_name_is_looked_for_only_so_often() -> None:
    links = "".join(f"a{number}: {{$ref: '#/components/schemas/Petx'}}\n" for number in range(200))
    document = parse(f"openapi: 3.1.1\ncomponents: {{schemas: {{Pet: {{}}}}}}\n{links}", "api.yaml")

    def mend(number: int) -> str:
        with pytest.raises(DanglingReferenceError) as caught:
            document.follow((f"a{number}",))
        return caught.value.mend

    assert [bool(mend(number)) for number in range(200)] == [True] * 100 + [False] * 100


def test_what_other_files_have_is_noted_when_they_were_read(tmp_path: Path) -> None:
    document = load(folder(tmp_path, api="openapi: 3.1.1\na: {$ref: b.yaml}", b="x: &x 1\ny: *x"))
    assert not document.notes

    document.follow(("a",))

    assert [(note.kind, Path(note.position.file).name) for note in document.notes] == [
        ("anchor", "b.yaml")
    ]
