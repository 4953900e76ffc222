"""``/metrics``: what this process answered, how fast, and what it holds.

References
----------
Prometheus text format 0.0.4. Counts only: no caller, no path, no parameter.
"""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from waternet.api.answer import Answer
from waternet.api.asked import Asked
from waternet.api.operation import Operation

__all__ = ["Metrics", "metrics_operation"]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts the requests of this process, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "waternet_requests",
            "Requests answered.",
            ("operation", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "waternet_request_seconds",
            "From a request's head to the end of its answer.",
            ("operation",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._bytes = Counter(
            "waternet_sent_bytes", "Of answers, without heads.", registry=self._registry
        )
        self.under_way = Gauge(
            "waternet_requests_under_way", "Not yet answered.", registry=self._registry
        )
        ProcessCollector(registry=self._registry)
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._histograms: dict[str, Histogram] = {}

    def count(
        self, operation: str, method: str, status: int, seconds: float, size: int
    ) -> None:
        """Count one request that was answered."""
        if method not in _METHODS:
            method = "other"
        key = operation, method, status
        counter = self._counters.get(key)
        if counter is None:
            counter = self._requests.labels(operation, method, str(status))
            self._counters[key] = counter
        histogram = self._histograms.get(operation)
        if histogram is None:
            histogram = self._seconds.labels(operation)
            self._histograms[operation] = histogram
        counter.inc()
        histogram.observe(seconds)
        self._bytes.inc(size)

    def text(self) -> bytes:
        """Return all of it in Prometheus's text format."""
        return generate_latest(self._registry)


def metrics_operation(metrics: Metrics) -> Operation:
    """Return the operation that tells them."""

    def answer(_asked: Asked) -> Answer:
        return Answer(metrics.text(), _TEXT, headers={"cache-control": "no-store"})

    return Operation(
        "GET",
        "/metrics",
        "metrics",
        "node",
        "Counts and times of this process, for Prometheus.",
        answer,
        answers={"text/plain": {"type": "string"}},
        is_open=True,
        reads_bank=False,
    )
