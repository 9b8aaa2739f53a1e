"""References lead below the document's folder, whatever the files are called, and no further."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from openapi_documents import (
    DanglingReferenceError,
    DocumentError,
    ForbiddenReferenceError,
    LimitError,
    load,
    parse,
    text_of,
)
from openapi_documents.limits import LARGEST_TEXT


def written(folder: Path, **files: str) -> Path:
    """Write files, `api` among them, whose name is returned; all of them end in .yaml."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder / "api.yaml"


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("sp ace.yaml", "sp ace.yaml"),
        ("sp ace.yaml", "sp%20ace.yaml"),
        ("a#b.yaml", "a%23b.yaml"),
        ("100%.yaml", "100%25.yaml"),
        ("100%.yaml", "100%.yaml"),
        ("é💩.yaml", "é💩.yaml"),
        ("é.yaml", "%C3%A9.yaml"),
        ("what?.yaml", "what%3F.yaml"),
        ("semi;colon&more=1.yaml", "semi;colon&more=1.yaml"),
        ("-rf.yaml", "-rf.yaml"),
        ("no ending", "no%20ending"),
        ("...yaml", "...yaml"),
        ("a:b.yaml", "./a:b.yaml"),
    ],
)
def test_a_file_is_found_whatever_it_is_called(tmp_path: Path, name: str, reference: str) -> None:
    (tmp_path / name).write_text("x: 1")
    document = load(written(tmp_path, api=f"openapi: 3.1.1\na: {{$ref: '{reference}#/x'}}"))

    assert document.resolved(("a",)) == 1


def test_bytes_that_are_no_text_may_stand_in_a_name_and_are_shown_escaped(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/\xff"
    os.mkdir(folder)
    Path(os.fsdecode(folder + b"/\xfe.yaml")).write_text("x: 1")
    root = written(Path(os.fsdecode(folder)), api="openapi: 3.1.1\na: {$ref: '%FE.yaml#/x'}")

    document = load(root)

    assert document.resolved(("a",)) == 1
    assert str(document.files[0]).encode().endswith(b"\\udcff/\\udcfe.yaml")
    assert str(document.position(document.follow(("a",)))).isprintable()


def test_a_folder_with_signs_of_uris_is_a_folder(tmp_path: Path) -> None:
    odd = tmp_path / "50% #1 ?x=é"
    odd.mkdir()
    document = load(written(odd, api="openapi: 3.1.1\na: {$ref: 'b.yaml#/x'}", b="x: 1"))

    place = document.follow(("a",))

    assert document.value(place) == 1
    assert text_of(place) == f"{tmp_path}/50%25 %231 ?x=é/b.yaml#/x"


@pytest.mark.parametrize(
    "reference", ["../b.yaml", "%2E%2E/b.yaml", "x%2F..%2F..%2Fb.yaml", "link.yaml"]
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, reference: str) -> None:
    (tmp_path / "b.yaml").write_text("secret: 1")
    inside = tmp_path / "inside"
    (inside / "x").mkdir(parents=True)
    (inside / "link.yaml").symlink_to(tmp_path / "b.yaml")
    path = written(inside, api=f"openapi: 3.1.1\na: {{$ref: '{reference}'}}")

    with pytest.raises(ForbiddenReferenceError, match=r"out of the folder.*--allow-refs DIR"):
        load(path).follow(("a",))
    assert load(path, allow_refs=[tmp_path]).resolved(("a", "secret")) == 1


def test_links_within_the_folder_are_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    written(real, api="openapi: 3.1.1\na: {$ref: 'again.yaml#/b'}\nb: 1")
    (real / "again.yaml").symlink_to("api.yaml")
    (tmp_path / "linked").symlink_to(real, target_is_directory=True)

    assert load(tmp_path / "linked" / "api.yaml").resolved(("a",)) == 1


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("usr.yaml", "there is no such file. Did you mean user.yaml?"),
        ("folder", "this is a folder, a file is expected"),
        ("pipe", "this is no ordinary file, a file is expected"),
        ("%00.yaml", "leads nowhere"),
        (f"{'a' * 5000}.yaml", "leads nowhere"),
        ("sub\\user.yaml", "A reference is a URI: it has / where a path of Windows has \\"),
        ("C:/api/user.yaml", "it begins with a drive"),
        ("user.yaml/x.yaml", "leads nowhere"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, reference: str, sentence: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    document = load(written(tmp_path, api=f"openapi: 3.1.1\na: {{$ref: '{reference}'}}", user="{}"))

    with pytest.raises(DanglingReferenceError) as caught:
        document.follow(("a",))

    assert sentence in caught.value.reason + ". " + caught.value.mend


def test_a_document_that_is_not_there_is_told_with_what_was_meant(tmp_path: Path) -> None:
    written(tmp_path, api="openapi: 3.1.1")

    with pytest.raises(
        DocumentError, match=r"opi\.yaml:1: there is no such file\. Did you mean api"
    ):
        load(tmp_path / "opi.yaml")
    with pytest.raises(DocumentError, match="this is a folder, a file is expected"):
        load(tmp_path)
    with pytest.raises(DocumentError, match="the file cannot be read"):
        load("a\0b")


def test_a_file_that_never_ends_is_too_large() -> None:
    with pytest.raises(LimitError, match="the file is larger than 64 MiB"):
        load("/dev/zero")
    with pytest.raises(LimitError, match="the file is larger than 64 MiB"):
        parse("a" * (LARGEST_TEXT + 1), "api.yaml")


def test_files_are_named_as_the_user_named_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    written(tmp_path / "sub", api="openapi: 3.1.1\na: {$ref: './b.yaml'}", b="x: 1")
    monkeypatch.chdir(tmp_path / "sub")

    for name, shown in (("api.yaml", "b.yaml"), ("../sub/api.yaml", "../sub/b.yaml")):
        document = load(name)
        document.follow(("a",))
        assert [str(file) for file in document.files] == [shown]


def test_a_text_that_stands_nowhere_has_its_files_where_it_is_said_to_stand(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("x: 1")
    text = "openapi: 3.1.1\na: {$ref: 'b.yaml#/x'}"

    document = parse(text, "what the user sent", path=tmp_path / "nowhere.yaml")

    assert document.resolved(("a",)) == 1
    assert str(document.error(("a",), "odd")) == "what the user sent:2: odd"
    with pytest.raises(DanglingReferenceError):
        parse(text, "https://example.com/api.yaml").follow(("a",))
