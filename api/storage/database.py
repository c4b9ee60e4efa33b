"""The database: SQLite out of the box, PostgreSQL by a setting."""

from __future__ import annotations

import math
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from api.errors import InvalidError, UnavailableError
from api.settings import DEMO_SECRET
from api.storage.ephemeral import Ephemeral
from api.storage.filters import conditions
from api.storage.kinds import KINDS, kind_of
from api.storage.migrations.running import current_revision, latest_revision, upgrade
from api.storage.reading import Held
from api.storage.tables import HEADS, RECORDS, VERSIONS
from api.storage.work import Work
from matcher.domain.record import Record

if TYPE_CHECKING:
    from datetime import datetime

    from api.records.actor import Actor

T = TypeVar("T", bound=Record)

BUSY_SECONDS = 15
"""How long a writer waits for another."""
IDLE_SECONDS = 5
"""A connection to a server that was not used for so long is tried before it is used."""


class Change(NamedTuple):
    """One version of a record, in the order in which they came to be known."""

    sequence: int
    kind: str
    record_id: str
    version: int
    record: Record | None
    """None when it was retired, or has been erased since."""


class Database:
    """Where records are kept.

    Parameters
    ----------
    url
        ``sqlite:////path/to/file`` or ``postgresql://user:password@host/name``.
    secret
        The installation's secret, which seals the audit trail.
    durable
        Whether a commit waits until it is on the disk. False only for tests.
    connections
        At most so many at once, for PostgreSQL.

    Raises
    ------
    InvalidError
        If the address is of neither.
    """

    def __init__(
        self, url: str, *, secret: str = DEMO_SECRET, durable: bool = True, connections: int = 12
    ) -> None:
        try:
            parsed = make_url(url)
        except sa.exc.ArgumentError as fault:
            raise _bad_address() from fault
        self.secret = secret.encode()
        self.dialect = parsed.get_backend_name()
        if self.dialect == "sqlite":
            self.file: Path | None = Path(parsed.database or "")
            if not parsed.database or parsed.database == ":memory:":
                raise _bad_address()
            self.engine = sa.create_engine(
                parsed, connect_args={"timeout": BUSY_SECONDS}, pool_size=connections
            )
            _set_up_sqlite(self.engine, durable=durable)
        elif self.dialect == "postgresql":
            self.file = None
            self.engine = sa.create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                pool_size=connections,
                max_overflow=2,
                connect_args={
                    "options": "-c timezone=UTC -c lock_timeout=30s",
                    "connect_timeout": 5,
                },
            )
            _set_up_postgresql(self.engine)
        else:
            raise _bad_address()
        sqlite = self.dialect == "sqlite"
        self._writing: dict[str, Any] = (
            {"nearhome_begin": "BEGIN IMMEDIATE"}
            if sqlite
            else {"isolation_level": "READ COMMITTED"}
        )
        self._steady: dict[str, Any] = (
            {"nearhome_begin": "BEGIN"} if sqlite else {"isolation_level": "REPEATABLE READ"}
        )
        self._loose: dict[str, Any] = (
            {"nearhome_begin": None} if sqlite else {"isolation_level": "AUTOCOMMIT"}
        )

    # Schema -------------------------------------------------------------------------------

    def create(self) -> None:
        """Bring the schema up to date, from nothing or from any released one.

        Raises
        ------
        UnavailableError
            If the database cannot be reached, or was written by a later version.
        """
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            upgrade(self.engine.execution_options(**self._writing))
        except sa.exc.OperationalError as fault:
            raise _unreachable() from fault

    def check(self) -> None:
        """Make sure that the schema is the one that this version knows.

        Raises
        ------
        UnavailableError
            If it is not, or the database cannot be reached.
        """
        if self.file is not None and not self.file.exists():
            found = None
        else:
            try:
                with self.engine.connect() as connection:
                    found = current_revision(connection)
            except sa.exc.OperationalError as fault:
                raise _unreachable() from fault
        if found != latest_revision():
            raise UnavailableError(
                f"The database's schema is {found or 'not made yet'}, and this version needs "
                f"{latest_revision()}. Make a backup, then run: nearhome db upgrade"
            )

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    # Working ------------------------------------------------------------------------------

    def work(
        self,
        authority: str,
        actor: Actor,
        *,
        at: datetime,
        request_id: str | None = None,
        why: str = "",
        steady: bool = True,
    ) -> Work:
        """Return a unit of work: a context manager that commits when left without an exception.

        Parameters
        ----------
        authority
            ONS code of the council on whose records; the actor's own.
        actor
            Who.
        at
            Now.
        request_id
            Of the request, for the audit trail.
        why
            The reason for entries that give none.
        steady
            Whether what is read before anything is changed is all of one moment. Where two or
            three things are looked up that hang together otherwise, it costs less if not.
        """
        if actor.authority != authority:
            actor = actor.replace(authority=authority)
        return Work(self, actor, at=at, request_id=request_id, why=why, steady=steady)

    def begin(
        self, *, writing: bool, steady: bool = True, again: sa.Connection | None = None
    ) -> sa.Connection:
        """Return a connection in a transaction of its own, for this room only.

        Parameters
        ----------
        writing
            Whether it will write; else it changes nothing.
        steady
            Whether, when it changes nothing, it sees one state. If not, each statement is a
            transaction: one way to the server and back, in place of three.
        again
            A connection whose transaction is given up for the new one.
        """
        try:
            if again is not None:
                again.rollback()
            connection = again or self.engine.connect()
            connection.execution_options(
                **(self._writing if writing else self._steady if steady else self._loose)
            )
            connection.begin()
        except (sa.exc.OperationalError, sa.exc.TimeoutError) as fault:
            raise _unreachable() from fault
        return connection

    def ephemeral(self) -> Ephemeral:
        """Return what is kept for a while and then forgotten."""
        return Ephemeral(self)

    # Across authorities -------------------------------------------------------------------

    def across(self, type_: type[T], **wanted: Any) -> list[tuple[str, Held[T]]]:
        """Return records of all authorities, with whose they are, by their lifted columns.

        Only for kinds that are made for it, such as accounts at sign-in.

        Raises
        ------
        LookupError
            If the kind is not.
        """
        kind = kind_of(type_)
        if not kind.across:
            raise LookupError(f"{kind.name} are read within one authority only")
        table = RECORDS[kind.name]
        query = (
            sa.select(table.c.authority, table.c.body, table.c.version, table.c.known_from)
            .where(*conditions(table, kind, wanted))
            .order_by(table.c.authority, table.c.record_id)
        )
        with self.begin(writing=False, steady=False) as connection:
            return [
                (
                    row.authority,
                    Held(type_.model_validate_json(row.body), row.version, row.known_from),
                )
                for row in connection.execute(query)
            ]

    def authorities(self) -> list[str]:
        """Return the authorities that anything is stored of."""
        with self.begin(writing=False, steady=False) as connection:
            return list(
                connection.execute(
                    sa.select(HEADS.c.authority).order_by(HEADS.c.authority)
                ).scalars()
            )

    # Keeping up ---------------------------------------------------------------------------

    def sequence(self, authority: str) -> int:
        """Return an authority's last committed sequence; 0 before the first."""
        with self.begin(writing=False, steady=False) as connection:
            found: int | None = connection.execute(
                _SEQUENCE, {"whose": authority}
            ).scalar_one_or_none()
        return found or 0

    def changes(
        self, authority: str, *, after: int, kinds: tuple[type[Record], ...] = ()
    ) -> tuple[int, list[Change]]:
        """Return every version that has come to be known since a sequence.

        An authority's writes are in one order, so that none appears later before another
        that has been seen.

        Parameters
        ----------
        authority
            Whose records.
        after
            The last sequence that is known.
        kinds
            Classes of records; empty for all.

        Returns
        -------
        tuple of int and list of Change
            The sequence up to which this is complete, and the changes in order.
        """
        query = _changes(tuple(kind_of(each).name for each in kinds))
        with self.begin(writing=False, steady=False) as connection:
            rows = connection.execute(query, {"whose": authority, "after": after}).all()
        return rows[0].upto if rows else 0, [
            Change(
                row.sequence,
                row.kind,
                row.record_id,
                row.version,
                None
                if row.retired or row.body is None
                else KINDS[row.kind].type.model_validate_json(row.body),
            )
            for row in rows
            if row.sequence is not None
        ]


@cache
def _changes(kinds: tuple[str, ...]) -> sa.Select[Any]:
    """Return the question for an authority's last sequence and for every change since another.

    One statement, so that both are of one moment; made once, since every ranking asks it.
    """
    since = sa.and_(
        VERSIONS.c.authority == HEADS.c.authority, VERSIONS.c.sequence > sa.bindparam("after")
    )
    if kinds:
        since &= VERSIONS.c.kind.in_(kinds)
    return (
        sa.select(
            HEADS.c.sequence.label("upto"),
            VERSIONS.c.sequence,
            VERSIONS.c.kind,
            VERSIONS.c.record_id,
            VERSIONS.c.version,
            VERSIONS.c.retired,
            VERSIONS.c.body,
        )
        .select_from(HEADS.outerjoin(VERSIONS, since))
        .where(HEADS.c.authority == sa.bindparam("whose"))
        .order_by(VERSIONS.c.sequence)
    )


_SEQUENCE = sa.select(HEADS.c.sequence).where(HEADS.c.authority == sa.bindparam("whose"))


def _set_up_sqlite(engine: sa.Engine, *, durable: bool) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        # The driver would begin transactions by its own rules; they are begun below.
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            f"synchronous = {'FULL' if durable else 'OFF'}",
            "foreign_keys = ON",
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            "temp_store = MEMORY",
            "cache_size = -32000",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        # Two writers that both began by reading could never both go on: say so at once.
        begin = connection.get_execution_options().get("nearhome_begin", "BEGIN")
        if begin is not None:
            connection.exec_driver_sql(begin)


def _set_up_postgresql(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "checkin")
    def _given_back(_: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _taken(connection: Any, record: Any, _: Any) -> None:
        # The server may have ended it since. Asking every time would cost as much as a query.
        if time.monotonic() - record.info.get("used", math.inf) > IDLE_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as fault:
                raise sa.exc.DisconnectionError from fault


def _bad_address() -> InvalidError:
    return InvalidError(
        "NEARHOME_DATABASE_URL must be sqlite:////path/to/file or "
        "postgresql://user:password@host/name."
    )


def _unreachable() -> UnavailableError:
    return UnavailableError(
        "The database did not answer in time or cannot be reached. Check NEARHOME_DATABASE_URL, "
        "that its server runs, and that its disk is not full."
    )
