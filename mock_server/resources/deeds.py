"""Operations that change something: what they do to resources, and how their answers show it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mock_server.contracts.lives import Transition
from mock_server.http.answers import Answer
from mock_server.http.conditions import matches
from mock_server.http.requests import Request
from mock_server.resources.answers import CHANGED, EXISTS, TAKEN, etag_of, path_of
from mock_server.resources.changing import merge as merged_with
from mock_server.resources.changing import patched
from mock_server.resources.handling import Handling, cause_of
from mock_server.resources.keeper import Target
from mock_server.resources.living import WRONG_STATE, asked_by
from mock_server.resources.making import Members
from mock_server.resources.queries import holds, texts_of
from mock_server.resources.reading import elements_of
from mock_server.resources.shapes import value_at, with_value
from mock_server.resources.transactions import Transaction
from mock_server.storage.resources import New, Stored


def create(handling: Handling, request: Request, target: Target, moment: Transaction) -> Answer:
    """Make a new one, under the client's key or one of ours; or one for each element of an array."""
    if handling.binding.is_many:
        return _create_many(handling, request, target, moment)
    sent = handling.sent(request)
    stored = _made(handling, request, target, moment, sent)
    resource = handling.keeper.resource
    where = path_of(resource, target.above, stored.key)
    return handling.answer(request, stored, {"Location": where} if resource.reading else {})


def _made(
    handling: Handling, request: Request, target: Target, moment: Transaction, sent: Members
) -> Stored:
    keeper, connection = handling.keeper, moment.connection
    new, last, there = keeper.new(connection, target, sent, moment.now)
    documented = {response.code for response in request.operation.responses}
    if there is not None and not there.first_day and "409" in documented and not keeper.life:
        raise handling.refusal(TAKEN, new.key)
    new = handling.living.begun(moment, keeper, target, new, sent, cause_of(request))
    if there is not None:
        keeper.change(connection, there, new)
        stored = keeper.get(connection, target._replace(key=new.key))
    else:
        stored = keeper.add(connection, target, new, last)
    handling.living.note_creation(moment, keeper, stored, cause_of(request))
    return _make_each(handling, request, target, moment, stored)


def _create_many(
    handling: Handling, request: Request, target: Target, moment: Transaction
) -> Answer:
    answer = handling.binding.answer
    listed = _listed(handling, request, moment)
    made = [
        _made(handling, request, target, moment, one)
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, Mapping)
    ]
    elements = elements_of(handling, [stored.data for stored in made])
    shown = [msgspec.json.decode(one) for one in elements]
    base = handling.answers.base(request)
    body = with_value(base.body, answer.at if answer is not None else (), shown)
    return handling.answers.written(base, body, answer, {})


def _listed(handling: Handling, request: Request, moment: Transaction) -> object:
    """Return what becomes a resource each: the elements of an array of the request, or those that an expression gives."""
    if handling.binding.made is not None:
        return handling.binding.made.value(asked_by(cause_of(request), moment))
    spot = handling.binding.request
    return value_at(request.body, spot.at) if spot is not None else None


def _make_each(
    handling: Handling, request: Request, target: Target, moment: Transaction, stored: Stored
) -> Stored:
    """Make one of another kind for each element of an array of the request; they are shown where the answer has that array."""
    living, cause, connection = handling.living, cause_of(request), moment.connection
    for keeper, way in handling.each:
        listed = value_at(request.body, way)
        inside = Target(moment.partner, target.above[: keeper.resource.above], "")
        keeper.open(connection, inside, moment.now)
        shown: list[Members] = []
        for sent in listed if isinstance(listed, list) else []:
            if not isinstance(sent, Mapping):
                continue
            new, last, _ = keeper.new(connection, inside, sent, moment.now)
            new = living.begun(moment, keeper, inside, new, sent, cause)
            new = new._replace(within=stored.number, position=len(shown))
            one = keeper.add(connection, inside, new, last)
            living.note_creation(moment, keeper, one, cause)
            shown.append(keeper.value(one))
        stored = handling.keeper.with_elements(connection, stored, way, shown)
    return stored


def put(handling: Handling, request: Request, target: Target, moment: Transaction) -> Answer:
    """Make what its path names, or replace it; where its body names it and says no name, make one."""
    keeper, connection = handling.keeper, moment.connection
    if handling.binding.named and not target.key:
        return create(handling, request, target, moment)
    found = keeper.named(connection, target)
    if _is_patch(request):
        return merge(handling, request, target, moment)
    if found is not None:
        if handling.has_etag and matches(request.headers.get("if-none-match", ""), etag_of(found)):
            raise handling.refusal(EXISTS, target.key)
        return replace(handling, request, target, moment)
    if handling.has_etag and "if-match" in request.headers:
        raise handling.refusal(CHANGED, target.key, now="not there")
    sent = handling.sent(request)
    new, last = keeper.put(connection, target, sent, moment.now)
    new = handling.living.begun(moment, keeper, target, new, sent, cause_of(request))
    stored = keeper.add(connection, target, new, last)
    handling.living.note_creation(moment, keeper, stored, cause_of(request))
    return handling.answer(request, stored, shown=handling.binding.new)


def replace(handling: Handling, request: Request, target: Target, moment: Transaction) -> Answer:
    """Replace what a client may say of it."""
    if _is_patch(request):
        return merge(handling, request, target, moment)
    found = handling.there(request, target, moment)
    sent = handling.sent(request)
    request_spot = handling.binding.request
    asked = request_spot.view if request_spot is not None else None
    new = handling.keeper.changed(found, sent, moment.now, asked)
    return _changed(handling, request, moment, found, new, sent)


def merge(handling: Handling, request: Request, target: Target, moment: Transaction) -> Answer:
    """Change some of its members."""
    found = handling.there(request, target, moment)
    before = handling.keeper.value(found)
    if _is_patch(request):
        merged = patched(before, request.body)
        new = handling.keeper.merged(found, merged, moment.now)
        return _changed(handling, request, moment, found, new, merged)
    sent = handling.sent(request)
    merged = merged_with(before, sent, handling.keeper.resource.item.view)
    new = handling.keeper.merged(found, merged, moment.now)
    return _changed(handling, request, moment, found, new, sent)


def _is_patch(request: Request) -> bool:
    return isinstance(request.body, list) and "json-patch" in request.media_type


def _changed(
    handling: Handling,
    request: Request,
    moment: Transaction,
    found: Stored,
    new: New,
    sent: Members,
) -> Answer:
    """Store a change; the state is the lifecycle's, whatever a client says of it."""
    keeper, cause = handling.keeper, cause_of(request)
    transition = _asked_for(handling, request, moment, found, sent)
    if keeper.life is not None and found.state is not None:
        shown = keeper.shown_in(keeper.read(new.data), found.state)
        new = new._replace(
            data=keeper.encoded(handling.living.valued(moment, keeper, found, shown))
        )
    keeper.change(moment.connection, found, new)
    stored = found._replace(data=new.data, version=found.version + 1)
    handling.living.note_change(moment, keeper, stored, cause, "changed")
    if transition is not None:
        stored = handling.living.fire(moment, keeper, stored, transition, cause, moment.now)
    return handling.answer(request, stored, shown=handling.binding.old)


def _asked_for(
    handling: Handling, request: Request, moment: Transaction, found: Stored, sent: Members
) -> Transition | None:
    """Return the transition that a change asks for: the one to the state that it names, or whose guard it fulfils.

    Raises Problem for a state that nothing leads to from here.
    """
    life = handling.keeper.life
    if life is None:
        return None
    asked = value_at(sent, life.state) if life.state is not None else None
    if asked == found.state:
        return None
    fitting = [one for one in handling.moves if (one.guard if asked is None else one.to == asked)]
    cause = cause_of(request)
    transition = handling.living.possible(moment, handling.keeper, found, fitting, cause)
    if transition is None and asked is not None and asked in life.states and handling.moves:
        raise _wrong_state(handling, request, found)
    return transition


def act(handling: Handling, request: Request, target: Target, moment: Transaction) -> Answer:
    """Move it along the transitions that the operation causes. Raises Problem where none is possible.

    What has no life is shown as it is; where it is not there, and the contract has no answer for that, as the example is.
    """
    if not handling.moves and not handling.may_act(target, moment):
        resource = handling.keeper.resource
        return handling.answers.of(request, resource, handling.binding, None, {})
    found = handling.there(request, target, moment)
    stored = _moved(handling, request, moment, found) if handling.moves else found
    return handling.answer(request, stored)


def remove(handling: Handling, request: Request, target: Target, moment: Transaction) -> Answer:
    """Remove it, and show it once more where the contract wants that; where it has a life for that, move it."""
    found = handling.there(request, target, moment)
    if handling.moves:
        found = _moved(handling, request, moment, found)
    else:
        handling.keeper.remove(moment.connection, target, found)
        handling.living.note_change(moment, handling.keeper, found, cause_of(request), "removed")
    value = handling.keeper.value(found)
    return handling.answers.of(request, handling.keeper.resource, handling.binding, value, {})


def clear(handling: Handling, request: Request, target: Target, moment: Transaction) -> Answer:
    """Remove all, or those that filters or keys choose."""
    keeper, keys = handling.keeper, handling.keys(request)
    filters = handling.query.read(request.parameters).filters
    for stored in list(keeper.every(moment.connection, target, texts_of(filters))):
        if (keys is None or stored.key in keys) and holds(keeper.value(stored), filters):
            keeper.remove(moment.connection, target, stored)
            handling.living.note_change(moment, keeper, stored, cause_of(request), "removed")
    return handling.answers.of(request, keeper.resource, handling.binding, None, {})


def _moved(handling: Handling, request: Request, moment: Transaction, found: Stored) -> Stored:
    cause = cause_of(request)
    transition = handling.living.possible(moment, handling.keeper, found, handling.moves, cause)
    if transition is None:
        raise _wrong_state(handling, request, found)
    return handling.living.fire(moment, handling.keeper, found, transition, cause, moment.now)


def _wrong_state(handling: Handling, request: Request, found: Stored) -> Exception:
    operation = request.operation.id
    return handling.refusal(WRONG_STATE, found.key, state=found.state or "", operation=operation)
