"""What Prometheus may read: counts and times by operation, and nothing about a person."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which processes that share one port share their counts."""

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "nearhome_http_requests_total",
    "Requests answered, by operation and status.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "nearhome_http_request_seconds",
    "From the first byte of a request to the first of its answer, by operation.",
    ("method", "route"),
    buckets=SECONDS,
    registry=REGISTRY,
)
IN_PROGRESS = Gauge(
    "nearhome_http_requests_in_progress",
    "Requests that are being answered.",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
JOBS = Gauge(
    "nearhome_jobs",
    "Jobs of all authorities, by kind and state, when last asked.",
    ("kind", "state"),
    registry=REGISTRY,
    multiprocess_mode="mostrecent",
)
FAULTS = Counter(
    "nearhome_faults_total", "Requests that ended in a fault of ours.", registry=REGISTRY
)
READY = Gauge(
    "nearhome_ready",
    "1 where the database answers and its schema is the right one.",
    registry=REGISTRY,
    multiprocess_mode="mostrecent",
)


def tell_jobs(counts: Mapping[tuple[str, str], int]) -> None:
    """Set how many jobs there are.

    Parameters
    ----------
    counts
        By kind and state.
    """
    for (kind, state), count in counts.items():
        JOBS.labels(kind, state).set(count)


def exposition() -> tuple[bytes, str]:
    """Return what Prometheus reads, and its media type."""
    registry = REGISTRY
    if os.environ.get(MULTIPROCESS):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST
