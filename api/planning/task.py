"""What a job's work is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from api.records.job import Job, JobProgress
    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy

JSON, CSV, ZIP, HTML = "application/json", "text/csv", "application/zip", "text/html"
PARQUET = "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOML = "application/toml"


class Result(NamedTuple):
    """One file that a job has made."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a job has come to.

    Parameters
    ----------
    sentence
        The same in words, without names.
    results
        Files to download; none where it ended before there was anything.
    """

    sentence: str
    results: tuple[Result, ...] = ()


class Desk(Protocol):
    """What a job's work may ask of the worker that does it."""

    folder: Path
    """A place for files while it lasts."""

    def world(self, job: Job) -> World:
        """Return the World of the job's authority, as it was when the job was first begun."""
        ...

    def packed_world(self, job: Job) -> bytes:
        """Return the same as a file."""
        ...

    def policy(self, job: Job) -> Policy:
        """Return the policy of the job's authority, as it was when the job was first begun."""
        ...

    def bed_values(self, job: Job) -> BedValues | None:
        """Return what the authority's beds were worth to others then; None where not learnt."""
        ...

    def kept(self) -> Mapping[str, bytes]:
        """Return what earlier attempts at the job have kept for this one."""
        ...

    def keep(self, name: str, content: bytes, media_type: str) -> None:
        """Keep a file for whoever may have to go on with the job."""
        ...

    def tell(self, progress: JobProgress) -> None:
        """Say how far the job is."""
        ...

    @property
    def cancelling(self) -> bool:
        """Whether somebody has asked the job to end."""
        ...
