"""Whether paths are paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.samples import LATEST
from spec_review.lint.rules.paths.templates import TEMPLATE, paths
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find paths with a query or a fragment, and templates that cannot be read."""
    document = contract.document
    for path in paths(document):
        for said, mend in wrong_with(path):
            yield Fault(("paths", path), said, mend, at_key=True)
        names = TEMPLATE.findall(path)
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                yield Fault(
                    ("paths", path),
                    f"the path names the parameter {name} {names.count(name)} times",
                    "give each place a name of its own",
                    at_key=True,
                    severity=None if document.version == "3.2" else "warning",
                )


def wrong_with(path: str) -> Iterator[tuple[str, str]]:
    """What keeps a text from being a path, each with its mend."""
    fixed = TEMPLATE.sub("", path)
    if "?" in fixed:
        mend = "declare what follows the ? as parameters in: query"
        yield "the path holds a query, and no path of a request does", mend
    if "#" in fixed:
        mend = "leave out what follows the #, and join what stands below the same path"
        yield "the path holds a fragment, which no request carries", mend
    if "{" in fixed or "}" in fixed:
        yield "the path has a brace without its pair", "write {name} for each parameter"
    if "" in TEMPLATE.findall(path):
        yield "the path has a parameter without a name", "write its name between the braces"


RULE: Final = Rule(
    id="path-form",
    severity="error",
    sentence="A path is a path: without query and fragment, its parameters in pairs of braces.",
    why="It is compared with the path of a request, so such a one is never reached.",
    breaks=shop(
        (
            "components:\n  parameters:",
            "  ▸"
            + LATEST.lstrip().replace("/things/latest", "/latest?all=true")
            + "components:\n  parameters:",
        )
    ),
    keeps=shop(
        (
            "components:\n  parameters:",
            LATEST.replace("/things/latest", "/latest") + "components:\n  parameters:",
        )
    ),
    faults=faults,
)
