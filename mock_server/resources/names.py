"""Names as contracts spell them: which member a template means, what a parameter is for, when something was made.

`pet_id`, `petId` and `PetID` are one name here. Nothing else about a name counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import Final


@lru_cache(maxsize=16_384)
def plain(name: str) -> str:
    """Return a name without case and signs: equal for spellings of one name."""
    return re.sub(r"[^0-9a-z]", "", name.lower())


def singular(word: str) -> str:
    """Return one of what an English plural names: `policies` are each a `policy`."""
    for ending, one in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.lower().endswith(ending):
            return word[: -len(ending)] + one
    return word[:-1] if re.search("[^su]s$", word.lower()) else word


def members_of_template(template: str, collection: str) -> Iterator[str]:
    """Yield the plain names of the members that a template of a path may mean, the likeliest first.

    `collection` is the segment before it: `petId` below `pets` is `petid`, then `id`.
    """
    whole, kind = plain(template), plain(singular(collection))
    yield whole
    if kind and whole.startswith(kind) and whole != kind:
        yield whole[len(kind) :]
    last = plain(re.split(r"[_\-.]|(?<=[a-z])(?=[A-Z])", template)[-1])
    if last != whole:
        yield last
    if last in ("ipv4", "ipv6"):
        yield "ip"
    ending = next((end for end in _IDENTIFYING if whole.endswith(end)), None)
    if ending is not None:
        yield ending
    yield from ("id", f"{kind}id")


def naming_above(path: str, count: int) -> dict[str, int]:
    """Return the plain names of members that name what something is in, with the number of the template in its path.

    Of `/orgs/{id}/projects/{projectId}` that is `orgid`; a template that says no more than `id` is no name of a member.
    """
    found: dict[str, int] = {}
    kind, number = "", 0
    for segment in path.split("/"):
        template = re.fullmatch(r"\{(.+)\}.*", segment)
        if template is None:
            kind = plain(singular(segment))
            continue
        if number >= count:
            break
        whole = plain(template[1])
        ending = next((end for end in _IDENTIFYING if whole == end), None)
        for name in (f"{kind}{whole}",) if ending is not None else (whole, f"{kind}id"):
            found[name] = number
        number += 1
    return found


_IDENTIFYING: Final = (
    "uuid", "guid", "sid", "id", "number", "name", "slug", "key", "code", "reference", "ref",
)  # fmt: skip


class Moment(Enum):
    """What an instant of a resource tells."""

    CREATED = "created"
    UPDATED = "updated"


@lru_cache(maxsize=16_384)
def moment_of(name: str) -> Moment | None:
    """Return what an instant of this name tells, None when it is about something else."""
    match = _MOMENT.fullmatch(plain(name))
    if match is None:
        return None
    return Moment.CREATED if match[1] else Moment.UPDATED


_MOMENT: Final = re.compile(
    r"(?:date|time|timestamp)?(?:(created|creation|create|inserted|added|registered|submitted|posted|received)|"
    r"(?:last)?(?:updated|update|modified|modification|changed|statusupdate))(?:at|on|date|datetime|time|timestamp|timeutc|utc|dateutc)?"
)


class Paging(Enum):
    """What a parameter of a list is for."""

    LIMIT = "limit"
    OFFSET = "offset"
    PAGE = "page"
    CURSOR = "cursor"
    BEFORE = "before"
    SORT = "sort"
    ORDER = "order"


def paging_of(name: str) -> Paging | None:
    """Return what a parameter of this name is for, None when it is no word of paging."""
    return _PAGING.get(plain(name))


def _table(words: dict[Paging, str]) -> dict[str, Paging]:
    return {word: use for use, listed in words.items() for word in listed.split()}


_PAGING: Final = _table(
    {
        Paging.LIMIT: "limit perpage pagesize pagelimit maxresults maxitems maxrecords resultsperpage top take",
        Paging.OFFSET: "offset skip startindex start",
        Paging.PAGE: "page pagenumber pageno pageindex",
        Paging.CURSOR: "cursor after startingafter pagetoken nexttoken nextcursor marker nextpagetoken continuationtoken",
        Paging.BEFORE: "before endingbefore previouscursor prevcursor",
        Paging.SORT: "sort sortby orderby ordering",
        Paging.ORDER: "order direction sortorder sortdirection sortdir",
    }
)


class Told(Enum):
    """What a member beside a list tells of it."""

    TOTAL = "total"
    COUNT = "count"
    LIMIT = "limit"
    OFFSET = "offset"
    PAGE = "page"
    PAGES = "pages"
    MORE = "more"
    NEXT = "next"
    PREVIOUS = "previous"


def told_of(name: str) -> Told | None:
    """Return what a member of this name tells of the list beside it, None when it is no word of paging."""
    return _TOLD.get(plain(name))


_TOLD: Final = {
    word: what
    for what, listed in {
        Told.TOTAL: "total totalcount totalitems totalresults totalrecords totalelements itemcount",
        Told.COUNT: "count size itemsperpage numberofelements resultcount",
        Told.LIMIT: "limit perpage pagesize",
        Told.OFFSET: "offset skip start startindex",
        Told.PAGE: "page pagenumber currentpage",
        Told.PAGES: "pages totalpages pagecount lastpage",
        Told.MORE: "hasmore hasnext hasnextpage more",
        Told.NEXT: "next nextcursor nextpage nexttoken nextpagetoken nextmarker cursor nextpageuri nexturl nextlink",
        Told.PREVIOUS: "previous prev prevcursor previouscursor previouspage prevpage previouspageuri",
    }.items()
    for word in listed.split()
}
