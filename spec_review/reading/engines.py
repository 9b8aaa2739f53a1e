"""The two CEL engines, side by side: the one that the mock uses and the one that the judge uses.

They share no code: `cel-expr-python` wraps the C++ implementation, `common-expression-language` a
Rust one. A rule is worth something only when both read it alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import cel
from cel_expr_python import cel as cel_of_cpp

Answer = Literal["true", "false", "missing", "mistyped", "error"]
"""What an engine says of an instance; everything but "true" means that the rule is broken.

A rule that reads a member which is not there answers "missing", one that calculates with a number
as with text "mistyped". Anything else that fails, such as `timestamp("2016-02-30T00:00:00Z")`, is
an "error": the usual way to say that a text must be an instant.
"""

PARTNERS: Final[tuple[Mapping[str, Any], ...]] = (
    {"client_id": "partner-a", "currency": "GBP"},
    {"client_id": "partner-e", "currency": "EUR"},
)
"""The profiles with which rules are tried: two partners that differ in every member."""

ENGINES: Final = ("cel-expr-python", "common-expression-language")

_INT64: Final = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an engine does not take a rule; `offset` is the place in the rule, None if unknown."""

    engine: str
    sentence: str
    offset: int | None


@dataclass(frozen=True)
class Compiled:
    """A rule in both engines, or why one of them refuses it."""

    expression: str
    programs: tuple[Callable[[Mapping[str, Any]], Any], ...]
    refusals: tuple[Refusal, ...]

    def answers(self, instance: Any, partner: Mapping[str, Any]) -> tuple[Answer, Answer]:
        """Return what each engine says of an instance, in the order of ENGINES."""
        data = {"self": _within_int64(instance), "partner": dict(partner)}
        first, second = (_answer(program, data) for program in self.programs)
        return first, second

    def holds(self, instance: Any, partner: Mapping[str, Any]) -> bool:
        """Tell whether the first engine says true."""
        return self.answers(instance, partner)[0] == "true"


@lru_cache(maxsize=1)
def _environment() -> Any:
    dynamic = cel_of_cpp.Type.DYN
    return cel_of_cpp.NewEnv(variables={"self": dynamic, "partner": dynamic})


@lru_cache(maxsize=1024)
def compiled(expression: str) -> Compiled:
    """Return a rule compiled for both engines."""
    programs: list[Callable[[Mapping[str, Any]], Any]] = []
    refusals: list[Refusal] = []
    for engine, make in zip(ENGINES, (_cpp, _rust), strict=True):
        try:
            programs.append(make(expression))
        except (RuntimeError, ValueError, TypeError) as error:
            refusals.append(_refusal(engine, expression, str(error)))
    return Compiled(expression, tuple(programs), tuple(refusals))


def _cpp(expression: str) -> Callable[[Mapping[str, Any]], Any]:
    program = _environment().compile(expression)
    kind = program.return_type().name()
    if kind not in ("BOOL", "DYN"):
        raise ValueError(f"answers {kind.lower()}, a rule must answer true or false")

    def run(data: Mapping[str, Any]) -> Any:
        return program.eval(data=data).value()

    return run


def _rust(expression: str) -> Callable[[Mapping[str, Any]], Any]:
    program = cel.compile(expression)

    def run(data: Mapping[str, Any]) -> Any:
        return program.execute(dict(data))

    return run


def _answer(program: Callable[[Mapping[str, Any]], Any], data: Mapping[str, Any]) -> Answer:
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
    # The C++ engine returns a failure as a text, the other one raises it.
    if str(value).startswith("NOT_FOUND: Key not found"):
        return "missing"
    return "mistyped" if "No matching overloads" in str(value) else "error"


def _refusal(engine: str, expression: str, message: str) -> Refusal:
    found = re.search(r"<input>:(\d+):(\d+): (.*)", message)
    if found is None:
        return Refusal(engine, message.splitlines()[0], None)
    line, column = int(found.group(1)), int(found.group(2))
    before = sum(len(one) + 1 for one in expression.split("\n")[: line - 1])
    sentence = found.group(3).replace(" (in container '')", "")
    return Refusal(engine, sentence, before + column - 1)


def _within_int64(value: Any) -> Any:
    """Return the value with larger integers as doubles, which both engines take."""
    if isinstance(value, dict):
        return {name: _within_int64(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_within_int64(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and value not in _INT64:
        return float(value) if abs(value) < 10**308 else None
    return value
