"""A ranking as it was shown: best first, what is to check, near misses, what was left out."""

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.capacity.children import seen_by
from api.casework import searching
from api.casework.looking_ahead import can_look_ahead
from api.pages.asking import CurrentWork, PageRoute, allowed, see_other
from api.pages.match_map import MOST_OPTIONS, match_map
from api.pages.names import names_of
from api.pages.rendering import render
from api.pages.words import LONDON
from api.records.actor import Actor, Permission
from api.records.referral_case import ReferralCase
from api.records.search import Matches, ShortlistEntry
from api.routes.dependencies import CurrentService
from api.storage.work import Work
from matcher.domain.child import Child
from matcher.domain.home import Home
from matcher.explaining.report import CriterionPoints, Option
from matcher.ranking import OptionStatus
from matcher.rules.catalogue import BARS
from scenarios.charts.chart import Chart

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
MAY_SEARCH = Annotated[Actor, Depends(allowed(Permission.SEARCH_HOMES))]
TITLES = {rule.code: rule.title for rule in BARS}
EXCLUDED_A_PAGE = 50
MOST_COMPARED = 4
SAID = 3
"""How many reasons for and against stand on a card."""


@dataclass(frozen=True, slots=True)
class Card:
    """An option as it is shown."""

    option: Option
    helps: tuple[CriterionPoints, ...]
    hurts: tuple[CriterionPoints, ...]
    tasks: tuple[str, ...]
    to_ask: tuple[str, ...]
    shortlisted: bool

    @property
    def home_ids(self) -> str:
        """The homes of the option, as the address of a comparison names them."""
        return "+".join(part.home_id for part in self.option.parts)

    @property
    def weekly_fee_pence(self) -> int | None:
        """Fees of all its homes together; None when one is not known."""
        fees = [part.weekly_fee_pence for part in self.option.parts]
        known = [fee for fee in fees if fee is not None]
        return sum(known) if len(known) == len(fees) else None


def card_of(option: Option, shortlisted: frozenset[str]) -> Card:
    """Return an option with the reasons that tell most.

    Parameters
    ----------
    option
        The option.
    shortlisted
        Homes on the shortlist.
    """
    by_loss = sorted(option.criteria, key=lambda each: (each.points - each.of, each.name))
    good = [
        each
        for each in sorted(option.criteria, key=lambda each: (-each.of, each.name))
        if each.applies and each.known and each.points >= 0.9 * each.of
    ]
    return Card(
        option=option,
        helps=tuple(good[:SAID]),
        hurts=tuple(
            each for each in by_loss if each.of - each.points >= 1 and each not in good[:SAID]
        )[:SAID],
        tasks=tuple(dict.fromkeys(task for part in option.parts for task in part.tasks)),
        to_ask=tuple(dict.fromkeys(ask for part in option.parts for ask in part.to_ask)),
        shortlisted=all(part.home_id in shortlisted for part in option.parts),
    )


@router.get("/matches/{matches_id}")
def matches(
    actor: MAY_READ, request: Request, work: CurrentWork, service: CurrentService, matches_id: str
) -> Response:
    """Show a ranking."""
    kept = work.get(Matches, matches_id).record
    case = work.get(ReferralCase, kept.referral_id).record
    work.read(*kept.report.children, why="looked at a ranking")
    on_list = frozenset(
        held.record.home_id
        for held in work.find(ShortlistEntry, referral_id=kept.referral_id)
        if held.record.removed_at is None
    )
    report = kept.report
    eligible = [each for each in report.options if each.status.value == "eligible"]
    names = names_of(work, report.children)
    children = [work.get(Child, child_id).record for child_id in report.children]
    others = [each for each in report.options if each.status.value == "needs_exemption"]
    own = service.worlds.policy(work)
    return render(
        request,
        "matches/matches.html",
        actor=actor,
        own=own,
        two_ways=can_look_ahead(own, service.worlds.bed_values(work)),
        kept=kept,
        report=report,
        case=case,
        cards=[card_of(option, on_list) for option in eligible],
        to_check=[card_of(option, on_list) for option in report.to_check],
        exemptible=[card_of(option, on_list) for option in others],
        names=names,
        chart=_map(work, actor, report.options, children, names),
        by_households=_by_households(report.options),
        distance_applies=not all(
            child.unaccompanied or child.away_for_safety for child in children
        ),
        titles=TITLES,
        may_search=actor.may(Permission.SEARCH_HOMES) and case.state.waits,
        old=work.sequence > kept.sequence and work.at.date() > kept.made_at.date(),
    )


class Apart(NamedTuple):
    """What there is over so many homes."""

    homes: int
    ready: int
    """Options that are eligible as things stand."""
    otherwise: int
    """Options to check, or that need an exemption."""
    best: Option


def _by_households(options: tuple[Option, ...]) -> list[Apart]:
    """Return what there is by the number of homes, all together first."""
    found: dict[int, list[Option]] = {}
    for option in options:
        found.setdefault(len(option.parts), []).append(option)
    return [
        Apart(
            homes,
            sum(each.status is OptionStatus.ELIGIBLE for each in some),
            sum(each.status is not OptionStatus.ELIGIBLE for each in some),
            min(some, key=lambda each: each.rank),
        )
        for homes, some in sorted(found.items())
    ]


def _map(
    work: Work,
    actor: Actor,
    options: tuple[Option, ...],
    children: list[Child],
    names: dict[str, str],
) -> Chart | None:
    homes = {
        part.home_id: held.record
        for option in options[:MOST_OPTIONS]
        for part in option.parts
        if (held := work.maybe(Home, part.home_id)) is not None
    }
    seen = [seen_by(actor, child) for child in children]
    return match_map(actor.authority, seen, options, homes, names)


@router.get("/matches/{matches_id}/not-offered")
def not_offered(
    actor: MAY_READ,
    request: Request,
    work: CurrentWork,
    service: CurrentService,
    matches_id: str,
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Say of every home that was left out why, fewest reasons first, as things stood then."""
    kept = work.get(Matches, matches_id).record
    work.read(*kept.report.children, why="looked at what a ranking left out")
    shown = service.worlds.exclusions(
        work,
        kept.referral_id,
        sequence=kept.sequence,
        as_known_at=kept.made_at,
        today=kept.made_at.astimezone(LONDON).date(),
        policy=kept.policy,
        after=after,
        limit=EXCLUDED_A_PAGE,
    )
    return render(
        request,
        "matches/not_offered.html",
        actor=actor,
        kept=kept,
        shown=shown,
        titles=TITLES,
        after=after,
        total=kept.report.excluded_count,
        a_page=EXCLUDED_A_PAGE,
    )


@router.get("/matches/{matches_id}/compare")
def compare(
    actor: MAY_READ,
    request: Request,
    work: CurrentWork,
    matches_id: str,
    option: Annotated[list[int] | None, Query(max_length=20)] = None,
) -> Response:
    """Put two to four options side by side."""
    kept = work.get(Matches, matches_id).record
    work.read(*kept.report.children, why="compared homes")
    wanted = list(dict.fromkeys(option or []))[:MOST_COMPARED]
    chosen = [each for each in kept.report.options if each.rank in wanted]
    return render(
        request,
        "matches/compare.html",
        actor=actor,
        kept=kept,
        cards=[card_of(each, frozenset()) for each in chosen],
        criteria=[each.name for each in chosen[0].criteria] if chosen else [],
        names=names_of(work, kept.report.children),
        most=MOST_COMPARED,
    )


@router.post("/matches/{matches_id}/shortlist/{home_id}")
def shortlist(actor: MAY_SEARCH, work: CurrentWork, matches_id: str, home_id: str) -> Response:
    """Put a home on the shortlist."""
    kept = work.get(Matches, matches_id).record
    searching.add_to_shortlist(work, kept.referral_id, home_id, matches_id=matches_id)
    return see_other(f"/matches/{matches_id}#home-{home_id}")
