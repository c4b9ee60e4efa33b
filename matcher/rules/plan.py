"""What a whole plan must keep to: siblings together, money, shares, moves, a minimum match.

None of these rules is about where a child lives already: a child who stays is no new
placement, costs the budget nothing and breaks no share.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from matcher.domain.sibling_group import Together
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met
from matcher.rules.rule import Breach, PlanRule, Source, exempted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from matcher.domain.world import World
    from matcher.evidence.cases import PlanCase

Findings = list[Breach]

ROUNDING = 1e-6
"""Points and shares that differ by less are the same."""

POLICY_FILE = Source("The council's own policy file, which 'nearhome policy show' explains")


def judged_by(findings: Callable[[PlanCase], Findings | None]) -> Callable[[PlanCase], Judgement]:
    """Return a judge that gives the gravest finding; None stands for not applicable."""

    def judge(case: PlanCase) -> Judgement:
        found = findings(case)
        if found is None:
            return NOT_APPLICABLE
        return max((each.judgement for each in found), key=lambda it: it.verdict, default=MET)

    return judge


def breaches_of(findings: Callable[[PlanCase], Findings | None]) -> Callable[[PlanCase], Findings]:
    """Return what lists the findings that break the rule or leave it open."""

    def breaches(case: PlanCase) -> Findings:
        return [each for each in findings(case) or [] if each.judgement.verdict >= Verdict.UNKNOWN]

    return breaches


# Siblings together ---------------------------------------------------------------------------


def together_pairs(world: World, decided: Collection[str]) -> list[tuple[str, str]]:
    """Return the pairs of siblings who must live together and of whom a plan decides one or both.

    A sibling whose home the plan does not decide counts where they live; one who lives in
    none of the World's homes does not count.

    Parameters
    ----------
    world
        The World.
    decided
        The children whose home the plan decides.
    """
    found = []
    groups = {world.children[each].sibling_group_id for each in decided} - {None}
    for group_id in sorted(each for each in groups if each is not None):
        group = world.sibling_groups[group_id]
        for a, b in combinations(world.members[group_id], 2):
            known = all(each in decided or each in world.placements for each in (a, b))
            one_decided = a in decided or b in decided
            if known and one_decided and group.between(a, b) is Together.REQUIRED:
                found.append((a, b))
    return found


def _find_apart(case: PlanCase) -> Findings | None:
    pairs = together_pairs(case.world, case.home_of)
    if not pairs:
        return None
    started = dict(case.started)
    days = case.first_days
    found = []
    for a, b in pairs:
        homes = {each: case.home_now(each) for each in (a, b)}
        if homes[a] == homes[b] or not started.keys() & {a, b}:
            continue
        judgement = not_met(
            one=a, other=b, home=homes[a] or "no home yet", other_home=homes[b] or "no home yet"
        )
        day = max(days[each] for each in (a, b) if each in days)
        for home_id in (homes[a], homes[b]):
            found_exemption = case.world.exemption("STAY_TOGETHER", (a, b), home_id, day)
            if home_id is not None and found_exemption is not None:
                judgement = exempted(
                    judgement, by=found_exemption.granted_by.value, until=found_exemption.until
                )
                break
        found.append(Breach((a, b), judgement))
    return found


STAY_TOGETHER = PlanRule(
    code="STAY_TOGETHER",
    title="Siblings who must live together share a home, or wait together",
    family="plan",
    sources=(
        Source(
            "Children Act 1989, section 22C(8)(c)",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
        Source("Councils' together-or-apart assessments of siblings"),
    ),
    needs=("sibling_group.together", "sibling_group.links", "child.sibling_group_id"),
    judge=judged_by(_find_apart),
    breaches=breaches_of(_find_apart),
    sentence="Siblings {one} and {other} must live together and would not: {home}, {other_home}.",
    change="A manager's recorded decision that {one} and {other} may live apart would be needed.",
    exemption="A manager's recorded decision that names the siblings; never the plan's own.",
)


def _find_forbidden_moves(case: PlanCase) -> Findings | None:
    found = []
    living = [
        case.world.placements[child_id]
        for child_id in sorted(case.home_of)
        if child_id in case.world.placements
    ]
    for placement in living:
        child_id, home_id = placement.child_id, case.home_of[placement.child_id]
        if home_id == placement.home_id:
            continue
        facts = {"child": child_id, "lives": placement.home_id, "home": home_id or "no home"}
        if home_id is None:
            reason = "a plan never leaves a child without the home they have"
        elif not placement.may_move:
            reason = "no review has agreed that a move may be looked for"
        elif not case.policy.may_move:
            reason = "the policy does not let placed children move"
        else:
            continue
        found.append(Breach((child_id,), not_met(**facts, reason=reason)))
    return found if living else None


MOVES_ALLOWED = PlanRule(
    code="MOVES_ALLOWED",
    title="Only children whose review has agreed to a move may move",
    family="plan",
    sources=(
        Source(
            "Care Planning, Placement and Case Review (England) Regulations 2010, reg 14",
            "https://www.legislation.gov.uk/uksi/2010/959/regulation/14",
        ),
        POLICY_FILE,
    ),
    needs=("placement.may_move", "policy.may_move"),
    judge=judged_by(_find_forbidden_moves),
    breaches=breaches_of(_find_forbidden_moves),
    sentence="{child} lives in {lives} and would move to {home}: {reason}.",
    change="A review would have to agree that a move of {child} may be looked for.",
)


def _find_poor_matches(case: PlanCase) -> Findings | None:
    if not case.points:
        return None
    least = case.policy.minimum_match_points
    found = []
    for home_id, child_id in sorted((home, child) for child, home in case.started):
        points = case.points[child_id]
        if points < least - ROUNDING:
            judgement = not_met(
                children=child_id, home=home_id, points=f"{points:.1f}", least=least
            )
            found.append(Breach((child_id,), judgement))
    return found


MINIMUM_MATCH = PlanRule(
    code="MINIMUM_MATCH",
    title="A plan places no child below the policy's minimum match",
    family="plan",
    sources=(
        POLICY_FILE,
        Source(
            "Children Act 1989, section 22C(5): the most appropriate placement for this child",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
    ),
    needs=("policy.minimum_match_points", "policy.weights"),
    judge=judged_by(_find_poor_matches),
    breaches=breaches_of(_find_poor_matches),
    sentence="{home} is worth {points} points for {children}; the policy's minimum is {least}.",
    change="A person may choose {home} for {children} below the minimum; a plan does not.",
)

RULES = (
    STAY_TOGETHER,
    MOVES_ALLOWED,
    MINIMUM_MATCH,
)
