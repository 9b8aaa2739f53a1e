"""Which changes are told: those of some paths and tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from openapi_documents import Document, Operation
from spec_review.diff.changes import Change
from spec_review.diff.comparison import Diff
from spec_review.output.wording import did_you_mean
from spec_review.reading.values import texts


@dataclass(frozen=True)
class Selection:
    """Globs of paths and names of tags; nothing of both chooses everything."""

    paths: Sequence[str] = ()
    tags: Sequence[str] = ()

    def of(self, diff: Diff) -> Diff:
        """The changes that touch an operation which is chosen."""
        if not self.paths and not self.tags:
            return diff
        known = {**operations_by_name(diff.old), **operations_by_name(diff.new)}
        kept = (each for each in diff.changes if self._touches(each.change, known))
        return replace(diff, changes=tuple(kept))

    def unmatched(self, diff: Diff) -> Iterator[str]:
        """A sentence for each glob and each tag that no operation of either document has."""
        known = [*diff.old.operations(), *diff.new.operations()]
        paths = dict.fromkeys(operation.path for operation in known)
        tags = dict.fromkeys(tag for one in known for tag in texts(one.value.get("tags")))
        for glob in self.paths:
            if not any(fnmatchcase(path, glob) for path in paths):
                yield ended(f"no path fits {glob}", did_you_mean(glob, paths, ""))
        for tag in self.tags:
            if tag not in tags:
                yield ended(f"no operation has the tag {tag}", did_you_mean(tag, tags, ""))

    def _touches(self, change: Change, known: Mapping[str, Operation]) -> bool:
        at = [
            place[1] for place in (change.new, change.old) if place[:1] == ("paths",) and place[1:]
        ]
        named = [known[name] for name in change.operations if name in known]
        paths = [str(path) for path in at] + [operation.path for operation in named]
        is_there = not self.paths or any(
            fnmatchcase(path, glob) for path in paths for glob in self.paths
        )
        at_tags = [tag for one in named for tag in texts(one.value.get("tags"))]
        at_tags += [
            tag
            for one in known.values()
            if any(place[: len(one.pointer)] == one.pointer for place in (change.new, change.old))
            for tag in texts(one.value.get("tags"))
        ]
        return is_there and (not self.tags or not set(self.tags).isdisjoint(at_tags))


def ended(sentence: str, question: str) -> str:
    """A sentence with a question behind it, if there is one."""
    return f"{sentence}. {question[:1].upper()}{question[1:]}" if question else sentence


def operations_by_name(document: Document) -> dict[str, Operation]:
    """The operations of a document, by the names that reports call them."""
    return {operation.name: operation for operation in document.operations()}
