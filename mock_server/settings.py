"""How the server was asked to run: one frozen value, built at the edge from command line and environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from openapi_documents import shipped

LogForm = Literal["text", "json", "none"]
Authentication = Literal["any", "known"]
"""Whose credentials are taken: `any` that are well-formed, or those of partners, who are `known`."""

DEFAULT_DATABASE = "sqlite:///.understudy/sandbox.db"
_CONTROL_CONTRACTS = ("identity", "sandbox")
Validation = Literal["requests", "warn", "off"]
"""What becomes of requests that do not fit: refused, written to the log, or let through."""


@dataclass(frozen=True)
class Settings:
    """What the command line says. Times are in seconds."""

    contracts: tuple[str | Path, ...] = ()
    overlays: tuple[str | Path, ...] = ()
    allow_refs: tuple[str | Path, ...] = ()
    database: str = DEFAULT_DATABASE
    processing_delay: float = 2.0
    seed: int | None = None
    admin_key: str = ""
    token_lifetime: int = 3600
    token_clock: Literal["real", "partner"] = "real"  # noqa: S105 - no secret
    stateless: bool = False
    webhook_hosts: tuple[str, ...] = ()
    validate: Validation = "requests"
    validate_answers: bool = False
    log: LogForm = "none"
    keep_submissions: int | None = None
    keep_seconds: float | None = None
    """How many settled submissions of each partner are kept, or for how long; all of them, where both are None."""
    cache: str = ""
    """The folder in which large contracts are kept once they were read; "" keeps none."""
    auth: Authentication | None = None
    cors: tuple[str, ...] = ("*",)
    scenarios: bool = False
    """Whether `Prefer: code=503` is answered also where the contract documents no 503."""
    root_path: str = ""

    @property
    def is_in_memory(self) -> bool:
        """Whether the state is gone when the process ends."""
        return self.database in ("sqlite://", "sqlite:///:memory:")


def users_cache() -> Path:
    """Return the folder of the user's cache that is ours."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "understudy"


def fixture(name: str) -> Path:
    """Return a file of the fixtures that come with the distribution."""
    return shipped.folder("fixtures") / name


def shipped_contracts() -> tuple[Path, ...]:
    """Return the contracts that come with the distribution, without the control surface."""
    paths = sorted(shipped.folder("openapi").glob("*.yaml"))
    return tuple(path for path in paths if path.stem not in _CONTROL_CONTRACTS)


def control_contracts() -> tuple[Path, ...]:
    """Return the contracts of the sandbox's own surface."""
    return tuple(shipped.folder("openapi") / f"{name}.yaml" for name in _CONTROL_CONTRACTS)
