"""A council's policy: what counts for how much, and in which order, as a file a person reads.

A policy never says what is lawful; the rules do. It says what is preferred: the points of
each criterion, the order and price of the aims, the thresholds, and whether children who
are placed may move. Rules and criteria are named as strings here and bound in
:mod:`matcher.candidates`.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from matcher.domain.agreement import Route
from matcher.domain.home import Setting
from matcher.domain.need import NeedDomain
from matcher.domain.record import Record
from matcher.errors import PolicyError

SHIPPED = ("balanced", "lexicographic", "practice", "look_ahead")
"""The policies that come with Near Home, by name."""

Points = Annotated[float, Field(ge=0, le=100_000)]
Share = Annotated[float, Field(ge=0, le=1)]


class Method(StrEnum):
    """How the aims are put in order."""

    WEIGHTED = "weighted"
    """One sum: each unplaced child and each extra household has its price in points."""
    LEXICOGRAPHIC = "lexicographic"
    """Strict order: a later aim is only pursued among the best for the earlier ones."""
    SEARCH_ORDER = "search_order"
    """Child by child, route by route, the first lawful home: how it is done today."""


class AimName(StrEnum):
    """What a plan tries to achieve, each as something to make small."""

    UNPLACED = "unplaced"
    EXTRA_HOUSEHOLDS = "extra_households"
    MATCH = "match"
    MOVES = "moves"
    COST = "cost"

    @property
    def label(self) -> str:
        """The aim as people write it."""
        return {
            "unplaced": "children without a home",
            "extra_households": "extra households into which sibling groups are split",
            "match": "points lost to the best thinkable match, added over children",
            "moves": "children who move from where they live",
            "cost": "pounds a week",
        }[self.value]


class Aim(Record):
    """One aim, with its price when the method is ``weighted``.

    Parameters
    ----------
    name
        What is made small.
    price_points
        Points for one unit of it; a child's match is worth at most 100.
    """

    name: AimName
    price_points: Points = 1.0


class MilesScale(Record):
    """How a distance scores: in full up to one distance, half at another, nothing from a third.

    Parameters
    ----------
    full_within_miles
        Up to here the full points.
    half_at_miles
        Here half of them.
    none_from_miles
        From here none.
    """

    full_within_miles: Annotated[float, Field(ge=0, le=500)]
    half_at_miles: Annotated[float, Field(ge=0, le=500)]
    none_from_miles: Annotated[float, Field(ge=0, le=500)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.full_within_miles < self.half_at_miles < self.none_from_miles:
            raise ValueError("full_within_miles < half_at_miles < none_from_miles must hold")
        return self


class NearHome(MilesScale):
    """How distance from home scores; the DfE's own line is 20.0 miles."""

    full_within_miles: Annotated[float, Field(ge=0, le=500)] = 3.0
    half_at_miles: Annotated[float, Field(ge=0, le=500)] = 20.0
    none_from_miles: Annotated[float, Field(ge=0, le=500)] = 60.0


class SchoolJourney(MilesScale):
    """How distance from the home to the child's school scores.

    Three miles is the statutory walking distance from the age of eight (Education Act 1996,
    section 444(5)).
    """

    full_within_miles: Annotated[float, Field(ge=0, le=500)] = 3.0
    half_at_miles: Annotated[float, Field(ge=0, le=500)] = 10.0
    none_from_miles: Annotated[float, Field(ge=0, le=500)] = 30.0


class FamilyTime(Record):
    """How travel to family time scores.

    Parameters
    ----------
    half_at_miles_a_month
        Miles a month, there and back, at which half of the points are left; the points fall
        as 1 / (1 + miles/half). The default is one visit a week at 20 miles.
    """

    half_at_miles_a_month: Annotated[float, Field(gt=0, le=10_000)] = 160.0


class NeedsFit(Record):
    """How a shortfall in what a home can do scores, and how a surplus does.

    One level short in a domain loses 1, two lose 3, three lose 6 and four lose 10, each
    times the weight of the domain.

    Parameters
    ----------
    half_at_loss
        At this loss half of the points are left; the points fall as 1 / (1 + loss/half).
    surplus_step
        The share of the points lost for each level, beyond one, by which the most that a
        staffed home can do exceeds the most that the child needs.
    """

    half_at_loss: Annotated[float, Field(gt=0, le=1000)] = 4.0
    surplus_step: Annotated[float, Field(ge=0, le=0.25)] = 0.1


class Value(Record):
    """How money scores.

    Parameters
    ----------
    half_at_pence
        At this weekly cost half the points are left; the points fall as 1 / (1 + cost/half),
        so that the long tail of prices still differs.
    transport_pence_a_mile
        What the council pays for a mile of school transport.
    school_days_a_week
        Days of transport, there and back.
    """

    half_at_pence: Annotated[int, Field(ge=1)] = 200_000
    transport_pence_a_mile: Annotated[int, Field(ge=0, le=100_000)] = 200
    school_days_a_week: Annotated[int, Field(ge=0, le=7)] = 5


class LookAhead(Record):
    """Whether, and how far, the value of a bed to those who come next counts.

    Parameters
    ----------
    margin_points
        By so many points of the child's own welfare a home may be worse than the best that is
        open to the child at that moment; 0 switches looking ahead off. Welfare is every
        criterion but those of money and route, which may yield freely.
    yielding
        The criteria that may yield freely.
    unplaced_points
        What it costs, when values are learnt, that a child finds no home.
    """

    margin_points: Annotated[float, Field(ge=0, le=100)] = 0.0
    yielding: tuple[str, ...] = ("value_for_money", "preferred_provider")
    unplaced_points: Annotated[float, Field(gt=0, le=100_000)] = 300.0


class Preference(Record):
    """Children for whom a kind of home is the preferred provider.

    Parameters
    ----------
    setting
        The kind of home.
    route
        How it is obtained.
    age_from, age_to
        Completed years, both included.
    need_from, need_to
        The highest assessed level of need, both included.
    """

    setting: Setting
    route: Route | None = None
    age_from: Annotated[int, Field(ge=0, le=25)] = 0
    age_to: Annotated[int, Field(ge=0, le=25)] = 25
    need_from: Annotated[int, Field(ge=0, le=4)] = 0
    need_to: Annotated[int, Field(ge=0, le=4)] = 4

    @model_validator(mode="after")
    def _ranges(self) -> Self:
        if self.age_from > self.age_to or self.need_from > self.need_to:
            raise ValueError("a preference runs from a smaller to a larger age and need")
        return self


class Policy(Record):
    """Everything a council decides about preferences.

    Parameters
    ----------
    name, version
        Stamped on every result; change the version with every change of a value.
    title
        One sentence that says what the policy is.
    method
        How the aims are put in order: one sum, strict order, or today's search order.
    aims
        In order of importance.
    minimum_match_points
        Below this an option is shown for a person to choose, and a plan never uses it.
    weights
        Points of each criterion by name; they add up to 100.
    unknown_scores
        The share of its points that a criterion scores when what it needs is unknown.
    unknown_scores_by_criterion
        Where that share differs.
    near_home, school, family_time, needs_fit, value, look_ahead
        See the classes.
    preferred
        For whom which kind of home is preferred.
    vacancy_fresh_days
        A vacancy confirmed longer ago is to be checked before it is relied on.
    assessment_fresh_days
        A need assessed longer ago asks for a new look.
    shortfall_weights
        How heavily a shortfall in each domain counts; 1 where absent.
    may_move
        Whether placed children whose review has agreed to it may move.
    move_price_points
        What a move must gain in the child's match before a plan proposes it.
    search_order
        Routes in the order in which they are searched; for the method of that name.
    out_of_area_share, spot_share
        At most this share of new placements may be outside the area, or bought spot.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    version: Annotated[str, Field(pattern=r"^\d{4}\.\d+$")]
    title: Annotated[str, Field(min_length=1, max_length=300)]
    method: Method = Method.WEIGHTED
    aims: tuple[Aim, ...]
    minimum_match_points: Annotated[float, Field(ge=0, le=100)]
    weights: dict[str, Points]
    unknown_scores: Share = 0.5
    unknown_scores_by_criterion: dict[str, Share] = Field(default_factory=dict)
    near_home: NearHome = NearHome()
    school: SchoolJourney = SchoolJourney()
    family_time: FamilyTime = FamilyTime()
    needs_fit: NeedsFit = NeedsFit()
    value: Value = Value()
    look_ahead: LookAhead = LookAhead()
    preferred: tuple[Preference, ...] = ()
    vacancy_fresh_days: Annotated[int, Field(ge=0, le=3650)] = 14
    assessment_fresh_days: Annotated[int, Field(ge=1, le=3650)] = 365
    shortfall_weights: dict[NeedDomain, Annotated[float, Field(ge=0, le=10)]] = Field(
        default_factory=dict
    )
    may_move: bool = False
    move_price_points: Points = 30.0
    search_order: tuple[Route, ...] = tuple(Route)
    out_of_area_share: Share | None = None
    spot_share: Share | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        total = sum(self.weights.values())
        if abs(total - 100) > 1e-6:
            raise ValueError(f"the weights add up to {total:g}; they must add up to 100")
        names = [aim.name for aim in self.aims]
        if len(set(names)) != len(names):
            raise ValueError("each aim occurs once")
        if AimName.UNPLACED not in names or AimName.MATCH not in names:
            raise ValueError("the aims hold at least 'unplaced' and 'match'")
        if len(set(self.search_order)) != len(self.search_order):
            raise ValueError("each route occurs once in search_order")
        return self

    @cached_property
    def preferred_for(self) -> dict[Any, tuple[list[Preference], list[Preference]]]:
        """What has been read from ``preferred``: rows for an age and highest need, and perhaps."""
        return {}

    def unknown_score(self, criterion: str) -> float:
        """Return the share of its points a criterion scores when it is unknown."""
        return self.unknown_scores_by_criterion.get(criterion, self.unknown_scores)

    def price(self, aim: AimName) -> float:
        """Return the price of an aim in points; 0 when the policy does not have it."""
        for each in self.aims:
            if each.name is aim:
                return each.price_points
        return 0.0

    @classmethod
    def named(cls, name: str) -> Policy:
        """Return a policy by its name, or from the path of a TOML file.

        Parameters
        ----------
        name
            One of :data:`SHIPPED`, or a path that ends in ``.toml``.

        Raises
        ------
        PolicyError
            If there is none of that name, or it does not hold together.
        """
        if name.endswith(".toml"):
            return read_policy(Path(name))
        if name not in SHIPPED:
            raise PolicyError(
                f"There is no policy {name!r}. Shipped are {', '.join(SHIPPED)}; "
                "or give the path of a .toml file."
            )
        return parse_policy(shipped_text(name), origin=f"policy {name}")


def shipped_text(name: str) -> str:
    """Return the TOML text of a shipped policy."""
    return (resources.files("matcher") / "policies" / f"{name}.toml").read_text(encoding="utf-8")


def read_policy(path: Path) -> Policy:
    """Read a policy from a TOML file.

    Raises
    ------
    PolicyError
        If the file cannot be read or does not hold together, with the key at fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise PolicyError(
            f"There is no file {path}. Give the path of your policy, or one of the names "
            f"{', '.join(SHIPPED)}."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: cannot be read as a UTF-8 text file ({error}).") from error
    return parse_policy(text, origin=str(path))


def parse_policy(text: str, *, origin: str) -> Policy:
    """Parse a policy from TOML text.

    Parameters
    ----------
    text
        The TOML text.
    origin
        Where it came from, for the error.

    Raises
    ------
    PolicyError
        If it does not hold together, with the key at fault.
    """
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{origin}: this is not TOML: {error}.") from error
    try:
        return Policy.model_validate(data)
    except ValidationError as error:
        faults = []
        for fault in error.errors():
            where = ".".join(str(part) for part in fault["loc"]) or "the whole file"
            message = fault["msg"].removeprefix("Value error, ")
            if fault["type"] == "extra_forbidden":
                message = "is not a setting of a policy; see 'nearhome policy show balanced'"
            faults.append(f"{origin}: {where}: {message}.")
        raise PolicyError("\n".join(faults)) from error
