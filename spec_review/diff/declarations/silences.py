"""Silences that are new, gone, or decided otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spec_review.diff.changes import Change
from spec_review.diff.declarations.changes import declared_change
from spec_review.diff.verdicts import SAFE, UNCLEAR, UNCLEAR_READER
from spec_review.reading.contract import Contract
from spec_review.reading.vocabulary import Silence


def silence_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """The silences of both contracts, by their ids."""
    for change in declared_changes(old, new):
        yield replace(change, area="silences")


def declared_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """The changes of all silences."""
    before, after = silences_by_id(old), silences_by_id(new)
    for name, silence in before.items():
        if name in after:
            yield from changes_of_silence(name, silence, after[name])
        else:
            sentence = f"the silence {name} is gone: {silence.question}"
            yield declared_change(
                "silence-removed", sentence, SAFE, silence.pointer, ("x-silences",),
                facet="silence", is_removed=True,
            )  # fmt: skip
    for name, silence in after.items():
        if name not in before:
            sentence = f"the silence {name} is new: {silence.question} {silence.choice}"
            places = ("x-silences",), silence.pointer
            yield declared_change("silence-added", sentence, SAFE, *places, facet="silence")


def changes_of_silence(name: str, old: Silence, new: Silence) -> Iterator[Change]:
    """One silence that both contracts have: decided otherwise, open otherwise, or worded otherwise."""
    if old.choice != new.choice:
        sentence = (
            f"the silence {name} ({new.question}) is decided otherwise:"
            f" {new.choice} It was: {old.choice}"
        )
        places = (*old.pointer, "choice"), (*new.pointer, "choice")
        yield declared_change(
            "silence-decided-otherwise", sentence, UNCLEAR, *places, facet="silence"
        )
        return
    words = changed_alternatives(old, new)
    if words:
        sentence = f"the silence {name} leaves other servers another choice ({', '.join(words)})"
        places = (*old.pointer, words[0]), (*new.pointer, words[0])
        yield declared_change("silence-alternatives", sentence, UNCLEAR_READER, *places)
    elif (old.question, old.basis) != (new.question, new.basis):
        sentence = f"the silence {name} is worded otherwise"
        yield declared_change("silence-words", sentence, SAFE, old.pointer, new.pointer)


def changed_alternatives(old: Silence, new: Silence) -> list[str]:
    """The members that say what else it might be, as far as they say something else."""
    members = {
        "alternatives": (old.alternatives, new.alternatives),
        "about": (old.about, new.about),
        "instead": (old.instead, new.instead),
    }
    return [word for word, (before, after) in members.items() if before != after]


def silences_by_id(contract: Contract) -> dict[str, Silence]:
    """The silences by id, or by number where one has none."""
    found: dict[str, Silence] = {}
    for index, silence in enumerate(contract.silences):
        found.setdefault(silence.id or f"number {index + 1}", silence)
    return found
