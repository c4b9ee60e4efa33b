"""What happens to children week by week: birthdays, moves, going home, adoption, turning 18."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.codes import PlaceProvider, ReasonPlaceChange, Sex
from matcher.domain.home import Home, Setting, TermsOfApproval
from matcher.domain.placement import Placement, Resident, ResidentKind
from matcher.domain.referral import Referral, Timescale
from scenarios.friends import Friends
from scenarios.offers import MADE_FOR_A_SEARCH
from scenarios.randomness import key_of
from scenarios.roll import State
from scenarios.stage import identifier

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.child import Child
    from scenarios.newcomers import Family
    from scenarios.placing import Placing
    from scenarios.register import Register
    from scenarios.stage import Stage
    from scenarios.stays import Stays
    from scenarios.supply import Supply

_PARENTS, _ADOPTERS = "Z-PARENTS", "Z-ADOPTERS"
_SECTORS = {
    _PARENTS: PlaceProvider.PR0,
    _ADOPTERS: PlaceProvider.PR1,
}
_OF_AGE = 18

TOGETHER = frozenset(
    {
        "return_home",
        "guardianship",
        "settles",
        "disrupts",
        "carer_asks",
        "authority_asks",
        "planned",
        "other_move",
    }
)
"""What happens to brothers and sisters in one home at once: the draw of one of them, always the
same, stands for all."""


class Life:
    """The events in children's lives.

    Parameters
    ----------
    stage, register, placing, supply, stays
        The other parts.
    """

    def __init__(
        self, stage: Stage, register: Register, placing: Placing, supply: Supply, stays: Stays
    ) -> None:
        self._stage = stage
        self._register = register
        self._placing = placing
        self._supply = supply
        self._stays = stays
        self._returning: dict[date, list[Child]] = defaultdict(list)
        self._friends = Friends(stage, register, supply)

    # A week -------------------------------------------------------------------------------

    def birthdays(self) -> None:
        """Let children grow a year older whose birthday was in the past week."""
        stage, roll = self._stage, self._stage.roll
        due = np.flatnonzero(
            ((roll.birthday <= stage.today) | (roll.age >= _OF_AGE)) & (roll.state != State.GONE)
        )
        for child_id in roll.ids(due):
            slot = roll.slot_of[child_id]
            child = stage.child(child_id)
            age = roll.grow_older(slot, child, stage.day)
            roll.due[slot] = 0
            self._register.touched.add(child_id)
            if age >= _OF_AGE:
                self._comes_of_age(child)
                continue
            self._register.stand(child_id)
            self._outgrows(child, age)

    def events(self) -> None:
        """Let stays end, placements break down and moves be asked for."""
        stage = self._stage
        for slot, cause in self._stays.events(stage.today, stage.week):
            child_id = stage.roll.id_at[slot]
            if child_id is None or stage.roll.state.item(slot) != State.PLACED:
                continue
            if cause in TOGETHER:
                members = self._at_home_with(child_id)
                if child_id == min(members, key=lambda each: (key_of(each), each)):
                    for member in sorted(members):
                        getattr(self, f"_{cause}")(member)
            else:
                getattr(self, f"_{cause}")(child_id)

    def _at_home_with(self, child_id: str) -> list[str]:
        """Return a child with the brothers and sisters who live in the same home by now."""
        stage = self._stage
        group = stage.child(child_id).sibling_group_id
        if group is None:
            return [child_id]
        home_id = stage.home_of(child_id)
        return [
            each
            for each in self._register.members[group]
            if stage.home_of(each) == home_id
            and stage.roll.state.item(stage.roll.slot_of[each]) == State.PLACED
        ]

    def due(self) -> None:
        """Let end what has run out of time: temporary approvals; and let children come back."""
        stage = self._stage
        self._friends.decide()
        for day in sorted(each for each in self._returning if each <= stage.day):
            for child in self._returning.pop(day):
                self._comes_back(child)

    def arrive(self, family: Family) -> None:
        """Let a family ask for a home."""
        stage = self._stage
        if family.group is not None:
            stage.live.put(family.group)
        stage.live.put(*family.children)
        stage.live.put(family.referral)
        for child in family.children:
            self._register.enter(child, family.referral.needed_by)
        if family.connected:
            self._friends.offer(family)
        self._placing.arrives(family.referral)

    def after_placing(self) -> None:
        """Take back the offers of relatives and friends to whom nobody came."""
        self._friends.settle()
        stage = self._stage
        empty = [
            home_id
            for home_id in sorted(self._register.touched)
            if home_id in stage.live.view.homes
            and home_id.startswith(("Z", MADE_FOR_A_SEARCH))
            and not self._supply.occupied(home_id)
        ]
        for home_id in empty:
            self._supply.shut(home_id)

    # Leaving ------------------------------------------------------------------------------

    def _return_home(self, child_id: str) -> None:
        stage = self._stage
        child = stage.child(child_id)
        draw = stage.randomness.uniform("via_parents", child_id, stage.week)
        if draw < stage.numbers.value("leave.via_parents") and child.home_postcode is not None:
            self._goes_to(child, Setting.WITH_PARENTS, _PARENTS, child.home_postcode)
            return
        self._goes_home(child)

    def _goes_home(self, child: Child) -> None:
        stage = self._stage
        comes_back = stage.randomness.uniform("reentry", child.child_id, stage.week)
        if comes_back < stage.numbers.value("reentry.share"):
            draw = stage.randomness.uniform("reentry.when", child.child_id, stage.week)
            weeks = 1 - np.log1p(-draw) * stage.numbers.value("reentry.weeks")
            self._returning[stage.in_weeks(weeks)].append(child)
        self._leaves(child.child_id, "return_home")

    def _leaves(self, child_id: str, why: str) -> None:
        home_id = self._stage.home_of(child_id)
        self._placing.forget(child_id)
        self._register.leave_care(child_id, why)
        if home_id is not None:
            self._parents_leave(home_id)

    def _parents_leave(self, home_id: str) -> None:
        """Let a parent leave a parent-and-child home in which no child of ours is left."""
        residents = self._stage.live.view.residents
        if not self._register.children_in[home_id]:
            for resident_id in sorted(self._supply.lodgers[home_id]):
                if residents[resident_id].kind is ResidentKind.PARENT:
                    self._supply.lodger_leaves(resident_id)

    def _adoption(self, child_id: str) -> None:
        child = self._stage.child(child_id)
        postcode = self._stage.home(self._stage.live.view.placements[child_id].home_id).postcode
        self._goes_to(child, Setting.ADOPTIVE, _ADOPTERS, postcode)

    def _guardianship(self, child_id: str) -> None:
        self._leaves(child_id, "special_guardianship")

    def _other(self, child_id: str) -> None:
        self._leaves(child_id, "other")

    def _settles(self, child_id: str) -> None:
        stage = self._stage
        setting = stage.home(stage.live.view.placements[child_id].home_id).setting
        if setting is Setting.WITH_PARENTS:
            self._goes_home(stage.child(child_id))
        else:
            self._leaves(child_id, "adoption")

    def _disrupts(self, child_id: str) -> None:
        home_id = self._register.leave_home(child_id, ReasonPlaceChange.OTHER)
        self._placing.displaced([child_id], avoid=frozenset({home_id}))

    def _comes_of_age(self, child: Child) -> None:
        stage, child_id = self._stage, child.child_id
        home_id = stage.home_of(child_id)
        home = None if home_id is None else stage.home(home_id)
        self._leaves(child_id, "turned_18")
        if home is None or home.setting not in (Setting.FOSTER, Setting.CONNECTED):
            return
        draw = stage.randomness.uniform("staying_put", child_id)
        if home.home_id in self._supply.shuts or draw >= stage.numbers.value("staying_put.share"):
            return
        if home.home_id not in stage.live.view.homes:
            return
        resident = Resident(
            resident_id=identifier(f"P{child_id}"),
            home_id=home.home_id,
            kind=ResidentKind.STAYING_PUT,
            age=_OF_AGE,
            sex=child.sex if child.sex is not None else Sex.MALE,
        )
        stage.live.put(resident)
        self._supply.lodgers[home.home_id].add(resident.resident_id)

    def _goes_to(
        self, child: Child, setting: Setting, provider_id: str, postcode: str | None
    ) -> None:
        """Let a child move to parents or adopters, a home that is nobody else's."""
        stage, child_id = self._stage, child.child_id
        self._supply.provider(provider_id, _SECTORS[provider_id])
        old_home = stage.live.view.placements[child_id].home_id
        # Brothers and sisters who go in the same week go to the same home.
        whose = child.sibling_group_id or child_id
        home_id = identifier(f"Z{setting.value[0].upper()}{stage.week}.{whose}")
        beds = self._supply.occupied(home_id) + 1
        home = Home(
            home_id=home_id,
            setting=setting,
            provider_id=provider_id,
            postcode=postcode,
            terms=TermsOfApproval(),
            beds_approved=beds,
            beds_usable=beds,
        )
        self._placing.forget(child_id)
        self._register.end(child_id, ReasonPlaceChange.CARPL, home_id=old_home)
        stage.live.drop(Placement, child_id)
        stage.put_home(home)
        stage.live.put(Placement(child_id=child_id, home_id=home.home_id, started_on=stage.day))
        self._register.move_in(child, home, stage.day)
        self._register.stand(child_id)
        stage.ledger.count("new_placements")
        self._parents_leave(old_home)

    def _comes_back(self, child: Child) -> None:
        stage = self._stage
        age = child.age_on(stage.day)
        if age is None or age >= _OF_AGE:
            return
        group = child.sibling_group_id
        if group is not None and group not in stage.live.view.sibling_groups:
            child = child.model_copy(update={"sibling_group_id": None})
        referral = Referral(
            referral_id=identifier(f"E{stage.week}.{child.child_id}"),
            child_ids=(child.child_id,),
            received_on=stage.day,
            needed_by=stage.day,
            timescale=Timescale.SAME_DAY,
            child_views_on=stage.day,
            family_views_on=stage.day,
        )
        stage.live.put(child)
        stage.live.put(referral)
        self._register.enter(child, stage.day)
        stage.ledger.count("reentries")
        self._placing.arrives(referral)

    # Moves --------------------------------------------------------------------------------

    def _breakdown(self, child_id: str) -> None:
        stage = self._stage
        asks = stage.randomness.uniform("child_asks", child_id, stage.week)
        child_asks = asks < stage.numbers.value("breakdown.child_asks")
        reason = ReasonPlaceChange.CHILD if child_asks else ReasonPlaceChange.CREQB
        leaving = [child_id]
        siblings_too = stage.randomness.uniform("siblings_too", child_id, stage.week)
        if siblings_too < stage.numbers.value("breakdown.siblings_too"):
            leaving = sorted(self._at_home_with(child_id))
        home_id = ""
        for each in leaving:
            self._placing.moves.pop(each, None)
            home_id = self._register.leave_home(each, reason)
        self._placing.displaced(leaving, avoid=frozenset({home_id}))

    def _look(
        self, child_id: str, reason: ReasonPlaceChange, settings: frozenset[Setting] = frozenset()
    ) -> None:
        weeks = self._stage.numbers.value("move.notice_weeks")
        self._placing.look_for_move(child_id, reason, weeks=weeks, settings=settings)

    def _carer_asks(self, child_id: str) -> None:
        self._look(child_id, ReasonPlaceChange.CREQO)

    def _authority_asks(self, child_id: str) -> None:
        self._look(child_id, ReasonPlaceChange.LAREQ)

    def _planned(self, child_id: str) -> None:
        self._look(child_id, ReasonPlaceChange.CARPL)

    def _other_move(self, child_id: str) -> None:
        self._look(child_id, ReasonPlaceChange.OTHER)

    def _step_to_supported(self, child_id: str) -> None:
        self._look(child_id, ReasonPlaceChange.CARPL, frozenset({Setting.SUPPORTED}))

    def _step_down(self, child_id: str) -> None:
        self._look(child_id, ReasonPlaceChange.CARPL, self.step_down_to)

    step_down_to: frozenset[Setting] = frozenset({Setting.FOSTER})
    """Where children step down to; set by the lever's change."""

    def _outgrows(self, child: Child, age: int) -> None:
        """Vary a home's terms for a child who has grown out of them, or look for another."""
        stage = self._stage
        home_id = stage.home_of(child.child_id)
        if home_id is None:
            return
        home = stage.home(home_id)
        terms = home.terms
        if terms is None or terms.age_to is None or age <= terms.age_to:
            return
        draw = stage.randomness.uniform("outgrown", child.child_id, age)
        if draw < stage.numbers.value("outgrown.moves"):
            self._look(child.child_id, ReasonPlaceChange.APPRR)
        else:
            self._supply.change(home_id, terms=terms.replace(age_to=age))
