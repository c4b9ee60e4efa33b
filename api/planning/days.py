"""The chores of a day, done by the workers: once a day for each authority, whoever is first.

That a day has passed is written down in the transaction that does its chores, behind the lock
of the authority's audit trail. So two workers do them once, and one that is killed amid them
has done nothing. A day on which no worker ran is caught up with on the next.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from api.casework.daily import pass_the_day
from api.errors import UnavailableError
from api.logs import chain_of, logger
from api.storage.ephemeral import Ephemeral

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from api.casework.daily import DayDone
    from api.records.actor import Actor
    from api.storage.database import Database
    from api.storage.work import Work

SPACE, KEY = "days", "passed"
KEPT = timedelta(days=730)
"""After so long without a worker nobody knows any more when the last day passed."""


class Days:
    """Lets days pass.

    Parameters
    ----------
    database
        Where records are.
    acting
        Returns who acts for an authority.
    clock
        Returns the present moment in UTC.
    afterwards
        What else is done for an authority, by whoever let its day pass.
    """

    def __init__(
        self,
        database: Database,
        acting: Callable[[str], Actor],
        clock: Callable[[], datetime],
        *,
        afterwards: Callable[[Actor], object] | None = None,
    ) -> None:
        self._database = database
        self._acting = acting
        self._clock = clock
        self._afterwards = afterwards
        self._log = logger("api.planning")

    def pass_all(self) -> int:
        """Let today pass for every authority that it has not passed for; return for how many.

        One whose chores fail does not keep the others waiting, and is tried again next time.

        Raises
        ------
        UnavailableError
            If the database is away.
        """
        done = 0
        for authority in self._database.authorities():
            try:
                if self._pass(authority) is not None:
                    done += 1
                    if self._afterwards is not None:
                        self._afterwards(self._acting(authority))
            except UnavailableError:
                raise
            except Exception as error:
                self._log.error("day_failed", authority=authority, error=chain_of(error))
        return done

    def _pass(self, authority: str) -> DayDone | None:
        actor = self._acting(authority)
        with self._database.work(authority, actor, at=self._clock(), why="a day passes") as work:
            if _over(self._last(work), work.today):
                return None
            work.lock()
            last = self._last(work)
            if _over(last, work.today):
                return None
            done = pass_the_day(work, since=last)
            work.note("day passed", details=done.model_dump(mode="json"))
            self._kept(work).put(
                SPACE,
                KEY,
                work.today.isoformat(),
                until=work.at + KEPT,
                authority=authority,
            )
        return done

    def _last(self, work: Work) -> date | None:
        found = self._kept(work).get(SPACE, KEY, at=work.at, authority=work.authority)
        return None if found is None else date.fromisoformat(found)

    def _kept(self, work: Work) -> Ephemeral:
        return Ephemeral(self._database, work)


def _over(last: date | None, today: date) -> bool:
    """Whether today has passed, perhaps by a clock at which it is tomorrow already."""
    return last is not None and today <= last <= today + timedelta(days=1)
