"""The commands: `run` and `replay`, a thin front to pytest, `traffic` and `compare`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import NoReturn

import click
import pytest

from contract_tests.compare import report as compared
from contract_tests.compare.command import compare as compare_servers
from contract_tests.console import Console, QuietConsole, descriptor_of
from contract_tests.ending import Ending
from contract_tests.http.failures import CannotJudge, TargetFailure
from contract_tests.options import (
    OF_COMPARISON,
    OF_TRAFFIC,
    OPTIONS,
    QUIET,
    Given,
    Option,
    OptionError,
    Raw,
    Section,
)
from contract_tests.plugin import SUITES, Handed
from contract_tests.replay import Remembered, remembered
from contract_tests.reporting import text
from contract_tests.reporting.report import CODES, Report, Verdict
from contract_tests.reporting.shown import visible
from contract_tests.settings import Settings, settings_of
from contract_tests.traffic.command import judge as judge_traffic
from contract_tests.traffic.recorded import RecordingError
from openapi_documents import DocumentError

KNOWN: tuple[Option[object], ...] = tuple(dict.fromkeys((*OPTIONS, *OF_TRAFFIC, *OF_COMPARISON)))

_OTHERS_SAY = frozenset({"--openapi", "--schema", "--spec", "--api", "--document", "--file"})
"""What other tools call the option that names the contract."""


class _Sectioned(click.Command):
    """A command whose help tells its options in sections."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options; of a server or a contract that stands without one, say which it needs."""
        takes_words = any(isinstance(one, click.Argument) for one in self.params)
        if args and not takes_words and not args[0].startswith("-"):
            told = f"{args[0]} stands here without an option"
            raise click.UsageError(f"{told}: give --base-url URL and --contract FILE", ctx)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.option_name not in _OTHERS_SAY:
                raise
            told = f"No such option '{error.option_name}'. Did you mean '--contract'?"
            raise click.UsageError(told, ctx) from error

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


class _Commands(click.Group):
    """The commands; an option that stands before them is told where it belongs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands before the command, as click asks a group."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            told = f"{error.option_name} is no option here; those of a command stand behind it"
            mend = f"contract-tests run {error.option_name} ..."
            raise click.UsageError(f"{told}: {mend}", ctx) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="understudy")
def main() -> None:
    """Judge a server by its contract."""


@main.command(cls=_Sectioned, params=[_parameter(one) for one in OPTIONS])
def run(**given: Raw) -> None:
    """Judge a server.

    Exit code 0: the contract holds. 1: it is broken. 2: it could not be judged, with one sentence why.
    """
    _judge(_given(given))


@main.command(
    cls=_Sectioned,
    params=[click.Argument(["report"], metavar="REPORT"), *map(_parameter, OPTIONS)],
)
def replay(report: str, **given: Raw) -> None:
    """Play the findings of REPORT again, and say which are mended.

    The suites that met them are asked once more, with the seed of the report; options change what it says of the run.
    Exit code 0: all are mended and nothing else is broken. 1: not so. 2: it could not be judged.
    """
    try:
        before = remembered(report)
    except OptionError as error:
        _cannot_judge(error)
    named = {name: value for name, value in _given(given).values.items() if value}
    _judge(Given({**before.values, **named}), before)


def _judge(given: Given, before: Remembered | None = None) -> NoReturn:
    """Judge a server, tell the verdict and what became of earlier findings, and exit."""
    try:
        settings = settings_of(given)
    except OptionError as error:
        _cannot_judge(error)
    ending = Ending()
    if given.is_set(QUIET):
        console: Console = QuietConsole(StringIO(), before)
    else:
        console = Console(descriptor_of(sys.stderr), before, live=sys.stderr.isatty())
    ending.last = console.conclude
    ending.install()
    console.begin()
    os.environ.update(environment(os.environ))
    make_tables_beside()
    code = _code(arguments(settings), Handed(settings, ending, console), console)
    if ending.asked:  # threads of the run may still wait for answers that nobody asks for any more
        sys.stdout.flush()
        os._exit(code)
    sys.exit(code)


def _code(given: list[str], handed: Handed, console: Console) -> int:
    try:
        code = int(pytest.main(given, plugins=[handed, console]))
    except KeyboardInterrupt:
        console.conclude()
        code = 2
    except Exception as error:
        console.stopped()
        click.echo(f"cannot judge: the judge itself failed: {visible(repr(error))}", err=True)
        code = 2
    console.stopped()
    return code if code in {0, 1, 2} else 2


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


def arguments(settings: Settings) -> list[str]:
    """Return the arguments of pytest; the settings reach it as a plugin."""
    given = [
        str(SUITES),
        "-p", "contract_tests.plugin",
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
    return given
