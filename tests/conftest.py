"""What every test shares: repeatable properties, and plain words about what did not run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

FORBID_SKIPS = os.environ.get("NEARHOME_FORBID_SKIPS", "") not in ("", "0")
"""In continuous integration a test that did not run is a test that failed."""

OUTSIDE_DATA = pytest.StashKey[int]()

# The same examples every time, and no failure because the machine was busy.
settings.register_profile(
    "nearhome",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=(HealthCheck.too_slow,),
)
settings.load_profile("nearhome")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[OUTSIDE_DATA] = 0
    if config.pluginmanager.has_plugin("xdist"):
        config.pluginmanager.register(_FromWorkers(config))


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    outside = [item for item in items if item.get_closest_marker("outside_data")]
    if outside:
        outside[0].config.stash[OUTSIDE_DATA] += len(outside)


def pytest_sessionfinish(session: pytest.Session) -> None:
    sent: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if sent is not None:
        sent["outside_data"] = session.config.stash[OUTSIDE_DATA]


class _FromWorkers:
    """Takes the count from pytest-xdist's workers, each of which collects every test."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        counted = getattr(node, "workeroutput", {}).get("outside_data", 0)
        self.config.stash[OUTSIDE_DATA] = max(self.config.stash[OUTSIDE_DATA], counted)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    count = config.stash[OUTSIDE_DATA]
    if count:
        terminalreporter.write_line(
            f"{count} {'test needs' if count == 1 else 'tests need'} outside data and "
            f"{'was' if count == 1 else 'were'} deselected: set NEARHOME_STATISTICS=DIR / "
            "NEARHOME_INSTANCES=DIR / NEARHOME_903_SAMPLE=DIR and add -m outside_data"
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if FORBID_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and NEARHOME_FORBID_SKIPS is set: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if FORBID_SKIPS and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, and NEARHOME_FORBID_SKIPS is set: {report.longrepr}"
    return report
