"""Values of measures as text: levels, differences and their intervals, each in its unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scenarios.report.words import NOT_KNOWN, money, number, signed
from scenarios.results import Good, Unit

if TYPE_CHECKING:
    from scenarios.results import Difference, MeasureShown

_MONEY = frozenset({Unit.PENCE_A_YEAR, Unit.PENCE_A_CHILD_WEEK})
_AFTER = {
    Unit.SHARE: "%",
    Unit.PENCE_A_YEAR: " a year",
    Unit.PENCE_A_CHILD_WEEK: " a child a week",
    Unit.CHILD_WEEKS_A_YEAR: " weeks a year",
    Unit.CHILDREN: " children",
    Unit.BEDS: " beds",
    Unit.DAYS: " days",
    Unit.A_YEAR: " a year",
    Unit.A_CHILD_YEAR: "",
}
_COUNTED = frozenset({Unit.CHILD_WEEKS_A_YEAR, Unit.CHILDREN, Unit.BEDS, Unit.A_YEAR})
_IN_HEADERS = {
    Unit.SHARE: "%",
    Unit.PENCE_A_YEAR: "£ a year",
    Unit.PENCE_A_CHILD_WEEK: "£ a child a week",
    Unit.CHILD_WEEKS_A_YEAR: "child-weeks a year",
    Unit.CHILDREN: "children",
    Unit.BEDS: "beds",
    Unit.DAYS: "days",
    Unit.A_YEAR: "a year",
    Unit.A_CHILD_YEAR: "for each child a year",
}
_LEAST_DIGITS = {Unit.SHARE: 1, Unit.A_CHILD_YEAR: 2, Unit.DAYS: 1, Unit.CHILDREN: 1, Unit.BEDS: 1}
_FIGURES_THAT_MATTER = {Unit.A_CHILD_YEAR: 2}
_MOST_DIGITS = 4


def is_money(unit: Unit) -> bool:
    """Whether a measure is counted in pence and shown in pounds."""
    return unit in _MONEY


def in_header(unit: Unit, *, difference: bool = False) -> str:
    """Return the unit as it stands in a header, such as "%", "points" or "£ a year"."""
    return "points" if difference and unit is Unit.SHARE else _IN_HEADERS[unit]


def shown(value: float, unit: Unit) -> float:
    """Return the value in the unit in which it is shown: per cent, pounds, or as it is."""
    if unit is Unit.SHARE:
        return 100 * value
    return value / 100 if unit in _MONEY else value


def level(value: float | None, unit: Unit, *, bare: bool = False) -> str:
    """Return a level with its unit.

    Parameters
    ----------
    value
        As counted: shares from 0 to 1, money in pence; None when not known.
    unit
        What it is counted in.
    bare
        Whether to leave out words such as "a year", where a header says them.

    Returns
    -------
    str
        Such as "53.7%" or "£52.1 million a year".
    """
    if value is None or not math.isfinite(value):
        return NOT_KNOWN
    return _figure(value, unit, _digits(unit, value)) + _ending(_AFTER[unit], bare=bare)


def change(difference: Difference, unit: Unit) -> str:
    """Return the mean difference with its sign and without its unit, such as "+1.8"."""
    return _signed(difference.mean, unit, _digits_of(difference, unit))


def after_change(unit: Unit) -> str:
    """Return what follows the figure of a difference, such as "points" or "a year"."""
    return _after_change(unit).strip()


def interval(low: float, high: float, unit: Unit, *, bare: bool = False) -> str:
    """Return an interval of differences with signs and unit.

    Parameters
    ----------
    low, high
        Its ends.
    unit
        What they are counted in.
    bare
        Whether to leave out the unit, where a header says it.

    Returns
    -------
    str
        Such as "−£391,000 to −£20,000 a year" or "+0.9 to +2.7 points".
    """
    digits = _digits(unit, low, high)
    after = "" if bare else _after_change(unit)
    return f"{_signed(low, unit, digits)} to {_signed(high, unit, digits)}{after}"


def level_interval(low: float, high: float, unit: Unit, *, bare: bool = False) -> str:
    """Return an interval of levels with its unit, such as "51.2 to 55.0%"."""
    digits = _digits(unit, low, high)
    ends = f"{_figure(low, unit, digits)} to {_figure(high, unit, digits)}"
    return ends + _ending(_AFTER[unit], bare=bare)


def from_to(difference: Difference, unit: Unit) -> str:
    """Return where a difference leads, such as "from 53.7 to 55.5%"."""
    before, after = difference.base, difference.variant
    digits = max(_digits_of(difference, unit), _digits(unit, before, after))
    ends = [_figure(value, unit, digits) for value in (before, after)]
    return f"from {ends[0]} to {ends[1]}{_AFTER[unit]}"


def moved(difference: Difference, unit: Unit) -> str:
    """Return the size and the way of a difference in words, such as "£212,000 a year less"."""
    size = _figure(abs(difference.mean), unit, _digits_of(difference, unit))
    return f"{size}{_after_change(unit)} {_way(difference.mean, unit)}"


def moved_between(low: float, high: float, unit: Unit) -> str:
    """Return an interval of differences in words.

    Parameters
    ----------
    low, high
        Its ends, low at most high.
    unit
        What they are counted in.

    Returns
    -------
    str
        Such as "between 0.9 and 2.7 points higher", or, where it holds 0, "anything from
        £20,000 a year less to £30,000 a year more".
    """
    digits = _digits(unit, low, high)
    after = _after_change(unit)
    small, large = sorted((abs(low), abs(high)))
    if low > 0 or high < 0:
        return (
            f"between {_figure(small, unit, digits)} and {_figure(large, unit, digits)}{after} "
            f"{_way(low if low > 0 else high, unit)}"
        )
    if low == high == 0:
        return "no difference"
    ends = (
        f"{_figure(abs(end), unit, digits)}{after} {_way(end, unit)}" if end else "no difference"
        for end in (low, high)
    )
    return f"anything from {' to '.join(ends)}"


def wanted(measure: MeasureShown) -> str:
    """Return which way a measure should move, in words."""
    return {
        Good.MORE: "more is better",
        Good.LESS: "less is better",
        Good.NEITHER: "neither way is better by itself",
    }[measure.good]


def _ending(after: str, *, bare: bool) -> str:
    return "" if bare and after.startswith(" ") else after


def _after_change(unit: Unit) -> str:
    return " points" if unit is Unit.SHARE else _AFTER[unit]


def _way(change: float, unit: Unit) -> str:
    if unit in _MONEY:
        return "more" if change > 0 else "less"
    if unit in _COUNTED:
        return "more" if change > 0 else "fewer"
    return "higher" if change > 0 else "lower"


def _signed(value: float, unit: Unit, digits: int) -> str:
    return signed(value, _figure(abs(value), unit, digits))


def _figure(value: float, unit: Unit, digits: int) -> str:
    if unit is Unit.PENCE_A_CHILD_WEEK:
        return f"£{number(value / 100, 0)}"
    return money(value) if unit is Unit.PENCE_A_YEAR else number(shown(value, unit), digits)


def _digits_of(difference: Difference, unit: Unit) -> int:
    """Digits of the mean agree with those of its interval."""
    return _digits(unit, difference.p05, difference.p95)


def _digits(unit: Unit, *values: float) -> int:
    """At least one figure that matters in the largest of the values, and what the unit asks."""
    largest = max((abs(shown(value, unit)) for value in values), default=0.0)
    if unit in _LEAST_DIGITS:
        least = _LEAST_DIGITS[unit] if largest < 1_000 else 0
    else:
        least = 0 if largest >= 100 else 1
    if largest == 0:
        return least
    needed = _FIGURES_THAT_MATTER.get(unit, 1) - 1 - math.floor(math.log10(largest))
    return min(_MOST_DIGITS, max(least, needed))
