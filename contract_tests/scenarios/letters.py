"""The items behind the letters of a story.

`A`, `B`: items of different keys; `A'`, `A''`: the key of A and other data; `A!`, `A!!`: the key of A and invalid;
`A~`: A in another spelling; `?`, `??`: invalid items without a key, which differ.
"""

from __future__ import annotations

from collections.abc import Sequence

from contract_tests.generation.spelling import Style
from contract_tests.generation.values import drop
from contract_tests.generation.variations import Variation
from contract_tests.http.partners import Caller
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, spelled
from contract_tests.reading.contract import Submission
from contract_tests.reading.requirements import Requirement


class Letters:
    """The items of one submission and one partner; all their keys begin with a namespace."""

    def __init__(
        self,
        session: Session,
        submission: Submission,
        namespace: str,
        caller: Caller = Caller.FIRST,
    ) -> None:
        self.maker = session.maker(submission, caller)
        self.namespace = namespace
        self.variants = self.maker.variants
        self._variations = session.materials.variations(submission)

    @property
    def invalid(self) -> list[Variation]:
        """Invalid items; they are made when they are first asked for."""
        return self._variations.breaking

    def entry(self, letter: str, requirement: Requirement | None = None) -> Entry:
        """Return the item that a letter stands for; `requirement` is what it tries."""
        key = f"{self.namespace}k{ord(letter[0])}"
        first = self.maker.keyed(self.variants[0], key)
        if letter[0] == "?":
            members = self.maker.submission.lifecycle.key or tuple(first)[:1]
            if letter == "??":
                first = self.maker.keyed(self.variants[1 % len(self.variants)], key)
            return spelled(drop(first, (members[0],)), requirement)
        if letter.endswith("~"):
            return spelled(first, requirement, style=Style.REVERSED)
        if "!" in letter:
            wrong = self.invalid[(letter.count("!") - 1) % len(self.invalid)]
            return spelled(self.maker.keyed(wrong.item, key), requirement)
        number = letter.count("'") % len(self.variants)
        return spelled(self.maker.keyed(self.variants[number], key), requirement)

    def entries(self, request: str, requirement: Requirement | None = None) -> list[Entry]:
        """Return the items of a request like `A, B, A'`."""
        return [self.entry(letter, requirement) for letter in split(request)]

    def knows(self, steps: Sequence[str]) -> bool:
        """Whether there is an item for every letter: one that is invalid cannot always be made."""
        return not any("!" in step for step in steps) or bool(self.invalid)


def split(request: str) -> list[str]:
    """Return the letters of a request."""
    return [letter.strip() for letter in request.split(",")]
