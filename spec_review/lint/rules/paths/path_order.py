"""Whether a path takes the requests of a later one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.samples import LATEST
from spec_review.lint.rules.paths.templates import TEMPLATE, paths
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract

ANY: Final = "{}"
"""A segment that any text fits."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find paths that take each other's requests in a server that goes by the order."""
    above = Branch()
    for path in paths(contract.document):
        here = segments(path)
        for earlier in above.meeting(here):
            theirs = segments(earlier)
            if theirs == here or takes(here, theirs):
                continue  # the same path, or rightly the more general one below
            if takes(theirs, here):
                yield Fault(
                    ("paths", path),
                    f"{earlier} stands above and takes the requests of {path} "
                    "in a server that goes by the order",
                    f"write {path} above {earlier}",
                    at_key=True,
                )
            else:
                yield Fault(
                    ("paths", path),
                    f"a request can fit both {earlier} and {path}, "
                    "and nothing says which one takes it",
                    "let their fixed parts differ",
                    at_key=True,
                )
        above.add(path)


@dataclass
class Branch:
    """The paths that share their first segments: a tree, so that a thousand are quickly compared."""

    below: dict[str, Branch] = field(default_factory=dict)
    path: str = ""

    def add(self, path: str) -> None:
        """Put a path into the tree."""
        here = self
        for segment in segments(path):
            here = here.below.setdefault(segment, Branch())
        here.path = path

    def meeting(self, here: Sequence[str]) -> Iterator[str]:
        """Yield the paths that take some request of the path with these segments."""
        reached = [self]
        for segment in here:
            reached = [
                branch.below[name]
                for branch in reached
                for name in (branch.below if segment == ANY else (segment, ANY))
                if name in branch.below
            ]
        yield from (branch.path for branch in reached if branch.path)


def segments(path: str) -> list[str]:
    """The segments of a path; those that are a parameter are ANY."""
    return [ANY if TEMPLATE.fullmatch(segment) else segment for segment in path.split("/")]


def takes(general: Sequence[str], special: Sequence[str]) -> bool:
    """Tell whether every request of one path fits another one."""
    return all(mine in (other, ANY) for mine, other in zip(general, special, strict=True))


RULE: Final = Rule(
    id="path-order",
    severity="warning",
    sentence="A fixed path stands above the templated one that it also fits, and no two overlap.",
    why="OpenAPI prefers the fixed path, but many servers take the first one that fits.",
    breaks=shop(
        ("components:\n  parameters:", "  ▸" + LATEST.lstrip() + "components:\n  parameters:")
    ),
    keeps=shop(("paths:\n", "paths:\n" + LATEST)),
    faults=faults,
)
