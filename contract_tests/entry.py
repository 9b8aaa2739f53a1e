"""Makes `pytest --pyargs contract_tests --base-url ...` a judgement, and costs every other run of pytest nothing.

pytest loads this module at every start; the judge itself, with its options, is loaded when a run asks for it.
"""

from __future__ import annotations

import pytest


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Load the judge when its suite is named on the command line."""
    if any(argument.partition("::")[0] == "contract_tests" for argument in args):
        early_config.pluginmanager.import_plugin("contract_tests.plugin")
