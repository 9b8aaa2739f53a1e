"""Simple conditions of Arazzo: `$statusCode == 200 && $response.body#/status == 'Completed'`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openapi_documents.arazzo.expressions import Expression, ExpressionError, read_expression

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<expression>\$[^\s()!=<>&|]+)|(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<word>true|false|null)\b|(?P<sign>==|!=|<=|>=|<|>|&&|\|\||!|\(|\)))"
)
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_EQUALITIES: Final = ("==", "!=")
_WORDS: Final = {"true": True, "false": False, "null": None}

Value = Callable[[Expression], object]


class ConditionError(ValueError):
    """A text that is no condition, with the reason."""


@dataclass(frozen=True)
class Literal:
    """A value that is written out."""

    value: object


@dataclass(frozen=True)
class Operation:
    """A sign and what it joins: `!` one, every other two."""

    sign: str
    operands: tuple[Condition, ...]


Condition = Literal | Expression | Operation


def read_condition(text: str) -> Condition:
    """Return the condition that a text is. Raises ConditionError."""
    tokens = list(_tokens(text))
    found, rest = _or(tokens)
    if rest:
        raise ConditionError(f"{rest[0][1]} is one too many in {text}")
    return found


def holds(condition: Condition, value: Value) -> bool:
    """Tell whether a condition holds; `value` gives that of an expression."""
    return bool(_value(condition, value))


def expressions_of(condition: Condition) -> Iterator[Expression]:
    """Yield the expressions of a condition."""
    if isinstance(condition, Expression):
        yield condition
    elif isinstance(condition, Operation):
        for operand in condition.operands:
            yield from expressions_of(operand)


def compared(condition: Condition) -> Iterator[tuple[Expression, object]]:
    """Yield the expressions that must equal a literal for the condition to hold, with the literal."""
    if isinstance(condition, Operation) and condition.sign in ("&&", "||"):
        for operand in condition.operands:
            yield from compared(operand)
    elif isinstance(condition, Operation) and condition.sign == "==":
        left, right = condition.operands
        if isinstance(left, Expression) and isinstance(right, Literal):
            yield left, right.value
        elif isinstance(right, Expression) and isinstance(left, Literal):
            yield right, left.value


def _value(condition: Condition, value: Value) -> object:
    match condition:
        case Literal():
            return condition.value
        case Expression():
            return value(condition)
        case Operation(sign="!"):
            return not _value(condition.operands[0], value)
        case Operation(sign="&&"):
            return all(_value(one, value) for one in condition.operands)
        case Operation(sign="||"):
            return any(_value(one, value) for one in condition.operands)
    left, right = (_value(one, value) for one in condition.operands)
    return _compare(condition.sign, left, right)


def _compare(sign: str, left: object, right: object) -> bool:
    if isinstance(left, str) and isinstance(
        right, str
    ):  # "String comparisons MUST be case insensitive."
        left, right = left.casefold(), right.casefold()
    if sign in _EQUALITIES:
        same = left == right and isinstance(left, bool) is isinstance(right, bool)
        return same if sign == "==" else not same
    try:
        return _COMPARISONS[sign](left, right)
    except TypeError:
        return False


_Tokens = list[tuple[str, str]]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(f"nothing known begins with {text[at:].strip()[:20]}")
        kind = str(match.lastgroup)
        yield kind, match[kind]
        at = match.end()


def _or(tokens: _Tokens) -> tuple[Condition, _Tokens]:
    return _joined(tokens, "||", lambda rest: _joined(rest, "&&", _comparison))


def _joined(
    tokens: _Tokens, sign: str, inner: Callable[[_Tokens], tuple[Condition, _Tokens]]
) -> tuple[Condition, _Tokens]:
    found, rest = inner(tokens)
    operands = [found]
    while rest and rest[0] == ("sign", sign):
        one, rest = inner(rest[1:])
        operands.append(one)
    return (Operation(sign, tuple(operands)) if len(operands) > 1 else found), rest


def _comparison(tokens: _Tokens) -> tuple[Condition, _Tokens]:
    left, rest = _operand(tokens)
    if rest and rest[0][0] == "sign" and rest[0][1] in (*_EQUALITIES, *_COMPARISONS):
        right, after = _operand(rest[1:])
        return Operation(rest[0][1], (left, right)), after
    return left, rest


def _operand(tokens: _Tokens) -> tuple[Condition, _Tokens]:
    if not tokens:
        raise ConditionError("the condition ends where a value is expected")
    (kind, text), rest = tokens[0], tokens[1:]
    match kind:
        case "text":
            return Literal(text[1:-1].replace("''", "'")), rest
        case "number":
            return Literal(float(text) if re.search("[.eE]", text) else int(text)), rest
        case "word":
            return Literal(_WORDS[text]), rest
        case "expression":
            try:
                return read_expression(text), rest
            except ExpressionError as error:
                raise ConditionError(str(error)) from None
    if text == "!":
        inner, rest = _operand(rest)
        return Operation("!", (inner,)), rest
    if text == "(":
        inner, rest = _or(rest)
        if not rest or rest[0][1] != ")":
            raise ConditionError("a parenthesis is not closed")
        return inner, rest[1:]
    raise ConditionError(f"{text} stands where a value is expected")
