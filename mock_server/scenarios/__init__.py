"""What if: a partner's requests that go wrong on purpose."""

from mock_server.scenarios.effect import Effect
from mock_server.scenarios.scenario import Scenario, Scenarios

__all__ = ["Effect", "Scenario", "Scenarios"]
