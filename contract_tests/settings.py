"""What a run was asked to do, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SUITES = (
    "cases",
    "operations",
    "lifecycle",
    "rules",
    "access",
    "bodies",
    "silences",
    "rewards",
)
EFFORTS = ("quick", "standard", "thorough")


@dataclass(frozen=True)
class Partner:
    """Who asks: credentials (or a fixed token), and what the rules know of the partner."""

    client_id: str | None
    client_secret: str | None = field(repr=False, default=None)
    token: str | None = field(repr=False, default=None)
    profile: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """The options of a run; secrets never show in its repr."""

    base_url: str
    contracts: tuple[str, ...]
    partner: Partner
    other: Partner | None = None
    mode: str = "documented"
    effort: str = "standard"
    seed: int = 1
    only: tuple[str, ...] = SUITES
    deadline: float = 30.0
    max_requests: int | None = None
    read_only: bool = False
    dry_run: bool = False
    junit: str | None = None
    html: str | None = None
    json: str | None = None
    ledger: str | None = None
    login: Mapping[str, str] = field(default_factory=dict, repr=False)
    token_url: str | None = None
    run: str = "ct0"

    def pick(self, quick: int, standard: int, thorough: int) -> int:
        """Return the number that belongs to the effort."""
        return {"quick": quick, "standard": standard, "thorough": thorough}[self.effort]

    def repeat(self, suite: str) -> str:
        """Return the command that repeats a suite of this run; without secrets."""
        names = " ".join(f"--contract {name}" for name in self.contracts)
        return (
            f"contract-tests run --base-url {self.base_url} {names} --mode {self.mode} "
            f"--effort {self.effort} --seed {self.seed} --only {suite}"
        )
