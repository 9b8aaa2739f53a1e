"""Judges any server by a contract, over HTTP: a pytest suite that ships.

The way of a verdict: what was asked for, the contracts, cases and generated items, HTTP, the oracle, the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Load the judge for `-p contract_tests`, after whatever else is installed has added its options."""
    early_config.pluginmanager.import_plugin("contract_tests.plugin")
