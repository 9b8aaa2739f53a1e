"""Whether the address of a server is one that paths can follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import shown
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.templates import TEMPLATE
from spec_review.lint.samples import shop
from spec_review.output.findings import Severity
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping, text


def faults(contract: Contract) -> Iterator[Fault]:
    """Find addresses with a query, a fragment, a brace without its pair, or a variable that stands there twice.

    OpenAPI 3.2 forbids all of it; before, nothing is said of a query, and no path can follow one all the same.
    """
    document = contract.document
    mild: Severity | None = None if document.version == "3.2" else "warning"
    for place in document.objects("server"):
        url = text(mapping(document.value(place)).get("url"))
        fixed, names = TEMPLATE.sub("", url), TEMPLATE.findall(url)
        if "{" in fixed or "}" in fixed:
            said = f"{shown(url)!r} has a brace without its pair"
            yield Fault((*place, "url"), said, "write {name} for each variable")
        for sign, part in (("?", "query"), ("#", "fragment")):
            if sign in fixed:
                said = f"the address of a server has a {part}, and paths are added to its end"
                mend = f"leave out what follows the {sign}"
                yield Fault((*place, "url"), said, mend, severity=mild)
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                said = f"the address names the variable {name} {names.count(name)} times"
                mend = "give each place a name of its own"
                yield Fault((*place, "url"), said, mend, severity=mild)


RULE: Final = Rule(
    id="server-url",
    severity="error",
    sentence="The address of a server has no query and no fragment, and each of its variables once.",
    why="The path of an operation is added to its end, which then is no part of the path.",
    breaks=shop(
        ("openapi: 3.1.1", "openapi: 3.2.0"),
        ("paths:\n", "servers: [{url: ▸'https://shop.example/?stage=test'}]\npaths:\n"),
    ),
    keeps=shop(("paths:\n", "servers: [{url: 'https://shop.example/test'}]\npaths:\n")),
    faults=faults,
)
