"""A document with all that the review reads in it."""

from __future__ import annotations

from functools import cached_property

from openapi_documents import Document, Pointer
from openapi_documents.vocabulary import Vocabulary
from spec_review.reading import declarations
from spec_review.reading.bodies import json_schema
from spec_review.reading.engines import Partner
from spec_review.reading.examples import Example, read_examples
from spec_review.reading.following import followed_or_none
from spec_review.reading.form import FormError, form_errors
from spec_review.reading.life_expressions import LifeExpression, read_life_expressions
from spec_review.reading.lives import Life, Needed, read_lives, read_needs
from spec_review.reading.partners import partners_of
from spec_review.reading.parts import parts, single
from spec_review.reading.rules import Engines
from spec_review.reading.validators import Validators
from spec_review.reading.vocabulary import (
    ERROR_FORMS,
    ErrorForm,
    ItemRule,
    Lifecycle,
    Mention,
    RecordOf,
    Silence,
    StatusOf,
    Submission,
)


class Contract:
    """A document as the review reads it: each thing when it is first asked for, and once."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """How its `x-` words are spelled."""
        return Vocabulary(self.document)

    @cached_property
    def validators(self) -> Validators:
        """Its schemas, compiled."""
        return Validators(self.document)

    @cached_property
    def engines(self) -> Engines:
        """The engines that its rules are asked with."""
        return Engines()

    @cached_property
    def form_errors(self) -> tuple[FormError, ...]:
        """What breaks the form of OpenAPI."""
        return tuple(form_errors(self.document))

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """Every example and default, each once."""
        return read_examples(self.vocabulary)

    # -- the vocabulary ------------------------------------------------------------------------------

    @cached_property
    def lifecycles(self) -> tuple[Lifecycle, ...]:
        """The lifecycles that it declares."""
        return tuple(declarations.read_lifecycles(self.vocabulary))

    @cached_property
    def lives(self) -> tuple[Life, ...]:
        """The lives of resources that it declares."""
        return tuple(read_lives(self.vocabulary))

    @cached_property
    def life_expressions(self) -> tuple[LifeExpression, ...]:
        """The expressions of its lives, resources and computed members."""
        return tuple(read_life_expressions(self.vocabulary))

    @cached_property
    def needs(self) -> tuple[Needed, ...]:
        """What its operations require of resources."""
        return tuple(read_needs(self.vocabulary))

    @cached_property
    def submissions(self) -> tuple[Submission, ...]:
        """The operations that take items."""
        return tuple(declarations.read_submissions(self.vocabulary))

    @cached_property
    def statuses(self) -> tuple[StatusOf, ...]:
        """The operations that tell how submissions stand."""
        return tuple(declarations.read_statuses(self.vocabulary))

    @cached_property
    def records(self) -> tuple[RecordOf, ...]:
        """The operations that read saved items."""
        return tuple(declarations.read_records(self.vocabulary))

    @cached_property
    def rules(self) -> tuple[ItemRule, ...]:
        """The rules of all schemas."""
        return tuple(declarations.read_rules(self.vocabulary))

    @cached_property
    def partners(self) -> tuple[Partner, Partner]:
        """Two callers with whom its rules are tried."""
        return partners_of(rule.expression for rule in self.rules)

    @cached_property
    def silences(self) -> tuple[Silence, ...]:
        """The questions that its sources leave open."""
        return tuple(declarations.read_silences(self.vocabulary))

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """All references to silences."""
        return (
            *declarations.read_references_to_silences(self.vocabulary),
            *(mention for lifecycle in self.lifecycles for mention in lifecycle.silences),
            *(
                mention
                for lifecycle in self.lifecycles
                for outcome in lifecycle.outcomes
                for mention in outcome.silences
            ),
            *(mention for rule in self.rules for mention in rule.silences),
        )

    @cached_property
    def error_form(self) -> ErrorForm:
        """How its errors are rendered."""
        written = self.document.data.get("x-error-form")
        return next((form for form in ERROR_FORMS if form == written), "problem")

    def lifecycle(self, name: str) -> Lifecycle | None:
        """The lifecycle of this name."""
        return next((each for each in self.lifecycles if each.name == name), None)

    # -- submissions ---------------------------------------------------------------------------------

    def body_schema(self, submission: Submission) -> Pointer | None:
        """The place of the schema of a submission's JSON body."""
        return json_schema(self.document, (*submission.operation.pointer, "requestBody"))

    def item_schema(self, submission: Submission) -> Pointer | None:
        """The place of the schema of one item, references followed; None when the body is no array."""
        body = self.body_schema(submission)
        items = None if body is None else single(parts(self.document, body), "items")
        return None if items is None else followed_or_none(self.document, items)

    def status_operations(self, submission: Submission) -> tuple[StatusOf, ...]:
        """The operations that answer how this submission stands."""
        return tuple(each for each in self.statuses if submission.operation.id in each.submissions)
