"""The judge as a pytest plugin: options, fixtures, and the verdict at the end.

`contract-tests run` loads it; `pytest --pyargs contract_tests --base-url ...` does through the
entry point. Without `--base-url` it does nothing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import json
import os
import re
import sys
import time
import uuid
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from contract_tests.http import credentials
from contract_tests.http.client import BudgetSpent, CannotJudge, NotAllowed, Target, TargetFailure
from contract_tests.judging.session import Judge
from contract_tests.judging.verdict import Broken, Coverage, Finding
from contract_tests.reading import contract as contracts
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.documents import UnreadableContract
from contract_tests.reporting import report as summary
from contract_tests.services.rewards import client as rewards_bench
from contract_tests.settings import EFFORTS, SUITES, Partner, Settings

HERE = Path(__file__).resolve().parent / "suites"
DEFAULT_CONTRACTS = ("partner-client-service-v2",)


@dataclasses.dataclass
class Run:
    """What this process knows of the run."""

    settings: Settings
    contracts: dict[str, Contract]
    target: Target
    coverage: Coverage
    started: float
    worker: str = ""
    judges: dict[str, Judge] = dataclasses.field(default_factory=dict)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)
    suites: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    planned: list[str] = dataclasses.field(default_factory=list)
    crashes: list[str] = dataclasses.field(default_factory=list)
    refusals: list[str] = dataclasses.field(default_factory=list)
    frozen: list[str] = dataclasses.field(default_factory=list)
    requests: int = 0
    report: dict[str, Any] | None = None

    def judge(self, contract: Contract) -> Judge:
        """Return the judge of a contract; one per process, for it remembers what was saved."""
        if contract.name not in self.judges:
            self.judges[contract.name] = Judge(
                contract, self.target, self.settings, self.coverage, self.worker
            )
        return self.judges[contract.name]

    def release(self) -> None:
        """Let the clocks of a sandbox run again."""
        for who in self.frozen:
            with contextlib.suppress(TargetFailure):
                self.target.release(who)


RUN = pytest.StashKey[Run]()
ATTACHED = "contract_tests"  # the attribute of a test report that carries what was found


# --- options -------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    group = parser.getgroup("contract-tests", "judging a server by its contract")
    add = _Options(group)
    add("--base-url", help="where the server answers: http://127.0.0.1:8080")
    add("--contract", action="append", help="a contract by name or path; may be repeated")
    add("--client-id", help="OAuth2 client credentials (or CONTRACT_TESTS_CLIENT_ID)")
    add("--client-secret", help="(or CONTRACT_TESTS_CLIENT_SECRET)")
    add("--other-client-id", help="a second partner (or CONTRACT_TESTS_OTHER_CLIENT_ID)")
    add("--other-client-secret", help="(or CONTRACT_TESTS_OTHER_CLIENT_SECRET)")
    add("--token", help="a fixed bearer token or API key (or CONTRACT_TESTS_TOKEN)")
    add("--token-url", help="where tokens are granted, if not where the contract says")
    add("--login", action="append", help="name=value of a login; may be repeated")
    add("--partner", action="append", help="what the rules know of the partner: currency=GBP")
    add("--mode", choices=("documented", "strict"), default="documented", help="how much is pinned")
    add("--effort", choices=EFFORTS, default="standard", help="how much is tried")
    add("--judge-seed", type=int, default=1, help="the seed of everything that is generated")
    add("--only", help=f"suites, separated by commas: {', '.join(SUITES)}")
    add("--deadline", type=float, default=30.0, help="seconds until an item must be final")
    add("--max-requests", type=int, help="the budget of HTTP requests")
    add("--read-only", action="store_true", help="send nothing but GET and token requests")
    add("--dry-run", action="store_true", help="print what would be sent")
    add("--verdict-html", help="write the verdict as a page")
    add("--verdict-json", help="write the verdict as JSON")
    add("--ledger", help="write everything that was created, a JSON line each")


class _Options:
    """Adds options; one that another plugin has taken stays theirs."""

    def __init__(self, group: Any) -> None:
        self._group = group

    def __call__(self, name: str, **attributes: Any) -> None:
        try:
            self._group.addoption(name, dest=_destination(name), **attributes)
        except ValueError:
            return


def _destination(name: str) -> str:
    return "judge_" + name.strip("-").replace("-", "_")


def _option(config: pytest.Config, name: str, default: Any = None) -> Any:
    value = getattr(config.option, _destination(name), None)
    if value is None:
        variable = "CONTRACT_TESTS_" + name.strip("-").replace("-", "_").upper()
        value = os.environ.get(variable)
    return default if value is None else value


def _pairs(values: Any, option: str) -> dict[str, str]:
    """Return `name=value` pairs; in the environment they stand a line each."""
    pairs = {}
    for one in values.splitlines() if isinstance(values, str) else values or []:
        name, sign, value = one.partition("=")
        if not sign:
            raise pytest.UsageError(f"{option} {one}: name=value is expected")
        pairs[name] = value
    return pairs


def _login(config: pytest.Config) -> dict[str, str]:
    """Return the members of a login; the password may come from the environment alone."""
    login = _pairs(_option(config, "--login"), "--login")
    password = os.environ.get("CONTRACT_TESTS_LOGIN_PASSWORD")
    if login and password is not None:
        login.setdefault("password", password)
    return login


def read_settings(config: pytest.Config, run: str) -> Settings:
    """Return the options of a run as one value; raises UsageError for a mistake."""
    only = tuple(filter(None, (_option(config, "--only") or ",".join(SUITES)).split(",")))
    for name in only:
        if name not in SUITES:
            near = difflib.get_close_matches(name, SUITES, n=1, cutoff=0.0)[0]
            raise pytest.UsageError(f"--only {name}: unknown suite; did you mean {near}?")
    base_url = str(_option(config, "--base-url"))
    _refuse_no_url(base_url, "--base-url")
    token_url = _option(config, "--token-url")
    if token_url is not None and not token_url.startswith("/"):
        _refuse_no_url(token_url, "--token-url")
    if not _option(config, "--dry-run"):
        _refuse_no_secret(config)
    profile = _pairs(_option(config, "--partner"), "--partner")
    other = _option(config, "--other-client-id")
    budget = _option(config, "--max-requests")
    return Settings(
        base_url=base_url,
        contracts=tuple(_option(config, "--contract") or DEFAULT_CONTRACTS),
        partner=Partner(
            _option(config, "--client-id"),
            _option(config, "--client-secret"),
            _option(config, "--token"),
            profile,
        ),
        other=Partner(other, _option(config, "--other-client-secret"), None, profile)
        if other
        else None,
        mode=_option(config, "--mode"),
        effort=_option(config, "--effort"),
        seed=_option(config, "--judge-seed"),
        only=only,
        deadline=_option(config, "--deadline"),
        max_requests=None if budget is None else int(budget),
        read_only=bool(_option(config, "--read-only")),
        dry_run=bool(_option(config, "--dry-run")),
        junit=getattr(config.option, "xmlpath", None),
        html=_option(config, "--verdict-html"),
        json=_option(config, "--verdict-json"),
        ledger=_option(config, "--ledger"),
        login=_login(config),
        token_url=token_url,
        run=run,
    )


def _refuse_no_secret(config: pytest.Config) -> None:
    for whose in ("other-",) if _option(config, "--token") else ("", "other-"):
        option, secret = f"--{whose}client-id", f"--{whose}client-secret"
        if _option(config, option) and _option(config, secret) is None:
            variable = f"CONTRACT_TESTS_{secret.strip('-').replace('-', '_').upper()}"
            raise pytest.UsageError(
                f"{option} {_option(config, option)} stands without its secret; "
                f"give {secret}, better in {variable}"
            )


def _refuse_no_url(text: str, option: str) -> None:
    try:
        split = urlsplit(text)
        whole = split.scheme in {"http", "https"} and split.hostname and (split.port or 1)
    except ValueError:
        whole = False
    if not whole:
        bare = "://" not in text and re.fullmatch(r"[\w.-]+(:\d+)?(/.*)?", text)
        hint = f"; did you mean http://{text}?" if bare else ""
        raise pytest.UsageError(
            f"{option} {text}: a URL with http:// or https:// is expected{hint}"
        )


# --- start ---------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Read options and contracts, and look whether anyone answers, before there is a session.

    What cannot be judged ends with code 2 and one sentence on standard error.
    """
    if _option(config, "--base-url") is None or hasattr(config, "workerinput"):
        return None
    try:
        run = _prepared(config)
        if not run.settings.dry_run:
            _look(run)
    except (pytest.UsageError, UnreadableContract, CannotJudge, BudgetSpent) as error:
        return _cannot_judge(config, " ".join(str(error).split()))
    except KeyboardInterrupt:
        return _cannot_judge(config, "interrupted before anything was judged")
    return None


def _cannot_judge(config: pytest.Config, sentence: str) -> int:
    sys.stderr.write(f"cannot judge: {sentence}\n")
    run = config.stash.get(RUN, None)
    if run is not None:
        run.refusals.append(sentence)
        summary.write(summary.report(run, run.coverage, datetime.now(UTC)), run.settings)
    return 2


def _look(run: Run) -> None:
    """Make sure that there is an API that takes the credentials; raises CannotJudge."""
    probe = summary.harmless(run.contracts.values(), run.settings)
    shown = probe.shown
    run.target.check(probe.path, probe.documented, shown.own_headers, urlencode(shown.query))
    if rewards_bench.SUITE in run.settings.only:
        rewards_bench.require_login(run.contracts.values(), run.target, run.settings)
    run.requests += run.target.requests
    run.target.requests = _kept(run)


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the run of a parallel worker; the first process has prepared its own."""
    if _option(config, "--base-url") is not None and hasattr(config, "workerinput"):
        _prepared(config)


def _prepared(config: pytest.Config) -> Run:
    """Read options and contracts into the run; raises UsageError and UnreadableContract."""
    worker = getattr(config, "workerinput", {})
    settings = read_settings(config, worker.get("judge_run") or "ct" + uuid.uuid4().hex[:10])
    known = {}
    for name in settings.contracts:
        one = contracts.read(contracts.find(name))
        known[one.name] = one
    target = Target(settings, worker.get("judge_budget"))
    target.token_path = credentials.token_path(known.values(), settings)
    for one in known.values():
        credentials.require_use(one, settings, target.token_path)
    run = Run(
        settings,
        known,
        target,
        Coverage(),
        time.time(),
        worker.get("workerid", "").replace("gw", "w"),
    )
    config.stash[RUN] = run
    if settings.ledger and not worker:
        Path(settings.ledger).write_text("", encoding="utf-8")
    return run


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a parallel worker the run it belongs to and its share of the budget."""
    run = node.config.stash.get(RUN, None)
    if run is None:
        return
    node.workerinput["judge_run"] = run.settings.run
    budget = run.settings.max_requests
    if budget is not None:
        count = max(1, len(node.config.option.tx or [1]))
        node.workerinput["judge_budget"] = max(0, (budget - run.requests) // count)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the suites that were not asked for."""
    run = config.stash.get(RUN, None)
    if collection_path.parent != HERE or not collection_path.name.startswith("test_"):
        return None
    name = collection_path.stem.removeprefix("test_")
    if run is None or name not in run.settings.only:
        return True
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test for each contract, or for each submission of each contract."""
    run = metafunc.config.stash.get(RUN, None)
    if run is None or Path(metafunc.module.__file__).parent != HERE:
        return
    known = list(run.contracts.values())
    if "submission" in metafunc.fixturenames:
        both = [(contract, one) for contract in known for one in contract.submissions]
        metafunc.parametrize(
            ("contract", "submission"), both, ids=[f"{c.name}-{s.id}" for c, s in both]
        )
    elif "contract" in metafunc.fixturenames:
        metafunc.parametrize("contract", known, ids=[one.name for one in known])


# --- fixtures ------------------------------------------------------------------------------------


@pytest.fixture
def run(pytestconfig: pytest.Config) -> Run:
    """Return the run; a suite without one is skipped."""
    found = pytestconfig.stash.get(RUN, None)
    if found is None:
        pytest.skip("there is no server to judge: give --base-url")
    return found


@pytest.fixture
def judge(run: Run, contract: Contract) -> Judge:
    """Return the judge of the contract; a sandbox's clocks stand still while it works."""
    if contract.submissions:
        for who in ("a", "b") if run.target.has_other else ("a",):
            if who not in run.frozen and run.target.freeze(who):
                run.frozen.append(who)
    return run.judge(contract)


@pytest.fixture
def usable(judge: Judge, submission: Submission) -> Submission:
    """Return the submission; a test is skipped when no valid item can be made."""
    if not judge.workshop(submission).usable:
        pytest.skip(f"no valid item of {submission.id} is known: give the contract an example")
    return submission


# --- what happened -------------------------------------------------------------------------------


# What ends a test without blaming the server or the judge.
_LIMITS = (BudgetSpent, NotAllowed, CannotJudge)


class Found(AssertionError):
    """A test that ended with findings that were noted on its way."""


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a test that noted findings although it ran to its end."""
    outcome = yield
    run = pyfuncitem.config.stash.get(RUN, None)
    if run is not None and any(one.findings for one in run.judges.values()):
        raise Found
    return outcome


def _walk(error: BaseException | None) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _walk(one)
    elif error is not None:
        yield error


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach findings and coverage to the report, so that they reach the first process."""
    report = yield
    run = item.config.stash.get(RUN, None)
    if run is None or item.path.parent != HERE:
        return report
    found: list[Finding] = []
    for one in run.judges.values():
        found += one.findings
        one.findings = []
    notes = list(run.target.notes)
    run.target.notes = []
    errors = list(_walk(call.excinfo.value if call.excinfo else None))
    found += [error.finding for error in errors if isinstance(error, Broken)]
    others = [error for error in errors if not isinstance(error, Broken | Found)]
    limits = [error for error in others if isinstance(error, _LIMITS)]
    crash = refusal = ""
    if limits:
        if isinstance(limits[0], BudgetSpent):
            notes.append(str(limits[0]))
        if isinstance(limits[0], CannotJudge):
            refusal = str(limits[0])
        report.outcome = "skipped"
        report.longrepr = (str(item.path), 0, str(limits[0]))
    elif report.failed and others:
        crash = f"{item.nodeid}: {others[0]!r}"
    if run.settings.dry_run:
        found, crash = [], ""
        report.outcome = "passed" if report.failed else report.outcome
    if found:
        report.outcome = "failed"
        report.longrepr = "\n\n".join(one.text() for one in found)
    attached = json.dumps(
        {
            "findings": [dataclasses.asdict(one) for one in found],
            "coverage": run.coverage.value(),
            "requests": run.target.requests,
            "notes": notes,
            "planned": run.target.planned,
            "crash": crash,
            "refusal": refusal,
        }
    )
    setattr(report, ATTACHED, attached)
    run.target.requests, run.target.planned = _kept(run), []
    for table in (run.coverage.counts, run.coverage.behaviours, run.coverage.reasons):
        table.clear()
    return report


def _kept(run: Run) -> int:
    """Move the budget on by what was spent, and count from nothing again."""
    if run.target.budget is not None:
        run.target.budget -= run.target.requests
    return 0


class Collector:
    """Collects what the tests of all processes found."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.coverage = Coverage()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add one report."""
        attached = getattr(report, ATTACHED, None)
        if attached is None:
            return
        value = json.loads(attached)
        for one in value["findings"]:
            for name in ("expected", "curl"):
                one[name] = tuple(one[name])
            self.run.findings.append(Finding(**one))
        self.coverage.add(value["coverage"])
        self.run.requests += value["requests"]
        self.run.planned += value["planned"]
        for note in value["notes"]:
            if note not in self.run.notes:
                self.run.notes.append(note)
        if value["crash"]:
            self.run.crashes.append(value["crash"])
        if value["refusal"] and value["refusal"] not in self.run.refusals:
            self.run.refusals.append(value["refusal"])
        self._suite(report)

    def _suite(self, report: pytest.TestReport) -> None:
        name = Path(report.nodeid.split("::")[0]).stem.removeprefix("test_")
        empty = {"name": name, "tests": 0, "failed": 0, "skipped": 0, "seconds": 0.0}
        suite = self.run.suites.setdefault(name, empty)
        suite["seconds"] = round(suite["seconds"] + report.duration, 2)
        if report.when == "call" or report.outcome != "passed":
            suite["tests"] += 1
            suite["failed"] += report.failed
            suite["skipped"] += report.skipped


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Begin to collect what the tests find, in the first process."""
    run = session.config.stash.get(RUN, None)
    if run is not None and not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Collector(run), "contract-tests-collector")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Come to a verdict: 0 the contract holds, 1 it is broken, 2 it could not be judged."""
    run = session.config.stash.get(RUN, None)
    if run is None:
        return
    if exitstatus == pytest.ExitCode.INTERRUPTED:
        _take_what_is_left(run)
    run.release()
    if hasattr(session.config, "workerinput"):
        return
    collector = session.config.pluginmanager.get_plugin("contract-tests-collector")
    if collector is None:
        return
    run.requests += run.target.requests
    run.target.requests = _kept(run)
    run.report = summary.report(run, collector.coverage, datetime.now(UTC))
    summary.write(run.report, run.settings)
    codes = {"holds": 0, "broken": 1, "not judged": 2}
    session.exitstatus = codes[run.report["verdict"]]


def _take_what_is_left(run: Run) -> None:
    """Add what the interrupted test had found, and say that there would have been more."""
    for one in run.judges.values():
        run.findings += one.findings
        one.findings = []
    run.requests += run.target.requests
    run.target.requests = _kept(run)
    run.refusals.append(f"interrupted after {run.requests} requests")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the verdict and its findings."""
    for line in verdict_lines(config):
        terminalreporter.write_line(line)


def verdict_lines(config: pytest.Config) -> list[str]:
    """Return the verdict of a session that has ended; nothing when it judged nothing."""
    run = config.stash.get(RUN, None)
    if run is None or run.report is None:
        return []
    return list(summary.lines(run.report, run.planned if run.settings.dry_run else []))
