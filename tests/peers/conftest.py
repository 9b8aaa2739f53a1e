"""Gives a test `file`, each of the public contracts in turn, and `public_contracts`, where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add where the public contracts stand."""
    parser.addoption(
        "--public-contracts", type=Path, required=True, help="the folder of the contracts"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play a test that asks for `file` once for every contract."""
    if "file" in metafunc.fixturenames:
        files = sorted(metafunc.config.getoption("--public-contracts").glob("*.yaml"))
        metafunc.parametrize("file", files, ids=lambda file: file.stem)


@pytest.fixture
def public_contracts(pytestconfig: pytest.Config) -> Path:
    """Return the folder of the contracts."""
    folder: Path = pytestconfig.getoption("--public-contracts")
    return folder
