"""Something that must be done, by when, and what it holds up."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from api.records.text import Words
from matcher.domain.record import Identifier, Record, Unordered


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do."""
        return self in (TaskState.DONE, TaskState.NOT_NEEDED)


class Standing(StrEnum):
    """On whose authority something is decided, by the council's scheme of delegation."""

    OFFICER = "officer"
    TEAM_MANAGER = "team_manager"
    NOMINATED_OFFICER = "nominated_officer"
    HEAD_OF_SERVICE = "head_of_service"
    ASSISTANT_DIRECTOR = "assistant_director"
    DIRECTOR = "director"

    @property
    def label(self) -> str:
        """The standing as people write it."""
        return {"director": "director of children's services"}.get(
            self.value, self.value.replace("_", " ")
        )

    @property
    def height(self) -> int:
        """How high it stands; a higher one may decide what a lower one may."""
        return list(Standing).index(self)


class Task(Record):
    """A gate before a placement, or a clock that runs.

    Parameters
    ----------
    task_id
        Identifier.
    code
        Which one of the catalogue of tasks; there stand its title, its law and its period.
    state
        Where it stands.
    referral_id, choice_id, placement_id, home_id
        What it is about; None where that has no meaning.
    child_ids
        Whom it is about; empty for a home.
    detail
        What exactly, with figures, made by Near Home: no free text of a person's.
    opened_at
        When.
    due_at
        By when; None for a gate that holds up a start and has no clock of its own.
    holds_up_start
        The placement cannot start, unless in an emergency, before this is settled.
    standing
        On whose authority it is decided; None for work that anybody of the team may do.
    settled_at, settled_by
        When it was settled, and by which actor.
    remarks
        What came of it, or why it is not needed.
    """

    task_id: Identifier
    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]+$", max_length=40)]
    state: TaskState = TaskState.OPEN
    referral_id: Identifier | None = None
    choice_id: Identifier | None = None
    placement_id: Identifier | None = None
    home_id: Identifier | None = None
    child_ids: Unordered[Identifier] = ()
    detail: str = ""
    opened_at: datetime
    due_at: datetime | None = None
    holds_up_start: bool = False
    standing: Standing | None = None
    settled_at: datetime | None = None
    settled_by: Identifier | None = None
    remarks: Words | None = None

    def overdue(self, now: datetime) -> bool:
        """Whether it is open after it was due."""
        return self.state is TaskState.OPEN and self.due_at is not None and self.due_at < now
