"""The rules of a contract, asked of both engines: what they answer, and why one of them refuses a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from spec_review.reading.engines import (
    ENGINES,
    Answers,
    Partner,
    Program,
    answers_of,
    compilers,
    cpp_answer,
    within_int64,
)
from spec_review.reading.life_expressions import NAMES, LifeExpression
from spec_review.reading.rule_process import EXHAUSTED, RuleProcess

LONGEST: Final = 10_000
"""How many letters a rule may have."""

GROWING: Final = re.compile(r"\bmap\s*\(")
"""The one function that can make a value so large that no memory holds it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an engine does not take a rule; `offset` is the place in the rule, None if unknown."""

    engine: str
    sentence: str
    offset: int | None = None


class CompiledRule:
    """A rule in both engines, or why one of them refuses it."""

    def __init__(
        self,
        expression: str,
        programs: Sequence[Program],
        refusals: Sequence[Refusal],
        process: RuleProcess,
    ) -> None:
        self.expression = expression
        self.refusals = refusals
        self._programs = programs
        self._process = process
        self._grows = GROWING.search(expression) is not None
        self._is_exhausted = False

    def answers(self, instance: object, partner: Partner) -> Answers:
        """What each engine says of an instance."""
        data = {"self": within_int64(instance), "partner": dict(partner)}
        if not self._grows:
            return answers_of(self._programs, data)
        if self._is_exhausted:  # the process did not come back before
            return EXHAUSTED
        answers = self._process.answers(self.expression, data)
        self._is_exhausted = answers == EXHAUSTED
        return answers

    def holds(self, instance: object, partner: Partner) -> bool:
        """Whether the first engine says true."""
        if self._grows:
            return self.answers(instance, partner)[0] == "true"
        data = {"self": within_int64(instance), "partner": dict(partner)}
        return cpp_answer(self._programs[0], data) == "true"


class Engines:
    """Both engines; each expression is compiled once."""

    def __init__(self) -> None:
        self._compilers = compilers()
        self._process = RuleProcess()
        self._known: dict[str, CompiledRule] = {}

    def compiled(self, expression: str) -> CompiledRule:
        """A rule compiled for both engines."""
        if expression not in self._known:
            self._known[expression] = self._compile(expression, self._compilers)
        return self._known[expression]

    def refusals_of_life(self, expression: LifeExpression) -> Sequence[Refusal]:
        """Why an engine does not take an expression of a life; nothing when both do."""
        known = compilers(NAMES, expression.gives)
        return self._compile(expression.text, known).refusals

    def _compile(self, expression: str, known: Sequence[Callable[[str], Program]]) -> CompiledRule:
        programs: list[Program] = []
        refusals: list[Refusal] = []
        for engine, compile_for in zip(ENGINES, known, strict=True):
            if len(expression) > LONGEST:
                refusals.append(Refusal(engine, f"it has more than {LONGEST:,} letters"))
                continue
            try:
                programs.append(compile_for(expression))
            except (RuntimeError, ValueError, TypeError) as error:
                refusals.append(refusal_of(engine, expression, str(error)))
        return CompiledRule(expression, programs, refusals, self._process)


def refusal_of(engine: str, expression: str, message: str) -> Refusal:
    """An engine's message with the place that it names."""
    found = re.search(r"<input>:(\d+):(\d+): (.*)", message)
    if found is None:
        return Refusal(engine, message.splitlines()[0] if message else "no reason given")
    line, column = int(found.group(1)), int(found.group(2))
    before = sum(len(text) + 1 for text in expression.split("\n")[: line - 1])
    sentence = found.group(3).replace(" (in container '')", "")
    return Refusal(engine, sentence, before + column - 1)
