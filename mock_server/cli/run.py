"""`mock-server run`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import httpx

from mock_server.cli.shared import Refusal
from mock_server.serving import Embedded
from mock_server.settings import Settings
from mock_server.storage.database import StorageError
from mock_server.workflows.player import Played, Player
from openapi_documents import DocumentError, load
from openapi_documents.arazzo.checking import faults
from openapi_documents.arazzo.description import (
    Description,
    Workflow,
    is_arazzo,
    read_description,
    text_at,
)
from openapi_documents.mending import did_you_mean

_SHOWN = 300


@click.command("run")
@click.argument("flow", type=click.Path())
@click.option(
    "--workflow", "chosen", metavar="ID", help="Which workflow; all of the file without it."
)
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="NAME=VALUE",
    help="An input of the workflows; may be repeated.",
)
@click.option(
    "--base-url", envvar="UNDERSTUDY_BASE_URL", metavar="URL",
    help="The server to play against; a sandbox in memory is started without it.",
)  # fmt: skip
def command(flow: str, chosen: str | None, inputs: Sequence[str], base_url: str | None) -> None:
    """Play the workflows of an Arazzo description, a line for each step.

    The exit code is 0 when they come to their end, 1 when a step fails, 2 when there is nothing to play.
    """
    description = _read(flow)
    given = _inputs(inputs, description)
    workflows = _chosen(description, chosen)
    with _server(description, base_url) as url:
        servers = {one.name: url + _base(one.document) for one in description.sources}
        with httpx.Client(timeout=60, trust_env=False) as http:
            player = Player(description, servers, http)
            done = [_play(player, workflow, given) for workflow in workflows]
    sys.exit(0 if all(done) else 1)


def _play(player: Player, workflow: Workflow, inputs: Mapping[str, object]) -> bool:
    """Play one workflow and tell of it. Returns whether it came to its end."""
    summary = text_at(workflow.node, "summary")
    click.echo(f"{workflow.id}: {summary}" if summary else workflow.id)
    width = max((len(step.id) for step in workflow.steps), default=0)
    for played in player.play(workflow, inputs):
        click.echo(f"  {played.step:{width}}  {_line(played)}")
        if played.has_failed:
            if played.answer is not None and played.answer.text:
                click.echo(f"  {'':{width}}  {played.answer.text[:_SHOWN]}")
            click.echo(f"{workflow.id} failed at the step {played.step}.")
            return False
    for name, value in player.outputs.get(workflow.id, {}).items():
        click.echo(f"  {name} = {value}")
    click.echo(f"{workflow.id} came to its end.")
    return True


def _line(played: Played) -> str:
    code = f" -> {played.answer.status_code}" if played.answer is not None else ""
    if not played.reason:
        return f"{played.request}{code}  ok"
    if played.again_in is not None:
        return f"{played.request}{code}  again in {played.again_in:g} s: {played.reason}"
    return f"{played.request}{code}  FAILED: {played.reason}"


def _read(flow: str) -> Description:
    try:
        document = load(flow)
    except DocumentError as error:
        raise Refusal(str(error)) from None
    if not is_arazzo(document):
        raise Refusal(f"{flow} is no Arazzo description: it does not begin with `arazzo: 1.0.1`.")
    description = read_description(document)
    found = faults(description)
    if found:
        lines = (
            f"{one.position}: {one.sentence}" + (f". {one.mend}" if one.mend else "")
            for one in found
        )
        raise Refusal("nothing is played, for the description has faults:\n" + "\n".join(lines))
    return description


def _chosen(description: Description, chosen: str | None) -> Sequence[Workflow]:
    if chosen is None:
        return description.workflows
    known = [one.id for one in description.workflows]
    if chosen not in known:
        raise Refusal(
            f"there is no workflow {chosen}; known are {', '.join(known)}. {did_you_mean(chosen, known)}".rstrip()
        )
    return [one for one in description.workflows if one.id == chosen]


def _inputs(given: Sequence[str], description: Description) -> dict[str, object]:
    known = {name for workflow in description.workflows for name in workflow.inputs}
    found: dict[str, object] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign:
            raise Refusal(f"--input {one} is not NAME=VALUE.")
        if known and name not in known:
            raise Refusal(
                f"no workflow has the input {name}; known are {', '.join(sorted(known))}."
            )
        found[name] = value
    return found


@contextmanager
def _server(description: Description, base_url: str | None) -> Iterator[str]:
    """Give the URL of the server: the one that is named, or that of a sandbox that ends with the play."""
    if base_url is not None:
        yield base_url.rstrip("/")
        return
    files = [Path(one.document.path) for one in description.sources if one.document is not None]
    contracts = tuple(path for path in files if path.stem not in ("identity", "sandbox"))
    try:
        server = Embedded(Settings(contracts=contracts, database="sqlite://", processing_delay=0.5))
    except (DocumentError, StorageError) as error:
        raise Refusal(str(error)) from None
    try:
        yield server.url
    finally:
        server.stop()


def _base(document: object) -> str:
    """Return the path of the first server of a contract, without a slash at its end."""
    servers = document.data.get("servers") if hasattr(document, "data") else None
    url = str(servers[0].get("url", "")) if isinstance(servers, list) and servers else ""
    path = httpx.URL(url).path if url else ""
    return path.rstrip("/")
