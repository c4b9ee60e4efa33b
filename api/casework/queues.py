"""Queues and reports: who is to be looked at next, and why."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from api.casework.calendar import add_months
from api.casework.procedure import BOUGHT, RESIDENTIAL, procedure_of
from api.records.care_placement import LIVED_IN, CarePlacement
from api.records.permanence import AdulthoodPlan, NextHome, PermanenceStage, PermanenceStep
from api.records.referral_case import ReferralCase
from api.records.search import Exhausted, SearchStep
from api.records.task import Task, TaskState
from api.storage.filters import AtMost
from matcher.domain.child import Child, PermanencePlan
from matcher.domain.home import Home, Setting
from matcher.domain.record import Identifier, Record
from matcher.domain.referral import Timescale
from matcher.indicators import miles_from_home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.records.approval import Procedure
    from api.storage.work import Work
    from matcher.domain.world import World

SEVENTEEN_AND_A_HALF = 17 * 12 + 6
"""Months of age from which housing and adult care are told."""
FAR_MILES = 20.0
LOW_NEED = 2
"""With no assessed need above this a residential place is looked at for a step down."""


class Again(StrEnum):
    """Why a placement is looked at again."""

    NOTICE = "notice"
    MOVE_AGREED = "move_agreed"
    PAST_ITS_END = "past_its_end"
    FAR_FROM_HOME = "far_from_home"
    STEP_DOWN = "step_down"
    COSTLY = "costly"
    WAS_AN_EMERGENCY = "was_an_emergency"
    OUTSIDE_TERMS = "outside_terms"

    @property
    def label(self) -> str:
        """The reason as people write it."""
        return self.value.replace("_", " ")


class Rematch(Record):
    """A placement that may not be the right one any more.

    Parameters
    ----------
    placement_id, child_id, home_id
        Which.
    reasons
        Why it is looked at, the gravest first.
    weekly_fee_pence, miles
        What it costs, and how far from home it is; None when not known or not applicable.
    review_needed
        A review must agree before a move is looked for (regulation 14).
    """

    placement_id: Identifier
    child_id: Identifier
    home_id: Identifier
    reasons: tuple[Again, ...]
    weekly_fee_pence: int | None
    miles: float | None
    review_needed: bool


def rematch(work: Work, world: World) -> list[Rematch]:
    """Return placements to be looked at again, those with the gravest reasons first.

    Nobody is moved by this: a move is proposed to a review.

    Parameters
    ----------
    work
        The transaction.
    world
        The World of today, for distances and needs.
    """
    procedure = procedure_of(work)
    found = []
    for held in work.find(CarePlacement, state=LIVED_IN):
        stay = held.record
        child, home = world.children.get(stay.child_id), world.homes.get(stay.home_id)
        if child is None or home is None:
            continue
        miles = miles_from_home(world, child, home.home_id)
        reasons = tuple(_reasons(stay, child, home, miles, procedure, work.today))
        if reasons:
            found.append(
                Rematch(
                    placement_id=stay.placement_id,
                    child_id=stay.child_id,
                    home_id=stay.home_id,
                    reasons=reasons,
                    weekly_fee_pence=stay.weekly_fee_pence,
                    miles=miles,
                    review_needed=not stay.may_move,
                )
            )
    order = list(Again)
    return sorted(found, key=lambda each: (order.index(each.reasons[0]), each.placement_id))


def _reasons(
    stay: CarePlacement,
    child: Child,
    home: Home,
    miles: float | None,
    procedure: Procedure,
    today: date,
) -> Iterator[Again]:
    if stay.notice is not None:
        yield Again.NOTICE
    if stay.may_move:
        yield Again.MOVE_AGREED
    if stay.expected_end is not None and stay.expected_end < today and not stay.long_term:
        yield Again.PAST_ITS_END
    if miles is not None and miles > FAR_MILES and not child.away_for_safety:
        yield Again.FAR_FROM_HOME
    residential = home.setting in RESIDENTIAL and home.setting is not Setting.SECURE
    if residential and max((need.level for need in child.needs), default=4) <= LOW_NEED:
        yield Again.STEP_DOWN
    costs = stay.weekly_fee_pence
    if residential and costs is not None and costs >= procedure.rate_for_step_down_pence:
        yield Again.COSTLY
    if stay.state == "unapproved":
        yield Again.WAS_AN_EMERGENCY
    if stay.over_terms_until is not None:
        yield Again.OUTSIDE_TERMS


class Leaver(Record):
    """A young person of 17½ or more, and how far the plan for their next home has come.

    Parameters
    ----------
    child_id, placement_id
        Who, and where they live.
    eighteen_on
        Their birthday.
    next_home
        Where they go on to.
    housing_told_on, adult_care_told_on
        When housing and adult social care were told; None when not yet.
    bed_stays_taken
        They stay on after 18: the bed is not free.
    """

    child_id: Identifier
    placement_id: Identifier
    eighteen_on: date
    next_home: NextHome
    housing_told_on: date | None
    adult_care_told_on: date | None
    bed_stays_taken: bool


def leavers(work: Work) -> list[Leaver]:
    """Return the queue for housing and adult care: 17½ and older, the next to turn 18 first."""
    plans = {held.record.child_id: held.record for held in work.find(AdulthoodPlan)}
    born = add_months(work.today, -SEVENTEEN_AND_A_HALF)
    old_enough = {
        held.record.child_id: held.record for held in work.find(Child, date_of_birth=AtMost(born))
    }
    found = []
    for held in work.find(CarePlacement, state=LIVED_IN):
        child = old_enough.get(held.record.child_id)
        if child is None or child.date_of_birth is None:
            continue
        plan = plans.get(child.child_id)
        found.append(
            Leaver(
                child_id=child.child_id,
                placement_id=held.record.placement_id,
                eighteen_on=add_months(child.date_of_birth, 18 * 12),
                next_home=plan.next_home if plan else NextHome.NOT_DECIDED,
                housing_told_on=plan.housing_told_on if plan else None,
                adult_care_told_on=plan.adult_care_told_on if plan else None,
                bed_stays_taken=bool(held.record.post_18),
            )
        )
    return sorted(found, key=lambda each: (each.eighteen_on, each.child_id))


class Permanence(Record):
    """A child's permanence plan, and whether it is stuck.

    Parameters
    ----------
    child_id, placement_id
        Who, and where they live.
    plan, stage
        Where it is heading, and how far it has come; None when nobody has recorded it.
    since, due_on, late
        Since when, by when, and whether that is over.
    blocker
        What holds it up; None when nothing is recorded.
    """

    child_id: Identifier
    placement_id: Identifier
    plan: PermanencePlan | None
    stage: PermanenceStage | None
    since: date | None
    due_on: date | None
    late: bool
    blocker: str | None


def permanence(work: Work) -> list[Permanence]:
    """Return the permanence tracker: late ones first, then those with a blocker."""
    latest: dict[str, PermanenceStep] = {}
    for step in (held.record for held in work.find(PermanenceStep)):
        known = latest.get(step.child_id)
        if known is None or known.since <= step.since:
            latest[step.child_id] = step
    plans = {held.record.child_id: held.record.permanence_plan for held in work.find(Child)}
    found = []
    for held in work.find(CarePlacement, state=LIVED_IN):
        stay = held.record
        of_child = latest.get(stay.child_id)
        if of_child is not None and of_child.stage is PermanenceStage.ACHIEVED:
            continue
        due = of_child.due_on if of_child else None
        found.append(
            Permanence(
                child_id=stay.child_id,
                placement_id=stay.placement_id,
                plan=of_child.plan if of_child else plans.get(stay.child_id),
                stage=of_child.stage if of_child else None,
                since=of_child.since if of_child else None,
                due_on=due,
                late=due is not None and due < work.today,
                blocker=of_child.blocker if of_child else None,
            )
        )
    return sorted(found, key=lambda each: (not each.late, each.blocker is None, each.child_id))


class Waiting(Record):
    """A referral under which children wait.

    Parameters
    ----------
    referral_id, state, timescale
        Which, and where it stands.
    children
        How many.
    submitted_at, hours_waited, needed_by, late
        Since when, how long, by when, and whether that day is over.
    tiers_exhausted
        Tiers that led to nothing, with the reasons.
    overdue_tasks
        How many tasks of it are overdue.
    """

    referral_id: Identifier
    state: str
    timescale: Timescale
    children: int
    submitted_at: datetime | None
    hours_waited: float | None
    needed_by: date
    late: bool
    tiers_exhausted: tuple[str, ...]
    overdue_tasks: int


def waiting_list(work: Work) -> list[Waiting]:
    """Return who waits, the most urgent first."""
    exhausted: dict[str, list[str]] = defaultdict(list)
    for step in work.find(SearchStep):
        why = step.record.exhausted_why
        if why is not None:
            exhausted[step.record.referral_id].append(f"{step.record.tier.label}: {why.label}")
    overdue: dict[str, int] = defaultdict(int)
    for task in work.find(Task, state=TaskState.OPEN, due_at=AtMost(work.at)):
        overdue[task.record.referral_id or ""] += 1
    order = list(Timescale)
    found = [
        Waiting(
            referral_id=case.referral_id,
            state=case.state,
            timescale=case.timescale,
            children=len(case.child_ids),
            submitted_at=case.submitted_at,
            hours_waited=_hours(work, case),
            needed_by=case.needed_by,
            late=case.needed_by < work.today,
            tiers_exhausted=tuple(exhausted[case.referral_id]),
            overdue_tasks=overdue[case.referral_id],
        )
        for case in (held.record for held in work.find(ReferralCase))
        if case.state.waits
    ]
    return sorted(
        found, key=lambda each: (order.index(each.timescale), each.needed_by, each.referral_id)
    )


def _hours(work: Work, case: ReferralCase) -> float | None:
    if case.submitted_at is None:
        return None
    return round((work.at - case.submitted_at) / timedelta(hours=1), 1)


class Unmet(Record):
    """How often a tier led to nothing, and why: what the council cannot find.

    Parameters
    ----------
    tier
        Which.
    reason
        Why it led to nothing.
    searches
        How many.
    """

    tier: str
    reason: Exhausted
    searches: int


def unmet(work: Work) -> list[Unmet]:
    """Return what searches did not find, the most frequent first."""
    count: dict[tuple[str, Exhausted], int] = defaultdict(int)
    for held in work.find(SearchStep):
        if held.record.exhausted_why is not None:
            count[held.record.tier, held.record.exhausted_why] += 1
    return [
        Unmet(tier=tier, reason=reason, searches=number)
        for (tier, reason), number in sorted(count.items(), key=lambda item: (-item[1], item[0]))
    ]


class SectorMix(Record):
    """What is spent with the council's own homes and with others.

    Parameters
    ----------
    placements, weekly_fee_pence, fees_unknown
        Of how many placements, what they cost a week, and of how many that is not known.
    bought
        Whether places are bought from other providers.
    """

    bought: bool
    placements: int
    weekly_fee_pence: int
    fees_unknown: int


def sector_mix(work: Work) -> list[SectorMix]:
    """Return the mix of own and bought placements, with what they cost."""
    stays = [held.record for held in work.find(CarePlacement, state=LIVED_IN)]
    found = []
    for bought in (False, True):
        those = [stay for stay in stays if (stay.route in BOUGHT) is bought]
        found.append(
            SectorMix(
                bought=bought,
                placements=len(those),
                weekly_fee_pence=sum(stay.weekly_fee_pence or 0 for stay in those),
                fees_unknown=sum(stay.weekly_fee_pence is None for stay in those),
            )
        )
    return found
