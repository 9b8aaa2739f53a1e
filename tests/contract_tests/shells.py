"""What a shell makes of a line."""

from __future__ import annotations

import subprocess


def arguments(line: str) -> list[bytes]:
    """Return what a shell gives to curl."""
    script = "curl() { printf '%s\\0' \"$@\"; }\n" + line
    told = subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout
    return told.split(b"\0")[:-1]
