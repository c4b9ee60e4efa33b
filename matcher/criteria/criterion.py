"""What a criterion is: a score between nothing and everything, and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.domain.child import Child
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy


class Score(NamedTuple):
    """What a criterion says of one child and one home.

    The checker asks for shares alone, hundreds of thousands of times in a what-if: what takes
    long to put into words is only put into words for whoever reads it.

    Parameters
    ----------
    share
        Of the criterion's points, 0 to 1; None when what it needs is unknown.
    why
        The sentence, or what writes it.
    lacking
        The gap, or what writes it.
    applies
        Whether the criterion has a meaning for this child; when not, the share is 1.
    """

    share: float | None
    why: str | Callable[[], str]
    lacking: str | Callable[[], str] = ""
    applies: bool = True

    @property
    def sentence(self) -> str:
        """Why, with the figures."""
        return self.why if isinstance(self.why, str) else self.why()

    @property
    def gap(self) -> str:
        """What falls short and the support that would close it; empty when nothing does."""
        return self.lacking if isinstance(self.lacking, str) else self.lacking()


@lru_cache(maxsize=256)
def does_not_apply(sentence: str) -> Score:
    """Return the score of a criterion that has no meaning for this child."""
    return Score(1.0, sentence, applies=False)


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One thing that makes a lawful home better or worse for a child.

    Parameters
    ----------
    name
        As policies write it.
    title
        One statement of what is better.
    measure
        How the share is worked out, when it does not apply and when it is unknown.
    sources
        Citation and address of each source.
    needs
        The fields it looks at.
    judge
        The score in plain Python. The second argument is everybody who would arrive
        together, the child included.
    shares
        The same over all homes at once: float64, shape (n,), from 0 to 1; nan when unknown.
    depends_on_arrivals
        Whether who else arrives changes the score; the others are computed once a child.
    """

    name: str
    title: str
    measure: str
    sources: tuple[tuple[str, str], ...]
    needs: tuple[str, ...]
    judge: Callable[[PairCase, tuple[Child, ...]], Score]
    shares: Callable[[HomeArrays, ChildFacts, Arrivals, Policy], Floats]
    depends_on_arrivals: bool = False
