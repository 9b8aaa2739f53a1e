"""The value of `--keep`."""

from __future__ import annotations

import re
from typing import Any

import click

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class KeepType(click.ParamType[Any]):
    """A number of submissions, or a time with its unit; it becomes the settings that it stands for."""

    name = "keep"

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> dict[str, float]:
        """Return the settings. Raises BadParameter."""
        if isinstance(value, dict):
            return value
        found = re.fullmatch(r"([1-9][0-9]{0,8})([smhd]?)", str(value).strip())
        if found is None:
            self.fail(
                f"{value!r} is neither a number of submissions, such as 10000, nor a time, such as 30d, 12h or 15m.",
                param,
                context,
            )
        number, unit = int(found[1]), found[2]
        return {"keep_seconds": number * _SECONDS[unit]} if unit else {"keep_submissions": number}
