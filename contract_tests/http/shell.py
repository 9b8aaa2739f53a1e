"""Bytes as words of a POSIX shell, for lines that people copy and paste."""

from __future__ import annotations

from collections.abc import Mapping

NOTHING: Mapping[str, str] = {}


def quoted(body: bytes, marks: Mapping[str, str] = NOTHING) -> str:
    """Return a word of the shell that stands for these bytes, whatever they are.

    `marks` are texts by the names of the variables that are written in their place.
    """
    try:
        text = body.decode("utf-8")
        plain = text.isprintable()
    except UnicodeDecodeError:
        text, plain = "", False
    if plain:
        word = "'" + text.replace("'", "'\"'\"'") + "'"
        return marked(word, marks, "'\"$%s\"'")
    # A hexadecimal escape would swallow the digits that follow it; three octal digits end.
    written = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\{byte:03o}" for byte in body
    )
    return "$'" + marked(written, marks, "'\"$%s\"$'") + "'"


def marked(text: str, marks: Mapping[str, str], written: str) -> str:
    """Return a text in which each mark is written as its variable."""
    for name, mark in marks.items():
        text = text.replace(mark, written % name) if mark else text
    return text
