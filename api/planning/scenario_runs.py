"""A what-if over years, as a job.

Each simulated future is kept in the database as soon as it is finished. A worker that takes the
job over, on this host or another, goes on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.planning.asking import OWN, scenario_of
from api.planning.snapshots import WORLD, unpack
from api.planning.task import CSV, HTML, JSON, PARQUET, TOML, XLSX, ZIP, Outcome, Result
from api.records.job import JobProgress
from matcher.domain.phrases import counted
from matcher.errors import UsageError
from scenarios.comparison import LEAST_REPLICATIONS
from scenarios.report import write_report, write_workbook
from scenarios.runner import Progress, crew_of, run_scenario
from scenarios.simulation_work import work_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from api.planning.task import Desk
    from api.records.job import Job, ScenarioAsked
    from scenarios.results import RunResult
    from scenarios.run_description import RunDescription
    from scenarios.simulation_work import SimulationWork

FUTURE = "future-"
"""How the names of kept futures begin."""

_FILES = (
    ("summary.json", JSON),
    ("results.csv", CSV),
    ("results.parquet", PARQUET),
    ("scenario.toml", TOML),
)


class _EndedEarly(Exception):
    """Somebody has asked the job to end; what is finished is kept."""


def simulate(job: Job, asked: ScenarioAsked, desk: Desk) -> Outcome:
    """Simulate today and every variant in the same futures.

    Ended early, it reports on the futures that are finished.

    Parameters
    ----------
    job, asked
        What was asked for.
    desk
        The worker's.
    """
    desk.tell(JobProgress(doing="reading the records", done=0, total=asked.replications))
    own = scenario_of(asked).world is not None
    if own:
        unpack(desk.packed_world(job), desk.folder / OWN)
    scenario = scenario_of(asked, desk.folder)
    work, description = work_of(scenario)
    run = _Run(work, description, desk)
    run.restore()
    try:
        result = run.simulate(asked.replications, scenario.until)
    except (_EndedEarly, KeyboardInterrupt):
        if not desk.cancelling:
            raise
        finished = run.finished(asked.replications)
        if finished < LEAST_REPLICATIONS:
            return Outcome(
                sentence="It was cancelled before two futures were finished, so there is nothing "
                "to report."
            )
        result = run.simulate(finished, {})
    desk.tell(
        JobProgress(
            doing="writing the report", done=result.summary.replications, total=asked.replications
        )
    )
    faults, results = run.documents(result)
    if own:
        results = (*results, Result(WORLD, ZIP, desk.packed_world(job)))
    sentence = f"{counted(result.summary.replications, 'future')} simulated."
    return Outcome(sentence=" ".join((sentence, *faults)), results=results)


class _Run:
    def __init__(self, work: SimulationWork, description: RunDescription, desk: Desk) -> None:
        self.work = work
        self.description = description
        self.desk = desk
        self.folder: Path = desk.folder / "run"
        self.stored: set[str] = set()

    def restore(self) -> None:
        """Put the futures that earlier attempts have finished where the runner finds them."""
        futures = self.folder / "replications"
        futures.mkdir(parents=True, exist_ok=True)
        for name, content in self.desk.kept().items():
            if name.startswith(FUTURE):
                (futures / name.removeprefix(FUTURE)).write_bytes(content)
                self.stored.add(name)

    def simulate(self, replications: int, until: Mapping[str, float]) -> RunResult:
        """Simulate so many futures; raise :class:`_EndedEarly` when it is to end."""

        def on_progress(progress: Progress) -> None:
            self.keep()
            self.desk.tell(
                JobProgress(
                    doing="simulating futures",
                    done=progress.done,
                    total=progress.total,
                    seconds_left=progress.seconds_left,
                )
            )
            if self.desk.cancelling and progress.done < progress.total:
                raise _EndedEarly

        return run_scenario(
            self.work,
            self.description,
            out=self.folder,
            replications=replications,
            crew=crew_of(1),
            until=until,
            on_progress=on_progress,
        )

    def keep(self) -> None:
        """Keep every finished future that is not kept yet."""
        for path in sorted((self.folder / "replications").glob("[0-9]*.json")):
            name = FUTURE + path.name
            if name not in self.stored:
                self.desk.keep(name, path.read_bytes(), JSON)
                self.stored.add(name)

    def finished(self, wanted: int) -> int:
        """Return how many futures are finished from the first on without a gap."""
        futures = self.folder / "replications"
        for number in range(1, wanted + 1):
            if not (futures / f"{number:05d}.json").is_file():
                return number - 1
        return wanted

    def documents(self, result: RunResult) -> tuple[list[str], tuple[Result, ...]]:
        """Return what could not be written, and every file that was."""
        faults = []
        found = []
        for name, media_type, write in (
            ("report.html", HTML, write_report),
            ("workbook.xlsx", XLSX, write_workbook),
        ):
            try:
                write(result, self.folder / name)
            except UsageError as error:
                faults.append(f"{name} could not be written: {error.sentence}")
            else:
                found.append(Result(name, media_type, (self.folder / name).read_bytes()))
        found += [
            Result(name, media_type, (self.folder / name).read_bytes())
            for name, media_type in _FILES
        ]
        return faults, tuple(found)
