"""How the server was asked to run: one frozen value, built at the edge from command line and environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve().parents[1]
DEFAULT_DATABASE = "sqlite:///.understudy/sandbox.db"
CONTROL_CONTRACTS = ("identity", "sandbox")


@dataclass(frozen=True)
class Settings:
    """What the command line says. Times are in seconds."""

    contracts: tuple[Path, ...] = ()
    database: str = DEFAULT_DATABASE
    processing_delay: float = 2.0
    seed: int | None = None
    admin_key: str = ""
    token_lifetime: int = 3600

    @property
    def is_in_memory(self) -> bool:
        """Whether the state is gone when the process ends."""
        return self.database in ("sqlite://", "sqlite:///:memory:")


def data_folder(name: str) -> Path:
    """Return the folder `openapi` or `fixtures`: beside the rooms, or inside the installed wheel."""
    for folder in (_HERE / name, _HERE / "understudy" / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder {name} was not installed")


def shipped_contracts() -> tuple[Path, ...]:
    """Return the contracts that come with the distribution, without the control surface."""
    return tuple(
        path
        for path in sorted(data_folder("openapi").glob("*.yaml"))
        if path.stem not in CONTROL_CONTRACTS
    )


def control_contracts() -> tuple[Path, ...]:
    """Return the contracts of the sandbox's own surface."""
    return tuple(data_folder("openapi") / f"{name}.yaml" for name in CONTROL_CONTRACTS)
