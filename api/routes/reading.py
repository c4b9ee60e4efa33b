"""Reading records over HTTP: that somebody looked at a child's record is always written down."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query
from pydantic import AwareDatetime

from api.routes.answers import HeldOut, PageOut, held_page
from api.routes.dependencies import PageAsked
from api.storage.kinds import kind_of
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


def known(work: Work, type_: type[R], record_id: str, as_of: datetime | None = None) -> Held[R]:
    """Return a record as it is, or as it was known at a moment.

    Parameters
    ----------
    work
        The transaction.
    type_, record_id
        Which.
    as_of
        The moment; None for now.
    """
    reader = work if as_of is None else work.as_of(as_of)
    held = reader.get(type_, record_id)
    kind = kind_of(type_)
    work.read(*kind.child_ids(held.record), why=kind.singular)
    return held


def listed(work: Work, type_: type[R], paging: PageAsked, **wanted: Any) -> PageOut[HeldOut[R]]:
    """Return one page of records.

    Parameters
    ----------
    work
        The transaction.
    type_
        The class of the records.
    paging
        Which page.
    **wanted
        By lifted column.
    """
    page = work.page(type_, after=paging.after, limit=paging.limit, **wanted)
    kind = kind_of(type_)
    whose = {child_id for held in page.items for child_id in kind.child_ids(held.record)}
    work.read(*whose, why=f"list of {kind.name}")
    return held_page(page)
