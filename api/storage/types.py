"""Types of columns that mean the same on SQLite (strict tables) and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text that sorts by code point on both engines, as Python sorts it."""

COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A whole number of 64 bits."""

_INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment, in UTC to the microsecond; text of one width where there is no such type."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Return what the database calls it."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write a moment."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return moment
        # Not strftime: it writes years before 1000 with fewer digits, and they sort last.
        return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read a moment."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.strptime(value, _INSTANT_FORMAT).replace(tzinfo=UTC)
        found: datetime = value
        return found.astimezone(UTC)


class Day(sa.types.TypeDecorator[date]):
    """A date; text of one width where there is no such type."""

    impl = sa.Date()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Return what the database calls it."""
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else sa.Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """Write a date."""
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Read a date."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class Flag(sa.types.TypeDecorator[bool]):
    """Yes or no; 0 or 1 where there is no such type."""

    impl = sa.Boolean()
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Return what the database calls it."""
        return dialect.type_descriptor(sa.Integer() if dialect.name == "sqlite" else sa.Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        """Write yes or no."""
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        """Read yes or no."""
        return None if value is None else bool(value)
