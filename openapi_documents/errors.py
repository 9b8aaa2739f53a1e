"""What can be wrong with a document, and where: each error is one sentence with file and line."""

from __future__ import annotations

from dataclasses import dataclass

from openapi_documents.pointers import Pointer


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class DocumentError(Exception):
    """A document that cannot be used: where, why, and how to mend it."""

    def __init__(self, position: Position, reason: str, mend: str = "") -> None:
        """Take the place, what is wrong there (a sentence without its full stop) and the mend."""
        super().__init__(position, reason, mend)
        self.position = position
        self.reason = reason
        self.mend = mend

    def __str__(self) -> str:
        mend = f". {self.mend}" if self.mend else ""
        return shown(f"{self.position.file}:{self.position.line}: {self.reason}{mend}")


def shown(text: str) -> str:
    """Return a text with its control characters escaped: no document may steer a terminal."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


class LimitError(DocumentError):
    """A document that is larger or deeper than anybody needs, or that has no end."""


class UnresolvedError(DocumentError):
    """A reference that leads nowhere. `pointer` is the place of the object that holds it."""

    def __init__(
        self, position: Position, pointer: Pointer, target: str, reason: str, mend: str = ""
    ) -> None:
        """Take where it stands, and what it names (`target`, as it is written)."""
        super().__init__(position, reason, mend)
        self.pointer = pointer
        self.target = target


class DanglingReferenceError(UnresolvedError):
    """Nothing stands where the reference leads."""


class CircularReferenceError(UnresolvedError):
    """The reference leads back to itself with nothing in between."""


class BrokenFileError(UnresolvedError):
    """The reference leads to a file that is no YAML; the position is that of the fault in it."""


class ForbiddenReferenceError(UnresolvedError):
    """The reference leads to the network, or out of the folder of the document."""


class NetworkReferenceError(ForbiddenReferenceError):
    """The reference leads to the network, from where nothing is ever fetched."""
