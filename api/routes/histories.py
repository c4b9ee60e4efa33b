"""Histories over HTTP: every version of a record, who made it, when and why."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from api.storage.history import history_of
from api.storage.kinds import kind_of
from api.storage.work import Work
from matcher.domain.record import Record

R = TypeVar("R", bound=Record)


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
    versions = history_of(work, type_, record_id)
    kind = kind_of(type_)
    whose = (kind.child_ids(each.record) for each in versions if each.record is not None)
    work.read(*{child_id for ids in whose for child_id in ids}, why=f"history of {kind.name}")
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
                reason=each.reason_for(work.actor),
            )
            for each in versions
        )
    )
