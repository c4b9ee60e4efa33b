"""Who uses the beds of a home beside our own children: others' children and young adults."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from matcher.domain.codes import Sex
from matcher.domain.placement import Resident, ResidentKind
from scenarios.stage import identifier

if TYPE_CHECKING:
    from matcher.domain.home import Home
    from scenarios.register import Register
    from scenarios.stage import Stage

SHARED = "Z"
"""How identifiers begin of children of other authorities in beds that are shared with them."""


class Beds:
    """Beds in use.

    Parameters
    ----------
    stage, register
        The other parts.
    """

    def __init__(self, stage: Stage, register: Register) -> None:
        self._stage = stage
        self._register = register
        self.lodgers: dict[str, set[str]] = defaultdict(set)
        """Residents of each home who are not our children."""
        self._elsewhere = sorted(
            {
                each.responsible_authority
                for each in stage.outlook.world.residents.values()
                if each.responsible_authority is not None
            }
        )

    def occupied(self, home_id: str) -> int:
        """Return how many beds of a home are in use."""
        return len(self._register.children_in[home_id]) + len(self.lodgers[home_id])

    def _lodging(self, home_id: str) -> tuple[int, int]:
        """Return how many young adults stay put in a home, and how many others' children do."""
        there = self.lodgers[home_id]
        if not there:
            return 0, 0
        residents = self._stage.live.view.residents
        kinds = [(residents[each].kind, each) for each in there]
        young = [each for kind, each in kinds if kind is ResidentKind.STAYING_PUT]
        others = [each for kind, each in kinds if _is_other(kind, each)]
        return len(young), len(others)

    def _others(self, home_id: str) -> list[str]:
        """Return the children of other authorities in a home who came by themselves."""
        residents = self._stage.live.view.residents
        return sorted(
            each for each in self.lodgers[home_id] if _is_other(residents[each].kind, each)
        )

    def lodge(self, home: Home, *, prefix: str) -> None:
        """Let a child of another authority take a bed."""
        stage = self._stage
        resident_id = identifier(f"{prefix}{stage.week}.{home.home_id}")
        if resident_id in stage.live.view.residents:
            return
        draw = stage.randomness.uniform("lodger", home.home_id, stage.week)
        low = (home.terms.age_from if home.terms else None) or 0
        high = min((home.terms.age_to if home.terms else None) or 17, 17)
        sex = home.terms.sex if home.terms else None
        elsewhere = self._elsewhere
        stage.live.put(
            Resident(
                resident_id=resident_id,
                home_id=home.home_id,
                kind=ResidentKind.FOSTERED,
                responsible_authority=elsewhere[int(draw * len(elsewhere))] if elsewhere else None,
                age=min(low + int(draw * (high - low + 1)), high) if high >= low else low,
                sex=sex if sex is not None else (Sex.MALE if draw * 997 % 1 < 0.55 else Sex.FEMALE),
            )
        )
        self.lodgers[home.home_id].add(resident_id)
        self._register.changed_homes.add(home.home_id)

    def lodger_leaves(self, resident_id: str) -> None:
        """Let somebody who is not one of our children leave."""
        resident = self._stage.live.view.residents[resident_id]
        self._stage.live.drop(Resident, resident_id)
        self.lodgers[resident.home_id].discard(resident_id)
        self._register.changed_homes.add(resident.home_id)


def _is_other(kind: ResidentKind, resident_id: str) -> bool:
    """Whether a lodger is a child of another authority who came by themselves."""
    return kind is ResidentKind.FOSTERED and not resident_id.startswith(SHARED)
