"""Reads the pages that people read: their fenced blocks, and what is typed in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
COMMANDS = ("mock-server", "contract-tests", "spec-review")
WHERE = "http://127.0.0.1:8080"


def blocks(page: Path, language: str) -> list[str]:
    """Return the text of each fenced block of a language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def steps(page: Path) -> list[tuple[str, str]]:
    """Return each command of the `console` blocks with the output that is printed below it."""
    found: list[tuple[list[str], list[str]]] = []
    for line in "".join(blocks(page, "console")).splitlines():
        if line.startswith("$ "):
            found.append(([line[2:]], []))
        elif line.startswith("> "):
            found[-1][0].append(line[2:])
        else:
            found[-1][1].append(line)
    return [("\n".join(command), "\n".join(output)) for command, output in found]


def command_lines(page: Path) -> Iterator[list[str]]:
    """Yield the words of every line of a block that calls one of our commands."""
    text = "\n".join(
        block for language in ("shell", "console", "yaml") for block in blocks(page, language)
    )
    for line in text.replace("\\\n", " ").splitlines():
        called = re.search(rf"(?:^|[ /(])((?:{'|'.join(COMMANDS)}) .*)", line.partition(" #")[0])
        if called and not line.lstrip().startswith(("#", "repo:")):
            yield shlex.split(re.split(r" [|&>]|\)$", called[1])[0])
