"""Which homes suit a child or a sibling group best, together or split, best first.

Works on positions and points only; :mod:`matcher.explaining` puts the result into words.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.codes import PlaceProvider
from matcher.domain.sibling_group import Together
from matcher.evidence.verdict import Verdict
from matcher.rules.catalogue import BARS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.candidates import Appraisal, Appraiser
    from matcher.domain.child import Child

LARGE_GROUP = 7
"""Above this many children only splits into at most three homes are looked at."""
EXEMPTIBLE = np.array([rule.exemptible for rule in BARS], dtype=np.bool_)
CHANGEABLE = np.array([rule.changeable for rule in BARS], dtype=np.bool_)


class OptionStatus(StrEnum):
    """Whether an option can be taken as it stands."""

    ELIGIBLE = "eligible"
    """Every rule is met, not applicable or exempted."""
    TO_CHECK = "to_check"
    """No rule excludes it, and a fact is missing: ask before relying on it."""
    NEEDS_EXEMPTION = "needs_exemption"
    """It fails one rule from which a lawful exemption could be granted."""

    @property
    def label(self) -> str:
        """The status as people write it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class RankedPart:
    """Some of the children in one home.

    Parameters
    ----------
    home_at
        Position of the home.
    children
        Who, in the order of identifiers.
    """

    home_at: int
    children: tuple[Child, ...]


@dataclass(frozen=True, slots=True)
class RankedOption:
    """One answer to a referral.

    Parameters
    ----------
    parts
        One part when all are together; else the largest first.
    status
        The status of its weakest part.
    score
        Points, the mean over the children, 0 to 100.
    """

    parts: tuple[RankedPart, ...]
    status: OptionStatus
    score: float


@dataclass(frozen=True, eq=False)
class Ranking:
    """The answer to a referral, in numbers.

    Parameters
    ----------
    children
        The children of the referral, in the order of identifiers.
    day
        The first day of the placement.
    whole
        What is said of all of them together in every home.
    together_allowed
        Whether no assessment says that some of them must live apart.
    options
        At most as many as asked for: eligible ones first, then those to check, then those
        that need an exemption; within each the best first.
    to_check
        The best homes for all of them together that would be options if a fact were known.
    near_misses
        Positions of homes that fail one rule only, best first.
    """

    children: tuple[Child, ...]
    day: date
    whole: Appraisal
    together_allowed: bool
    options: tuple[RankedOption, ...]
    to_check: tuple[RankedOption, ...]
    near_misses: tuple[int, ...]


def rank_homes(appraiser: Appraiser, children: Sequence[Child], day: date, *, top: int) -> Ranking:
    """Rank the homes for children who are to be placed together if possible.

    Parameters
    ----------
    appraiser
        Homes and policy.
    children
        One child, or siblings.
    day
        The first day of the placement.
    top
        At most this many options, from 1.

    Returns
    -------
    Ranking
        The same for any order of children and homes; ties go to the smaller identifier.
    """
    search = _Search(appraiser, children, day, top)
    everyone = (1 << len(search.children)) - 1
    whole = search.appraise(everyone)
    together_allowed = search.may_live_together(everyone)
    nobody = np.zeros(len(whole.score), dtype=np.bool_)

    eligible = search.together(
        whole.eligible if together_allowed else nobody, OptionStatus.ELIGIBLE
    )
    to_check = search.together(
        whole.to_check if together_allowed else nobody, OptionStatus.TO_CHECK
    )
    options = list(eligible)
    if not eligible and len(search.children) > 1:
        options += search.splits(OptionStatus.ELIGIBLE)
        if not options and not to_check:
            options += search.splits(OptionStatus.TO_CHECK)
    options += to_check
    if together_allowed and len(options) < top:
        exemptible = _failing_one(whole, EXEMPTIBLE)
        exemptible &= ~(whole.bars == Verdict.UNKNOWN).any(axis=0)
        options += search.together(exemptible, OptionStatus.NEEDS_EXEMPTION)
    return Ranking(
        children=search.children,
        day=day,
        whole=whole,
        together_allowed=together_allowed,
        options=tuple(options[:top]),
        to_check=tuple(to_check),
        near_misses=tuple(
            int(at) for at in _best_first(whole, _failing_one(whole, CHANGEABLE), limit=top)
        ),
    )


class _Search:
    """One referral being ranked."""

    def __init__(
        self, appraiser: Appraiser, children: Sequence[Child], day: date, top: int
    ) -> None:
        self.appraiser = appraiser
        self.children = tuple(sorted(children, key=lambda child: child.child_id))
        self.day = day
        self.top = top
        self._appraisals: dict[int, Appraisal] = {}
        self._links = {
            (a, b): self._between(self.children[a], self.children[b])
            for b in range(len(self.children))
            for a in range(b)
        }

    def _between(self, a: Child, b: Child) -> Together:
        if a.sibling_group_id is None or a.sibling_group_id != b.sibling_group_id:
            return Together.PREFERRED
        group = self.appraiser.homes.world.sibling_groups[a.sibling_group_id]
        return group.between(a.child_id, b.child_id)

    def members(self, subset: int) -> tuple[Child, ...]:
        return tuple(child for at, child in enumerate(self.children) if subset >> at & 1)

    def appraise(self, subset: int) -> Appraisal:
        if subset not in self._appraisals:
            self._appraisals[subset] = self.appraiser.appraise(self.members(subset), self.day)
        return self._appraisals[subset]

    def may_live_together(self, subset: int) -> bool:
        return not any(
            link is Together.APART and subset >> a & 1 and subset >> b & 1
            for (a, b), link in self._links.items()
        )

    def may_live_without_the_rest(self, subset: int) -> bool:
        return not any(
            link is Together.REQUIRED and (subset >> a & 1) != (subset >> b & 1)
            for (a, b), link in self._links.items()
        )

    def together(self, wanted: NDArray[np.bool_], status: OptionStatus) -> list[RankedOption]:
        """Return options with all the children in one home, best first."""
        everyone = (1 << len(self.children)) - 1
        whole = self.appraise(everyone)
        ordered = _best_first(whole, wanted)
        return [
            RankedOption((RankedPart(int(at), self.children),), status, float(whole.score[at]))
            for at in self._distinct(ordered)
        ]

    def _distinct(self, ordered: NDArray[np.intp]) -> list[int]:
        """Keep the best, at most half of them from any one provider that is not the council."""
        homes = self.appraiser.homes
        providers = list(homes.world.providers.values())
        limit = max(3, self.top // 2)
        seen: dict[int, int] = {}
        kept: list[int] = []
        left_out: list[int] = []
        for at in ordered.tolist():
            provider = int(homes.provider[at])
            seen[provider] = seen.get(provider, 0) + 1
            own = providers[provider].sector is PlaceProvider.PR1
            if own or seen[provider] <= limit:
                kept.append(at)
                if len(kept) == self.top:
                    return kept
            elif len(left_out) < self.top:
                left_out.append(at)
        # Where a provider is nearly all there is, its homes are better than an empty list.
        place = {at: position for position, at in enumerate(ordered.tolist())}
        filled = kept + left_out[: self.top - len(kept)]
        return sorted(filled, key=place.__getitem__)

    def splits(self, status: OptionStatus) -> list[RankedOption]:
        """Return the best ways to split the children over homes, fewest homes first."""
        count = len(self.children)
        most = 3 if count > LARGE_GROUP else count
        found: list[RankedOption] = []
        for size in range(2, most + 1):
            of_this_size: list[RankedOption] = []
            for parts in _partitions((1 << count) - 1, size):
                if all(map(self.may_live_together, parts)) and all(
                    map(self.may_live_without_the_rest, parts)
                ):
                    of_this_size += self._combinations(parts, status)
            of_this_size.sort(key=self._order)
            found += self._varied(of_this_size)[: self.top - len(found)]
            if len(found) >= self.top:
                break
        return found

    def _order(self, option: RankedOption) -> tuple[float, tuple[str, ...]]:
        ids = self.appraiser.homes.ids
        return (-round(option.score, 6), tuple(ids[part.home_at] for part in option.parts))

    def _combinations(self, parts: Sequence[int], status: OptionStatus) -> list[RankedOption]:
        """Return the best choices of different homes for the parts of one split."""
        ordered = sorted(parts, key=lambda part: (-part.bit_count(), part))
        choices = []
        for part in ordered:
            appraisal = self.appraise(part)
            lawful = (
                appraisal.eligible
                if status is OptionStatus.ELIGIBLE
                else appraisal.worst <= Verdict.UNKNOWN
            )
            best = _best_first(appraisal, lawful, limit=self.top + len(parts))
            if not len(best):
                return []
            choices.append([(float(appraisal.score[at]), int(at)) for at in best])
        weights = [part.bit_count() / len(self.children) for part in ordered]
        found: list[RankedOption] = []
        for score, homes in _best_products(choices, weights):
            if len(set(homes)) == len(homes):
                ranked = tuple(
                    RankedPart(at, self.members(part))
                    for at, part in zip(homes, ordered, strict=True)
                )
                found.append(RankedOption(ranked, status, score))
                if len(found) == self.top:
                    break
        return found

    def _varied(self, options: Sequence[RankedOption]) -> list[RankedOption]:
        """Keep the best, with the same children in the same home at most three times."""
        seen: dict[RankedPart, int] = {}
        kept: list[RankedOption] = []
        for option in options:
            if all(seen.get(part, 0) < 3 for part in option.parts):
                kept.append(option)
                for part in option.parts:
                    seen[part] = seen.get(part, 0) + 1
        return kept


def _failing_one(whole: Appraisal, rules: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which homes fail one rule only, and one of these."""
    found: NDArray[np.bool_] = whole.rules_failed == 1
    few = np.flatnonzero(found)
    found[few] = (whole.bars[:, few][rules] == Verdict.NOT_MET).any(axis=0)
    return found


def _best_first(
    appraisal: Appraisal, wanted: NDArray[np.bool_], *, limit: int | None = None
) -> NDArray[np.intp]:
    """Return the positions of wanted homes, best first, ties by identifier."""
    positions = np.flatnonzero(wanted)
    # Rounding lets ties that differ only in the last bit be broken by identifier.
    order = np.argsort(-np.round(appraisal.score[positions], 6), kind="stable")
    return positions[order][:limit]


def _partitions(everyone: int, size: int) -> Iterator[tuple[int, ...]]:
    """Yield the ways to divide a set, given as bits, into so many non-empty parts."""
    if size == 1:
        yield (everyone,)
        return
    first = everyone & -everyone
    rest = everyone ^ first
    # Every part but the last holds the smallest child left, so that no way comes twice.
    others = rest
    while others:
        others = (others - 1) & rest
        part = first | others
        remainder = everyone ^ part
        if remainder.bit_count() >= size - 1:
            for tail in _partitions(remainder, size - 1):
                yield (part, *tail)
        if others == 0:
            break


def _best_products(
    choices: Sequence[Sequence[tuple[float, int]]], weights: Sequence[float]
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Yield one choice from each list, in falling order of the weighted sum of scores."""

    def value(at: tuple[int, ...]) -> float:
        return sum(
            weight * options[position][0]
            for weight, options, position in zip(weights, choices, at, strict=True)
        )

    start = (0,) * len(choices)
    heap = [(-value(start), start)]
    seen = {start}
    while heap:
        negative, at = heapq.heappop(heap)
        yield (
            -negative,
            tuple(options[position][1] for options, position in zip(choices, at, strict=True)),
        )
        for axis, position in enumerate(at):
            following = (*at[:axis], position + 1, *at[axis + 1 :])
            if position + 1 < len(choices[axis]) and following not in seen:
                seen.add(following)
                heapq.heappush(heap, (-value(following), following))
