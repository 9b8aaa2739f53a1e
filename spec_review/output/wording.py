"""Words and values in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from openapi_documents import shown


def did_you_mean(
    word: str, known: Iterable[str], otherwise: str = "", likeness: float = 0.6
) -> str:
    """Return the question that names the nearest known word, or another mend.

    `likeness` is how near it must be: 0 takes every word, 1 only the same.
    """
    near = nearest(word, known, likeness)
    return f"did you mean {near}?" if near is not None else otherwise


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """Return the known word that is nearest, None when none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=likeness)
    return near[0] if near else None


def joined(words: Iterable[object]) -> str:
    """Return words as one writes them in a sentence: a, b and c."""
    texts = [str(word) for word in words]
    return (
        texts[0]
        if len(texts) == 1
        else f"{', '.join(texts[:-1])} and {texts[-1]}"
        if texts
        else "none"
    )


def listed_values(values: Sequence[object]) -> str:
    """Values in a sentence."""
    words = [json.dumps(value, ensure_ascii=False) for value in values[:8]]
    if len(values) > 8:
        words.append(f"{len(values) - 8} more")
    return ", ".join(words)


def first_few(names: Sequence[str], most: int = 6) -> str:
    """The first few names of a list, and how many there are more."""
    shown_names = ", ".join(names[:most])
    return f"{shown_names} and {len(names) - most} more" if len(names) > most else joined(names)


def printable(text: str) -> str:
    """A text in which no document steers a terminal: control characters are written out."""
    return "\n".join(shown(line) for line in text.split("\n"))
