"""A document while overlays change it: its value, and where each part of that came from.

The value that was read is left as it is. What lies on the way to a change is copied, once in each
action, and the rest is shared.
"""

from __future__ import annotations

from typing import Any

from openapi_documents.limits import DEEPEST, MOST_BROUGHT_VALUES
from openapi_documents.pointers import File, Pointer
from openapi_documents.texts.origins import Key, Origin


class TooMuchError(Exception):
    """A document that changes have made larger or deeper than one may be; the text says how."""


class IncompatibleError(Exception):
    """A value that cannot be merged into what stands at a place."""

    def __init__(self, place: Pointer, known: Any, value: Any) -> None:
        """Take the place, what stands there, and what was to be merged into it."""
        super().__init__(place)
        self.place = place
        self.known = known
        self.value = value


class Draft:
    """A value that is being changed."""

    def __init__(self, value: Any, origin: Origin) -> None:
        """Take a value, and where it comes from."""
        self.value = value
        self.origin = origin
        self._mine: dict[int, object] = {}
        self._brought = 0

    def begin(self) -> None:
        """Begin an action: what the one before has made may have become a part of something else."""
        self._mine = {}

    def at(self, place: Pointer) -> tuple[Any, Origin]:
        """Return what stands at a place that is known to be there, and its origin."""
        value, origin = self.value, self.origin
        for part in place:
            value, origin = value[part], _below(origin, part)[1]
        return value, origin

    def remove(self, place: Pointer) -> None:
        """Remove a member or an item."""
        value, origin = self._opened(place[:-1])
        del value[place[-1]]
        if origin.members is not None:
            del origin.members[str(place[-1])]
        elif origin.items is not None and isinstance(place[-1], int):
            del origin.items[place[-1]]

    def update(self, place: Pointer, value: Any, origin: Origin) -> None:
        """Merge a value into what stands at a place: a mapping member by member, a list at its end.

        What is neither is replaced. Raises IncompatibleError and TooMuchError.
        """
        self._check(place, value)
        known, known_origin = self.at(place)
        if isinstance(known, list) and not isinstance(value, list):
            merged = self._appended(known, known_origin, [value], [origin])
        else:
            merged = self._merged(place, (known, known_origin), (value, origin))
        if not place:
            self.value, self.origin = merged
            return
        above, above_origin = self._opened(place[:-1])
        is_single = not isinstance(value, dict | list)
        key = Key(origin.file, origin.pointer) if is_single else _below(above_origin, place[-1])[0]
        _put(above, above_origin, place[-1], merged, key)

    def _merged(
        self, place: Pointer, into: tuple[Any, Origin], brought: tuple[Any, Origin]
    ) -> tuple[Any, Origin]:
        """Return what two values make; `place` is for the error only."""
        (known, known_origin), (value, origin) = into, brought
        if isinstance(known, dict) and isinstance(value, dict):
            result = self._own(known, known_origin)
            for name, one in value.items():
                key, inner = _below(origin, name)
                both = one, inner
                if name in known:
                    both = self._merged(
                        (*place, name), (known[name], _below(known_origin, name)[1]), both
                    )
                    key = key if both[1] is inner else _below(known_origin, name)[0]
                _put(*result, name, both, key)
            return result
        if isinstance(known, list) and isinstance(value, list):
            origins = [_below(origin, index)[1] for index in range(len(value))]
            return self._appended(known, known_origin, value, origins)
        if not isinstance(known, dict | list) and not isinstance(value, dict | list):
            return brought
        if value is None and place:  # a name without a value changes nothing
            return into
        raise IncompatibleError(place, known, value)

    def _appended(
        self, known: list[Any], known_origin: Origin, brought: list[Any], origins: list[Origin]
    ) -> tuple[Any, Origin]:
        items, origin = self._own(known, known_origin)
        items.extend(brought)
        if origin.items is not None:
            origin.items.extend(origins)
        return items, origin

    # -- copies ------------------------------------------------------------------------------------

    def _opened(self, place: Pointer) -> tuple[Any, Origin]:
        """Return the mapping or sequence at a place, and its origin, to be changed."""
        value, origin = self.value, self.origin = self._own(self.value, self.origin)
        for part in place:
            key, below = _below(origin, part)
            inner = self._own(value[part], below)
            _put(value, origin, part, inner, key)
            value, origin = inner
        return value, origin

    def _own(self, value: Any, origin: Origin) -> tuple[Any, Origin]:
        notes = origin.members if origin.members is not None else origin.items
        if notes is None or id(notes) not in self._mine:
            origin = origin.opened(value)
            self._keep(origin.members if origin.members is not None else origin.items)
        if id(value) not in self._mine:
            value = value.copy()
            self._keep(value)
        return value, origin

    def _keep(self, made: object) -> None:
        self._mine[id(made)] = made

    def _check(self, place: Pointer, value: Any) -> None:
        count, depth = _measured(value, MOST_BROUGHT_VALUES - self._brought + 1)
        self._brought += count
        if self._brought > MOST_BROUGHT_VALUES:
            raise TooMuchError(f"more than {MOST_BROUGHT_VALUES:,} values are brought here")
        if len(place) + depth > DEEPEST:
            raise TooMuchError(f"the document becomes deeper than {DEEPEST} levels")


def _below(origin: Origin, part: str | int | File) -> tuple[Key, Origin]:
    """Return the key and the origin of what is known to stand under a part."""
    found = origin.below(part)
    return (Key(origin.file, origin.pointer), origin) if found is None else found


def _put(
    above: Any, above_origin: Origin, part: str | int | File, one: tuple[Any, Origin], key: Key
) -> None:
    above[part] = one[0]
    if above_origin.members is not None:
        above_origin.members[str(part)] = (key, one[1])
    elif above_origin.items is not None and isinstance(part, int):
        above_origin.items[part] = one[1]


def _measured(value: Any, most: int) -> tuple[int, int]:
    """Return how many values a value has, up to a number of them, and how many levels."""
    level, count, depth = [value], 1, 0
    while level and count < most:
        depth += any(isinstance(one, dict | list) for one in level)
        below: list[Any] = []
        for one in level:
            inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
            count += len(inner)
            if count >= most:
                break
            below += inner
        level = below
    return count, depth
