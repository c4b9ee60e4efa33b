"""What beds are worth to those who come next, learnt anew each month and kept with its past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.arrivals import arrivals_of_casework
from api.casework.looking_ahead import looking_ahead
from api.records.bed_values import LearntBedValues
from api.records.council_policy import COUNCIL
from matcher.domain.history import in_season

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from api.records.actor import Actor
    from api.storage.database import Database
    from api.worlds.worlds import Worlds
    from matcher.domain.history import ArrivalHistory
    from matcher.domain.world import World

    Past = Callable[[World], ArrivalHistory]

RELEARN_DAYS = 28
LEARNT = "bed values learnt"


def learn_bed_values(
    database: Database,
    worlds: Worlds,
    actor: Actor,
    *,
    at: datetime,
    past: Past | None = None,
    when_due: bool = False,
) -> LearntBedValues | None:
    """Learn what a council's beds are worth to those who come next, and keep it.

    In the points of the council's own policy.
    Nothing is locked while it learns, which takes some seconds. For a daily chore::

        learn_bed_values(database, worlds, actor, at=now, when_due=True)

    Parameters
    ----------
    database, worlds
        Of the installation.
    actor
        Who acts, and for which authority.
    at
        The present moment.
    past
        Who came, given the World of today; None for what casework has recorded.
    when_due
        Only where the council's own policy looks ahead and somebody is placed, and nothing was
        learnt for :data:`RELEARN_DAYS` or what was learnt is in the points of another policy or
        of another version of Near Home.

    Returns
    -------
    LearntBedValues or None
        None where it was not due.

    Raises
    ------
    DataError
        If nobody is placed, and it was not only asked for when due.
    """
    from matcher.lookahead.learning import learn

    with database.work(actor.authority, actor, at=at) as work:
        today = work.today
        own = worlds.policy(work)
        policy = looking_ahead(own, True)
        if when_due:
            held = work.maybe(LearntBedValues, COUNCIL)
            good = held is not None and not held.record.due(policy, today, RELEARN_DAYS)
            if good or policy is not own:
                return None
        world = worlds.world(work)
        if when_due and not world.placements:
            return None
        history = arrivals_of_casework(work, world, worlds.locate) if past is None else past(world)
    values = learn(world, policy, in_season(history, today))
    record = LearntBedValues.of(values, today)
    with database.work(actor.authority, actor, at=at) as work:
        work.lock()
        work.maybe(LearntBedValues, COUNCIL)
        work.put(record, reason=LEARNT)
    return record
