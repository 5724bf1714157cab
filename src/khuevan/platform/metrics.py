"""What operators watch: requests, jobs and readers, in Prometheus' own format.

Several processes serve requests; `khuevan serve` gives them a folder
(`PROMETHEUS_MULTIPROC_DIR`) in which their counts are added up.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from . import readers
from .callers import within
from .http import GetResponse
from .models import Job, JobState


REQUESTS = Counter(
    "khuevan_requests", "Requests answered", ["route", "method", "status"]
)
DURATIONS = Histogram(
    "khuevan_request_seconds",
    "Time to answer a request",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
log = logging.getLogger("khuevan.requests")


class MetricsMiddleware:
    """Counts, times and logs every request, under its route and not its address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route = _route(request)
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        DURATIONS.labels(route).observe(seconds)
        if route not in {"health-live", "health-ready", "metrics"}:
            log.info(
                "request",
                extra={
                    "route": route,
                    "method": method,
                    "status": response.status_code,
                    "milliseconds": round(seconds * 1000, 1),
                },
            )
        return response


class _Present(Collector):
    """Figures that are asked for when somebody looks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("khuevan_jobs", "Jobs by state", labels=["state"])
        counted = dict(Job.objects.values_list("state").annotate(Count("pk")))
        for state in JobState:
            jobs.add_metric([state], counted.get(state, 0))
        yield jobs
        lag = GaugeMetricFamily(
            "khuevan_reader_lag", "Facts a reader has not read yet", labels=["reader"]
        )
        for name, facts in readers.lags().items():
            lag.add_metric([name], facts)
        yield lag


def page() -> bytes:
    """Return all metrics in the text format."""
    present = CollectorRegistry()
    present.register(_Present())
    counted = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return generate_latest(counted) + generate_latest(present)


def may_look(request: HttpRequest) -> bool:
    """Tell whether a request comes from where operators look.

    A request that a proxy forwarded comes from elsewhere, whatever the proxy's address.
    """
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    return within(request.META.get("REMOTE_ADDR", ""), settings.METRICS_FROM)


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.view_name or match.route) if match else "unknown"
