"""The shapes of answers: a record with its version, and a page of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.storage.paging import Page
from api.storage.reading import Held
from matcher.domain.record import Record

R = TypeVar("R", bound=Record)
I = TypeVar("I", bound=BaseModel)  # noqa: E741


class HeldOut(BaseModel, Generic[R]):
    """A record as it is stored."""

    model_config = ConfigDict(frozen=True)

    record: R
    version: int = Field(description="Stands in the ETag too; goes into If-Match.", ge=1)
    changed_at: datetime = Field(description="When it came to be so, in UTC.")

    @classmethod
    def of(cls, held: Held[R], response: Response | None = None) -> Self:
        """Return what is answered for a record, and set the ETag.

        Parameters
        ----------
        held
            The record.
        response
            Of the request; None in a list.
        """
        if response is not None:
            response.headers["ETag"] = f'"{held.version}"'
        return cls(record=held.record, version=held.version, changed_at=held.changed_at)


class PageOut(BaseModel, Generic[I]):
    """One page of a list."""

    model_config = ConfigDict(frozen=True)

    items: tuple[I, ...]
    next: str | None = Field(description="Goes into `after` for the page after; null at the end.")


def held_page(page: Page[Held[R]]) -> PageOut[HeldOut[R]]:
    """Return a page of records as it is answered.

    Parameters
    ----------
    page
        As the database gave it.
    """
    items: Iterable[HeldOut[R]] = (HeldOut[R].of(each) for each in page.items)
    return PageOut[HeldOut[R]](items=tuple(items), next=page.next)
