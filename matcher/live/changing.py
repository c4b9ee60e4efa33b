"""A World that changes day by day: its records, and its homes as arrays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from matcher.candidates import Appraiser
from matcher.domain.agreement import Agreement, Provider
from matcher.domain.child import Child
from matcher.domain.home import Home
from matcher.domain.placement import Exemption, Hold, Placement
from matcher.domain.referral import Referral
from matcher.domain.sibling_group import SiblingGroup
from matcher.errors import UsageError
from matcher.live.arrays import LiveArrays
from matcher.live.choice import Choice
from matcher.live.register import Known, Register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from matcher.domain.agreement import Budget
    from matcher.domain.world import World
    from matcher.evidence.arrays import HomeArrays
    from matcher.geography.location import Location
    from matcher.live.choice import Part
    from matcher.policy import Policy


class ChangingWorld:
    """A World kept current by small changes, and the homes in it as arrays.

    Parameters
    ----------
    world
        What to begin with; it is not changed.
    policy
        What counts for how much.
    """

    def __init__(self, world: World, policy: Policy) -> None:
        self._register = Register(world)
        self.view: World = self._register.view
        """The World as it is now, always: it changes under whoever holds it.

        Costs nothing; for the checker and for looking things up. Its collections are in no
        order, and a home that has not been chosen since :meth:`confirm_vacancies` may still
        show when its vacancy was confirmed before. For a value that stays as it is, see
        :meth:`world`.
        """
        self._arrays = LiveArrays(self._register.view)
        self._policy = policy
        self._birthdays: dict[tuple[int, int], set[str]] = {}
        for child_id in world.placements:
            self._note_birthday(child_id)
        self._stale_homes: set[str] = set()
        self._stale: set[type[Known]] = set()

    # What is so ---------------------------------------------------------------------------

    @property
    def day(self) -> date:
        """Today."""
        return self._register.view.as_of

    @property
    def policy(self) -> Policy:
        """What counts for how much."""
        return self._policy

    def world(self) -> World:
        """Return the World as it is now, as a frozen value of its own.

        Raises
        ------
        DataError
            If a record names another that is not there.
        """
        self._arrays.show_confirmed(self._arrays.unshown)
        return self._register.frozen()

    @property
    def columns(self) -> HomeArrays:
        """Copies of the arrays: what :func:`matcher.columns.columns_of` says of :meth:`world`."""
        self._settle()
        return self._arrays.snapshot(self.world())

    def data_hash(self) -> str:
        """Return the hash of :meth:`world`, kept current after the first call."""
        if self._arrays.unshown:
            self._arrays.show_confirmed(self._arrays.unshown)
            self._register.changed_otherwise()
        return self._register.data_hash()

    def appraiser(self, policy: Policy) -> Appraiser:
        """Return what appraises children in all homes as they are now, under a policy.

        It stands on the arrays that change: after a change, ask for another.
        """
        self._settle()
        self._arrays.describe()
        return Appraiser(self._arrays.homes, policy)

    def record(self, kind: type[Known], record_id: str) -> Known | None:
        """Return a record by its kind and identifier; None when there is none."""
        found: Known | None = self._register.get(kind, record_id)
        return found

    def home(self, home_id: str) -> Home:
        """Return the record of a home, with its latest confirmation; raise when there is none."""
        self._arrays.show_confirmed([home_id])
        return self.view.home(home_id)

    def beds_free(self, home_id: str) -> int:
        """Return usable beds less occupants and reservations today; negative when overfull."""
        return self.view.beds_free(home_id, self.day)

    # Changes ------------------------------------------------------------------------------

    def set_day(self, day: date) -> None:
        """Let days pass; ages of the children who live somewhere follow."""
        before = self.day
        self._register.set(as_of=day)
        for child_id in self._had_birthdays(before, day):
            self._register.grow_older(child_id)
        self._arrays.day_changed()

    def set_policy(self, policy: Policy) -> None:
        """Place by another policy from now on."""
        self._policy = policy

    def set_budgets(self, budgets: Iterable[Budget]) -> None:
        """Set the limits on the weekly cost of what one batch places."""
        self._register.set(budgets=tuple(budgets))

    def locate(self, locations: Mapping[str, Location]) -> None:
        """Add grid references of postcodes that records will name."""
        self._register.locate(locations)

    def put(self, *records: Known) -> None:
        """Add records, or replace those of the same identifiers.

        Any record that a World holds by identifier: Child, SiblingGroup, Referral, Placement,
        Resident, Home, Provider, Agreement, Hold, Exemption. Put what is named before what
        names it.
        """
        for record in records:
            before = self._register.put(record)
            if isinstance(record, Home):
                self._arrays.unshown.discard(record.home_id)
                self._stale_homes.add(record.home_id)
            elif isinstance(record, SiblingGroup):
                self._arrays.place_of_group(record.sibling_group_id)
            elif isinstance(record, Agreement | Hold | Provider):
                self._stale.add(type(record))
            elif isinstance(record, Placement) or (isinstance(record, Child) and before):
                self._note_birthday(record.child_id)

    def drop(self, kind: type[Known], *record_ids: str) -> None:
        """Take records out.

        Taking out a child takes out their placement and whatever else names them: a referral,
        links between siblings, exemptions.

        Raises
        ------
        NotFoundError
            If there is none of that identifier.
        UsageError
            If somebody lives in the home that is to be taken out.
        """
        for record_id in record_ids:
            if kind is Child:
                if record_id in self.view.placements:
                    self._register.drop(Placement, record_id)
                self._close_referrals(record_id)
                self._unname(record_id)
            elif kind is Home and self.view.occupants_of(record_id):
                raise UsageError(
                    f"Somebody lives in {record_id}. End their placements before it closes."
                )
            self._register.drop(kind, record_id)
            if kind is Home:
                self._arrays.unshown.discard(record_id)
                self._stale_homes.add(record_id)
            elif kind in (Agreement, Hold, Provider):
                self._stale.add(Home if kind is Provider else kind)

    def confirm_vacancies(self, home_ids: Iterable[str] | None = None) -> None:
        """Let providers confirm today that their vacancies are as recorded.

        Parameters
        ----------
        home_ids
            Of which homes; None for all.
        """
        self._settle()
        arrays = self._arrays
        if home_ids is not None:
            arrays.show_confirmed(arrays.unshown)
        arrays.confirm_vacancies(self.view.homes if home_ids is None else home_ids)
        self._register.changed_otherwise()

    def take(self, choice: Choice | Part) -> None:
        """Let children live where a choice has them, and close referrals that are served."""
        parts = choice.parts if isinstance(choice, Choice) else (choice,)
        for part in parts:
            self._arrays.show_confirmed([part.home_id])
            self.put(*part.placements())
            for child_id in part.child_ids:
                self._close_referrals(child_id)

    def _close_referrals(self, child_id: str) -> None:
        view = self.view
        referral = view.referral_by_child.get(child_id)
        while referral is not None:
            left = tuple(
                each
                for each in referral.child_ids
                if each != child_id and each not in view.placements
            )
            if left:
                self._register.put(referral.model_copy(update={"child_ids": left}))
            else:
                self._register.drop(Referral, referral.referral_id)
            referral = view.referral_by_child.get(child_id)

    def _unname(self, child_id: str) -> None:
        """Take a child's name out of links between siblings and of exemptions."""
        view = self.view
        group = view.sibling_groups.get(view.children[child_id].sibling_group_id or "")
        if group is not None and group.links:
            links = tuple(
                link for link in group.links if child_id not in (link.child_a, link.child_b)
            )
            if len(links) < len(group.links):
                self._register.put(group.model_copy(update={"links": links}))
        for exemption in list(view.exemptions.values()):
            if child_id in exemption.child_ids:
                left = exemption.child_ids - {child_id}
                # An exemption that names nobody would be for everybody.
                if left:
                    self._register.put(exemption.model_copy(update={"child_ids": left}))
                else:
                    self._register.drop(Exemption, exemption.exemption_id)

    def _note_birthday(self, child_id: str) -> None:
        born = self.view.children[child_id].date_of_birth
        if born is not None:
            self._birthdays.setdefault((born.month, born.day), set()).add(child_id)

    def _had_birthdays(self, before: date, day: date) -> list[str]:
        """Return those who are of another age, in the order of identifiers; perhaps some more."""
        if not before <= day <= before + timedelta(days=365):
            return sorted(self.view.placements)
        found: set[str] = set()
        for passed in range((day - before).days + 1):
            each = before + timedelta(days=passed)
            found |= self._birthdays.get((each.month, each.day), set())
            if (each.month, each.day) == (3, 1):
                found |= self._birthdays.get((2, 29), set())
        return sorted(found & self.view.placements.keys())

    def _settle(self) -> None:
        """Bring the arrays up to what has changed since they were last asked."""
        arrays, register = self._arrays, self._register
        if Home in self._stale:
            arrays.rebuild()
            self._stale_homes.clear()
            register.touched.clear()
        elif self._stale or self._stale_homes:
            if self._stale_homes:
                arrays.homes_changed(self._stale_homes)
            if Agreement in self._stale:
                arrays.agreements_changed()
            if Provider in self._stale:
                arrays.facts_changed()
            if Hold in self._stale:
                arrays.holds_changed()
        if self._stale or self._stale_homes:
            self._stale = set()
            self._stale_homes = set()
        if register.touched:
            arrays.people_changed(register.touched & self.view.homes.keys())
            register.touched.clear()
