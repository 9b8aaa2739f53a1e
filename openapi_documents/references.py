"""Follows references by RFC 3986 and RFC 6901, `$id`, `$anchor` and `$self`, also into other files.

Never to the network, and never out of the folders that may be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from os.path import abspath, dirname, join, normpath
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import url2pathname

from openapi_documents import positions, values
from openapi_documents.errors import (
    BrokenFileError,
    CircularReferenceError,
    DanglingReferenceError,
    DocumentError,
    ForbiddenReferenceError,
    LimitError,
    NetworkReferenceError,
    Position,
    UnresolvedError,
)
from openapi_documents.limits import LONGEST_CHAIN, MOST_FILES
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
from openapi_documents.source import Source
from openapi_documents.sources import OutsideError, Shelf


@dataclass(eq=False)
class References:
    """The files of a document, and the way through its references."""

    root: Source
    shelf: Shelf
    has_resources: bool
    """Whether `$id` and anchors mean something: not in OpenAPI 3.0."""
    _by_path: dict[str, Source] = field(default_factory=dict, repr=False)
    _by_file: dict[File | None, Source] = field(default_factory=dict, repr=False)
    _targets: dict[tuple[File | None, Pointer, str], Pointer] = field(
        default_factory=dict, repr=False
    )

    def __post_init__(self) -> None:
        self._by_path[self.root.path] = self.root
        self._by_file[None] = self.root

    @property
    def files(self) -> tuple[File, ...]:
        """The other files that were read so far."""
        return tuple(file for file in self._by_file if file is not None)

    def source(self, file: File | None) -> Source:
        """Return a file that was read. Raises KeyError."""
        return self._by_file[file]

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a place, MISSING when there is none. `$ref` is not followed."""
        file, inner = split_file(pointer)
        source = self._by_file.get(file)
        if source is None:
            return MISSING
        value = source.value
        for part in inner:
            value = child(value, part)[1]
            if value is MISSING:
                return MISSING
        return value

    def position(self, pointer: Pointer) -> Position:
        """Return where a place stands in its file."""
        file, inner = split_file(pointer)
        return positions.position(self._by_file[file].marks, inner)

    def key_position(self, pointer: Pointer) -> Position:
        """Return where the key of a place stands in its file."""
        file, inner = split_file(pointer)
        return positions.key_position(self._by_file[file].marks, inner)

    # -- following ---------------------------------------------------------------------------------

    def follow(self, pointer: Pointer) -> Pointer:
        """Return a place with every `$ref` on the way and at its end replaced by its target.

        Raises UnresolvedError for a `$ref` that leads nowhere or to a broken file, and LimitError.
        """
        return self._walk(pointer)[0]

    def target(self, pointer: Pointer, reference: str) -> Pointer:
        """Return where a reference leads that stands at a place. Raises as `follow` does."""
        file, inner = split_file(pointer)
        resource = self._resource_of(self._by_file[file], inner)[0]
        known = self._targets.get((file, resource, reference))
        if known is None:
            known = self._target(pointer, reference)
            self._targets[file, resource, reference] = known
        return known

    def _walk(self, pointer: Pointer) -> tuple[Pointer, Any]:
        """Return where a place leads, and what stands there or MISSING."""
        file, inner = split_file(pointer)
        place: list[str | int | File] = []
        value = self._by_file[file].value
        rest = list(reversed(inner))
        seen: dict[Pointer, int] = {}
        while True:
            reference = value.get("$ref") if isinstance(value, dict) else None
            beside = bool(rest) and isinstance(value, dict) and rest[-1] in value
            if isinstance(reference, str) and not (beside and rest[-1] != "$ref"):
                here = joined(file, tuple(place))
                if seen.get(here, len(rest) + 1) <= len(rest):  # nothing was gained since
                    raise self._circular(here, reference)
                if len(seen) > LONGEST_CHAIN:
                    raise LimitError(
                        self.position(here), f"more than {LONGEST_CHAIN:,} references follow here"
                    )
                seen[here] = len(rest)
                file, inner = split_file(self.target(here, reference))
                rest.extend(reversed(inner))
                place, value = [], self._by_file[file].value
            elif not rest:
                return joined(file, tuple(place)), value
            else:
                part, value = child(value, rest.pop())
                place.append(part)

    def _target(self, pointer: Pointer, reference: str) -> Pointer:
        file, inner = split_file(pointer)
        source = self._by_file[file]
        resource, base = self._resource_of(source, inner)
        address, _, fragment = reference.partition("#")
        if address:
            file, resource = self._resource(pointer, reference, base, address)
        place = joined(file, resource)
        fragment = unquote(fragment) if "%" in fragment else fragment
        if fragment and not fragment.startswith("/"):
            return self._anchored(pointer, reference, place, fragment)
        inside = (*place, *pointer_parts(fragment))
        if self._stands(inside):
            return inside
        # Within a schema that has an `$id` people still write references from the document's root.
        from_root = joined(file, pointer_parts(fragment))
        if resource and self._stands(from_root):
            return from_root
        raise self._dangling(pointer, reference, "nothing stands there")

    def _stands(self, place: Pointer) -> bool:
        """Tell whether something stands at a place, on whose way further references may be."""
        value = self.value(place)
        if value is not MISSING:
            return True
        for cut in range(len(place) - 1, 0, -1):
            above = self.value(place[:cut])
            if above is not MISSING:
                if not isinstance(above, dict) or not isinstance(above.get("$ref"), str):
                    return False
                return self._walk_is_whole(place)
        return False

    def _walk_is_whole(self, place: Pointer) -> bool:
        try:
            return self._walk(place)[1] is not MISSING
        except (UnresolvedError, RecursionError):
            return False

    # -- resources ---------------------------------------------------------------------------------

    def _resource_of(self, source: Source, inner: Pointer) -> tuple[Pointer, str]:
        return source.resource_of(inner) if self.has_resources else ((), source.base)

    def _resource(
        self, pointer: Pointer, reference: str, base: str, address: str
    ) -> tuple[File | None, Pointer]:
        """Return the file and the place of the resource that an address names."""
        try:
            uri = urldefrag(urljoin(base, address)).url
            scheme = urlsplit(uri).scheme
        except ValueError as error:
            raise self._dangling(pointer, reference, f"this is no URI ({error})") from None
        for source in list(self._by_file.values()) if self.has_resources else ():
            for place, known in source.resources.uris.items():
                if known == uri:
                    return source.file, place
        path = self._path(uri, scheme)
        if path is None:
            raise NetworkReferenceError(
                self._place_of(pointer), pointer, reference,
                f"the reference {reference} leads to the network, from where nothing is fetched",
            )  # fmt: skip
        return self._opened(pointer, reference, path).file, ()

    def _path(self, uri: str, scheme: str) -> str | None:
        """Return the path of the file that a URI names, None when it is none."""
        split = urlsplit(uri)
        if scheme == "file" and split.netloc in ("", "localhost"):
            return abspath(url2pathname(split.path))
        # Beside a file that calls itself by a URI (`$self`), its neighbours have URIs like it.
        for source in self._by_file.values():
            folder = source.base.rpartition("/")[0] + "/"
            if source.base != source.location and uri.startswith(folder):
                return normpath(join(dirname(source.path), unquote(uri.removeprefix(folder))))
        return None

    def _opened(self, pointer: Pointer, reference: str, path: str) -> Source:
        known = self._by_path.get(path)
        if known is not None:
            return known
        at = self._place_of(pointer)
        if len(self._by_path) > MOST_FILES:
            raise LimitError(at, f"the document refers to more than {MOST_FILES:,} files")
        name = self.shelf.shown(path)
        try:
            text = self.shelf.read(path, name)
        except OutsideError:
            raise ForbiddenReferenceError(
                at, pointer, reference,
                f"the reference {reference} leads out of the folder of the document; "
                "--allow-refs DIR allows another one",
            ) from None  # fmt: skip
        except LimitError:
            raise
        except DocumentError as error:
            raise self._dangling(pointer, reference, f"{name}: {error.reason}") from None
        try:
            value, notes = values.read(text, name)
        except LimitError:
            raise
        except DocumentError as error:
            raise BrokenFileError(error.position, pointer, reference, error.reason) from None
        source = Source(File(name), name, path, text, value, notes)
        self._by_path[path] = source
        self._by_file[source.file] = source
        return source

    def _anchored(
        self, pointer: Pointer, reference: str, resource: Pointer, anchor: str
    ) -> Pointer:
        file, inner = split_file(resource)
        found = self._by_file[file].resources.anchors.get((inner, anchor))
        if found is None or not self.has_resources:
            raise self._dangling(pointer, reference, f"there is no anchor {anchor}")
        return joined(file, found)

    # -- sentences ---------------------------------------------------------------------------------

    def _place_of(self, pointer: Pointer) -> Position:
        return self.position((*pointer, "$ref"))

    def _dangling(self, pointer: Pointer, reference: str, why: str) -> DanglingReferenceError:
        return DanglingReferenceError(
            self._place_of(pointer), pointer, reference,
            f"the reference {reference or '(empty)'} leads nowhere: {why}",
        )  # fmt: skip

    def _circular(self, pointer: Pointer, reference: str) -> CircularReferenceError:
        return CircularReferenceError(
            self._place_of(pointer), pointer, reference,
            f"the reference {reference} leads back to itself ({text_of(pointer)})",
        )  # fmt: skip
