"""What `contract-tests traffic` does: reads recordings, judges them, and writes the verdict."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from contract_tests import options
from contract_tests.http.client import Client, Server
from contract_tests.http.failures import CannotJudge
from contract_tests.http.limits import Budget, Limits
from contract_tests.http.partners import Partner, Partners
from contract_tests.http.secrets import Secrets
from contract_tests.judging.coverage import ContractCoverage
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.mode import Suite
from contract_tests.options import Given
from contract_tests.reporting import files
from contract_tests.reporting.curl import CurlLines, public_secrets
from contract_tests.reporting.merging import merged
from contract_tests.reporting.report import About, Report, report
from contract_tests.reporting.results import Results
from contract_tests.reporting.shown import Shown
from contract_tests.run import contracts_of, known_faults
from contract_tests.settings import Settings, settings_of
from contract_tests.traffic.files import read
from contract_tests.traffic.judge import Judged, Terms, TrafficJudge
from contract_tests.traffic.recorded import Recorded
from contract_tests.traffic.routing import commonest_origin

_STRANGERS_TOLD = 5
_NOWHERE = "http://recorded.invalid"  # where a recording names no server


def judge(names: Sequence[str], given: Given) -> Report:
    """Judge recordings, in the order of their times; the report is written where that was asked for.

    Raises OptionError, RecordingError, DocumentError and CannotJudge.
    """
    started = time.time()
    recorded = sorted(
        (one for name in names for one in read(name)), key=lambda one: (one.began, one.number)
    )
    settings = _settings(given)
    contracts, baseline = contracts_of(settings), known_faults(settings)
    if given.of(options.BASE_URL) is None:
        settings = replace(settings, base_url=commonest_origin(recorded, contracts) or _NOWHERE)
    settings.outputs.prepare()
    results, secrets = Results(), Secrets()
    # Nothing is ever sent; lines that repeat an exchange take the token from its variable.
    partners = Partners(Partner(None, token="unknown"))  # noqa: S106
    client = Client(Server(settings.base_url), partners, Budget(Limits(dry_run=True)))
    judged: list[Judged] = []
    for contract in contracts:
        coverage = ContractCoverage(contract.name, results.coverage)
        terms = Terms(
            Freedom(settings.mode, contract.silences),
            settings.partners.first.attributes,
            given.is_set(options.FRESH),
        )
        one = TrafficJudge(contract, terms, client, coverage)
        judged.append(one.judge(recorded))
        _add(results, judged[-1])
        for secret in one.callers.secrets:
            secrets.learn(secret)
    results.notes += _strangers(judged)
    _require_any(results, recorded, names, [one.name for one in contracts])
    told = " ".join(map(shlex.quote, names))
    about = About(
        settings, contracts, Path(names[0]).name, started, time.time(),
        CurlLines(client.server, partners, ""), Shown(secrets, public_secrets()), baseline,
        lambda _: f"contract-tests traffic {told} {settings.judged_by}",
    )  # fmt: skip
    whole = report(about, results)
    files.write(whole, settings.outputs)
    files.write_baseline(merged(results.findings), baseline, settings.outputs)
    files.write_junit(whole, settings.outputs, "contract-tests.traffic")
    return whole


def _settings(given: Given) -> Settings:
    """Return the options of a run of which the server is not known yet."""
    where = given.of(options.BASE_URL) or _NOWHERE
    return settings_of(Given({**given.values, options.BASE_URL.name: where}, given.variables))


def _add(results: Results, judged: Judged) -> None:
    results.findings += judged.findings
    results.requests += judged.counts.get(Suite.OPERATIONS, 0)
    for suite, number in judged.counts.items():
        count = results.suite(suite)
        count.tests += number
        count.failed += judged.failed.get(suite, 0)


def _strangers(judged: Sequence[Judged]) -> Iterator[str]:
    """Yield how many exchanges are of no operation of any contract, and which."""
    known = [{id(each) for each in one.strangers} for one in judged[1:]]
    strangers = [one for one in judged[0].strangers if all(id(one) in ids for ids in known)]
    if strangers:
        told = dict.fromkeys(
            f"{one.method} {one.origin}{one.target.partition('?')[0]}" for one in strangers
        )
        more = f" and {len(told) - _STRANGERS_TOLD} others" if len(told) > _STRANGERS_TOLD else ""
        listed = ", ".join(list(told)[:_STRANGERS_TOLD])
        yield f"{len(strangers)} exchanges are of no operation: {listed}{more}"


def _require_any(
    results: Results, recorded: Sequence[Recorded], names: Sequence[str], contracts: Sequence[str]
) -> None:
    if results.requests:
        return
    told = f"{', '.join(names)}: none of {len(recorded)} exchanges is of an operation of {', '.join(contracts)}"
    raise CannotJudge(
        "; ".join([told, *results.notes[:1]])
        if recorded
        else f"{', '.join(names)}: no exchange is in it"
    )
