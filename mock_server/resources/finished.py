"""Answers about settled submissions, which never change again, kept as the bytes that they are."""

from __future__ import annotations

from collections import OrderedDict

from mock_server.storage.submission_tables import Mark

_MOST = 512
_LARGEST = 64 * 1024

# Who asks, for which submission, and for which of its states.
Asked = tuple[str, str, frozenset[str] | None]


class FinishedAnswers:
    """The last answers of one operation.

    Each is kept with the mark that its submission had: a world that was started afresh, under a seed, has the same ids again.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Asked, tuple[Mark, bytes]] = OrderedDict()

    def get(self, asked: Asked, mark: Mark | None) -> bytes | None:
        """Return the answer to what is asked, None when none is kept for this mark."""
        kept = self._kept.get(asked)
        if kept is None or kept[0] != mark:
            return None
        self._kept.move_to_end(asked)
        return kept[1]

    def keep(self, asked: Asked, mark: Mark | None, body: bytes) -> None:
        """Keep an answer that is not too long; without a mark, the submission may still change."""
        if mark is None or len(body) > _LARGEST:
            return
        self._kept[asked] = (mark, body)
        if len(self._kept) > _MOST:
            self._kept.popitem(last=False)
