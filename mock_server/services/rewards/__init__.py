"""The rewards service: logins, previews and purchases, computed from the world of a fixture.

R1, R14 and the like are what the contract leaves open and how it is decided here; they are the ids
of the `x-silences` of `openapi/rewards-v2.yaml`.
"""

from mock_server.services.rewards.plugin import REWARDS

__all__ = ["REWARDS"]
