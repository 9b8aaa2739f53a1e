"""Which answers each operation gave, and whether it ever did what a caller wants of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from contract_tests.judging.coverage import Coverage, Part
from contract_tests.reading.contract import Contract, Operation

_REFUSALS = frozenset({401, 403, 404, 409, 422, 429, 501, 503})
"""Codes by which a server may refuse what is valid: they say nothing of how the request is made."""


@dataclass(frozen=True)
class Reached:
    """The answers of an operation: how often each code was seen, and which documented ones never."""

    contract: str
    operation: Operation
    seen: Counter[int]
    missed: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Whether it ever gave an answer that its contract documents as a success, or any that it documents at all."""
        return any(_is_success(self.operation, code) for code in self.seen)

    @property
    def why(self) -> str:
        """Return what it answered instead, in words."""
        if not self.seen:
            return "nothing was asked of it"
        told = ", ".join(f"{code} ({times} times)" for code, times in self.seen.most_common(4))
        return f"it answered nothing but {told}"


def reached(contract: Contract, coverage: Coverage) -> Iterator[Reached]:
    """Yield what was reached of each operation of a contract."""
    for one in contract.operations:
        seen = Counter[int]()
        for place, times in coverage.counts.items():
            name, _, code = place.name.rpartition(" ")
            if place.part is Part.ANSWER and place.contract == contract.name and name == one.id:
                seen[int(code)] += times
        known = {_documented(one, code) for code in seen}
        missed = tuple(answer.code for answer in one.responses if answer.code not in known)
        yield Reached(contract.name, one, seen, missed)


def _documented(operation: Operation, code: int) -> str | None:
    found = operation.response(code)
    return None if found is None else found.code


def _is_success(operation: Operation, code: int) -> bool:
    """Whether a code is a success; an operation that documents none is reached by what it documents."""
    codes = [one.code for one in operation.responses]
    if any(one[:1] in {"2", "3"} for one in codes) or "default" in codes or not codes:
        return 200 <= code < 400
    return _documented(operation, code) is not None


def refuses_what_is_valid(operation: Operation, answers: Counter[int]) -> bool:
    """Whether an operation refused every valid request, and not for what its contract documents a refusal.

    One that found nothing under the names in its path may find that others are no names at all.
    """
    if not answers or any(code < 400 or code >= 500 for code in answers):
        return False
    if "{" in operation.path and not operation.body and 404 in answers:
        return any(code not in {*_REFUSALS, 400} for code in answers)
    return any(code not in _REFUSALS for code in answers)
