"""Files are read when a reference first leads there, each once, and never without end."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from openapi_documents import Document, LimitError, NetworkReferenceError, text_of
from openapi_documents.files.source import Source
from openapi_documents.limits import LARGEST_TEXT
from openapi_documents.texts import values


@dataclass
class Shelf:
    """As many files as somebody asks for; it remembers which."""

    text: str = "x: 1"
    asked: list[str] = field(default_factory=list)

    def read(self, path: str, name: str) -> bytes:
        self.asked.append(path)
        return self.text.encode()

    def shown(self, path: str) -> str:
        return path.removeprefix("/folder/")


def document(text: str, shelf: Shelf) -> Document:
    value, notes = values.read(text, "api.yaml")
    return Document(Source(None, "api.yaml", "/folder/api.yaml", text, value, notes), shelf)


def test_nothing_is_read_before_it_is_asked_for_and_then_once() -> None:
    shelf = Shelf()
    one = document("openapi: 3.1.1\na: {$ref: b.yaml#/x}\nc: {$ref: './d/../b.yaml'}", shelf)
    assert shelf.asked == []

    assert one.resolved(("a",)) == 1
    assert text_of(one.follow(("c",))) == "b.yaml#"
    assert shelf.asked == ["/folder/b.yaml"]


def test_more_files_than_anybody_has_are_refused() -> None:
    links = ", ".join(f"{{$ref: {number}.yaml}}" for number in range(20_002))
    one = document(f"openapi: 3.1.1\na: [{links}]", Shelf())

    for number in range(20_000):
        one.follow(("a", number))
    with pytest.raises(
        LimitError, match=r"api\.yaml:2: the document refers to more than 20,000 files"
    ):
        one.follow(("a", 20_001))


def test_a_chain_of_references_longer_than_anybody_writes_is_refused() -> None:
    links = "".join(f"c{number}: {{$ref: '#/c{number + 1}'}}\n" for number in range(6000))
    one = document(f"openapi: 3.1.1\n{links}c6000: end\n", Shelf())

    with pytest.raises(LimitError, match="more than 5,000 references follow here"):
        one.follow(("c0",))


def test_files_that_refer_to_further_ones_without_end_are_refused() -> None:
    class Growing(Shelf):
        def read(self, path: str, name: str) -> bytes:
            number = int(path.rpartition("/")[2].partition(".")[0])
            return f"$ref: {number + 1}.yaml".encode()

    with pytest.raises(LimitError, match="more than 5,000 references follow here"):
        document("openapi: 3.1.1\na: {$ref: 0.yaml}", Growing()).follow(("a",))


def test_a_file_that_is_too_large_is_told_by_its_name() -> None:
    one = document("openapi: 3.1.1\na: {$ref: b.yaml}", Shelf("x" * (LARGEST_TEXT + 1)))

    with pytest.raises(LimitError, match=r"b\.yaml:1: the file is larger than 64 MiB"):
        one.follow(("a",))


def test_a_file_with_more_levels_than_a_document_may_have_is_told_by_its_name() -> None:
    one = document("openapi: 3.1.1\na: {$ref: b.yaml}", Shelf("[" * 300 + "]" * 300))

    with pytest.raises(LimitError, match=r"b\.yaml:1: this is nested deeper than 200 levels"):
        one.follow(("a",))


@pytest.mark.parametrize("reference", ["https://example.com/a.yaml", "//example.com/a.yaml"])
def test_the_shelf_is_never_asked_for_what_stands_in_the_network(reference: str) -> None:
    shelf = Shelf()
    one = document(f"openapi: 3.1.1\na: {{$ref: '{reference}'}}", shelf)

    with pytest.raises(NetworkReferenceError):
        one.follow(("a",))
    assert shelf.asked == []
