"""A change of what a contract declares in the vocabulary."""

from __future__ import annotations

from openapi_documents import Pointer
from spec_review.diff.changes import Change
from spec_review.diff.kinds import DeclarationKind, Facet
from spec_review.diff.verdicts import Verdicts


def declared_change(
    kind: DeclarationKind,
    sentence: str,
    verdicts: Verdicts,
    old: Pointer,
    new: Pointer,
    *,
    facet: Facet = "",
    is_removed: bool = False,
) -> Change:
    """A change of a declaration, before it is known which operations it concerns."""
    return Change(
        kind, sentence, verdicts, old, new, "behaviour", is_removed=is_removed, facet=facet
    )
