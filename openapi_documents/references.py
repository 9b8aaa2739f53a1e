"""Follows references by RFC 3986 and RFC 6901, `$id`, `$anchor` and `$self`, also into other files.

Never to the network, and never out of the folders that may be read. There is no recursion: a chain of
references may be as long as somebody writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from openapi_documents.errors import (
    CircularReferenceError,
    DanglingReferenceError,
    LimitError,
    Position,
    UnresolvedError,
)
from openapi_documents.files.library import Files, NoWayError, TooManyFilesError
from openapi_documents.limits import LONGEST_CHAIN, MOST_FILES
from openapi_documents.mending import did_you_mean
from openapi_documents.pointers import (
    MISSING,
    File,
    Pointer,
    child,
    joined,
    pointer_parts,
    split_file,
    text_of,
)

_MOST_MENDED: Final = 100
"""References for which a near name is looked for: a document with more has another fault."""


class _Followed(NamedTuple):
    """A reference on the way: where it stands, its text, and how much of the way came after it."""

    place: Pointer
    reference: str
    rest: int


@dataclass(eq=False)
class References:
    """The way through the references of a document."""

    files: Files
    _targets: dict[tuple[File | None, Pointer, str], Pointer] = field(
        default_factory=dict, repr=False
    )
    _ends: dict[Pointer, Pointer] = field(default_factory=dict, repr=False)
    """Where references end that others lead through."""
    _mended: int = field(default=0, repr=False)

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a place, MISSING when there is none. `$ref` is not followed."""
        file, inner = split_file(pointer)
        source = self.files.get(file)
        value: Any = MISSING if source is None else source.value
        for part in inner:
            # Most parts are names of members; a document of 3 MB is asked for half a million of them.
            is_member = type(value) is dict and type(part) is str
            value = value.get(part, MISSING) if is_member else child(value, part)[1]
            if value is MISSING:
                break
        return value

    def _plainly(self, pointer: Pointer) -> Any:
        """Return the value at a place whose parts are written as the document has them, else MISSING."""
        file, inner = split_file(pointer)
        source = self.files.get(file)
        value: Any = MISSING if source is None else source.value
        for part in inner:
            if type(value) is dict and type(part) is str:
                value = value.get(part, MISSING)
            elif type(value) is list and type(part) is int and 0 <= part < len(value):
                value = value[part]
            else:
                return MISSING
        return value

    def follow(self, pointer: Pointer) -> Pointer:
        """Return a place with every `$ref` on the way and at its end replaced by its target.

        Raises UnresolvedError for a `$ref` that leads nowhere or to a broken file, and LimitError.
        """
        value = self._plainly(pointer)
        if value is not MISSING and not _is_reference(value, []):
            return pointer  # what stands there is reached without a reference
        if pointer in self._ends:
            return self._ends[pointer]
        met: list[Pointer] = []
        for place in self._walk(pointer):
            met.append(place)
            if place in self._ends:
                break
        end = self._ends.get(met[-1], met[-1])
        self._ends.update((one, end) for one in met[:-1])
        return end

    def chain(self, pointer: Pointer) -> tuple[Pointer, ...]:
        """Return where a place stands and, while there is a `$ref`, where that leads. Raises too."""
        return tuple(self._walk(pointer))

    def target(self, pointer: Pointer, reference: str) -> Pointer:
        """Return where a reference leads that stands at a place; a `$ref` there is not followed.

        `pointer` is the object that holds it under `$ref`, or the very text. Raises as `follow` does.
        """
        start = _Followed(pointer, reference, 0)
        return next(self._walk(self._named(pointer, reference), start))

    # -- the way -----------------------------------------------------------------------------------

    def _walk(self, pointer: Pointer, start: _Followed | None = None) -> Iterator[Pointer]:
        """Yield where a place leads: without the references on its way, then one by one at its end.

        `start` is the reference that named the place.
        """
        file, inner = split_file(pointer)
        place: list[str | int | File] = []
        value = self.files.source(file).value
        rest = list(reversed(inner))
        seen: dict[Pointer, int] = {}
        followed = [] if start is None else [start]
        while True:
            here = joined(file, tuple(place)) if not rest or _is_reference(value, rest) else ()
            if not rest:
                yield here
            if _is_reference(value, rest):
                reference = value["$ref"]
                self._check_progress(here, reference, seen, len(rest))
                followed.append(_Followed(here, reference, len(rest)))
                file, inner = split_file(self._named(here, reference))
                rest.extend(reversed(inner))
                place, value = [], self.files.source(file).value
            elif not rest:
                return
            else:
                part, value = child(value, rest.pop())
                place.append(part)
                if value is MISSING:
                    missed = [one for one in followed if one.rest <= len(rest)]
                    if missed:
                        raise self._nothing(missed[-1], joined(file, tuple(place)))

    def _check_progress(
        self, here: Pointer, reference: str, seen: dict[Pointer, int], rest: int
    ) -> None:
        if seen.get(here, rest + 1) <= rest:  # nothing was gained since
            raise CircularReferenceError(
                self._place_of(here), here, reference,
                f"the reference {reference} leads back to itself ({text_of(here)})",
            )  # fmt: skip
        if len(seen) > LONGEST_CHAIN:
            raise LimitError(
                self._place_of(here), f"more than {LONGEST_CHAIN:,} references follow here"
            )
        seen[here] = rest

    # -- names -------------------------------------------------------------------------------------

    def _named(self, pointer: Pointer, reference: str) -> Pointer:
        """Return the place that a reference names, whether or not something stands there."""
        file, inner = split_file(pointer)
        resource, base = self.files.resource_of(self.files.source(file), inner)
        known = self._targets.get((file, resource, reference))
        if known is None:
            known = self._spelled(pointer, reference, joined(file, resource), base)
            self._targets[file, resource, reference] = known
        return known

    def _spelled(self, pointer: Pointer, reference: str, resource: Pointer, base: str) -> Pointer:
        address, _, fragment = reference.partition("#")
        if address:
            resource = self._resource(pointer, reference, base, address)
        fragment = unquote(fragment)
        if fragment and not fragment.startswith("/"):
            return self._anchored(pointer, reference, resource, fragment)
        inside = (*resource, *pointer_parts(fragment))
        # Within a schema that has an `$id` people still write references from the document's root.
        file, inner = split_file(resource)
        from_root = joined(file, pointer_parts(fragment))
        if inner and self.value(inside) is MISSING and self.value(from_root) is not MISSING:
            return from_root
        return inside

    def _resource(self, pointer: Pointer, reference: str, base: str, address: str) -> Pointer:
        source = self.files.source(split_file(pointer)[0])
        try:
            return self.files.resource(source, base, address)
        except NoWayError as error:
            raise self._no_way(pointer, reference, error) from None
        except TooManyFilesError:
            raise LimitError(
                self._place_of(pointer), f"the document refers to more than {MOST_FILES:,} files"
            ) from None

    def _anchored(
        self, pointer: Pointer, reference: str, resource: Pointer, anchor: str
    ) -> Pointer:
        file, inner = split_file(resource)
        anchors = self.files.source(file).resources.anchors if self.files.has_resources else {}
        found = anchors.get((inner, anchor))
        if found is None:
            names = [name for root, name in anchors if root == inner]
            mend = did_you_mean(anchor, names)
            if "/" in anchor:
                mend = "A pointer begins with /, as in #/components"
            raise self._dangling(pointer, reference, f"there is no anchor {anchor}", mend)
        return joined(file, found)

    def content(self, pointer: Pointer, reference: str) -> bytes:
        """Return the bytes of the file that a reference names which stands at a place.

        Raises as `follow` does.
        """
        file, inner = split_file(pointer)
        source = self.files.source(file)
        base = self.files.resource_of(source, inner)[1]
        try:
            return self.files.content(source, base, reference)
        except NoWayError as error:
            raise self._no_way(pointer, reference, error) from None

    # -- sentences ---------------------------------------------------------------------------------

    def _place_of(self, pointer: Pointer) -> Position:
        """Return where a reference stands: under `$ref`, if the place is the object that holds it."""
        file, inner = split_file(pointer)
        return self.files.source(file).position((*inner, "$ref"))

    def _no_way(self, pointer: Pointer, reference: str, error: NoWayError) -> UnresolvedError:
        if error.position is not None:
            return error.kind(error.position, pointer, reference, error.reason, error.mend)
        reason = f"the reference {reference} {error.reason}"
        return error.kind(self._place_of(pointer), pointer, reference, reason, error.mend)

    def _nothing(self, followed: _Followed, place: Pointer) -> DanglingReferenceError:
        above = self.value(place[:-1])
        mend = ""
        if isinstance(above, dict) and self._mended < _MOST_MENDED:
            self._mended += 1
            mend = did_you_mean(str(place[-1]), above)
        return self._dangling(followed.place, followed.reference, "nothing stands there", mend)

    def _dangling(
        self, pointer: Pointer, reference: str, why: str, mend: str
    ) -> DanglingReferenceError:
        return DanglingReferenceError(
            self._place_of(pointer), pointer, reference,
            f"the reference {reference or '(empty)'} leads nowhere: {why}", mend,
        )  # fmt: skip


def _is_reference(value: Any, rest: list[str | int | File]) -> bool:
    """Tell whether a value leads elsewhere: it has a `$ref`, and not what comes next on the way."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("$ref"), str)
        and not (rest and str(rest[-1]) in value)
    )
