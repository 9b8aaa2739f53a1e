"""How large a document may be. Beyond these, reading ends with a LimitError and never with a crash."""

from __future__ import annotations

from typing import Final

LARGEST_TEXT: Final = 64 * 1024 * 1024
"""Bytes of one file. The largest public documents have about 12 MB."""

MOST_VALUES: Final = 2_000_000
"""Values of one file. The largest public documents have about 600,000."""

MOST_ALIASED_VALUES: Final = 500_000
"""Values of one file that stand there only because aliases repeat them."""

MOST_BROUGHT_VALUES: Final = 200_000
"""Values that overlays may bring to a document, counted at each place to which they are brought."""

DEEPEST: Final = 200
"""Levels of mappings and sequences within each other. Real documents stay below 40."""

MOST_FILES: Final = 20_000
"""Files that one document may refer to."""

LONGEST_CHAIN: Final = 5_000
"""References that may follow each other before a value is reached."""

LONGEST_INTEGER: Final = 4300
"""Digits of an integer: what Python reads and writes without a special wish."""

MOST_DEFINITIONS: Final = 30_000
"""Schemas that one schema may need, each in each way in which it is asked for."""

LONGEST_PATTERN: Final = 50_000
"""Characters of a regular expression."""
