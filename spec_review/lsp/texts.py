"""Places of a document as an editor counts them: lines from 0, columns in units of UTF-16."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from lsprotocol import types

from openapi_documents import Document, DocumentError, Pointer, Position
from spec_review.lint.fixing import SCALAR
from spec_review.reading.values import elements, mapping


def path_of(uri: str) -> str:
    """The file of a URI."""
    return url2pathname(unquote(urlsplit(uri).path))


def uri_of(file: str) -> str:
    """The URI of a file."""
    return Path(file).absolute().as_uri()


def units(text: str) -> int:
    """How many units of UTF-16 a text has."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def letters(line: str, character: int) -> int:
    """How many letters of a line are as many units of UTF-16."""
    count = 0
    for number, letter in enumerate(line):
        if count >= character:
            return number
        count += units(letter)
    return len(line)


def range_of(text: str, position: Position) -> types.Range:
    """The key or scalar at a position."""
    lines = text.splitlines()
    line = lines[position.line - 1] if position.line <= len(lines) else ""
    found = SCALAR.match(line, position.column - 1)
    end = found.end() if found else min(len(line), position.column)
    return types.Range(
        types.Position(position.line - 1, units(line[: position.column - 1])),
        types.Position(position.line - 1, units(line[:end])),
    )


def place_at(document: Document, text: str, at: types.Position, file: Pointer = ()) -> Pointer:
    """The deepest place of a file that begins at or before a position."""
    lines = text.splitlines()
    line = lines[at.line] if at.line < len(lines) else ""
    wanted = (at.line + 1, letters(line, at.character) + 1)
    place = file
    while True:
        value = document.value(place)
        children = [(*place, name) for name in mapping(value)]
        children += [(*place, index) for index in range(len(elements(value)))]
        before = [
            (position.line, position.column, child)
            for child in children
            if (position := document.key_position(child)).file == name_of(document, file)
            and (position.line, position.column) <= wanted
        ]
        if not before:
            return place
        place = max(before, key=lambda one: one[:2])[2]


def name_of(document: Document, file: Pointer) -> str:
    """How positions of a file call it."""
    return document.source_of(file).name


def text_of_file(document: Document, position: Position) -> str:
    """The text of the file in which a position is."""
    for file in ((), *((one,) for one in document.files)):
        source = document.source_of(file)
        if source.name == position.file:
            return source.text
    return ""


def location_of(document: Document, place: Pointer) -> types.Location | None:
    """Where a place stands, None when its file was not read."""
    try:
        source = document.source_of(place)
    except DocumentError:
        return None
    return types.Location(uri_of(source.path), range_of(source.text, document.key_position(place)))
