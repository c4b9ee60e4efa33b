"""What people do with jobs: ask for one, look at it, end it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from api.errors import InvalidError, NotAllowedError
from api.planning.task import Result
from api.records.actor import Permission
from api.records.identity import new_id
from api.records.job import AssignmentAsked, Job, JobKind, JobState, ScenarioAsked
from matcher.policy import SHIPPED, Policy

if TYPE_CHECKING:
    from api.records.actor import Actor
    from api.storage.jobs import JobStore
    from api.storage.work import Work
    from scenarios.scenario import Scenario

ASKED, CANCEL_ASKED, RESULT_READ = "job asked", "job cancel asked", "job result read"
MAY_ASK = {
    JobKind.ASSIGNMENT: Permission.RUN_ASSIGNMENTS,
    JobKind.SCENARIO: Permission.RUN_SCENARIOS,
}
OWN = "world"
"""The folder of the council's own records, beside a scenario that names no synthetic county."""


def ask(work: Work, jobs: JobStore, asked: AssignmentAsked | ScenarioAsked) -> Job:
    """Queue a job.

    Parameters
    ----------
    work
        A transaction.
    jobs
        Where jobs are kept.
    asked
        What is asked for.

    Raises
    ------
    PolicyError
        If there is no policy of that name.
    ScenarioError
        If the scenario does not hold together.
    InvalidError
        If the scenario names files.
    """
    details: dict[str, object] = {"kind": asked.kind.value}
    if isinstance(asked, AssignmentAsked):
        if asked.policy is not None:
            Policy.named(asked.policy)
        details |= asked.model_dump(include={"policy", "looking_ahead", "seconds", "seed"})
    else:
        scenario = scenario_of(asked)
        details |= {"years": scenario.years, "replications": asked.replications}
    job = Job(
        job_id=new_id("J", work.at),
        authority=work.authority,
        asked=asked,
        state=JobState.QUEUED,
        requested_by=work.actor.actor_id,
        requested_at=work.at,
    )
    jobs.enqueue(work, job)
    work.note(ASKED, details={"job": job.job_id, **details})
    return job


def cancel(work: Work, jobs: JobStore, job_id: str) -> Job:
    """Ask a job to end with the best that it has.

    Parameters
    ----------
    work
        A transaction.
    jobs
        Where jobs are kept.
    job_id
        Which.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    job = jobs.cancel(work, job_id)
    work.note(CANCEL_ASKED, details={"job": job_id, "state": job.state.value})
    return job


def scenario_of(asked: ScenarioAsked, folder: Path | None = None) -> Scenario:
    """Return a scenario that was sent as text; it may not name files of this machine.

    Parameters
    ----------
    asked
        What was sent.
    folder
        Holds the folder :data:`OWN` of the council's records; None while it is only to be
        known whether the scenario holds together.

    Raises
    ------
    ScenarioError
        If it does not hold together.
    InvalidError
        If it names files.
    """
    from scenarios.scenario import parse_scenario

    told = _told(asked.scenario)
    for key in ("world", "returns"):
        if key in told:
            raise InvalidError(
                f"Leave out {key!r}: here a scenario is of the council's own records, or of a "
                "synthetic county where it names an authority.",
                field=f"scenario.{key}",
            )
    policy = told.get("policy")
    if policy is not None and policy not in SHIPPED:
        raise InvalidError(
            f"The policy of a scenario is one of {', '.join(SHIPPED)}.", field="scenario.policy"
        )
    if folder is not None:
        return parse_scenario(asked.scenario, folder=folder, world=OWN)
    with TemporaryDirectory(prefix="nearhome-") as empty:
        (Path(empty) / OWN).mkdir()
        return parse_scenario(asked.scenario, folder=Path(empty), world=OWN)


def _told(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        where = re.search(r"\(at line (\d+), column (\d+)\)", str(fault))
        place = f" at line {where[1]}, column {where[2]}" if where else ""
        raise InvalidError(
            f"The scenario is not TOML{place}. 'nearhome scenario new' writes one to start from.",
            field="scenario",
        ) from None


def check_may_end(actor: Actor, job: Job) -> None:
    """Raise :class:`NotAllowedError` unless somebody might have asked for a job themselves.

    Parameters
    ----------
    actor
        Who would end it.
    job
        Which.
    """
    needed = MAY_ASK[job.asked.kind]
    if not actor.may(needed):
        raise NotAllowedError(
            f"Only those who may {needed.label} can end such a job.", rule=needed.value
        )


def read_result(work: Work, jobs: JobStore, actor: Actor, job_id: str, name: str) -> Result:
    """Return a file that a job has made, and note who read it.

    Parameters
    ----------
    work
        A transaction.
    jobs
        Where jobs are kept.
    actor
        Who reads it.
    job_id, name
        Which.

    Raises
    ------
    NotFoundError
        If there is no such job or result.
    NotAllowedError
        If it is about children, and the actor may not read about them.
    """
    job = jobs.get(actor.authority, job_id)
    if not actor.may(Permission.READ_CHILDREN):
        raise NotAllowedError(
            "The results of jobs tell of children, by pseudonym, and your role may not read "
            "about children.",
            rule=Permission.READ_CHILDREN.value,
        )
    media_type, content = jobs.file(job_id, name)
    work.note(RESULT_READ, details={"job": job.job_id, "file": name})
    return Result(name, media_type, content)
