"""The command, for whoever installed Understudy without the judge."""

from __future__ import annotations

import sys

try:
    from contract_tests.cli import main
except ModuleNotFoundError as missing:
    library = (missing.name or "").partition(".")[0]
    if library not in ("hypothesis", "pytest", "schemathesis", "urllib3", "xdist"):
        raise

    def main() -> None:  # type: ignore[misc]
        """Say in one sentence what to install; exit code 2."""
        sys.stderr.write(
            "contract-tests needs the libraries of the judge: pip install 'understudy[judge]'.\n"
        )
        sys.exit(2)
