"""What the items of a contract are made with, for each submission and each partner."""

from __future__ import annotations

from collections.abc import Mapping

from contract_tests.generation.items import ItemMaker, example_texts
from contract_tests.generation.variations import Variations
from contract_tests.http.partners import Caller
from contract_tests.reading.contract import Contract, Submission


class Materials:
    """The makers and the variations of a contract's items; `attributes` are those of each partner."""

    def __init__(self, contract: Contract, attributes: Mapping[Caller, Mapping[str, str]]) -> None:
        self.attributes = attributes
        self.examples = example_texts(contract.submissions)
        self._makers: dict[tuple[str, Caller], ItemMaker] = {}
        self._variations: dict[tuple[str, Caller], Variations] = {}

    def maker(self, submission: Submission, caller: Caller = Caller.FIRST) -> ItemMaker:
        """Return the maker of a submission's items for a partner."""
        place = (submission.id, caller)
        if place not in self._makers:
            attributes = self.attributes.get(caller, {})
            self._makers[place] = ItemMaker(submission, attributes, self.examples)
        return self._makers[place]

    def variations(self, submission: Submission, caller: Caller = Caller.FIRST) -> Variations:
        """Return the variations of a submission's items for a partner."""
        place = (submission.id, caller)
        if place not in self._variations:
            self._variations[place] = Variations(self.maker(submission, caller))
        return self._variations[place]
