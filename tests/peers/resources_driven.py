"""Drives what documents of others let the sandbox remember, by a client that knows the printed map alone.

    python tests/peers/resources_driven.py FILE...            # figures for each document, exit 1 below --least
    python tests/peers/resources_driven.py --shared ../shared # the documents of peers/real and peers/conformance

For each resource of `mock-server resources FILE --format json` it makes one, reads it, finds it in the list, replaces or
changes it, removes it, and reads what nobody made. Bodies are the plainest that the document allows.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1])]

from mock_server.serving import Embedded  # noqa: E402
from mock_server.settings import Settings  # noqa: E402
from tests.peers.contract import Contract, Operation  # noqa: E402

STEPS = ("create", "read", "list", "change", "remove", "gone", "unknown")


@dataclass
class Figures:
    """How often each step was right, how often it was tried, and what was not."""

    right: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def note(self, step: str, told: str, *, right: bool) -> bool:
        """Count a step; what is wrong is told. Returns whether it was right."""
        self.tried[step] += 1
        self.right[step] += right
        if not right:
            self.wrong.append(f"{step}: {told}")
        return right

    def add(self, other: Figures) -> None:
        """Add those of another document."""
        self.right.update(other.right)
        self.tried.update(other.tried)

    @property
    def line(self) -> str:
        """All of them in a line."""
        return ", ".join(
            f"{step} {self.right[step]}/{self.tried[step]}" for step in STEPS if self.tried[step]
        )


class Driver:
    """Drives one document."""

    def __init__(self, file: Path, http: httpx.Client) -> None:
        self.figures = Figures()
        self._contract = Contract(file)
        self._http = http
        self._operations = {
            (one.method.upper(), one.path): one for one in self._contract.operations()
        }
        printed = subprocess.run(
            [sys.executable, "-m", "mock_server", "resources", str(file), "--format", "json"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        (self._map,) = json.loads(printed.stdout)
        self._by_path = {one["path"]: one for one in self._map["resources"]}
        self._made: dict[str, list[str]] = {}

    def keys(self) -> dict[str, str]:
        """The headers in which the document wants to know who asks."""
        schemes = self._contract.document.get("components", {}).get("securitySchemes", {})
        known = [self._contract.follow(one) for one in schemes.values()]
        only_basic = known and all(one.get("scheme") == "basic" for one in known)
        basic = {"Authorization": "Basic c29tZWJvZHk6c2VjcmV0"} if only_basic else {}
        return basic | {
            one["name"]: "somebody"
            for one in known
            if one.get("type") == "apiKey" and one.get("in") == "header"
        }

    def drive(self) -> int:
        """Drive every resource that a client makes; return how many there are."""
        count = 0
        for one in sorted(self._map["resources"], key=lambda one: one["path"].count("/")):
            if not one["single"] and self._of(one, "create", "create or replace"):
                count += 1
                self._drive(one)
        return count

    def _of(self, resource: Mapping[str, Any], *does: str) -> dict[str, Any] | None:
        return next((one for one in resource["operations"] if one["does"] in does), None)

    def _drive(self, resource: Mapping[str, Any]) -> None:
        name = resource["path"]
        values = self._create(resource)
        if values is None:
            return
        read = self._of(resource, "read")
        if read is not None:
            shown = self._send(read, values)
            self.figures.note("read", f"{name} {shown.status_code}", right=shown.status_code == 200)
        self._list(resource, values)
        change = self._of(resource, "replace", "merge", "create or replace")
        if change is not None:
            answer = self._send(change, values)
            self.figures.note(
                "change",
                f"{name} {answer.status_code} {answer.text[:120]}",
                right=answer.is_success,
            )
        if read is not None:
            strange = _another(values[-1])
            self._expect_missing("unknown", name, read, [*values[:-1], strange])
        remove = self._of(resource, "remove")
        if remove is not None and not any(other["in"] == name for other in self._map["resources"]):
            answer = self._send(remove, values)
            if self.figures.note("remove", f"{name} {answer.status_code}", right=answer.is_success):
                self._expect_missing("gone", name, read or remove, values)

    def _expect_missing(
        self, step: str, name: str, told: Mapping[str, Any], values: list[str]
    ) -> None:
        answer = self._send(told, values)
        right = 400 <= answer.status_code < 500
        self.figures.note(step, f"{name} {answer.status_code}", right=right)

    def _create(self, resource: Mapping[str, Any]) -> list[str] | None:
        """Make one; return what stands in the templates of its path."""
        create = self._of(resource, "create", "create or replace")
        assert create is not None
        above = self._above(resource)
        names = resource["path"].count("{")
        if create["does"] != "create":
            above = [*above[: names - 1], self._example(create, names - 1)]
        answer = self._send(create, above)
        told = f"{resource['path']} {answer.status_code} {answer.text[:120]}"
        if not self.figures.note("create", told, right=answer.is_success):
            return None
        key = above[-1] if create["does"] != "create" else self._key(resource, create, answer)
        if key is None and create["answer"] is None:
            key = self._sent_key(resource, create)
        if key is None:
            self.figures.note("create", f"{resource['path']}: no key is told", right=False)
            return None
        values = [*above[: names - 1], key]
        self._made[resource["path"]] = values
        return values

    def _above(self, resource: Mapping[str, Any]) -> list[str]:
        """What stands in the templates before the last: of what it is in, else as the document shows it."""
        operation = resource["operations"][0]
        known = self._made.get(resource["in"] or "", [])
        count = resource["path"].count("{") - 1
        return [
            *known[:count],
            *(self._example(operation, n) for n in range(len(known[:count]), count)),
        ]

    def _example(self, told: Mapping[str, Any], number: int) -> str:
        operation = self._operation(told)
        names = [part.split("}")[0] for part in told["path"].split("{")[1:]]
        name = names[number] if number < len(names) else ""
        for one in operation.parameters:
            if one["in"] == "path" and one["name"] == name:
                return str(one.get("example", self._contract.plainest(one.get("schema", {}))))
        return "x"

    @staticmethod
    def _key(
        resource: Mapping[str, Any], create: Mapping[str, Any], answer: httpx.Response
    ) -> str | None:
        try:
            body = answer.json()
        except ValueError:
            body = None
        at = create["answer"]
        found = None
        if at is not None:
            found = value_at(body, at)
            if create["many"]:
                found = found[0] if isinstance(found, list) and found else None
            found = value_at(found, resource["key"])
        if found is None and "location" in answer.headers:
            return str(answer.headers["location"]).rstrip("/").rpartition("/")[2]
        return None if found is None else str(found)

    def _sent_key(self, resource: Mapping[str, Any], create: Mapping[str, Any]) -> str | None:
        """The key that the client gave: nobody else tells it."""
        sent = self._body(self._operation(create)).get("json")
        found = value_at(value_at(sent, create["request"] or ""), resource["key"])
        return None if found is None else str(found)

    def _list(self, resource: Mapping[str, Any], values: list[str]) -> None:
        told = self._of(resource, "list")
        if told is None or told["answer"] is None:
            return
        answer = self._send(told, values[:-1])
        listed = value_at(answer.json(), told["answer"]) if answer.is_success else None
        # An element may be shorter than what a read shows, and need not have the key.
        keys = (
            [value_at(one, resource["key"]) for one in listed] if isinstance(listed, list) else []
        )
        right = isinstance(listed, list) and (
            str(values[-1]) in map(str, keys) or all(one is None for one in keys)
        )
        self.figures.note("list", f"{resource['path']} {answer.status_code}", right=right)

    def _operation(self, told: Mapping[str, Any]) -> Operation:
        """The operation of the document; the map's paths have that of its server before them."""
        found = [
            one
            for (method, path), one in self._operations.items()
            if method == told["method"] and told["path"].endswith(path)
        ]
        return max(found, key=lambda one: len(one.path))

    # -- requests ----------------------------------------------------------------------------------------

    def _send(self, told: Mapping[str, Any], values: list[str]) -> httpx.Response:
        operation = self._operation(told)
        path = told["path"]
        for value in values:
            before, _, rest = path.partition("{")
            if not rest:
                break
            path = f"{before}{quote(value, safe='')}{rest.partition('}')[2]}"
        query = {
            one["name"]: self._value(one)
            for one in operation.parameters
            if one.get("required") and one["in"] == "query"
        }
        headers = {
            one["name"]: str(self._value(one)) for one in operation.parameters
            if one.get("required") and one["in"] == "header" and one["name"].lower() != "authorization"
        }  # fmt: skip
        for name in headers:
            if "idempotency" in name.lower():
                headers[name] = f"key-{self.figures.tried.total()}-{len(values)}-{told['id'][:30]}"
        return self._http.request(
            told["method"],
            path,
            params=query,
            headers=headers,
            **self._body(operation),
        )

    def _value(self, parameter: Mapping[str, Any]) -> Any:
        return parameter.get("example", self._contract.plainest(parameter.get("schema", {})))

    def _body(self, operation: Operation) -> dict[str, Any]:
        request = self._contract.follow(operation.value.get("requestBody", {}))
        content = request.get("content", {})
        for media_type, media in content.items():
            kind = media_type.partition(";")[0]
            if kind.endswith("json"):
                return {"json": self._shown(media)}
            if kind == "application/x-www-form-urlencoded":
                return {"data": dict(flat(self._shown(media)))}
            if kind == "multipart/form-data":
                parts = dict(flat(self._shown(media)))
                binary = self._binary(media)
                return {
                    "files": {
                        name: (f"{name}.txt" if name in binary else None, text)
                        for name, text in parts.items()
                    }
                }
        return {}

    def _binary(self, media: Mapping[str, Any]) -> set[str]:
        """The parts that are files."""
        members = self._contract.follow(media.get("schema", {})).get("properties", {})
        followed = {name: self._contract.follow(one) for name, one in members.items()}
        return {name for name, one in followed.items() if one.get("format") == "binary"}

    def _shown(self, media: Mapping[str, Any]) -> Any:
        """The first that fits of what the document shows and the plainest value; examples may be of what is refused."""
        schema = media.get("schema", {})
        named = (self._contract.follow(one) for one in media.get("examples", {}).values())
        shown = [one["value"] for one in named if "value" in one]
        found = [*([media["example"]] if "example" in media else shown)]
        found.append(self._contract.plainest(schema))
        return next((one for one in found if not self._contract.faults(schema, one)), found[0])


def _another(key: str) -> str:
    """A key of the same form that nobody made."""
    if key.isdigit():
        return "900000123"
    is_uuid = re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key)
    return "00000000-0000-4000-8000-000000000009" if is_uuid else f"{key[:-3]}zz9"


def value_at(value: Any, pointer: str) -> Any:
    """What a JSON pointer leads to, None where that is nothing."""
    for part in pointer.split("/")[1:]:
        value = (
            value.get(part.replace("~1", "/").replace("~0", "~"))
            if isinstance(value, dict)
            else None
        )
    return value


def flat(value: Any, above: str = "") -> Iterator[tuple[str, str]]:
    """A value as the fields of a form."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from flat(one, f"{above}[{name}]" if above else name)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from flat(one, f"{above}[{number}]")
    else:
        yield above, value if isinstance(value, str) else json.dumps(value)


def driven(file: Path) -> tuple[int, Figures] | None:
    """Drive a document; None where it has no resource that a client makes, or this reader of it fails."""
    server = Embedded(Settings(contracts=(file,), database="sqlite://"))
    try:
        with httpx.Client(
            base_url=server.url, headers={"Authorization": "Bearer somebody"}, timeout=60
        ) as http:
            driver = Driver(file, http)
            http.headers.update(driver.keys())
            count = driver.drive()
            return (count, driver.figures) if count else None
    finally:
        server.stop()


def documents(shared: Path) -> list[Path]:
    """The documents of others that stand in one file."""
    real = sorted(
        one for kind in ("yaml", "json") for one in (shared / "peers/real").glob(f"*/*.{kind}")
    )
    conformance = sorted((shared / "peers/conformance").glob("*/*.yaml"))
    return [*real, *conformance]


def main() -> int:
    """Print the figures; return 1 when fewer steps are right than --least asks."""
    parser = argparse.ArgumentParser(description="Drive what documents let the sandbox remember.")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument(
        "--shared", type=Path, help="the folder with peers/real and peers/conformance"
    )
    parser.add_argument("--most", type=int, default=20, help="documents that are driven")
    parser.add_argument(
        "--least", type=float, default=0.0, help="the share of steps that must be right"
    )
    given = parser.parse_args()
    whole, count = Figures(), 0
    for file in [*given.files, *(documents(given.shared) if given.shared else ())]:
        try:
            found = driven(file)
        except (
            KeyError,
            TypeError,
            ValueError,
            AttributeError,
            subprocess.CalledProcessError,
        ) as error:
            print(f"{file.name}: left out, it cannot be read as one file ({type(error).__name__})")
            continue
        if found is None:
            continue
        resources, figures = found
        whole.add(figures)
        count += 1
        print(f"{file.parent.name}/{file.name}: {resources} resources; {figures.line}", flush=True)
        for one in figures.wrong[:6]:
            print(f"    {one}")
        if count >= given.most:
            break
    print(f"{count} documents: {whole.line}")
    right, tried = whole.right.total(), whole.tried.total()
    return 0 if tried and right / tried >= given.least else 1


if __name__ == "__main__":
    sys.exit(main())
