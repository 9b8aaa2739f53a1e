"""Whether what is made is kept: each check plays one property with one kind of resource.

A check raises Broken where the property is broken, and Unable where it cannot be judged, or the contract leaves open
what was seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from contract_tests.generation.values import leaves
from contract_tests.http.partners import Caller
from contract_tests.judging import life_catalogue as catalogue
from contract_tests.reading.contract import NOBODY
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.resources import Does, Resource, value_at
from contract_tests.reading.spellings import words_of
from contract_tests.scenarios.resources.claims import is_told_as_removed, lost, seen_in
from contract_tests.scenarios.resources.lists import listed
from contract_tests.scenarios.resources.player import Made, Player, Unable
from contract_tests.scenarios.resources.showing import (
    changed,
    claims,
    require_shown,
    require_there,
    varied,
)

Check = Callable[[Player, Resource], None]
_HOUR = 3600


def is_read(player: Player, resource: Resource) -> None:
    """What was created can be read, holds what was sent, and reading changes nothing."""
    made = player.make(resource)
    asked = player.read(made)
    if asked.reply.status // 100 != 2:
        raise player.breaks(asked, catalogue.CREATED, resource, "200 with what was created")
    require_shown(player, made, claims(player, made), asked, catalogue.HOLDS)
    again = player.read(made)
    require_shown(player, made, claims(player, made), again, catalogue.STEADY)
    moved = _moved(player.shown(made, asked), player.shown(made, again))
    if moved is not None:
        raise player.breaks(again, catalogue.STEADY, resource, "what was read before", moved)
    deed, known = resource.maker, claims(player, made)
    if deed is not None:
        other = player.make(resource, change=lambda body: varied(player, deed, body, known))
        require_shown(player, other, claims(player, other), player.read(other), catalogue.HOLDS)


def _moved(before: object, after: object) -> str | None:
    """Return which instant of a creation is another one at the next read, in words."""
    known = dict(leaves(after))
    for path, value in leaves(before):
        is_created = bool(path) and words_of(str(path[-1]))[:1] == ("created",)
        if is_created and isinstance(value, str) and known.get(path, value) != value:
            return f"{'.'.join(map(str, path))} was {value!r:.80}, and is {known[path]!r:.80}"
    return None


def is_listed(player: Player, resource: Resource) -> None:
    """The list has what was created, once, however much there is already."""
    if resource.deed(Does.LIST) is None:
        raise Unable(f"no list of {resource.name} is known")
    several = player.session.plan.effort.pick(2, 12, 40)
    made = [player.make(resource) for _ in range(several)][-1]
    found = listed(player, resource, made.above)
    if found is None:
        raise Unable(f"the list of {resource.name} cannot be read")
    count = len(found.of(resource, made.key) or found.of(resource, _key_shown(player, made)))
    if count > 1 or (count == 0 and found.is_whole):
        came = f"{count} elements with the key {made.key} among {len(found.elements)}"
        raise player.breaks(
            found.asked, catalogue.LISTED, resource, "one element with its key", came
        )


def _key_shown(player: Player, made: Made) -> str:
    """Return the key as a read shows it: a server may write the one that a client chose in its own letters."""
    shown = value_at(player.shown(made, player.read(made)), made.resource.key)
    return made.key if shown is None else str(shown)


def has_own_id(player: Player, resource: Resource) -> None:
    """Each of several creations has an id of its own."""
    made = [player.make(resource) for _ in range(3)]
    keys = [one.key for one in made]
    twice = next((one for one in made if keys.count(one.key) > 1 and not one.is_named), None)
    if twice is not None:
        came = f"the ids of three are {', '.join(keys)}"
        asked = player.read(twice)
        raise player.breaks(asked, catalogue.OWN_ID, resource, "an id of its own for each", came)


def is_unknown(player: Player, resource: Resource) -> None:
    """What nobody made is not found."""
    made = player.make(resource)
    made.key, made.is_awaited = unlike(made.key), False
    asked = player.read(made)
    if 200 <= asked.reply.status < 300:
        raise player.breaks(asked, catalogue.UNKNOWN, resource, "404")


def remembers_nothing(player: Player, made: Made) -> bool:
    """Whether a server answers by examples alone: one id for all, the same under any, and nothing of what was sent."""
    known = claims(player, made)
    if not known or len(lost(known, player.shown(made, player.read(made)))) < len(known):
        return False
    if made.is_named or player.make(made.resource).key != made.key:
        return False
    other = replace(made, key=unlike(made.key), is_awaited=False)
    return player.read(other).reply.status // 100 == 2


def unlike(key: str) -> str:
    """Return a key of the same form that nobody has."""
    if key.lstrip("-").isdigit():
        return str(int(key) + 900_000_007)
    if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", key):
        return NOBODY
    return f"{key[:-4]}zzq9" if len(key) > 8 else f"{key}zzq9"


# -- removal -------------------------------------------------------------------------------------------


def is_removed(player: Player, resource: Resource) -> None:
    """What was removed cannot be read, no list has it, it stays so, and nothing else is removed."""
    deed = resource.deed(Does.REMOVE)
    if deed is None or _moves(resource, deed.operation.id):
        raise Unable(f"nothing removes a {resource.name}")
    made, other = player.make(resource), player.make(resource, above=None)
    is_there = other.key != made.key and player.read(other).reply.status == 200
    before = player.shown(made, player.read(made))
    changed(player, made, Does.REMOVE, None, catalogue.REMOVED)
    stays = is_told_as_removed(before, player.shown(made, player.read(made)))
    if not stays:
        _require_gone(player, made, catalogue.REMOVED)
    again = player.send(made, Does.REMOVE)
    if is_there:
        require_there(player, other, again, catalogue.REPEATED)
    third = player.make(resource)
    if not third.is_named and third.key == made.key:
        asked = player.read(third)
        raise player.breaks(
            asked, catalogue.OWN_ID, resource, "an id that was not given before", made.key
        )
    player.session.advance(player.story, _HOUR)
    if not stays and third.key != made.key:  # else one of its name is there again
        _require_gone(player, made, catalogue.GONE)


def _moves(resource: Resource, operation: str) -> bool:
    life = resource.life
    return life is not None and any(one.operation == operation for one in life.transitions)


def _require_gone(player: Player, made: Made, requirement: Requirement) -> None:
    resource = made.resource
    asked = player.read(made)
    if 200 <= asked.reply.status < 300:
        raise player.breaks(asked, requirement, resource, "404")
    found = listed(player, resource, made.above)
    if found is not None and found.of(resource, made.key):
        came = f"the list has {made.key}"
        raise player.breaks(found.asked, requirement, resource, "a list without it", came)


# -- others --------------------------------------------------------------------------------------------


def is_own(player: Player, resource: Resource) -> None:
    """Another partner neither sees nor changes it."""
    if Caller.SECOND not in player.session.callers:
        raise Unable("there is no second partner")
    if not (resource.is_declared or player.session.freedom.strict):
        raise Unable("the contract leaves open whose its resources are")
    if not resource.read.operation.secured:
        raise Unable("nobody has to say who asks")
    made = player.make(resource)
    known = claims(player, made)
    if not made.texts or not known:
        raise Unable(f"no text of a {resource.name} tells it from others")
    asked = player.read(made, Caller.SECOND)
    if asked.reply.status == 200 and not lost(known, player.shown(made, asked)):
        raise player.breaks(asked, catalogue.PARTNER, resource, "404")
    found = listed(player, resource, made.above, Caller.SECOND)
    for one in found.of(resource, made.key) if found is not None else ():
        common = seen_in(known, one)
        if found is not None and common and not lost(common, one):
            raise player.breaks(found.asked, catalogue.PARTNER, resource, "a list without it")
    if resource.deed(Does.REMOVE) is not None:
        theirs = Made(resource, Caller.SECOND, made.above, made.key, None, made.reply)
        asked = player.send(theirs, Does.REMOVE)
        require_there(player, made, asked, catalogue.PARTNER)


def is_inside(player: Player, resource: Resource) -> None:
    """What is made in one is not listed in another."""
    if resource.within is None or resource.deed(Does.LIST) is None:
        raise Unable(f"{resource.name} are in nothing, or are not listed")
    outer = next(one for one in player.resources if one.path == resource.within)
    other, made = player.make(outer), player.make(resource)
    above = (*other.values, *made.above[len(other.values) :])
    found = listed(player, resource, above)
    for one in found.of(resource, made.key) if found is not None else ():
        known = seen_in(claims(player, made), one)
        if found is not None and made.texts and known and not lost(known, one):
            raise player.breaks(found.asked, catalogue.INSIDE, resource, "a list without it")


CHECKS: tuple[Check, ...] = (
    is_read,
    is_listed,
    has_own_id,
    is_unknown,
    is_removed,
    is_own,
    is_inside,
)
