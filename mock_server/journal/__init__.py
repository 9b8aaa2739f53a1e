"""The journal: what came in and what went out, kept for the partner who sent it.

Begin in `journal`; an `exchange` is one request with its answer, `masking` hides its secrets, `har` and `rendering` write it.
"""

from mock_server.journal.exchange import EXCHANGE, Exchange
from mock_server.journal.journal import Entry, Journal

__all__ = ["EXCHANGE", "Entry", "Exchange", "Journal"]
