"""Plays what a client does with resources: it makes them, reads, lists, changes and removes them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.generation.fresh_keys import fresh_keys
from contract_tests.generation.representations import Maker
from contract_tests.generation.values import leaves, put
from contract_tests.http.messages import Reply
from contract_tests.http.partners import Caller
from contract_tests.judging.asking import Asked
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Story
from contract_tests.reading.contract import Operation
from contract_tests.reading.inference import JSON_PATCH, body_of, resources_of
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.resources import Deed, Does, Resource, value_at
from contract_tests.reading.schemas import Path, folded
from contract_tests.scenarios.resources.requests import Requests, Sent, example_of, templates

_PAUSE = 0.05
_SOON = 5.0
"""Seconds after which what a server does by and by is no more waited for."""
_MARKS = 2
_ALONE = 6
"""Of how many values each is tried alone, where something like them is there already."""
_ACCEPTED, _CONFLICT = 202, 409


class Unable(Exception):
    """Something cannot be judged; the text says why."""


@dataclass
class Made:
    """A resource that was made: whose it is, what it is in, its key, what was sent and what came back.

    `texts` are the places in what was sent where a text of the run stands. `is_awaited` is whether it may be on its
    way still: a server that answers 202 makes it by and by.
    """

    resource: Resource
    caller: Caller
    above: tuple[str, ...]
    key: str
    sent: Any
    reply: Reply
    texts: list[Path] = field(default_factory=list)
    is_awaited: bool = False

    @property
    def values(self) -> list[str]:
        """Return what stands in the templates of its path."""
        return [*self.above] if self.resource.is_once else [*self.above, self.key]

    @property
    def is_named(self) -> bool:
        """Whether the client chose its key: a server may make another one than was sent."""
        sent = {str(value) for _, value in leaves(self.sent)}
        return self.resource.deed(Does.CREATE) is None or self.key in sent


@dataclass(frozen=True)
class _Attempt:
    """What was sent to make something, the places of texts and the key in it, and the answer."""

    body: Any
    texts: list[Path]
    named: str
    reply: Reply


Provide = Callable[["Player", Operation, Caller, Any], Any]
"""Returns the body of an operation as it needs to be for what the operation requires of others. Raises Unable."""


def _as_it_is(_: Player, __: Operation, ___: Caller, body: Any) -> Any:
    return body


class Player:
    """Plays one story with the resources of a contract."""

    def __init__(self, session: Session, resources: Sequence[Resource] | None = None) -> None:
        self.session = session
        self.resources = resources_of(session.contract) if resources is None else list(resources)
        self.story: Story = session.story(Suite.RESOURCES)
        self._requests = Requests(session)
        self._makers: dict[str, Maker | None] = {}
        self._numbers = itertools.count(1)
        self._unlike: dict[str, list[Path]] = {}  # what has to be unlike all others, by operations
        self._parents: dict[tuple[str, Caller], Made] = {}
        self.provide: Provide = _as_it_is

    def anew(self) -> Player:
        """Return a player of another story."""
        other = Player(self.session, self.resources)
        other._makers, other._numbers, other.provide = self._makers, self._numbers, self.provide
        other._unlike = self._unlike
        return other

    def text(self) -> str:
        """Return a text that stands nowhere else."""
        return f"{self.story.namespace}T{next(self._numbers)}"

    # -- asking --------------------------------------------------------------------------------------

    def ask(
        self,
        operation: Operation,
        values: Sequence[str],
        caller: Caller = Caller.FIRST,
        sent: Sent | None = None,
    ) -> Asked:
        """Send a request of an operation. Raises Broken when it gets no answer, or a server error."""
        made = self._requests.of(operation, values, caller, sent or Sent())
        return self.session.asking.ask(self.story, operation, made)

    def breaks(
        self,
        asked: Asked,
        requirement: Requirement,
        resource: Resource,
        expected: str,
        came: str = "",
    ) -> Broken:
        """Return what an answer breaks, told as inferred where the contract does not say it in words."""
        said = f"{requirement.sentence} ({resource.name}, inferred from {resource.why})"
        if resource.life is not None:
            said = f"{requirement.sentence} ({resource.life.name})"
        told = requirement.worded(said, requirement.source)
        return self.session.asking.breaks(asked, told, expected, came=came)

    # -- making --------------------------------------------------------------------------------------

    def maker(self, operation: Operation) -> Maker | None:
        """Return what makes the bodies of an operation, None where it takes neither JSON nor a form."""
        if operation.id not in self._makers:
            media = body_of(operation)
            known = media is not None and media.schema is not None
            self._makers[operation.id] = (
                Maker(self.session.contract.schemas, media) if known and media is not None else None
            )
        return self._makers[operation.id]

    def body(self, deed: Deed) -> tuple[Any, list[Path]]:
        """Return a body of a deed, with texts of its own, and where they stand. Raises Unable."""
        maker = self.maker(deed.operation)
        body = maker.plain() if maker is not None else None
        if maker is None or body is None:
            raise Unable(f"no valid body of {deed.operation.id} is known: give it an example")
        body = maker.unlike(body, self.text(), self._unlike.get(deed.operation.id, ()))
        texts: list[Path] = []
        for path in maker.free_texts(body, self._root(deed, body)):
            made = maker.with_text(body, path, self.text()) if len(texts) < _MARKS else None
            if made is not None:
                body = made
                texts.append(path)
        return body, texts

    @staticmethod
    def _root(deed: Deed, body: Any) -> Path:
        """Return where an element stands among others; where the representation is all, texts may stand around it."""
        root = deed.sent or ()
        return root if 0 in root and value_at(body, root) is not None else ()

    def make(
        self,
        resource: Resource,
        caller: Caller = Caller.FIRST,
        change: Callable[[Any], Any] = lambda body: body,
        headers: Mapping[str, str] | None = None,
        above: tuple[str, ...] | None = None,
    ) -> Made:
        """Make a resource. Raises Unable where the server does not take what its contract allows."""
        deed, create = resource.maker, resource.deed(Does.CREATE)
        if deed is None:
            raise Unable(f"nothing makes a {resource.name}")
        above = self.above(resource, caller) if above is None else above

        def attempt(body: Any, texts: list[Path]) -> _Attempt:
            made = self.provide(self, deed.operation, caller, body)
            made, named = self._named(resource, deed, change(made))
            values = [*above] if create is not None or resource.is_once else [*above, named]
            sent = self.sent(deed, made, headers)
            reply = self.ask(deed.operation, values, caller, sent).reply
            return _Attempt(made, texts, named, reply)

        for one in self._attempts(deed, attempt):
            if one.reply.status // 100 != 4:
                break
        if one.reply.status // 100 != 2:
            raise Unable(f"{deed.operation.label} was answered {one.reply.status}")
        key = one.named if create is None else self.key_in(resource, deed, one.reply) or one.named
        if not key and not resource.is_once:
            raise Unable(f"the answer to {deed.operation.label} does not tell what it made")
        is_awaited = one.reply.status == _ACCEPTED
        return Made(resource, caller, above, key, one.body, one.reply, one.texts, is_awaited)

    def _attempts(
        self, deed: Deed, attempt: Callable[[Any, list[Path]], _Attempt]
    ) -> Iterator[_Attempt]:
        """Yield attempts to make something, each made where the one before failed.

        What meets something that is there already is tried with other values that may have to be unlike all others.
        """
        body, texts = self.body(deed)
        first, maker = attempt(body, texts), self.maker(deed.operation)
        yield first
        known = maker.unlikely_twice(body) if first.reply.status == _CONFLICT and maker else []
        for places in filter(None, (known, *([one] for one in known[:_ALONE]))):
            other = attempt(maker.unlike(body, self.text(), places), texts) if maker else first
            if other.reply.status // 100 == 2:
                self._unlike[deed.operation.id] = places
            yield other
        yield attempt(maker.plain() if maker is not None else body, [])

    def _named(self, resource: Resource, deed: Deed, body: Any) -> tuple[Any, str]:
        """Return a body with a key that the client chooses, and that key; "" where the server makes it."""
        operation = resource.read.operation
        if resource.is_once:
            return body, ""
        if deed.does is Does.REPLACE:
            parameter = next(
                (one for one in operation.parameters if one.where == "path"
                 and one.name == templates(operation.path)[-1]), None,
            )  # fmt: skip
            known = folded(parameter.schema) if parameter is not None else {}
        elif resource.is_named and value_at(body, (*(deed.sent or ()), *resource.key)) is not None:
            known = folded(_schema_of(resource))
        else:
            return body, ""
        way: Path = (*(deed.sent or ()), *resource.key)
        maker = self.maker(deed.operation)
        keys = list(fresh_keys(known, self.text()))
        if isinstance(value_at(body, way[:-1]), Mapping) and maker is not None:
            there = value_at(body, way) is not None
            for key in keys if there else ():
                made = put(body, way, key)
                if maker.is_valid(made):
                    return made, str(key)
        return body, str(keys[0])

    def sent(self, deed: Deed, body: Any, headers: Mapping[str, str] | None = None) -> Sent:
        """Return what carries a body to the operation of a deed."""
        media = body_of(deed.operation)
        return Sent(body, media.type if media else "application/json", headers=headers or {})

    def key_in(self, resource: Resource, deed: Deed, reply: Reply) -> str:
        """Return the key that an answer tells, in its body or in `Location`."""
        shown = deed.shown if deed.shown is not None else ()
        try:
            found = value_at(reply.json(), (*shown, *resource.key))
        except ValueError:
            found = None
        if isinstance(found, str | int | float) and not isinstance(found, bool):
            return str(found)
        if resource.beside is not None:
            return self._key_beside(resource, deed, reply)
        location = reply.headers.get("location", "").partition("?")[0].rstrip("/")
        return location.rpartition("/")[2] if location.count("/") else ""

    def _key_beside(self, resource: Resource, deed: Deed, reply: Reply) -> str:
        """Return the key of what was made with another one, which shows it; "" where it does not."""
        outer = next((one for one in self.resources if one.path == resource.beside), None)
        create = outer.deed(Does.CREATE) if outer is not None else None
        if outer is None or create is None:
            return ""
        key = self.key_in(outer, create, reply)
        asked = self.ask(outer.read.operation, [key]) if key else None
        if asked is None or asked.reply.status != 200:
            return ""
        way = (*(outer.read.shown or ()), *(deed.sent or ()), *resource.key)
        found = value_at(asked.reply.json(), way)
        return "" if found is None else str(found)

    def above(self, resource: Resource, caller: Caller) -> tuple[str, ...]:
        """Return what stands in the templates above the resource: what it is in is made once a story."""
        count = len(templates(resource.path)) - (not resource.is_once)
        values: list[str] = []
        if resource.within is not None:
            outer = next(one for one in self.resources if one.path == resource.within)
            if (outer.path, caller) not in self._parents:
                self._parents[outer.path, caller] = self.make(outer, caller)
            values = self._parents[outer.path, caller].values
        operation = resource.read.operation
        names = templates(resource.path)
        values += [example_of(operation, name) for name in names[len(values) : count]]
        return tuple(values[:count])

    # -- looking -------------------------------------------------------------------------------------

    def read(
        self, made: Made, caller: Caller | None = None, headers: Mapping[str, str] | None = None
    ) -> Asked:
        """Read it; what a server makes by and by is waited for."""
        operation = made.resource.read.operation
        until = time.monotonic() + min(_SOON, self.session.asking.client.budget.limits.deadline)
        while True:
            asked = self.ask(
                operation, made.values, caller or made.caller, Sent(headers=headers or {})
            )
            made.is_awaited &= asked.reply.status in {404, 409}
            if not made.is_awaited or time.monotonic() > until:
                return asked
            time.sleep(_PAUSE)

    def shown(self, made: Made, asked: Asked) -> Any:
        """Return the representation in the answer of a read, None where there is none."""
        try:
            value = asked.reply.json()
        except ValueError:
            return None
        return value_at(value, made.resource.read.shown or ())

    # -- changing ------------------------------------------------------------------------------------

    def send(
        self, made: Made, does: Does, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Asked:
        """Send a deed of a resource that was made."""
        deed = made.resource.deeds[does]
        made.is_awaited = False
        sent = self.sent(deed, body, headers) if body is not None else Sent(headers=headers or {})
        if does is Does.MERGE and body_of(deed.operation) is None and body is not None:
            sent = replace(sent, body=_as_patch(body), media_type=JSON_PATCH)
        return self.ask(deed.operation, made.values, made.caller, sent)


def _schema_of(resource: Resource) -> object:
    known: object = resource.schema
    for name in resource.key:
        known = folded(known).get("properties", {}).get(name, {})
    return known


def _as_patch(body: object, above: str = "") -> list[dict[str, object]]:
    """Return what is merged as operations of RFC 6902."""
    found: list[dict[str, object]] = []
    for name, value in body.items() if isinstance(body, Mapping) else ():
        way = f"{above}/{str(name).replace('~', '~0').replace('/', '~1')}"
        if isinstance(value, Mapping):
            found += _as_patch(value, way)
        else:
            found.append({"op": "add", "path": way, "value": value})
    return found
