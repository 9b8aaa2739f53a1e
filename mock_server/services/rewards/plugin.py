"""The rewards service as the sandbox plugs it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mock_server.clock import real_now
from mock_server.contracts.contract import ADMINISTRATION, Contract
from mock_server.contracts.operations import Operation
from mock_server.http.requests import Answering
from mock_server.services.rewards import world_file
from mock_server.services.rewards.ledger import Ledger
from mock_server.services.rewards.operations import RewardsOperations
from mock_server.services.rewards.service import Rewards
from mock_server.settings import fixture
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads


class RewardsService:
    """Opens the rewards service with the fixtures' organisations, whose wallets stand in the store."""

    name = "rewards"

    def open(self, store: Store, threads: Threads) -> OpenRewards:
        """Open it on a store. Raises StorageError."""
        world = world_file.read(fixture("rewards-world.yaml"))
        ledger = Ledger(store.database)
        ledger.open(world)
        rewards = Rewards(world, ledger, lambda organisation: real_now())
        return OpenRewards(self.name, rewards, threads)


class OpenRewards:
    """The service, open."""

    def __init__(self, name: str, rewards: Rewards, threads: Threads) -> None:
        """Take its name, what does the work, and the threads that it is done in."""
        self._name = name
        self._rewards = rewards
        self._operations = RewardsOperations(rewards, threads)

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers an operation of the rewards contract, or of its part of the control surface."""
        handlers = {
            self._name: self._operations.handlers,
            ADMINISTRATION: self._operations.control_handlers,
        }
        handler = handlers.get(contract.service or "", {}).get(operation.id)
        if handler is None:
            return None
        has_token = operation.token is not None
        return Answering(handler, self._operations.caller_of_token if has_token else None)

    def for_tests(self, url: str) -> Callable[[str], SandboxRewards]:
        """Return a function that gives an organisation's world, as in the fixture.

        Organisations are shared by all tests of a process, so a test takes its world once.
        """

        def world(organisation: str = "northwind") -> SandboxRewards:
            return SandboxRewards(url, self._rewards, organisation)

        return world


class SandboxRewards:
    """The rewards world of one organisation: its wallets are as in the fixture when it is first asked for."""

    def __init__(self, url: str, rewards: Rewards, organisation: str) -> None:
        """Take the server's URL and the service, and start afresh."""
        self.url = f"{url}/crmapi/rest/v2"
        self.organisation = organisation
        self._rewards = rewards
        self.reset()

    def token(self) -> str:
        """Return the token of a new login."""
        return self._rewards.login_of(self.organisation)

    def explain(self, purchase: Mapping[str, object]) -> list[dict[str, object]]:
        """Return each offer, whether a purchase (the body of a preview) gets it, and why not.

        Raises Problem for a purchase that names what is not there.
        """
        return self._rewards.explain(self.organisation, purchase)

    def reset(self) -> None:
        """Make wallets, one-time passwords and events as in the fixture."""
        self._rewards.reset(self.organisation)


REWARDS = RewardsService()
