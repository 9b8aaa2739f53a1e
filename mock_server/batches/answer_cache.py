"""Answers about settled submissions, which never change again, kept as the bytes that they are."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from mock_server.http.conditions import tag_of
from mock_server.storage.submission_tables import Mark

_MOST = 512
_LARGEST = 64 * 1024

# Who asks, for which submission, and for which of its states.
Asked = tuple[str, str, frozenset[str] | None]


class CachedAnswer(NamedTuple):
    """The body of an answer, and its entity tag."""

    body: bytes
    tag: str

    @classmethod
    def of(cls, body: bytes) -> CachedAnswer:
        """Return a body with its tag."""
        return cls(body, tag_of(body))


class AnswerCache:
    """The last answers of one operation.

    Each is kept with the mark that its submission had: a world that was started afresh, under a seed, has the same ids again.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Asked, tuple[Mark, CachedAnswer]] = OrderedDict()

    def __contains__(self, asked: Asked) -> bool:
        """Tell whether an answer to what is asked is kept, for whichever mark."""
        return asked in self._kept

    def get(self, asked: Asked, mark: Mark | None) -> CachedAnswer | None:
        """Return the answer to what is asked, None when none is kept for this mark."""
        kept = self._kept.get(asked)
        if kept is None or kept[0] != mark:
            return None
        self._kept.move_to_end(asked)
        return kept[1]

    def keep(self, asked: Asked, mark: Mark | None, answer: CachedAnswer) -> None:
        """Keep an answer that is not too long; without a mark, the submission may still change."""
        if mark is None or len(answer.body) > _LARGEST:
            return
        self._kept[asked] = (mark, answer)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
