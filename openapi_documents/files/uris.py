"""URIs of files, and the way from one to another, which is the way from file to file."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from urllib.parse import SplitResult, unquote_to_bytes, urldefrag, urljoin, urlsplit


def uri_of(path: str) -> str:
    """Return an absolute path as a URI."""
    return Path(path).as_uri()


def joined(base: str, reference: str) -> str:
    """Return the URI that a reference names, without its fragment. Raises ValueError."""
    uri = urldefrag(urljoin(base, reference)).url
    urlsplit(uri)  # finds what urljoin has not looked at
    return uri


def neighbour(base: str, path: str, uri: str) -> str | None:
    """Return the path of the file that has a URI, when the file at `path` has the URI `base`.

    Files stand to each other as their URIs do. None when nothing can be said: the schemes or the
    hosts differ.
    """
    here, there = urlsplit(base), urlsplit(uri)
    if _origin(here) != _origin(there) or not there.path.startswith("/"):
        return None
    way = posixpath.relpath(there.path, posixpath.dirname(here.path))
    return os.path.normpath(os.path.join(os.path.dirname(path), os.fsdecode(unquote_to_bytes(way))))


def is_below(base: str, uri: str) -> bool:
    """Tell whether a URI leads below the folder of another."""
    return uri.startswith(base.rpartition("/")[0] + "/")


def _origin(uri: SplitResult) -> tuple[str, str]:
    return uri.scheme, "" if uri.netloc == "localhost" else uri.netloc
