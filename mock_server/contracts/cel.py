"""Expressions of lives in CEL: rules of outcomes, guards of transitions, and values that the server computes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cel_expr_python import cel

from mock_server.contracts.expressions import ExpressionError
from openapi_documents import Node

NAMES = ("self", "parent", "request", "partner", "totals", "now")
"""What an expression may ask: the resource, the one that it is in, the body of the request, the caller, totals, the instant."""

_ENVIRONMENT = cel.NewEnv(variables=dict.fromkeys(NAMES, cel.Type.DYN))


class Formula:
    """A compiled expression."""

    def __init__(self, text: str) -> None:
        """Compile it. Raises ExpressionError with the engine's sentence."""
        try:
            self._program = _ENVIRONMENT.compile(text)
        except (RuntimeError, ValueError) as error:
            raise ExpressionError(str(error).strip().splitlines()[0]) from None
        self.text = text

    def __reduce__(self) -> tuple[type[Formula], tuple[str]]:
        """Be kept as its text: what the engine makes of it cannot be."""
        return (Formula, (self.text,))

    def value(self, facts: Mapping[str, object]) -> object:
        """Return its value as JSON, None where it has none: something that it asks for is not there."""
        activation = {name: facts.get(name) for name in NAMES}
        try:
            found = self._program.eval(activation=_ENVIRONMENT.Activation(activation))
        except RuntimeError:
            return None
        # The engine gives its errors as values, of a type of their own.
        return None if found.type() == cel.Type.ERROR else _as_json(found.value())

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Tell whether it is true; an error is not true."""
        return self.value(facts) is True


def _as_json(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _as_json(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return _as_json(value.value()) if isinstance(value, cel.Value) else str(value)


def read_formula(node: Node) -> Formula:
    """Return the expression that stands at a place. Raises DocumentError for one that does not compile."""
    try:
        return Formula(node.text())
    except ExpressionError as error:
        raise node.error(f"the expression does not compile: {error}") from None
