"""The files of a document: read when a reference first leads there, and found by path or by URI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from openapi_documents.errors import (
    BrokenFileError,
    DanglingReferenceError,
    DocumentError,
    ForbiddenReferenceError,
    LimitError,
    NetworkReferenceError,
    Position,
    UnresolvedError,
)
from openapi_documents.files.folders import OutsideError, Shelf
from openapi_documents.files.source import Source
from openapi_documents.files.uris import is_below, neighbour
from openapi_documents.files.uris import joined as joined_uri
from openapi_documents.limits import MOST_FILES
from openapi_documents.pointers import File, Pointer, joined
from openapi_documents.texts import values
from openapi_documents.texts.decoding import decoded


class NoWayError(Exception):
    """An address that leads nowhere, or further than it may."""

    def __init__(
        self,
        kind: type[UnresolvedError],
        reason: str,
        mend: str = "",
        position: Position | None = None,
    ) -> None:
        """Take the kind of error that a reference to it is, and what the reference does.

        `position` is that of the fault, when it is not where the reference stands.
        """
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.mend = mend
        self.position = position


class TooManyFilesError(Exception):
    """A document that refers to more files than anybody has written."""


@dataclass(eq=False)
class Files:
    """The root file and all that were read because something refers to them."""

    root: Source
    shelf: Shelf
    has_resources: bool
    """Whether `$id` and anchors mean something: not in OpenAPI 3.0."""
    _by_path: dict[str, Source] = field(default_factory=dict, repr=False)
    _by_file: dict[File | None, Source] = field(default_factory=dict, repr=False)
    _by_uri: dict[str, Pointer] = field(default_factory=dict, repr=False)
    _broken: dict[str, DocumentError] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._add(self.root)

    @property
    def others(self) -> tuple[File, ...]:
        """The files beside the root that were read so far, in the order in which they were met."""
        return tuple(file for file in self._by_file if file is not None)

    def get(self, file: File | None) -> Source | None:
        """Return a file that was read, None when it was not."""
        return self._by_file.get(file)

    def source(self, file: File | None) -> Source:
        """Return a file that was read. Raises DocumentError when it was not."""
        found = self._by_file.get(file)
        if found is None:
            raise DocumentError(Position(str(file), 1, 1), "no reference has led to this file")
        return found

    def resource_of(self, source: Source, inner: Pointer) -> tuple[Pointer, str]:
        """Return the root and the URI of the resource that a place of a file belongs to."""
        return source.resources.of(inner) if self.has_resources else ((), source.base)

    # -- by address --------------------------------------------------------------------------------

    def resource(self, source: Source, base: str, address: str) -> Pointer:
        """Return the root of the resource that an address names in a file, whose base URI it has.

        Raises NoWayError, TooManyFilesError, and LimitError for a file beyond the limits.
        """
        uri = _uri(source, base, address)
        known = self._by_uri.get(uri)
        if known is None:
            path = self._path(source, base, uri, address)
            opened = self._by_path.get(path) or self._opened(path, uri, address)
            known = self._by_uri[uri] = joined(opened.file, ())
        return known

    def content(self, source: Source, base: str, address: str) -> bytes:
        """Return the bytes of the file that an address names. Raises as `resource` does."""
        uri = _uri(source, base, address)
        return self._read(self._path(source, base, uri, address), uri, address)

    def _path(self, source: Source, base: str, uri: str, address: str) -> str:
        is_relative = not urlsplit(address).scheme
        for known, path in self._bases(source, base):
            if is_relative or uri.startswith("file:") or is_below(known, uri):
                found = neighbour(known, path, uri)
                if found is not None:
                    return found
        raise _network(uri)

    def _bases(self, source: Source, base: str) -> Iterator[tuple[str, str]]:
        """Yield URIs and paths of files that may stand beside the one that is looked for."""
        yield base, source.path
        yield source.location, source.path
        for other in self._by_file.values():
            own = self.resource_of(other, ())[1]
            if own != other.location:
                yield own, other.path

    def _read(self, path: str, uri: str, address: str) -> bytes:
        name = self.shelf.shown(path)
        try:
            return self.shelf.read(path, name)
        except OutsideError:
            raise NoWayError(
                ForbiddenReferenceError,
                "leads out of the folder of the document",
                "--allow-refs DIR allows another one",
            ) from None
        except LimitError:
            raise
        except DocumentError as error:
            if not uri.startswith("file:"):
                raise _network(uri) from None
            mend = error.mend
            if "\\" in address:
                mend = "A reference is a URI: it has / where a path of Windows has \\"
            reason = f"leads nowhere: {name}: {error.reason}"
            raise NoWayError(DanglingReferenceError, reason, mend) from None

    def _opened(self, path: str, uri: str, address: str) -> Source:
        if path in self._broken:
            raise _broken(self._broken[path])
        if len(self._by_path) > MOST_FILES:
            raise TooManyFilesError
        raw = self._read(path, uri, address)
        name = self.shelf.shown(path)
        try:
            text = decoded(raw, name)
            value, notes = values.read(text, name)
        except LimitError:
            raise
        except DocumentError as error:
            self._broken[path] = error
            raise _broken(error) from None
        source = Source(File(name), name, path, text, value, notes)
        self._add(source)
        return source

    def _add(self, source: Source) -> None:
        self._by_path[source.path] = source
        self._by_file[source.file] = source
        self._by_uri.setdefault(source.location, joined(source.file, ()))
        if self.has_resources:
            for place, uri in source.resources.uris.items():
                self._by_uri.setdefault(uri, joined(source.file, place))


def _uri(source: Source, base: str, address: str) -> str:
    try:
        uri = joined_uri(base, address)
        return uri if urlsplit(uri).scheme else joined_uri(source.location, address)
    except ValueError as error:
        raise NoWayError(
            DanglingReferenceError, f"leads nowhere: this is no URI ({error})"
        ) from None


def _broken(error: DocumentError) -> NoWayError:
    return NoWayError(BrokenFileError, error.reason, error.mend, error.position)


def _network(uri: str) -> NoWayError:
    if len(urlsplit(uri).scheme) == 1:
        return NoWayError(
            DanglingReferenceError,
            "leads nowhere: it begins with a drive",
            "Write it as seen from the file in which it stands",
        )
    return NoWayError(NetworkReferenceError, "leads to the network, from where nothing is fetched")
