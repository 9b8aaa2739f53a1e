"""The x-rules in CEL: whether they hold, and that each of them comes to an end."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from openapi_documents.rust_cel import cel

LONGEST = 20_000
"""Characters of an expression."""
SECONDS = 0.25
"""Seconds of the processor that one expression may take for all of its samples."""
_START = 60.0
_LARGEST_INTEGER = 2**63
_LARGEST_FLOAT = 2**1023


class ExpressionError(ValueError):
    """An expression that cannot be read or has no end; `number` is its place among those tried."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(reason)
        self.number = number


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> Any:
    return cel.compile(expression)


@lru_cache(maxsize=1024)
def members_read(expression: str) -> tuple[str, ...] | None:
    """Return the members of `self` that an expression reads; None when it may read all of them."""
    named = re.findall(r"\bself\.(\w+)", expression)
    whole = len(named) < len(re.findall(r"\bself\b", expression))
    return None if whole else tuple(dict.fromkeys(named))


def partner_attributes(expression: str) -> set[str]:
    """Return the attributes of the partner that an expression reads."""
    return set(re.findall(r"\bpartner\.(\w+)", expression))


def holds(expression: str, value: object, partner: Mapping[str, object]) -> bool:
    """Whether an expression is true of a value.

    An error of the expression counts as false; which errors there are is the engine's matter.
    """
    try:
        return _compiled(expression).execute(names(value, partner)) is True
    except Exception:
        return False


def holds_for(expression: str, known: Mapping[str, object]) -> bool:
    """Whether an expression is true where names stand for values; an error of the expression counts as false."""
    try:
        return (
            _compiled(expression).execute({name: _for_cel(one) for name, one in known.items()})
            is True
        )
    except Exception:
        return False


def names(value: object, partner: Mapping[str, object]) -> dict[str, object]:
    """Return what an expression may name."""
    return {"self": _for_cel(value), "partner": dict(partner)}


def _for_cel(value: object) -> object:
    if isinstance(value, dict):
        return {name: _for_cel(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_for_cel(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _LARGEST_INTEGER:
        infinite = math.inf if value > 0 else -math.inf
        return float(value) if abs(value) < _LARGEST_FLOAT else infinite
    return value


# --- a trial in a process of its own ---------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """An expression, and values of which it is asked."""

    expression: str
    samples: Sequence[object]


_CHILD = """
import contextlib, json, signal, sys
with contextlib.suppress(ImportError, ValueError, OSError):
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (3 << 27, 3 << 27))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
sys.modules["cel.cli"] = sys  # see openapi_documents/rust_cel.py
import cel
for number, one in enumerate(json.load(sys.stdin)):
    print(number, flush=True)
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_VIRTUAL, one["seconds"])
    try:
        program = cel.compile(one["expression"])
    except Exception as error:
        print(f"error {str(error)[:300]!r}", flush=True)
        break
    for sample in one["samples"]:
        value = True
        with contextlib.suppress(Exception):
            value = program.execute(sample)
        if not isinstance(value, bool):
            print(f"value {repr(value)[:100]}", flush=True)
            sys.exit()
else:
    print("done", flush=True)
"""


def require_end(trials: Sequence[Trial], partner: Mapping[str, object]) -> None:
    """Ask each expression of its samples, with a limit of time and memory that the system keeps.

    Raises ExpressionError for the first that cannot be read, is no condition, takes too long or fells the engine.
    """
    for number, one in enumerate(trials):
        if len(one.expression) > LONGEST:
            raise ExpressionError(number, f"it has more than {LONGEST} characters")
    asked = [
        {
            "expression": one.expression,
            "samples": [names(sample, partner) for sample in one.samples],
            "seconds": SECONDS,
        }
        for one in trials
    ]
    if asked:
        _require_end(json.dumps(asked))


def _require_end(asked: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the rules are data to it
            [sys.executable, "-c", _CHILD],
            input=asked,
            capture_output=True,
            text=True,
            check=False,
            timeout=_START,
        )
        printed, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as expired:
        printed, code = str(expired.stdout or ""), -1
    *_, last = ["", *printed.split("\n")[:-1]]
    if last == "done":
        return
    number = max((int(one) for one in printed.split("\n") if one.isdigit()), default=0)
    if last.startswith("error "):
        raise ExpressionError(number, f"it cannot be read ({last.removeprefix('error ')})")
    if last.startswith("value "):
        value = last.removeprefix("value ")
        raise ExpressionError(
            number, f"it is no condition: it gives {value} instead of true or false"
        )
    late = code in {-1, -26, -14}
    reason = f"it takes more than {SECONDS:g} s" if late else "it needs more memory than there is"
    raise ExpressionError(number, f"{reason}, or fells its engine")
