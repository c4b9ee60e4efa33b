"""Gates: what must be settled before a placement starts, or soon after an emergency."""

from __future__ import annotations

from api.casework.periods import Period, Unit
from api.casework.task_rule import FIVE, TEN, Anchor, TaskRule, regulation
from api.records.task import Standing

GATES: tuple[TaskRule, ...] = (
    TaskRule(
        "CONTRACT_TO_BE_MADE",
        "Make a contract with the provider",
        "Council procedure: each spot place has an individual agreement",
        gate=True,
        emergency=FIVE,
    ),
    TaskRule(
        "QUALITY_VISIT",
        "Visit the home before the child comes",
        "Council procedure: quality assurance of other providers' homes",
        gate=True,
        emergency=FIVE,
    ),
    TaskRule(
        "VIEWS_OBTAINED",
        "Obtain the child's wishes and the family's views",
        f"Children Act 1989, section 22(4)-(5); {regulation('9(1)(b)')}",
        gate=True,
        emergency=FIVE,
    ),
    TaskRule(
        "ASSESSMENT_STALE",
        "Look at the child's needs again",
        f"{regulation('5')}; practice: an old assessment asks for a new look",
        gate=True,
        emergency=TEN,
    ),
    TaskRule(
        "PROVIDER_CONSENT",
        "Obtain the consent of the fostering provider",
        regulation("22"),
        gate=True,
        emergency=FIVE,
    ),
    TaskRule(
        "RESIDENTS_IMPACT",
        "Have the home assess the impact on those who live there",
        "Children's Homes (England) Regulations 2015, regulation 14; council procedure elsewhere",
        gate=True,
        emergency=FIVE,
    ),
    TaskRule(
        "RESIDENT_AUTHORITY_CONSENT",
        "Obtain the consent of the other authority with a child in the home",
        regulation("22"),
        gate=True,
        emergency=FIVE,
    ),
    TaskRule(
        "OUT_OF_AREA_NOTIFY",
        "Notify the authority of the area",
        regulation("13"),
        gate=True,
        emergency=FIVE,
    ),
    TaskRule(
        "OUT_OF_AREA_APPROVAL",
        "Approve a placement outside the area",
        regulation("11"),
        gate=True,
        emergency=FIVE,
        standing=Standing.NOMINATED_OFFICER,
    ),
    TaskRule(
        "DISTANT_APPROVAL",
        "Approve a distant placement, after the area's authority was consulted",
        regulation("11"),
        gate=True,
        emergency=FIVE,
        standing=Standing.DIRECTOR,
    ),
    TaskRule(
        "OUTSIDE_ENGLAND_WALES",
        "Obtain the approval of the court, or of everybody with parental responsibility",
        f"Children Act 1989, Schedule 2, paragraph 19; {regulation('12')}",
        gate=True,
        standing=Standing.DIRECTOR,
    ),
    TaskRule(
        "REVIEW_BEFORE_MOVE",
        "Review the child's case before the placement ends",
        regulation("14"),
        gate=True,
        emergency=TEN,
    ),
    TaskRule(
        "KEY_STAGE_4_MOVE",
        "Approve a move that disrupts Key Stage 4",
        regulation("10"),
        gate=True,
        emergency=TEN,
        standing=Standing.NOMINATED_OFFICER,
    ),
    TaskRule(
        "TEMPORARY_APPROVAL_CLOCK",
        "Finish the full assessment before the temporary approval runs out",
        f"{regulation('24')} and 25",
        period=Period(16, Unit.WEEKS),
        anchor=Anchor.APPROVAL,
    ),
    *(
        TaskRule(code, title, source, gate=True, emergency=FIVE, standing=standing)
        for code, title, source, standing in (
            (
                "MINIMUM_MATCH",
                "Agree to a home below the policy's minimum match",
                "The council's policy: below the minimum a manager chooses",
                Standing.TEAM_MANAGER,
            ),
            (
                "STAY_TOGETHER",
                "Agree that siblings live apart who were to stay together",
                "Children Act 1989, section 22C(8)(c); a manager's recorded decision",
                Standing.TEAM_MANAGER,
            ),
            (
                "BUDGET_TOTAL",
                "Agree to spend more than the weekly budget",
                "The council's budget",
                Standing.HEAD_OF_SERVICE,
            ),
            (
                "BUDGET_ROUTE",
                "Agree to spend more than a route's weekly budget",
                "The council's budget",
                Standing.HEAD_OF_SERVICE,
            ),
            (
                "OUT_OF_AREA_CAP",
                "Agree to more placements outside the area than the policy's share",
                "The council's policy",
                Standing.HEAD_OF_SERVICE,
            ),
            (
                "SPOT_CAP",
                "Agree to more spot purchases than the policy's share",
                "The council's policy",
                Standing.HEAD_OF_SERVICE,
            ),
            (
                "PROVIDER_DEPENDENCE",
                "Agree to depend on one provider for more than the council's cap",
                "Council procedure: no provider has more than its share of bought places",
                Standing.HEAD_OF_SERVICE,
            ),
        )
    ),
    TaskRule(
        "FACT_TO_CHECK",
        "Find out what is not known about the home",
        "Near Home: an unknown rule bars until somebody has asked",
        gate=True,
        emergency=FIVE,
    ),
    TaskRule(
        "SHORT_BREAK_LIMIT",
        "See that short breaks stay within 17 days each and 75 in twelve months",
        regulation("48"),
        gate=True,
    ),
)
"""What holds up a start."""
