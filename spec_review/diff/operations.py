"""What changed between the operations of two contracts: which are gone, moved or new, and what each takes and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from spec_review.diff.changes import (
    BOTH,
    EVERYONE,
    READER,
    SAFE,
    SENDER,
    TO_BUILD,
    UNCLEAR,
    UNCLEAR_READER,
    UNCLEAR_SENDER,
    Change,
    Contexts,
    Verdicts,
)
from spec_review.diff.schemas import Direction, followed
from spec_review.document import METHODS, Document, Operation, Parameter, Pointer
from spec_review.simulation.model import mapping

VERSION: Final = re.compile(r"^v\d+(\.\d+)*$", re.IGNORECASE)


@dataclass(frozen=True)
class Same:
    """An operation of the old contract and the one of the new contract that took its place."""

    old: Operation
    new: Operation

    @property
    def name(self) -> str:
        """The operation as the new contract calls it."""
        return self.new.name


def matched_operations(
    old: Document, new: Document
) -> tuple[list[Same], list[Operation], list[Operation]]:
    """The pairs of operations, those that are gone and those that are new."""
    gone, come = list(all_operations(old)), list(all_operations(new))
    pairs: list[Same] = []
    for identity in (same_place, same_place_by_shape, same_id, same_place_in_another_version):
        for before in list(gone):
            after = next((each for each in come if identity(before, each)), None)
            if after is not None:
                pairs.append(Same(before, after))
                gone.remove(before)
                come.remove(after)
    return pairs, gone, come


def all_operations(document: Document) -> Iterator[Operation]:
    """The operations under `paths` and `webhooks`."""
    yield from document.operations()
    for name in mapping(document.data.get("webhooks")):
        place = followed(document, ("webhooks", name))
        item = mapping(document.value(place))
        for method in METHODS:
            if isinstance(item.get(method), dict):
                operation_id = item[method].get("operationId")
                yield Operation(
                    (*place, method),
                    f"webhook {name}",
                    method,
                    operation_id if isinstance(operation_id, str) else "",
                    item[method],
                )


def same_place(old: Operation, new: Operation) -> bool:
    """Whether method and path are the same."""
    return (old.method, old.path) == (new.method, new.path)


def same_place_by_shape(old: Operation, new: Operation) -> bool:
    """Whether only the names of the path's parameters differ."""
    return (old.method, shape(old.path)) == (new.method, shape(new.path))


def same_id(old: Operation, new: Operation) -> bool:
    """Whether both have one operationId and one method."""
    return bool(old.id) and old.id == new.id and old.method == new.method


def same_place_in_another_version(old: Operation, new: Operation) -> bool:
    """Whether only the version in the path differs."""
    return (old.method, unversioned(old.path)) == (new.method, unversioned(new.path))


def shape(path: str) -> str:
    """The path without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def unversioned(path: str) -> str:
    """The path without a version such as `v2`, and without the names of its parameters."""
    return "/".join(part for part in shape(path).split("/") if not VERSION.match(part))


class Operations:
    """Compares the operations of two documents; the schemas that they reach go to `contexts`."""

    def __init__(self, old: Document, new: Document, contexts: Contexts) -> None:
        self.old = old
        self.new = new
        self.contexts = contexts
        self.pairs, self.gone, self.come = matched_operations(old, new)

    def changes(self) -> Iterator[Change]:
        """Every change of an operation, in the order of the old document, the new ones last."""
        yield from self.servers()
        for operation in self.gone:
            yield self.gone_change(operation)
        for pair in self.pairs:
            yield from self.identity(pair)
            yield from self.parameters(pair)
            yield from self.request_body(pair)
            yield from self.responses(pair)
            yield from self.security(pair)
            yield from self.callbacks(pair)
        for operation in self.come:
            yield change(
                "operation-added",
                f"{title(operation)} is new",
                TO_BUILD if not is_webhook(operation) else Verdicts(reader="unclear"),
                operation.pointer[:-1],
                operation.pointer,
                operation.name,
            )
        yield from self.schemes()

    def gone_change(self, operation: Operation) -> Change:
        """An operation that the new contract does not have."""
        parent = followed(self.new, operation.pointer[:2])
        if is_webhook(operation):
            return change(
                "operation-removed",
                f"{title(operation)} is gone",
                READER,
                operation.pointer,
                parent,
                operation.name,
                is_gone=True,
            )
        was = " It was deprecated." if operation.value.get("deprecated") is True else ""
        return change(
            "operation-removed",
            f"{title(operation)} is gone.{was}" if was else f"{title(operation)} is gone",
            BOTH,
            operation.pointer,
            parent,
            operation.name,
            is_gone=True,
        )

    def servers(self) -> Iterator[Change]:
        """The addresses."""
        before = [mapping(each).get("url") for each in texts(self.old.data.get("servers"))]
        after = [mapping(each).get("url") for each in texts(self.new.data.get("servers"))]
        for index, url in enumerate(before):
            if url not in after:
                instead = [each for each in after if each not in before]
                told = f"; {', '.join(map(str, instead))} instead" if instead else ""
                yield change(
                    "server-removed",
                    f"the server {url} is no longer named{told}",
                    UNCLEAR,
                    ("servers", index, "url"),
                    ("servers", min(index, max(len(after) - 1, 0)), "url"),
                    is_gone=True,
                )
        for index, url in enumerate(after):
            if url not in before and len(before) <= len([e for e in before if e in after]):
                yield change(
                    "server-added",
                    f"the server {url} is new",
                    SAFE,
                    ("servers",),
                    ("servers", index, "url"),
                )

    def identity(self, pair: Same) -> Iterator[Change]:
        """Where the operation stands and what it is called."""
        old, new = pair.old, pair.new
        if shape(old.path) != shape(new.path):
            yield change(
                "operation-moved",
                f"{new.name} moved from {old.method.upper()} {old.path} to {new.path}",
                EVERYONE,
                old.pointer,
                new.pointer,
                new.name,
            )
        elif old.path != new.path:
            yield change(
                "path-parameter-renamed",
                f"the path of {new.name} names its parameters otherwise: {new.path}, it was {old.path}",
                SAFE,
                old.pointer[:-1],
                new.pointer[:-1],
                new.name,
            )
        if old.id != new.id:
            said = f"{old.id or 'without a name'} is called {new.id or 'nothing'} now"
            yield change(
                "operation-renamed",
                f"{old.method.upper()} {old.path}: {said}; requests stay as they are,"
                " generated code does not",
                Verdicts(sender="unclear", reader="unclear"),
                (*old.pointer, "operationId"),
                (*new.pointer, "operationId"),
                new.name,
            )
        if bool(old.value.get("deprecated")) != bool(new.value.get("deprecated")):
            verb = "is deprecated now" if new.value.get("deprecated") else "is no longer deprecated"
            yield change(
                "operation-deprecated",
                f"{title(new)} {verb}",
                SAFE,
                (*old.pointer, "deprecated"),
                (*new.pointer, "deprecated"),
                new.name,
            )

    # --- what it takes -----------------------------------------------------------------------------

    def parameters(self, pair: Same) -> Iterator[Change]:
        """Query, header, path and cookie parameters."""
        before = {identity(each): each for each in self.old.parameters(pair.old)}
        after = {identity(each): each for each in self.new.parameters(pair.new)}
        renamed = self.path_names(pair)
        for name, parameter in before.items():
            same = after.pop(renamed.get(name, name), None)
            if same is None:
                yield change(
                    "parameter-removed",
                    f"{pair.name} has no {spoken(parameter)} any more",
                    UNCLEAR_SENDER,
                    parameter.pointer,
                    (*pair.new.pointer, "parameters"),
                    pair.name,
                    is_gone=True,
                )
                continue
            yield from self.parameter(pair, parameter, same)
        for parameter in after.values():
            must = parameter.value.get("required") is True
            yield change(
                "parameter-added-required" if must else "parameter-added",
                f"{pair.name} has the {'required' if must else 'optional'} {spoken(parameter)} now",
                SENDER if must else TO_BUILD,
                pair.old.pointer,
                parameter.pointer,
                pair.name,
            )

    def path_names(self, pair: Same) -> Mapping[tuple[str, str], tuple[str, str]]:
        """The path's parameters of the old contract with their names in the new one."""
        names = [re.findall(r"\{([^}]*)\}", each.path) for each in (pair.old, pair.new)]
        if len(names[0]) != len(names[1]):
            return {}
        return {("path", old): ("path", new) for old, new in zip(*names, strict=True)}

    def parameter(self, pair: Same, old: Parameter, new: Parameter) -> Iterator[Change]:
        """One parameter that both contracts have."""
        before, after = old.value.get("required") is True, new.value.get("required") is True
        if before != after and old.where != "path":
            yield change(
                "parameter-required" if after else "parameter-optional",
                f"the {spoken(new)} of {pair.name} is {'' if after else 'no longer '}required"
                + (" now" if after else ""),
                SENDER if after else TO_BUILD,
                (*old.pointer, "required"),
                (*new.pointer, "required"),
                pair.name,
            )
        for word in ("style", "explode", "allowReserved", "allowEmptyValue"):
            if old.value.get(word) != new.value.get(word) and (
                effective(old, word) != effective(new, word)
            ):
                yield change(
                    "parameter-form",
                    f"the {spoken(new)} of {pair.name} is written otherwise ({word})",
                    SENDER,
                    (*old.pointer, word),
                    (*new.pointer, word),
                    pair.name,
                )
        if old.value.get("deprecated") is not True and new.value.get("deprecated") is True:
            yield change(
                "parameter-deprecated",
                f"the {spoken(new)} of {pair.name} is deprecated now",
                SAFE,
                old.pointer,
                (*new.pointer, "deprecated"),
                pair.name,
            )
        if "schema" in old.value and "schema" in new.value:
            self.contexts.reach(
                (*old.pointer, "schema"), (*new.pointer, "schema"), "request", pair.name
            )

    def request_body(self, pair: Same) -> Iterator[Change]:
        """The body of the request: whether it must be there, and its media types."""
        direction: Direction = "response" if is_webhook(pair.new) else "request"
        old_at = followed(self.old, (*pair.old.pointer, "requestBody"))
        new_at = followed(self.new, (*pair.new.pointer, "requestBody"))
        before, after = mapping(self.old.value(old_at)), mapping(self.new.value(new_at))
        worst = READER if direction == "response" else SENDER
        if before and not after:
            yield change(
                "request-body-removed",
                f"{pair.name} takes no request body any more",
                worst if before.get("required") is True else Verdicts(sender="unclear"),
                old_at,
                pair.new.pointer,
                pair.name,
                is_gone=True,
            )
            return
        must_before, must_after = before.get("required") is True, after.get("required") is True
        if after and not before:
            yield change(
                "request-body-added",
                f"{pair.name} takes {'and requires ' if must_after else ''}a request body now",
                worst if must_after else TO_BUILD,
                pair.old.pointer,
                new_at,
                pair.name,
            )
            return
        if must_before != must_after:
            yield change(
                "request-body-required" if must_after else "request-body-optional",
                f"the request body of {pair.name} is {'' if must_after else 'no longer '}required"
                + (" now" if must_after else ""),
                worst if must_after else TO_BUILD,
                (*old_at, "required"),
                (*new_at, "required"),
                pair.name,
            )
        yield from self.content(pair, old_at, new_at, direction, "the request body of")

    def content(
        self, pair: Same, old_at: Pointer, new_at: Pointer, direction: Direction, what: str
    ) -> Iterator[Change]:
        """The media types of a body, and the schema of each."""
        before = mapping(self.old.value((*old_at, "content")))
        after = mapping(self.new.value((*new_at, "content")))
        spelled = {media_type(name): name for name in after}
        for media in before:
            same = spelled.pop(media_type(media), None)
            if same is None:
                yield change(
                    f"{direction}-media-type-removed",
                    f"{what} {pair.name} is no longer {media}",
                    SENDER if direction == "request" else READER,
                    (*old_at, "content", media),
                    (*new_at, "content"),
                    pair.name,
                    is_gone=True,
                )
                continue
            first, second = (*old_at, "content", media), (*new_at, "content", same)
            for word in ("schema", "itemSchema"):
                if word in mapping(before[media]) and word in mapping(after[same]):
                    self.contexts.reach((*first, word), (*second, word), direction, pair.name)
                elif word in mapping(after[same]):
                    yield change(
                        f"{direction}-schema-added",
                        f"{what} {pair.name} has a schema now",
                        SENDER if direction == "request" else SAFE,
                        first,
                        (*second, word),
                        pair.name,
                    )
                elif word in mapping(before[media]):
                    yield change(
                        f"{direction}-schema-removed",
                        f"{what} {pair.name} has no schema any more",
                        SAFE if direction == "request" else READER,
                        (*first, word),
                        second,
                        pair.name,
                        is_gone=True,
                    )
        for media in spelled.values():
            yield change(
                f"{direction}-media-type-added",
                f"{what} {pair.name} may be {media} now"
                if before
                else f"{what} {pair.name} has a body now, {media}",
                TO_BUILD if direction == "request" or not before else UNCLEAR_READER,
                (*old_at, "content"),
                (*new_at, "content", media),
                pair.name,
            )

    # --- what it answers ---------------------------------------------------------------------------

    def responses(self, pair: Same) -> Iterator[Change]:
        """The answers by status code."""
        old_at, new_at = (*pair.old.pointer, "responses"), (*pair.new.pointer, "responses")
        before, after = mapping(self.old.value(old_at)), mapping(self.new.value(new_at))
        backward = is_webhook(pair.new)
        for code in before:
            if str(code).startswith("x-"):
                continue
            if code not in after:
                yield change(
                    "response-removed",
                    f"{pair.name} answers {code} no longer",
                    removed_status(str(code), list(after)),
                    (*old_at, code),
                    new_at,
                    pair.name,
                    is_gone=True,
                )
                continue
            first, second = followed(self.old, (*old_at, code)), followed(self.new, (*new_at, code))
            direction: Direction = "request" if backward else "response"
            yield from self.content(pair, first, second, direction, f"the {code} answer of")
            yield from self.headers(pair, first, second, str(code))
            yield from self.links(pair, first, second, str(code))
        for code in after:
            if code not in before and not str(code).startswith("x-"):
                yield change(
                    "response-added",
                    f"{pair.name} may answer {code} now",
                    added_status(str(code), list(before)),
                    old_at,
                    (*new_at, code),
                    pair.name,
                )

    def headers(self, pair: Same, old_at: Pointer, new_at: Pointer, code: str) -> Iterator[Change]:
        """The headers of an answer, whatever their spelling."""
        before = mapping(self.old.value((*old_at, "headers")))
        after = mapping(self.new.value((*new_at, "headers")))
        spelled = {name.lower(): name for name in after}
        for name in before:
            first = followed(self.old, (*old_at, "headers", name))
            same = spelled.pop(name.lower(), None)
            must = mapping(self.old.value(first)).get("required") is True
            if same is None:
                yield change(
                    "response-header-removed",
                    f"the {code} answer of {pair.name} has no header {name} any more",
                    READER if must else UNCLEAR_READER,
                    first,
                    (*new_at, "headers"),
                    pair.name,
                    is_gone=True,
                )
                continue
            second = followed(self.new, (*new_at, "headers", same))
            if must and mapping(self.new.value(second)).get("required") is not True:
                yield change(
                    "response-header-optional",
                    f"the header {name} of the {code} answer of {pair.name} may be absent now",
                    READER,
                    (*first, "required"),
                    second,
                    pair.name,
                )
            if "schema" in mapping(self.old.value(first)) and "schema" in mapping(
                self.new.value(second)
            ):
                self.contexts.reach((*first, "schema"), (*second, "schema"), "response", pair.name)
        for name in spelled.values():
            yield change(
                "response-header-added",
                f"the {code} answer of {pair.name} has the header {name} now",
                SAFE,
                old_at,
                (*new_at, "headers", name),
                pair.name,
            )

    def links(self, pair: Same, old_at: Pointer, new_at: Pointer, code: str) -> Iterator[Change]:
        """The links from an answer to the next operation."""
        before = mapping(self.old.value((*old_at, "links")))
        after = mapping(self.new.value((*new_at, "links")))
        successors = {each.old.id: each.new.id for each in self.pairs}
        for name in before:
            if name not in after:
                yield change(
                    "link-removed",
                    f"the {code} answer of {pair.name} links to {name} no longer",
                    UNCLEAR_READER,
                    (*old_at, "links", name),
                    (*new_at, "links"),
                    pair.name,
                    is_gone=True,
                )
                continue
            first, second = mapping(before[name]), mapping(after[name])
            target, now = first.get("operationId"), second.get("operationId")
            if (target != now and successors.get(str(target)) != now) or first.get(
                "parameters"
            ) != second.get("parameters"):
                yield change(
                    "link-changed",
                    f"the link {name} of the {code} answer of {pair.name} leads to {now} now,"
                    f" it led to {target}"
                    if target != now
                    else f"the link {name} of the {code} answer of {pair.name} takes other values",
                    UNCLEAR_READER,
                    (*old_at, "links", name),
                    (*new_at, "links", name),
                    pair.name,
                )
        for name in after:
            if name not in before:
                yield change(
                    "link-added",
                    f"the {code} answer of {pair.name} links to {name} now",
                    SAFE,
                    old_at,
                    (*new_at, "links", name),
                    pair.name,
                )

    def callbacks(self, pair: Same) -> Iterator[Change]:
        """Requests that the provider makes to the partner."""
        before = mapping(pair.old.value.get("callbacks"))
        after = mapping(pair.new.value.get("callbacks"))
        for name in [*before, *(each for each in after if each not in before)]:
            if name in before and name in after:
                continue
            verb = "is gone" if name in before else "is new"
            yield change(
                "callback-removed" if name in before else "callback-added",
                f"the callback {name} of {pair.name} {verb}",
                READER if name in before else UNCLEAR_READER,
                (*pair.old.pointer, "callbacks", name),
                (*pair.new.pointer, "callbacks", name),
                pair.name,
                is_gone=name in before,
            )

    # --- who may call it ---------------------------------------------------------------------------

    def security(self, pair: Same) -> Iterator[Change]:
        """Which credentials open the operation."""
        before = alternatives(self.old, pair.old)
        after = alternatives(self.new, pair.new)
        old_at = self.security_place(self.old, pair.old)
        new_at = self.security_place(self.new, pair.new)
        for need in before:
            if need not in after and not any(set(each) <= set(need) for each in after):
                yield change(
                    "security-removed",
                    f"{pair.name} is no longer open with {credentials(need)}",
                    SENDER,
                    old_at,
                    new_at,
                    pair.name,
                    is_gone=True,
                )
        for need in after:
            if need not in before:
                yield change(
                    "security-added",
                    f"{pair.name} is open with {credentials(need)} now",
                    TO_BUILD,
                    old_at,
                    new_at,
                    pair.name,
                )

    def security_place(self, document: Document, operation: Operation) -> Pointer:
        """Where it is said who may call the operation."""
        return (*operation.pointer, "security") if "security" in operation.value else ("security",)

    def schemes(self) -> Iterator[Change]:
        """How the credentials themselves are sent."""
        where: Pointer = ("components", "securitySchemes")
        before = mapping(self.old.value(where) or None)
        after = mapping(self.new.value(where) or None)
        for name in before:
            first, second = mapping(before[name]), mapping(after.get(name))
            for word in ("type", "in", "name", "scheme", "openIdConnectUrl", "flows"):
                if second and first.get(word) != second.get(word):
                    yield change(
                        "security-scheme",
                        f"the credentials {name} say another {word}",
                        UNCLEAR_SENDER if word == "flows" else SENDER,
                        (*where, name, word),
                        (*where, name, word),
                    )


# --- words and small questions -----------------------------------------------------------------------


def change(
    rule: str,
    sentence: str,
    verdicts: Verdicts,
    old: Pointer,
    new: Pointer,
    operation: str = "",
    *,
    is_gone: bool = False,
) -> Change:
    """A change of an operation."""
    return Change(
        rule,
        sentence,
        verdicts,
        old,
        new,
        area="operations",
        is_gone=is_gone,
        where=(operation,) if operation else (),
    )


def is_webhook(operation: Operation) -> bool:
    """Whether the provider calls the partner here."""
    return operation.path.startswith("webhook ")


def title(operation: Operation) -> str:
    """The operation with its method and path."""
    place = f"{operation.method.upper()} {operation.path}"
    return f"{operation.id} ({place})" if operation.id else place


def identity(parameter: Parameter) -> tuple[str, str]:
    """What tells one parameter from another: header names in any case."""
    name = parameter.name.lower() if parameter.where == "header" else parameter.name
    return parameter.where, name


def spoken(parameter: Parameter) -> str:
    """A parameter in words."""
    return f"{parameter.where} parameter {parameter.name}"


def effective(parameter: Parameter, word: str) -> Any:
    """The value of a keyword of a parameter's form, its default when it is not written."""
    style = parameter.value.get(
        "style", "form" if parameter.where in ("query", "cookie") else "simple"
    )
    defaults = {"style": style, "explode": style == "form"}
    return parameter.value.get(word, defaults.get(word, False))


def media_type(name: str) -> str:
    """A media type without its spelling and its charset."""
    return re.sub(r";\s*charset=utf-8$", "", name.lower().strip())


def removed_status(code: str, left: Sequence[str]) -> Verdicts:
    """What it means that a status is answered no longer."""
    if code.startswith("2"):
        return READER
    if code == "default":
        return UNCLEAR_READER
    return Verdicts(provider="unclear") if code[:1] in "45" else UNCLEAR_READER


def added_status(code: str, known: Sequence[str]) -> Verdicts:
    """What it means that a further status may be answered."""
    if "default" in known or f"{code[:1]}XX" in known:
        return SAFE
    if code[:1] in "45" and any(each[:1] == code[:1] for each in known):
        return SAFE
    return UNCLEAR_READER


def alternatives(document: Document, operation: Operation) -> list[tuple[str, ...]]:
    """The sets of credentials, any of which opens the operation; () stands for none needed."""
    needs = operation.value.get("security", document.data.get("security"))
    found = []
    for need in needs if isinstance(needs, list) else []:
        found.append(
            tuple(
                sorted(
                    f"{name} {scope}".strip()
                    for name, scopes in mapping(need).items()
                    for scope in (scopes if isinstance(scopes, list) and scopes else [""])
                )
            )
        )
    return list(dict.fromkeys(found)) or [()]


def credentials(need: Sequence[str]) -> str:
    """A set of credentials in words."""
    return " and ".join(need) if need else "no credentials"


def texts(value: Any) -> list[Any]:
    """The value when it is a list, else an empty one."""
    return value if isinstance(value, list) else []
