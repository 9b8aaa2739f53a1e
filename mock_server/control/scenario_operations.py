"""What if, by the control surface: a partner sets what goes wrong, and sees what did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.control.operations import SERVICE
from mock_server.http import problems
from mock_server.http.answers import Answer, json_answer
from mock_server.http.problems import Problem
from mock_server.http.requests import Answering, Handler, Request
from mock_server.scenarios import Effect, Scenario, Scenarios

_NOTHING = asdict(Effect())


class ScenarioOperations:
    """Answers the operations about scenarios."""

    def __init__(self, scenarios: Scenarios) -> None:
        """Take the scenarios of this process."""
        self._scenarios = scenarios
        self._handlers: Mapping[str, Handler] = {
            "listScenarios": self.list,
            "setScenario": self.set,
            "clearScenarios": self.clear,
            "removeScenario": self.remove,
        }

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers an operation of the shipped control contract."""
        handler = self._handlers.get(operation.id) if contract.service == SERVICE else None
        return Answering(handler) if handler is not None else None

    async def list(self, request: Request) -> Answer:
        """Answer with what is set, and with all that has a name."""
        mine = self._scenarios.of_partner(request.known_caller.client_id)
        named = {
            name: {"summary": one.summary, "effect": _effect(one.effect)}
            for name, one in self._scenarios.catalogue.items()
        }
        return json_answer({"set": [_scenario(one) for one in mine], "named": named})

    async def set(self, request: Request) -> Answer:
        """Set a scenario. Raises Problem 400 for a name that nobody knows."""
        asked = request.body
        effect = Effect.of(asked["effect"]) if "effect" in asked else None
        made = self._scenarios.add(
            request.known_caller.client_id,
            asked.get("scenario"),
            effect,
            operation=asked.get("operation"),
            times=asked.get("times", 1),
            probability=asked.get("probability", 1.0),
            seed=asked.get("seed"),
        )
        return json_answer(_scenario(made), 201)

    async def clear(self, request: Request) -> Answer:
        """Drop all that is set."""
        self._scenarios.clear(request.known_caller.client_id)
        return Answer(204, media_type=None)

    async def remove(self, request: Request) -> Answer:
        """Drop one. Raises Problem 404 when there is none."""
        number = request.parameters["id"]
        if not self._scenarios.remove(request.known_caller.client_id, number):
            raise Problem(problems.NO_SCENARIO)
        return Answer(204, media_type=None)


def _scenario(scenario: Scenario) -> Mapping[str, object]:
    return {
        "id": scenario.id,
        "scenario": scenario.name or None,
        "effect": _effect(scenario.effect),
        "operation": scenario.operation,
        "left": scenario.left,
        "probability": scenario.probability,
        "played": scenario.played,
    }


def _effect(effect: Effect) -> Mapping[str, object]:
    return {name: value for name, value in asdict(effect).items() if value != _NOTHING[name]}
