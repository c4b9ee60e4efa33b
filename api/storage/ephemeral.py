"""What is kept for a while and then forgotten: sessions, answers to repeat, counts.

Not part of the records: no versions and no audit trail. An answer that is kept to be repeated
may hold anything; so what is over is removed every hour, and whenever records are erased.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from api.storage.tables import EPHEMERAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import timedelta

    from api.storage.database import Database
    from api.storage.work import Work

ANYBODY = ""
"""In place of an authority's code, for what belongs to none."""


class Ephemeral:
    """Values by space, authority and key, each with a moment from which it is forgotten.

    Parameters
    ----------
    database
        Where.
    work
        Within whose transaction; None for one of its own each time.
    """

    def __init__(self, database: Database, work: Work | None = None) -> None:
        self._database = database
        self._work = work

    def get(self, space: str, key: str, *, at: datetime, authority: str = ANYBODY) -> Any:
        """Return a value, or None when there is none or its time is over."""
        with self._transaction(writing=False) as connection:
            found = connection.execute(
                sa.select(EPHEMERAL.c.value).where(
                    *_this(space, key, authority), EPHEMERAL.c.expires_at > at
                )
            ).scalar_one_or_none()
        return None if found is None else json.loads(found)

    def in_each(
        self, spaces: tuple[str, ...], key: str, *, at: datetime, authority: str = ANYBODY
    ) -> dict[str, Any]:
        """Return the values of one key in several spaces, by space, at one go."""
        with self._transaction(writing=False) as connection:
            rows = connection.execute(
                sa.select(EPHEMERAL.c.space, EPHEMERAL.c.value).where(
                    EPHEMERAL.c.space.in_(spaces),
                    EPHEMERAL.c.authority == authority,
                    EPHEMERAL.c.key == key,
                    EPHEMERAL.c.expires_at > at,
                )
            ).all()
        return {row.space: json.loads(row.value) for row in rows}

    def put(
        self, space: str, key: str, value: Any, *, until: datetime, authority: str = ANYBODY
    ) -> None:
        """Keep a value that JSON can hold, in place of another of that key."""
        row = _row(space, key, value, until, authority)
        with self._transaction(writing=True) as connection:
            statement = self._insert().values(row)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["space", "authority", "key"],
                    set_={"value": row["value"], "expires_at": until},
                )
            )

    def add(
        self,
        space: str,
        key: str,
        value: Any,
        *,
        at: datetime,
        until: datetime,
        authority: str = ANYBODY,
    ) -> bool:
        """Keep a value where none is kept; return whether that was so.

        Of several at once exactly one is told so; the others wait for its end.
        """
        row = _row(space, key, value, until, authority)
        with self._transaction(writing=True) as connection:
            connection.execute(
                sa.delete(EPHEMERAL).where(
                    *_this(space, key, authority), EPHEMERAL.c.expires_at <= at
                )
            )
            # Asked for what was written: drivers do not all count inserted rows.
            statement = (
                self._insert().values(row).on_conflict_do_nothing().returning(EPHEMERAL.c.key)
            )
            return connection.execute(statement).one_or_none() is not None

    def count(
        self, space: str, key: str, *, at: datetime, until: datetime, authority: str = ANYBODY
    ) -> int:
        """Add one to a number and return it; it begins at 1 and ends at its first ``until``."""
        with self._transaction(writing=True) as connection:
            connection.execute(
                sa.delete(EPHEMERAL).where(
                    *_this(space, key, authority), EPHEMERAL.c.expires_at <= at
                )
            )
            statement = self._insert().values(_row(space, key, 1, until, authority))
            one_more = sa.cast(sa.cast(EPHEMERAL.c.value, sa.Integer) + 1, sa.Text)
            found = connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["space", "authority", "key"], set_={"value": one_more}
                ).returning(EPHEMERAL.c.value)
            ).scalar_one()
        return int(found)

    def moment(self, space: str, key: str) -> datetime | None:
        """Return where :meth:`move_on` has left a moment; None when that is forgotten."""
        with self._transaction(writing=False) as connection:
            found = connection.execute(
                sa.select(EPHEMERAL.c.value).where(*_this(space, key, ANYBODY))
            ).scalar_one_or_none()
        return None if found is None else datetime.fromtimestamp(int(found) / 1000, UTC)

    def move_on(
        self, space: str, key: str, *, by: timedelta, at: datetime, most: timedelta
    ) -> None:
        """Move a moment on; several at once do not lose each other.

        Parameters
        ----------
        space, key
            Which.
        by
            How far: from where it stands, but from now at the earliest.
        at
            Now.
        most
            From so far ahead at the latest.
        """
        now = round(at.timestamp() * 1000)
        latest = now + _whole(most)
        step = _whole(by)
        stands = sa.cast(EPHEMERAL.c.value, sa.BigInteger)
        begins = sa.case((stands < now, now), (stands > latest, latest), else_=stands)
        row = _row(space, key, now + step, at + most + by, ANYBODY)
        with self._transaction(writing=True) as connection:
            connection.execute(
                self._insert()
                .values(row)
                .on_conflict_do_update(
                    index_elements=["space", "authority", "key"],
                    set_={
                        "value": sa.cast(begins + step, sa.Text),
                        "expires_at": row["expires_at"],
                    },
                )
            )

    def remove(self, space: str, key: str, *, authority: str = ANYBODY) -> None:
        """Forget a value at once."""
        with self._transaction(writing=True) as connection:
            connection.execute(sa.delete(EPHEMERAL).where(*_this(space, key, authority)))

    def all(self, space: str, *, at: datetime, authority: str = ANYBODY) -> dict[str, Any]:
        """Return every value of a space, by key."""
        with self._transaction(writing=False) as connection:
            rows = connection.execute(
                sa.select(EPHEMERAL.c.key, EPHEMERAL.c.value)
                .where(
                    EPHEMERAL.c.space == space,
                    EPHEMERAL.c.authority == authority,
                    EPHEMERAL.c.expires_at > at,
                )
                .order_by(EPHEMERAL.c.key)
            ).all()
        return {row.key: json.loads(row.value) for row in rows}

    def sweep(self, *, at: datetime) -> int:
        """Remove what is over; return how many."""
        with self._transaction(writing=True) as connection:
            return connection.execute(
                sa.delete(EPHEMERAL).where(EPHEMERAL.c.expires_at <= at)
            ).rowcount

    def _insert(self) -> Any:
        make = postgresql.insert if self._database.dialect == "postgresql" else sqlite.insert
        return make(EPHEMERAL)

    def _transaction(self, *, writing: bool) -> AbstractContextManager[sa.Connection]:
        return _transaction(self._database, self._work, writing=writing)


@contextmanager
def _transaction(
    database: Database, work: Work | None, *, writing: bool
) -> Iterator[sa.Connection]:
    if work is not None:
        if writing:
            work.lock()
        yield work.connection
        return
    connection = database.begin(writing=writing, steady=False)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def _whole(time: timedelta) -> int:
    """Return whole milliseconds."""
    return round(time.total_seconds() * 1000)


def _this(space: str, key: str, authority: str) -> list[Any]:
    return [
        EPHEMERAL.c.space == space,
        EPHEMERAL.c.authority == authority,
        EPHEMERAL.c.key == key,
    ]


def _row(space: str, key: str, value: Any, until: datetime, authority: str) -> dict[str, Any]:
    return {
        "space": space,
        "authority": authority,
        "key": key,
        "value": json.dumps(value, separators=(",", ":")),
        "expires_at": until,
    }
