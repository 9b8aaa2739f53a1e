"""Judges any server by a contract, over HTTP: a pytest suite that ships.

The way of a verdict, file by file: `cli.py` reads what was asked for (`options.py` has every option once, `settings.py` the
value), `run.py` reads the contracts, and `plugin.py` lets pytest collect `suites/`. For each contract a
`judging/session.py` is opened by `process.py`. A test of a suite plays a scenario (`scenarios/`) with items of
`generation/`, sends it by `http/client.py`, and holds what comes to the oracle (`judging/oracle.py`). What is broken is
a finding (`judging/findings.py`); `gathering.py` gathers them from every process, `reporting/merging.py` tells one for
each requirement, `reporting/curl.py` says what repeats it, and `reporting/report.py` is the verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Load the judge for `-p contract_tests`, after whatever else is installed has added its options."""
    early_config.pluginmanager.import_plugin("contract_tests.plugin")
