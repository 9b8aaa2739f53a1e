"""The schemas of a contract with their rules, each compiled when it is first asked for, and asked often.

JSON Schema is checked by jsonschema-rs; `x-rules` are an assertion keyword of that same validation, asked only of an
instance that fits its own schema.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import cast

from mock_server.contracts.callers import Caller
from mock_server.contracts.conjunction import conjunction
from mock_server.contracts.expressions import Expression, ExpressionError, Facts
from mock_server.contracts.formats import without_contradicted
from mock_server.contracts.homes import home_of
from mock_server.contracts.proofs import Proofs
from mock_server.contracts.rules import WORD, Rules
from mock_server.contracts.validator import NOTHING, SchemaError, Validator
from mock_server.contracts.violations import Violation, violations_of
from openapi_documents import Document, Pointer, pointer_of
from openapi_documents.dialect import DIALECT, Side, place_of
from openapi_documents.dialect import Schemas as Dialect

_REMEMBERED = 4096
_LARGE = 100
_ANNOTATIONS = {"title", "description", "$comment", "default", "examples", "example", "deprecated"}


class Check:
    """A compiled schema, with or without rules."""

    def __init__(self, validator: Validator) -> None:
        """Take a validator."""
        self._validator = validator
        self.accepts: Callable[[object], bool] = validator.is_valid

    def violations(self, instance: object) -> list[Violation]:
        """Return every fault of the instance, each once, in the order of the schema."""
        found: dict[Violation, None] = {}
        for error in self._validator.iter_errors(instance):
            found.update(dict.fromkeys(violations_of(error)))
        return list(found)


class _LargeCheck(Check):
    """A schema that reaches many others, compiled only as far as the values want it; as a whole when it is asked often."""

    def __init__(self, root: Mapping[str, object], compiled: Callable[[], Validator]) -> None:
        """Take the self-contained schema, and what compiles all of it."""
        self._root = root
        self._proofs = Proofs(root)
        self._compiled = compiled
        self.accepts = self._accepts

    def _accepts(self, instance: object) -> bool:
        try:
            return self._proofs.accepts(self._root, instance)
        except SchemaError:
            self._compiled()  # says where it is broken
            raise

    def violations(self, instance: object) -> list[Violation]:
        """Return every fault of the instance, each once, in the order of the schema."""
        return Check(self._compiled()).violations(instance)


class _RuledCheck(Check):
    """A compiled schema with its rules, which asks all of them at once before it asks each."""

    def __init__(
        self,
        validator: Validator,
        fits: Check,
        every_rule: Expression,
        partner: Mapping[str, object],
    ) -> None:
        """Take the validator, the check without rules, and the conjunction of the rules."""
        super().__init__(validator)
        self.accepts = self._accepts
        self._fits = fits.accepts
        self._every_rule = every_rule
        self._partner = partner

    def _accepts(self, instance: object) -> bool:
        if not self._fits(instance):
            return False
        if self._every_rule.is_true_of(Facts(instance, self._partner)):
            return True
        return self._validator.is_valid(instance)


class Schemas:
    """The schemas of one contract; `dialect` has them as JSON Schema, without rules."""

    def __init__(
        self, document: Document, rules: Rules, *, has_contradicted_formats: bool = False
    ) -> None:
        """Take the document, its rules, and whether it has formats that its own examples do not have."""
        self._has_contradicted_formats = has_contradicted_formats
        self._document = document
        self._rules = rules
        self.dialect = Dialect(document)
        self._marked = Dialect(document, frozenset({WORD}))
        self.check = lru_cache(maxsize=_REMEMBERED)(self._check)

    def _check(self, place: Pointer, caller: Caller | None, side: Side = "request") -> Check:
        """Return the check of the schema at a place; rules are asked when there is a caller.

        Raises DocumentError for a schema that cannot be compiled.
        """
        home = home_of(self._document, place)
        if home != place:
            return self.check(home, caller, side)
        if caller is None:
            return self._plain_check(place, self.dialect.standalone(place, side), side)
        plain = self.check(place, None, side)
        if not self._rules:
            return plain
        # The validator keeps its keywords where the collector of cycles does not look: they must not keep us.
        mine = weakref.proxy(self)
        keyword = _rules_keyword(self._rules, caller, lambda ruled: mine.check(ruled, None, side))
        marked = self._compile(place, self._marked.standalone(place, side), {WORD: keyword})
        every_rule = self._conjunction(place)
        if every_rule is None:
            return Check(marked)
        return _RuledCheck(marked, plain, every_rule, caller.facts())

    def _plain_check(self, place: Pointer, root: Mapping[str, object], side: Side) -> Check:
        compiled = partial(self._compile, place, root)
        definitions = cast("dict[str, object]", root["$defs"])
        # A request is refused with every fault, and what it is checked by is known to be sound from the start.
        is_small = side == "request" or len(definitions) < _LARGE
        if is_small or self._has_contradicted_formats:
            return Check(compiled())
        return _LargeCheck(root, lru_cache(maxsize=1)(compiled))

    def _conjunction(self, place: Pointer) -> Expression | None:
        text = conjunction(self._document, self._rules, place)
        try:
            return Expression(text) if text is not None else None
        except ExpressionError:  # too long for the engine, though each rule is not
            return None

    def _compile(
        self,
        place: Pointer,
        schema: Mapping[str, object],
        keywords: Mapping[str, type] | None = None,
    ) -> Validator:
        try:
            if self._has_contradicted_formats:
                schema = cast("dict[str, object]", without_contradicted(schema))
            return NOTHING.compiled(schema, keywords)
        except (ValueError, SchemaError) as error:
            sentence = str(error).strip().splitlines()[0]
            raise self._document.error(
                place, f"the schema cannot be compiled: {sentence}"
            ) from None

    def refuse_malformed(self, place: Pointer) -> None:
        """Raise DocumentError for a schema that is none, whatever reaches it from a place.

        Items would be judged by it all the same, and wrongly.
        """
        definitions = self.dialect.standalone(place, "request")["$defs"]
        for key, converted in definitions.items():
            start = pointer_of(place_of(key))
            # As it is written, where OpenAPI writes JSON Schema: the conversion leaves out what nobody could use.
            written = self._document.value(start)
            is_old = self._document.version == "3.0"
            for error in _metaschema().iter_errors(converted if is_old else written):
                inside = tuple(error.instance_path)
                if not inside or inside[-1] not in _ANNOTATIONS:  # those decide nothing
                    raise self._document.error(
                        (*start, *inside), f"this is no JSON Schema: {error.message}"
                    )


@lru_cache(maxsize=1)
def _metaschema() -> Validator:
    return NOTHING.compiled({"$ref": DIALECT})


def _rules_keyword(rules: Rules, caller: Caller, fits: Callable[[Pointer], Check]) -> type:
    partner = caller.facts()

    class RulesKeyword:
        """The rules of one schema, as jsonschema-rs asks a custom keyword."""

        def __init__(self, _schema: object, place: str, _path: object) -> None:
            self._rules = rules[place].rules
            self._fits = fits(rules[place].place).accepts

        def validate(self, instance: object) -> None:
            for error in self.iter_errors(instance):
                raise error

        def iter_errors(self, instance: object) -> Iterator[ValueError]:
            if self._fits(instance):
                facts = Facts(instance, partner)
                for rule in self._rules:
                    if not rule.expression.holds_of(facts):
                        yield ValueError(rule.message)

    return RulesKeyword
