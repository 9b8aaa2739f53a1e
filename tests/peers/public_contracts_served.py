"""Every public contract, written by others, is served as it says of itself.

The judge is the reference implementation of OpenAPI's schemas; the sandbox itself stands on another one.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import yaml
from openapi_schema_validator import OAS30Validator, OAS31Validator, OAS32Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

from mock_server.examples.answers import Answer, Answers, is_json
from mock_server.examples.instances import Instances

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
VALIDATORS = {"3.0": OAS30Validator, "3.1": OAS31Validator, "3.2": OAS32Validator}
START = 5.0  # seconds that a start may take


class Loader(yaml.CSafeLoader):
    """YAML whose dates stay text."""


Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: node.value)


@dataclass(frozen=True)
class Operation:
    """An operation of a contract, with what its path says for all of them."""

    method: str
    path: str
    value: dict[str, Any]
    parameters: list[dict[str, Any]]
    security: list[dict[str, Any]]


class Contract:
    """A contract as the test reads it: nothing here is the sandbox's own reading."""

    def __init__(self, file: Path) -> None:
        self.document: dict[str, Any] = yaml.load(file.read_bytes(), Loader=Loader)
        version = str(self.document["openapi"])[:3]
        self._validator = VALIDATORS[version]
        specification = DRAFT4 if version == "3.0" else DRAFT202012
        root = Resource.from_contents(self.document, default_specification=specification)
        self._registry = Registry().with_resource("urn:contract", root)

    def follow(self, value: Any) -> Any:
        while isinstance(value, dict) and "$ref" in value:
            found = self.document
            for part in value["$ref"].split("/")[1:]:
                found = found[part.replace("~1", "/").replace("~0", "~")]
            value = found
        return value

    def operations(self) -> Iterator[Operation]:
        for path, item in self.document.get("paths", {}).items():
            shared = [self.follow(each) for each in item.get("parameters", [])]
            for method in METHODS:
                if method in item:
                    own = [self.follow(each) for each in item[method].get("parameters", [])]
                    both = {(each["name"], each["in"]): each for each in [*shared, *own]}
                    security = item[method].get("security", self.document.get("security", []))
                    yield Operation(method, path, item[method], list(both.values()), security)

    def responses(self, operation: Operation) -> dict[str, dict[str, Any]]:
        documented = operation.value.get("responses", {})
        return {str(code): self.follow(response) for code, response in documented.items()}

    def faults(self, schema: Any, value: Any) -> list[str]:
        """What the reference has against a value."""
        absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:contract#/'))
        checker = self._validator.FORMAT_CHECKER
        validator = self._validator(absolute, registry=self._registry, format_checker=checker)
        return [error.message[:200] for error in validator.iter_errors(value)]


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
    contract: Contract, responses: Mapping[str, Any], key: str | None, found: Answer
) -> list[str]:
    """What is wrong with an answer, by the response documented under a key."""
    content = {} if key is None else responses[key].get("content", {})
    if not content or found.status in (204, 304):
        return [] if not found.encoded() else [f"a body where none is documented: {found.body!r}"]
    if found.media_type not in content:
        return [f"the media type {found.media_type} is not among {list(content)}"]
    schema = contract.follow(content[found.media_type]).get("schema", True)
    return contract.faults(schema, found.body)


def test_every_documented_answer_is_valid_by_its_schema(file: Path) -> None:
    contract = contract_of(file)
    answers = Answers(contract.document)
    wrong = []
    for operation in contract.operations():
        responses = contract.responses(operation)
        for key in [None, *responses]:
            prefer = None if key is None else f"code={code_of(key)}"
            found = answers.answer(operation.value, prefer)
            documented = key or success_of(responses)
            for fault in faults_of_answer(contract, responses, documented, found):
                wrong.append(f"{operation.method} {operation.path} {key}: {fault}")

    assert wrong == []


def test_every_named_example_can_be_preferred_and_fits_its_schema(file: Path) -> None:
    contract = contract_of(file)
    answers = Answers(contract.document)
    wrong = []
    for operation in contract.operations():
        responses = contract.responses(operation)
        for key, response in responses.items():
            for media_type, media in response.get("content", {}).items():
                for name, example in media.get("examples", {}).items():
                    prefer = f'code={code_of(key)}, example="{name}"'
                    found = answers.answer(operation.value, prefer, media_type)
                    assert found.body == contract.follow(example)["value"]
                    for fault in faults_of_answer(contract, responses, key, found):
                        wrong.append(f"{operation.method} {operation.path} {key} {name}: {fault}")

    assert wrong == []


def test_every_schema_of_the_components_has_a_smallest_value(file: Path) -> None:
    contract = contract_of(file)
    instances = Instances(contract.document)
    wrong = {}
    for name in contract.document.get("components", {}).get("schemas", {}):
        schema = {"$ref": f"#/components/schemas/{name}"}
        faults = contract.faults(schema, instances.smallest(schema))
        if faults:
            wrong[name] = faults

    assert wrong == {}


def test_the_judge_of_these_tests_refuses_a_wrong_answer(public_contracts: Path) -> None:
    contract = contract_of(public_contracts / "oai-petstore.yaml")
    schema = {"$ref": "#/components/schemas/Pet"}

    assert contract.faults(schema, {"id": 1, "name": "Bella"}) == []
    assert contract.faults(schema, {"id": "one", "name": "Bella"}) != []
    assert contract.faults(schema, {"name": "Bella"}) != []


# --- Over HTTP ---------------------------------------------------------------------------------


class Caller:
    """Calls the operations of a contract with the plainest request that the contract allows."""

    def __init__(self, contract: Contract, sandbox: Any) -> None:
        self._contract = contract
        self._instances = Instances(contract.document)
        self._http: httpx.Client = sandbox.http
        self._partner = sandbox.partner()
        servers = contract.document.get("servers", [{"url": "/"}])
        url = servers[0]["url"]
        for name, variable in servers[0].get("variables", {}).items():
            url = url.replace(f"{{{name}}}", variable["default"])
        self._base = urlsplit(url).path.rstrip("/")

    def call(
        self, operation: Operation, prefer: str | None = None, alternative: int = 0
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
        url = self._base + path
        return self._http.request(
            operation.method.upper(), url, params=query or None, headers=headers, content=content
        )

    def _text(self, parameter: dict[str, Any]) -> str:
        """A parameter's example, or its smallest value with something in it."""
        schema = parameter.get("schema", {})
        if "example" in parameter:
            value = parameter["example"]
        else:
            kind = self._contract.follow(schema).get("type")
            visible = {"allOf": [schema, {"minLength": 1}]} if kind == "string" else schema
            value = self._instances.smallest(visible)
        if isinstance(value, list):
            return ",".join(map(str, value))
        return value if isinstance(value, str) else json.dumps(value)

    def _body(self, operation: Operation) -> tuple[str | None, bytes | None]:
        body = self._contract.follow(operation.value.get("requestBody", {}))
        for media_type, media in body.get("content", {}).items():
            value = self._instances.smallest(media.get("schema", True))
            if is_json(media_type):
                return media_type, json.dumps(value).encode()
            if media_type == "application/x-www-form-urlencoded":
                return media_type, str(httpx.QueryParams(value)).encode()
        return None, None

    def _credential(self, name: str) -> tuple[str, str, str]:
        """Where a scheme is carried, under which name, and the partner's secret in its form."""
        scheme = self._contract.document["components"]["securitySchemes"][name]
        if scheme["type"] == "apiKey":
            return scheme["in"], scheme["name"], self._partner.client_secret
        if scheme.get("scheme", "").lower() == "basic":
            pair = f"{self._partner.client_id}:{self._partner.client_secret}".encode()
            return "header", "Authorization", f"Basic {base64.b64encode(pair).decode()}"
        return "header", "Authorization", f"Bearer {self._partner.token}"


def as_answer(response: httpx.Response) -> Answer:
    """The answer as it came, in the form that the tests above judge."""
    media_type = response.headers.get("content-type")
    if not response.content:
        return Answer(response.status_code, None, response.headers, None)
    if media_type is not None and not is_json(media_type):
        media_type = media_type.partition(";")[0]
        return Answer(response.status_code, media_type, response.headers, response.text)
    return Answer(response.status_code, media_type, response.headers, response.json())


def faults_over_http(contract: Contract, caller: Caller, operation: Operation) -> list[str]:
    """What is wrong with the success answer and with every other one that can be preferred."""
    responses = contract.responses(operation)
    wanted = [(None, success_of(responses)), *((f"code={code_of(key)}", key) for key in responses)]
    wrong = []
    for prefer, key in wanted:
        response = caller.call(operation, prefer)
        if key is not None and response.status_code not in codes_of(key):
            faults = [f"{response.status_code} {response.text[:200]}"]
        else:
            faults = faults_of_answer(contract, responses, key, as_answer(response))
        wrong += [f"{operation.method} {operation.path} {prefer}: {fault}" for fault in faults]
    return wrong


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

        assert response.status_code == 400, response.text
        assert response.headers["content-type"] == "application/problem+json"
        assert "not documented" in response.json()["detail"]


def processor_time(process: int) -> float:
    """What a process has used so far: what its start takes on a machine that does nothing else."""
    file = Path(f"/proc/{process}/stat")
    if not file.exists():
        return float("inf")
    user, system = file.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_a_contract_is_served_as_it_says_and_within_five_seconds(
    file: Path, start_sandbox: Callable[..., Any]
) -> None:
    began = time.monotonic()
    sandbox = start_sandbox("sqlite://", file)
    assert min(time.monotonic() - began, processor_time(sandbox.process.pid)) < START

    contract = contract_of(file)
    caller = Caller(contract, sandbox)
    operations = list(contract.operations())
    assert [
        fault for each in operations for fault in faults_over_http(contract, caller, each)
    ] == []
    for operation in operations:
        check_credentials(caller, operation)
        check_unknown_preferences(caller, operation)
