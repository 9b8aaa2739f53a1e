"""The rewards service: logins, previews and purchases, computed from the world of a fixture."""

from mock_server.services.rewards.plugin import REWARDS

__all__ = ["REWARDS"]
