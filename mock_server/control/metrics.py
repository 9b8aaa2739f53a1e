"""The tallies of the journal in the text form of Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from mock_server.journal import Journal

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_LABELS = ("contract", "operation", "status")


class _Tallies(Collector):
    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "understudy_requests", "Requests that were answered.", labels=_LABELS
        )
        seconds = CounterMetricFamily(
            "understudy_request_seconds", "Seconds that answering took.", labels=_LABELS
        )
        for handled, count in self._journal.handled.items():
            labels = (handled.contract, handled.operation, str(handled.status))
            requests.add_metric(labels, count)
            seconds.add_metric(labels, self._journal.seconds[handled])
        yield requests
        yield seconds


def exposition(journal: Journal) -> bytes:
    """Return what a scraper reads."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Tallies(journal))
    return generate_latest(registry)
