"""Keys that a client chooses for what it makes: never given before, in the form that a schema asks for."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator

from contract_tests.generation.pattern_texts import any_text
from contract_tests.reading.patterns import matches
from contract_tests.reading.schemas import Schema, kinds

_GREATEST = 2**31 - 1
_TRIED = 8


def fresh_keys(known: Schema, text: str) -> Iterator[str | int]:
    """Yield keys by a schema, the likeliest to fit first; each stands for a text that stands nowhere else."""
    chance = random.Random(text)  # noqa: S311 - repeatable, not secret
    if kinds(known) & {"integer", "number"}:
        least, most = known.get("minimum"), known.get("maximum")
        low = least if isinstance(least, int) else 1
        yield chance.randint(low, max(most if isinstance(most, int) else _GREATEST, low))
        return
    if known.get("format") == "uuid":
        yield str(uuid.uuid5(uuid.NAMESPACE_URL, text))
    pattern = known.get("pattern")
    if isinstance(pattern, str):
        made = [any_text(pattern, chance) for _ in range(_TRIED)]
        # Some servers write keys in letters of one case, where the pattern leaves it open.
        yield from (one.lower() for one in made if matches(pattern, one.lower()))
        yield from made
    least, most = known.get("minLength", 0), known.get("maxLength")
    if isinstance(most, int) and most < len(text):
        yield f"{chance.getrandbits(4 * most):0{most}x}"
    yield text.ljust(least if isinstance(least, int) else 0, "x")
