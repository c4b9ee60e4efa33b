"""A process that does jobs, one at a time, beside those that answer requests.

Its main thread does the work; another says every few seconds that the worker is still there,
and hears whether somebody has asked the job to end. Then it interrupts the main thread as
Ctrl-C would: the solver answers with the best plan it has, a simulation with the futures that
are finished. A worker that is killed says nothing more, and when its lease is over another
takes the job up.
"""

from __future__ import annotations

import gc
import math
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from api.errors import UnavailableError
from api.logs import chain_of, logger, places
from api.planning.days import Days
from api.planning.snapshots import BED_VALUES, POLICY, WORLD, packed, unpacked
from api.planning.task import JSON, ZIP, Outcome
from api.records.actor import Actor, ActorKind
from api.records.job import AssignmentAsked, JobState
from api.storage.job_queue import Beat, JobQueue
from api.worlds.worlds import Worlds
from matcher.errors import NearHomeError
from matcher.lookahead.values import bed_values_from
from matcher.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from api.records.job import Job, JobProgress
    from api.settings import Settings
    from api.storage.database import Database
    from api.storage.job_queue import Claim
    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues

LOOK_EVERY_SECONDS = 0.5
SWEEP_EVERY_SECONDS = 3600
DAYS_EVERY_SECONDS = 600
"""So long after midnight the chores of a day begin at the latest, or after the job in hand."""
BEATS_A_LEASE = 6
SAY_AGAIN_SECONDS = 10
JOBS_ACTOR = "nearhome-jobs"
ENDED = {
    JobState.DONE: "job done",
    JobState.FAILED: "job failed",
    JobState.CANCELLED: "job cancelled",
}
FAULT_SENTENCE = "It ended by a fault in Near Home. Report it with the number of the job."


class LostError(Exception):
    """The job is another worker's by now, or gone."""


def jobs_actor(authority: str) -> Actor:
    """Return who acts when a job does."""
    return Actor(authority=authority, actor_id=JOBS_ACTOR, kind=ActorKind.JOB)


@dataclass
class Worker:
    """Takes up jobs and does them.

    Parameters
    ----------
    settings
        Of the installation.
    database
        Where jobs and records are.
    clock
        Returns the present moment in UTC.
    """

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.queue = JobQueue(self.database)
        self.days = Days(self.database, jobs_actor, self.clock, afterwards=self.learn)
        self.log = logger("api.planning")
        self._busy: _Desk | None = None

    def run(self) -> None:
        """Do jobs, and the chores of each day, until told to stop by SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, self._hear)
        signal.signal(signal.SIGINT, self._hear)
        swept = looked = -math.inf
        while not self.stopping.is_set():
            try:
                if time.monotonic() - swept > SWEEP_EVERY_SECONDS:
                    swept = time.monotonic()
                    self.sweep()
                if time.monotonic() - looked > DAYS_EVERY_SECONDS:
                    looked = time.monotonic()
                    self.days.pass_all()
                busy = self.once()
            except NearHomeError as error:
                self.log.warning("jobs_wait", reason=type(error).__name__)
                busy = False
            if not busy:
                self.stopping.wait(LOOK_EVERY_SECONDS)

    def _hear(self, signal_number: int, _: Any) -> None:
        """Interrupt the job in hand: its own interrupt, or the end of this process."""
        desk = self._busy
        own = desk is not None and (desk.cancelling or desk.lost.is_set())
        if signal_number == signal.SIGTERM or not own:
            self.stopping.set()
        if desk is not None and not desk.ended.is_set():
            raise KeyboardInterrupt

    def sweep(self) -> None:
        """Remove the results of jobs that ended long ago, and whatever else is over."""
        self.database.ephemeral().sweep(at=self.clock())
        kept = timedelta(days=self.settings.job_keep_days)
        removed = self.queue.sweep(ended_before=self.clock() - kept)
        if removed:
            self.log.info("jobs_removed", count=removed)

    def worlds(self) -> Worlds:
        """Return what reads the Worlds of authorities, which nothing keeps between jobs."""
        return Worlds(self.database, policy=self.settings.policy, synthetic=self.settings.demo)

    def learn(self, actor: Actor) -> None:
        """Learn what beds are worth to those who come next, where a month has gone by."""
        from api.casework.learning import learn_bed_values

        learn_bed_values(self.database, self.worlds(), actor, at=self.clock(), when_due=True)

    def once(self) -> bool:
        """Do one job if one waits; return whether there was one."""
        lease = self.settings.job_lease_seconds
        claim = self.queue.claim(at=self.clock(), lease_seconds=lease)
        if claim is None:
            return False
        about = {"job": claim.job.job_id, "kind": claim.job.asked.kind.value}
        self.log.info("job_begun", attempt=claim.attempt, **about)
        with TemporaryDirectory(prefix="nearhome-job-") as folder:
            desk = _Desk(self, claim, Path(folder))
            ending: tuple[JobState, Outcome] | None = None
            try:
                self._busy = desk
                ending = self._done(claim, desk)
            except LostError:
                self.log.warning("job_lost", attempt=claim.attempt, **about)
                return True
            except KeyboardInterrupt:
                if not self.stopping.is_set():
                    raise
            finally:
                desk.ended.set()
                self._busy = None
            # A plan that was found while the process was told to end is an interrupted one.
            if ending is None or self.stopping.is_set():
                self.queue.give_back(claim)
                self.log.info("job_given_back", **about)
                return True
            state, outcome = ending
            self._finish(claim, state, outcome)
        self.log.info("job_ended", state=state.value, **about)
        gc.collect()
        return True

    def _done(self, claim: Claim, desk: _Desk) -> tuple[JobState, Outcome]:
        desk.begin()
        try:
            outcome = self._work(claim.job, desk)
        except UnavailableError:
            raise
        except NearHomeError as error:
            desk.raise_if_lost()
            return JobState.FAILED, Outcome(sentence=error.sentence)
        except KeyboardInterrupt:
            desk.raise_if_lost()
            if not desk.cancelling:
                raise
            return JobState.CANCELLED, Outcome(sentence="It was cancelled.")
        except LostError:
            raise
        except Exception as error:
            desk.raise_if_lost()
            self.log.error(
                "job_fault",
                job=claim.job.job_id,
                error=chain_of(error),
                at=places(error.__traceback__),
            )
            return JobState.FAILED, Outcome(sentence=FAULT_SENTENCE)
        desk.raise_if_lost()
        if desk.cancelling:
            best = "the best until then is kept" if outcome.results else "nothing is kept"
            sentence = f"It was cancelled; {best}. {outcome.sentence}"
            return JobState.CANCELLED, Outcome(sentence=sentence, results=outcome.results)
        return JobState.DONE, outcome

    def _work(self, job: Job, desk: _Desk) -> Outcome:
        # What simulates and solves is large: it is loaded by the first job that needs it.
        if isinstance(job.asked, AssignmentAsked):
            from api.planning.assignments import assign

            return assign(job, job.asked, desk, seconds=self.settings.job_assign_seconds)
        from api.planning.scenario_runs import simulate

        return simulate(job, job.asked, desk)

    def _finish(self, claim: Claim, state: JobState, outcome: Outcome) -> None:
        job = claim.job
        with self.database.work(job.authority, jobs_actor(job.authority), at=self.clock()) as work:
            work.note(
                ENDED[state],
                details={"job": job.job_id, "attempt": claim.attempt},
            )
            held = self.queue.finish(
                work, claim, state, sentence=outcome.sentence, results=outcome.results
            )
            if not held:
                raise LostError


class _Desk:
    """What the work of one job asks of its worker."""

    def __init__(self, worker: Worker, claim: Claim, folder: Path) -> None:
        self.folder = folder
        self.ended = threading.Event()
        self.lost = threading.Event()
        self._cancelling = threading.Event()
        self._worker = worker
        self._claim = claim
        self._progress: JobProgress | None = None
        self._lease: float = worker.settings.job_lease_seconds

    # For the work -------------------------------------------------------------------------

    @property
    def cancelling(self) -> bool:
        """Whether somebody has asked the job to end."""
        return self._cancelling.is_set()

    def world(self, job: Job) -> World:
        """Return the World of the job's authority, as it was when the job was first begun."""
        return unpacked(self.packed_world(job))

    def packed_world(self, job: Job) -> bytes:
        """Return the same as a file."""
        kept = self._kept.get(WORLD)
        if kept is None:
            worlds = self._worker.worlds()
            with self._worker.database.work(
                job.authority, jobs_actor(job.authority), at=self._worker.clock()
            ) as work:
                kept = packed(worlds.world(work))
                policy = worlds.policy(work).model_dump_json().encode()
                values = worlds.bed_values(work)
            if values is not None:
                self._kept[BED_VALUES] = values.to_bytes(indented=False)
                self.keep(BED_VALUES, self._kept[BED_VALUES], JSON)
            self.keep(POLICY, policy, JSON)
            self._kept[POLICY] = policy
            self.keep(WORLD, kept, ZIP)
            self._kept[WORLD] = kept
        return kept

    def policy(self, job: Job) -> Policy:
        """Return the policy of the job's authority, as it was when the job was first begun."""
        self.packed_world(job)
        return Policy.model_validate_json(self._kept[POLICY])

    def bed_values(self, job: Job) -> BedValues | None:
        """Return what the authority's beds were worth to others then; None where not learnt."""
        self.packed_world(job)
        kept = self._kept.get(BED_VALUES)
        return None if kept is None else bed_values_from(kept)

    def kept(self) -> Mapping[str, bytes]:
        """Return what earlier attempts at the job have kept for this one."""
        return self._kept

    def keep(self, name: str, content: bytes, media_type: str) -> None:
        """Keep a file for whoever may have to go on with the job."""
        if not self._worker.queue.keep(
            self._claim, name, content, media_type=media_type, result=False
        ):
            self.lost.set()
            raise LostError

    def tell(self, progress: JobProgress) -> None:
        """Say how far the job is; it is written down with the next sign of life."""
        self.raise_if_lost()
        self._progress = progress

    @cached_property
    def _kept(self) -> dict[str, bytes]:
        return self._worker.queue.kept(self._claim)

    # For the worker -----------------------------------------------------------------------

    def begin(self) -> None:
        """Begin to say that the worker is still there."""
        threading.Thread(target=self._beat, name="signs-of-life", daemon=True).start()

    def raise_if_lost(self) -> None:
        """Raise :class:`LostError` where the job is another worker's by now."""
        if self.lost.is_set():
            raise LostError

    def interrupt(self) -> None:
        """Interrupt the main thread as Ctrl-C would."""
        os.kill(os.getpid(), signal.SIGINT)

    def _beat(self) -> None:
        heard = time.monotonic()
        interrupted = 0.0
        while not self.ended.wait(min(1.0, self._lease / BEATS_A_LEASE)):
            now = time.monotonic()
            try:
                beat = self._worker.queue.beat(
                    self._claim, lease_seconds=self._lease, progress=self._progress
                )
            except NearHomeError:
                # The database is away. When the lease is over somebody else may begin.
                if now - heard < self._lease:
                    continue
                beat = Beat(lost=True, cancelling=False)
            heard = now
            if beat.lost:
                self.lost.set()
            elif beat.cancelling:
                self._cancelling.set()
            # The first may fall between two searches, and be forgotten: say it again.
            if (beat.lost or beat.cancelling) and now - interrupted > SAY_AGAIN_SECONDS:
                interrupted = now
                self.interrupt()
