"""The addresses of a service, and what their variables stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openapi_documents import Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.addresses import Servers, is_named, servers_at, whole_addresses
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import BOTH, SAFE, UNCLEAR
from spec_review.diff.versions import Versions
from spec_review.reading.values import elements, mapping


def server_changes(versions: Versions, pairs: Sequence[OperationPair]) -> Iterator[Change]:
    """Servers of the document that are no longer named, or are new."""
    before, after = servers_at(versions.old, ()) or {}, servers_at(versions.new, ()) or {}
    is_moved = bool(before) and before.keys() != after.keys() and all(map(keeps_addresses, pairs))
    yield from address_changes(versions, before, after, (), is_moved=is_moved)
    yield from variable_changes(versions, (), ())


def operation_server_changes(pair: OperationPair) -> Iterator[Change]:
    """Servers of an operation or its path that are no longer named, or are new."""
    versions = pair.versions
    for old, new in (
        (pair.old.pointer, pair.new.pointer),
        (pair.old.operation.item, pair.new.operation.item),
    ):
        before, after = servers_at(versions.old, old), servers_at(versions.new, new)
        if before is not None or after is not None:
            first = before if before is not None else servers_at(versions.old, ()) or {}
            second = after if after is not None else servers_at(versions.new, ()) or {}
            yield from address_changes(
                versions, first, second, (pair.name,), is_moved=keeps_addresses(pair)
            )
            yield from variable_changes(versions, old, new)


def keeps_addresses(pair: OperationPair) -> bool:
    """Whether every address of the old operation is one of the new."""
    if pair.new.is_webhook:
        return True
    before = whole_addresses(pair.versions.old, pair.old)
    return before <= whole_addresses(pair.versions.new, pair.new)


def address_changes(
    versions: Versions,
    before: Servers,
    after: Servers,
    operations: tuple[str, ...],
    *,
    is_moved: bool,
) -> Iterator[Change]:
    """Addresses that are gone, and those that are new."""
    gone = [url for url in before if not is_named(url, after)]
    fresh = [url for url in after if url not in before]
    about = f" for {operations[0]}" if operations else ""
    for url in gone:
        instead = f"; {', '.join(fresh)} instead" if fresh else ""
        is_variable = any(before[url] == before[other] for other in before if other in after)
        verdicts = SAFE if is_moved else BOTH if is_variable else UNCLEAR
        yield Change(
            "server-removed", f"the server {url} is no longer named{about}{instead}", verdicts,
            before[url], same_server(before[url], after), "operations",
            is_removed=True, operations=operations,
        )  # fmt: skip
    for url in fresh if not gone else ():
        yield Change(
            "server-added", f"the server {url} is new{about}", SAFE, (*after[url][:-2], "servers"),
            after[url], "operations", operations=operations,
        )  # fmt: skip


def same_server(place: Pointer, after: Servers) -> Pointer:
    """The server that stands in the same place of the new list, else the list."""
    if place in after.values():
        return place
    return next((other[:-1] for other in after.values() if other), ("servers",))


def variable_changes(versions: Versions, old: Pointer, new: Pointer) -> Iterator[Change]:
    """Variables whose usual value is another now."""
    servers = zip(
        elements(versions.old.value((*old, "servers"))),
        elements(versions.new.value((*new, "servers"))),
        strict=False,
    )
    for index, (first, second) in enumerate(servers):
        was, now = (
            mapping(mapping(first).get("variables")),
            mapping(mapping(second).get("variables")),
        )
        for name in was:
            before, after = mapping(was[name]).get("default"), mapping(now.get(name)).get("default")
            if name in now and before != after:
                yield Change(
                    "server-variable",
                    f"the variable {name} of the server is {after} now where nobody says otherwise, it was {before}",
                    UNCLEAR,
                    (*old, "servers", index, "variables", name, "default"),
                    (*new, "servers", index, "variables", name, "default"),
                    "operations",
                )
