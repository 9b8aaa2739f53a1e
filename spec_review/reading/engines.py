"""The two CEL engines, side by side: the one that the mock uses and the one that the judge uses.

They share no code: `cel-expr-python` wraps the C++ implementation, `common-expression-language` a
Rust one. A rule is worth something only when both read it alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from cel_expr_python import cel as cel_of_cpp

from openapi_documents.rust_cel import cel

Answer = Literal["true", "false", "missing", "mistyped", "error", "exhausted"]
"""What an engine says of an instance; everything but "true" means that the rule is broken.

A rule that reads a member which is not there answers "missing", one that calculates with a number
as with text "mistyped", one that takes more values, time or memory than is allowed "exhausted". Anything
else that fails, such as `timestamp("2016-02-30T00:00:00Z")`, is an "error": the usual way to say that a text
must be an instant.
"""

Answers = tuple[Answer, Answer]
"""What each engine says, in the order of ENGINES."""

Gives = Literal["truth", "list", "anything"]
"""What an expression has to give."""

Partner = Mapping[str, object]
"""The attributes of the caller that rules may read."""

Program = Callable[[Mapping[str, object]], object]
"""A compiled rule: takes `self` and `partner`."""

ENGINES: Final = ("cel-expr-python", "common-expression-language")

_INT64: Final = range(-(2**63), 2**63)


def compilers(
    names: Sequence[str] = ("self", "partner"), gives: Gives = "truth"
) -> Sequence[Callable[[str], Program]]:
    """What compiles an expression of these names for each engine; each raises RuntimeError, ValueError or TypeError."""
    environment = cel_of_cpp.NewEnv(variables=dict.fromkeys(names, cel_of_cpp.Type.DYN))
    kinds, wanted = _GIVEN[gives]

    def cpp_program(expression: str) -> Program:
        program = environment.compile(expression)
        kind = program.return_type().name()
        if not kind.startswith(kinds):
            raise ValueError(f"answers {kind.lower()}, {wanted}")
        return lambda data: program.eval(data=data).value()

    return cpp_program, rust_program


_GIVEN: Final[Mapping[Gives, tuple[tuple[str, ...], str]]] = {
    "truth": (("BOOL", "DYN"), "a rule must answer true or false"),
    "list": (("LIST", "DYN"), "a list must be answered"),
    "anything": (("",), ""),
}
"""The beginnings of the types that may be given, and what is told of another one."""


def rust_program(expression: str) -> Program:
    """A rule compiled by the Rust engine."""
    program = cel.compile(expression)
    return lambda data: program.execute(dict(data))


def answers_of(programs: Sequence[Program], data: Mapping[str, object]) -> Answers:
    """What both engines say."""
    first = cpp_answer(programs[0], data)
    if first == "exhausted":  # the other engine has no budget and would not come back
        return first, first
    return first, rust_answer(programs[1], data)


def cpp_answer(program: Program, data: Mapping[str, object]) -> Answer:
    """What the C++ engine says: it returns a failure as a text, and raises when its budget is spent."""
    try:
        value = program(data)
    except RuntimeError:
        return "exhausted"
    except (ValueError, TypeError, ArithmeticError):  # a value that it cannot take
        return "error"
    if isinstance(value, bool):
        return "true" if value else "false"
    if str(value).startswith("NOT_FOUND:"):
        return "missing"
    return "mistyped" if "No matching overloads" in str(value) else "error"


def rust_answer(program: Program, data: Mapping[str, object]) -> Answer:
    """What the Rust engine says: it raises a failure."""
    try:
        value = program(data)
    except KeyError:
        return "missing"
    except TypeError:
        return "mistyped"
    except (RuntimeError, ValueError, IndexError, ArithmeticError):
        return "error"
    return "error" if not isinstance(value, bool) else "true" if value else "false"


def within_int64(value: object) -> object:
    """The value with larger integers as doubles, which both engines take."""
    if isinstance(value, dict):
        return {name: within_int64(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [within_int64(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and value not in _INT64:
        return float(value) if abs(value) < 10**308 else None
    return value
