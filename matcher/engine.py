"""The only door to the engine: rank homes for a referral, assign everybody, explain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from matcher.candidates import Appraiser
from matcher.checking import check
from matcher.columns import columns_of
from matcher.domain.history import history_of_world
from matcher.errors import UsageError
from matcher.explaining.ahead import looks_ahead, order_ahead, plan_ahead
from matcher.explaining.options import (
    excluded_by_rule,
    exclusions,
    near_misses,
    option_in_words,
    rules_failed,
)
from matcher.explaining.people import child_summary
from matcher.explaining.plans import assign_report, claim_of
from matcher.explaining.report import RankReport, Stamp
from matcher.explaining.why import explain_home, together_sentence
from matcher.policy import Policy
from matcher.ranking import rank_homes
from matcher.rules.catalogue import rule_set_name
from matcher.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from matcher.candidates import Appraisal
    from matcher.domain.child import Child
    from matcher.domain.history import ArrivalHistory
    from matcher.domain.referral import Referral
    from matcher.domain.world import World
    from matcher.explaining.alternatives import Alternative
    from matcher.explaining.assignment import AssignReport
    from matcher.explaining.beds import BedWorth
    from matcher.explaining.explanation import Explanation
    from matcher.explaining.frontier import FrontierPoint
    from matcher.explaining.prices import TierPrice
    from matcher.explaining.report import Exclusion, RulesFailed
    from matcher.explaining.unblocking import Blockage
    from matcher.live import LiveWorld
    from matcher.lookahead.values import BedValues

EXCLUDED_SHOWN = 50
"""How many excluded homes are worded unless all are asked for."""


class Engine:
    """A World under a policy, ready to answer.

    Building one turns the World into columns; every question after that is fast. An engine
    never changes: for a changed World or policy, build another.

    Parameters
    ----------
    world
        Children, homes and agreements as of one date.
    policy
        What counts for how much.
    values
        What beds are worth to others, for a policy that looks ahead.

    Raises
    ------
    PolicyError
        If the policy names a criterion that does not exist.
    """

    def __init__(self, world: World, policy: Policy, values: BedValues | None = None) -> None:
        self.world = world
        self.policy = policy
        self.values = values
        self.appraiser = Appraiser(columns_of(world), policy)
        self._frozen: Callable[[], World] = lambda: world

    @classmethod
    def over(cls, live: LiveWorld, policy: Policy | None = None) -> Self:
        """Return an engine over a World that changes, which can rank, explain and exclude.

        Nothing is built anew: it asks the arrays that the World keeps current. It is good
        until the next change; then ask for another.

        Parameters
        ----------
        live
            The World.
        policy
            What counts for how much; the World's own policy unless given.
        """
        engine = cls.__new__(cls)
        engine.world = live.view
        engine.policy = live.policy if policy is None else policy
        engine.appraiser = live.appraiser(engine.policy)
        engine._frozen = live.world
        engine.values = live.bed_values
        live.data_hash()
        return engine

    def stamp(self, *, seed: int | None = None) -> Stamp:
        """Return what an answer is made from.

        Parameters
        ----------
        seed
            Of the solver, where there is one.
        """
        return Stamp(
            as_of=self.world.as_of,
            policy=self.policy.name,
            policy_version=self.policy.version,
            rule_set=rule_set_name(self.world.as_of),
            data_hash=self.world.data_hash,
            seed=seed,
            version=VERSION,
            bed_values=(
                self.values.name
                if self.values is not None and looks_ahead(self.policy, self.values)
                else None
            ),
            synthetic=self.world.synthetic,
        )

    def rank(
        self, referral_id: str, *, top: int = 10, excluded: int | None = EXCLUDED_SHOWN
    ) -> RankReport:
        """Return the best homes for the children of a referral, and why not the others.

        Parameters
        ----------
        referral_id
            The referral.
        top
            At most this many options, 1 to 1,000.
        excluded
            How many excluded homes are put into words; None for all.

        Raises
        ------
        NotFoundError
            If there is no such referral.
        UsageError
            If ``top`` is out of range.
        """
        if not 1 <= top <= 1000:
            raise UsageError(f"top is {top}; it must lie between 1 and 1,000.")
        referral = self.world.referral(referral_id)
        children, appraiser = self._asked(referral)
        ranking = rank_homes(appraiser, children, referral.needed_by, top=top)
        whole = ranking.whole
        return RankReport(
            referral_id=referral_id,
            children=tuple(child.child_id for child in ranking.children),
            about=tuple(child_summary(child, ranking.day) for child in ranking.children),
            needed_by=referral.needed_by,
            timescale=referral.timescale,
            options=tuple(
                option_in_words(appraiser, option, ranking, rank, bed=bed)
                for rank, (option, bed) in enumerate(
                    order_ahead(appraiser, self.values, ranking, top=top), 1
                )
            ),
            to_check=tuple(
                option_in_words(appraiser, option, ranking, rank)
                for rank, option in enumerate(ranking.to_check[:5], 1)
            ),
            eligible_count=int(whole.eligible.sum()) if ranking.together_allowed else 0,
            to_check_count=int(whole.to_check.sum()),
            excluded_count=int((whole.rules_failed > 0).sum()),
            excluded_by_rule=excluded_by_rule(whole),
            excluded=exclusions(appraiser, whole, limit=excluded),
            near_misses=near_misses(appraiser, ranking),
            together_sentence=together_sentence(self.world, ranking),
            stamp=self.stamp(),
        )

    def exclusions(
        self, referral_id: str, *, after: int = 0, limit: int = EXCLUDED_SHOWN
    ) -> tuple[Exclusion, ...]:
        """Return some of the homes that cannot take all the children together, in words.

        Parameters
        ----------
        referral_id
            The referral.
        after
            How many to pass over: those that fail fewest rules come first, then the best.
        limit
            At most so many.

        Raises
        ------
        NotFoundError
            If there is no such referral.
        """
        appraiser, whole = self._whole(referral_id)
        return exclusions(appraiser, whole, after=after, limit=limit)

    def rules_failed(self, referral_id: str) -> RulesFailed:
        """Return which rules each home fails for all the children together, as bits.

        Raises
        ------
        NotFoundError
            If there is no such referral.
        """
        return rules_failed(self._whole(referral_id)[1])

    def _whole(self, referral_id: str) -> tuple[Appraiser, Appraisal]:
        referral = self.world.referral(referral_id)
        children, appraiser = self._asked(referral)
        return appraiser, appraiser.appraise(children, referral.needed_by)

    def _asked(self, referral: Referral) -> tuple[list[Child], Appraiser]:
        """Return the children of a referral, and what appraises homes for them.

        Who lives somewhere, and is to be found another home, does not stand in the way of
        themselves or of their siblings there.
        """
        children = [self.world.children[child_id] for child_id in referral.child_ids]
        leaving = frozenset(referral.child_ids) & self.world.placements.keys()
        if not leaving:
            return children, self.appraiser
        homes = columns_of(self._frozen(), without=leaving)
        return children, Appraiser(homes, self.policy, leaving=leaving)

    def explain(self, referral_id: str, home_id: str) -> Explanation:
        """Return why a home is, or is not, offered for a referral.

        Parameters
        ----------
        referral_id, home_id
            The question.

        Raises
        ------
        NotFoundError
            If there is no such referral or home.
        """
        referral = self.world.referral(referral_id)
        self.world.home(home_id)
        children, appraiser = self._asked(referral)
        return explain_home(
            appraiser, referral_id, children, referral.needed_by, home_id, self.stamp()
        )

    def assign(
        self, *, seconds: float | None = None, seed: int = 1, work: Path | None = None
    ) -> AssignReport:
        """Return one plan for every child who waits, checked, beside today's practice.

        Parameters
        ----------
        seconds
            After so long the best plan found is returned, with its bound; None for no limit
            but that of a fixed amount of work.
        seed
            Of the solver. A run that is not stopped by time repeats to the bit.
        work
            A folder from where a plan for a region or a country goes on, and keeps its work in.

        Raises
        ------
        UsageError
            If ``seconds`` is negative or over a week, or ``work`` cannot be written to.
        CheckFailedError
            If the independent checker disagrees with the solver: a fault in Near Home.
        """
        # The solver takes longer to import than a ranking takes to make.
        from matcher.solving.solve import solve_beside_practice

        world, policy = self.world, self.policy
        solution, practice = solve_beside_practice(
            world, policy, seconds=seconds, seed=seed, work=work
        )
        solution, said = plan_ahead(world, policy, self.values, solution)
        return assign_report(
            world,
            policy,
            solution,
            check(world, policy, solution.plan, claimed=claim_of(solution)),
            practice,
            check(world, policy, practice.plan, claimed=claim_of(practice)),
            self.stamp(seed=seed),
            said=said,
        )

    def bed_values(
        self, history: ArrivalHistory | None = None, *, method: str = "replay", seed: int = 1
    ) -> BedValues:
        """Learn what beds are worth from who came; without a history, from who is placed."""
        from matcher.lookahead.learning import learn
        from matcher.lookahead.values import LearningMethod

        past, way = history or history_of_world(self.world), LearningMethod(method)
        return learn(self.world, self.policy, past, method=way, seed=seed)

    def alternatives(
        self, child_id: str, *, top: int = 3, seconds: float | None = None, seed: int = 1
    ) -> tuple[Alternative, ...]:
        """Return what giving a child each of their best homes costs everyone, re-solved."""
        from matcher.explaining.alternatives import alternatives_for_child

        return alternatives_for_child(
            self.world, self.policy, child_id, top=top, seconds=seconds, seed=seed
        )

    def unblock(
        self, child_id: str, *, tried: int = 5, seconds: float | None = None, seed: int = 1
    ) -> Blockage:
        """Return what stands in the way of a home for a child, and what would place them."""
        from matcher.explaining.unblocking import what_would_place

        return what_would_place(
            self.world, self.policy, child_id, tried=tried, seconds=seconds, seed=seed
        )

    def plans(
        self, count: int, *, differ: int = 3, seconds: float | None = None, seed: int = 1
    ) -> tuple[Alternative, ...]:
        """Return the best plans of which any two differ for so many waiting children."""
        from matcher.explaining.alternatives import best_plans

        return best_plans(
            self.world, self.policy, count=count, differ=differ, seconds=seconds, seed=seed
        )

    def replan(
        self,
        before: Mapping[str, str | None],
        *,
        most_changes: int,
        seconds: float | None = None,
        seed: int = 1,
    ) -> Alternative:
        """Return today's best plan with few changes from yesterday's."""
        from matcher.explaining.alternatives import with_few_changes

        asked = (self.world, self.policy, before)
        return with_few_changes(*asked, most_changes=most_changes, seconds=seconds, seed=seed)

    def prices(self, *, seconds: float | None = None, seed: int = 1) -> tuple[TierPrice, ...]:
        """Return what each aim of the policy costs the others."""
        from matcher.explaining.prices import tier_prices

        return tier_prices(self.world, self.policy, seconds=seconds, seed=seed)

    def frontier(self, *, seconds: float | None = None, seed: int = 1) -> tuple[FrontierPoint, ...]:
        """Return the Pareto front of children near home, weekly cost and moves."""
        from matcher.explaining.frontier import frontier

        return frontier(self.world, self.policy, seconds=seconds, seed=seed)

    def bed_worths(
        self, *, tried: int = 2, seconds: float | None = None, seed: int = 1
    ) -> tuple[BedWorth, ...]:
        """Return what one more bed is worth by kind of home and area, the worthiest first."""
        from matcher.explaining.beds import worth_of_beds

        return worth_of_beds(self.world, self.policy, tried=tried, seconds=seconds, seed=seed)


def rank(
    world: World,
    referral_id: str,
    policy: Policy | str = "balanced",
    *,
    top: int = 10,
    excluded: int | None = EXCLUDED_SHOWN,
) -> RankReport:
    """Rank homes for one referral; see :meth:`Engine.rank`."""
    return engine_for(world, policy).rank(referral_id, top=top, excluded=excluded)


def explain(
    world: World, referral_id: str, home_id: str, policy: Policy | str = "balanced"
) -> Explanation:
    """Say why a home is, or is not, offered for a referral; see :meth:`Engine.explain`."""
    return engine_for(world, policy).explain(referral_id, home_id)


def assign(
    world: World, policy: Policy | str = "balanced", *, seconds: float | None = None, seed: int = 1
) -> AssignReport:
    """Place every child who waits; see :meth:`Engine.assign`."""
    return engine_for(world, policy).assign(seconds=seconds, seed=seed)


def engine_for(world: World, policy: Policy | str, values: BedValues | None = None) -> Engine:
    """Return an engine for a World under a policy, given by value or by name."""
    return Engine(world, Policy.named(policy) if isinstance(policy, str) else policy, values)
