"""Levers that cannot both be meant: the same twice, two policies at once, a home after its end."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from matcher.domain.phrases import day_words
from scenarios.levers.homes import CloseHome
from scenarios.levers.market import ProviderShuts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenarios.levers.lever import Lever


class Contradiction(NamedTuple):
    """Two levers that cannot both be meant.

    Parameters
    ----------
    first, second
        Their positions; the second is the one to be corrected.
    sentence
        What is wrong, and what to do.
    """

    first: int
    second: int
    sentence: str


def contradictions(levers: Sequence[Lever]) -> list[Contradiction]:
    """Return every pair of levers of one future that contradict each other.

    Parameters
    ----------
    levers
        All that hold in one variant, those of the base first.
    """
    found = []
    for (i, one), (j, other) in combinations(enumerate(levers), 2):
        sentence = _sentence(one, other) or _sentence(other, one)
        if sentence:
            found.append(Contradiction(i, j, sentence))
    return found


def _sentence(one: Lever, other: Lever) -> str:
    if one == other:
        return (
            f"the same {one.kind} stands twice. Remove one; if both are meant, give each a "
            "'label' of its own"
        )
    if one.opens_homes and one.identity == other.identity:
        return (
            f"two {one.kind} with the same place and label would be the same homes. Give each a "
            "'label' of its own"
        )
    if _overlap(one, other) and one.clashes(other):
        return _clash(one)
    if isinstance(one, CloseHome):
        return _after_close(one, other)
    if isinstance(one, ProviderShuts):
        return _after_failure(one, other)
    return ""


def _clash(one: Lever) -> str:
    if isinstance(one, CloseHome):
        return f"home {one.home_id} closes twice. Remove one of the two"
    if isinstance(one, ProviderShuts):
        return f"provider {one.provider_id} fails twice. Remove one of the two"
    return (
        f"two {one.kind} hold at the same time and set the same. End the first before the second "
        "starts, or write one of them only"
    )


def _after_close(one: CloseHome, other: Lever) -> str:
    named = getattr(other, "home_ids", ())
    if one.home_id in named and _first(one) <= _last(other):
        return (
            f"home {one.home_id} closes from {_day(one)} on, and {other.kind} counts on it after "
            f"that. End {other.kind} before, or take the home out of 'home_ids'"
        )
    return ""


def _after_failure(one: ProviderShuts, other: Lever) -> str:
    named = getattr(other, "provider_ids", ())
    if one.provider_id in named and _first(one) <= _last(other):
        return (
            f"provider {one.provider_id} fails from {_day(one)} on, and {other.kind} counts on it "
            f"after that. End {other.kind} before, or take the provider out of 'provider_ids'"
        )
    return ""


def _overlap(one: Lever, other: Lever) -> bool:
    return _first(one) <= _last(other) and _first(other) <= _last(one)


def _first(lever: Lever) -> date:
    return lever.starts or date.min


def _last(lever: Lever) -> date:
    return lever.ends or date.max


def _day(lever: Lever) -> str:
    return "the start" if lever.starts is None else day_words(lever.starts)
