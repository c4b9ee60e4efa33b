"""Long work that a person asks for: a plan for everybody who waits, or a what-if."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from matcher.domain.record import AuthorityCode, Identifier, Record

LONGEST_SCENARIO = 200_000
"""Characters: a scenario file with hundreds of levers."""


class JobKind(StrEnum):
    """What sort of work it is."""

    ASSIGNMENT = "assignment"
    SCENARIO = "scenario"


class JobState(StrEnum):
    """How far it is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class AssignmentAsked(Record):
    """One plan for every child who waits.

    Parameters
    ----------
    kind
        Says which kind of job this is.
    policy
        What counts for how much, by the name of a shipped policy; None for the council's own.
    looking_ahead
        Whether the worth of a bed to others counts, once it has been learnt; None as the policy
        says.
    seconds
        The solver ends after so long with the best plan found; None for no limit but the
        installation's.
    seed
        Of the solver.
    """

    kind: Literal[JobKind.ASSIGNMENT] = JobKind.ASSIGNMENT
    policy: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")] | None = None
    looking_ahead: bool | None = None
    seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1


class ScenarioAsked(Record):
    """A what-if over years, on this council's own children and homes or a synthetic county.

    Parameters
    ----------
    kind
        Says which kind of job this is.
    scenario
        The scenario file, TOML. Without ``authority`` it is of this council's own data.
    replications
        Futures to simulate; each holds today and every variant.
    """

    kind: Literal[JobKind.SCENARIO] = JobKind.SCENARIO
    scenario: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_SCENARIO)]
    replications: Annotated[int, Field(ge=2, le=10_000)] = 100


JobAsked = Annotated[AssignmentAsked | ScenarioAsked, Field(discriminator="kind")]
JOB_ASKED: TypeAdapter[AssignmentAsked | ScenarioAsked] = TypeAdapter(JobAsked)


class JobProgress(Record):
    """How far a running job is.

    Parameters
    ----------
    doing
        What is being done, in words.
    done, total
        Of the parts that can be counted; None where they cannot.
    seconds_left
        As far as can be told from those done.
    """

    doing: str
    done: Annotated[int, Field(ge=0)] | None = None
    total: Annotated[int, Field(ge=0)] | None = None
    seconds_left: Annotated[float, Field(ge=0)] | None = None


class JobFile(Record):
    """A result that can be downloaded.

    Parameters
    ----------
    name
        Of the file.
    media_type
        Of its content.
    size
        Bytes.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
    media_type: str
    size: Annotated[int, Field(ge=0)]


class Job(Record):
    """A job as it stands.

    Parameters
    ----------
    job_id
        Identifies it.
    authority
        Whose data it is about.
    asked
        What was asked for.
    state
        How far it is.
    cancelling
        Somebody has asked it to end; it ends with the best that it has.
    requested_by
        Who asked for it.
    requested_at, started_at, ended_at
        In UTC.
    attempt
        How many times it was taken up: more than once where a worker was lost.
    progress
        While it runs.
    sentence
        How it ended, in words.
    """

    job_id: Identifier
    authority: AuthorityCode
    asked: JobAsked
    state: JobState
    cancelling: bool = False
    requested_by: Identifier
    requested_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempt: Annotated[int, Field(ge=0)] = 0
    progress: JobProgress | None = None
    sentence: str | None = None
