"""Value for money: the weekly fee and school transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score
from matcher.domain.phrases import pounds
from matcher.evidence.purchases import full_fees, transport_costs

if TYPE_CHECKING:
    from matcher.domain.child import Child
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy


def _judge(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    fee = case.fee_pence
    if fee is None:
        return Score(None, "The weekly fee is not known.")
    cost = fee + case.transport_pence
    return Score(1 / (1 + cost / case.policy.value.half_at_pence), lambda: _sentence(case, fee))


def _sentence(case: PairCase, fee: int) -> str:
    school = case.child.school
    said = f"{pounds(fee)} a week"
    if case.purchase.prepaid:
        said = "A bed that is paid for already"
    if case.transport_pence:
        said += f", with {pounds(case.transport_pence)} a week for school transport"
    elif school is not None and school.keep and case.school_miles is None:
        said += ", school transport not known"
    return f"{said}."


def _shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy) -> Floats:
    value = policy.value
    fees = full_fees(homes, child)
    costs = fees + transport_costs(
        child,
        pence_a_mile=value.transport_pence_a_mile,
        days_a_week=value.school_days_a_week,
    )
    shares: Floats = costs / value.half_at_pence
    shares += 1
    np.divide(1, shares, out=shares)
    shares[fees < 0] = np.nan
    return shares


VALUE_FOR_MONEY = Criterion(
    name="value_for_money",
    title="The placement costs the council little",
    measure=(
        "The weekly fee of this child, extras included and before any sibling discount, and "
        "transport to the school that the child keeps; the share is 1 / (1 + cost/half). A "
        "prepaid bed of a block costs nothing more, whoever uses it. A discount hangs on who "
        "else arrives and counts in the cost of a plan instead. Unknown when the fee is; "
        "transport counts as nothing when its distance is not known."
    ),
    sources=(
        (
            "Local Government Act 1999, section 3: best value, economy beside efficiency and "
            "effectiveness",
            "https://www.legislation.gov.uk/ukpga/1999/27/section/3",
        ),
        (
            "Education Act 1996, section 508B: free travel to school for eligible children",
            "https://www.legislation.gov.uk/ukpga/1996/56/section/508B",
        ),
    ),
    needs=("home.weekly_fee_pence", "home.agreement_ids", "agreement.fees", "child.school"),
    judge=_judge,
    shares=_shares,
)
