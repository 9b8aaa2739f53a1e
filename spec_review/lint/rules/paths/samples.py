"""Further paths for the samples of several rules."""

from __future__ import annotations

from typing import Final

ANOTHER: Final = """\
  /things/{number}:
    get:
      operationId: showThing
      summary: Show a thing
      parameters:
        - {name: number, in: path, required: true, description: No., schema: {type: string}, example: a1}
      responses: {'204': {description: It is there.}}
components:
  parameters:"""


LATEST: Final = """\
  /things/latest:
    get:
      operationId: getLatest
      summary: Show the latest thing
      responses: {'204': {description: There is none.}}
"""
