"""Where the sources of a contract are silent: the question, what the contract chose, on what basis, and what rests on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mock_server.console.explained.basis import silences_in, text_of, way_to
from mock_server.contracts.contract import Contract
from openapi_documents import Document
from openapi_documents.vocabulary import Vocabulary, words

_MOST_USES = 8
"""How many places that rest on one silence are listed."""


@dataclass(frozen=True)
class Silence:
    """A silence. `uses` are the places of what names it with `x-silence`, `more` how many there are besides."""

    id: str
    question: str
    choice: str
    instead_of: tuple[str, ...]
    basis: str
    uses: tuple[str, ...]
    more: int


def silences_of(contract: Contract) -> tuple[Silence, ...]:
    """Return the silences of a contract, in their order."""
    vocabulary = Vocabulary(contract.document)
    declared = vocabulary.word(contract.document.root, "x-silences")
    if declared is None:
        return ()
    uses = _uses(contract.document, vocabulary)
    found = []
    for one in declared.elements():
        name, alternatives = one["id"].text(), one.get("alternatives")
        mine = uses.get(name, ())
        found.append(
            Silence(
                name,
                one["question"].text(),
                text_of(one, "choice"),
                tuple(alternatives.value) if alternatives is not None else (),
                text_of(one, "basis"),
                tuple(mine[:_MOST_USES]),
                max(0, len(mine) - _MOST_USES),
            )
        )
    return tuple(found)


def _uses(document: Document, vocabulary: Vocabulary) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind in words()["x-silence"]:
        for place in document.objects(kind):
            named = vocabulary.word(document.node(place), "x-silence")
            for name in silences_in(named) if named is not None else ():
                found[name].append(way_to(place))
    return found
