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

NOT_RUN = pytest.StashKey[dict[str, int]]()
"""How many tests of each of these markers were left out."""

MARKERS = ("outside_data", "browser")
COVERING = ("tests/matcher/", "tests/spec/")
CHROMIUM = os.environ.get("NEARHOME_CHROMIUM") or "/usr/bin/chromium"
"""The browser that tests look at pages with; never downloaded by a test."""

# The same examples every time, and no failure because the machine was busy.
settings.register_profile(
    "nearhome",
    derandomize=True,
    max_examples=50,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=(HealthCheck.too_slow,),
)
settings.load_profile("nearhome")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NOT_RUN] = dict.fromkeys(MARKERS, 0)
    if config.pluginmanager.has_plugin("xdist"):
        config.pluginmanager.register(_FromWorkers(config))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and count, what needs a browser where there is none; never in CI.

    The engine's own unit and spec tests count coverage: it nearly doubles what a test takes.
    """
    for item in items:
        if not item.nodeid.startswith(COVERING):
            item.add_marker("no_cover")
    if FORBID_SKIPS or has_browser():
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("browser")]


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    for item in items:
        for marker in MARKERS:
            # What `-m` leaves out was asked for, unless the marker says that it never runs.
            if item.get_closest_marker(marker) and (marker != "browser" or not has_browser()):
                item.config.stash[NOT_RUN][marker] += 1
                break


def has_browser() -> bool:
    return os.access(CHROMIUM, os.X_OK)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the browser."""
    assert has_browser(), (
        f"No Chromium at {CHROMIUM}. Debian: apt-get install chromium; or set NEARHOME_CHROMIUM."
    )
    return CHROMIUM


@pytest.fixture
def hasty_learning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learn what beds are worth in few replays, where a test does not ask how well."""
    monkeypatch.setattr("matcher.lookahead.learning.ROUNDS", 4)
    monkeypatch.setattr("matcher.lookahead.learning.TRIALS", 1)
    monkeypatch.setattr("matcher.lookahead.learning.SCALES", (0.0, 1.0))


def pytest_sessionfinish(session: pytest.Session) -> None:
    sent: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if sent is not None:
        sent["not_run"] = session.config.stash[NOT_RUN]


class _FromWorkers:
    """Takes the count from pytest-xdist's workers, each of which collects every test."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        counts = self.config.stash[NOT_RUN]
        for marker, counted in getattr(node, "workeroutput", {}).get("not_run", {}).items():
            counts[marker] = max(counts[marker], counted)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    unseen = config.stash[NOT_RUN]["browser"]
    if unseen:
        terminalreporter.write_line(
            f"{unseen} browser {'test' if unseen == 1 else 'tests'} not run: no Chromium at "
            f"{CHROMIUM} (Debian: apt-get install chromium; or set NEARHOME_CHROMIUM)"
        )
    count = config.stash[NOT_RUN]["outside_data"]
    if count:
        terminalreporter.write_line(
            f"{count} {'test needs' if count == 1 else 'tests need'} outside data and "
            f"{'was' if count == 1 else 'were'} deselected: set NEARHOME_STATISTICS=DIR / "
            "NEARHOME_INSTANCES=DIR / NEARHOME_903_SAMPLE=DIR / "
            "NEARHOME_903_VALIDATOR=PYTHON and add -m outside_data"
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
