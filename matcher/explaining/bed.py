"""The shape of what a bed is worth to others, as a ranking shows it."""

from __future__ import annotations

from matcher.domain.record import Record


class BedShown(Record):
    """What a bed is worth to those who come next, beside the child's own welfare.

    Parameters
    ----------
    points_to_others
        What taking it costs those who come next, in the policy's points, above the bed that they
        will need least of those within the margin. Beyond the margin it may be below 0.
    welfare_given_up
        By how many points of their own welfare a child is worse off here than in the best home
        that is open; money and route do not count.
    within_margin
        Whether that is within the policy's margin; beyond it a bed's worth to others counts for
        nothing.
    rank_without
        The rank by the policy without looking ahead.
    sentence
        In words.
    """

    points_to_others: float
    welfare_given_up: float
    within_margin: bool
    rank_without: int
    sentence: str
