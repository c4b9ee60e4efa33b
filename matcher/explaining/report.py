"""The shape of an answer to a referral: what ``nearhome rank --json`` and HTTP give.

Field names are the schema, version :data:`SCHEMA`; money is integer pence a week unless the
name says otherwise, distance is straight-line miles to one decimal, points are out of 100.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import date
from typing import Annotated

from pydantic import Field

from matcher.domain.agreement import Route
from matcher.domain.codes import PlaceCode
from matcher.domain.home import Setting
from matcher.domain.record import Record
from matcher.domain.referral import Timescale
from matcher.explaining.bed import BedShown
from matcher.geography.areas import Area
from matcher.ranking import OptionStatus

SCHEMA = "1.0"
"""Raised in the first part when a field goes or changes its meaning."""


class Stamp(Record):
    """What an answer was made from, so that it can be made again.

    Parameters
    ----------
    as_of
        The date of the World.
    policy
        Name of the policy.
    policy_version
        Version of the policy.
    rule_set
        Named by the date on which it came into force.
    data_hash
        SHA-256 over every record of the World.
    seed
        Of the solver; null for ranking, where nothing is drawn.
    version
        Of the software.
    bed_values
        Of which past, and in whose points, the values of beds are; null where nobody looked
        ahead.
    schema_version
        Of this shape.
    synthetic
        Whether the people are invented.
    """

    as_of: date
    policy: str
    policy_version: str
    rule_set: str
    data_hash: str
    seed: int | None
    version: str
    bed_values: str | None = None
    schema_version: str = SCHEMA
    synthetic: bool


class ChildDistances(Record):
    """How far a home is from what matters to one child; null when unknown or none.

    Parameters
    ----------
    child_id
        The child.
    home_miles
        From the child's own home; null as well when distance does not apply.
    school_miles
        To the school.
    contact_miles
        To each contact, in the order of the plan.
    """

    child_id: str
    home_miles: float | None
    school_miles: float | None
    contact_miles: tuple[float | None, ...]


class Part(Record):
    """Some of the children in one home.

    Parameters
    ----------
    home_id
        The home.
    provider_id
        Whose it is.
    setting
        Its kind.
    children
        Who would live there.
    route
        How the bed is bought.
    agreement_id
        Under which agreement; null without one.
    place_code
        As it would be returned in the SSDA903.
    area
        Inside the authority, adjoining it, distant, or unknown.
    distance_miles
        From home, of the farthest child; null when unknown or not applicable.
    near_home
        Whether that is 20.0 miles or less; null when unknown or not applicable.
    distances
        For each child.
    weekly_fee_pence
        Fees together after sibling discount; null when unknown.
    weekly_transport_pence
        School transport together.
    yearly_cost_pence
        52 weeks of both; null when the fee is unknown.
    prepaid
        The beds are part of a block that is paid for anyway.
    beds_left
        Free beds after these children have come.
    tasks
        What must be done first, each a sentence.
    to_ask
        What is missing and whom to ask, each a sentence.
    exemptions
        Exemptions relied on, each a sentence.
    """

    home_id: str
    provider_id: str
    setting: Setting
    children: tuple[str, ...]
    route: Route
    agreement_id: str | None
    place_code: PlaceCode
    area: Area
    distance_miles: float | None
    near_home: bool | None
    distances: tuple[ChildDistances, ...]
    weekly_fee_pence: int | None
    weekly_transport_pence: int
    yearly_cost_pence: int | None
    prepaid: bool
    beds_left: int
    tasks: tuple[str, ...]
    to_ask: tuple[str, ...]
    exemptions: tuple[str, ...]


class CriterionPoints(Record):
    """What one criterion gives an option.

    Parameters
    ----------
    name
        As in the policy.
    points
        The mean over the children.
    of
        The most there could be.
    known
        Whether every fact it needs is known.
    applies
        Whether it has a meaning for any of the children; when not, it gives all its points.
    sentence
        Why.
    """

    name: str
    points: float
    of: float
    known: bool
    applies: bool
    sentence: str


class Option(Record):
    """One answer to a referral.

    Parameters
    ----------
    rank
        From 1, best first.
    together
        All the children in one home.
    parts
        One for each home.
    status
        Of its weakest part: eligible; to_check, when a fact that decides is missing; or
        needs_exemption, when it fails one rule from which the law lets somebody exempt.
    score
        Points out of 100.
    below_minimum_match
        For at least one of the children below the policy's minimum: shown, and for a person
        to choose.
    sentence
        The option in one sentence.
    criteria
        Where the points come from, the weightiest loss first.
    gaps
        What falls short and the support that would close it.
    needs
        For an option that needs an exemption: what would have to change.
    bed
        What its bed is worth to others; null where the policy does not look ahead, for a split
        and for an option that cannot be taken as it stands.
    """

    rank: int
    together: bool
    parts: tuple[Part, ...]
    status: OptionStatus
    score: float
    below_minimum_match: bool
    sentence: str
    criteria: tuple[CriterionPoints, ...]
    gaps: tuple[str, ...]
    needs: tuple[str, ...]
    bed: BedShown | None = None


class Exclusion(Record):
    """A home that cannot take the children together, and every reason.

    Parameters
    ----------
    home_id
        The home.
    rules
        Codes of the rules it fails.
    sentences
        One for each, with the figures.
    """

    home_id: str
    rules: tuple[str, ...]
    sentences: tuple[str, ...]


class RulesFailed(Record):
    """Which rules each home fails, small enough to be kept with every answer.

    Parameters
    ----------
    homes
        How many homes, in the order of their identifiers.
    bits
        For each rule that some home fails, by code: base64 of a bit for each home, the first
        home in the highest bit of the first byte, 1 when it fails the rule.
    """

    homes: int
    bits: dict[str, str]

    def of(self, position: int) -> tuple[str, ...]:
        """Return the codes of the rules that one home fails.

        Parameters
        ----------
        position
            The home's place among all, from 0.

        Raises
        ------
        IndexError
            If there are not so many homes.
        """
        if not 0 <= position < self.homes:
            raise IndexError(position)
        byte, bit = divmod(position, 8)
        return tuple(
            code for code, bits in self.bits.items() if b64decode(bits)[byte] >> (7 - bit) & 1
        )


class NearMiss(Record):
    """A home that fails one rule only.

    Parameters
    ----------
    home_id
        The home.
    rule
        Code of the one rule that it fails.
    sentence
        Why it fails it, with the figures.
    change
        What would have to change.
    exemption
        The lawful exemption and who may grant it; null when there is none.
    score
        Points of 100 that it would have as an option.
    distance_miles
        From home, of the farthest child; null when unknown or not applicable.
    """

    home_id: str
    rule: str
    sentence: str
    change: str
    exemption: str | None
    score: float
    distance_miles: float | None


class ChildSummary(Record):
    """What somebody who places a child asks first.

    Parameters
    ----------
    child_id
        Who.
    age
        Completed years on the day needed; null when not known.
    sex
        "boy" or "girl"; null when not known.
    highest_needs
        Domains assessed at level 3 or 4, the highest first.
    non_negotiable
        Domains that a home must be able to meet from the first night.
    solo
        Must be the only child.
    sentence
        All of it in words.
    """

    child_id: str
    age: int | None
    sex: str | None
    highest_needs: tuple[str, ...]
    non_negotiable: tuple[str, ...]
    solo: bool
    sentence: str


class RankReport(Record):
    """The answer to a referral.

    Parameters
    ----------
    referral_id
        The referral.
    children
        The children to be placed.
    about
        What is asked first about each of them.
    needed_by
        The day from which the home is needed.
    timescale
        How soon it was asked for.
    options
        Eligible ones first, then those to check, then those that need an exemption; within
        each the fewest homes first, then the best.
    to_check
        The best homes for all together that would be options if a fact were known.
    eligible_count
        Homes that can take all the children together. This and the next two add up to all homes.
    to_check_count
        Homes that could, if a fact that is missing were known.
    excluded_count
        Homes that cannot, those among them that a lawful exemption would open.
    excluded_by_rule
        For each rule, how many homes fail it; a home counts under each rule it fails.
    excluded
        Homes and reasons, those that fail fewest rules first.
    near_misses
        Homes that fail one rule only, best first.
    together_sentence
        Why no home takes all of them, or that none may; null when one does.
    stamp
        What it was made from.
    """

    referral_id: str
    children: tuple[str, ...]
    about: tuple[ChildSummary, ...]
    needed_by: date
    timescale: Timescale
    options: tuple[Option, ...]
    to_check: tuple[Option, ...]
    eligible_count: Annotated[int, Field(ge=0)]
    to_check_count: Annotated[int, Field(ge=0)]
    excluded_count: Annotated[int, Field(ge=0)]
    excluded_by_rule: dict[str, int]
    excluded: tuple[Exclusion, ...]
    near_misses: tuple[NearMiss, ...]
    together_sentence: str | None
    stamp: Stamp
