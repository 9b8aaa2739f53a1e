"""The command, for whoever installed Understudy without the judge."""

from __future__ import annotations

import sys

_LIBRARIES = frozenset({"hypothesis", "pytest", "schemathesis", "urllib3", "xdist"})
"""What the extra `judge` brings."""

try:
    from contract_tests.cli import main
except ModuleNotFoundError as missing:
    if (missing.name or "").partition(".")[0] not in _LIBRARIES:
        raise

    def main() -> None:  # type: ignore[misc]
        """Say in one sentence what to install; exit code 2."""
        sys.stderr.write(
            "contract-tests needs the libraries of the judge: pip install 'understudy[judge]'.\n"
        )
        sys.exit(2)
