"""The engine of the judge is loaded without what its package brings along for terminals."""

from __future__ import annotations

import subprocess
import sys

LOADED = """
import sys
from openapi_documents.rust_cel import cel
print(cel.evaluate("1 + 1"), "cel.cli" in sys.modules, "prompt_toolkit" in sys.modules)
import cel.cli
print(callable(cel.cli.main), "prompt_toolkit" in sys.modules)
"""


def test_a_program_for_terminals_is_loaded_only_by_whoever_asks_for_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=False
    )
    assert (done.stdout.split("\n"), done.stderr) == (["2 False False", "True True", ""], "")
