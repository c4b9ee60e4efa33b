"""Who may decide what, by the council's scheme of delegation and by amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.policies import passes
from api.errors import NotAllowedError
from api.records.approval import Delegation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from api.records.choice import Choice
    from api.records.task import Standing
    from api.storage.work import Work


def standings(work: Work) -> frozenset[Standing]:
    """Return the standings that who acts has today."""
    found = work.find(Delegation, actor_id=work.actor.actor_id)
    return standings_of((held.record for held in found), work.today)


def standings_of(delegations: Iterable[Delegation], day: date) -> frozenset[Standing]:
    """Return the standings that an actor's delegations give on a day."""
    return frozenset(each.standing for each in delegations if each.in_force(day))


def check_standing(
    asked: Standing | None, held: frozenset[Standing], *, what: str
) -> Standing | None:
    """Refuse a decision by somebody whose standing is too low; return the standing used.

    Parameters
    ----------
    asked
        The standing that is needed; None when anybody of the team may decide.
    held
        The standings of who decides.
    what
        What is decided, for the sentence.

    Raises
    ------
    NotAllowedError
        If none of theirs is high enough.
    """
    if asked is None:
        return None
    enough = [each for each in held if each.height >= asked.height]
    if not enough:
        raise NotAllowedError(
            f"{what} is for the {asked.label} or somebody above, by the council's scheme of "
            "delegation.",
            rule="SCHEME_OF_DELEGATION",
        )
    return min(enough, key=lambda each: each.height)


def can_decide(asked: Standing | None, held: frozenset[Standing]) -> bool:
    """Whether :func:`check_standing` would pass."""
    return passes(lambda: check_standing(asked, held, what="This"))


def check_second_person(choice: Choice, actor_id: str) -> None:
    """Refuse approval by the person who chose: money takes a second pair of eyes.

    Raises
    ------
    NotAllowedError
        If it is the same person.
    """
    if choice.chosen_by == actor_id:
        raise NotAllowedError(
            "Who chose a home does not approve its funding. Ask somebody else with that standing.",
            rule="SECOND_PERSON",
        )


def can_be_second_person(choice: Choice, actor_id: str) -> bool:
    """Whether :func:`check_second_person` would pass."""
    return passes(lambda: check_second_person(choice, actor_id))
