"""Relatives and friends who offer a home, and what becomes of their temporary approval.

Care Planning, Placement and Case Review (England) Regulations 2010, regulations 24 and 25: a
temporary approval lasts 16 weeks and can be extended by 8.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from matcher.domain.codes import PlaceProvider, ReasonPlaceChange
from matcher.domain.home import Home, Setting, TermsOfApproval
from scenarios.stage import identifier

if TYPE_CHECKING:
    from scenarios.newcomers import Family
    from scenarios.register import Register
    from scenarios.stage import Stage
    from scenarios.supply import Supply

FRIENDS = "Z-FRIENDS"
_CONNECTED_EXTENSION_WEEKS = 8


class Friends:
    """Offers of relatives and friends, and temporary approvals that run.

    Parameters
    ----------
    stage, register, supply
        The other parts.
    """

    def __init__(self, stage: Stage, register: Register, supply: Supply) -> None:
        self._stage = stage
        self._register = register
        self._supply = supply
        self._outcomes: dict[date, list[tuple[str, bool]]] = defaultdict(list)
        self._offers: set[str] = set()
        self._models = [
            each
            for each in stage.outlook.world.homes.values()
            if each.setting is Setting.CONNECTED and each.postcode is not None
        ]

    def decide(self) -> None:
        """Let temporary approvals end that have run out."""
        for day in sorted(each for each in self._outcomes if each <= self._stage.day):
            for home_id, approved in self._outcomes.pop(day):
                self._decided(home_id, approved)

    def settle(self) -> None:
        """Take back the offers to which nobody came; the others begin to be assessed."""
        for home_id in sorted(self._offers):
            if self._register.children_in[home_id]:
                self._approval_begins(home_id)
            else:
                self._stage.live.drop(Home, home_id)
                self._register.changed_homes.add(home_id)
        self._offers.clear()

    def offer(self, family: Family) -> None:
        """Let a relative or friend offer a home under a temporary approval."""
        stage = self._stage
        first = family.children[0]
        models = self._models
        if first.home_postcode is None:
            return
        postcode = first.home_postcode
        model = None
        if models:
            draw = stage.randomness.uniform("friend", first.child_id)
            model = models[int(draw * len(models))]
            postcode = model.postcode or postcode
        weeks = stage.numbers.value("connected.weeks")
        self._supply.provider(FRIENDS, PlaceProvider.PR1)
        home_id = identifier(f"Z{first.child_id}")
        fields = {
            "home_id": home_id,
            "provider_id": FRIENDS,
            "postcode": postcode,
            "beds_approved": len(family.children),
            "beds_usable": len(family.children),
            "bedrooms": len(family.children),
            "connected_to": frozenset(child.child_id for child in family.children),
            "temporary_approval_until": family.referral.needed_by + timedelta(weeks=weeks),
            "vacancy_confirmed_on": stage.day,
            "available_from": None,
            "terms": TermsOfApproval(),
        }
        if model is None:
            home = Home(setting=Setting.CONNECTED, **fields)
        else:
            home = model.replace(**fields)
        stage.put_home(home)
        self._register.changed_homes.add(home_id)
        self._offers.add(home_id)

    def _approval_begins(self, home_id: str) -> None:
        """Draw how the assessment will end, and when."""
        stage = self._stage
        home = stage.home(home_id)
        until = home.temporary_approval_until or stage.day
        extended = stage.randomness.uniform("connected.extended", home_id)
        if extended < stage.numbers.value("connected.extended"):
            until += timedelta(weeks=_CONNECTED_EXTENSION_WEEKS)
            stage.put_home(home.model_copy(update={"temporary_approval_until": until}))
        fails = stage.randomness.uniform("connected.fails", home_id)
        self._outcomes[until].append((home_id, fails >= stage.numbers.value("connected.fails")))

    def _decided(self, home_id: str, approved: bool) -> None:
        """Let a temporary approval end: with approval, or with the children leaving."""
        stage = self._stage
        home = stage.live.view.homes.get(home_id)
        if home is None:
            return
        if approved:
            stage.put_home(home.model_copy(update={"temporary_approval_until": None}))
            self._register.changed_homes.add(home_id)
        else:
            self._supply.empty(home_id, ReasonPlaceChange.APPRR)
            self._register.touched.add(home_id)
