"""Who offers: not every home with a free bed says yes to every child.

Vacancies are shared with other authorities, carers have their own view, and providers choose.
Whether a home offers itself in a search is a random number of the home, the search and the
month, so that a search that goes on hears from others after a while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.agreement import Route
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Setting, TermsOfApproval
from matcher.domain.need import Adaptation, Capability, NeedDomain
from scenarios.randomness import key_of, threshold
from scenarios.stage import RESIDENTIAL, identifier
from scenarios.stays import WEEK_IN_YEARS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from scenarios.stage import Stage

WEEKS_UNTIL_ASKED_AGAIN = 4
MADE_FOR_A_SEARCH = "O"
"""How identifiers begin of homes that a provider made for one search."""

_KINDS = ("in_house", "market", "residential", "supported")
_NOT_ASKED = -1
_OFFERED = tuple(f"offers.{kind}" for kind in _KINDS)
_SELLING = frozenset({PlaceProvider.PR4, PlaceProvider.PR5})
_OURS = frozenset({Route.BLOCK, Route.CONSORTIUM})
_HARD = 4
_RESIDENTIAL_FROM_AGE = 10
_SUPPORTED_FROM_AGE = 16


class Offers:
    """Which homes do not offer themselves in a search.

    Parameters
    ----------
    stage
        What the parts share.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._ids: tuple[str, ...] = ()
        self._asked = np.zeros(0, dtype=np.bool_)
        self._keys = np.zeros(0, dtype=np.uint64)
        self._kind = np.zeros(0, dtype=np.intp)
        self._version = -1
        self._numbers_version = -1
        self._thresholds: dict[bool, NDArray[np.uint64]] = {}
        self._kinds: dict[str, tuple[Home, int, int]] = {}
        self._by_setting: dict[Setting, list[Home]] = {}

    def declining(self, search: str, children: int) -> NDArray[np.bool_]:
        """Return which homes do not offer themselves in a search now.

        Parameters
        ----------
        search
            Its own name, the same from week to week.
        children
            For how many a home is sought.

        Returns
        -------
        ndarray of bool
            One entry for each of :attr:`matcher.live.LiveWorld.home_ids`.
        """
        stage = self._stage
        self._keep_current()
        count = stage.week // WEEKS_UNTIL_ASKED_AGAIN
        bits = stage.randomness.bits_of(f"offers.{search}", self._keys, count)
        declines: NDArray[np.bool_] = bits >= self._below(siblings=children > 1)
        declines &= self._asked
        return declines

    def _below(self, *, siblings: bool) -> NDArray[np.uint64]:
        """Return for each home below which bits it offers itself."""
        numbers = self._stage.numbers
        if self._numbers_version != numbers.version:
            self._numbers_version = numbers.version
            self._thresholds.clear()
        found = self._thresholds.get(siblings)
        if found is None:
            chances = np.array([numbers.value(each) for each in _OFFERED])
            if siblings:
                chances = np.minimum(chances * numbers.value("offers.siblings"), 1.0)
            found = self._thresholds[siblings] = threshold(chances)[self._kind]
        return found

    def _keep_current(self) -> None:
        """Bring the list of homes up to date when some have opened or shut."""
        stage = self._stage
        ids = stage.live.home_ids
        if self._version == stage.homes_version and self._ids is ids:
            return
        self._version, self._ids = stage.homes_version, ids
        self._thresholds.clear()
        homes, kinds = stage.live.view.homes, self._kinds
        known = [
            found
            if (found := kinds.get(each)) is not None and found[0] is homes[each]
            else self._known_kind_of(homes[each])
            for each in ids
        ]
        self._kind = np.array([kind for _, kind, _ in known], dtype=np.intp)
        # Relatives, friends and places made for a search have offered already.
        self._asked = self._kind >= 0
        self._keys = np.array([key for _, _, key in known], dtype=np.uint64)

    def _known_kind_of(self, home: Home) -> tuple[Home, int, int]:
        """Return a home with its kind and the key of its random numbers, and keep them."""
        found = self._kinds[home.home_id] = (home, self._kind_of(home), key_of(home.home_id))
        return found

    def _kind_of(self, home: Home) -> int:
        """Return the position of a home's kind; -1 for one that is not asked."""
        if home.setting is Setting.CONNECTED or not home.setting.offered:
            return _NOT_ASKED
        if home.home_id.startswith(MADE_FOR_A_SEARCH):
            return _NOT_ASKED
        if home.setting is Setting.SUPPORTED:
            return _KINDS.index("supported")
        ours = self._stage.in_house(home) or self._is_bought(home)
        if ours:
            return _KINDS.index("in_house")
        return _KINDS.index("residential" if home.setting in RESIDENTIAL else "market")

    def _is_bought(self, home: Home) -> bool:
        """Whether all its beds are paid for in a block, or are our share of a pool."""
        agreements = [self._stage.live.view.agreements[each] for each in home.agreement_ids]
        return bool(agreements) and all(each.route in _OURS for each in agreements)

    def make_places(self, searches: Iterable[tuple[str, Sequence[str]]]) -> list[Home]:
        """Return homes that providers make for searches that have found nothing in time.

        Parameters
        ----------
        searches
            Their names and the children who still need a home.
        """
        stage = self._stage
        chance = 1 - np.exp(-stage.numbers.value("spot.offered_a_year") * WEEK_IN_YEARS)
        found = []
        for search, child_ids in searches:
            if stage.randomness.uniform("spot", search, stage.week) < chance:
                home = self._place_for(search, [stage.child(each) for each in child_ids])
                if home is not None:
                    found.append(home)
        return found

    def _place_for(self, search: str, children: list[Child]) -> Home | None:
        """Return a home like one of a provider's, made to fit these children."""
        stage = self._stage
        ages = [child.age_on(stage.day) or 0 for child in children]
        needs: dict[NeedDomain, int] = {}
        for child in children:
            for need in child.needs:
                needs[need.domain] = max(needs.get(need.domain, 0), need.level)
        hard = max(needs.values(), default=0) >= _HARD or any(child.solo for child in children)
        setting = Setting.FOSTER
        if hard and min(ages) >= _RESIDENTIAL_FROM_AGE:
            setting = Setting.CHILDRENS_HOME
        elif min(ages) >= _SUPPORTED_FROM_AGE:
            setting = Setting.SUPPORTED
        models = self._models(setting)
        if not models:
            return None
        draw = stage.randomness.uniform("spot.model", search, stage.week)
        model = models[int(draw * len(models))]
        able = {each.domain: each.level for each in model.capabilities}
        price = {
            Setting.FOSTER: "spot.foster_weekly_pence",
            Setting.SUPPORTED: "spot.supported_weekly_pence",
            Setting.CHILDRENS_HOME: "spot.home_weekly_pence",
        }[setting]
        return model.model_copy(
            update={
                "home_id": identifier(f"{MADE_FOR_A_SEARCH}{stage.week}.{search}"),
                "urn": None,
                "terms": TermsOfApproval(),
                "beds_approved": len(children),
                "beds_usable": len(children),
                "bedrooms": len(children),
                "capabilities": tuple(
                    Capability(domain=domain, level=max(able.get(domain, 0), needs.get(domain, 0)))
                    for domain in NeedDomain
                ),
                "adaptations": frozenset(Adaptation),
                "agreement_ids": (),
                "weekly_fee_pence": round(stage.numbers.value(price)),
                "available_from": None,
                "vacancy_confirmed_on": stage.day,
                "emergency_only": False,
                "takes_parent_and_child": any(child.parent_in_placement for child in children),
            }
        )

    def _models(self, setting: Setting) -> list[Home]:
        found = self._by_setting.get(setting)
        if found is None:
            world = self._stage.outlook.world
            found = self._by_setting[setting] = [
                home
                for home in world.homes.values()
                if home.setting is setting
                and home.registered is not False
                and (home.grade is None or not home.grade.failing)
                and world.providers[home.provider_id].sector in _SELLING
            ]
        return found
