"""Hand-written services: what a contract says in prose only. This is the one list of them."""

from mock_server.services.rewards import REWARDS
from mock_server.services.service import OpenService, Service

SERVICES: tuple[Service, ...] = (REWARDS,)

__all__ = ["SERVICES", "OpenService", "Service"]
