"""Whether a retry under an idempotency key is safe, for whatever makes a resource (docs/resources.md#retries)."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contract_tests.generation.values import drop, get
from contract_tests.http.messages import Reply
from contract_tests.http.partners import Caller
from contract_tests.judging import life_catalogue as catalogue
from contract_tests.judging.asking import Asked
from contract_tests.reading.equality import canonical
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.resources import Deed, Does, Resource
from contract_tests.reading.schemas import Path, folded
from contract_tests.scenarios.resources.lists import listed
from contract_tests.scenarios.resources.player import Player, Unable
from contract_tests.scenarios.resources.requests import longest_key
from contract_tests.scenarios.resources.showing import refusals

_UNDER_WAY = frozenset({409, 425, 429})
_OTHERS = 5
_CUTS = (16, 32, 64)


def takes_keys(resource: Resource) -> bool:
    """Whether what makes a resource takes an idempotency key."""
    create = resource.deed(Does.CREATE)
    return create is not None and create.operation.key_header is not None


class _Retrying:
    """The operation that makes a resource, as it is asked again and again under keys."""

    def __init__(self, player: Player, resource: Resource) -> None:
        create = resource.deed(Does.CREATE)
        if create is None or create.operation.key_header is None:
            raise Unable(f"what makes a {resource.name} takes no idempotency key")
        self.player, self.resource = player, resource
        self.deed: Deed = create
        self.header = create.operation.key_header
        self.above = player.above(resource, Caller.FIRST)

    def body(self) -> tuple[Any, list[Path]]:
        """Return a body unlike all others. Raises Unable where there is no text to tell it by."""
        body, texts = self.player.body(self.deed)
        body = self.player.provide(self.player, self.deed.operation, Caller.FIRST, body)
        if not texts or self.resource.is_named:
            raise Unable(f"no text of a {self.resource.name} tells it from others")
        return body, texts

    def send(self, key: str, body: Any, caller: Caller = Caller.FIRST) -> Asked:
        """Send a body under a key."""
        sent = self.player.sent(self.deed, body, {self.header: key})
        return self.player.ask(self.deed.operation, self.above, caller, sent)

    def accepted(self, key: str, body: Any) -> Asked:
        """Send a body under a new key. Raises Unable where it is not taken."""
        asked = self.send(key, body)
        if asked.reply.status // 100 != 2:
            raise Unable(f"{self.deed.operation.label} was answered {asked.reply.status}")
        return asked

    def made(self, reply: Reply) -> str:
        """Return the key of what an answer says was made, "" where it says nothing."""
        return self.player.key_in(self.resource, self.deed, reply)

    def breaks(
        self, asked: Asked, requirement: Requirement, expected: str, came: str = ""
    ) -> Exception:
        """Return what an answer breaks, to be raised."""
        return self.player.breaks(asked, requirement, self.resource, expected, came)

    def require_same(self, first: Asked, again: Asked) -> None:
        """Raise Broken unless an answer is the first one again."""
        one, other = self.made(first.reply), self.made(again.reply)
        if again.reply.status // 100 == 2 and one != other:
            came = f"{one}, then {other}"
            raise self.breaks(again, catalogue.RETRY_ONCE, "the one that was made first", came)
        if again.reply.status != first.reply.status or not _is_same(first.reply, again.reply):
            raise self.breaks(again, catalogue.RETRY_SAME, first.reply.told)

    def require_one(self, asked: Asked, body: Any, text: Path) -> None:
        """Raise Broken where the list has more than one with a text."""
        found = listed(self.player, self.resource, self.above)
        count = (
            sum(_has(one, get(body, text)) for one in found.elements) if found is not None else 1
        )
        if count > 1:
            came = f"the list has {count} of them"
            raise self.breaks(asked, catalogue.RETRY_ONCE, "one that was made", came)


def is_once(player: Player, resource: Resource) -> None:
    """A repeated request gets the first answer again, at once and after others; it is done once."""
    retrying = _Retrying(player, resource)
    body, texts = retrying.body()
    key = player.text()
    first = retrying.accepted(key, body)
    again = retrying.send(key, body)
    retrying.require_same(first, again)
    retrying.require_one(again, body, texts[0])
    for _ in range(player.session.plan.effort.pick(_OTHERS, _OTHERS, 40)):
        retrying.accepted(player.text(), retrying.body()[0])
    retrying.require_same(first, retrying.send(key, body))


def is_once_at_once(player: Player, resource: Resource) -> None:
    """Two requests under one key at the same time are one."""
    retrying = _Retrying(player, resource)
    body, texts = retrying.body()
    key = player.text()
    with ThreadPoolExecutor(2) as threads:
        both = [
            one.result() for one in [threads.submit(retrying.send, key, body) for _ in range(2)]
        ]
    taken = [one for one in both if one.reply.status // 100 == 2]
    refused = [one for one in both if one not in taken and one.reply.status not in _UNDER_WAY]
    if refused and taken:
        raise retrying.breaks(refused[0], catalogue.RETRY_SAME, "the first answer, or 409")
    if len({retrying.made(one.reply) for one in taken}) > 1:
        raise retrying.breaks(taken[-1], catalogue.RETRY_ONCE, "the one that was made first")
    if taken:
        retrying.require_one(taken[-1], body, texts[0])


def is_refused_otherwise(player: Player, resource: Resource) -> None:
    """Another request under a key is refused, and the first answer stays."""
    retrying = _Retrying(player, resource)
    body, _ = retrying.body()
    key = player.text()
    first = retrying.accepted(key, body)
    other = retrying.send(key, retrying.body()[0])
    if other.reply.status not in refusals(player, other, 422):
        raise retrying.breaks(other, catalogue.RETRY_OTHER, "422")
    retrying.require_same(first, retrying.send(key, body))


def is_exact(player: Player, resource: Resource) -> None:
    """Keys are compared exactly, the whole of them."""
    retrying = _Retrying(player, resource)
    longest = longest_key(retrying.deed.operation)
    key = player.text().ljust(max(_CUTS) + 1, "k")[: longest - 1]
    retrying.accepted(key, retrying.body()[0])
    alike = [
        key.swapcase(),
        f"{key}0",
        key[:-1],
        *(f"{key[:cut]}z" for cut in _CUTS if cut < len(key)),
    ]
    for one in alike:
        asked = retrying.send(one, retrying.body()[0])
        if asked.reply.status // 100 != 2:
            raise retrying.breaks(asked, catalogue.RETRY_EXACT, str(asked.operation.success))


def is_own(player: Player, resource: Resource) -> None:
    """A key of one partner says nothing to another."""
    if Caller.SECOND not in player.session.callers:
        raise Unable("there is no second partner")
    retrying = _Retrying(player, resource)
    needed = player.session.contract.requirements.get(retrying.deed.operation.id)
    if resource.within is not None or needed:
        raise Unable("what it is in, or needs, belongs to the first partner")
    key = player.text()
    first = retrying.accepted(key, retrying.body()[0])
    asked = retrying.send(key, retrying.body()[0], Caller.SECOND)
    if asked.reply.status in {401, 403}:
        raise Unable("the second partner may make none")
    if asked.reply.status // 100 != 2 or _is_same(first.reply, asked.reply):
        raise retrying.breaks(asked, catalogue.RETRY_PARTNER, str(asked.operation.success))


def is_kept_of_success_alone(player: Player, resource: Resource) -> None:
    """Nothing is kept of a refused request, its key neither."""
    retrying = _Retrying(player, resource)
    maker = player.maker(retrying.deed.operation)
    body, _ = retrying.body()
    required = folded(maker.schema).get("required", ()) if maker is not None else ()
    faulty = next((drop(body, (name,)) for name in required if _is_member(body, name)), None)
    if faulty is None:
        raise Unable(f"no body is known that {retrying.deed.operation.id} has to refuse")
    key = player.text()
    if retrying.send(key, faulty).reply.status // 100 != 4:
        raise Unable(f"{retrying.deed.operation.id} takes a body without what it requires")
    asked = retrying.send(key, body)
    if asked.reply.status // 100 != 2:
        raise retrying.breaks(asked, catalogue.RETRY_REFUSED, str(asked.operation.success))


CHECKS = (
    is_once, is_once_at_once, is_refused_otherwise, is_exact, is_own, is_kept_of_success_alone,
)  # fmt: skip


def _is_member(value: object, name: str) -> bool:
    return isinstance(value, Mapping) and name in value


def _is_same(one: Reply, other: Reply) -> bool:
    try:
        return canonical(one.json()) == canonical(other.json())
    except ValueError:
        return one.body == other.body


def _has(value: object, text: object) -> bool:
    """Whether a text stands anywhere in a value."""
    if isinstance(value, Mapping):
        return any(_has(one, text) for one in value.values())
    if isinstance(value, list):
        return any(_has(one, text) for one in value)
    return value == text
