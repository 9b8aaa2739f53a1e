"""Names as contracts spell them: `pet_id`, `petId` and `Pet-Id` are one."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: `petId` has two."""
    return tuple(word.lower() for word in _WORDS.findall(name))


def same(one: str, other: str) -> bool:
    """Whether two names are spellings of one."""
    return "".join(words_of(one)) == "".join(words_of(other))


def one_of_many(name: str) -> str:
    """Return what one of an English plural is called: `policies` are each a `policy`."""
    if re.search(r"[^aeiou]ies$", name, re.IGNORECASE):
        return f"{name[:-3]}y"
    if re.search(r"(ss|x|ch|sh)es$", name, re.IGNORECASE):
        return name[:-2]
    return name[:-1] if re.search(r"[^su]s$", name, re.IGNORECASE) else name


def key_names(template: str, collection: str) -> list[str]:
    """Return what the member may be called that a template of a path names, the likeliest first.

    `petId` below `pets` is called so, or `id`.
    """
    words, kind = words_of(template), words_of(one_of_many(collection))
    found = ["".join(words)]
    if kind and words[: len(kind)] == kind and len(words) > len(kind):
        found.append("".join(words[len(kind) :]))
    if words and words[-1] in {"id", "uuid", "number", "name", "code", "key", "slug", "reference"}:
        found.append(words[-1])
    if (words and words[-1] == "id") or words == kind:
        found.append("id")
    return list(dict.fromkeys(filter(None, found)))
