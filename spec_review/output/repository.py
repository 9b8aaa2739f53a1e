"""Files as code hosts know them: by their way from the root of the repository."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1024)
def in_repository(file: str) -> str:
    """The file from the root of the repository that holds it; as it is named when none does."""
    if file.startswith("git:"):
        file = file.split(":", 2)[-1]
    path = Path(file)
    if not path.exists():
        return path.as_posix()
    whole = path.resolve()
    for folder in whole.parents:
        if (folder / ".git").exists():
            return whole.relative_to(folder).as_posix()
    return path.as_posix()
