"""Contracts that were read before, kept in the user's cache by their content.

To read a document takes ten times as long as to read what was understood of it. Something kept is used only while
every file that it was read from has the same content, by the same code; what is wrong with it is no error, it is read anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from mock_server.contracts.contract import Contract, load_contract

_SMALLEST = 4_000
_MOST = 32
_ENDING = ".contract"
_CODE = ("mock_server/contracts/**/*.py", "openapi_documents/**/*.py", "openapi/*.json")


class KeptContracts:
    """The contracts that are kept in a folder; None keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        """Take the folder; it is made when something is kept."""
        self._folder = folder

    def load(
        self,
        source: str | Path,
        overlays: Sequence[str | Path] = (),
        allow_refs: Sequence[str | Path] = (),
    ) -> Contract:
        """Return a contract, read or kept. Raises DocumentError."""
        file = self._file(source, overlays, allow_refs)
        if file is None:
            return load_contract(source, overlays=overlays, allow_refs=allow_refs)
        kept = _read(file)
        if kept is not None:
            return kept
        began = time.time()
        contract = load_contract(source, overlays=overlays, allow_refs=allow_refs)
        files = contract.files | {Path(path).resolve() for path in overlays}
        if _is_whole(contract) and all(path.stat().st_mtime < began for path in files):
            _write(file, files, contract)
        return contract

    def _file(
        self, source: str | Path, overlays: Sequence[str | Path], allow_refs: Sequence[str | Path]
    ) -> Path | None:
        """Return where a contract is kept, None for one that is not worth it."""
        try:
            if self._folder is None or Path(source).stat().st_size < _SMALLEST:
                return None
            paths = [str(Path(path).resolve()) for path in (source, *overlays, "|", *allow_refs)]
        except OSError:
            return None
        told = repr((paths, os.fspath(source), sys.version, _code()))
        return self._folder / (hashlib.sha256(told.encode()).hexdigest()[:32] + _ENDING)


def _is_whole(contract: Contract) -> bool:
    """Tell whether all of it was understood: what is missing may be there the next time."""
    return not contract.faults.missing and not any(
        one.broken or any(response.broken for response in one.responses)
        for one in contract.operations
    )


@lru_cache(maxsize=1)
def _code() -> list[tuple[str, int]]:
    """Return what changes with the code that reads contracts."""
    root = Path(__file__).resolve().parents[1]
    files = sorted(file for pattern in _CODE for file in root.glob(pattern))
    return [(str(file), file.stat().st_mtime_ns) for file in files]


def _digests(files: Iterable[Path]) -> dict[str, str]:
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(files)}


def _read(file: Path) -> Contract | None:
    """Return what is kept in a file of this user's, None where the contract has changed since."""
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_uid != Path.home().stat().st_uid:
                return None
            digests = msgspec.json.decode(opened.readline(), type=dict[str, str])
            if digests != _digests(Path(path) for path in digests):
                return None
            found = pickle.load(opened)  # noqa: S301 - the file is the user's own
    except Exception:  # whatever is wrong with it, it is read anew
        return None
    return found if isinstance(found, Contract) else None


def _write(file: Path, files: Iterable[Path], contract: Contract) -> None:
    """Keep a contract, and no more than a few; where nothing can be written, nothing is kept."""
    with contextlib.suppress(OSError, pickle.PicklingError, TypeError, RecursionError):
        whole = pickle.dumps(contract, 5)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as written:
            written.write(msgspec.json.encode(_digests(files)) + b"\n")
            written.write(whole)
        Path(written.name).replace(file)
        kept = sorted(file.parent.glob(f"*{_ENDING}"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-_MOST]:
            old.unlink()
