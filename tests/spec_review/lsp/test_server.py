"""The language server, spoken to over standard input and output as an editor does."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from spec_review.lint.samples import PARCELS, SHOP

COMMAND = Path(sys.executable).parent / "spec-review"
BROKEN = SHOP.replace("id: {type: string, d", "id: {type: string, minLenght: 2, d")
LONGEST = 100
"""For how many seconds an answer is waited for; the machine may be busy."""


class Editor:
    """An editor with one folder open, that speaks JSON-RPC to the server."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._to, self._from = process.stdin, process.stdout
        self.folder = folder
        self._asked = 0
        self._shown: list[dict[str, Any]] = []

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def tell(self, method: str, params: object, **more: object) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        self._to.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def heard(self) -> dict[str, Any]:
        """The next message of the server."""
        head = await asyncio.wait_for(self._from.readuntil(b"\r\n\r\n"), LONGEST)
        length = next(line for line in head.splitlines() if line.startswith(b"Content-Length"))
        message: dict[str, Any] = json.loads(await self._from.readexactly(int(length.split()[1])))
        return message

    async def ask(self, method: str, params: object) -> Any:
        self._asked += 1
        self.tell(method, params, id=self._asked)
        while True:
            message = await self.heard()
            if message.get("id") == self._asked:
                return message["result"]
            if message.get("method") == "textDocument/publishDiagnostics":
                self._shown.append(message["params"])

    def open(self, name: str, text: str) -> None:
        item = {"uri": self.uri(name), "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": item})

    def change(self, name: str, version: int, text: str) -> None:
        document = {"uri": self.uri(name), "version": version}
        change = {"textDocument": document, "contentChanges": [{"text": text}]}
        self.tell("textDocument/didChange", change)

    async def diagnostics(self, name: str) -> list[dict[str, Any]]:
        """What is shown next in a file."""
        while True:
            while self._shown:
                shown = self._shown.pop(0)
                if shown["uri"] == self.uri(name):
                    found: list[dict[str, Any]] = shown["diagnostics"]
                    return found
            message = await self.heard()
            if message.get("method") == "textDocument/publishDiagnostics":
                self._shown.append(message["params"])

    def at(self, name: str, text: str, word: str) -> dict[str, object]:
        """The place where a word begins."""
        line = next(n for n, one in enumerate(text.splitlines()) if word in one)
        column = text.splitlines()[line].index(word) + 1
        position = {"line": line, "character": column}
        return {"textDocument": {"uri": self.uri(name)}, "position": position}


@asynccontextmanager
async def editor(folder: Path) -> AsyncIterator[Editor]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(str(COMMAND), "lsp", stdin=pipe, stdout=pipe)
    try:
        one = Editor(process, folder)
        await one.ask("initialize", {"rootUri": folder.as_uri(), "capabilities": {}})
        one.tell("initialized", {})
        yield one
        await one.ask("shutdown", None)
        one.tell("exit", None)
        assert await asyncio.wait_for(process.wait(), LONGEST) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def played(folder: Path, play: Callable[[Editor], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with editor(folder) as one:
            await play(one)

    asyncio.run(asyncio.wait_for(whole(), 120))


def test_findings_come_and_go_while_somebody_types(tmp_path: Path) -> None:
    async def play(one: Editor) -> None:
        one.open("shop.yaml", BROKEN)
        (found,) = await one.diagnostics("shop.yaml")
        assert (found["code"], found["source"], found["severity"]) == (
            "misspelt-keyword",
            "spec-review",
            2,
        )
        line = BROKEN.splitlines()[found["range"]["start"]["line"]]
        start, end = found["range"]["start"]["character"], found["range"]["end"]["character"]
        assert line[start:end] == "minLenght"
        one.change("shop.yaml", 2, SHOP)
        assert await one.diagnostics("shop.yaml") == []
        one.change("shop.yaml", 3, "openapi: [")
        (unreadable,) = await one.diagnostics("shop.yaml")
        assert unreadable["severity"] == 1

    played(tmp_path, play)


def test_a_quick_fix_writes_what_was_meant_or_marks_it(tmp_path: Path) -> None:
    async def play(one: Editor) -> None:
        one.open("shop.yaml", BROKEN)
        (found,) = await one.diagnostics("shop.yaml")
        asked = {
            "textDocument": {"uri": one.uri("shop.yaml")},
            "range": found["range"],
            "context": {"diagnostics": [found]},
        }
        actions = await one.ask("textDocument/codeAction", asked)
        edits = {
            each["title"]: each["edit"]["changes"][one.uri("shop.yaml")][0] for each in actions
        }
        assert edits["Did you mean minLength?"]["newText"] == "minLength"
        assert edits["Did you mean minLength?"]["range"] == found["range"]
        mark = edits["Ignore misspelt-keyword here"]
        lines = BROKEN.splitlines(keepends=True)
        lines.insert(mark["range"]["start"]["line"], mark["newText"])
        one.change("shop.yaml", 2, "".join(lines))
        assert await one.diagnostics("shop.yaml") == []

    played(tmp_path, play)


def test_a_hover_tells_a_row_a_silence_and_what_stands_behind_a_reference(tmp_path: Path) -> None:
    async def play(one: Editor) -> None:
        one.open("parcels.yaml", PARCELS)
        await one.diagnostics("parcels.yaml")

        async def told(word: str) -> str:
            hover = await one.ask("textDocument/hover", one.at("parcels.yaml", PARCELS, word))
            return str(hover["contents"]["value"])

        row = await told("when: rival-saved")
        assert "the item becomes **Duplicate**" in row
        assert "What of a parcel with the number of a saved one" in row
        assert "An error as RFC 9457 describes it." in await told(
            "$ref: '#/components/schemas/Problem'"
        )

    played(tmp_path, play)


def test_a_definition_is_found_through_files(tmp_path: Path) -> None:
    parts = "Language:\n  name: language\n  in: query\n  schema: {type: string}\n"
    (tmp_path / "parts.yaml").write_text(parts)
    text = SHOP.replace("'#/components/parameters/Language'", "parts.yaml#/Language")

    async def play(one: Editor) -> None:
        one.open("shop.yaml", text)
        await one.diagnostics("shop.yaml")
        asked = one.at("shop.yaml", text, "$ref: parts.yaml")
        found = await one.ask("textDocument/definition", asked)
        assert found["uri"] == one.uri("parts.yaml")
        assert found["range"]["start"] == {"line": 0, "character": 0}

    played(tmp_path, play)


def test_a_part_is_checked_with_the_contract_that_it_belongs_to(tmp_path: Path) -> None:
    parts = "Language:\n  name: language\n  in: querry\n  schema: {type: string}\n"
    (tmp_path / "parts.yaml").write_text(parts)
    text = SHOP.replace("'#/components/parameters/Language'", "parts.yaml#/Language")
    (tmp_path / "shop.yaml").write_text(text)

    async def play(one: Editor) -> None:
        one.open("parts.yaml", parts)
        found = await one.diagnostics("parts.yaml")
        assert any("query" in each["message"] for each in found)

    played(tmp_path, play)


def test_what_is_no_contract_is_left_alone(tmp_path: Path) -> None:
    async def play(one: Editor) -> None:
        for number, text in enumerate(["jobs: {}\n", "", "- a\n"]):
            one.open(f"other-{number}.yaml", text)
        one.open("shop.yaml", SHOP)
        assert await one.diagnostics("shop.yaml") == []

    played(tmp_path, play)
