"""Whether changes are kept: replacements, changes of some members, and changes under a condition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from contract_tests.generation.representations import Maker, is_free, least
from contract_tests.generation.values import drop
from contract_tests.judging import life_catalogue as catalogue
from contract_tests.reading.resources import Does, Resource, schema_at, value_at
from contract_tests.reading.schemas import Path, folded, kinds, members
from contract_tests.scenarios.resources.claims import is_certain, is_same, lost
from contract_tests.scenarios.resources.naming import with_member
from contract_tests.scenarios.resources.player import Made, Player, Unable
from contract_tests.scenarios.resources.showing import (
    changed,
    claims,
    claims_by,
    others,
    require_kept,
    require_shown,
    root_of,
    varied,
    with_key,
)

_MOST = {"text": 2}  # members of a kind that are changed; of any other kind one


def is_replaced(player: Player, resource: Resource) -> None:
    """A replacement shows, in reads and in the list; of what was there before, nothing is left."""
    deed = resource.deed(Does.REPLACE)
    if deed is None:
        raise Unable(f"nothing replaces a {resource.name}")
    made = player.make(resource)
    body, _ = player.body(deed)
    body = with_key(player, made, varied(player, deed, body, claims(player, made)))
    left_out = _left_out(player, made, body)
    for path in left_out:
        body = drop(body, path)
    dropped = _never_kept(player, made)
    asked = changed(player, made, Does.REPLACE, body, catalogue.REPLACED)
    new = claims_by(player, resource, deed, body)
    new = {path: value for path, value in new.items() if path not in dropped}
    asked = require_kept(player, made, new, catalogue.REPLACED)
    shown, before = player.shown(made, asked), claims(player, made)
    for path in left_out:
        place = path[len(deed.sent or ()) :]
        value = value_at(shown, place)
        if value is not None and is_same(value, before[place]):
            came = f"{'.'.join(map(str, place))} is still {value!r:.80}"
            raise player.breaks(
                asked, catalogue.WHOLE, resource, "what was sent, and no more", came
            )
    changed(player, made, Does.REPLACE, body, catalogue.REPEATED)
    require_kept(player, made, new, catalogue.REPEATED)


def _never_kept(player: Player, made: Made) -> list[Path]:
    """Return the members that were not kept at its creation either, which is told elsewhere; none where nothing is kept."""
    known = claims(player, made)
    missing = lost(known, player.shown(made, player.read(made)))
    return missing if len(missing) < len(known) else []


def _left_out(player: Player, made: Made, body: Any) -> list[Path]:
    """Return the members that a replacement may lack, and that what is replaced has."""
    deed = made.resource.deeds[Does.REPLACE]
    maker = player.maker(deed.operation)
    root = deed.sent or ()
    before = claims(player, made)
    if maker is None or (made.resource.is_once and not _is_whole(maker, root)):
        return []
    found: list[Path] = []
    texts = {path[len(root_of(made)) :] for path in made.texts}  # what stands nowhere else
    for path, value in before.items():
        if len(path) > 1:
            continue  # what an object within becomes is another question
        if path not in texts and not (
            isinstance(value, str) and _is_made_up(maker, (*root, *path))
        ):
            continue
        place = (*root, *path)
        names = place
        inner = schema_at(maker.schema, names[:-1])
        there = value_at(body, names) is not None
        optional = names[-1] in members(inner) and names[-1] not in folded(inner).get(
            "required", ()
        )
        is_always_shown = path[-1] in folded(made.resource.schema).get("required", ())
        by_default = not value or "default" in folded(schema_at(inner, names[-1:]))
        if is_always_shown:
            continue  # without it no answer would fit
        if there and optional and not by_default and maker.is_valid(drop(body, place)):
            body = drop(body, place)
            found.append(place)
    return found


def _is_made_up(maker: Maker, place: Path) -> bool:
    """Whether nothing in a schema says what a text may be, so that no server comes to the same by itself."""
    known = folded(schema_at(maker.schema, place))
    return not {"example", "examples", "default"} & known.keys() and is_free(known)


def _is_whole(maker: Maker, root: Path) -> bool:
    """Whether a request is of a whole representation: some of its members are required."""
    return bool(folded(schema_at(maker.schema, root)).get("required"))


def is_merged(player: Player, resource: Resource) -> None:
    """A change of one member shows, and leaves the others; so does the next one."""
    if resource.deed(Does.MERGE) is None:
        raise Unable(f"nothing changes members of a {resource.name}")
    beside = None if resource.is_once else player.make(resource)
    theirs = _kept(player, beside) if beside is not None else {}
    made = player.make(resource)
    kept = _kept(player, made)
    for body, place, text in _merges(player, made):
        changed(player, made, Does.MERGE, body, catalogue.MERGED)
        asked = require_kept(player, made, {place: text}, catalogue.MERGED)
        sent = {path for path in kept if _is_in(body, resource, path)}
        kept = {path: value for path, value in kept.items() if path not in sent}
        require_shown(player, made, kept, asked, catalogue.PARTIAL)
        kept[place] = text
    if beside is not None and beside.key != made.key:
        require_shown(player, beside, theirs, player.read(beside), catalogue.ALONE)
    for place in _clearable(player, resource):
        text, root = player.text(), resource.deeds[Does.MERGE].sent or ()
        changed(player, made, Does.MERGE, _alone((*root, *place), text), catalogue.MERGED)
        require_shown(player, made, {place: text}, player.read(made), catalogue.MERGED)
        changed(player, made, Does.MERGE, _alone((*root, *place), None), catalogue.MERGED)
        asked = player.read(made)
        if value_at(player.shown(made, asked), place) == text:
            came = f"{'.'.join(map(str, place))} is still {text!r:.80}"
            raise player.breaks(asked, catalogue.MERGED, resource, "null, or no such member", came)


def _kept(player: Player, made: Made) -> dict[Path, Any]:
    """Return what something shows of what it was made with."""
    known = claims(player, made)
    missing = lost(known, player.shown(made, player.read(made)))
    return {path: value for path, value in known.items() if path not in missing}


def _clearable(player: Player, resource: Resource) -> Sequence[Path]:
    """Return places in a representation of texts that a change may take away, by null."""
    deed = resource.deeds[Does.MERGE]
    maker, root = player.maker(deed.operation), deed.sent or ()
    if maker is None:
        return []
    known = {name: folded(one) for name, one in members(schema_at(maker.schema, root)).items()}
    return [
        (name,)
        for name, one in known.items()
        if "null" in kinds(one)
        and is_free(one)
        and is_certain(resource, one, (name,), player.text())
        and maker.is_valid(_alone((*root, name), None))
        and maker.is_valid(_alone((*root, name), player.text()))
    ][:1]


def _alone(place: Path, value: object) -> Any:
    """Return a body that has one member only."""
    for name in reversed(place):
        value = {name: value}
    return value


def _is_in(body: object, resource: Resource, path: Path) -> bool:
    root = resource.deeds[Does.MERGE].sent or ()
    return value_at(body, (*root, *path)) is not None


def _merges(player: Player, made: Made) -> list[tuple[Any, Path, Any]]:
    """Return bodies that change one member each, with its place in a representation: texts, and one of each other kind.

    Raises Unable.
    """
    deed = made.resource.deeds[Does.MERGE]
    maker, root = player.maker(deed.operation), deed.sent or ()
    found = []
    count = Counter[str]()
    for kind, path, text in _changes(player, made):
        if count[kind] == _MOST.get(kind, 1):
            continue
        body = _alone((*root, *path), text)
        if maker is not None and not maker.is_valid(body):
            body = _with_what_is_required(maker, (*root, *path), text)
            if body is None:
                continue
            body = with_key(player, made, body, Does.MERGE)
        count[kind] += 1
        found.append((body, path, text))
    if not found:
        raise Unable(f"no member of a {made.resource.name} can be changed alone")
    return found


def _with_what_is_required(maker: Maker, place: Path, value: object) -> Any:
    """Return a body with a member and with those that may not lack; None where no such is known."""
    plain = maker.plain()
    if plain is None or value_at(plain, place) is None:
        return None
    body = with_member(least(plain, maker.schema), place, value)
    return body if value_at(body, place) is not None and maker.is_valid(body) else None


def _changes(player: Player, made: Made) -> Iterator[tuple[str, Path, object]]:
    """Yield kinds of members with their places in a representation, each with another value than is there."""
    deed = made.resource.deeds[Does.MERGE]
    maker, root = player.maker(deed.operation), deed.sent or ()
    texts = _changeable(player, made)
    yield from (("text", path, player.text()) for path in texts)
    for path, value in claims(player, made).items():
        if maker is None:
            return
        known = folded(schema_at(maker.schema, (*root, *path)))
        if path not in texts and known:
            kind = "listed" if "enum" in known else type(value).__name__
            yield from ((kind, path, one) for one in list(others(path, value, known))[:2])


def _changeable(player: Player, made: Made) -> list[Path]:
    """Return the places in a representation where a client may write what it likes."""
    texts = [path[len(root_of(made)) :] for path in made.texts]
    known = claims(player, made)
    return [path for path in texts if path in known]


def is_conditional(player: Player, resource: Resource) -> None:
    """A change under the entity tag of what is there no more is refused."""
    does = Does.MERGE if resource.deed(Does.MERGE) is not None else Does.REPLACE
    deed = resource.deed(does)
    documented = {one.code for one in deed.operation.responses} if deed is not None else set()
    named = deed is not None and any(
        one.name.lower() == "if-match" for one in deed.operation.parameters
    )
    if deed is None or not (named or "412" in documented):
        raise Unable(f"no condition of a change of {resource.name} is documented")
    made = player.make(resource)
    tag = player.read(made).reply.headers.get("etag")
    if tag is None:
        raise Unable(f"a read of {resource.name} has no entity tag")
    bodies = [body for body, _, _ in _merges(player, made)] if does is Does.MERGE else []
    while len(bodies) < 2:
        bodies.append(
            with_key(player, made, player.body(deed)[0]) if does is Does.REPLACE else bodies[0]
        )
    first = player.send(made, does, bodies[0], {"If-Match": tag})
    if first.reply.status // 100 != 2:
        raise Unable(f"a change of {resource.name} under its own entity tag was refused")
    second = player.send(made, does, bodies[1], {"If-Match": tag})
    if second.reply.status // 100 == 2:
        raise player.breaks(second, catalogue.PRECONDITION, resource, "412")


CHECKS = (is_replaced, is_merged, is_conditional)
