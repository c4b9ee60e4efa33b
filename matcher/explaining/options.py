"""A ranking in words: options, exclusions and near misses."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.phrases import listed, pounds
from matcher.evidence.verdict import Verdict
from matcher.explaining.report import Exclusion, NearMiss, Option, RulesFailed
from matcher.explaining.wording import Wording, criteria_points
from matcher.ranking import OptionStatus
from matcher.rules.catalogue import BARS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.candidates import Appraisal, Appraiser
    from matcher.explaining.bed import BedShown
    from matcher.explaining.report import Part
    from matcher.ranking import RankedOption, Ranking


def option_in_words(
    appraiser: Appraiser,
    ranked: RankedOption,
    ranking: Ranking,
    rank: int,
    *,
    bed: BedShown | None = None,
) -> Option:
    """Return one option with its reasons, costs, tasks and gaps.

    Parameters
    ----------
    appraiser
        Homes and policy.
    ranked
        The option.
    ranking
        The ranking it stands in.
    rank
        Its place, from 1.
    bed
        What its bed is worth to others, where the policy looks ahead.
    """
    wordings = [
        Wording(
            appraiser,
            ranking.whole
            if len(ranked.parts) == 1
            else appraiser.appraise(part.children, ranking.day),
            part.home_at,
        )
        for part in ranked.parts
    ]
    parts = tuple(wording.part() for wording in wordings)
    criteria, gaps = criteria_points(wordings)
    needs: tuple[str, ...] = ()
    if ranked.status is OptionStatus.NEEDS_EXEMPTION:
        needs = tuple(
            f"{finding.sentence} {finding.change} Lawful exemption: {finding.rule.exemption}"
            for wording in wordings
            for finding in wording.findings(Verdict.NOT_MET)
        )
    minimum = appraiser.policy.minimum_match_points
    return Option(
        rank=rank,
        together=len(parts) == 1,
        parts=parts,
        status=ranked.status,
        score=round(ranked.score, 2),
        below_minimum_match=any(
            float(wording.appraisal.lowest_score[wording.at]) < minimum for wording in wordings
        ),
        sentence=_sentence(parts, wordings),
        criteria=criteria,
        gaps=tuple(gaps),
        needs=needs,
        bed=bed,
    )


def _sentence(parts: tuple[Part, ...], wordings: Sequence[Wording]) -> str:
    """Say an option in one sentence: who, where, how far, how bought, how much."""
    told = [
        f"{_who(part, alone=len(parts) == 1)} {_where(part)}, {_how_far(part, wording)}, "
        f"{part.route.label}, {_how_much(part)}"
        for part, wording in zip(parts, wordings, strict=True)
    ]
    return f"{'; '.join(told)}."


def _who(part: Part, *, alone: bool) -> str:
    if alone and len(part.children) > 1:
        return "Together with"
    return f"{listed(part.children)} with" if not alone else "With"


def _where(part: Part) -> str:
    return f"{part.home_id} ({part.setting.label})"


def _how_far(part: Part, wording: Wording) -> str:
    if part.distance_miles is not None:
        return f"{part.distance_miles:.1f} miles from home"
    if all(child.unaccompanied for child in wording.children):
        return "distance does not apply"
    if all(each.home_miles is None for each in part.distances):
        return "distance not known"
    return "distance not known for all"


def _how_much(part: Part) -> str:
    if part.prepaid:
        return "already paid for"
    if part.weekly_fee_pence is None:
        return "fee not known"
    return f"{pounds(part.weekly_fee_pence)} a week"


def exclusions(
    appraiser: Appraiser, whole: Appraisal, *, after: int = 0, limit: int | None
) -> tuple[Exclusion, ...]:
    """Return the homes that cannot take all the children together, with every reason.

    Parameters
    ----------
    appraiser
        Homes and policy.
    whole
        What is said of all the children together.
    after, limit
        How many to pass over, and at most how many then; None for all. Those that fail fewest
        rules come first, then the best, then the smaller identifier.
    """
    positions = np.flatnonzero(whole.rules_failed > 0)
    score = -np.round(whole.score[positions], 6)
    order = np.lexsort((positions, score, whole.rules_failed[positions]))
    found = []
    for at in positions[order][after:][:limit].tolist():
        failed = list(Wording(appraiser, whole, at).findings(Verdict.NOT_MET))
        found.append(
            Exclusion(
                home_id=appraiser.homes.ids[at],
                rules=tuple(finding.rule.code for finding in failed),
                sentences=tuple(finding.sentence for finding in failed),
            )
        )
    return tuple(found)


def excluded_by_rule(whole: Appraisal) -> dict[str, int]:
    """Return for each rule how many homes fail it, the commonest first."""
    counts = (whole.bars == Verdict.NOT_MET).sum(axis=1).tolist()
    named = [(rule.code, count) for rule, count in zip(BARS, counts, strict=True) if count]
    return dict(sorted(named, key=lambda pair: (-pair[1], pair[0])))


def rules_failed(whole: Appraisal) -> RulesFailed:
    """Return which rules each home fails, as bits; a rule that no home fails is left out."""
    failed = whole.bars == Verdict.NOT_MET
    rows = np.flatnonzero(failed.any(axis=1)).tolist()
    return RulesFailed(
        homes=failed.shape[1],
        bits={
            BARS[row].code: b64encode(np.packbits(failed[row]).tobytes()).decode() for row in rows
        },
    )


def near_misses(appraiser: Appraiser, ranking: Ranking) -> tuple[NearMiss, ...]:
    """Return the homes that fail one rule only, with what would have to change."""
    found = []
    for at in ranking.near_misses:
        wording = Wording(appraiser, ranking.whole, at)
        (finding,) = wording.findings(Verdict.NOT_MET)
        miles = float(ranking.whole.miles[at])
        found.append(
            NearMiss(
                home_id=wording.home.home_id,
                rule=finding.rule.code,
                sentence=finding.sentence,
                change=finding.change,
                exemption=finding.rule.exemption or None,
                score=round(float(ranking.whole.score[at]), 2),
                distance_miles=None if np.isnan(miles) else miles,
            )
        )
    return tuple(found)
