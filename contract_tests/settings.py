"""What a run was asked to do, as one frozen value."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contract_tests import options
from contract_tests.http.limits import Limits
from contract_tests.http.listener import Webhooks
from contract_tests.http.partners import Partner, Partners
from contract_tests.judging.mode import Effort, Mode, Suite
from contract_tests.options import Given, Option, OptionError

_BY_EFFECT = os.access in os.supports_effective_ids
"""Whether the system tells what a process may do as the user that it acts as."""

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Where GitHub Actions takes the summary of a step from."""


@dataclass(frozen=True)
class Outputs:
    """The files that a run writes, None where none was asked for."""

    junit: Path | None = None
    html: Path | None = None
    json: Path | None = None
    ledger: Path | None = None
    sarif: Path | None = None
    summary: Path | None = None
    baseline: Path | None = None

    def prepare(self) -> None:
        """Make the folders that the files stand in. Raises OptionError where nothing can be written."""
        for option, path in self._named():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                reason = error.strerror or "it cannot be made"
                raise OptionError(f"{option.flag} {path}: {path.parent}: {reason}") from error
            if path.is_dir():
                raise OptionError(f"{option.flag} {path}: this is a folder; a file is expected")
            written = path if path.exists() else path.parent
            if not os.access(written, os.W_OK, effective_ids=_BY_EFFECT):
                raise OptionError(f"{option.flag} {path}: nothing can be written there")

    def _named(self) -> Iterator[tuple[Option[str], Path]]:
        for option, path in (
            (options.JUNIT, self.junit),
            (options.HTML, self.html),
            (options.JSON, self.json),
            (options.LEDGER, self.ledger),
            (options.SARIF, self.sarif),
            (options.SUMMARY, self.summary),
            (options.WRITE_BASELINE, self.baseline),
        ):
            if path is not None:
                yield option, path


@dataclass(frozen=True)
class Settings:
    """The options of a run; secrets never show in its repr."""

    base_url: str
    contracts: tuple[str, ...]
    overlays: tuple[str, ...] = ()
    allow_refs: tuple[str, ...] = ()
    partners: Partners = field(default_factory=lambda: Partners(Partner(None)))
    token_url: str | None = None
    login: Mapping[str, str] = field(default_factory=dict, repr=False)
    mode: Mode = Mode.DOCUMENTED
    effort: Effort = Effort.STANDARD
    seed: int = 1
    only: tuple[Suite, ...] = tuple(Suite)
    require_reach: bool = False
    limits: Limits = field(default_factory=Limits)
    outputs: Outputs = field(default_factory=Outputs)
    shard: tuple[int, int] | None = None
    baseline: Path | None = None
    webhooks: Webhooks = field(default_factory=Webhooks)

    @property
    def needs_reach(self) -> bool:
        """Whether an operation that never succeeded is a failure."""
        whole = set(self.only) == set(Suite) and not self.limits.read_only
        return self.require_reach or (self.mode is Mode.STRICT and whole)

    def repeat(self, suite: Suite) -> str:
        """Return the command that repeats a suite of this run; without secrets."""
        return shlex.join(["contract-tests", "run", *self._repeated(suite)])

    @property
    def judged_by(self) -> str:
        """Return the options that say by what is judged."""
        return shlex.join(self._contracts())

    def _repeated(self, suite: Suite) -> Iterator[str]:
        yield from (options.BASE_URL.flag, self.base_url)
        yield from self._contracts()
        yield from (options.EFFORT.flag, self.effort)
        yield from (options.SEED.flag, str(self.seed))
        yield from (options.ONLY.flag, suite)

    def _contracts(self) -> Iterator[str]:
        several: tuple[tuple[Option[str], tuple[str, ...]], ...] = (
            (options.CONTRACT, self.contracts),
            (options.OVERLAY, self.overlays),
            (options.ALLOW_REFS, self.allow_refs),
        )
        for option, values in several:
            for value in values:
                yield from (option.flag, value)
        yield from (options.MODE.flag, self.mode)


def settings_of(given: Given) -> Settings:
    """Return the options of a run as one value. Raises OptionError."""
    return Settings(
        base_url=given.known(options.BASE_URL),
        contracts=given.all(options.CONTRACT),
        overlays=given.all(options.OVERLAY),
        allow_refs=given.all(options.ALLOW_REFS),
        partners=_partners(given),
        token_url=given.of(options.TOKEN_URL),
        login=_login(given),
        mode=given.known(options.MODE),
        effort=given.known(options.EFFORT),
        seed=given.known(options.SEED),
        only=given.known(options.ONLY),
        require_reach=given.is_set(options.REQUIRE_REACH),
        limits=Limits(
            deadline=given.known(options.DEADLINE),
            max_answer=given.known(options.MAX_ANSWER),
            in_flight=given.known(options.IN_FLIGHT),
            max_requests=given.of(options.MAX_REQUESTS),
            read_only=given.is_set(options.READ_ONLY),
            dry_run=given.is_set(options.DRY_RUN),
        ),
        outputs=_outputs(given),
        shard=given.of(options.SHARD),
        baseline=_path(given.of(options.BASELINE)),
        webhooks=Webhooks(given.of(options.WEBHOOK_URL), given.of(options.WEBHOOK_SECRET)),
    )


def _outputs(given: Given) -> Outputs:
    return Outputs(
        junit=_path(given.of(options.JUNIT)),
        html=_path(given.of(options.HTML)),
        json=_path(given.of(options.JSON)),
        ledger=_path(given.of(options.LEDGER)),
        sarif=_path(given.of(options.SARIF)),
        summary=_path(given.of(options.SUMMARY) or given.variables.get(_STEP_SUMMARY)),
        baseline=_path(given.of(options.WRITE_BASELINE)),
    )


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None


def _partners(given: Given) -> Partners:
    attributes = dict(given.all(options.PARTNER))
    token, other = given.of(options.TOKEN), given.of(options.OTHER_CLIENT_ID)
    other_token = given.of(options.OTHER_TOKEN)
    if not given.is_set(options.DRY_RUN):
        if token is None:
            _require_secret(given, options.CLIENT_ID, options.CLIENT_SECRET)
        if other_token is None:
            _require_secret(given, options.OTHER_CLIENT_ID, options.OTHER_CLIENT_SECRET)
    first = Partner(given.of(options.CLIENT_ID), given.of(options.CLIENT_SECRET), token, attributes)
    if other is None and other_token is None:
        return Partners(first)
    secret = given.of(options.OTHER_CLIENT_SECRET)
    return Partners(first, Partner(other, secret, other_token, attributes))


def _require_secret(given: Given, name: Option[str], secret: Option[str]) -> None:
    known = given.of(name)
    if known is not None and given.of(secret) is None:
        raise OptionError(
            f"{name.flag} {known} stands without its secret; "
            f"give {secret.flag}, better in {secret.variable}"
        )


def _login(given: Given) -> dict[str, str]:
    """Return the members of a login; the password may come from its variable alone."""
    login = dict(given.all(options.LOGIN))
    password = given.variables.get(options.LOGIN_PASSWORD)
    if login and password is not None:
        login.setdefault("password", password)
    return login
