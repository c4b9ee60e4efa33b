"""Runs a scenario: every variant in the same futures, as many as are asked for.

Replications are simulated in any order and by anybody, and used in the order of their
numbers, so that the result is the same whoever did the work and however often it was
interrupted.
"""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.errors import UsageError
from scenarios.comparison import LEAST_REPLICATIONS, measured
from scenarios.intervals import half_width_of_mean
from scenarios.measures import BY_NAME, Measure
from scenarios.processes import Processes, ThisProcess, cores
from scenarios.replication import from_bytes
from scenarios.report.figures import in_header, shown
from scenarios.result_files import write_results
from scenarios.run_folder import opened
from scenarios.summarising import summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from scenarios.processes import Crew
    from scenarios.replication import Replication, Work
    from scenarios.results import RunResult
    from scenarios.run_description import RunDescription
    from scenarios.run_folder import RunFolder

FIRST_LOOK, LOOK_EVERY = 20, 10
"""After how many replications the width of intervals is looked at: at fixed numbers, so that
where a run stops does not depend on who was quicker."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is.

    Parameters
    ----------
    done, total
        Replications.
    found
        Those of them that an earlier, interrupted run had finished.
    seconds_left
        None until one has been finished now.
    """

    done: int
    total: int
    found: int
    seconds_left: float | None


def crew_of(processes: int | None) -> Crew:
    """Return who simulates on this machine.

    Parameters
    ----------
    processes
        How many processes; all cores when None.

    Raises
    ------
    UsageError
        If it is less than 1.
    """
    if processes is not None and processes < 1:
        raise UsageError(f"--processes is {processes}; it is at least 1.")
    count = processes or cores()
    return ThisProcess() if count == 1 else Processes(count)


def run_scenario(
    work: Work,
    description: RunDescription,
    *,
    out: Path,
    replications: int,
    crew: Crew,
    until: Mapping[str, float] | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> RunResult:
    """Run a scenario, or go on with one that was interrupted.

    Parameters
    ----------
    work
        What is simulated.
    description
        What it is, and its stamp.
    out
        The folder of the run.
    replications
        How many futures, at least two. A run that has fewer is extended.
    crew
        Who does the work.
    until
        By measure, the half-width of the 90 per cent interval of the mean difference at which
        the run may stop early, as the measure is shown: points for shares, pounds for money.
    on_progress
        Is told about every finished replication.

    Returns
    -------
    RunResult
        What was found; it also stands in the folder.

    Raises
    ------
    UsageError
        If something else is in the folder, it cannot be written to, or nonsense is asked for.
    """
    if replications < LEAST_REPLICATIONS:
        raise UsageError(
            f"--replications is {replications}; it is at least {LEAST_REPLICATIONS}, since one "
            "future says nothing about the doubt."
        )
    stop = _Stop.when(until or {}, description)
    with opened(out, description) as folder:
        run = _Run(folder, replications, stop)
        run.say("running")
        try:
            run.simulate(work, crew, on_progress)
        except BaseException:
            run.say_quietly("interrupted")
            raise
        used = run.stop.at or replications
        result = summarise(
            description,
            ((number, folder.read(number)) for number in range(1, used + 1)),
            asked=replications,
            stopped_early=run.stop.reason,
        )
        write_results(result, out)
        run.say("complete")
    return result


class _Run:
    def __init__(self, folder: RunFolder, replications: int, stop: _Stop) -> None:
        self.folder = folder
        self.replications = replications
        self.stop = stop
        self.done = 0

    def say(self, state: str) -> None:
        settings: dict[str, Any] = {
            "replications": self.replications,
            "until": self.stop.until,
            "finished": self.done,
        }
        self.folder.say_state(state, settings, machine())

    def say_quietly(self, state: str) -> None:
        """Say it if the disk allows: what ended the run is told, and not this."""
        try:
            self.say(state)
        except OSError:
            return

    def simulate(self, work: Work, crew: Crew, on_progress: Callable[[Progress], None]) -> None:
        identity = self.folder.description.identity
        found = self.folder.finished(self.replications)
        for number in found:
            self.stop.hears(number, self.folder.read(number))
        self.done = len(found)
        began = time.monotonic()

        def tell() -> None:
            now = self.done - len(found)
            spent = time.monotonic() - began
            left = spent / now * (self.replications - self.done) if now else None
            on_progress(
                Progress(
                    done=self.done,
                    total=self.replications,
                    found=len(found),
                    seconds_left=left,
                )
            )

        tell()
        missing = sorted(set(range(1, self.replications + 1)) - set(found))
        if self.stop.reached or not missing:
            return
        results = crew.results(work, identity=identity, numbers=missing)
        try:
            for number, content in results:
                self.folder.keep(number, content)
                self.done += 1
                counted = from_bytes(content, replication=number, identity=identity)
                enough = self.stop.hears(number, counted)
                tell()
                if enough:
                    return
        finally:
            _close(results)


def _close(results: Iterator[tuple[int, bytes]]) -> None:
    """End the work now, and not when somebody happens to collect the iterator."""
    close = getattr(results, "close", None)
    if close is not None:
        close()


class _Stop:
    """Decides, from the replications in the order of their numbers, when there are enough."""

    def __init__(self, until: Mapping[str, float]) -> None:
        self.until = dict(until)
        self.measures: tuple[Measure, ...] = tuple(BY_NAME[name] for name in until)
        self.heard: dict[int, NDArray[np.float64]] = {}
        self.in_order = 0
        self.at: int | None = None
        self.reason: str | None = None

    @classmethod
    def when(cls, until: Mapping[str, float], description: RunDescription) -> _Stop:
        for name, width in until.items():
            if name not in BY_NAME:
                raise UsageError(
                    f"There is no measure {name!r} to narrow. Those there are: "
                    f"{', '.join(BY_NAME)}."
                )
            if not width > 0:
                raise UsageError(f"The half-width asked of {name} is {width:g}; it is above 0.")
        if until and len(description.variants) < 2:
            raise UsageError(
                "Intervals of differences are asked to be narrow, and the scenario has no variant "
                "to differ. Add one, or leave out --until."
            )
        return cls(until)

    @property
    def reached(self) -> bool:
        """Whether there are enough."""
        return self.at is not None

    def hears(self, number: int, replication: Replication) -> bool:
        """Take in a finished replication; return whether there are enough."""
        if not self.until or self.reached:
            return self.reached
        self.heard[number] = measured(replication, self.measures)[:, 0]
        while self.in_order + 1 in self.heard:
            self.in_order += 1
            looks = self.in_order >= FIRST_LOOK and self.in_order % LOOK_EVERY == 0
            if looks and (reason := self._enough(range(1, self.in_order + 1))):
                self.at, self.reason = self.in_order, reason
                break
        return self.reached

    def _enough(self, numbers: Iterable[int]) -> str | None:
        array = np.stack([self.heard[number] for number in numbers])
        change = array[:, 1:] - array[:, :1]
        widths = []
        for k, measure in enumerate(self.measures):
            widest = 0.0
            for variant in range(change.shape[1]):
                known = change[:, variant, k][~np.isnan(change[:, variant, k])]
                if len(known) < LEAST_REPLICATIONS:
                    return None
                widest = max(widest, half_width_of_mean(known))
            half = shown(widest, measure.unit)
            if half > self.until[measure.name]:
                return None
            unit = in_header(measure.unit, difference=True)
            widths.append(f"{measure.name} to ±{half:,.3g} {unit}")
        return (
            f"After {array.shape[0]} replications the mean differences are known as narrowly as "
            f"asked: {', '.join(widths)}."
        )


def machine() -> dict[str, Any]:
    """Return what a run was made on, for its record; no result depends on it."""
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": cores(),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
