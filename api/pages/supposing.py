"""What if: the ranking of one search under another weight or wish; nothing of it is kept."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from api.casework.looking_ahead import looking_ahead
from api.pages.asking import CurrentWork, PageRoute, allowed
from api.pages.names import names_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.referral_case import ReferralCase
from api.records.search import Matches
from api.routes.dependencies import CurrentService, check_not_too_often
from matcher.domain.child import Child, Voice, Wish, WishTopic
from matcher.explaining.report import Option
from matcher.policy import SHIPPED, Policy

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_SEARCH = Annotated[Actor, Depends(allowed(Permission.SEARCH_HOMES))]
LOOKED_AT = 100
"""Options of either ranking that are held against each other."""
SHOWN = 20
TIMES = {"0": 0.0, "0.5": 0.5, "1": 1.0, "2": 2.0, "3": 3.0}
"""By what a weight may be multiplied, as the form sends it."""
TIMES_WORDS = {
    "0": "not at all",
    "0.5": "half as much",
    "1": "as now",
    "2": "twice as much",
    "3": "three times as much",
}
TOPICS = tuple(
    each for each in WishTopic if each not in (WishTopic.THIS_HOME, WishTopic.NOT_THIS_HOME)
)
"""Wishes that name no home."""
OF_CHILD = "wish-"
OF_WEIGHT = "weight-"


class Moved(NamedTuple):
    """An option as it stands now, and as it would."""

    option: Option
    rank_now: int | None
    score_now: float | None
    rank_then: int | None
    score_then: float | None

    @property
    def up(self) -> int:
        """How many places it would rise; negative when it would fall."""
        if self.rank_now is None or self.rank_then is None:
            return 0
        return self.rank_now - self.rank_then


@router.get("/matches/{matches_id}/what-if")
def what_if(
    actor: MAY_SEARCH,
    request: Request,
    work: CurrentWork,
    service: CurrentService,
    matches_id: str,
) -> Response:
    """Ask for other weights and wishes, and show what they would do to the ranking."""
    kept = work.get(Matches, matches_id).record
    case = work.get(ReferralCase, kept.referral_id).record
    work.read(*case.child_ids, why="asked what another weight or wish would do")
    children = [work.get(Child, child_id).record for child_id in case.child_ids]
    named = service.worlds.which(kept.policy if kept.policy in SHIPPED else None, work)
    policy = looking_ahead(named, kept.report.stamp.bed_values is not None)
    asked = request.query_params
    times = {name: _times(asked, name) for name in policy.weights}
    wishes = {child.child_id: _wished(asked, child) for child in children}
    supposed = _weighted(policy, times)
    moved: list[Moved] = []
    if asked and case.state.waits and supposed is not None:
        check_not_too_often(service, actor, cost=2)
        now = service.worlds.rank(work, case.referral_id, policy=policy, top=LOOKED_AT).report
        changed = [_wishing(child, wishes[child.child_id]) for child in children]
        then = service.worlds.rank(
            work, case.referral_id, policy=supposed, top=LOOKED_AT, supposing=changed
        ).report
        moved = _moves(now.options, then.options)
    return render(
        request,
        "matches/what_if.html",
        actor=actor,
        kept=kept,
        case=case,
        names=names_of(work, case.child_ids),
        policy=policy.name,
        weights=policy.weights,
        times=times,
        choices=TIMES_WORDS,
        topics=TOPICS,
        wishes=wishes,
        asked=bool(asked),
        nothing_counts=supposed is None,
        moved=moved[:SHOWN],
        risen=sum(each.up > 0 for each in moved[:SHOWN]),
    )


def _times(asked: QueryParams, name: str) -> str:
    picked = asked.get(OF_WEIGHT + name, "1")
    return picked if picked in TIMES else "1"


def _wished(asked: QueryParams, child: Child) -> frozenset[WishTopic]:
    """Return the child's own wishes as the form has them; as recorded before it was sent."""
    if not asked:
        return frozenset(
            wish.topic
            for wish in child.wishes
            if wish.voice is Voice.CHILD and wish.topic in TOPICS
        )
    picked = set(asked.getlist(OF_CHILD + child.child_id))
    return frozenset(each for each in TOPICS if each.value in picked)


def _wishing(child: Child, topics: frozenset[WishTopic]) -> Child:
    """Return a child with other wishes of their own; those that name a home stay."""
    others = [
        wish for wish in child.wishes if wish.voice is not Voice.CHILD or wish.topic not in TOPICS
    ]
    own = [Wish(voice=Voice.CHILD, topic=topic) for topic in TOPICS if topic in topics]
    return child.replace(wishes=(*others, *own))


def _weighted(policy: Policy, times: dict[str, str]) -> Policy | None:
    """Return a policy with other weights that add up to 100; None when nothing would count."""
    if all(each == "1" for each in times.values()):
        return policy
    raised = {name: weight * TIMES[times[name]] for name, weight in policy.weights.items()}
    total = sum(raised.values())
    if not total:
        return None
    return policy.replace(weights={name: 100 * each / total for name, each in raised.items()})


def _moves(now: tuple[Option, ...], then: tuple[Option, ...]) -> list[Moved]:
    """Return options in the supposed order, those that would fall out of it at the end."""
    before, after = ({_homes(each): each for each in options} for options in (now, then))
    rows = [
        Moved(
            option,
            before[homes].rank if homes in before else None,
            before[homes].score if homes in before else None,
            option.rank,
            option.score,
        )
        for homes, option in after.items()
    ]
    rows += [
        Moved(option, option.rank, option.score, None, None)
        for homes, option in before.items()
        if homes not in after
    ]
    return rows


def _homes(option: Option) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((part.home_id, part.children) for part in option.parts)
