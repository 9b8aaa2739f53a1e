"""CEL, the language of the `x-rules`, behind one door.

The engine returns errors as values instead of raising them, and its integers have 64 bits; both are dealt with here.
"""

from __future__ import annotations

from collections.abc import Mapping

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
        self.type = str(self._program.return_type()).lower()
        """The type of what it gives, `dyn` where that is not known."""
        self._text = text

    def __reduce__(self) -> tuple[type[Expression], tuple[str]]:
        """Be kept as its text: what the engine makes of it cannot be."""
        return (Expression, (self._text,))

    def holds(self, instance: object, partner: Mapping[str, object]) -> bool:
        """Tell whether the rule is true of the instance; an error is not true."""
        return self.holds_of(Facts(instance, dict(partner)))

    def holds_of(self, facts: Facts) -> bool:
        """Tell whether the rule is true of what is known; an error is not true."""
        # An integer beyond 64 bits is an error value here; as a double it can be compared.
        return self.is_true_of(facts) or self._is_true(facts.narrowed())

    def is_true_of(self, facts: Facts) -> bool:
        """Tell whether the rule is true of what is known as it stands, without wide integers."""
        return self._is_true(facts.plain)

    def _is_true(self, activation: object) -> bool:
        if activation is None:
            return False
        try:
            return self._program.eval(activation=activation).value() is True
        except RuntimeError:
            return False


class Facts:
    """An instance and its partner, handed to the engine once for all rules that are asked of them."""

    __slots__ = ("_instance", "_partner", "plain")

    def __init__(self, instance: object, partner: Mapping[str, object]) -> None:
        """Hand both over; `plain` is None for what the engine cannot hold."""
        self._instance = instance
        self._partner = partner
        self.plain = _activation(instance, partner)

    def narrowed(self) -> object:
        """Return the same with doubles for integers beyond 64 bits, None when there are none."""
        if not _has_wide_integer(self._instance):
            return None
        return _activation(_narrowed(self._instance), self._partner)


def _activation(instance: object, partner: Mapping[str, object]) -> object:
    try:
        return _ENVIRONMENT.Activation({"self": instance, "partner": partner})
    except RuntimeError:
        return None


def _has_wide_integer(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_wide_integer(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_wide_integer(item) for item in value)
    return isinstance(value, int) and not -_INT64 <= value < _INT64


def _narrowed(value: object) -> object:
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
