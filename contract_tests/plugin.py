"""The judge as a pytest plugin: its options, the start of a run, and the fixtures of the suites.

`contract-tests run`, `-p contract_tests` and `--pyargs contract_tests` load it. Without a server to judge it does
nothing, but that it says so where its suites are named.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import inspect
import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from contract_tests import options
from contract_tests.ending import Ending
from contract_tests.gathering import Gathering
from contract_tests.http.failures import BudgetSpent, CannotJudge
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.options import OPTIONS, Given, OptionError, Raw
from contract_tests.playing import suite_of
from contract_tests.process import Process
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reporting.shown import visible
from contract_tests.run import Handover, prepared, prepared_worker
from contract_tests.settings import Settings, settings_of
from openapi_documents import DocumentError

SUITES = Path(__file__).resolve().parent / "suites"
PROCESS = pytest.StashKey[Process]()
GATHERING = pytest.StashKey[Gathering]()
_STORIES = "test_stories.py"
_HANDED = "contract_tests"  # the name under which a parallel worker finds what is handed to it


class Listener(Protocol):
    """Who is told where a run stands."""

    def waits(self) -> None:
        """Learn that the contract is read and the server is asked whether it answers at all."""

    def begun(self, gathering: Gathering) -> None:
        """Learn of the run that begins."""

    def stopped(self) -> None:
        """Learn that there will be none."""


@dataclass(frozen=True, eq=False)
class Handed:
    """What is handed to pytest as a plugin by who has read the settings already."""

    settings: Settings
    ending: Ending
    listener: Listener


class Worker(Protocol):
    """What pytest-xdist tells of a parallel worker."""

    config: pytest.Config
    workerinput: dict[str, object]


# --- options -----------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run; one that another plugin has taken is read from there."""
    group = parser.getgroup("contract-tests", "judging a server by its contract")
    for one in OPTIONS:
        if not one.pytest_flag:
            continue
        action = "store_true" if one.is_flag else "append" if one.repeated else "store"
        with contextlib.suppress(ValueError, argparse.ArgumentError):
            group.addoption(
                one.pytest_flag,
                dest=f"judge_{one.name.replace('-', '_')}",
                action=action,
                help=one.help_text.replace("%", "%%"),
            )


def _given(config: pytest.Config) -> Given:
    """Return what was given among the options of pytest."""
    values: dict[str, Raw] = {}
    for one in OPTIONS:
        if one.pytest_flag:
            values[one.name] = config.getoption(one.pytest_flag, default=None)
    values[options.JUNIT.name] = config.getoption("xmlpath", default=None)
    if values[options.BASE_URL.name] is None:
        with contextlib.suppress(ValueError, KeyError):  # where another plugin has it in its file
            values[options.BASE_URL.name] = config.getini("base_url") or None
    return Given(values)


def _settings(config: pytest.Config) -> Settings | None:
    """Return the settings of a run, None where nothing is to be judged. Raises OptionError."""
    handed = _handed(config)
    if handed is not None:
        return handed.settings
    given = _given(config)
    if given.of(options.BASE_URL) is None and not _names_suites(config):
        return None
    return settings_of(given)


def _handed(config: pytest.Config) -> Handed | None:
    every = config.pluginmanager.get_plugins()
    return next((one for one in every if isinstance(one, Handed)), None)


def _names_suites(config: pytest.Config) -> bool:
    """Whether the suites are named on the command line, so that there must be something to judge."""
    named = [
        one.partition("::")[0] for one in config.invocation_params.args if isinstance(one, str)
    ]
    return config.getoption("pyargs", default=False) and any(
        one.split(".")[0] == __package__ for one in named
    )


# --- start -------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Read options and contracts, and look whether anyone answers, before there is a session.

    What cannot be judged ends with code 2 and one sentence on standard error. Where tests are only listed, nobody
    is asked.
    """
    if hasattr(config, "workerinput") or config.getoption("help", default=False):
        return None
    try:
        settings = _settings(config)
        if settings is None:
            return None
        process = Process(prepared(settings))
        if config.getoption("collectonly"):
            config.stash[PROCESS] = process
            return None
        gathering = _gathering(config, process)
        handed = _handed(config)
        if handed is not None:
            handed.listener.waits()
        process.begin()
        if handed is not None:
            handed.listener.begun(gathering)
        process.look()
    except (OptionError, DocumentError, CannotJudge, BudgetSpent) as error:
        return _cannot_judge(config, " ".join(str(error).split()))
    except KeyboardInterrupt:
        return _cannot_judge(config, "interrupted before anything was judged")
    gathering.count_start()
    return None


def _gathering(config: pytest.Config, process: Process) -> Gathering:
    # A run makes many small values and few circles of them: looking for those took a third of it.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    handed = _handed(config)
    gathering = Gathering(process, SUITES, handed.ending if handed else None)
    config.stash[PROCESS], config.stash[GATHERING] = process, gathering
    config.pluginmanager.register(gathering, "contract-tests-gathering")
    return gathering


def _cannot_judge(config: pytest.Config, sentence: str) -> int:
    handed = _handed(config)
    if handed is not None:
        handed.listener.stopped()
    gathering = config.stash.get(GATHERING, None)
    told = visible(sentence) if gathering is None else gathering.shown.text(sentence)
    sys.stderr.write(f"cannot judge: {told}\n")
    if gathering is not None:
        gathering.refuse(sentence)
    return 2


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the run of a parallel worker; the first process has prepared its own."""
    handed = getattr(config, "workerinput", {}).get(_HANDED)
    if handed is not None:
        worker = str(config.workerinput["workerid"]).replace("gw", "w")  # type: ignore[attr-defined]
        known: Handover = pickle.loads(handed)  # noqa: S301 - our own first process wrote it
        _gathering(config, Process(prepared_worker(known, worker)))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Worker) -> None:
    """Tell a parallel worker the run that it belongs to and its share of the budget."""
    process = node.config.stash.get(PROCESS, None)
    if process is not None:
        workers = len(node.config.getoption("tx", default=None) or [1])
        left = process.budget.left
        share = None if left is None else max(0, left // workers)
        handed = Handover(process.run.settings, process.run.name, share)
        node.workerinput[_HANDED] = pickle.dumps(handed)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the suites that were not asked for, or have nothing to ask of the contracts of the run."""
    if collection_path.parent != SUITES or collection_path.name not in list(Suite):
        return None
    process = config.stash.get(PROCESS, None)
    if process is None or not process.run.of_suite(Suite(collection_path.name)):
        return True
    return None


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> list[pytest.Item] | None:
    """Leave out the tests of submissions where the contracts of the run have none."""
    process = collector.config.stash.get(PROCESS, None)
    if process is None or not name.startswith("test_") or not collector.path.is_relative_to(SUITES):
        return None
    known = process.run.of_suite(suite_of(collector))
    asks = inspect.isfunction(obj) and "usable" in inspect.signature(obj).parameters
    return [] if asks and not any(one.submissions for one in known) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Play the plain stories of a suite before its other tests: what they show explains what those find."""
    process = config.stash.get(PROCESS, None)
    if process is not None:
        ours = [one for one in items if one.path.is_relative_to(SUITES)]
        ours.sort(key=lambda one: (one.path.parent.name, one.path.name != _STORIES))
        kept, others = _shared(ours, process.run.settings.shard)
        if others:
            config.hook.pytest_deselected(items=others)
        for one in kept if _has_usual_timeout(config) else ():
            one.add_marker(pytest.mark.timeout(0))
        items[:] = [*(one for one in items if one not in ours), *kept]


def _shared(
    ours: list[pytest.Item], shard: tuple[int, int] | None
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests of a shard, and those of the others; by their names, whatever order other plugins like."""
    part, parts = shard or (1, 1)
    names = set(sorted(one.nodeid for one in ours)[part - 1 :: parts])
    return [one for one in ours if one.nodeid in names], [
        one for one in ours if one.nodeid not in names
    ]


def _has_usual_timeout(config: pytest.Config) -> bool:
    """Whether pytest-timeout ends tests after a time that is meant for somebody's own; ours have deadlines."""
    return config.pluginmanager.hasplugin("timeout") and not config.getoption("timeout", None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test for each contract, or for each submission of each contract."""
    process = metafunc.config.stash.get(PROCESS, None)
    if process is None or not metafunc.definition.path.is_relative_to(SUITES):
        return
    known = process.run.of_suite(suite_of(metafunc.definition))
    if "submission" in metafunc.fixturenames:
        both = [(contract, one) for contract in known for one in contract.submissions]
        names = [f"{contract.name}-{one.id}" for contract, one in both]
        metafunc.parametrize(("contract", "submission"), both, ids=names)
    elif "contract" in metafunc.fixturenames:
        metafunc.parametrize("contract", known, ids=[one.name for one in known])


# --- fixtures ----------------------------------------------------------------------------------------


@pytest.fixture
def process(pytestconfig: pytest.Config) -> Process:
    """Return the process of the run; a suite without one is skipped."""
    found = pytestconfig.stash.get(PROCESS, None)
    if found is None:
        pytest.skip(f"there is no server to judge: give {options.BASE_URL.flag}")
    return found


@pytest.fixture
def session(process: Process, contract: Contract) -> Session:
    """Return a session of the contract; a sandbox's clocks stand still while it works."""
    return process.session(contract)


@pytest.fixture
def login(process: Process) -> Mapping[str, str]:
    """Return the members of the login of the run."""
    return process.run.settings.login


@pytest.fixture
def usable(session: Session, submission: Submission) -> Submission:
    """Return the submission; a test is skipped when no valid item can be made."""
    if why := session.why_not(submission):
        pytest.skip(why)
    return submission
