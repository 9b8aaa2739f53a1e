"""Marks of a text in JSON, which is not always YAML: its keys may be long and its signs any."""

from __future__ import annotations

import json
import re
from typing import Final

from openapi_documents.texts.marks import Branch, Mark

_BEGIN: Final = re.compile(r"\s*[\[{]")
_TOKEN: Final = re.compile(
    r"""[\s,]*(?:
      ("[^"\\]*(?:\\.[^"\\]*)*")[ \t\r\n]*:                           # 1: a key
    | (\{)                                                            # 2: a mapping begins
    | (\[)                                                            # 3: a sequence begins
    | ([}\]])                                                         # 4: it ends
    | ("[^"\\]*(?:\\.[^"\\]*)*"|true|false|null
      |-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)                     # 5: a scalar
    | (\S)                                                            # 6: no JSON
    )""",
    re.VERBOSE | re.DOTALL,
)
_KEY, _MAPPING, _SEQUENCE, _END, _SCALAR = range(1, 6)


def read(text: str) -> Mark | None:
    """Return the marks of a text that was read before; None when it is no JSON, but YAML perhaps."""
    if not _BEGIN.match(text):
        return None
    here = Branch(0, items=[])
    path: list[Branch] = []
    root = here
    key: tuple[int, str] | None = None
    for token in _TOKEN.finditer(text):
        kind = token.lastindex or 0
        offset = token.start(kind)
        members, items = here.members, here.items
        if kind == _KEY:
            if members is None or key is not None:
                return None
            key = offset, _text(token[1])
        elif kind == _END:
            if not path or key is not None:
                return None
            here = path.pop()
        elif kind in (_MAPPING, _SEQUENCE, _SCALAR):
            mark: Mark = offset
            if kind != _SCALAR:
                path.append(here)
                mark = here = Branch(offset, {}) if kind == _MAPPING else Branch(offset, items=[])
            if items is not None:
                items.append(mark)
            elif members is not None and key is not None:
                members[key[1]] = (key[0], mark)
                key = None
            else:
                return None
        else:
            return None
    return root.items[0] if root.items and not path else None


def _text(quoted: str) -> str:
    text: str = json.loads(quoted, strict=False) if "\\" in quoted else quoted[1:-1]
    return text
