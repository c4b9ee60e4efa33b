"""The what-if at the end of ``nearhome demo``: one more home, and what it would change."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from api.cli.console import say

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.results import Difference, RunSummary

YEARS, FUTURES = 1, 6
"""Few, so that the whole demo stays short; a decision asks for hundreds."""

SCENARIO = f"""\
name = "A four-bed home in Aylesbury"
authority = "E06000060"
years = {YEARS}
seed = 1

[[variant]]
name = "A four-bed home in Aylesbury"

[[variant.lever]]
kind = "open_childrens_home"
near = "Aylesbury"
beds = 4
starts = 2025-05-01
ramp_up_weeks = 12
weekly_running_pounds = 21_000
capital_pounds = 850_000
age_from = 10
age_to = 17
"""


def what_if(folder: Path) -> None:
    """Simulate the county with and without one more children's home, and say what differs.

    Parameters
    ----------
    folder
        Where the run goes; an earlier demo's is replaced.
    """
    from api.cli.documents import write_documents
    from api.cli.runs import told_progress
    from scenarios.runner import crew_of, run_scenario
    from scenarios.scenario import parse_scenario
    from scenarios.simulation_work import work_of

    work, description = work_of(parse_scenario(SCENARIO, origin="the demo's scenario"))
    if (folder / "run.json").exists():
        shutil.rmtree(folder)
    with told_progress() as tell:
        result = run_scenario(
            work,
            description,
            out=folder,
            replications=FUTURES,
            crew=crew_of(None),
            on_progress=tell,
        )
    documents = write_documents(result, folder)
    print_what_if(result.summary, documents.report)
    documents.complain()


def print_what_if(summary: RunSummary, report: Path | None) -> None:
    """Print two differences with their intervals, and where the rest is.

    Parameters
    ----------
    summary
        Of the run.
    report
        Where the report is; None when it could not be written.
    """
    from scenarios.report.figures import change, interval
    from scenarios.report.judging import judge

    variant = summary.variants[1]
    say(
        f"What if a four-bed home opened in Aylesbury? ({summary.replications} paired runs of "
        f"{summary.years} {'year' if summary.years == 1 else 'years'})"
    )
    for title, name, after in (
        ("within 20 miles", "near_home_rate", " points"),
        ("yearly cost", "yearly_cost", ""),
    ):
        found: Difference = variant.differences[name]
        measure = summary.measure(name)
        unit = measure.unit
        mean = f"{change(found, unit)}{after}"
        between = interval(found.p05, found.p95, unit, bare=True)
        said = judge(measure, found).value
        say(f"{title:<17} {mean:<16} (90 % interval {between}; {said})", indent=2)
    if report is not None:
        say(f"report: {report}", indent=2)
