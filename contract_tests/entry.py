"""Makes `pytest --pyargs contract_tests --base-url ...` a judgement, and costs every other run of pytest nothing.

pytest loads this module at every start; the judge itself, with its options, is loaded when a run asks for it.
"""

from __future__ import annotations

import pytest


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Load the judge when its suites are named on the command line."""
    named = (argument.partition("::")[0].split(".")[0] for argument in args)
    if "contract_tests" in named:
        early_config.pluginmanager.import_plugin("contract_tests.plugin")
