"""What has not the form that OpenAPI gives it, wherever somebody would stumble over it.

`check` tells values of a wrong type in all members by which a server, a judge or a review decides (not
in titles and descriptions), patterns that cannot be compiled, and sizes that no memory holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from openapi_documents.document import Document
from openapi_documents.errors import DocumentError
from openapi_documents.form import BOOLEAN, MAPPING, TEXT, TEXTS, TEXTS_BY_NAME, Form, Misfit, told
from openapi_documents.schemas.sizes import Sizes
from openapi_documents.schemas.words import faults, words_of

_SECURITY: Final = Form("a list", lambda value: isinstance(value, list), TEXTS_BY_NAME)
_FLOW: Final = Form(
    "a mapping",
    MAPPING.fits,
    members={
        "authorizationUrl": TEXT, "tokenUrl": TEXT, "refreshUrl": TEXT, "scopes": MAPPING,
    },
)  # fmt: skip
_STYLE: Final[Mapping[str, Form]] = {"style": TEXT, "explode": BOOLEAN, "allowReserved": BOOLEAN}

OBJECTS: Final[Mapping[str, Mapping[str, Form]]] = {
    "document": {"openapi": TEXT, "$self": TEXT, "security": _SECURITY},
    "server": {"url": TEXT},
    "tag": {"name": TEXT},
    "path item": {"$ref": TEXT},
    "operation": {
        "operationId": TEXT, "tags": TEXTS, "deprecated": BOOLEAN, "security": _SECURITY,
    },
    "parameter": {
        "$ref": TEXT, "name": TEXT, "in": TEXT, "required": BOOLEAN, "allowEmptyValue": BOOLEAN,
        **_STYLE,
    },
    "header": {"$ref": TEXT, "required": BOOLEAN, **_STYLE},
    "request body": {"$ref": TEXT, "required": BOOLEAN},
    "response": {"$ref": TEXT},
    "encoding": {"contentType": TEXT, **_STYLE},
    "example": {"$ref": TEXT, "externalValue": TEXT},
    "link": {"$ref": TEXT, "operationRef": TEXT, "operationId": TEXT, "parameters": MAPPING},
    "callback": {"$ref": TEXT},
    "security scheme": {
        "$ref": TEXT, "type": TEXT, "scheme": TEXT, "name": TEXT, "in": TEXT,
        "flows": Form("a mapping", MAPPING.fits, _FLOW), "openIdConnectUrl": TEXT,
    },
}  # fmt: skip
"""The members of objects by which somebody decides; those that hold objects are in the grammar."""


def check(document: Document) -> tuple[DocumentError, ...]:
    """Return what has not the form that OpenAPI gives it, in all files of a document."""
    return tuple(_faults(document))


def _faults(document: Document) -> Iterator[DocumentError]:
    for place, expected in document.walked.misfits:
        yield told(document, Misfit(place, expected))
    for kind, members in OBJECTS.items():
        for place in document.objects(kind):
            value = document.value(place)
            for name in value:
                if name in members:
                    for misfit in members[name].misfits((*place, name), value[name]):
                        yield told(document, misfit)
    words, sizes = words_of(document), Sizes(document)
    for place in document.objects("schema"):
        value = document.value(place)
        if isinstance(value, dict):
            yield from faults(document, words, place, value)
            yield from sizes.check(place)
