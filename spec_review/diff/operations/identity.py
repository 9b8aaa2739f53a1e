"""Where an operation stands, what it is called, and whether it is still recommended."""

from __future__ import annotations

from collections.abc import Iterator

from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.endpoints import path_shape
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.operations.servers import keeps_addresses
from spec_review.diff.verdicts import EVERYONE, SAFE, UNCLEAR_READER, Verdicts


def identity_changes(pair: OperationPair, _context: Context) -> Iterator[Change]:
    """Path, operationId and deprecation."""
    old, new = pair.old, pair.new
    if new.is_webhook and old.path != new.path:
        sentence = f"the {old.path} is called {new.operation.path} now; whether partners ask for it by name decides"
        places = old.pointer[:-1], new.pointer[:-1]
        yield pair.change("operation-moved", sentence, UNCLEAR_READER, *places)
    elif path_shape(old.path) != path_shape(new.path):
        sentence = f"{new.name} moved from {old.method.upper()} {old.path} to {new.path}"
        verdicts = SAFE if keeps_addresses(pair) else EVERYONE
        sentence += "; with its server it is where it was" if verdicts == SAFE else ""
        yield pair.change("operation-moved", sentence, verdicts, old.pointer, new.pointer)
    elif old.path != new.path:
        sentence = (
            f"the path of {new.name} names its parameters otherwise: {new.path}, it was {old.path}"
        )
        places = old.pointer[:-1], new.pointer[:-1]
        yield pair.change("path-parameter-renamed", sentence, SAFE, *places)
    if old.id != new.id:
        yield pair.change(
            "operation-renamed",
            f"{old.method.upper()} {old.path}: {old.id or 'without a name'} is called"
            f" {new.id or 'nothing'} now; requests stay as they are, generated code does not",
            Verdicts(sender="unclear", reader="unclear") if old.id else SAFE,
            *pair.at("operationId"),
        )
    if bool(old.value.get("deprecated")) != bool(new.value.get("deprecated")):
        verb = "is deprecated now" if new.value.get("deprecated") else "is no longer deprecated"
        places = pair.at("deprecated")
        yield pair.change("operation-deprecated", f"{new.title} {verb}", SAFE, *places)
