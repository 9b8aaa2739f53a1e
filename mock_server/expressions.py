"""CEL, the language of the `x-rules`, behind one door.

The engine returns errors as values instead of raising them, and its integers have 64 bits; both are dealt with here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cel_expr_python import cel

_ENVIRONMENT = cel.NewEnv(variables={"self": cel.Type.DYN, "partner": cel.Type.DYN})
_INT64 = 2**63


class ExpressionError(ValueError):
    """An expression that does not compile."""


class Expression:
    """A compiled rule."""

    def __init__(self, text: str) -> None:
        """Compile the rule. Raises ExpressionError with the engine's sentence."""
        try:
            self._program = _ENVIRONMENT.compile(text)
        except (RuntimeError, ValueError) as error:
            raise ExpressionError(str(error).strip().splitlines()[0]) from None

    def holds(self, instance: Any, partner: Mapping[str, Any]) -> bool:
        """Tell whether the rule is true of the instance; an error is not true."""
        return self._is_true(instance, partner) or (
            # An integer beyond 64 bits is an error value here; as a double it can be compared.
            _has_wide_integer(instance) and self._is_true(_narrowed(instance), partner)
        )

    def _is_true(self, instance: Any, partner: Mapping[str, Any]) -> bool:
        try:
            outcome = self._program.eval(data={"self": instance, "partner": dict(partner)})
        except RuntimeError:
            return False
        return outcome.value() is True


def _has_wide_integer(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_wide_integer(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_wide_integer(item) for item in value)
    return isinstance(value, int) and not -_INT64 <= value < _INT64


def _narrowed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _narrowed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_narrowed(item) for item in value]
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    return value
