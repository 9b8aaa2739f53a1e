"""Money as decimals: in from JSON, rounded once, out to JSON, and as whole cents for the store."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


@lru_cache(maxsize=8192, typed=True)
def from_json(number: int | float) -> Decimal:
    """Return the decimal that a JSON number was written as: 0.1 is a tenth, no double."""
    return Decimal(number) if isinstance(number, int) else Decimal(repr(number))


def rounded(amount: Decimal) -> Decimal:
    """Round to two decimals, half up (R14)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def to_json(amount: Decimal) -> int | float:
    """Return the JSON number of an amount: 10, 43.2, 0.15."""
    whole = int(amount)
    return whole if whole == amount else float(amount)


def to_cents(amount: Decimal) -> int:
    """Return an amount of two decimals as whole cents."""
    return int(amount.scaleb(2))


def from_cents(cents: int) -> Decimal:
    """Return whole cents as an amount of two decimals."""
    return Decimal(cents) * CENT
