"""Schemas and rules of a contract, compiled once and asked often.

JSON Schema is checked by jsonschema-rs against the document as written; `x-rules` are an assertion keyword of that same
validation, asked only of an instance that fits its own schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

import jsonschema_rs

from mock_server.contracts.callers import Caller
from mock_server.contracts.conjunction import conjunction
from mock_server.contracts.contract import Contract
from mock_server.contracts.declarations import schema_positions
from mock_server.contracts.documents import ContractError, escape
from mock_server.contracts.expressions import Expression, ExpressionError, Facts

_URI = "urn:understudy:contract"
_ANNOTATIONS = {"title", "description", "$comment", "default", "examples", "deprecated"}


class Violation(NamedTuple):
    """One fault of an instance: where, and the sentence without the place."""

    path: tuple[str | int, ...]
    sentence: str

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer in a URI fragment."""
        return "#" + "".join(f"/{escape(str(part))}" for part in self.path)

    @property
    def alone(self) -> str:
        """The sentence as it stands beside the place."""
        return self.sentence.lstrip(": ")

    def named(self, spelling: str | None) -> str:
        """Return the sentence with the member's name before it, as `validation_errors` shows it."""
        place = spell(self.path, spelling)
        if not place:
            return self.sentence.removeprefix(": ")
        return f"{place}{self.sentence}" if self.sentence[0] == ":" else f"{place} {self.sentence}"


@dataclass(frozen=True)
class _Rule:
    message: str
    expression: Expression


@dataclass(frozen=True)
class _RuledSchema:
    """A schema that carries rules: whether an instance fits it, and the rules."""

    fits: Any
    rules: tuple[_Rule, ...]


class Check:
    """A compiled schema, with or without rules."""

    def __init__(self, validator: Any) -> None:
        """Take a validator of jsonschema-rs."""
        self._validator = validator
        self.accepts: Callable[[Any], bool] = validator.is_valid

    def violations(self, instance: Any) -> list[Violation]:
        """Return every fault of the instance, each once, in the order of the schema."""
        found: dict[Violation, None] = {}
        for error in self._validator.iter_errors(instance):
            found.update(dict.fromkeys(_violations(error)))
        return list(found)


class _RuledCheck(Check):
    """A compiled schema with its rules, which asks all of them at once before it asks each."""

    def __init__(
        self, validator: Any, fits: Any, every_rule: Expression, partner: Mapping[str, Any]
    ) -> None:
        """Take the validator, the one without rules, and the conjunction of the rules."""
        super().__init__(validator)
        self.accepts = self._accepts
        self._fits: Callable[[Any], bool] = fits.is_valid
        self._every_rule = every_rule
        self._partner = partner

    def _accepts(self, instance: Any) -> bool:
        if not self._fits(instance):
            return False
        if self._every_rule.is_true_of(Facts(instance, self._partner)):
            return True
        return bool(self._validator.is_valid(instance))


class Schemas:
    """The schemas of one contract."""

    def __init__(self, contract: Contract) -> None:
        """Compile what carries rules. Raises ContractError for a schema that cannot be compiled."""
        self._contract = contract
        old = contract.version.startswith("3.0")
        self._draft = jsonschema_rs.Draft4Validator if old else jsonschema_rs.Draft202012Validator
        content: Any = contract.document.content
        if old:
            content = _without_nullable(content)
        content = _with_rule_pointers(content)
        self._registry = jsonschema_rs.Registry(
            [(_URI, content)],
            draft=jsonschema_rs.Draft4 if old else jsonschema_rs.Draft202012,
        )
        if contract.lifecycles:
            _refuse_malformed(contract)
        self._ruled = {
            pointer: _RuledSchema(
                fits=self._compile(pointer),
                rules=tuple(
                    _Rule(str(rule["message"]), Expression(str(rule["rule"])))
                    for rule in schema["x-rules"]
                ),
            )
            for pointer, schema in schema_positions(contract.document.content)
        }
        self.check = lru_cache(maxsize=4096)(self._check)

    def _check(self, pointer: str, caller: Caller | None) -> Check:
        """Return the check of the schema at a pointer; rules are asked when there is a caller."""
        if caller is None or not self._ruled:
            return Check(self._compile(pointer))
        validator = self._compile(pointer, {"x-rules": _rules_keyword(self._ruled, caller)})
        every_rule = self._conjunction(pointer)
        if every_rule is None:
            return Check(validator)
        return _RuledCheck(validator, self._compile(pointer), every_rule, caller.facts())

    def _conjunction(self, pointer: str) -> Expression | None:
        text = conjunction(self._contract.document, pointer)
        try:
            return Expression(text) if text is not None else None
        except ExpressionError:  # too long for the engine, though each rule is not
            return None

    def _compile(self, pointer: str, keywords: Mapping[str, Any] | None = None) -> Any:
        try:
            return self._draft(
                {"$ref": f"{_URI}#{quote(pointer, safe='/~')}"},
                registry=self._registry,
                validate_formats=True,
                keywords=dict(keywords or {}),
            )
        except (ValueError, jsonschema_rs.ValidationError) as error:
            document = self._contract.document
            sentence = str(error).strip().splitlines()[0]
            raise ContractError(
                document.file, document.line(pointer), f"the schema cannot be compiled: {sentence}."
            ) from None


def _refuse_malformed(contract: Contract) -> None:
    """Raise for a schema that is none: items would be judged by it all the same, and wrongly."""
    document = contract.document
    old = contract.version.startswith("3.0")
    metaschema: Any = (
        jsonschema_rs.Draft4Validator({"$ref": "http://json-schema.org/draft-04/schema#"})
        if old
        else jsonschema_rs.Draft202012Validator(
            {"$ref": "https://json-schema.org/draft/2020-12/schema"}
        )
    )
    pointers = [
        f"/components/schemas/{escape(name)}"
        for name in document.mapping("/components/schemas", "a map of schemas")
    ]
    pointers += [
        pointer
        for operation in contract.operations
        for pointer in operation.body_types.values()
        if operation.submission is not None and pointer
    ]
    for pointer in pointers:
        for error in metaschema.iter_errors(document.at("#" + pointer)):
            place = tuple(error.instance_path)
            if not place or place[-1] not in _ANNOTATIONS:  # those decide nothing
                at = pointer + "".join(f"/{escape(str(part))}" for part in place)
                raise document.error(at, f"this is no JSON Schema: {error.message}.")


def _rules_keyword(ruled: Mapping[str, _RuledSchema], caller: Caller) -> type:
    partner = caller.facts()

    class RulesKeyword:
        """The `x-rules` of one schema, as jsonschema-rs asks a custom keyword."""

        def __init__(self, _schema: Any, pointer: str, _path: Any) -> None:
            self._schema = ruled[pointer]

        def validate(self, instance: Any) -> None:
            for error in self.iter_errors(instance):
                raise error

        def iter_errors(self, instance: Any) -> Iterator[ValueError]:
            if self._schema.fits.is_valid(instance):
                facts = Facts(instance, partner)
                for rule in self._schema.rules:
                    if not rule.expression.holds_of(facts):
                        yield ValueError(rule.message)

    return RulesKeyword


def _with_rule_pointers(value: Any, pointer: str = "") -> Any:
    """Put the pointer of its schema in the place of each `x-rules`, for the keyword to find it."""
    if isinstance(value, dict):
        return {
            name: (
                pointer
                if name == "x-rules" and isinstance(item, list)
                else _with_rule_pointers(item, f"{pointer}/{escape(name)}")
            )
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [
            _with_rule_pointers(item, f"{pointer}/{number}") for number, item in enumerate(value)
        ]
    return value


def _without_nullable(value: Any) -> Any:
    """Say OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(value, list):
        return [_without_nullable(item) for item in value]
    if not isinstance(value, dict):
        return value
    schema = {name: _without_nullable(item) for name, item in value.items()}
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    return schema


# -- sentences -----------------------------------------------------------------------------------


def spell(path: tuple[str | int, ...], spelling: str | None) -> str:
    """Write a path as people do: `revenue_claims[0].total_amount`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = _camel_case(part) if spelling == "camelCase" else part
            text += f".{name}" if text else name
    return text


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


def _violations(error: Any) -> Iterator[Violation]:
    path = tuple(error.instance_path)
    kind = error.kind.name
    details = error.kind.as_dict()
    if kind == "required":
        yield Violation((*path, details["property"]), "is required")
    elif kind in ("additionalProperties", "unevaluatedProperties"):
        for name in details["unexpected"]:
            yield Violation((*path, name), "is not allowed")
    elif kind == "x-rules":
        yield Violation(path, f": {details['message']}")
    else:
        yield Violation(path, _sentence(kind, details))


_SENTENCES = {
    "const": "must be {expected_value}",
    "format": "must be a valid {format}",
    "pattern": "must match {pattern}",
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "exclusiveMinimum": "must be more than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "multipleOf": "must be a multiple of {multiple_of}",
    "uniqueItems": "must not hold the same value twice",
    "oneOf": "must fit exactly one of the allowed forms",
    "anyOf": "must fit one of the allowed forms",
    "falseSchema": "is not allowed",
}
_COUNTS = {
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
    "minItems": ("at least", "item"),
    "maxItems": ("at most", "item"),
    "minProperties": ("at least", "member"),
    "maxProperties": ("at most", "member"),
}


def _sentence(kind: str, details: Mapping[str, Any]) -> str:
    if kind in _SENTENCES:
        return _SENTENCES[kind].format_map(defaultdict(str, details))
    if kind in _COUNTS:
        bound, noun = _COUNTS[kind]
        limit = details.get("limit")
        return f"must have {bound} {limit} {noun}" + ("" if limit == 1 else "s")
    if kind == "enum":
        return f"must be one of {', '.join(str(option) for option in details['options'])}"
    if kind == "type":
        return f"must be {_article(details)}"
    return f"does not fit the schema ({kind})"


def _article(details: Mapping[str, Any]) -> str:
    types = details.get("types") or ["value of another type"]
    return " or ".join(f"{'an' if str(name)[0] in 'aeio' else 'a'} {name}" for name in types)
