"""A second independent server: a shelter for animals (`shelter.yaml`), with faults and choices that can be switched on.

`Shelter()` is correct; `Shelter({"reads-stale"})` has exactly that defect; with `Shelter(choices={"gone-is-410"})` it does
otherwise what its contract leaves open, and is still correct.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.contract_tests.plain_service import (
    Answer,
    Call,
    Fault,
    Service,
    faults,
    instant,
    problem,
)

Members = dict[str, Any]


FAULTS: list[Fault] = [
    *faults("nothing-kept  what was added cannot be read", "resource.read"),
    *faults("visits-forgotten  a visit cannot be read", "resource.read"),
    *faults(
        """
        always-the-example     every read answers the same example
        remarks-dropped        remarks are not kept
        keeper-lower-case      keepers are kept in lower case
        legs-as-text           legs come back as text
        tame-is-true           every pet is tame
        """,
        "resource.holds",
    ),
    *faults("reading-counts  each read adds a leg", "resource.steady", "resource.holds"),
    *faults(
        """
        list-without-new       the list lacks the pet that was added last
        list-of-five           the list has the first five pets alone
        list-twice             the list has each pet twice
        second-page-is-first   every page of the list is the first one
        """,
        "resource.listed",
    ),
    *faults("list-of-others  the list has the pets of all callers", "resource.partner", mode="strict"),
    *faults("read-of-others  a pet can be read by every caller", "resource.partner", mode="strict"),
    *faults("removal-by-others  a pet can be removed by every caller", "resource.partner", mode="strict"),
    *faults(
        """
        reads-stale            a read shows a pet as it was before its last change
        replacement-ignored    a replacement is answered and not done
        replacement-is-new     a replacement adds another pet
        replaced-in-read-only  the list shows a pet as it was before it was replaced
        """,
        "resource.replaced", "resource.merged",
    ),
    *faults("replacement-merges  a replacement leaves what it does not name", "resource.whole"),
    *faults("change-ignored  a change is answered and not done", "resource.merged"),
    *faults(
        """
        change-replaces        a change of one member drops the others
        lost-update            a change starts from what was added, so that an earlier change is lost
        """,
        "resource.partial",
    ),
    *faults("tag-ignored  a change under an old entity tag is done", "resource.precondition"),
    *faults("tag-constant  the entity tag of a pet never changes", "resource.precondition"),
    *faults(
        """
        removal-ignored        a removal is answered and not done
        hidden-in-list         a removed pet is left out of the list, and can be read
        hidden-in-read         a removed pet cannot be read, and is in the list
        """,
        "resource.removed",
    ),
    *faults("comes-back  a removed pet is there again once another was added", "resource.gone"),
    *faults("back-in-an-hour  a removed pet is there again after an hour", "resource.gone"),
    *faults("second-removal  a removal of what is gone removes the pet that was added last", "resource.repeated"),
    *faults("second-replacement  a replacement that is repeated swaps name and keeper", "resource.repeated"),
    *faults("id-reused  the id of a removed pet is given again", "resource.own-id"),
    *faults("one-id  every second pet has the id of the one before", "resource.own-id"),
    *faults("unknown-is-there  a pet that nobody added is answered with 200", "resource.unknown"),
    *faults("visits-of-all  the visits of all pets are listed for each", "resource.inside"),
    *faults(
        """
        key-ignored            an idempotency key is ignored: a repeated request adds another pet
        key-adds-silently      a repeated request is answered as the first, and adds another pet
        """,
        "retry.once", "retry.same",
    ),
    *faults(
        """
        key-answers-200        a repeated request is answered with 200 instead of 201
        key-refuses-repeat     a repeated request is refused with 409
        key-forgotten          a key is forgotten after three others
        """,
        "retry.same", "retry.once",
    ),
    *faults("key-any-body  another request under a key is answered as the first", "retry.other"),
    *faults("key-other-added  another request under a key adds a pet", "retry.other"),
    *faults("key-case-folded  keys that differ in case are one", "retry.exact"),
    *faults("key-cut  of a key the first 16 letters count", "retry.exact"),
    *faults("key-of-all  a key of one caller is known to the others", "retry.partner"),
    *faults("key-keeps-refusal  a refused request is remembered under its key", "retry.refused"),
]  # fmt: skip
FAULT_BY_NAME = {one.name: one for one in FAULTS}
CHOICES = {
    "gone-is-410": "what was removed is 410 and not 404",
    "answers-without-body": "a replacement is answered with 204",
    "more-members": "a pet has members that nobody described",
    "newest-first": "the list begins with the newest pet",
    "pages-of-ten": "a page has ten pets, whatever the limit",
    "ids-far-apart": "ids go up in large steps",
    "removal-again-204": "a removal of what is gone is answered with 204",
    "tags-are-weak": "entity tags are weak",
    "pets-of-all": "all callers share their pets",
}


@dataclass
class Pet:
    """A pet as it was added and as it is."""

    id: int
    owner: str
    value: Members
    first: Members
    before: Members
    version: int = 1
    removed_at: float | None = None
    visits: dict[int, Members] = field(default_factory=dict)


class Shelter(Service):
    """Keeps pets and their visits in memory."""

    def __init__(self, faults: Iterable[str] = (), choices: Iterable[str] = ()) -> None:
        super().__init__()
        self.faults, self.choices = frozenset(faults), frozenset(choices)
        unknown = (self.faults - FAULT_BY_NAME.keys()) | (self.choices - CHOICES.keys())
        assert not unknown, unknown
        self.pets: list[Pet] = []
        self.last = 0
        self.visits = 0
        self.keys: dict[tuple[str, str], tuple[bytes, Answer]] = {}

    def has(self, fault: str) -> bool:
        """Whether a fault is switched on."""
        return fault in self.faults

    def answer(self, call: Call) -> Answer:
        """Answer a call by its path."""
        match call.parts:
            case ["pets"]:
                return self.collection(call)
            case ["pets", key]:
                return self.one(call, key)
            case ["pets", key, "visits", *rest]:
                return self.of_visits(call, key, rest)
        return problem(404, "there is no such path")

    def collection(self, call: Call) -> Answer:
        if call.method == "GET":
            return self.listed(call)
        if call.method == "POST":
            return self.retried(call)
        return Answer(405, None, {"Allow": "GET, POST"})

    # -- adding ----------------------------------------------------------------------------------------

    def retried(self, call: Call) -> Answer:
        key = call.headers.get("idempotency-key")
        if key is None or self.has("key-ignored"):
            return self.added(call)
        if self.has("key-case-folded"):
            key = key.lower()
        if self.has("key-cut"):
            key = key[:16]
        place = ("" if self.has("key-of-all") else call.caller, key)
        if place in self.keys:
            body, answer = self.keys[place]
            if body == call.raw or self.has("key-any-body"):
                return self.repeated(call, answer)
            return (
                self.added(call)
                if self.has("key-other-added")
                else problem(422, "the key was used")
            )
        answer = self.added(call)
        if answer.status < 400 or self.has("key-keeps-refusal"):
            self.keys[place] = (call.raw, answer)
        if self.has("key-forgotten") and len(self.keys) > 3:
            del self.keys[next(iter(self.keys))]
        return answer

    def repeated(self, call: Call, answer: Answer) -> Answer:
        if self.has("key-adds-silently"):
            self.added(call)
        if self.has("key-refuses-repeat"):
            return problem(409, "this was done before")
        return Answer(200, answer.body) if self.has("key-answers-200") else answer

    def added(self, call: Call) -> Answer:
        wrong = wrong_pet(call.body)
        if wrong:
            return problem(400, wrong)
        if self.has("comes-back"):
            for one in self.pets:
                one.removed_at = None
        value = self.kept(call.body)
        now = instant(self.clock(call.caller).now())
        value = {"id": self.new_id(), **value, "added_at": now, "changed_at": now}
        pet = Pet(value["id"], call.caller, value, copy.deepcopy(value), copy.deepcopy(value))
        self.pets.append(pet)
        return Answer(201, self.shown(pet), {"Location": f"/pets/{pet.id}"})

    def new_id(self) -> int:
        if self.has("id-reused"):
            taken = [one.id for one in self.pets if one.removed_at is None]
            return next(n for n in range(1, 100_000) if n not in taken)
        if not (self.has("one-id") and len(self.pets) % 2):
            self.last += 1000 if "ids-far-apart" in self.choices else 1
        return self.last

    def kept(self, body: Members) -> Members:
        known: Members = {
            name: body[name]
            for name in ("name", "keeper", "remarks", "legs", "tame")
            if name in body
        }
        if self.has("remarks-dropped"):
            known.pop("remarks", None)
        if self.has("keeper-lower-case") and "keeper" in known:
            known["keeper"] = known["keeper"].lower()
        if self.has("tame-is-true"):
            known["tame"] = False
        return known

    # -- reading ---------------------------------------------------------------------------------------

    def own(self, call: Call) -> list[Pet]:
        shared = "pets-of-all" in self.choices
        return [one for one in self.pets if shared or one.owner == call.caller]

    def there(self, pet: Pet) -> bool:
        if pet.removed_at is None:
            return True
        late = self.clock(pet.owner).now() >= pet.removed_at + 3600
        return self.has("back-in-an-hour") and late

    def shown(self, pet: Pet, value: Members | None = None) -> Members:
        shown = dict(pet.value if value is None else value)
        if self.has("legs-as-text") and "legs" in shown:
            shown["legs"] = str(shown["legs"])
        if "more-members" in self.choices:
            shown["links"] = {"self": f"/pets/{pet.id}"}
        return shown

    def listed(self, call: Call) -> Answer:
        pets = [one for one in self.own(call) if self.there(one) or self.has("hidden-in-read")]
        if self.has("list-of-others"):
            pets = [one for one in self.pets if self.there(one)]
        if self.has("list-without-new"):
            pets = pets[:-1]
        if "newest-first" in self.choices:
            pets = pets[::-1]
        total = len(pets)
        limit, start = int(call.query.get("limit", 20)), int(call.query.get("offset", 0))
        if "pages-of-ten" in self.choices:
            limit = min(limit, 50)
        if self.has("second-page-is-first"):
            start, limit = 0, 1 if limit > 1 else limit
        pets = pets[start : start + limit]
        if self.has("list-of-five"):
            pets = pets[:5] if start == 0 else []
        if self.has("list-twice"):
            pets = [*pets, *pets]
        stale = self.has("replaced-in-read-only")
        shown = [self.shown(one, one.first if stale else None) for one in pets]
        return Answer(200, {"pets": shown, "total": total})

    def found(self, call: Call, key: str, *, anybody: bool = False) -> Pet | None:
        pets = self.pets if anybody else self.own(call)
        return next((one for one in reversed(pets) if str(one.id) == key), None)

    def one(self, call: Call, key: str) -> Answer:
        if call.method == "GET":
            return self.read(call, key)
        removing = call.method == "DELETE"
        pet = self.found(call, key, anybody=removing and self.has("removal-by-others"))
        if pet is None or not self.there(pet):
            return self.of_gone(call, pet)
        if call.method == "PUT":
            return self.replaced(call, pet)
        if call.method == "PATCH":
            return self.changed(call, pet)
        if removing:
            return self.removed(pet)
        return Answer(405, None, {"Allow": "GET, PUT, PATCH, DELETE"})

    def of_gone(self, call: Call, pet: Pet | None) -> Answer:
        if call.method == "DELETE" and pet is not None:
            if self.has("second-removal"):
                there = [one for one in self.own(call) if self.there(one)]
                if there:
                    there[-1].removed_at = self.clock(call.caller).now()
            if "removal-again-204" in self.choices:
                return Answer(204)
        return self.none(pet)

    def none(self, pet: Pet | None) -> Answer:
        gone = pet is not None and "gone-is-410" in self.choices
        return problem(410 if gone else 404, "there is no such pet")

    def read(self, call: Call, key: str) -> Answer:
        pet = self.found(call, key, anybody=self.has("read-of-others"))
        example = {"id": 7, "name": "Rex", "added_at": "2020-01-01T00:00:00Z"}
        if self.has("always-the-example") or (pet is None and self.has("unknown-is-there")):
            return Answer(200, example)
        hidden = pet is not None and not self.there(pet) and not self.has("hidden-in-list")
        if pet is None or hidden or self.has("nothing-kept"):
            return self.none(pet)
        if self.has("reading-counts"):
            pet.value["legs"] = pet.value.get("legs", 0) + 1
        value = pet.before if self.has("reads-stale") else pet.value
        return Answer(200, self.shown(pet, value), {"ETag": self.tag(pet)})

    def tag(self, pet: Pet) -> str:
        if self.has("tag-constant"):
            return f'"{pet.id}"'
        return f'{"W/" if "tags-are-weak" in self.choices else ""}"{pet.id}-{pet.version}"'

    # -- changing --------------------------------------------------------------------------------------

    def touched(self, pet: Pet, value: Members) -> Answer:
        pet.before, pet.value = pet.value, value
        pet.version += 1
        pet.value["changed_at"] = instant(self.clock(pet.owner).now())
        if "answers-without-body" in self.choices:
            return Answer(204)
        return Answer(200, self.shown(pet))

    def replaced(self, call: Call, pet: Pet) -> Answer:
        wrong = wrong_pet(call.body)
        if wrong:
            return problem(400, wrong)
        value = self.kept(call.body)
        if self.has("replacement-ignored"):
            return Answer(200, {**self.shown(pet), **value})
        if self.has("replacement-is-new"):
            self.added(call)
            self.pets[-1].id, self.pets[-1].value["id"] = pet.id, pet.id
            return Answer(200, self.shown(self.pets[-1]))
        if self.has("second-replacement") and value["name"] == pet.value["name"]:
            value = {**value, "name": value.get("keeper", "nobody"), "keeper": value["name"]}
        base = pet.value if self.has("replacement-merges") else {}
        made = {"id": pet.id, "added_at": pet.value["added_at"]}
        return self.touched(pet, {**base, **made, **value})

    def changed(self, call: Call, pet: Pet) -> Answer:
        if not isinstance(call.body, dict):
            return problem(400, "an object is expected")
        asked = call.headers.get("if-match")
        if asked not in (None, "*", self.tag(pet)) and not self.has("tag-ignored"):
            return problem(412, "it was changed meanwhile")
        if self.has("change-ignored"):
            return Answer(200, {**self.shown(pet), **call.body})
        value = dict(pet.first if self.has("lost-update") else pet.value)
        if self.has("change-replaces"):
            value = {name: pet.value[name] for name in ("id", "name", "added_at")}
        for name, one in call.body.items():
            if one is None:
                value.pop(name, None)
            elif name in ("name", "keeper", "remarks", "legs", "tame"):
                value[name] = one
        wrong = wrong_pet(value)
        return problem(400, wrong) if wrong else self.touched(pet, value)

    def removed(self, pet: Pet) -> Answer:
        if not self.has("removal-ignored"):
            pet.removed_at = self.clock(pet.owner).now()
        return Answer(204)

    # -- visits ----------------------------------------------------------------------------------------

    def of_visits(self, call: Call, key: str, rest: list[str]) -> Answer:
        pet = self.found(call, key)
        if pet is None or not self.there(pet):
            return self.none(pet)
        if rest:
            visit = pet.visits.get(int(rest[0])) if rest[0].isdigit() else None
            forgotten = visit is None or self.has("visits-forgotten")
            return problem(404, "there is no such visit") if forgotten else Answer(200, visit)
        if call.method == "GET":
            pets = self.own(call) if self.has("visits-of-all") else [pet]
            return Answer(200, [one for each in pets for one in each.visits.values()])
        if not isinstance(call.body, dict) or not isinstance(call.body.get("visitor"), str):
            return problem(400, "visitor is missing")
        self.visits += 1
        value = {name: call.body[name] for name in ("visitor", "minutes") if name in call.body}
        pet.visits[self.visits] = {"id": self.visits, **value}
        return Answer(201, pet.visits[self.visits])


def service(faults: Iterable[str], choices: Iterable[str]) -> Service:
    """Return the service with faults and choices."""
    return Shelter(faults, choices)


def wrong_pet(body: Any) -> str:
    """Return what is wrong with a pet that somebody sends, "" where nothing is."""
    if not isinstance(body, dict):
        return "an object is expected"
    if not isinstance(body.get("name"), str) or len(body["name"]) > 80:
        return "name is a text of at most 80 letters"
    for name, most in (("keeper", 80), ("remarks", 200)):
        if name in body and (not isinstance(body[name], str) or len(body[name]) > most):
            return f"{name} is a text of at most {most} letters"
    legs = body.get("legs", 0)
    if not isinstance(legs, int) or isinstance(legs, bool) or legs < 0:
        return "legs are a number"
    return "" if isinstance(body.get("tame", False), bool) else "tame is true or false"
