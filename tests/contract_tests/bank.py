"""A third independent server: consents and payments with declared lives and webhooks (`bank.yaml`), with named faults.

`Bank()` is correct; `Bank({"final-left"})` has exactly that defect; with a choice it does otherwise what its contract
leaves open.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import urllib3
from standardwebhooks import Webhook

from tests.contract_tests.plain_service import (
    Answer,
    Call,
    Fault,
    Service,
    faults,
    instant,
    problem,
)

HOUR, DAY = 3600.0, 86_400.0
FINAL = {"Used", "Refused", "Expired", "Withdrawn"}
TOLD = {"Given", "Used", "Expired"}

FAULTS: list[Fault] = [
    *faults("starts-given  a consent is given at once", "life.outcome", "life.transition"),
    *faults("unknown-state  a consent begins in a state that nobody declared", "life.state", "life.outcome"),
    *faults("rule-ignored  a consent to nothing is not refused", "life.outcome"),
    *faults("refusal-ignored  a forbidden consent is made", "life.outcome"),
    *faults("event-ignored  an event that gives a consent is answered and does nothing", "life.event"),
    *faults("event-skips  giving a consent uses it up", "life.transition"),
    *faults("event-anywhere  a prolonged consent can be given again", "life.transition"),
    *faults("state-falls-back  a given consent that is prolonged is asked for again", "life.transition"),
    *faults("prolonging-ignored  prolonging is answered and does nothing", "life.operation"),
    *faults("prolonging-refused  prolonging is refused although it is declared", "life.operation"),
    *faults("prolongs-what-is-asked  a consent can be prolonged before it is given", "life.transition", "life.refused"),
    *faults("final-left  a refused consent can be given", "life.final"),
    *faults("used-withdrawn  a used consent can be withdrawn", "life.final", "life.refused"),
    *faults("expired-given  an expired consent can be given", "life.final"),
    *faults("final-expires  a used consent expires after two days", "life.final"),
    *faults("guard-ignored  a payment uses up all given consents", "life.guard"),
    *faults("payment-uses-nothing  a payment leaves its consent as it was", "life.operation"),
    *faults("expires-early  a consent expires two seconds before its time", "life.early"),
    *faults("expires-at-once  a consent expires whenever it is looked at twice", "life.early", "life.event", "life.transition"),
    *faults("expires-never  a consent that nobody gives never expires", "life.deadline"),
    *faults("expires-late  a consent expires a minute late", "life.deadline"),
    *faults("expiry-is-refusal  what expires is refused instead", "life.transition"),
    *faults("prolonged-expires  a prolonged consent expires all the same", "life.transition"),
    *faults("any-consent-pays  a payment needs no consent that is given", "life.required"),
    *faults("used-pays-again  a used consent pays again", "life.required"),
    *faults("nobody-pays  a payment needs no consent that there is", "life.required"),
    *faults("refused-payment-uses  a payment that is refused uses up what was asked for", "life.refused"),
    *faults("consents-of-all  every caller reads every consent", "resource.partner"),
    *faults("hook-lost  nobody is told that a consent is given", "webhook.arrives"),
    *faults("hook-of-time-lost  nobody is told that a consent expired", "webhook.arrives"),
    *faults("hook-twice  each notification is sent twice, under two ids", "webhook.once"),
    *faults("hook-first  a notification is sent before its state can be read", "webhook.visible"),
    *faults("hooks-reversed  later notifications overtake earlier ones", "webhook.order"),
    *faults("hook-unsigned  notifications are not signed", "webhook.signed"),
    *faults("hook-other-secret  notifications are signed with another secret", "webhook.signed"),
    *faults("hook-old  notifications bear an old timestamp", "webhook.signed"),
    *faults("hook-body-cut  notifications lack the amount", "webhook.body"),
    *faults("hook-other-state  notifications tell the state before", "webhook.body"),
    *faults("hook-no-retry  what was not taken is not sent again", "webhook.again"),
    *faults("hook-retry-new-id  what was not taken is sent again under another id", "webhook.again"),
    *faults("hook-undeclared  a withdrawal is told too", "webhook.declared"),
    *faults("key-ignored-here  an idempotency key is ignored", "retry.once"),
    *faults("key-any-body-here  another request under a key is answered as the first", "retry.other"),
]  # fmt: skip
FAULT_BY_NAME = {one.name: one for one in FAULTS}
CHOICES = {
    "gone-is-410": "what nobody made is 410",
    "refuses-with-400": "what is required and not so is 400",
    "withdrawal-is-202": "a withdrawal is answered with 202",
    "settles-slowly": "a transition by time happens up to half a second late",
    "tells-more": "a consent has members that nobody described",
    "hooks-repeat": "a notification is sent twice, under one id",
    "event-answers-plainly": "an event is answered with 204",
    "deletes-again": "withdrawing what is withdrawn is answered with 204",
}


@dataclass
class Consent:
    """A consent, and since when it is in its state."""

    id: str
    owner: str
    data: dict[str, Any]
    status: str
    since: float


@dataclass
class Message:
    """A notification on its way."""

    id: str
    owner: str
    url: str
    secret: str
    body: bytes
    due: float
    tries: int = 0
    born: float = field(default_factory=time.monotonic)


@dataclass
class Target:
    """Where a caller wants to be told."""

    url: str
    secret: str


@dataclass
class _World:
    consents: list[Consent] = field(default_factory=list)
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    keys: dict[str, tuple[bytes, Answer]] = field(default_factory=dict)


class Bank(Service):
    """Keeps consents and payments, and tells who wants to know."""

    def __init__(self, faults: Iterable[str] = (), choices: Iterable[str] = ()) -> None:
        super().__init__()
        self.faults, self.choices = frozenset(faults), frozenset(choices)
        unknown = (self.faults - FAULT_BY_NAME.keys()) | (self.choices - CHOICES.keys())
        assert not unknown, unknown
        self.worlds: dict[str, _World] = {}
        self.outbox: list[Message] = []
        self.woken = threading.Event()
        self.worker = threading.Thread(target=self.deliver_all, daemon=True)

    def has(self, fault: str) -> bool:
        """Whether a fault is switched on."""
        return fault in self.faults

    def world(self, caller: str) -> _World:
        """What a caller has."""
        return self.worlds.setdefault(caller, _World())

    def answer(self, call: Call) -> Answer:
        """Answer a call by its path."""
        self.settle(call.caller)
        answer = self.routed(call)
        self.settle(call.caller)
        self.woken.set()
        return answer

    def moved(self, caller: str) -> None:
        """Do what is due after a clock was moved."""
        self.settle(caller)
        self.woken.set()

    def routed(self, call: Call) -> Answer:
        known = {
            ("POST", "_sandbox", "events"): self.event,
            ("POST", "_sandbox", "webhooks"): self.register,
            ("POST", "consents"): self.retried,
            ("POST", "payments"): self.pay,
        }
        if (call.method, *call.parts) in known:
            return known[call.method, *call.parts](call)
        match call.method, call.parts:
            case "GET", ["consents", key]:
                return self.read(call, key)
            case "DELETE", ["consents", key]:
                return self.withdraw(call, key)
            case "POST", ["consents", key, "prolong"]:
                return self.prolong(call, key)
            case "GET", ["payments", key]:
                return self.payment(call, key)
        return problem(404, "there is no such path")

    # -- consents --------------------------------------------------------------------------------------

    def retried(self, call: Call) -> Answer:
        key = call.headers.get("x-idempotency-key")
        known = self.world(call.caller).keys
        if key is None or self.has("key-ignored-here"):
            return self.ask(call)
        if key in known:
            raw, answer = known[key]
            same = raw == call.raw or self.has("key-any-body-here")
            return answer if same else problem(422, "the key was used")
        answer = self.ask(call)
        if answer.status < 400:
            known[key] = (call.raw, answer)
        return answer

    def ask(self, call: Call) -> Answer:
        data = call.body.get("data") if isinstance(call.body, dict) else None
        if not isinstance(data, dict) or not isinstance(data.get("amount"), str):
            return problem(400, "data.amount is missing")
        if data.get("note") == "forbidden" and not self.has("refusal-ignored"):
            return problem(409, "forbidden")
        now = self.clock(call.caller).now()
        status = "Refused" if data["amount"] == "0.00" and not self.has("rule-ignored") else "Asked"
        if self.has("starts-given"):
            status = "Given"
        if self.has("unknown-state"):
            status = "Thinking"
        kept = {name: data[name] for name in ("amount", "note", "contract") if name in data}
        one = Consent(
            f"C-{uuid.uuid4().hex}", call.caller, {**kept, "askedAt": instant(now)}, status, now
        )
        self.world(call.caller).consents.append(one)
        return Answer(201, self.shown(one), {"Location": f"/consents/{one.id}"})

    def shown(self, one: Consent, status: str = "") -> dict[str, Any]:
        more = {"links": [one.id]} if "tells-more" in self.choices else {}
        return {"data": {"consentId": one.id, "status": status or one.status, **one.data}, **more}

    def find(self, call: Call, key: str) -> Consent | None:
        everybody = [one for world in self.worlds.values() for one in world.consents]
        own = everybody if self.has("consents-of-all") else self.world(call.caller).consents
        return next((one for one in own if one.id == key), None)

    def none(self) -> Answer:
        return problem(410 if "gone-is-410" in self.choices else 404, "there is no such consent")

    def read(self, call: Call, key: str) -> Answer:
        one = self.find(call, key)
        return self.none() if one is None else Answer(200, self.shown(one))

    def withdraw(self, call: Call, key: str) -> Answer:
        one = self.find(call, key)
        if one is None:
            return self.none()
        if one.status == "Withdrawn" and "deletes-again" in self.choices:
            return Answer(204)
        if one.status not in {"Asked", "Given"} and not (
            one.status == "Used" and self.has("used-withdrawn")
        ):
            return problem(409, f"it is {one.status}")
        self.move(one, "Withdrawn")
        return Answer(202 if "withdrawal-is-202" in self.choices else 204)

    def prolong(self, call: Call, key: str) -> Answer:
        one = self.find(call, key)
        if one is None:
            return self.none()
        early = one.status == "Asked" and self.has("prolongs-what-is-asked")
        if (one.status != "Given" and not early) or self.has("prolonging-refused"):
            return problem(409, f"it is {one.status}")
        if self.has("state-falls-back"):
            self.move(one, "Asked")
        elif not self.has("prolonging-ignored"):
            self.move(one, "Prolonged")
        return Answer(200, self.shown(one))

    def event(self, call: Call) -> Answer:
        one = self.find(call, str(call.body.get("key")))
        wanted = {"give": "Given", "refuse": "Refused"}.get(str(call.body.get("event")))
        if one is None or wanted is None:
            return self.none()
        free = {
            "event-anywhere": one.status == "Prolonged" and wanted == "Given",
            "final-left": one.status == "Refused" and wanted == "Given",
            "expired-given": one.status == "Expired" and wanted == "Given",
        }
        if one.status != "Asked" and not any(
            is_so and self.has(name) for name, is_so in free.items()
        ):
            return problem(409, f"it is {one.status}")
        if self.has("event-skips") and wanted == "Given":
            wanted = "Used"
        if not (self.has("event-ignored") and wanted == "Given"):
            self.move(one, wanted)
        return (
            Answer(204) if "event-answers-plainly" in self.choices else Answer(200, {"to": wanted})
        )

    # -- payments --------------------------------------------------------------------------------------

    def pay(self, call: Call) -> Answer:
        data = call.body.get("data") if isinstance(call.body, dict) else None
        if not isinstance(data, dict) or not isinstance(data.get("amount"), str):
            return problem(400, "data.amount is missing")
        one = self.find(call, str(data.get("consent")))
        refusal = 400 if "refuses-with-400" in self.choices else 409
        if one is None and not self.has("nobody-pays"):
            return problem(refusal, "there is no such consent")
        status = one.status if one is not None else "Given"
        allowed = {"Given", "Prolonged"} | ({"Used"} if self.has("used-pays-again") else set())
        if status not in allowed and not self.has("any-consent-pays"):
            if one is not None and status == "Asked" and self.has("refused-payment-uses"):
                self.move(one, "Used")
            return problem(refusal, f"it is {status}")
        if not self.has("payment-uses-nothing"):
            others = self.world(call.caller).consents if self.has("guard-ignored") else [one]
            for each in others:
                if each is not None and each.status in {"Given", "Prolonged"}:
                    self.move(each, "Used")
        key = f"P-{uuid.uuid4().hex}"
        told = {"paymentId": key, "consent": data["consent"], "amount": data["amount"]}
        self.world(call.caller).payments[key] = {**told, "at": self.clock(call.caller).now()}
        return Answer(201, {"data": {**told, "status": "Pending"}})

    def payment(self, call: Call, key: str) -> Answer:
        known = self.world(call.caller).payments.get(key)
        if known is None:
            return self.none()
        settled = self.clock(call.caller).now() >= known["at"] + 10
        shown = {name: one for name, one in known.items() if name != "at"}
        return Answer(200, {"data": {**shown, "status": "Settled" if settled else "Pending"}})

    # -- time ------------------------------------------------------------------------------------------

    def settle(self, caller: str) -> None:
        """Let happen what is due by a caller's clock."""
        now = self.clock(caller).now()
        for one in self.world(caller).consents:
            life = {"Asked": HOUR, "Given": 2 * DAY}.get(one.status)
            if one.status == "Prolonged" and self.has("prolonged-expires"):
                life = HOUR
            if one.status == "Used" and self.has("final-expires"):
                life = 2 * DAY
            if one.status == "Asked" and self.has("expires-never"):
                life = None
            if life is None:
                continue
            life -= 2 * self.has("expires-early")
            life += 60 * self.has("expires-late") + 0.5 * ("settles-slowly" in self.choices)
            if self.has("expires-at-once"):
                life = 1800
            if now >= one.since + life:
                self.move(
                    one, "Refused" if self.has("expiry-is-refusal") else "Expired", one.since + life
                )

    def move(self, one: Consent, status: str, at: float | None = None) -> None:
        """Move a consent, and tell who has to know."""
        ahead = self.has("hook-first") and at is None
        if ahead:
            self.tell(one, status)
            self.woken.set()
            self.guard.release()
            time.sleep(0.1)
            self.guard.acquire()
        before, one.status = one.status, status
        one.since = self.clock(one.owner).now() if at is None else at
        if not ahead:
            self.tell(one, before if self.has("hook-other-state") else status)

    def tell(self, one: Consent, shows: str) -> None:
        """Write down who has to know of a state."""
        status = one.status if self.has("hook-other-state") else shows
        lost = (self.has("hook-lost") and status == "Given") or (
            self.has("hook-of-time-lost") and status == "Expired"
        )
        told = status in TOLD or (self.has("hook-undeclared") and status == "Withdrawn")
        if not told or lost:
            return
        shown = self.shown(one, shows)
        if self.has("hook-body-cut"):
            del shown["data"]["amount"]
        for target in self.world(one.owner).targets:
            for _ in range(1 + self.has("hook-twice")):
                self.outbox.append(
                    Message(f"msg_{uuid.uuid4().hex}", one.owner, target.url, target.secret,
                            json.dumps(shown).encode(), self.clock(one.owner).now())
                )  # fmt: skip

    # -- webhooks --------------------------------------------------------------------------------------

    def register(self, call: Call) -> Answer:
        if not self.worker.is_alive():
            self.worker.start()
        target = Target(str(call.body["url"]), str(call.body["secret"]))
        self.world(call.caller).targets.append(target)
        return Answer(201, {"id": "wh_1", "url": target.url, "events": [], "secret": target.secret})

    def deliver_all(self) -> None:
        """Deliver what is due, one after the other, as long as the process lives."""
        http = urllib3.PoolManager(retries=False, timeout=5)
        while True:
            message = self.due()
            if message is None:
                self.woken.wait(0.02)
                self.woken.clear()
                continue
            taken = self.deliver(http, message)
            if taken and "hooks-repeat" in self.choices:
                self.deliver(http, message)
            if not taken and not self.has("hook-no-retry"):
                self.again(message)

    def due(self) -> Message | None:
        """Take the message that is due, None where there is none."""
        with self.guard:
            ready = [
                one
                for one in self.outbox
                if one.born < time.monotonic() - 0.25 * self.has("hooks-reversed")
            ]
            known = ready[::-1] if self.has("hooks-reversed") else ready
            found = next((one for one in known if one.due <= self.clock(one.owner).now()), None)
            if found is not None:
                self.outbox.remove(found)
            return found

    def again(self, message: Message) -> None:
        """Put a message back that was not taken: five seconds later on its owner's clock."""
        with self.guard:
            message.due, message.tries = self.clock(message.owner).now() + 5, message.tries + 1
            if self.has("hook-retry-new-id"):
                message.id = f"msg_{uuid.uuid4().hex}"
            self.outbox.insert(0, message)

    def deliver(self, http: urllib3.PoolManager, message: Message) -> bool:
        """Send a message once; whether it was taken."""
        now = datetime.fromtimestamp(time.time() - 4000 * self.has("hook-old"), UTC)
        secret = (
            "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXI="
            if self.has("hook-other-secret")
            else message.secret
        )
        headers = {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(message.id, now, message.body.decode()),
        }
        if self.has("hook-unsigned"):
            del headers["webhook-signature"]
        try:
            return (
                http.request("POST", message.url, body=message.body, headers=headers).status // 100
                == 2
            )
        except urllib3.exceptions.HTTPError:
            return False


def service(faults: Iterable[str], choices: Iterable[str]) -> Service:
    """Return the service with faults and choices."""
    return Bank(faults, choices)
