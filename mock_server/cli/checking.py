"""Looks at what every operation would answer: what can be seen at once at the start, all else while nobody asks."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence

import click

from mock_server.app import Sandbox
from mock_server.examples.outlook import Remark

_AT_START = 0.3  # seconds
_MANY = 200  # operations: to look at some of so many is not worth a delay
_QUIET = 1.0  # seconds without a request, before the next operation is looked at
_SHOWN = 5


def remarks(sandbox: Sandbox) -> Iterator[tuple[Remark, ...]]:
    """Yield what is to be told of each operation of the users' contracts."""
    for bound in sandbox.bound:
        if not bound.contract.is_control and bound.operation.broken is None:
            yield tuple(bound.outlook.remarks(bound.operation))


def tell(found: Sequence[Remark], most: int | None = None) -> None:
    """Print remarks on standard error, at most so many of them; one that many answers share, once."""
    alike = Counter((one.kind, one.place) for one in found)
    first: dict[tuple[str, str], Remark] = {}
    for one in found:
        first.setdefault((one.kind, one.place), one)
    told = list(first.values())
    for remark in told[:most]:
        others = alike[remark.kind, remark.place] - 1
        shared = f" (so in {others} other answer{'s' if others > 1 else ''})" if others else ""
        click.echo(f"warning: {remark}{shared}", err=True)
    if most is not None and len(told) > most:
        more = len(told) - most
        click.echo(f"warning: {more} more like these; `mock-server check FILE` lists all", err=True)


def check_at_start(sandbox: Sandbox) -> None:
    """Tell what is to be told of the answers: at once as far as that is no delay, then when nobody asks."""
    waiting = remarks(sandbox)
    end = time.monotonic() + (_AT_START if len(sandbox.bound) < _MANY else 0)
    found: list[Remark] = []
    for some in waiting:
        found += some
        if time.monotonic() > end:
            rest = threading.Thread(target=_check_when_quiet, args=(sandbox, waiting), daemon=True)
            rest.start()
            break
    tell(found, _SHOWN)


def _check_when_quiet(sandbox: Sandbox, waiting: Iterator[tuple[Remark, ...]]) -> None:
    found: list[Remark] = []
    for some in waiting:
        found += some
        time.sleep(0.005)  # whoever asks now is not kept waiting
        while time.monotonic() - sandbox.asked_at < _QUIET:
            time.sleep(_QUIET / 4)
    tell(found, _SHOWN)
