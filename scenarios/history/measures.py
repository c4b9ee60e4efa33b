"""The measures of one year, as values that describe themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Self

from matcher.domain.record import Record


class Share(Record):
    """A share of children, with what it is a share of.

    Parameters
    ----------
    count
        The numerator.
    of
        The denominator.
    unknown
        Of the denominator, those of whom it is not known, or, where the definition leaves
        them out, those left out of it for that reason.
    rate
        From 0 to 1; null when there is nothing to take a share of.
    """

    count: int
    of: int
    unknown: int = 0
    rate: float | None = None

    @classmethod
    def make(cls, count: int, of: int, unknown: int = 0) -> Self:
        """Return the share with its rate worked out."""
        return cls(count=count, of=of, unknown=unknown, rate=round(count / of, 4) if of else None)


class NearHome(Record):
    """How far from home children live on 31 March.

    Parameters
    ----------
    of_all
        Within 20.0 miles, of all children.
    of_known
        Within 20.0 miles, of those to whom distance applies and whose distance is known.
    of_applicable
        Within 20.0 miles, of all to whom distance applies: everybody but unaccompanied
        children.
    far
        More than 20.0 miles.
    unknown
        Distance applies and is not known.
    not_applicable
        Unaccompanied asylum-seeking children.
    far_and_outside
        More than 20.0 miles from home and outside the authority, of all children; null when
        the authority is not known.
    returned
        Distances that the returns themselves give, of these children.
    returned_agree
        Of those, as worked out from the postcodes.
    returned_differ
        Of those, not as worked out from the postcodes.
    """

    of_all: Share
    of_known: Share
    of_applicable: Share
    far: int
    unknown: int
    not_applicable: int
    far_and_outside: Share | None = None
    returned: int
    returned_agree: int
    returned_differ: int


class InArea(Record):
    """Where placements lie on 31 March, seen from the authority.

    Parameters
    ----------
    inside, adjoining, distant, unknown
        Children by area.
    of_known
        Inside, of those whose placement's authority is known.
    of_all
        Inside, of all children.
    residential
        Inside, of children in secure and children's homes whose placement's authority is
        known.
    """

    inside: int
    adjoining: int
    distant: int
    unknown: int
    of_known: Share
    of_all: Share
    residential: Share


class Moves(Record):
    """Changes of carer during the year.

    Parameters
    ----------
    count
        Moves: a new placement with another carer, within a period of care.
    child_years
        Time that children were in care in the year, short breaks apart.
    per_child_year
        One by the other; null without any time in care.
    same_carer
        Changes of placement with the same carer, which are not among the moves.
    by_reason
        Moves by REASON_PLACE_CHANGE of the placement that ended.
    by_reason_per_child_year
        The same, a child-year.
    uninformative
        Share of moves whose reason is "other" or not given. Where it is high, breakdowns
        cannot be told from planned moves by the code.
    """

    count: int
    child_years: float
    per_child_year: float | None
    same_carer: int
    by_reason: Mapping[str, int]
    by_reason_per_child_year: Mapping[str, float]
    uninformative: float | None


class Flow(Record):
    """Periods of care that begin and end in the year; they add up with the children in care.

    Parameters
    ----------
    began
        Begun with an episode that starts care (RNE S).
    appeared
        Begun, as far as the returns tell, with an episode that does not start care.
    ended
        Ended, by a date in the returns or by the 18th birthday.
    lost
        Ended because no later return has the child.
    """

    began: int
    appeared: int
    ended: int
    lost: int


class YearIndicators(Record):
    """The measures of one collection year.

    Parameters
    ----------
    year
        The calendar year in which the collection year ends: 2025 is April 2024 to March 2025.
    on
        The day on which children in care are counted: 31 March, or the last day known of a
        year that is not over.
    in_care
        Children looked after on that day, short breaks apart.
    in_care_returned
        Of those, the children whom that year's own return has.
    unconfirmed
        Of those in care, children whom the newest returns lack and whose end no return gives.
    short_breaks
        Children in a series of short breaks on that day, who are not among those in care.
    unaccompanied
        Unaccompanied asylum-seeking children among those in care.
    started
        Children who started to be looked after in the year, each counted once.
    ceased
        Children who ceased to be looked after in the year, each counted once.
    flow
        The periods of care behind both.
    by_age_band, by_placement, by_category, by_provider, by_need
        Children in care on that day.
    near_home_rate
        Within 20.0 miles of home, of those whose distance applies and is known.
    in_area_rate
        Inside the authority, of those whose placement's authority is known; null when the
        authority whose returns these are is not known.
    near_home, in_area
        The figures behind both.
    ni_62
        Three or more placements in the year, as chosen (same-carer changes count or not).
    ni_62_same_carer_ignored, ni_62_same_carer_counted
        Both ways of counting.
    ni_62_two_years
        Three or more placements in two years, of those in care for both.
    ni_63_same_carer
        With the same carer for two years, of those under 16 and in care for 2.5 years.
    ni_63_same_placement
        In the same placement for two years, or placed for adoption and in that and the
        preceding placement together for two years.
    moves
        Changes of carer.
    siblings_together
        Sibling groups with two or more in care who live at one place; null when groups are
        not known.
    ni_61
        Adopted within the year, those placed within 12 months of the decision; null without
        the table of decisions.
    ni_147
        Care leavers aged 19 in suitable accommodation; null without OC3.
    ni_148
        Care leavers aged 19 in education, employment or training; null without OC3.
    education
        Indicators of the optional table, shown beside and never worked out here.
    """

    year: int
    on: date
    in_care: int
    in_care_returned: int
    unconfirmed: int
    short_breaks: int
    unaccompanied: int
    started: int
    ceased: int
    flow: Flow
    by_age_band: Mapping[str, int]
    by_placement: Mapping[str, int]
    by_category: Mapping[str, int]
    by_provider: Mapping[str, int]
    by_need: Mapping[str, int]
    near_home_rate: float | None
    in_area_rate: float | None
    near_home: NearHome
    in_area: InArea | None
    ni_62: Share
    ni_62_same_carer_ignored: Share
    ni_62_same_carer_counted: Share
    ni_62_two_years: Share
    ni_63_same_carer: Share
    ni_63_same_placement: Share
    moves: Moves
    siblings_together: Share | None
    ni_61: Share | None
    ni_147: Share | None
    ni_148: Share | None
    education: Mapping[str, Share] | None


class IndicatorReport(Record):
    """The measures of every year that the returns cover.

    Parameters
    ----------
    schema_version
        Of this answer.
    authority
        ONS code of the authority whose returns these are; null when not known.
    authority_from
        How it is known: "given", or "home postcodes"; null when it is not.
    years
        In order.
    """

    schema_version: str = "1.0"
    authority: str | None
    authority_from: str | None
    years: tuple[YearIndicators, ...]
