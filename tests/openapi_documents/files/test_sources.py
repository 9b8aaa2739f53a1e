"""What a user may name as a document: a file, a pipe, standard input; and bytes of any encoding."""

from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path

import pytest

from openapi_documents import DocumentError, load, parse

TEXT = "openapi: 3.1.1\na: {$ref: 'b.yaml#/x'}\nname: é\n"


class Stream(io.TextIOWrapper):
    """Standard input with bytes to read."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(io.BytesIO(raw))


def test_standard_input_refers_to_files_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "b.yaml").write_text("x: 1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", Stream(TEXT.encode()))

    document = load("-")

    assert (document.name, document.resolved(("a",))) == ("standard input", 1)
    assert str(document.position(("name",))) == "standard input:3:7"


def test_no_standard_input_is_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    with pytest.raises(DocumentError, match="standard input:1: the file is empty"):
        load("-")


def test_standard_input_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(tmp_path / "out", "w", buffering=1) as closed:
        monkeypatch.setattr(sys, "stdin", closed)
        with pytest.raises(DocumentError, match="standard input:1: it cannot be read"):
            load("-")


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(TEXT,))
    writer.start()

    assert load(pipe).value(("name",)) == "é"
    writer.join()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_bytes_say_their_encoding(encoding: str) -> None:
    assert parse(TEXT.encode(encoding), "api.yaml").value(("name",)) == "é"


@pytest.mark.parametrize(
    ("raw", "at", "reason"),
    [
        (b"a: 1\nb: x\xff\n", (2, 5), "this is no UTF-8 text"),
        (b"\xff\xfea", (1, 1), "this is no UTF-16 text"),
        ("a: 1\nb: \ud800\n", (2, 4), "half a surrogate pair"),
    ],
)
def test_what_is_no_text_is_told_with_its_place(
    raw: bytes | str, at: tuple[int, int], reason: str
) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        parse(raw, "api.yaml")

    assert (caught.value.position.line, caught.value.position.column) == at


def test_a_text_may_begin_with_the_mark_of_its_encoding() -> None:
    assert parse("\ufeff" + TEXT, "api.yaml").value(("openapi",)) == "3.1.1"


def test_a_name_that_would_steer_a_terminal_is_shown_escaped() -> None:
    assert parse(TEXT, "a\n\x1b[31m.yaml").name == "a\\n\\x1b[31m.yaml"
