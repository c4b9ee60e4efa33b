"""Tells a database that has gone away from a fault of ours."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator


def outage_of(error: BaseException) -> UnavailableError | None:
    """Return what to say where an error means that the database is away; None for others.

    Parameters
    ----------
    error
        As raised.
    """
    gone = isinstance(
        error, sa.exc.OperationalError | sa.exc.InterfaceError | sa.exc.TimeoutError
    ) or (isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated)
    if not gone:
        return None
    return UnavailableError(
        "The database did not answer in time or cannot be reached. Nothing was changed; try "
        "again in a moment."
    )


@contextmanager
def told_as_outage() -> Iterator[None]:
    """Raise :class:`UnavailableError` where the database goes away meanwhile."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        outage = outage_of(error)
        if outage is None:
            raise
        raise outage from error
