"""Which requests of a story have to be sent again to see what was found: what only looked is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from contract_tests.generation.values import leaves
from contract_tests.http.messages import Exchange, Reply
from contract_tests.judging import catalogue, life_catalogue
from contract_tests.reading.requirements import Requirement

_OF_LOOKS = frozenset(
    {
        catalogue.STATE_FINAL, catalogue.STATE_UNIT, catalogue.STATE_ORDER, catalogue.STATE_LIVENESS,
        catalogue.RESULT_SAME_ANSWER, catalogue.STATUS_OVERALL, life_catalogue.STEADY,
    }
)  # fmt: skip
"""What several looks at one thing show."""
_OF_ONE_ANSWER = frozenset(
    {
        catalogue.ANSWER_ACCEPT, catalogue.ANSWER_DOCUMENTED, catalogue.ERROR_FORM, catalogue.ERROR_POINTERS,
        catalogue.FILTER_ITEMS, catalogue.FILTER_OVERALL, catalogue.FILTER_SPELLING, catalogue.FILTER_UNKNOWN,
        catalogue.PATH_UNKNOWN_ID, catalogue.PATH_MALFORMED_ID, catalogue.PATH_OTHER_KIND, catalogue.PATH_METHOD,
        catalogue.PATH_UNDECLARED, catalogue.ACCESS_TOKEN, catalogue.ACCESS_PARTNER_STATUS,
    }
)  # fmt: skip
"""What the last answer shows alone, whatever was looked at before."""

_OF_ONE_THING = frozenset(
    {
        life_catalogue.CREATED, life_catalogue.HOLDS, life_catalogue.REPLACED, life_catalogue.WHOLE,
        life_catalogue.MERGED, life_catalogue.PARTIAL, life_catalogue.REMOVED, life_catalogue.GONE,
        life_catalogue.PRECONDITION,
    }
)  # fmt: skip
"""What an answer about one thing shows, whatever else was made beside it."""


def needed(exchanges: Sequence[Exchange], requirement: Requirement) -> tuple[Exchange, ...]:
    """Return the exchanges that show a finding; one that was waited for says for how long."""
    if requirement in _OF_LOOKS:
        return tuple(exchanges)
    if requirement in _OF_ONE_THING:
        exchanges = list(_about_the_last(exchanges))
    return tuple(_without_looks(exchanges, alone=requirement in _OF_ONE_ANSWER))


def _about_the_last(exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
    """Yield the exchanges that have to do with what the last one is about: what made it or holds it, and what changed it."""
    *before, last = exchanges
    path = last.request.path.partition("?")[0]
    names = {unquote(part) for part in path.split("/")} - {""}
    made = {id(one) for one in before if one.reply and names & _told(one.reply)}
    if not made:
        yield from exchanges  # it is about a list
        return
    tags = {text for one in exchanges for text in one.request.headers.values()}
    for one in before:
        about = id(one) in made or one.request.path.partition("?")[0].startswith(path)
        looks = one.request.method == "GET" and not (one.reply and _tag(one.reply) in tags)
        if one.control or (about and not looks):
            yield one
    yield last


def _tag(reply: Reply) -> str | None:
    return reply.headers.get("etag")


def _told(reply: Reply) -> set[str]:
    """Return what an answer says it has made: all values in it, and where it leads to."""
    if reply.status // 100 != 2:
        return set()
    location = unquote(reply.headers.get("location", "").rstrip("/").rpartition("/")[2])
    try:
        return {location, *(str(value) for _, value in leaves(reply.json()))} - {""}
    except ValueError:
        return {location} - {""}


def _without_looks(exchanges: Sequence[Exchange], *, alone: bool) -> Iterator[Exchange]:
    before: Exchange | None = None
    left_out = False
    for one, following in zip(exchanges, [*exchanges[1:], None], strict=True):
        looks = one.request.method == "GET" and not one.control and following is not None
        if looks and (alone or (following is not None and following.request == one.request)):
            left_out = True
            continue
        waited = one.at - before.at if left_out and before is not None else 0.0
        yield replace(one, waited=waited) if waited else one
        before, left_out = one, False
