"""One plan for everybody who waits, as a job."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from api.casework.looking_ahead import looking_ahead
from api.planning.snapshots import WORLD
from api.planning.task import CSV, JSON, ZIP, Outcome, Result
from api.records.job import JobProgress
from matcher.domain.phrases import counted
from matcher.engine import engine_for
from matcher.policy import Policy

if TYPE_CHECKING:
    from api.planning.task import Desk
    from api.records.job import AssignmentAsked, Job
    from matcher.explaining.assignment import AssignReport


def assign(job: Job, asked: AssignmentAsked, desk: Desk, *, seconds: float) -> Outcome:
    """Place every child who waits, beside today's practice.

    Ended by an interrupt, the search returns the best plan it has; the independent checker has
    agreed with every plan that is returned.

    Parameters
    ----------
    job, asked
        What was asked for.
    desk
        The worker's.
    seconds
        The longest that it may take, where nothing shorter was asked for.
    """
    desk.tell(JobProgress(doing="reading the records"))
    world = desk.world(job)
    desk.tell(JobProgress(doing=f"placing {counted(len(world.waiting), 'child', 'children')}"))
    policy = desk.policy(job) if asked.policy is None else Policy.named(asked.policy)
    policy = looking_ahead(policy, asked.looking_ahead)
    report = engine_for(world, policy, desk.bed_values(job)).assign(
        seconds=seconds if asked.seconds is None else min(asked.seconds, seconds), seed=asked.seed
    )
    placed, unplaced = len(report.placements), len(report.unplaced)
    return Outcome(
        sentence=f"{counted(placed, 'child', 'children')} placed, {unplaced} without a home; "
        f"the plan is {report.status}.",
        results=(
            Result("plan.json", JSON, report.model_dump_json(indent=2).encode() + b"\n"),
            Result("plan.csv", CSV, _table(report)),
            Result(WORLD, ZIP, desk.packed_world(job)),
        ),
    )


def _table(report: AssignReport) -> bytes:
    """Return the plan as a table, a child a row."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(("child_id", "home_id", "moves", "route", "miles", "score", "to_do", "why_not"))
    for each in report.placements:
        miles = "" if each.distance_miles is None else f"{each.distance_miles:.1f}"
        rows.writerow(
            (
                each.child_id,
                each.home_id,
                "yes" if each.moves else "no",
                each.route.value,
                miles,
                f"{each.score:.1f}",
                " ".join(each.tasks),
                "",
            )
        )
    for child in report.unplaced:
        rows.writerow((child.child_id, "", "", "", "", "", "", " ".join(child.reasons)))
    return text.getvalue().encode("utf-8-sig")
