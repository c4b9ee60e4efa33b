"""A child in one line: what somebody who looks for a home asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.codes import Sex
from matcher.domain.phrases import listed
from matcher.explaining.report import ChildSummary

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.child import Child

HIGH = 3
"""From this level a need is high."""


def child_summary(child: Child, day: date) -> ChildSummary:
    """Return what is asked first about a child who needs a home on a day."""
    age = child.age_on(day)
    sex = None if child.sex is None else "boy" if child.sex is Sex.MALE else "girl"
    ordered = sorted(child.needs, key=lambda need: (-need.level, need.domain.value))
    high = tuple(need.domain.label for need in ordered if need.level >= HIGH)
    hard = tuple(need.domain.label for need in ordered if need.non_negotiable)
    parts = [
        f"{child.child_id}: {sex or 'sex not recorded'}, {'age not known' if age is None else age}"
    ]
    if not child.needs:
        parts.append("needs not assessed")
    elif high:
        parts.append(f"high needs in {listed(high)}")
    if hard:
        parts.append(f"not negotiable: {listed(hard)}")
    if child.solo:
        parts.append("must be the only child")
    return ChildSummary(
        child_id=child.child_id,
        age=age,
        sex=sex,
        highest_needs=high,
        non_negotiable=hard,
        solo=child.solo,
        sentence=f"{'; '.join(parts)}.",
    )
