"""What a life may ask of the items that batches saved: their number, or the sum of a member, as a contract declares it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mock_server.contracts.cel import Formula, read_formula
from mock_server.contracts.schema_view import MemberPath
from openapi_documents import Node
from openapi_documents.pointers import pointer_parts


@dataclass(frozen=True)
class Total:
    """A number of a name: of the items of a collection whose members have the values of `where`.

    `each` leads to an array in an item whose elements count in its place, `sum` to the number that is added up.
    """

    name: str
    records: str
    where: Mapping[str, Formula]
    each: MemberPath | None
    sum: MemberPath | None

    def wanted(self, facts: Mapping[str, object]) -> dict[str, object]:
        """Return the members that an item must have to be counted."""
        return {member: formula.value(facts) for member, formula in self.where.items()}

    def of(self, items: Iterable[Mapping[str, object]]) -> int | float:
        """Return the number or the sum; a sum is a float, so that expressions need not ask which it is."""
        elements = list(self._elements(items))
        if self.sum is None:
            return len(elements)
        found = (_at(element, self.sum) for element in elements)
        return math.fsum(one for one in found if type(one) in (int, float))  # type: ignore[misc]

    def _elements(self, items: Iterable[Mapping[str, object]]) -> Iterator[object]:
        for item in items:
            if self.each is None:
                yield item
            else:
                listed = _at(item, self.each)
                yield from listed if isinstance(listed, list) else ()


def _at(value: object, way: MemberPath) -> object:
    for name in way:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def read_totals(node: Node | None) -> Iterator[Total]:
    """Yield the totals that a lifecycle declares. Raises DocumentError for an expression that does not compile."""
    for name, total in node.entries() if node is not None else ():
        where, each, summed = total.get("where"), total.get("each"), total.get("sum")
        conditions = where.entries() if where is not None else ()
        yield Total(
            name,
            total["records"].text(),
            {member: read_formula(formula) for member, formula in conditions},
            way_of(each.text()) if each is not None else None,
            way_of(summed.text()) if summed is not None else None,
        )


def way_of(text: str) -> MemberPath:
    """Return the way that a member's name or a JSON pointer describes."""
    return pointer_parts(text) if text.startswith("/") else (text,)
