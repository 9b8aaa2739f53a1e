"""The journal: what came in and what went out, kept for the partner who sent it."""

from mock_server.journal.exchange import EXCHANGE, Exchange
from mock_server.journal.journal import Entry, Journal

__all__ = ["EXCHANGE", "Entry", "Exchange", "Journal"]
