"""The operations of a document, and the requests that it makes to its partners."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from openapi_documents import Document, Operation, Pointer

VERSION: Final = re.compile(r"^v\d+(\.\d+)*$", re.IGNORECASE)
"""A step of a path that is a version, such as `v2`."""


Caller = Literal["partner", "provider"]
"""Who sends the requests of an operation: of a webhook or a callback, the provider."""


@dataclass(frozen=True)
class Endpoint:
    """An operation, and who calls it."""

    operation: Operation
    caller: Caller = "partner"
    label: str = ""
    """What is said instead of the path."""

    @property
    def is_webhook(self) -> bool:
        """Whether it is the provider who calls the partner."""
        return self.caller == "provider"

    @property
    def pointer(self) -> Pointer:
        """Where it stands."""
        return self.operation.pointer

    @property
    def value(self) -> Mapping[str, object]:
        """The Operation Object."""
        return self.operation.value

    @property
    def id(self) -> str:
        """Its operationId, or ""."""
        return self.operation.id

    @property
    def method(self) -> str:
        """The method in small letters."""
        return self.operation.method

    @property
    def path(self) -> str:
        """The path, or the webhook or the callback by its name."""
        return self.label or self.operation.path

    @property
    def name(self) -> str:
        """As one writes it in a sentence: its id, or ``POST /a``."""
        return self.id or f"{self.method.upper()} {self.path}"

    @property
    def title(self) -> str:
        """Its id with method and path."""
        place = f"{self.method.upper()} {self.path}"
        return f"{self.id} ({place})" if self.id else place


def endpoints(document: Document) -> Iterator[Endpoint]:
    """What stands under `paths` and `webhooks`."""
    for operation in document.operations():
        yield Endpoint(operation)
    for operation in document.webhooks():
        yield Endpoint(operation, "provider", f"webhook {operation.path}")


def path_shape(path: str) -> str:
    """The path without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def unversioned(path: str) -> str:
    """The path without a version, and without the names of its parameters."""
    return "/".join(step for step in path_shape(path).split("/") if not VERSION.match(step))
