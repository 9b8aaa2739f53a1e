"""The commands: `run`, a thin front to pytest, `traffic` and `compare`."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import NoReturn

import click
import pytest

from contract_tests import options
from contract_tests.compare import report as compared
from contract_tests.compare.command import compare as compare_servers
from contract_tests.http.failures import CannotJudge, TargetFailure
from contract_tests.options import (
    OF_COMPARISON,
    OF_TRAFFIC,
    OPTIONS,
    Given,
    Option,
    OptionError,
    Raw,
    Section,
)
from contract_tests.plugin import GATHERING, PROCESS, SUITES, Handed
from contract_tests.reporting import text
from contract_tests.reporting.progress import Progress
from contract_tests.reporting.report import CODES, Report, Verdict
from contract_tests.reporting.shown import visible
from contract_tests.settings import Settings, settings_of
from contract_tests.traffic.command import judge as judge_traffic
from contract_tests.traffic.recorded import RecordingError
from openapi_documents import DocumentError

KNOWN: tuple[Option[object], ...] = tuple(dict.fromkeys((*OPTIONS, *OF_TRAFFIC, *OF_COMPARISON)))


class _Sectioned(click.Command):
    """A command whose help tells its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each under its heading; what has none comes last."""
        records = {one.name: one.get_help_record(ctx) for one in self.get_params(ctx)}
        for section in Section:
            names = [one.name.replace("-", "_") for one in KNOWN if one.section is section]
            known = [records.pop(name) for name in names if name in records]
            told = [one for one in known if one is not None]
            if told:
                with formatter.section(section):
                    formatter.write_dl(told)
        with formatter.section("Other"):
            formatter.write_dl([one for one in records.values() if one is not None])


def _parameter(one: Option[object]) -> click.Option:
    name = one.name.replace("-", "_")
    flags = [*filter(None, [one.short]), one.flag, name]
    if one.is_flag:
        return click.Option(flags, is_flag=True, help=one.help_text)
    return click.Option(
        flags, multiple=one.repeated, metavar=one.metavar, help=one.help_text, default=None
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="understudy")
def main() -> None:
    """Judge a server by its contract."""


@main.command(cls=_Sectioned, params=[_parameter(one) for one in OPTIONS])
def run(**given: Raw) -> None:
    """Judge a server.

    Exit code 0: the contract holds. 1: it is broken. 2: it could not be judged, with one sentence why.
    """
    values = _given(given)
    try:
        settings, workers = settings_of(values), values.known(options.WORKERS)
    except OptionError as error:
        _cannot_judge(error)
    os.environ.update(environment(os.environ))
    make_tables_beside()
    # A run makes many small values and few circles of them: looking for those took a tenth of it.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        code = int(pytest.main(arguments(settings, workers), plugins=[Handed(settings), Console()]))
    except KeyboardInterrupt:
        click.echo("cannot judge: interrupted before anything was judged", err=True)
        code = 2
    sys.exit(code if code in {0, 1, 2} else 2)


@main.command(
    cls=_Sectioned,
    params=[
        click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
        *map(_parameter, OF_TRAFFIC),
    ],
)
def traffic(files: tuple[str, ...], **given: Raw) -> None:
    """Judge recorded traffic: HAR files, or NDJSON with an exchange a line ("-" is standard input).

    Nothing is sent. Exit code 0: the contract holds, as far as the recording shows. 1: it is broken. 2: the recording
    cannot be judged.
    """
    try:
        _end(judge_traffic(files, _given(given)))
    except (OptionError, RecordingError, DocumentError, CannotJudge) as error:
        _cannot_judge(error)


@main.command(cls=_Sectioned, params=[_parameter(one) for one in OF_COMPARISON])
def compare(**given: Raw) -> None:
    """Play the same seeded stories on two servers, and tell where they differ, rule by rule, silence by silence.

    Exit code 0: they answer alike. 1: they differ. 2: they could not be compared.
    """
    try:
        comparison = compare_servers(_given(given))
    except (OptionError, DocumentError, TargetFailure) as error:
        _cannot_judge(error)
    except KeyboardInterrupt:
        _cannot_judge(CannotJudge("interrupted before both servers were compared"))
    for line in compared.lines(comparison):
        click.echo(line)
    sys.exit(compared.CODES[compared.Verdict(comparison["verdict"])])


def _given(given: Mapping[str, Raw]) -> Given:
    return Given({name.replace("_", "-"): value for name, value in given.items()})


def _cannot_judge(error: Exception) -> NoReturn:
    click.echo(f"cannot judge: {visible(' '.join(str(error).split()))}", err=True)
    sys.exit(2)


def _end(report: Report) -> NoReturn:
    """Print a report, and end with the code of its verdict."""
    for line in text.lines(report, ()):
        click.echo(line)
    sys.exit(CODES[Verdict(report["verdict"])])


class Console:
    """A plugin of pytest that shows where a run stands, then its verdict, in place of pytest's report."""

    def __init__(self) -> None:
        self._progress: Progress | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Begin to show the progress, on a terminal."""
        process = session.config.stash.get(PROCESS, None)
        if process is None or sys.__stderr__ is None or not sys.__stderr__.isatty():
            return
        gathering = session.config.stash[GATHERING]
        self._progress = Progress(
            sys.__stderr__, lambda: gathering.results.requests + process.budget.spent
        )
        process.watchers.append(self._progress.watch)
        session.config.pluginmanager.register(self._progress, "contract-tests-progress")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Print the verdict once the session has come to it."""
        yield
        if self._progress is not None:
            self._progress.clear()
        gathering = session.config.stash.get(GATHERING, None)
        for line in gathering.lines() if gathering else ():
            click.echo(line)


def make_tables_beside() -> None:
    """Let another process make what the first run on a machine needs: seconds otherwise waited.

    Hypothesis tries every character of Unicode once and remembers the answer in its storage.
    """
    if (Path(os.environ["HYPOTHESIS_STORAGE_DIRECTORY"]) / "unicode_data").exists():
        return
    code = "from hypothesis import strategies; strategies.text().validate()"
    nowhere = subprocess.DEVNULL
    subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
        [sys.executable, "-c", code], stdin=nowhere, stdout=nowhere, stderr=nowhere
    )


def environment(known: Mapping[str, str]) -> dict[str, str]:
    """Return what pytest and Hypothesis are told by variables."""
    cache = Path(known.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return {
        # Only the plugins that a verdict needs: what else is installed must not change it.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        # What Hypothesis remembers belongs to the user, not to the folder where a run was started.
        "HYPOTHESIS_STORAGE_DIRECTORY": known.get(
            "HYPOTHESIS_STORAGE_DIRECTORY", str(cache / "understudy" / "hypothesis")
        ),
    }


def arguments(settings: Settings, workers: int) -> list[str]:
    """Return the arguments of pytest; the settings reach it as a plugin."""
    given = [
        str(SUITES),
        "-p", "contract_tests.plugin",
        "-p", "xdist.plugin",
        "-p", "no:terminal",
        "-p", "no:cacheprovider",
        "-p", "no:understudy",
        "-p", "no:unraisableexception",
        "--assert", "plain",
        "-c", os.devnull,
        "--rootdir", str(SUITES.parents[1]),
    ]  # fmt: skip
    if settings.outputs.junit is not None:
        given.append(f"--junitxml={settings.outputs.junit}")
    if workers:
        given += ["-n", str(workers), "--dist", "loadgroup"]
    return given
