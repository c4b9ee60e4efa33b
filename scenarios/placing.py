"""Finding homes: the same rules, points and order as placement officers use, week by week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from matcher.domain.codes import ReasonPlaceChange
from matcher.domain.placement import Exemption, Placement
from matcher.domain.referral import Referral, Timescale
from matcher.domain.sibling_group import AssessorRole, Together
from scenarios.checking import check_choices
from scenarios.offers import Offers
from scenarios.stage import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from matcher.domain.home import Home, Setting
    from matcher.live import Choice
    from scenarios.register import Register
    from scenarios.stage import Stage

WAIT = frozenset(
    {
        ReasonPlaceChange.CLOSE,
        ReasonPlaceChange.CREQO,
        ReasonPlaceChange.APPRR,
        ReasonPlaceChange.LAREQ,
        ReasonPlaceChange.STAND,
    }
)
"""Moves that must happen: when the notice is over, the child leaves whether or not a home is
found. The others are given up when none was found in time."""


STAY_TOGETHER = "STAY_TOGETHER"
"""The rule from which a manager may except siblings."""

MOST_AT_ONCE = 10
"""Families in one batch: more than ask for a home in a usual week."""


@dataclass
class Search:
    """Children for whom a home is sought.

    Parameters
    ----------
    referral_id
        Of the request.
    child_ids
        Those who still need one.
    received
        When it was asked for.
    needed_by
        When they need it.
    arrival
        Whether they come into care; otherwise they come from another home.
    same_day
        Whether the home is needed at once.
    avoid
        Homes that are no choice for them.
    first_days
        First day in the new home, of those placed.
    """

    referral_id: str
    child_ids: list[str]
    received: date
    needed_by: date
    arrival: bool
    same_day: bool
    avoid: frozenset[str] = frozenset()
    first_days: list[date] = field(default_factory=list)


@dataclass
class Move:
    """A placed child for whom another home is sought.

    Parameters
    ----------
    child_id
        Who.
    reason
        Why, as SSDA903 returns it.
    asked, until
        When the search began, and when it ends.
    settings
        Where the child may go; empty for any lawful setting.
    """

    child_id: str
    reason: ReasonPlaceChange
    asked: date
    until: date
    settings: frozenset[Setting] = frozenset()


class Placing:
    """The searches that are open, and the weekly decisions.

    Parameters
    ----------
    stage
        What the parts share.
    register
        Where placements are begun and ended.
    """

    def __init__(self, stage: Stage, register: Register) -> None:
        self._stage = stage
        self._register = register
        self._offers = Offers(stage)
        self.searches: dict[str, Search] = {}
        self.moves: dict[str, Move] = {}

    def arrives(self, referral: Referral) -> None:
        """Open the search for children who come into care."""
        self._open(
            Search(
                referral_id=referral.referral_id,
                child_ids=list(referral.child_ids),
                received=referral.received_on,
                needed_by=referral.needed_by,
                arrival=True,
                same_day=referral.timescale is not Timescale.PLANNED,
            )
        )

    def displaced(self, child_ids: Iterable[str], *, avoid: frozenset[str]) -> None:
        """Open a search for children who have just left a home and need one today.

        Parameters
        ----------
        child_ids
            Siblings of one group, or one child; without a placement.
        avoid
            Homes that are no choice for them.
        """
        stage = self._stage
        ids = sorted(child_ids)
        referral = Referral(
            referral_id=identifier(f"D{stage.week}.{ids[0]}"),
            child_ids=tuple(ids),
            received_on=stage.day,
            needed_by=stage.day,
            timescale=Timescale.SAME_DAY,
            child_views_on=stage.day,
            family_views_on=stage.day,
        )
        stage.live.put(referral)
        self._open(
            Search(
                referral.referral_id,
                ids,
                stage.day,
                stage.day,
                arrival=False,
                same_day=True,
                avoid=avoid,
            )
        )

    def look_for_move(
        self,
        child_id: str,
        reason: ReasonPlaceChange,
        *,
        weeks: float,
        settings: frozenset[Setting] = frozenset(),
    ) -> None:
        """Begin to look for another home for a placed child, unless one is sought already."""
        if child_id in self.moves:
            if reason in WAIT and self.moves[child_id].reason not in WAIT:
                del self.moves[child_id]
            else:
                return
        stage = self._stage
        self.moves[child_id] = Move(child_id, reason, stage.day, stage.in_weeks(weeks), settings)

    def forget(self, child_id: str) -> None:
        """Close every search for a child who leaves care."""
        self.moves.pop(child_id, None)
        for key in [key for key, each in self.searches.items() if child_id in each.child_ids]:
            search = self.searches[key]
            search.child_ids.remove(child_id)
            if not search.child_ids:
                del self.searches[key]

    def decide(self) -> list[str]:
        """Find homes for everybody who waits; return the children left without one.

        Same-day searches come first, one by one in the order of their references; then all
        others together, in one batch (in several when more wait than can be weighed at once, as
        at the start); then children who are to move, one family after the
        other, so that nobody gives up a bed before the next is found.
        """
        self._let_live_apart()
        urgent = [each for each in self._families() if any(s.same_day for s in each)]
        planned = [each for each in self._families() if not any(s.same_day for s in each)]
        for family in urgent:
            self._place([family])
        for first in range(0, len(planned), MOST_AT_ONCE):
            self._place(planned[first : first + MOST_AT_ONCE])
        self._move()
        return sorted(child for search in self.searches.values() for child in search.child_ids)

    def _let_live_apart(self) -> None:
        """Record a manager's decision where a child waits in vain for a bed beside siblings.

        Who must live with brothers and sisters can only go where these live. When that home
        has no bed, the law leaves it to a manager, and never to a plan, to let them live apart.
        """
        stage = self._stage
        view = stage.live.view
        patience = timedelta(weeks=stage.numbers.value("siblings.apart_after_weeks"))
        for key in sorted(self.searches):
            search = self.searches[key]
            child_id = search.child_ids[0]
            group = view.sibling_groups.get(stage.child(child_id).sibling_group_id or "")
            if group is None or stage.day < search.needed_by + patience:
                continue
            members = view.members[group.sibling_group_id]
            bound = [
                each
                for each in members
                if each in view.placements and group.between(child_id, each) is Together.REQUIRED
            ]
            if not bound or view.exemption(STAY_TOGETHER, (child_id, *bound), None, stage.day):
                continue
            stage.live.put(
                Exemption(
                    exemption_id=identifier(f"E{stage.week}.{child_id}"),
                    rule=STAY_TOGETHER,
                    child_ids=frozenset(members),
                    granted_by=AssessorRole.TEAM_MANAGER,
                    granted_on=stage.day,
                )
            )

    def make_places(self) -> list[Home]:
        """Return the homes that providers make for searches past their day."""
        return self._offers.make_places(
            (key, search.child_ids)
            for key, search in sorted(self.searches.items())
            if search.needed_by < self._stage.day
        )

    def _open(self, search: Search) -> None:
        if search.referral_id in self.searches:
            raise AssertionError(f"Two searches are called {search.referral_id}.")
        self.searches[search.referral_id] = search
        self._stage.ledger.count("referrals")

    def _families(self) -> list[list[Search]]:
        """Return open searches, those of one sibling group together, in a fixed order."""
        found: dict[str, list[Search]] = {}
        for key in sorted(self.searches):
            search = self.searches[key]
            group = self._stage.child(search.child_ids[0]).sibling_group_id
            found.setdefault(key if group is None else f" {group}", []).append(search)
        return list(found.values())

    def _place(self, families: list[list[Search]]) -> None:
        live = self._stage.live
        ids = [tuple(sorted(c for s in family for c in s.child_ids)) for family in families]
        avoid = [
            self._no_choice(
                family[0].referral_id,
                sum(len(s.child_ids) for s in family),
                frozenset().union(*(s.avoid for s in family)),
            )
            for family in families
        ]
        if len(families) == 1:
            choices = [live.choose(ids[0], avoid=avoid[0])]
        else:
            choices = live.batch(ids, avoid=avoid)
        self._stage.ledger.checked += check_choices(live, ids, choices, self._stage.shared)
        for family, choice in zip(families, choices, strict=True):
            self._take(choice, family)

    def _no_choice(self, search: str, children: int, avoid: frozenset[str]) -> NDArray[np.bool_]:
        """Return which homes are no choice: those that decline, and those to be avoided."""
        found = self._offers.declining(search, children)
        for home_id in avoid:
            at = self._stage.live.position(home_id)
            if at is not None:
                found[at] = True
        return found

    def _take(self, choice: Choice, family: list[Search]) -> None:
        stage = self._stage
        search_of = {child_id: search for search in family for child_id in search.child_ids}
        for part in choice.parts:
            for at, child_id in enumerate(part.child_ids):
                search = search_of[child_id]
                search.child_ids.remove(child_id)
                search.first_days.append(part.day)
                self._register.begin(
                    child_id,
                    part,
                    at,
                    same_day=search.same_day,
                    arrival=search.arrival,
                )
        stage.live.take(choice)
        for part in choice.parts:
            for child_id in part.child_ids:
                self._register.stand(child_id)
        for search in family:
            if search.child_ids:
                continue
            del self.searches[search.referral_id]
            stage.ledger.count("referrals_placed")
            stage.ledger.count("days_to_match_sum", (max(search.first_days) - search.received).days)

    def _move(self) -> None:
        """Look for homes for children who are to move, siblings in one home as one family."""
        stage = self._stage
        view = stage.live.view
        families: dict[tuple[str, str], list[Move]] = {}
        for child_id in sorted(self.moves):
            group = stage.child(child_id).sibling_group_id or child_id
            families.setdefault((group, view.placements[child_id].home_id), []).append(
                self.moves[child_id]
            )
        for (group, home_id), moves in families.items():
            if any(
                stage.child(child_id).sibling_group_id == group
                for search in self.searches.values()
                for child_id in search.child_ids
            ):
                continue  # brothers and sisters wait: their home is found first
            self._move_family(home_id, moves)

    def _move_family(self, home_id: str, moves: list[Move]) -> None:
        stage = self._stage
        ids = tuple(move.child_id for move in moves)
        old = {child_id: stage.live.view.placements[child_id] for child_id in ids}
        settings = frozenset().union(*(move.settings for move in moves))
        if any(not move.settings for move in moves):
            settings = frozenset()
        referral = Referral(
            referral_id=identifier(f"M{stage.week}.{ids[0]}"),
            child_ids=ids,
            received_on=min(move.asked for move in moves),
            needed_by=stage.day,
            settings_sought=settings,
            child_views_on=stage.day,
            family_views_on=stage.day,
        )
        stage.live.put(referral)
        name = f"M{moves[0].asked}.{ids[0]}"
        no_choice = self._no_choice(name, len(ids), frozenset({home_id}))
        if len(ids) == 1 and stage.live.hopeless(ids[0], avoid=no_choice):
            stage.live.drop(Referral, referral.referral_id)
            self._not_moved(ids, home_id)
            return
        stage.live.drop(Placement, *ids)
        choice = stage.live.choose(ids, avoid=no_choice)
        stage.ledger.checked += check_choices(stage.live, [ids], [choice], stage.shared)
        for part in choice.parts:
            for at, child_id in enumerate(part.child_ids):
                move = self.moves.pop(child_id)
                self._register.end(child_id, move.reason, home_id=home_id)
                self._register.begin(child_id, part, at, same_day=False, arrival=False)
        stage.live.take(choice)
        if choice.unplaced:
            stage.live.put(*(old[child_id] for child_id in choice.unplaced))
            stage.live.drop(Referral, referral.referral_id)
        for part in choice.parts:
            for child_id in part.child_ids:
                self._register.stand(child_id)
        self._not_moved(choice.unplaced, home_id)

    def _not_moved(self, child_ids: Sequence[str], home_id: str) -> None:
        """End the searches whose time is over; who must leave leaves."""
        stage = self._stage
        for child_id in child_ids:
            move = self.moves[child_id]
            if move.until > stage.day:
                continue
            del self.moves[child_id]
            if move.reason in WAIT:
                self._register.leave_home(child_id, move.reason)
                self.displaced([child_id], avoid=frozenset({home_id}))
