"""What no command reviews: one sentence with file and line on standard error, and exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec_review.commands import spec_review
from tests.spec_review.documents import V2

INFO = "info: {title: A, version: '1'}\n"
OPERATIONS = "".join(
    f"  /a{number}: {{get: {{}}, put: {{}}, post: {{}}}}\n" for number in range(6700)
)
REFUSED = {
    "swagger": (f"swagger: '2.0'\n{INFO}paths: {{}}\n", "1: this is Swagger 2.0"),
    "openapi 4": (f"openapi: 4.0.0\n{INFO}paths: {{}}\n", "1: OpenAPI 4.0.0 is not known here"),
    "openapi 2": (f"openapi: '2.0'\n{INFO}paths: {{}}\n", "1: OpenAPI 2.0 is not known here"),
    "a number for a version": (f"openapi: 3.1\n{INFO}paths: {{}}\n", "1: "),
    "overlay": (f"overlay: 1.0.0\n{INFO}actions: []\n", "1: this is an OpenAPI Overlay"),
    "asyncapi": (f"asyncapi: 3.0.0\n{INFO}channels: {{}}\n", "1: this is AsyncAPI 3.0.0"),
    "nothing": ("", "1: "),
    "a list": ("- openapi: 3.1.1\n", "1: "),
    "no YAML": ("openapi: 3.1.1\npaths: [\n", "3: this is no YAML"),
    "two keys": (f"openapi: 3.1.1\n{INFO}paths: {{}}\npaths: {{}}\n", "4: "),
    "depth": (f"openapi: 3.1.1\nx-a: {'[' * 5000}{']' * 5000}\n", "2: "),
    "operations": (f"openapi: 3.1.1\n{INFO}paths:\n{OPERATIONS}", "3: more than 20,000 operations"),
}


UNREADABLE = ("nothing", "a list", "no YAML", "two keys", "depth")
"""What a save may leave behind: the watching goes on."""


@pytest.mark.parametrize("command", ["check", "explain", "diff", "diff back", "watch"])
@pytest.mark.parametrize("name", REFUSED)
def test_every_command_refuses_it_with_a_sentence(tmp_path: Path, name: str, command: str) -> None:
    text, sentence = REFUSED[name]
    once = ["--once"] if name in UNREADABLE else []
    path = tmp_path / "a.yaml"
    path.write_text(text)
    arguments: dict[str, list[object]] = {
        "diff": ["diff", V2, path],
        "diff back": ["diff", path, V2],
        "watch": ["watch", *once, path],
    }

    result = spec_review(*arguments.get(command, [command, path]))

    assert result.exit_code == (0 if command == "watch" and name in UNREADABLE else 2)
    (line,) = result.stderr.splitlines()
    assert f"{path}:{sentence}" in line


@pytest.mark.parametrize(
    ("word", "meant"), [("chek", "check"), ("a.yaml", "check a.yaml"), ("zzz", "--help")]
)
def test_what_is_no_command_is_told_what_was_meant(word: str, meant: str) -> None:
    result = spec_review(word)

    assert result.exit_code == 2
    assert f"{word} is no command; did you mean spec-review {meant}?" in result.stderr
