"""What the tests of the sandbox need beyond what all tests share."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner

from mock_server.cli import main


@pytest.fixture
def run_command_here() -> Iterator[Callable[..., tuple[int, str]]]:
    """Return a function that runs `mock-server` in this process: its exit code and what it printed.

    Cheaper than `run_command`, for what ends at once. `serve` is given a port that is taken, so that
    it ends even when nothing else stops it.
    """
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        def run(*arguments: object) -> tuple[int, str]:
            words = [str(word) for word in arguments]
            if words[0] == "serve" and "--port" not in words:
                words += ["--port", str(port)]
            result = CliRunner().invoke(main, words, prog_name="mock-server")
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                raise result.exception
            return result.exit_code, result.output

        yield run
