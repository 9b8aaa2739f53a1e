"""Whether the scopes that are asked for are declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from openapi_documents import Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.security.undefined_security_scheme import requirements, schemes
from spec_review.lint.samples import shop
from spec_review.output.findings import Fix
from spec_review.output.wording import joined, nearest
from spec_review.reading.contract import Contract
from spec_review.reading.values import elements, mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find scopes that no flow has, and scopes of schemes that know none, each where it stands first."""
    document = contract.document
    known = schemes(document)
    told: set[tuple[str, str]] = set()
    for place in requirements(document):
        for name, wanted in mapping(document.value(place)).items():
            scheme = mapping(document.resolved(known[name])) if name in known else {}
            at = (*place, name)
            match scheme.get("type"):
                case "oauth2":
                    yield from faults_of_scopes(at, elements(wanted), scheme, told)
                case "apiKey" | "http" if wanted and document.version == "3.0":
                    if (name, "") not in told:
                        told.add((name, ""))
                        said = f"{name} is no oauth2 scheme, so it has no scopes in OpenAPI 3.0"
                        yield Fault(
                            at, said, "write an empty list wherever it is asked for", at_key=True
                        )
                case _:
                    continue  # openIdConnect keeps its scopes elsewhere; mutualTLS and later ones name roles


def faults_of_scopes(
    place: Pointer,
    wanted: Sequence[object],
    scheme: Mapping[str, object],
    told: set[tuple[str, str]],
) -> Iterator[Fault]:
    """Find the scopes that no flow of a scheme has and that were not told before."""
    name = str(place[-1])
    known = {
        scope
        for flow in mapping(scheme.get("flows")).values()
        for scope in mapping(mapping(flow).get("scopes"))
    }
    for index, scope in enumerate(wanted):
        if isinstance(scope, str) and scope not in known and (name, scope) not in told:
            told.add((name, scope))
            near = nearest(scope, known)
            mend = f"its scopes are {joined(sorted(known))}" if known else "declare it in a flow"
            yield Fault(
                (*place, index),
                f"no flow of {name} has the scope {scope}",
                f"did you mean {near}?" if near else mend,
                fix=Fix(near) if near else None,
            )


SCHEME: Final = (
    "components:\n",
    "components:\n  securitySchemes:\n    login:\n      type: oauth2\n      description: A login.\n"
    "      flows: {clientCredentials: {tokenUrl: /token, scopes: {'things:read': Read.}}}\n",
)
"""An edit that declares a scheme with a scope."""

RULE: Final = Rule(
    id="undefined-scope",
    severity="error",
    sentence="A security requirement asks for scopes that a flow of its scheme has.",
    why="No token can have such a scope, so nobody can call the operation.",
    breaks=shop(SCHEME, ("security: []\n", "security: [{login: [▸'things:raed']}]\n")),
    keeps=shop(SCHEME, ("security: []\n", "security: [{login: ['things:read']}]\n")),
    faults=faults,
)
