"""What the tests of the sandbox need beyond what all tests share."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from click.testing import CliRunner

from mock_server.cli import main
from mock_server.serving import Embedded
from mock_server.settings import Settings
from tests.mock_server.served import ANSWERS, Document, Serve, Served

RunHere = Callable[..., tuple[int, str]]


@pytest.fixture
def run_command_here() -> Iterator[RunHere]:
    """Return a function that runs `mock-server` in this process: its exit code and what it printed.

    Cheaper than `run_command`, for what ends at once. `serve` is given a port that is taken, so that
    it ends even when nothing else stops it.
    """
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        def run(*arguments: object, standard_input: str | None = None) -> tuple[int, str]:
            words = [str(word) for word in arguments]
            if words[0] == "serve" and "--port" not in words:
                words += ["--port", str(port)]
            result = CliRunner().invoke(main, words, prog_name="mock-server", input=standard_input)
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                raise result.exception
            return result.exit_code, result.output

        yield run


@pytest.fixture
def served(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Serve]:
    """Return a function that serves contracts: files, or values that are written to `api.yaml` and so on.

    Further arguments are settings. Every answer is held against its contract.
    """
    running: list[Served] = []

    def serve(
        *contracts: Document, names: tuple[str, ...] = ("api", "other"), **options: Any
    ) -> Served:
        files = []
        for contract, name in zip(contracts, names, strict=False):
            file = tmp_path / f"{name}.yaml"
            if isinstance(contract, dict):
                file.write_text(yaml.safe_dump(contract, sort_keys=False), encoding="utf-8")
            files.append(contract if isinstance(contract, Path) else file)
        settings = Settings(
            contracts=tuple(files),
            database="sqlite://",
            admin_key="the-admin-key",
            **{"validate_answers": True, **options},
        )
        server = Embedded(settings)
        http = httpx.Client(base_url=server.url, timeout=30)
        running.append(Served(server, http))
        return running[-1]

    yield serve
    for one in running:
        one.http.close()
        one.server.stop()
    wrong = [record for record in caplog.get_records("call") if record.name == ANSWERS]
    assert [record.getMessage() for record in wrong] == [] or any(
        one.may_be_wrong for one in running
    )
