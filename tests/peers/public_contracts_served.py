"""Every public contract, written by others, is served as it says of itself.

The judge is the reference implementation of OpenAPI's schemas; the sandbox itself stands on another one.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from .contract import Contract, Operation

START = 5.0  # seconds that a start may take


def is_json(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


@cache
def contract_of(file: Path) -> Contract:
    return Contract(file)


def success_of(responses: Mapping[str, Any]) -> str | None:
    """The key of the answer that is expected when nothing is preferred."""
    exact = sorted(code for code in responses if code.isdigit() and code.startswith("2"))
    keys = [*exact, *(key for key in ("2XX", "default") if key in responses), *responses]
    return keys[0] if keys else None


def code_of(key: str) -> int:
    """A code that a key of `responses` stands for."""
    return 599 if key == "default" else int(key.replace("X", "1"))


def codes_of(key: str) -> tuple[int, ...]:
    """The codes that may be answered by what stands under a key."""
    return (200, 599) if key == "default" else (code_of(key), int(key.replace("X", "0")))


def faults_of_answer(
    contract: Contract, responses: Mapping[str, Any], key: str | None, answer: httpx.Response
) -> Iterator[str]:
    """What is wrong with an answer, by the response documented under a key."""
    content = {} if key is None else responses[key].get("content", {})
    if not content or answer.status_code in (204, 304):
        if answer.content:
            yield f"a body where none is documented: {answer.text[:200]}"
        return
    media_type = answer.headers.get("content-type", "")
    known = {name.partition(";")[0]: media for name, media in content.items()}
    if media_type.partition(";")[0] not in known:
        yield f"the media type {media_type} is not among {list(content)}"
        return
    value = answer.json() if is_json(media_type) else answer.text
    schema = contract.follow(known[media_type.partition(";")[0]]).get("schema", True)
    yield from contract.faults(schema, value)


class Caller:
    """Calls the operations of a contract with the plainest request that the contract allows."""

    def __init__(self, contract: Contract, sandbox: Any) -> None:
        self._contract = contract
        self._http: httpx.Client = sandbox.http
        self._partner = sandbox.partner()
        servers = contract.document.get("servers", [{"url": "/"}])
        url = servers[0]["url"]
        for name, variable in servers[0].get("variables", {}).items():
            url = url.replace(f"{{{name}}}", variable["default"])
        self._base = urlsplit(url).path.rstrip("/")

    def call(
        self,
        operation: Operation,
        prefer: str | None = None,
        alternative: int = 0,
        accept: str | None = None,
    ) -> httpx.Response:
        """Send a request with the credentials of one of the operation's alternatives."""
        path = operation.path
        query: dict[str, str] = {}
        headers: dict[str, str] = {}
        for name in operation.security[alternative] if operation.security else ():
            place, carrier, secret = self._credential(name)
            (query if place == "query" else headers)[carrier] = secret
        for parameter in operation.parameters:
            if not parameter.get("required"):
                continue
            text = self._text(parameter)
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", quote(text, safe=""))
            elif parameter["in"] == "query":
                query[parameter["name"]] = text
            else:
                headers[parameter["name"]] = text
        media_type, content = self._body(operation)
        if media_type:
            headers["Content-Type"] = media_type
        if prefer:
            headers["Prefer"] = prefer
        if accept:
            headers["Accept"] = accept
        url = self._base + path
        return self._http.request(
            operation.method.upper(), url, params=query or None, headers=headers, content=content
        )

    def _text(self, parameter: dict[str, Any]) -> str:
        """A parameter's example, or its plainest value."""
        value = (
            parameter["example"]
            if "example" in parameter
            else self._contract.plainest(parameter.get("schema"))
        )
        if isinstance(value, list):
            return ",".join(map(str, value))
        return value if isinstance(value, str) else json.dumps(value)

    def _body(self, operation: Operation) -> tuple[str | None, bytes | None]:
        body = self._contract.follow(operation.value.get("requestBody", {}))
        for media_type, media in body.get("content", {}).items():
            value = self._shown(media)
            if is_json(media_type):
                return media_type, json.dumps(value).encode()
            if media_type == "application/x-www-form-urlencoded":
                return media_type, str(httpx.QueryParams(value)).encode()
        return None, None

    def _shown(self, media: dict[str, Any]) -> Any:
        """The first example of a body that fits its schema, or its plainest value."""
        schema = media.get("schema", True)
        shown = [
            self._contract.follow(one).get("value") for one in media.get("examples", {}).values()
        ]
        for value in [*([media["example"]] if "example" in media else []), *shown]:
            if not self._contract.faults(schema, value):
                return value
        return self._contract.plainest(schema)

    def _credential(self, name: str) -> tuple[str, str, str]:
        """Where a scheme is carried, under which name, and the partner's secret in its form."""
        scheme = self._contract.document["components"]["securitySchemes"][name]
        if scheme["type"] == "apiKey":
            return scheme["in"], scheme["name"], self._partner.client_secret
        if scheme.get("scheme", "").lower() == "basic":
            pair = f"{self._partner.client_id}:{self._partner.client_secret}".encode()
            return "header", "Authorization", f"Basic {base64.b64encode(pair).decode()}"
        return "header", "Authorization", f"Bearer {self._partner.token}"


def faults_over_http(contract: Contract, caller: Caller, operation: Operation) -> Iterator[str]:
    """What is wrong with the success answer and with every other one that can be preferred."""
    responses = contract.responses(operation)
    wanted = [(None, success_of(responses)), *((f"code={code_of(key)}", key) for key in responses)]
    for prefer, key in wanted:
        answer = caller.call(operation, prefer)
        if key is not None and answer.status_code not in codes_of(key):
            yield f"{operation.method} {operation.path} {prefer}: {answer.status_code} {answer.text[:200]}"
        else:
            for fault in faults_of_answer(contract, responses, key, answer):
                yield f"{operation.method} {operation.path} {prefer}: {fault}"


def faults_of_examples(contract: Contract, caller: Caller, operation: Operation) -> Iterator[str]:
    """Each named example that is answered otherwise than it stands there."""
    for key, response in contract.responses(operation).items():
        for media_type, media in response.get("content", {}).items():
            for name, example in media.get("examples", {}).items():
                prefer = f'code={code_of(key)}, example="{name}"'
                answer = caller.call(operation, prefer, accept=media_type)
                came = answer.json() if is_json(media_type) else answer.text
                if came != contract.follow(example)["value"]:
                    yield f"{operation.method} {operation.path} {key} {name}: {answer.text[:200]}"


def check_credentials(caller: Caller, operation: Operation) -> None:
    """Each alternative of credentials opens the operation, none does not."""
    for number, _ in enumerate(operation.security):
        assert caller.call(operation, alternative=number).status_code < 400
    if operation.security and {} not in operation.security:
        refused = caller.call(replace(operation, security=[]))
        assert refused.status_code == 401
        assert "www-authenticate" in refused.headers


def check_unknown_preferences(caller: Caller, operation: Operation) -> None:
    for prefer in ("code=nonsense", "code = nonsense", "example=no-such-example"):
        response = caller.call(operation, prefer)

        assert response.status_code in (400, 422), response.text  # twins: a contract has either
        assert "not documented" in response.text  # in whatever form the contract has for errors


def processor_time(process: int) -> float:
    """What a process has used so far: what its start takes on a machine that does nothing else."""
    file = Path(f"/proc/{process}/stat")
    if not file.exists():
        return float("inf")
    user, system = file.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_a_contract_is_served_within_five_seconds(
    file: Path, start_sandbox: Callable[..., Any]
) -> None:
    began = time.monotonic()
    sandbox = start_sandbox("sqlite://", file)

    assert min(time.monotonic() - began, processor_time(sandbox.process.pid)) < START


def test_every_operation_answers_as_the_contract_says(
    file: Path, start_sandbox: Callable[..., Any]
) -> None:
    contract = contract_of(file)
    caller = Caller(contract, start_sandbox("sqlite://", file))

    assert [
        fault
        for each in contract.operations()
        for fault in faults_over_http(contract, caller, each)
    ] == []


def test_every_named_example_can_be_preferred(
    file: Path, start_sandbox: Callable[..., Any]
) -> None:
    contract = contract_of(file)
    caller = Caller(contract, start_sandbox("sqlite://", file))

    assert [
        fault
        for each in contract.operations()
        for fault in faults_of_examples(contract, caller, each)
    ] == []


def test_credentials_open_an_operation_and_unknown_wishes_are_refused(
    file: Path, start_sandbox: Callable[..., Any]
) -> None:
    contract = contract_of(file)
    caller = Caller(contract, start_sandbox("sqlite://", file))

    for operation in contract.operations():
        check_credentials(caller, operation)
        check_unknown_preferences(caller, operation)


def test_the_reference_refuses_a_wrong_answer(public_contracts: Path) -> None:
    contract = contract_of(public_contracts / "oai-petstore.yaml")
    schema = {"$ref": "#/components/schemas/Pet"}

    assert contract.faults(schema, {"id": 1, "name": "Bella"}) == []
    assert contract.faults(schema, {"id": "one", "name": "Bella"}) != []
    assert contract.faults(schema, {"name": "Bella"}) != []
