"""A pytest fixture for a partner's own tests: the sandbox, in this process, with a partner of its own for each test.

    def test_a_client_is_saved(sandbox):
        answer = post(sandbox.url + "/api/v2/Clients", token=sandbox.token(), json=[...])
        sandbox.clock.advance(2)
        ...

pytest loads this module at every start, whatever is tested; so the server is imported when the first test asks for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_server.embedded import SandboxServer, SandboxWorld


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `pytest.ini` name other contracts than those that come along."""
    parser.addini(
        "sandbox_contracts",
        "OpenAPI files that the `sandbox` fixture serves; without any, the contracts that come along.",
        type="paths",
        default=[],
    )


@pytest.fixture(scope="session")
def sandbox_server(pytestconfig: pytest.Config) -> Iterator[SandboxServer]:
    """A sandbox on a free port, with its state in memory; each worker of pytest-xdist has its own."""
    embedded: Any = importlib.import_module("mock_server.embedded")
    contracts = tuple(Path(path) for path in pytestconfig.getini("sandbox_contracts"))
    server = embedded.SandboxServer(contracts)
    yield server
    server.stop()


@pytest.fixture
def sandbox(sandbox_server: SandboxServer) -> SandboxWorld:
    """A partner's world in the sandbox: `url`, `token()`, `clock.advance(seconds)`, `reset()`."""
    return sandbox_server.new_world()
