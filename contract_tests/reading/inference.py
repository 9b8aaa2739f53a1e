"""Which resources a contract has, as far as its paths, methods and schemas make that certain, or its words say so.

Read with code of the judge's own. What is not certain is left out: nobody is blamed for a guess (docs/resources.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from contract_tests.reading.contract import Contract, Media, Operation
from contract_tests.reading.lives import Life
from contract_tests.reading.resources import Deed, Does, Resource, Way, schema_at, way_of
from contract_tests.reading.schemas import Schema, folded, kinds, members
from contract_tests.reading.spellings import key_names, one_of_many, same, words_of
from openapi_documents import DocumentError

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
_ONE = re.compile(r"(?P<above>.*)/\{(?P<template>[^/{}]+)\}")
_LINKED = re.compile(r"\$response\.body#(/.+)")
_DOES = {"GET": Does.READ, "PUT": Does.REPLACE, "PATCH": Does.MERGE, "DELETE": Does.REMOVE}
_WITH_BODY = frozenset(
    {Does.REPLACE, Does.MERGE}
)  # without one, nobody can say what should be kept


def resources_of(contract: Contract) -> list[Resource]:
    """Return the resources of a contract, those first that others are in."""
    found = {one.path: one for one in _Inference(contract).resources()}
    for path, one in found.items():
        found[path] = replace(one, within=_outer(path, found))
    return sorted(found.values(), key=lambda one: one.path.count("/"))


def singletons_of(contract: Contract) -> list[Resource]:
    """Return what is there once, or once in a resource: it is read, and replaced or changed, under a path of its own."""
    inference = _Inference(contract)
    known = {one.path for one in inference.resources()}
    return [replace(one, within=_outer(one.path, known)) for one in inference.singletons()]


def _outer(path: str, known: Iterable[str]) -> str | None:
    """Return the nearest of some resources that what stands at a path is in."""
    below = _without_names(path)
    above = [one for one in known if below.startswith(f"{_without_names(one)}/")]
    return max(above, key=len, default=None)


@dataclass(frozen=True)
class _Place:
    """A path that names one of something, and the path of all of them."""

    path: str
    template: str
    above: str
    one: Mapping[str, Operation]
    many: Mapping[str, Operation]

    @property
    def collection(self) -> str:
        """Return the last segment of the path of all."""
        literal = [part for part in self.above.split("/") if part and "{" not in part]
        return literal[-1] if literal else ""


class _Inference:
    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._by_path: dict[str, dict[str, Operation]] = {}
        batches = {one.id for one in _of_batches(contract)}
        for one in contract.operations:
            if one.id not in batches:
                self._by_path.setdefault(one.path, {})[one.method] = one
        self._places = list(self._found_places())
        self._lives = dict(self._found_lives())

    def resources(self) -> Iterator[Resource]:
        for place in self._places:
            try:
                found = self._resource(place, self._lives.get(place.path))
            except (DocumentError, RecursionError):
                continue  # what cannot be read says nothing
            if found is not None:
                yield found

    def singletons(self) -> Iterator[Resource]:
        """Yield what is there once: its reads and its changes speak of the same members.

        What needs a parameter to be told which one is meant may be there several times.
        """
        for path, deeds in self._by_path.items():
            if not {"PUT", "PATCH"} & deeds.keys() or "GET" not in deeds or "POST" in deeds:
                continue
            is_asked_for = any(
                one.required and one.where == "query" for one in deeds["GET"].parameters
            )
            if not path.endswith("}") and not is_asked_for:
                try:
                    found = self._singleton(deeds)
                except (DocumentError, RecursionError):
                    continue  # what cannot be read says nothing
                if found is not None:
                    yield found

    def _singleton(self, operations: Mapping[str, Operation]) -> Resource | None:
        read = operations["GET"]
        body = self.answer(read)
        known = members(body)
        only = next(iter(known)) if len(known) == 1 else None
        root = (only,) if only is not None and members(known[only]) else ()
        schema = folded(schema_at(body, root))
        if not members(schema):
            return None
        deeds = [Deed(Does.READ, read, shown=root)]
        for method in ("PUT", "PATCH"):
            changing = operations.get(method)
            if changing is not None and _takes_members(self.request(changing)):
                sent = _sent(self.request(changing), schema, root)
                asked = schema_at(self.request(changing), sent or ())
                if sent is not None and members(asked).keys() & members(schema).keys():
                    deeds.append(Deed(_DOES[method], changing, sent, None))
        if len(deeds) == 1:
            return None
        name = [part for part in read.path.split("/") if part and "{" not in part][-1]
        why = " and ".join(one.operation.label for one in deeds[:2])
        return Resource(name, read.path, (), {one.does: one for one in deeds}, schema, why)

    def _found_places(self) -> Iterator[_Place]:
        for path, one in self._by_path.items():
            match = _ONE.fullmatch(path.rstrip("/"))
            if match is not None and "GET" in one:
                above = match["above"]
                many = self._by_path.get(above) or self._by_path.get(f"{above}/") or {}
                yield _Place(path, match["template"], above, one, many)

    # -- lives ---------------------------------------------------------------------------------------

    def _found_lives(self) -> Iterator[tuple[str, Life]]:
        """Yield the paths of what has a life: an operation says so, or there is one thing of that name."""
        said: dict[str, str] = {}
        for place in self._places:
            for one in (*place.one.values(), *place.many.values()):
                made = {name for name, _ in self._contract.each.get(one.id, ())}
                for life, _ in self._contract.uses.get(one.id, ()):
                    if life not in made:
                        said[place.path] = life
        names = {place.path: one_of_many(place.collection) for place in self._places}
        for life in self._contract.lives:
            if life in said.values():
                continue
            alike = [path for path, name in names.items() if same(name, one_of_many(life))]
            if not alike:
                alike = [path for path, name in names.items() if _ends_like(name, life)]
            if len(alike) == 1:
                said.setdefault(alike[0], life)
        for path, life in said.items():
            if life in self._contract.lives:
                yield path, self._contract.lives[life]

    # -- one resource --------------------------------------------------------------------------------

    def _resource(self, place: _Place, life: Life | None) -> Resource | None:
        read, create = place.one["GET"], place.many.get("POST")
        maker = create or place.one.get("PUT")
        each = self._made_with_others(life) if maker is None and life is not None else None
        maker = maker or (each[0] if each is not None else None)
        body = self.answer(read)
        if maker is None or body is None or not members(body):
            return None
        found = self._key(place, body, create, life)
        if found is None:
            return None
        root, key = found
        schema = folded(schema_at(body, root))
        deeds = {one.does: one for one in self._deeds(place, schema, root, key)}
        if life is not None:
            deeds.update({one.does: one for one in self._said(life, schema, root, key)})
        if each is not None:
            deeds[Does.CREATE] = Deed(Does.CREATE, each[0], (*each[1], 0))
        sent = deeds[Does.CREATE].sent if Does.CREATE in deeds else None
        asked = schema_at(self.request(create), sent) if create and sent is not None else None
        return Resource(
            name=place.collection,
            path=read.path,
            key=key,
            deeds=deeds,
            schema=schema,
            why=f"{maker.label} and {read.label}",
            is_named=Does.CREATE not in deeds or _may_be_sent(schema_at(asked, key)),
            beside=self._beside(each[0]) if each is not None else None,
            life=life,
        )

    def _made_with_others(self, life: Life) -> tuple[Operation, Way] | None:
        """Return what makes one of a life for each element of an array, and the array."""
        for operation in self._contract.operations:
            for name, pointer in self._contract.each.get(operation.id, ()):
                if name == life.name:
                    return operation, way_of(pointer)
        return None

    def _beside(self, operation: Operation) -> str | None:
        """Return the path of the resource that an operation makes besides."""
        places = (one for one in self._places if operation in one.many.values())
        return next((one.path for one in places), None)

    def _key(
        self, place: _Place, body: Schema, create: Operation | None, life: Life | None
    ) -> tuple[Way, Way] | None:
        """Return where the representation stands in what a read answers, and in that its key."""
        roots = [(), *((name,) for name, one in members(body).items() if members(one))]
        if life is not None and len(life.key) == 1:
            declared = way_of(life.key[0])
            for root in roots:
                if schema_at(schema_at(body, root), declared) is not None:
                    return root, declared
        names = key_names(place.template, place.collection)
        if create is None:
            whole_name = "".join(words_of(place.template))
            names = [one for one in names if whole_name.endswith(one)]
        sent = members(self.request(create)) if create is not None else {}
        for root in roots:
            for name in names:
                for member, schema in members(schema_at(body, root)).items():
                    if same(member, name) and _is_scalar(schema):
                        whole = bool(root) and root[0] in sent and len(sent) > 1
                        return ((), (*root, member)) if whole else (root, (member,))
        return self._linked(place, body, create)

    def _linked(
        self, place: _Place, body: Schema, create: Operation | None
    ) -> tuple[Way, Way] | None:
        """Return the key that a link from the creation to the read names, where both show it."""
        response = create.response(create.success) if create is not None else None
        for link in response.links if response is not None else ():
            pointer = _LINKED.fullmatch(link.parameters.get(place.template, ""))
            if pointer is not None and link.operation == place.one["GET"].id:
                way = way_of(pointer[1])
                if schema_at(body, way) is not None:
                    return (), way
        return None

    # -- deeds ---------------------------------------------------------------------------------------

    def _deeds(self, place: _Place, schema: Schema, root: Way, key: Way) -> Iterator[Deed]:
        create, listing = place.many.get("POST"), place.many.get("GET")
        if create is not None and _takes_members(self.request(create)):
            yield self._deed(Does.CREATE, create, schema, root, key)
        if listing is not None:
            array = self._array(listing, key)
            if array is not None:
                yield Deed(Does.LIST, listing, shown=array)
        for method, one in place.one.items():
            if method in _DOES and (one.body or _DOES[method] not in _WITH_BODY):
                yield self._deed(_DOES[method], one, schema, root, key)

    def _said(self, life: Life, schema: Schema, root: Way, key: Way) -> Iterator[Deed]:
        """Yield what operations say that they do to what has a life."""
        for operation in self._contract.operations:
            made = {name for name, _ in self._contract.each.get(operation.id, ())}
            for name, does in self._contract.uses.get(operation.id, ()):
                if name != life.name or name in made:
                    continue
                if does == Does.LIST:
                    yield Deed(Does.LIST, operation, shown=self._array(operation, key))
                else:
                    yield self._deed(Does(does), operation, schema, root, key)

    def _deed(self, does: Does, operation: Operation, schema: Schema, root: Way, key: Way) -> Deed:
        request, answer = self.request(operation), self.answer(operation)
        shown = next(
            (way for way in (root, (), *_inside(answer)) if _is_there(answer, (*way, *key))), None
        )
        if shown is None and does is Does.CREATE:
            arrays = ((*way, 0) for way in ((), *_inside(answer)))
            shown = next((way for way in arrays if _is_there(answer, (*way, *key))), None)
        sent = _sent(request, schema, root)
        return Deed(does, operation, sent, shown)

    def _array(self, operation: Operation, key: Way) -> Way | None:
        """Return the way to the array in an answer whose elements have the key."""
        body = self.answer(operation)
        if body is None:
            return None
        if "array" in kinds(body):
            return () if schema_at(body.get("items"), key) is not None else None
        for way in _inside(body):
            inner = folded(schema_at(body, way))
            if "items" in inner and schema_at(inner["items"], key) is not None:
                return way
        return None

    # -- bodies --------------------------------------------------------------------------------------

    def answer(self, operation: Operation) -> Schema | None:
        """Return the schema of the JSON that an operation answers with when it succeeds."""
        response = operation.response(operation.success)
        places = [one.schema for one in response.media if one.is_json] if response else []
        if not places or places[0] is None:
            return None
        return folded(self._contract.schemas.schema(places[0], "response"))

    def request(self, operation: Operation | None) -> Schema | None:
        """Return the schema of what an operation takes: a representation, or what is merged into one."""
        media = body_of(operation) if operation is not None else None
        if media is None or media.schema is None:
            return None
        return folded(self._contract.schemas.schema(media.schema, "request"))


def body_of(operation: Operation) -> Media | None:
    """Return what an operation takes: JSON that is merged before other JSON, and a form where it takes no JSON."""
    merging = (one for one in operation.body if one.plain_type == MERGE_PATCH)
    plain = (one for one in operation.body if one.is_json)
    forms = (one for one in operation.body if one.is_form)
    return next(merging, None) or next(plain, None) or next(forms, None)


def _without_names(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _of_batches(contract: Contract) -> Iterator[Operation]:
    for one in contract.submissions:
        yield from filter(None, (one.operation, one.status, one.record))


def _ends_like(name: str, life: str) -> bool:
    ours, theirs = words_of(name), words_of(one_of_many(life))
    return bool(theirs) and ours[-len(theirs) :] == theirs


def _inside(schema: object) -> Iterator[Way]:
    yield from ((name,) for name in members(schema))


def _is_there(schema: object, way: Way) -> bool:
    return schema is not None and schema_at(schema, way) is not None


def _is_scalar(schema: object) -> bool:
    known = folded(schema)
    return not (kinds(known) & {"object", "array"} or "properties" in known or "items" in known)


def _may_be_sent(schema: object) -> bool:
    """Whether a member may stand in a request."""
    return schema is not None and not folded(schema).get("readOnly")


def _sent(request: Schema | None, schema: Schema, root: Way) -> Way | None:
    """Return where a representation stands in a request: in the same envelope, in one of its own, or it is the whole."""
    if request is None:
        return None
    ours = set(members(schema))
    if root and _is_there(request, root):
        return root
    only = list(members(request))
    if (
        len(only) == 1
        and not ours & set(only)
        and set(members(schema_at(request, (only[0],)))) & ours
    ):
        return (only[0],)
    if not ours & set(members(request)):
        for way in ((0,), *((*inner, 0) for inner in _inside(request))):
            if ours & set(members(schema_at(request, way))):
                return way
    return ()


def _takes_members(request: Schema | None) -> bool:
    return bool(members(request)) or bool(members(schema_at(request, (0,))))
