"""Histories over HTTP: every version of a record, and records as they were known at a moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field

from api.records.actor import Actor
from api.records.text import WITHHELD
from api.storage.history import history_of
from api.storage.reading import Held
from api.storage.work import Work
from matcher.domain.record import Record

R = TypeVar("R", bound=Record)

AsOf = Annotated[
    AwareDatetime | None,
    Query(
        alias="as_of",
        description="As it was known at this moment, with an offset: `2026-03-31T12:00:00Z`.",
    ),
]


class VersionOut(BaseModel, Generic[R]):
    """One version of a record."""

    version: int = Field(ge=1)
    known_from: datetime = Field(description="When it came to be known, in UTC.")
    record: R | None = Field(description="Null when its content was erased.")
    retired: bool = Field(description="From here on it is not so any more.")
    actor: str = Field(description="Who, by pseudonym.")
    role: str
    action: str
    reason: str | None


class HistoryOut(BaseModel, Generic[R]):
    """Every version of a record, the first one first."""

    items: tuple[VersionOut[R], ...]


def history(
    work: Work,
    type_: type[R],
    record_id: str,
    *,
    seen: Callable[[R], R] | None = None,
) -> HistoryOut[R]:
    """Return every version of a record as it is answered.

    Parameters
    ----------
    work
        The transaction.
    type_, record_id
        Which.
    seen
        Makes of a record what the actor may see of it; None for all of it.
    """
    actor: Actor = work.actor
    return HistoryOut[R](
        items=tuple(
            VersionOut[R](
                version=each.version,
                known_from=each.known_from,
                record=seen(each.record) if seen and each.record else each.record,
                retired=each.retired,
                actor=each.actor,
                role=each.role,
                action=each.action,
                reason=each.reason if actor.see_names or not each.reason else WITHHELD,
            )
            for each in history_of(work, type_, record_id)
        )
    )


def known(work: Work, type_: type[R], record_id: str, as_of: datetime | None) -> Held[R]:
    """Return a record as it is, or as it was known at a moment."""
    return work.get(type_, record_id) if as_of is None else work.as_of(as_of).get(type_, record_id)
