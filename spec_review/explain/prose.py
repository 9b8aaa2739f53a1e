"""Text of a contract as HTML."""

from __future__ import annotations

import re
from html import escape


def prose(text: object) -> str:
    """A description as HTML: paragraphs, lists, code, strong words and links, all else escaped."""
    if not isinstance(text, str) or not text.strip():
        return ""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "".join(map(block, blocks))


def block(text: str) -> str:
    """One paragraph or list."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and all(re.match(r"^[*-] ", line) for line in lines):
        return "<ul>" + "".join(f"<li>{inline(line[2:])}</li>" for line in lines) + "</ul>"
    heading = re.match(r"^#{1,6} +(.*)$", lines[0]) if lines else None
    if heading:
        rest = " ".join(lines[1:])
        more = f"<p>{inline(rest)}</p>" if rest else ""
        return f"<p><strong>{inline(heading.group(1))}</strong></p>{more}"
    return f"<p>{inline(' '.join(lines))}</p>"


def inline(text: str) -> str:
    """A line as HTML."""
    found = escape(text)
    found = re.sub(r"`([^`]+)`", r"<code>\1</code>", found)
    found = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", found)
    return re.sub(
        r"\[([^\]]+)\]\((https?://[^\s)&quot;]+)\)", r'<a href="\2" rel="noreferrer">\1</a>', found
    )


def anchor(kind: str, name: str) -> str:
    """The id of a section."""
    return f"{kind}-" + re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
