"""Lines of the sample that several rules edit."""

from __future__ import annotations

from typing import Final

OTHERWISE: Final = "        - {when: otherwise, then: Completed, source: guide 5}\n"
