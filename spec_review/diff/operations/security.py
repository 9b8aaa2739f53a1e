"""Who may call an operation, and how the credentials are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.endpoints import Endpoint
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import SAFE, SENDER, TO_BUILD, UNCLEAR_SENDER, Verdicts
from spec_review.diff.versions import Versions
from spec_review.reading.values import elements, mapping, text

Credentials = tuple[tuple[str, str], ...]
"""Schemes, each alone and with each of its scopes, that are asked for together; () stands for none needed."""

SCHEMES: Final[Pointer] = ("components", "securitySchemes")


def security_changes(pair: OperationPair, _context: Context) -> Iterator[Change]:
    """Which credentials open the operation."""
    renamed = renamed_schemes(pair.versions)
    before = alternatives(pair.versions.old, pair.old, {})
    after = alternatives(pair.versions.new, pair.new, renamed)
    places = security_place(pair.old), security_place(pair.new)
    for need in closed_to(tuple(before), tuple(after)):
        sentence = f"{pair.name} is no longer open with {in_words(need)}"
        yield pair.change("security-removed", sentence, SENDER, *places, is_removed=True)
    known = set(before)
    for need in after:
        if need not in known:
            sentence = f"{pair.name} is open with {in_words(need)} now"
            yield pair.change("security-added", sentence, TO_BUILD, *places)


@lru_cache(maxsize=256)
def closed_to(
    before: tuple[Credentials, ...], after: tuple[Credentials, ...]
) -> Sequence[Credentials]:
    """The credentials that open nothing any more; most operations ask for the same, and are asked about once."""
    enough = [set(need) for need in after]
    kept = set(after)
    return [
        need
        for need in before
        if need not in kept and not any(other <= set(need) for other in enough)
    ]


def security_place(endpoint: Endpoint) -> Pointer:
    """Where it is said who may call the operation."""
    return (*endpoint.pointer, "security") if "security" in endpoint.value else ("security",)


def scheme_changes(versions: Versions, pairs: Iterable[OperationPair]) -> Iterator[Change]:
    """How the credentials themselves are sent; those that no operation asks for are nobody's."""
    before, after = mapping(versions.old.value(SCHEMES)), mapping(versions.new.value(SCHEMES))
    asked = {
        name
        for pair in pairs
        for need in alternatives(versions.old, pair.old, {})
        for name, _ in need
    }
    for name in before:
        if name not in after:
            continue
        first, second = meaning(versions.old, name), meaning(versions.new, name)
        for word in ("type", "in", "name", "scheme", "openIdConnectUrl", "flows"):
            if spelled(word, first) != spelled(word, second):
                verdicts = verdicts_of_flows(first, second) if word == "flows" else SENDER
                verdicts = verdicts if name in asked else SAFE
                yield Change(
                    "security-scheme",
                    f"the credentials {name} say {SAYS.get(word, f'another {word}')}",
                    verdicts,
                    (*SCHEMES, name, word),
                    (*SCHEMES, name, word),
                    "operations",
                )


SAYS: Final = {"flows": "otherwise how tokens are got (flows)"}
"""What became of a member of a scheme, where its name alone says too little."""


def verdicts_of_flows(before: Mapping[str, object], after: Mapping[str, object]) -> Verdicts:
    """What other flows are for whom: nobody has to ask for what is new, a flow or a scope."""
    old, new = (mapping(scheme.get("flows")) for scheme in (before, after))
    if not old.keys() <= new.keys():
        return SENDER
    is_kept = all(keeps_flow(mapping(flow), mapping(new.get(name))) for name, flow in old.items())
    return SAFE if is_kept else UNCLEAR_SENDER


def keeps_flow(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Whether a flow goes as it went, for all that could be asked for."""
    scopes = mapping(before.get("scopes")).keys() <= mapping(after.get("scopes")).keys()
    return scopes and all(after.get(word) == before[word] for word in before if word != "scopes")


def spelled(word: str, scheme: Mapping[str, object]) -> object:
    """What a scheme says; HTTP knows its schemes and its headers in any case."""
    value = scheme.get(word)
    is_free = word == "scheme" or (word == "name" and scheme.get("in") == "header")
    return value.lower() if is_free and isinstance(value, str) else value


def renamed_schemes(versions: Versions) -> Mapping[str, str]:
    """Schemes whose name alone is another now, each with the name it had."""
    before, after = mapping(versions.old.value(SCHEMES)), mapping(versions.new.value(SCHEMES))
    kept = [name for name in before if name not in after]
    return {
        name: same
        for name in after
        if name not in before
        and (
            same := next(
                (old for old in kept if meaning(versions.old, old) == meaning(versions.new, name)),
                None,
            )
        )
    }


def meaning(document: Document, name: str) -> dict[str, object]:
    """How the credentials of a scheme are sent and got, whatever the scheme is called."""
    said = mapping(document.resolved((*SCHEMES, name)))
    return {word: value for word, value in said.items() if word != "description"}


def alternatives(
    document: Document, endpoint: Endpoint, renamed: Mapping[str, str]
) -> list[Credentials]:
    """The sets of credentials, any of which opens the operation, under their old names."""
    needs = endpoint.value.get("security", document.data.get("security"))
    found = [
        tuple(
            sorted(
                (renamed.get(name, name), text(scope))
                for name, scopes in mapping(need).items()
                for scope in ("", *elements(scopes))
            )
        )
        for need in elements(needs)
    ]
    return list(dict.fromkeys(found)) or [()]


def in_words(need: Credentials) -> str:
    """A set of credentials in words."""
    scopes: dict[str, list[str]] = {}
    for name, scope in need:
        scopes.setdefault(name, []).extend([scope] if scope else [])
    named = [f"{name} ({', '.join(asked)})" if asked else name for name, asked in scopes.items()]
    return " and ".join(named) if named else "no credentials"
