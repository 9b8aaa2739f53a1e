"""The world of our own sandbox, as its fixture tells it, and who may log in to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypedDict

import yaml

from contract_tests.services.rewards.values import Record
from openapi_documents.shipped import folder

FIXTURE = "rewards-world.yaml"


class Login(TypedDict):
    """What a login needs."""

    username: str
    password: str
    organisation: str


class _Loader(yaml.SafeLoader):
    """A safe loader for which dates are text."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class World:
    """The organisation of a login, and the others of the fixture."""

    name: str
    organisations: Mapping[str, Record]

    @property
    def organisation(self) -> Record:
        """Return the organisation of the login."""
        return self.organisations[self.name]

    @property
    def other_login(self) -> Login:
        """Return a login of another organisation. Raises LookupError when the fixture has but one."""
        for name, organisation in self.organisations.items():
            if name != self.name:
                user = organisation["users"][0]
                return Login(
                    username=user["username"], password=user["password"], organisation=name
                )
        raise LookupError("the fixture has one organisation only")

    @property
    def other_organisation(self) -> Record:
        """Return the organisation of the other login."""
        return self.organisations[self.other_login["organisation"]]


@cache
def _organisations() -> Mapping[str, Record]:
    text = (folder("fixtures") / FIXTURE).read_text(encoding="utf-8")
    document: dict[str, Mapping[str, Record]] = yaml.load(text, Loader=_Loader)  # noqa: S506 - it is a safe one
    return document["organisations"]


def world_of(login: Mapping[str, str]) -> World | None:
    """Return the world that a login stands in, None when the fixture has none such."""
    organisations = _organisations()
    name = login.get("organisation", "")
    for user in organisations.get(name, {}).get("users", ()):
        if all(user[member] == login.get(member) for member in ("username", "password")):
            return World(name, organisations)
    return None
