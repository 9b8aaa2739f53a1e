"""Schemas without references and branches: which plain ones together mean a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, NamedTuple, Protocol

from mock_server.contracts.standalone import Schema, dynamic, target
from mock_server.examples.discriminators import announced
from mock_server.examples.limits import Plain
from mock_server.examples.plain import merge, normal
from mock_server.examples.streams import Refs, Where

_MOST_NEGATIONS = 50


class Purse(Protocol):
    """What a search may still spend, and where it notes what it found nothing for."""

    def spend(self) -> bool:
        """Take note of one more try; whether there is anything left to spend."""

    def may_enter(self, reference: str, where: Where) -> bool:
        """Whether a schema may be entered, which may be one that the place stands in."""

    def give_up(self, at: str, why: str) -> None:
        """Note that a schema has no value that could be made."""


class _Merging(NamedTuple):
    """What is merged already, the references used for it, and the steps that are left, each with its alternatives."""

    plain: Plain
    used: Refs
    steps: Sequence[Iterable[Schema]]


class Branches:
    """Makes plain schemas of those in one self-contained schema."""

    def __init__(self, root: Mapping[str, Any], purse: Purse) -> None:
        """Take the self-contained schema, and what may be spent."""
        self._root = root
        self._purse = purse
        self._targets: dict[str, Schema] = {}

    def plain(self, schema: Schema, where: Where) -> Iterator[tuple[Plain, Refs]]:
        """Yield the plain schemas that together mean the schema; with each, the references used."""
        if isinstance(schema, bool):
            if schema:
                yield normal({}), ()
            return
        own = normal(schema)
        written, own["examples"] = own["examples"], []  # of all parts together
        for merged, used in self._merged(own, schema, where):
            yield {**merged, "examples": [*written, *merged["examples"]]}, used

    def _merged(
        self, own: Plain, schema: Mapping[str, Any], where: Where
    ) -> Iterator[tuple[Plain, Refs]]:
        steps = self._steps(schema, where)
        references = self._references(schema, where.refs)
        if not references:
            yield from self._combined(_Merging(own, (), steps), where)
            return
        ref, *others = references
        steps += [[{"$ref": other}] for other in others]
        if not self._purse.may_enter(ref, where):
            self._purse.give_up(where.at, "the schema holds itself without an end")
            return
        if ref not in self._targets:
            self._targets[ref] = target(self._root, ref)
        for plain, used in self.plain(self._targets[ref], where.behind((ref,))):
            merged = merge(own, plain)
            if merged is not None:
                yield from self._combined(_Merging(merged, (ref, *used), steps), where)

    def _references(self, schema: Mapping[str, Any], above: Refs) -> list[str]:
        found = [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
        if isinstance(schema.get("$dynamicRef"), str):
            found.append(dynamic(self._root, schema["$dynamicRef"], above))
        return found

    def _steps(self, schema: Mapping[str, Any], where: Where) -> list[Iterable[Schema]]:
        """Return what is merged one after the other, each with its alternatives."""
        steps: list[Iterable[Schema]] = [[sub] for sub in schema.get("allOf", [])]
        discriminator = schema.get("discriminator")
        if "oneOf" in schema:
            options = schema["oneOf"]
            steps.append(_ExactlyOne(self, options, announced(options, discriminator), where))
        if "anyOf" in schema:
            steps.append([*announced(schema["anyOf"], discriminator), *schema["anyOf"]])
        if "if" in schema:
            steps.append(
                [
                    {"allOf": [{"not": schema["if"]}, schema.get("else", True)]},
                    {"allOf": [schema["if"], schema.get("then", True)]},
                ]
            )
        return steps

    def _combined(self, merging: _Merging, where: Where) -> Iterator[tuple[Plain, Refs]]:
        """Yield the plain schema with one alternative of each step that is left merged in."""
        if not merging.steps:
            yield merging.plain, merging.used
            return
        step, *rest = merging.steps
        for alternative in step:
            for part, more in self.plain(alternative, where):
                merged = merge(merging.plain, part)
                if self._purse.spend() and merged is not None:
                    yield from self._combined(_Merging(merged, merging.used + more, rest), where)


@dataclass(frozen=True)
class _ExactlyOne:
    """The alternatives of a `oneOf`: each option, and then each in ways that no other option allows."""

    branches: Branches
    options: Sequence[Schema]
    told: Sequence[Schema]
    where: Where

    def __iter__(self) -> Iterator[Schema]:
        yield from self.told
        yield from self.options
        for place, option in enumerate(self.options):
            others = [self.options[:place], self.options[place + 1 :]]
            ways = [list(self._negations(other)) for side in others for other in side]
            for chosen in islice(product(*ways), _MOST_NEGATIONS):
                yield {"allOf": [option, *chosen]}

    def _negations(self, schema: Schema) -> Iterator[Schema]:
        """Yield schemas of objects that a schema does not allow, by one of its members each."""
        for plain, _ in islice(self.branches.plain(schema, self.where), _MOST_NEGATIONS):
            for name in plain.get("required", []):
                yield {"properties": {name: False}}
            for name, member in plain.get("properties", {}).items():
                yield {"required": [name], "properties": {name: {"not": member}}}
        yield {"not": schema}
