"""Innocent servers, made from the data of a contract: each takes one alternative of one silence, and is right otherwise.

What an alternative means is taken from `x-silences` alone: the items that are valid by it, the states and the order of
its rows, the form of its answers. An alternative that nobody can see by asking has no server.
"""

from __future__ import annotations

import json
import re
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

from contract_tests.generation.items import ItemMaker
from contract_tests.generation.otherwise import otherwise
from contract_tests.generation.variations import Variations
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.equality import canonical
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.otherwise import Choice, choices, chosen_otherwise
from contract_tests.reading.silences import (
    AnyOrderOfResults,
    ItemByItem,
    JudgedByItem,
    Named,
    OtherCode,
    OtherEquality,
    OtherFilter,
    OtherMedia,
    OtherMember,
    OtherNames,
    OtherOrder,
    OtherPaths,
    OtherRetry,
    OtherRule,
    OtherSchema,
    OtherState,
    OtherStatusAnswer,
    RecordsRead,
    SavedParts,
    ShownStates,
    Topic,
    UnknownMembers,
)
from contract_tests.reading.validity import Validity
from tests.contract_tests.defective_servers import (
    CLAIMS,
    COMBINED,
    STATES,
    Entry,
    Kind,
    Refused,
    Saved,
    Service,
    World,
)
from tests.contract_tests.defective_servers import Submission as Batch

_UNSEEN = (RecordsRead, Named, OtherMedia)
_STAGES = {
    Condition.RIVAL_IN_REQUEST: "rival",
    Condition.INVALID: "invalid",
    Condition.TWIN_IN_REQUEST: "twin",
    Condition.TWIN_SAVED: "saved",
    Condition.RIVAL_SAVED: "saved",
}


def alternatives(contract: Contract) -> Iterator[Choice]:
    """Yield every alternative that a caller of the contract's operations can see."""
    for silence in contract.silences.values():
        for one in choices(silence):
            if not (isinstance(one.alternative, _UNSEEN) or _is_of_reasons(contract, one)):
                yield one


def _is_of_reasons(contract: Contract, choice: Choice) -> bool:
    """Whether an alternative changes no state, but the reason that is told for it in free text."""
    other = choice.alternative
    if not isinstance(other, OtherOrder):
        return False
    rows = ([one.row(each) for each in other.conditions] for one in contract.lifecycles.values())
    return all(len({row.then for row in found if row is not None}) == 1 for found in rows)


def name_of(contract: Contract, choice: Choice) -> str:
    """Return the name of an alternative: its silence, and which of them it is."""
    every = [one.alternative for one in choices(contract.silences[choice.silence])]
    return f"{choice.silence}.{every.index(choice.alternative) + 1}"


def has_items(contract: Contract, choice: Choice) -> bool:
    """Whether any item is valid under an alternative of items: rules may be unable to read what a schema asks for."""
    changed = [
        (one, other)
        for one in contract.submissions
        if isinstance(choice.alternative, OtherSchema)
        and (other := chosen_otherwise(one, choice)) is not None
    ]
    attributes = {"client_id": "partner-a", "currency": "GBP"}
    makers = ((ItemMaker(one, attributes), other) for one, other in changed)
    return not changed or any(
        otherwise(maker, choice, Variations(maker).all, {}) is not None for maker, _ in makers
    )


class Innocent(Service):
    """The correct service, but for one alternative."""

    def __init__(self, contract: Contract, choice: Choice, **options: Any) -> None:
        super().__init__(**options)
        self.contract, self.choice, self.other = contract, choice, choice.alternative
        self._topic = contract.silences[choice.silence].about
        self._kinds = {one.operation.path: one for one in contract.submissions}
        self._validities: dict[tuple[str, str], Validity] = {}
        self._periods: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._overlays = [_Form(choice)] if isinstance(self.other, _Form.KINDS) else []

    # --- items

    def violations(self, world: World, kind: Kind, item: dict[str, Any]) -> list[str]:
        """What is wrong with an item by the schema and the rules of the alternative."""
        found = super().violations(world, kind, item)
        submission = self._kinds[kind.path]
        changed = self._changed(submission)
        if changed is not None:
            # A rule that speaks of now is read anew each second.
            place = (kind.name, f"{world.partner.currency} {self._second()}")
            if place not in self._validities:
                partner = {"currency": world.partner.currency}
                self._validities[place] = Validity(
                    changed.item_schema, changed.lifecycle.key, partner
                )
            faults = self._validities[place].faults(item)
            found = [f"{one.member or kind.key} {one.message}" for one in faults]
        if isinstance(self.other, JudgedByItem) and set(item) == {"value"}:
            found = ["this is no object", *found]
        if isinstance(self.other, SavedParts) and self.other.parts == "valid-parts":
            found = [one for one in found if not one.startswith("revenue_claims[")]
        return found or list(self._of_records(world, kind, item))

    def _second(self) -> int:
        of_now = isinstance(self.other, OtherRule) and "now" in (self.other.expression or "")
        return int(time.time()) if of_now else 0

    def _changed(self, submission: Submission) -> Submission | None:
        kinds = (OtherSchema, OtherRule, OtherNames, UnknownMembers)
        if not isinstance(self.other, kinds) or self._topic is Topic.AUTHENTICATION:
            return None
        if isinstance(self.other, OtherNames) and self.other.spelling is not None:
            return None
        return chosen_otherwise(submission, self.choice)

    def _of_records(self, world: World, kind: Kind, item: dict[str, Any]) -> Iterator[str]:
        """Yield why a valid item is refused for what was saved before."""
        if kind is not CLAIMS or not isinstance(self.other, OtherState):
            return
        if self._topic is Topic.REFERENCE:
            client = ("text", item.get("partner_client_id"))
            if not any(one.key == client for one in world.records.get("clients", [])):
                yield "partner_client_id is no known client"
        if self._topic is Topic.OVERLAP:
            periods = self._periods.get((world.partner.client_id, item["partner_client_id"]), [])
            start, end = (item["time_period"][name] for name in ("start_time", "end_time"))
            if any(start <= until and since <= end for since, until in periods):
                yield "time_period overlaps with a claim that was saved before"

    def stages(self) -> tuple[str, ...]:
        """The conditions of the alternative come first, one after the other."""
        usual = list(super().stages())
        if isinstance(self.other, OtherOrder):
            first, second = (_STAGES[one] for one in self.other.conditions[:2])
            usual.remove(first)
            usual.insert(usual.index(second), first)
        return tuple(usual)

    def stage_twin(self, entries: list[Entry], wholes: list[Any]) -> None:
        """Twins have one key, however items are compared."""
        keys = [entry.key for entry in entries]
        super().stage_twin(entries, list(zip(keys, wholes, strict=True)))

    def saved_rival(self, kind: Kind) -> str:
        """The state of the alternative, where its row names the silence."""
        if isinstance(self.other, OtherState) and self._names_rivals(kind):
            return self.other.state
        return super().saved_rival(kind)

    def _names_rivals(self, kind: Kind) -> bool:
        submission = self._kinds[kind.path]
        if self._topic is Topic.CORRECTION:
            return self.choice.silence in submission.operation.silences
        row = submission.lifecycle.row(Condition.RIVAL_SAVED)
        return row is not None and self.choice.silence in row.silences

    def recall(self, world: World, collection: str, key: Any, batch: Batch) -> Iterator[Saved]:
        """Of a record that was replaced, the last one."""
        known = list(super().recall(world, collection, key, batch))
        replaced = isinstance(self.other, OtherState) and self.other.record == "replaced"
        yield from known[-1:] if replaced else known

    def form(self, value: Any, known: frozenset[str] | None = None) -> Any:
        """What two items are compared by."""
        if isinstance(self.other, OtherEquality):
            if self.other.by == "text":
                return ("text", json.dumps(value))
            return ("whole", canonical(_normalised(value)))
        return super().form(value, known)

    def submit(self, world: World, kind: Kind, items: list[dict[str, Any]]) -> Batch:
        """Accept a batch, perhaps without the members that nobody described."""
        if isinstance(self.other, UnknownMembers) and self.other.are == "dropped":
            items = [_described(one, self._kinds[kind.path].item_schema) for one in items]
        return super().submit(world, kind, items)

    def key_of(self, kind: Kind, item: dict[str, Any]) -> Any:
        """A key is compared as it is, however items are."""
        if not isinstance(self.other, OtherEquality):
            return super().key_of(kind, item)
        return None if kind.key not in item else ("key", canonical(item[kind.key]))

    def save(self, world: World, batch: Batch) -> None:
        """Remember what was saved, and which of its parts."""
        super().save(world, batch)
        for entry in batch.entries:
            if entry.state == "Completed" and batch.kind is CLAIMS:
                period = entry.data["time_period"]
                client = (world.partner.client_id, entry.data["partner_client_id"])
                known = self._periods.setdefault(client, [])
                known.append(tuple(period.get(name) for name in ("start_time", "end_time")))
            parts = isinstance(self.other, SavedParts) and self.other.parts == "new-parts"
            if parts and entry.state == "Duplicate" and batch.kind is COMBINED:
                self.save_inside(world, entry)

    # --- requests

    def check_items(self, world: World, kind: Kind, body: Any) -> list[dict[str, Any]]:
        """The items of a request, or its refusal, as the alternative has it."""
        if isinstance(self.other, JudgedByItem):
            if not isinstance(body, list):
                return [{"value": body}]  # it is accepted, and what it holds fails
            return [one if isinstance(one, dict) else {"value": one} for one in body]
        unlimited = isinstance(self.other, OtherSchema) and self._topic is Topic.LIMITS
        if unlimited and isinstance(body, list) and len(body) > kind.limit:
            return [one for one in body if isinstance(one, dict)]
        if self._topic is Topic.REQUEST_BODY and kind is COMBINED:
            detail = "The body is of another form."
            raise Refused(400, detail, [{"pointer": "#", "detail": detail}])
        items = super().check_items(world, kind, body)
        refuses = isinstance(self.other, OtherCode) and self.other.when == "invalid"
        if refuses and any(self._breaks(world, kind, one) for one in items):
            detail = "An item is not valid."
            raise Refused(400, detail, [{"pointer": "#/0", "detail": detail}])
        return items

    def _breaks(self, world: World, kind: Kind, item: dict[str, Any]) -> bool:
        """Whether an item breaks a rule that names the silence."""
        submission = self._kinds[kind.path]
        partner = {"currency": world.partner.currency}
        place = ("plain", kind.name + world.partner.currency)
        if place not in self._validities:
            self._validities[place] = Validity(
                submission.item_schema, submission.lifecycle.key, partner
            )
        faults = self._validities[place].faults(item)
        return any(self.choice.silence in one.silences for one in faults)

    def post(
        self, world: World, kind: Kind, headers: dict[str, str], raw: bytes
    ) -> tuple[int, Any]:
        """The answer to a submission, with the code of the alternative."""
        if isinstance(self.other, OtherRetry):
            if self.other.key == "required" and "idempotency-key" not in headers:
                detail = "Idempotency-Key is required."
                raise Refused(400, detail, [{"pointer": "#/header", "detail": detail}])
            if self.other.repeat == "anew":
                headers = {name: one for name, one in headers.items() if name != "idempotency-key"}
        before = set(world.submissions)
        status, answer = super().post(world, kind, headers, raw)
        if isinstance(self.other, OtherCode) and self.other.of is None:
            if self.other.when is None:
                return self.other.code, answer
            made = next(
                (world.submissions[one] for one in world.submissions if one not in before), None
            )
            if self.other.when == "nothing-saved" and made is not None:
                self.settle(world, all_of=True)
                if all(one.state != "Completed" for one in made.entries):
                    raise Refused(self.other.code, "Nothing was saved.")
        return status, answer

    def status(self, world: World, kind: Kind, status_id: str, query: str) -> tuple[int, Any]:
        """A status check, filtered and refused as the alternative has it."""
        if isinstance(self.other, OtherPaths):
            batch = world.submissions.get(status_id.lower())
            served = self._served_at(batch) if batch is not None else None
            kind = batch.kind if batch is not None and served == kind.path else kind
        if isinstance(self.other, OtherFilter):
            return self._filtered(self.other, world, kind, status_id, query)
        try:
            return super().status(world, kind, status_id, query)
        except Refused as refusal:
            other = self.other
            if isinstance(other, OtherCode) and other.of == refusal.status and other.holds_nothing:
                return other.code, {"status": "Completed", "result": []}
            raise

    def _filtered(
        self, other: OtherFilter, world: World, kind: Kind, status_id: str, query: str
    ) -> tuple[int, Any]:
        values = urllib.parse.parse_qs(query, keep_blank_values=True).get("state", [])
        known = {*STATES, *map(str.lower, STATES)} if other.values is None else set(other.values)
        strange = bool(values) and values[-1] not in known
        if other.scope == "overall":
            status, answer = super().status(world, kind, status_id, query)
            _, whole = super().status(world, kind, status_id, "")
            same = bool(values) and values[-1].lower() == whole["status"].lower()
            return status, whole if same or not values else {**answer, "result": []}
        if not strange:
            return super().status(world, kind, status_id, query)
        status, whole = super().status(world, kind, status_id, "")
        if other.unknown == "ignored":
            return status, whole
        if other.unknown == "empty":
            return status, {**whole, "result": []}
        raise Refused(400, "No such state.", [{"pointer": "#/query/state", "detail": "unknown"}])

    def token_fields(self, headers: dict[str, str], body: bytes) -> dict[str, Any] | None:
        """The members of a token request, under the names of the alternative."""
        fields = super().token_fields(headers, body)
        if fields is None or not self._names_tokens:
            return fields
        if not headers.get("content-type", "").startswith("application/json"):
            return None
        back = {new: old for old, new in self.other.names.items()}  # type: ignore[union-attr]
        kept = {name: one for name, one in fields.items() if name not in back.values()}
        return {
            "grant_type": "client_credentials",
            **{back.get(n, n): one for n, one in kept.items()},
        }

    @property
    def _names_tokens(self) -> bool:
        return isinstance(self.other, OtherNames) and self._topic is Topic.AUTHENTICATION

    # --- paths

    def route(
        self, scope: MutableMapping[str, Any], headers: dict[str, str], raw: bytes | None
    ) -> tuple[int, Any, dict[str, str]]:
        """The answer to a request, at the paths of the alternative."""
        if isinstance(self.other, OtherPaths):
            scope = {
                **scope,
                "raw_path": self._inward(scope["raw_path"].decode("latin-1")).encode("latin-1"),
            }
        try:
            status, answer, more = super().route(scope, headers, raw)
        except Refused as refusal:
            if isinstance(self.other, OtherCode) and self.other.of == refusal.status == 401:
                refusal.status, refusal.headers = self.other.code, {}
            raise
        for one in self._overlays:
            answer = one.applied(answer, status)
        return status, answer, more

    def _moves(self) -> Mapping[str, str]:
        """Return the paths of the alternative by those of the contract, the longest first."""
        assert isinstance(self.other, OtherPaths)
        named = {
            one.id: re.sub(r"\{[^}]*\}", "", one.status.path).rstrip("/")
            for one in self.contract.submissions if one.status is not None
        }  # fmt: skip
        pairs = {
            named.get(old, old): re.sub(r"/\{[^}]*\}$", "", new)
            for old, new in self.other.paths.items()
        }
        return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))

    def _inward(self, path: str) -> str:
        moves = self._moves()
        if len(set(moves.values())) == 1 and next(iter(moves.values())) in self._own_paths():
            return path  # one path serves both kinds
        for old, new in moves.items():
            if path == new or path.startswith(f"{new}/"):
                return old + path[len(new) :]
            if path == old or path.startswith(f"{old}/"):
                return "/moved" + path
        return path

    def _own_paths(self) -> set[str]:
        return {
            one.status.path.rpartition("/")[0] for one in self.contract.submissions if one.status
        }

    def _outward(self, path: str) -> str:
        for old, new in self._moves().items():
            if path == old or path.startswith(f"{old}/"):
                return new + path[len(old) :]
        return path

    def _served_at(self, batch: Batch) -> str:
        return self._outward(f"{batch.kind.path}/Status").removesuffix("/Status")

    def accepted(self, batch: Batch) -> dict[str, str]:
        """The answer to a submission, with the uri of the alternative."""
        told = super().accepted(batch)
        if isinstance(self.other, OtherPaths):
            told["status_check_uri"] = self._outward(told["status_check_uri"])
        return told

    # --- what is shown

    def answer_of(self, batch: Batch, state: str | None = None) -> dict[str, Any]:
        """A status answer in the form of the alternative."""
        if isinstance(self.other, ItemByItem) and self._is_half_done(batch):
            batch.looks += 1
            answer = super().answer_of(batch, None)
            half = answer["result"][len(answer["result"]) // 2 :]
            for one in half if len(answer["result"]) > 1 else ():
                one["status"] = {"state": "Pending", "validation_errors": []}
            states = [one["status"]["state"] for one in answer["result"]]
            entries = [one for one in answer["result"] if state is None or self.listed(one, state)]
            return {"status": self.overall(states), "result": entries}
        answer = super().answer_of(batch, state)
        if isinstance(self.other, AnyOrderOfResults):
            answer["result"].reverse()
        return answer

    def _is_half_done(self, batch: Batch) -> bool:
        """Whether the second half of a batch is still under way: it is looked at first, and none after it is final."""
        later = list(self.worlds[batch.owner].submissions.values())
        later = later[later.index(batch) + 1 :]
        is_last = not any(one.looks for one in later)
        return batch.settled and not batch.kind.synchronous and batch.looks == 0 and is_last

    def entry_shown(self, batch: Batch, entry: Entry) -> dict[str, Any]:
        """An entry in the form of the alternative."""
        shown = super().entry_shown(batch, entry)
        other = self.other
        if isinstance(other, ShownStates):
            status = shown["status"]
            status["state"] = other.shown.get(status["state"], status["state"])
        if isinstance(other, OtherNames) and other.spelling == "camelCase":
            errors = shown["status"]["validation_errors"]
            shown["status"]["validation_errors"] = [
                re.sub(r"_([a-z])", lambda found: found[1].upper(), one) for one in errors
            ]
        if isinstance(other, OtherMember):
            _change_member(shown, other)
        return shown


class _Form:
    """What stands elsewhere in status answers."""

    KINDS = (OtherStatusAnswer,)

    def __init__(self, choice: Choice) -> None:
        assert isinstance(choice.alternative, OtherStatusAnswer)
        self._pointers = choice.alternative.pointers

    def applied(self, answer: Any, status: int) -> Any:
        """Return a status answer in its form; any other as it is."""
        if not isinstance(answer, dict) or "result" not in answer or status != 200:
            return answer
        if self._pointers.get("url"):
            for one in answer["result"]:
                key = (
                    next(iter(one["data"].values()), "x") if isinstance(one["data"], dict) else "x"
                )
                one["url"] = f"/api/v1/Clients/{urllib.parse.quote(str(key))}"
        return answer["result"] if self._pointers.get("entries") == "" else answer


def _change_member(shown: dict[str, Any], other: OtherMember) -> None:
    state = shown["status"]["state"]
    if other.states and state not in other.states:
        return
    holder = shown["status"] if other.name in shown["status"] else shown
    forms: dict[str, Callable[[], Any]] = {
        "null": lambda: None,
        "empty": lambda: {} if isinstance(holder.get(other.name), dict) else [],
        "text": lambda: "; ".join(holder[other.name]),
        "free": lambda: ["one of several conditions was met"],
        "present": lambda: "/api/v1/Clients/x",
    }
    if other.form == "absent":
        holder.pop(other.name, None)
    elif other.name in holder or other.form == "present":
        holder[other.name] = forms[other.form]()


def _described(value: Any, schema: Any) -> Any:
    """Return an item without the members that its schema does not name."""
    parts = [schema, *schema.get("allOf", [])] if isinstance(schema, dict) else []
    known = {name: one for part in parts for name, one in part.get("properties", {}).items()}
    if isinstance(value, dict) and known:
        return {name: _described(one, known[name]) for name, one in value.items() if name in known}
    if isinstance(value, list):
        return [_described(one, schema.get("items", {})) for one in value]
    return value


def _normalised(value: Any) -> Any:
    """Return a value with its texts and numbers made alike."""
    if isinstance(value, dict):
        return {name: _normalised(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_normalised(one) for one in value]
    return value.strip().casefold() if isinstance(value, str) else value
