"""The command as a user types it, and its report."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.contract_tests.defective_servers import Server
from tests.contract_tests.forked import ROOT, command

__all__ = ["COMMAND", "PARTNERS", "ROOT", "command", "judged", "recorded", "run"]

PARTNERS = (
    "--client-id=partner-a",
    "--client-secret=secret-a",
    "--other-client-id=partner-b",
    "--other-client-secret=secret-b",
    "--partner=currency=GBP",
)
COMMAND = (sys.executable, "-c", "from contract_tests.launch import main; main()", "run")
"""The command in a process of its own, for what is about its start, or the signals that it gets."""


def run(base_url: str, *options: str, partners: tuple[str, ...] = PARTNERS) -> tuple[int, str]:
    """Run the judge; its exit code and what it printed, but for where it stood, which the clock decides."""
    code, text = command("run", f"--base-url={base_url}", *partners, *options)
    return code, re.sub(r"^\d+ s, .*\n", "", text, flags=re.M)


def judged(
    folder: Path, base_url: str, *options: str, partners: tuple[str, ...] = PARTNERS
) -> tuple[int, dict[str, Any]]:
    """Run the judge; its exit code and its report."""
    file = folder / "verdict.json"
    code, text = run(base_url, f"--json={file}", *options, partners=partners)
    assert file.exists(), text
    report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return code, report


def recorded(server: Server) -> list[str]:
    """Every request that the server gets from now on."""
    got: list[str] = []
    service: Any = server.service

    class Recorder:
        worlds = service.worlds

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            got.append(f"{scope['method']} {scope['path']}")
            await service(scope, receive, send)

    server.service = Recorder()  # type: ignore[assignment]
    return got
