"""Items of a submission: valid ones, others like them, and fresh keys for each."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from contract_tests.generation.key_members import LIKE_KEYS, forms, others, takes
from contract_tests.reading.contract import Submission
from contract_tests.reading.equality import identical
from contract_tests.reading.patterns import text_of
from contract_tests.reading.validity import Validity

Path = tuple[str | int, ...]


def shape(schema: Any) -> dict[str, Any]:
    """Return a schema with its `allOf` folded in; of `oneOf` and `anyOf` the first part.

    The other parts stand in `branches`.
    """
    if not isinstance(schema, dict):
        return {}
    folded = {k: v for k, v in schema.items() if k not in {"allOf", "oneOf", "anyOf"}}
    parts = list(schema.get("allOf", []))
    for word in ("oneOf", "anyOf"):
        if schema.get(word):
            parts.append(schema[word][0])
            folded["branches"] = schema[word][1:]
    for part in parts:
        for name, member in shape(part).items():
            if name == "properties":
                known = folded.setdefault("properties", {})
                folded["properties"] = {
                    **known,
                    **{
                        one: {"allOf": [known[one], sub]} if one in known else sub
                        for one, sub in member.items()
                    },
                }
            elif name in {"required", "x-rules"}:
                folded[name] = [*folded.get(name, []), *member]
            else:
                folded.setdefault(name, member)
    return folded


def sample(schema: Any) -> Any:
    """Return a value for a schema: its example if it has one, else a small one."""
    known = shape(schema)
    for word in ("const", "example", "default"):
        if word in known:
            return copy.deepcopy(known[word])
    for word in ("examples", "enum"):
        if isinstance(known.get(word), list) and known[word]:
            return copy.deepcopy(known[word][0])
    kind = known.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in known else "string"
    make = _SAMPLES.get(kind)
    return None if make is None else make(known)


def _object(known: dict[str, Any]) -> Any:
    return {name: sample(sub) for name, sub in known.get("properties", {}).items()}


def _array(known: dict[str, Any]) -> Any:
    one = sample(known.get("items", {"type": "string"}))
    return [copy.deepcopy(one) for _ in range(max(1, int(known.get("minItems", 1))))]


def _string(known: dict[str, Any]) -> str:
    formats = {
        "date-time": "2024-04-23T13:44:03.585Z",
        "date": "2024-04-23",
        "uuid": "1b7901db-4879-4616-8052-c73e29664bda",
        "email": "someone@example.com",
        "uri": "https://example.com/a",
    }
    if known.get("format") in formats:
        return formats[known["format"]]
    if "pattern" in known:
        return text_of(known["pattern"])
    return "a" * max(1, int(known.get("minLength", 1)))


def _number(known: dict[str, Any]) -> Any:
    least = known.get("minimum", known.get("exclusiveMinimum", 0) + 1)
    step = known.get("multipleOf")
    return least if step is None else -(-least // step) * step


_SAMPLES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "number": _number,
    "integer": _number,
    "boolean": lambda _: True,
}


def get(value: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for part in path:
        value = value[part]
    return value


def put(value: Any, path: Path, new: Any) -> Any:
    """Return a copy with something else at a path; what stands beside it is shared."""
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = put(value[path[0]], path[1:], new) if path[1:] else new
    return changed


def drop(value: Any, path: Path) -> Any:
    """Return a copy without what stands at a path; what stands beside it is shared."""
    changed = copy.copy(get(value, path[:-1]))
    del changed[path[-1]]
    return put(value, path[:-1], changed)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every text, number, boolean and null with its path."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number))
    else:
        yield path, value


def inner_paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every member and every item below a value, the outermost first."""
    inner: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in inner:
        yield (*path, name)
        yield from inner_paths(one, (*path, name))


def nodes(value: Any, schema: Any, path: Path = ()) -> Iterator[tuple[Path, Any, dict[str, Any]]]:
    """Yield every value with its path and its folded schema, the outermost first."""
    known = shape(schema)
    yield path, value, known
    if isinstance(value, dict):
        for name, member in value.items():
            if name in known.get("properties", {}):
                yield from nodes(member, known["properties"][name], (*path, name))
    elif isinstance(value, list) and value:
        yield from nodes(value[0], known.get("items", {}), (*path, 0))


class Workshop:
    """Makes the items of one submission for one partner."""

    def __init__(self, submission: Submission, profile: Mapping[str, Any]) -> None:
        self.submission = submission
        self.profile = dict(profile)
        self.validity = Validity(submission.item_schema, submission.lifecycle.key, self.profile)
        self._variants: list[dict[str, Any]] | None = None
        self.bases = self._bases()
        self.full = self._full()
        self.tag = self._tag()
        properties = shape(submission.item_schema).get("properties", {})
        self._key = {one: shape(properties.get(one, {})) for one in submission.lifecycle.key}
        self._forms = {member: self._form(member) for member in self._key}

    @property
    def usable(self) -> bool:
        """Whether a valid item is known at all."""
        return bool(self.bases)

    def _bases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        examples = [
            one for body in self.submission.examples if isinstance(body, list) for one in body
        ]
        for example in examples:
            item = self._fitted(example)
            if self.validity.is_valid(item) and not any(identical(item, k) for k in found):
                found.append(item)
        # What is made from the schema may stand at the very border of a rule.
        made = self._fitted(sample(self.submission.item_schema))
        return found or ([made] if self.validity.is_valid(made) else [])

    def _fitted(self, item: Any) -> Any:
        """Return an example with what the profile says of the partner: its currency, say.

        An example that is valid as it stands is left alone.
        """
        if not isinstance(item, dict) or self.validity.is_valid(item):
            return item
        fitted = item
        for path, _ in list(leaves(item)):
            if path and path[-1] in self.profile:
                fitted = put(fitted, path, self.profile[str(path[-1])])
        return fitted

    def _full(self) -> dict[str, Any]:
        """Return a valid item with as many optional members as can be had, at every depth."""
        if not self.bases:
            return {}
        best = copy.deepcopy(max(self.bases, key=lambda item: len(list(leaves(item)))))
        for path, value, known in list(nodes(best, self.submission.item_schema)):
            if not isinstance(value, dict):
                continue
            for name, sub in known.get("properties", {}).items():
                if name in get(best, path):
                    continue
                grown = put(best, (*path, name), sample(sub))
                if self.validity.is_valid(grown):
                    best = grown
        return best

    def _tag(self) -> Path | None:
        """Return where a free text can stand, for lifecycles whose key is the whole item."""
        if self.submission.lifecycle.key or not self.bases:
            return None
        for path, value in leaves(self.full):
            if isinstance(value, str):
                tagged = put(self.full, path, "ct0123456789-a1-free.text")
                if self.validity.is_valid(tagged):
                    return path
        extra = put(self.full, ("run",), "ct0123456789-a1-free.text")
        return ("run",) if self.validity.is_valid(extra) else None

    def _form(self, member: str) -> Callable[[str], Any] | None:
        """Return how a member of the key is made of a text, None where it takes nothing like it."""
        known = self._key[member]
        for form in forms(known) if self.bases else ():
            made = [form(text) for text in LIKE_KEYS]
            if all(self.validity.is_valid({**self.bases[0], member: one}) for one in made):
                return form
        return None

    def keyed(self, item: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Return a copy of an item with a key of its own.

        Where a member of the key takes no free text (digits, a number, an enumeration), the
        nearest that is valid stands for it; where it takes nothing of the kind, it stays.
        """
        made = dict(item)
        if not self._key:
            return self._tagged(made, key)
        for member, known in self._key.items():
            form = self._forms[member]
            if takes(known, key):
                made[member] = key
            elif form is not None:
                made[member] = form(key)
            elif member not in made and member in self.full:
                made[member] = self.full[member]
        return made

    def with_others(self, item: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield items whose key differs from that of a valid item in little, each with how.

        That is one member of a key of several, two members changed round, and a letter that
        moved from one member to the next.
        """
        names = list(self._key)
        tries = [
            (f"another {name}", {name: other})
            for name in names
            for other in others(self._key[name], item[name])
        ]
        for one, two in itertools.pairwise(names):
            first, second = item[one], item[two]
            tries.append((f"{one} and {two} changed round", {one: second, two: first}))
            if isinstance(first, str) and isinstance(second, str):
                moved = {one: first + second[:1], two: second[1:]}
                tries.append((f"a letter moved from {two} to {one}", moved))
        for told, changes in tries if len(names) > 1 else ():
            changed = {**item, **changes}
            if changed != item and self.validity.is_valid(changed):
                yield told, changed

    def _tagged(self, item: dict[str, Any], key: str) -> dict[str, Any]:
        if self.tag is None:
            return item
        try:
            return self._with_tag(item, key, self.tag)
        except (LookupError, TypeError):
            return item  # its form is broken where the text would stand: an invalid item

    def _with_tag(self, item: dict[str, Any], key: str, tag: Path) -> dict[str, Any]:
        grown = copy.deepcopy(item)
        place: Any = grown
        for depth, part in enumerate(tag[:-1]):
            missing = isinstance(place, dict) and part not in place
            if missing or (isinstance(place, list) and not place):
                filled = copy.deepcopy(get(self.full, tag[: depth + 1]))
                if isinstance(place, dict):
                    place[str(part)] = filled
                else:
                    place.append(filled)
            place = place[part]
        place[tag[-1]] = key
        return grown

    def variants(self) -> list[dict[str, Any]]:
        """Return valid items that differ pairwise in more than their key."""
        if self._variants is None:
            self._variants = self._differing()
        return self._variants

    def _differing(self) -> list[dict[str, Any]]:
        one = self.full
        found: list[dict[str, Any]] = []
        for candidate in [one, *self.bases, *self._changes(one)]:
            plain = self.keyed(candidate, "k1") if self.submission.lifecycle.key else candidate
            if not self.validity.is_valid(candidate):
                continue
            if any(
                identical(plain, self.keyed(k, "k1") if self.submission.lifecycle.key else k)
                for k in found
            ):
                continue
            found.append(candidate)
        return found

    def _changes(self, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
        numbers = [
            path
            for path, value in leaves(item)
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        negated = item
        for path in numbers:
            negated = put(negated, path, -get(item, path))
        yield negated
        for path in numbers:
            value = get(item, path)
            yield from (
                put(item, path, other) for other in (value + 1, value * 3) if math.isfinite(other)
            )
        for path, value, known in nodes(item, self.submission.item_schema):
            if not path or path[0] in self.submission.lifecycle.key:
                continue
            for other in known.get("enum", []):
                if other != value:
                    yield put(item, path, other)
            if isinstance(value, str) and known.get("format") == "date-time":
                yield put(item, path, "2020-02-29T10:20:30Z")
            elif isinstance(value, str):
                yield put(item, path, value + "7")
            if isinstance(path[-1], str):
                yield drop(item, path)
        yield {**item, "x_note": "another"}
