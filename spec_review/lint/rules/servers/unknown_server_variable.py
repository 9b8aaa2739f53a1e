"""Whether the variables in the addresses of servers are declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.templates import TEMPLATE
from spec_review.lint.samples import shop
from spec_review.output.wording import did_you_mean
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping, text


def faults(contract: Contract) -> Iterator[Fault]:
    """Find variables that an address names and nobody declares, and the other way round."""
    document = contract.document
    for place in document.objects("server"):
        server = mapping(document.value(place))
        named = list(dict.fromkeys(TEMPLATE.findall(text(server.get("url")))))
        declared = mapping(server.get("variables"))
        for name in named:
            if name not in declared:
                yield Fault(
                    (*place, "url"),
                    f"the address names the variable {name}, which is not declared",
                    did_you_mean(name, declared, f"declare {name} in variables, with a default"),
                )
        for name in declared:
            if name not in named and isinstance(server.get("url"), str):
                yield Fault(
                    (*place, "variables", name),
                    f"the variable {name} does not stand in the address",
                    did_you_mean(name, named, "leave it out"),
                    at_key=True,
                    severity="warning",
                )


RULE: Final = Rule(
    id="unknown-server-variable",
    severity="error",
    sentence="The variables in the address of a server are declared, and those declared stand in it.",
    why="Without a default nobody can make an address of it, so no request goes anywhere.",
    breaks=shop(("paths:\n", "servers: [{url: ▸'https://{stage}.shop.example'}]\npaths:\n")),
    keeps=shop(
        (
            "paths:\n",
            "servers: [{url: 'https://{stage}.shop.example', variables: {stage: {default: test}}}]\n"
            "paths:\n",
        )
    ),
    faults=faults,
)
