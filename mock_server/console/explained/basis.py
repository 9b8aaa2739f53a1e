"""What a row of a contract rests on: a source, and the silences whose choices it follows."""

from __future__ import annotations

from typing import NamedTuple

from openapi_documents import Node, Pointer


class Basis(NamedTuple):
    """A source in the words of the contract, "" for none, and the ids of silences."""

    source: str = ""
    silences: tuple[str, ...] = ()


def basis_of(row: Node) -> Basis:
    """Return what a row rests on."""
    named = row.get("silence")
    return Basis(text_of(row, "source"), silences_in(named) if named is not None else ())


def silences_in(node: Node) -> tuple[str, ...]:
    """Return the ids of silences: one text, or a list of them."""
    named = node.value if isinstance(node.value, list) else [node.value]
    return tuple(one for one in named if isinstance(one, str))


def text_of(node: Node, name: str) -> str:
    """Return a member that is a text, "" for none."""
    found = node.get(name)
    return found.value if found is not None and isinstance(found.value, str) else ""


def way_to(place: Pointer) -> str:
    """Return where something stands in a document, for people: paths : /things : post."""
    return " : ".join(map(str, place))
