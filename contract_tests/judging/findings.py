"""What was found, as values: a breach where a check sees it, a finding once its story is known.

Nothing here is text but what people read; findings are told apart by requirement, misjudgement and place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.http.messages import Exchange, Reply
from contract_tests.judging.mode import Suite
from contract_tests.judging.story import Story
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.requirements import Requirement
from openapi_documents import Pointer


@dataclass(frozen=True)
class Misjudged:
    """A state that an item came to where another row decides."""

    row: Condition
    state: str


@dataclass(frozen=True)
class Breach:
    """A requirement that an answer breaks; `item` is the number of the item that shows it.

    `place` is where in the contract a constraint stands that is not kept.
    """

    requirement: Requirement
    expected: tuple[str, ...]
    came: str
    item: int | None = None
    misjudged: Misjudged | None = None
    place: Pointer | None = None


@dataclass(frozen=True)
class Case:
    """A case of the fixtures, and where it stands in the sources."""

    name: str
    source: str


@dataclass(frozen=True)
class Finding:
    """A requirement that was broken, and how to see it.

    `lines` are the shell lines of a story that another library sent; else `exchanges` tell it.
    """

    requirement: Requirement
    contract: str
    operations: frozenset[str]
    suite: Suite
    sent: str
    expected: tuple[str, ...]
    came: str
    exchanges: tuple[Exchange, ...] = field(repr=False, default=())
    lines: tuple[str, ...] = field(repr=False, default=())
    misjudged: Misjudged | None = None
    case: Case | None = None
    place: Pointer | None = None  # where in the contract a constraint stands
    plain: bool = False  # shown by a story of plain items, in which nothing else is tried
    varies: str | None = None  # the array of which an entry after the first was varied

    @property
    def requests(self) -> int:
        """Return how many requests show it, those to the sandbox's own operations left out."""
        return sum(not one.control for one in self.exchanges) or len(self.lines[-1:])

    @property
    def answer(self) -> tuple[int, str, bytes] | None:
        """Return status, type and body of the last answer, to tell whether two findings met the same."""
        replies: list[Reply] = [one.reply for one in self.exchanges if one.reply is not None]
        if not replies:
            return None
        return replies[-1].status, replies[-1].media_type, replies[-1].body

    @property
    def size(self) -> int:
        """Return how much has to be sent to see it."""
        bodies = (len(one.request.body or b"") + len(one.request.path) for one in self.exchanges)
        return sum(bodies) + sum(map(len, self.lines))


class Broken(AssertionError):
    """A requirement that was broken, raised where it is seen, so that Hypothesis can shrink it.

    `story` is the one that showed it, `item` the number of the item of its last submission.
    """

    def __init__(self, finding: Finding, story: Story | None = None, item: int = 0) -> None:
        super().__init__(finding.requirement.id)
        self.finding = finding
        self.story = story
        self.item = item

    def bare(self) -> Broken:
        """Return it without the frames that led to it: they hold whole answers for as long as it is kept."""
        self.__traceback__ = self.__context__ = self.__cause__ = None
        return self

    def but(self, **changes: Any) -> Broken:
        """Return the same with other members of its finding."""
        return Broken(replace(self.finding, **changes), self.story, self.item)


class Findings:
    """What a process found so far: findings to be told, and what of them was told in small already."""

    def __init__(self) -> None:
        self._noted: list[Finding] = []
        self._known: set[Requirement] = set()
        self._reduced: set[tuple[Requirement, frozenset[str]]] = set()

    def beside(self) -> Findings:
        """Return findings of another test, which share what is known."""
        other = Findings()
        other._known, other._reduced = self._known, self._reduced
        return other

    def note(self, finding: Finding) -> None:
        """Note a finding."""
        self._known.add(finding.requirement)
        self._noted.append(finding)

    def knows(self, requirement: Requirement) -> bool:
        """Whether a requirement was found broken before."""
        return requirement in self._known

    def is_reduced(self, finding: Finding) -> bool:
        """Whether a finding of its kind was made small before; if not, it counts as being so now."""
        kind = (finding.requirement, finding.operations)
        reduced = kind in self._reduced
        self._reduced.add(kind)
        return reduced

    def mark(self) -> Mark:
        """Return the state of now, to look later at what was noted since."""
        return Mark(len(self._noted), frozenset(self._known))

    def since(self, mark: Mark) -> list[Finding]:
        """Return what was noted since a mark."""
        return self._noted[mark.count :]

    def replace_since(self, mark: Mark, findings: Iterable[Finding]) -> None:
        """Put findings in place of what was noted since a mark."""
        replaced = {one.requirement for one in self.since(mark)}
        self._noted[mark.count :] = findings
        self._known -= replaced - mark.known
        self._known |= {one.requirement for one in self.since(mark)}

    def take(self) -> list[Finding]:
        """Return what was noted, and begin anew; what is known stays known."""
        taken, self._noted = self._noted, []
        return taken

    @property
    def any(self) -> bool:
        """Whether something was noted that nobody has taken yet."""
        return bool(self._noted)


@dataclass(frozen=True)
class Mark:
    """How many findings there were, and which requirements were known."""

    count: int
    known: frozenset[Requirement]
