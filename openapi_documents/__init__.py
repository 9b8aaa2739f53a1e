"""How a contract is spelled: files become one located tree, whatever their number and dialect.

Begin with `load`; a `Document` is asked by places (tuples) or walked as nodes, and each of its values
knows its file and line.
"""

from openapi_documents.document import Document
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
    shown,
)
from openapi_documents.grammar import KINDS, METHODS
from openapi_documents.load import load, parse
from openapi_documents.node import Node, described
from openapi_documents.operations import Operation, Parameter
from openapi_documents.pointers import MISSING, File, Pointer, pointer_of, text_of
from openapi_documents.texts.composing import Note

__all__ = [
    "KINDS",
    "METHODS",
    "MISSING",
    "BrokenFileError",
    "CircularReferenceError",
    "DanglingReferenceError",
    "Document",
    "DocumentError",
    "File",
    "ForbiddenReferenceError",
    "LimitError",
    "NetworkReferenceError",
    "Node",
    "Note",
    "Operation",
    "Parameter",
    "Pointer",
    "Position",
    "UnresolvedError",
    "described",
    "load",
    "parse",
    "pointer_of",
    "shown",
    "text_of",
]
