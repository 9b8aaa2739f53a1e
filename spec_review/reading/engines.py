"""The two CEL engines, side by side: the one that the mock uses and the one that the judge uses.

They share no code: `cel-expr-python` wraps the C++ implementation, `common-expression-language` a
Rust one. A rule is worth something only when both read it alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import cel
from cel_expr_python import cel as cel_of_cpp

Answer = Literal["true", "false", "missing", "mistyped", "error"]
"""What an engine says of an instance; everything but "true" means that the rule is broken.

A rule that reads a member which is not there answers "missing", one that calculates with a number
as with text "mistyped". Anything else that fails, such as `timestamp("2016-02-30T00:00:00Z")`, is
an "error": the usual way to say that a text must be an instant.
"""

Partner = Mapping[str, Any]
"""The attributes of the caller that rules may read."""

PARTNERS: Final[tuple[Partner, ...]] = (
    {"client_id": "partner-a", "currency": "GBP"},
    {"client_id": "partner-e", "currency": "EUR"},
)
"""The callers with whom rules are tried: two that differ in every attribute."""

ENGINES: Final = ("cel-expr-python", "common-expression-language")

_INT64: Final = range(-(2**63), 2**63)

Program = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an engine does not take a rule; `offset` is the place in the rule, None if unknown."""

    engine: str
    sentence: str
    offset: int | None


@dataclass(frozen=True)
class CompiledRule:
    """A rule in both engines, or why one of them refuses it."""

    expression: str
    programs: tuple[Program, ...]
    refusals: tuple[Refusal, ...]

    def answers(self, instance: Any, partner: Partner) -> tuple[Answer, Answer]:
        """What each engine says of an instance, in the order of ENGINES."""
        data = {"self": within_int64(instance), "partner": dict(partner)}
        first, second = (answer_of(program, data) for program in self.programs)
        return first, second

    def holds(self, instance: Any, partner: Partner) -> bool:
        """Whether the first engine says true."""
        data = {"self": within_int64(instance), "partner": dict(partner)}
        return answer_of(self.programs[0], data) == "true"


class Engines:
    """Both engines; each expression is compiled once."""

    def __init__(self) -> None:
        dynamic = cel_of_cpp.Type.DYN
        self._environment = cel_of_cpp.NewEnv(variables={"self": dynamic, "partner": dynamic})
        self._known: dict[str, CompiledRule] = {}

    def compiled(self, expression: str) -> CompiledRule:
        """A rule compiled for both engines."""
        if expression not in self._known:
            self._known[expression] = self._compile(expression)
        return self._known[expression]

    def _compile(self, expression: str) -> CompiledRule:
        programs: list[Program] = []
        refusals: list[Refusal] = []
        for engine, compile_for in zip(ENGINES, (self._cpp, rust_program), strict=True):
            try:
                programs.append(compile_for(expression))
            except (RuntimeError, ValueError, TypeError) as error:
                refusals.append(refusal_of(engine, expression, str(error)))
        return CompiledRule(expression, tuple(programs), tuple(refusals))

    def _cpp(self, expression: str) -> Program:
        program = self._environment.compile(expression)
        kind = program.return_type().name()
        if kind not in ("BOOL", "DYN"):
            raise ValueError(f"answers {kind.lower()}, a rule must answer true or false")
        return lambda data: program.eval(data=data).value()


def rust_program(expression: str) -> Program:
    """A rule compiled by the Rust engine."""
    program = cel.compile(expression)
    return lambda data: program.execute(dict(data))


def answer_of(program: Program, data: Mapping[str, Any]) -> Answer:
    """What a program says, or how it fails."""
    try:
        value = program(data)
    except KeyError:
        return "missing"
    except TypeError:
        return "mistyped"
    except (RuntimeError, ValueError, IndexError, OverflowError):
        return "error"
    if isinstance(value, bool):
        return "true" if value else "false"
    # The C++ engine returns a failure as a text with the name of its status, the other one raises it.
    if str(value).startswith("NOT_FOUND: Key not found"):
        return "missing"
    return "mistyped" if "No matching overloads" in str(value) else "error"


def refusal_of(engine: str, expression: str, message: str) -> Refusal:
    """An engine's message with the place that it names."""
    found = re.search(r"<input>:(\d+):(\d+): (.*)", message)
    if found is None:
        return Refusal(engine, message.splitlines()[0] if message else "no reason given", None)
    line, column = int(found.group(1)), int(found.group(2))
    before = sum(len(text) + 1 for text in expression.split("\n")[: line - 1])
    sentence = found.group(3).replace(" (in container '')", "")
    return Refusal(engine, sentence, before + column - 1)


def within_int64(value: Any) -> Any:
    """The value with larger integers as doubles, which both engines take."""
    if isinstance(value, dict):
        return {name: within_int64(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [within_int64(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and value not in _INT64:
        return float(value) if abs(value) < 10**308 else None
    return value
