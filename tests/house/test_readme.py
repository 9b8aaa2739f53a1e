"""The README's walk prints what the README says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"


def steps(text: str) -> list[tuple[str, str]]:
    """Return each command of the `console` blocks with the output that is printed below it."""
    found: list[tuple[list[str], list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(([line[2:]], []))
            elif line.startswith("> "):
                found[-1][0].append(line[2:])
            else:
                found[-1][1].append(line)
    return [("\n".join(command), "\n".join(output)) for command, output in found]


def test_the_walk_prints_what_the_readme_says(start_sandbox) -> None:
    url = start_sandbox("sqlite://", "--processing-delay", 2).url
    walk = steps(README.read_text(encoding="utf-8"))
    assert len(walk) > 10
    script = "\n".join(f"{command}\necho; echo '<<<>>>'" for command, _ in walk)

    done = subprocess.run(
        ["bash"],
        input=script.replace("http://127.0.0.1:8080", url),
        capture_output=True,
        text=True,
        check=True,
    )

    printed = [part.strip() for part in done.stdout.split("<<<>>>")]
    for (command, output), came in zip(walk, printed, strict=False):
        assert came == output.strip(), command


@pytest.mark.parametrize("word", ["make sandbox", "make test", "make proof", "make bench"])
def test_the_make_commands_that_the_readme_names_exist(word: str) -> None:
    makefile = README.with_name("Makefile").read_text(encoding="utf-8")

    assert word in README.read_text(encoding="utf-8")
    assert re.search(rf"^{word.split()[1]}:", makefile, flags=re.MULTILINE)
