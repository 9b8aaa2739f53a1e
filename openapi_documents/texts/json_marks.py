"""Marks of a text in JSON, which is not always YAML: its keys may be long and its signs any."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from openapi_documents.texts.marks import Branch, Mark

_BEGIN: Final = re.compile(r"\s*[\[{]")
_TOKEN: Final = re.compile(
    r"""
      ("(?:[^"\\]|\\.)*")                                             # 1: a text
    | (-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)     # 2: another scalar
    | ([\[{])                                                         # 3: something begins
    | ([\]}])                                                         # 4: it ends
    | (:)                                                             # 5
    | ([^,\s])                                                        # 6: no JSON
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end was not read yet."""

    branch: Branch
    key: tuple[int, str] | None = None
    has_colon: bool = False

    @property
    def wants_key(self) -> bool:
        return self.branch.members is not None and self.key is None

    def put(self, mark: Mark) -> None:
        if self.branch.items is not None:
            self.branch.items.append(mark)
        elif self.branch.members is not None and self.key is not None:
            self.branch.members[self.key[1]] = (self.key[0], mark)
            self.key, self.has_colon = None, False


def read(text: str) -> Mark | None:
    """Return the marks of a text that was read before; None when it is no JSON, but YAML perhaps."""
    if not _BEGIN.match(text):
        return None
    top = _Open(Branch(0, items=[]))
    path = [top]
    for token in _TOKEN.finditer(text):
        here = path[-1]
        match token.lastindex:
            case 1 if here.wants_key:
                here.key = token.start(), _text(token[1])
            case 1 | 2 if not here.wants_key:
                here.put(token.start())
            case 3 if not here.wants_key:
                is_mapping = token[3] == "{"
                branch = (
                    Branch(token.start(), {}) if is_mapping else Branch(token.start(), None, [])
                )
                here.put(branch)
                path.append(_Open(branch))
            case 4 if len(path) > 1 and here.key is None:
                path.pop()
            case 5 if here.key is not None and not here.has_colon:
                here.has_colon = True
            case _:
                return None
    return top.branch.items[0] if top.branch.items else None


def _text(quoted: str) -> str:
    text: str = json.loads(quoted, strict=False) if "\\" in quoted else quoted[1:-1]
    return text
