"""The synthetic county as records, and somebody of each role who may sign in to it.

Everything is invented. Dates are moved so that the county is of the day on which it is loaded:
children keep their ages, and nothing is overdue because the figures were published long ago.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from api.access.users import add_user
from api.casework.loading import load_world
from api.records.actor import Actor, ActorKind, Role
from api.records.approval import Delegation
from api.records.assurance import Target
from api.records.task import Standing
from matcher.domain.codes import collection_year

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from api.access.passwords import Passwords
    from api.storage.database import Database
    from api.storage.work import Work
    from matcher.domain.world import World

PASSWORD = "near home demonstration"
"""Of everybody in a demonstration; printed when it starts."""
WHY = "demonstration: a synthetic county"
LOADER = "nearhome-demo"


class SignIn(NamedTuple):
    """Somebody who may sign in to the demonstration."""

    role: Role
    name: str
    password: str


SIGN_INS = tuple(SignIn(role, f"{role.value}@demo.example", PASSWORD) for role in Role)


def load(database: Database, passwords: Passwords, world: World, *, at: datetime) -> bool:
    """Store a synthetic county, unless its authority has anything stored.

    Parameters
    ----------
    database
        With the latest schema.
    passwords
        What hashes.
    world
        The county.
    at
        Now.

    Returns
    -------
    bool
        Whether it was stored.
    """
    actor = Actor(authority=world.authority, actor_id=LOADER, kind=ActorKind.JOB)
    with database.work(world.authority, actor, at=at, why=WHY) as work:
        work.lock()
        if work.sequence:
            return False
        load_world(work, world, why=WHY)
        for each in SIGN_INS:
            added = add_user(
                work,
                passwords,
                sign_in_name=each.name,
                full_name=f"Demo {each.role.label}",
                roles=frozenset({each.role}),
                password=each.password,
                reason=WHY,
            )
            if each.role is Role.MANAGER:
                _delegate(work, added.held.record.user_id)
        _aim(work)
    return True


def _delegate(work: Work, manager: str) -> None:
    """Let the manager decide as every standing, so that one person can show every approval."""
    delegation = Delegation(
        delegation_id="D-DEMO", actor_id=manager, standing=Standing.DIRECTOR, starts=work.today
    )
    work.put(delegation, reason=WHY, expected=0, action="delegation.grant")


AIMS = (
    ("near_home_of_applicable", 60.0, True, 40),
    ("in_area", 45.0, True, 40),
    ("siblings_together", 80.0, True, 400),
    ("spot", 25.0, False, 40),
    ("emergency_referrals", 30.0, False, 400),
)
"""Indicator, aim in per cent, whether higher is better, and days since its review."""


def _aim(work: Work) -> None:
    """Set targets for this year, of which two are due for their yearly review."""
    year = collection_year(work.today)
    for number, (indicator, aim, higher, days) in enumerate(AIMS, 1):
        target = Target(
            target_id=f"TG-{number}",
            indicator=indicator,
            year=year,
            aim=aim,
            higher_is_better=higher,
            reviewed_on=work.today - timedelta(days=days),
        )
        work.put(target, reason=WHY, expected=0)


def sign_in_lines(sign_ins: Iterable[SignIn]) -> list[str]:
    """Return a line for each who may sign in, for people to read.

    Parameters
    ----------
    sign_ins
        Who.
    """
    return [f"{each.role.label:<20} {each.name:<28} {each.password}" for each in sign_ins]
