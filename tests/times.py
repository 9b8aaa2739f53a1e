"""How much the tests do that go on as long as one likes: `make faults` asks for ten times as much as `make test`."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("UNDERSTUDY_TIMES", "1"))
