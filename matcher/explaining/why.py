"""Why is this home not offered to these children; why this one."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.sibling_group import Together
from matcher.evidence.verdict import Verdict
from matcher.explaining.explanation import Explanation
from matcher.explaining.options import option_in_words
from matcher.explaining.wording import Wording
from matcher.ranking import OptionStatus, RankedOption, RankedPart, rank_homes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matcher.candidates import Appraiser
    from matcher.domain.child import Child
    from matcher.domain.world import World
    from matcher.explaining.report import Stamp
    from matcher.ranking import Ranking


def together_sentence(world: World, ranking: Ranking) -> str | None:
    """Say why the children cannot all live in one home; None when some home takes them."""
    if len(ranking.children) < 2:
        return None
    if not ranking.together_allowed:
        return "An assessment says that some of these children must live apart."
    if bool(ranking.whole.eligible.any()):
        return None
    count = len(ranking.children)
    if bool(ranking.whole.to_check.any()):
        return f"No home is known to be able to take all {count} together; some are to be checked."
    nobody = f"No home can take all {count} together"
    if any(len(option.parts) > 1 for option in ranking.options):
        return f"{nobody}. The best ways to split them follow."
    ids = [child.child_id for child in ranking.children]
    group = world.sibling_groups.get(ranking.children[0].sibling_group_id or "")
    if group and all(group.between(a, b) is Together.REQUIRED for a, b in combinations(ids, 2)):
        return f"{nobody}, and they are assessed as having to live together."
    return f"{nobody}, and no way to split them finds a home for each."


def explain_home(
    appraiser: Appraiser,
    referral_id: str,
    children: Sequence[Child],
    day: date,
    home_id: str,
    stamp: Stamp,
) -> Explanation:
    """Return what every rule and criterion says of one home for these children.

    Parameters
    ----------
    appraiser
        Homes and policy.
    referral_id
        The referral, for the report.
    children, day
        Who is to be placed, and from when.
    home_id
        The home; it exists.
    stamp
        What the answer is made from.
    """
    ranking = rank_homes(appraiser, children, day, top=1)
    whole = ranking.whole
    at = appraiser.homes.index[home_id]
    wording = Wording(appraiser, whole, at)
    eligible = whole.eligible if ranking.together_allowed else np.zeros_like(whole.eligible)
    score = np.round(whole.score, 6)
    position = None
    behind = None
    if bool(eligible.any()):
        behind = round(float(whole.score[eligible].max() - whole.score[at]), 2)
    if bool(eligible[at]):
        better = eligible & (score > score[at])
        tied_before = (eligible & (score == score[at]))[:at]
        position = int(better.sum() + tied_before.sum()) + 1
    failed = list(wording.findings(Verdict.NOT_MET))
    missing = list(wording.findings(Verdict.UNKNOWN))
    status = _status(excluded=bool(failed), unknown=bool(missing))
    if len(failed) == 1 and failed[0].rule.exemptible and not missing:
        status = OptionStatus.NEEDS_EXEMPTION.label
    ranked = RankedOption(
        (RankedPart(at, ranking.children),),
        OptionStatus.NEEDS_EXEMPTION
        if failed
        else OptionStatus.TO_CHECK
        if missing
        else OptionStatus.ELIGIBLE,
        float(whole.score[at]),
    )
    reasons = [finding.sentence for finding in (failed or missing)]
    count = int(eligible.sum())
    return Explanation(
        referral_id=referral_id,
        home_id=home_id,
        children=tuple(child.child_id for child in ranking.children),
        status=status,
        position=position,
        eligible_count=count,
        sentence=_answer(home_id, position, count, reasons, excluded=bool(failed)),
        answers=wording.answers(),
        option=option_in_words(appraiser, ranked, ranking, position or 0),
        points_behind_best=behind,
        stamp=stamp,
    )


def _status(*, excluded: bool, unknown: bool) -> str:
    if excluded:
        return "excluded"
    return OptionStatus.TO_CHECK.label if unknown else OptionStatus.ELIGIBLE.label


def _answer(
    home_id: str, position: int | None, count: int, reasons: Sequence[str], *, excluded: bool
) -> str:
    if position is not None:
        return f"{home_id} is offered, in place {position} of {count}."
    if excluded:
        return f"{home_id} is not offered: {' '.join(reasons)}"
    return f"{home_id} is to be checked before it is offered: {' '.join(reasons)}"
