"""The command, for whoever installed Understudy without the judge, and from its first instant for who ends it."""

from __future__ import annotations

import sys

_LIBRARIES = frozenset({"hypothesis", "pytest", "schemathesis", "urllib3"})
"""What the extra `judge` brings."""

try:
    from contract_tests.cli import main
except KeyboardInterrupt:
    sys.stderr.write("cannot judge: interrupted before anything was judged\n")
    sys.exit(2)
except ModuleNotFoundError as missing:
    if (missing.name or "").partition(".")[0] not in _LIBRARIES:
        raise

    def main() -> None:  # type: ignore[misc]
        """Say in one sentence what to install; exit code 2."""
        sys.stderr.write(
            "contract-tests needs the libraries of the judge: pip install 'understudy[judge]'.\n"
        )
        sys.exit(2)
