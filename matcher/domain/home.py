"""A home: a foster household, a children's home, a supported unit; any place with beds."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from matcher.domain.codes import Ethnicity, PlaceCode, Sex
from matcher.domain.need import Adaptation, Capability, NeedDomain, by_domain
from matcher.domain.record import (
    Age,
    Identifier,
    Pence,
    Postcode,
    Record,
    SortedSet,
    Unordered,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Setting(StrEnum):
    """What kind of home it is."""

    FOSTER = "foster"
    CONNECTED = "connected"
    CHILDRENS_HOME = "childrens_home"
    SUPPORTED = "supported"
    RESIDENTIAL_SCHOOL = "residential_school"
    SECURE = "secure"
    PARENT_AND_CHILD = "parent_and_child"
    WITH_PARENTS = "with_parents"
    ADOPTIVE = "adoptive"
    HOSPITAL = "hospital"
    FAMILY_CENTRE = "family_centre"
    REMAND = "remand"
    SHORT_BREAK = "short_break"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The setting as people write it."""
        return _SETTING_LABELS[self]

    @property
    def bought(self) -> bool:
        """Whether a place there is obtained by a route at all.

        One at home, with prospective adopters, in hospital, in custody, or of no known kind is
        not.
        """
        return self not in _NOT_BOUGHT

    @property
    def offered(self) -> bool:
        """Whether the matcher offers homes of this kind; the others it leaves as they are."""
        return self in OFFERED_SETTINGS

    @property
    def fostering(self) -> bool:
        """Whether the Fostering Services Regulations apply: limit, terms, panel."""
        return self in FOSTERING_SETTINGS


_SETTING_LABELS = {
    Setting.FOSTER: "foster household",
    Setting.CONNECTED: "connected person's household",
    Setting.CHILDRENS_HOME: "children's home",
    Setting.SUPPORTED: "supported accommodation",
    Setting.RESIDENTIAL_SCHOOL: "residential school",
    Setting.SECURE: "secure children's home",
    Setting.PARENT_AND_CHILD: "parent-and-child home",
    Setting.WITH_PARENTS: "with parents",
    Setting.ADOPTIVE: "prospective adopter's household",
    Setting.HOSPITAL: "hospital",
    Setting.FAMILY_CENTRE: "residential family centre",
    Setting.REMAND: "youth detention accommodation",
    Setting.SHORT_BREAK: "short-break home",
    Setting.OTHER: "other setting",
}

_NOT_BOUGHT = frozenset(
    {Setting.WITH_PARENTS, Setting.ADOPTIVE, Setting.HOSPITAL, Setting.REMAND, Setting.OTHER}
)
OFFERED_SETTINGS = frozenset(
    {
        Setting.FOSTER,
        Setting.CONNECTED,
        Setting.CHILDRENS_HOME,
        Setting.SUPPORTED,
        Setting.RESIDENTIAL_SCHOOL,
        Setting.SECURE,
        Setting.PARENT_AND_CHILD,
    }
)
FOSTERING_SETTINGS = frozenset({Setting.FOSTER, Setting.CONNECTED, Setting.PARENT_AND_CHILD})


class Grade(StrEnum):
    """Ofsted's judgement, or that there is none yet.

    Supported accommodation has three outcomes of its own. In-house fostering households
    are not graded one by one.
    """

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"
    CONSISTENTLY_POSITIVE = "consistently_positive"
    INCONSISTENT = "inconsistent"
    SERIOUS_CONCERNS = "serious_concerns"
    NOT_YET_INSPECTED = "not_yet_inspected"

    @property
    def label(self) -> str:
        """The grade as people write it."""
        return self.value.replace("_", " ")

    @property
    def failing(self) -> bool:
        """Whether the grade shuts the quality gateway."""
        return self in (Grade.INADEQUATE, Grade.SERIOUS_CONCERNS)


class TermsOfApproval(Record):
    """What the home is approved for. A limit that is None was not set, which is lawful.

    Parameters
    ----------
    age_from, age_to
        Completed years, both included.
    sex
        The only sex that may be placed.
    number
        How many children may be placed.
    """

    age_from: Age | None = None
    age_to: Age | None = None
    sex: Sex | None = None
    number: Annotated[int, Field(ge=1, le=100)] | None = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            raise ValueError("approved ages run from a smaller to a larger age")
        return self


class Household(Record):
    """Who else lives there. None everywhere means not recorded.

    Parameters
    ----------
    adult_men, adult_women
        How many live there.
    own_children_ages
        Ages of the carers' own children at home.
    pets, smokers
        Whether there are any.
    ethnicities, religions, languages
        Of the carers; None when not recorded, empty when recorded as none.
    """

    adult_men: Annotated[int, Field(ge=0, le=20)] | None = None
    adult_women: Annotated[int, Field(ge=0, le=20)] | None = None
    own_children_ages: Unordered[Age] | None = None
    pets: bool | None = None
    smokers: bool | None = None
    ethnicities: SortedSet[Ethnicity] | None = None
    religions: SortedSet[Word] | None = None
    languages: SortedSet[Word] | None = None


class Home(Record):
    """A place with beds.

    Parameters
    ----------
    home_id, provider_id
        Identifiers.
    setting
        What kind of home it is.
    postcode
        Where; None when not known (an offer before the address is given).
    terms
        Terms of approval or statement of purpose; None when not recorded, which is
        unknown. Terms with no limit set are lawful and mean no restriction.
    registered
        Registered with Ofsted where the law asks for it; None when not recorded.
    urn
        Ofsted unique reference number; None when not recorded.
    grade
        Ofsted's judgement; None when not recorded.
    beds_approved
        Beds on the certificate or approval.
    beds_usable
        Beds that can be used now, at most those approved.
    bedrooms
        Rooms for placed children; None means one a bed.
    capabilities
        The level of need that the home can meet, at most one a domain; absent is unknown.
    adaptations
        What the home has; None when not recorded.
    household
        Who else lives there.
    agreement_ids
        Agreements under which its beds may be bought; empty for connected persons.
    weekly_fee_pence
        A quote for this home, which stands before any fee table; None when there is none.
    available_from
        First day on which a free bed can be used; None means now.
    vacancy_confirmed_on
        When the provider last confirmed the vacancy; None when never.
    emergency_only
        Beds kept for same-day emergencies.
    connected_to
        For connected persons: the children they are assessed for.
    temporary_approval_until
        For connected persons under regulation 24: the last day; None when fully approved.
    takes_parent_and_child
        Approved for parent-and-child placements.
    long_term
        Offers homes to grow up in; None when not recorded.
    post_18
        Offers to go on after 18 (Staying Put, Staying Close); None when not recorded.
    quality_visit_due
        When the council's own quality visit expires; None when none was made.
    """

    home_id: Identifier
    setting: Setting
    provider_id: Identifier
    postcode: Postcode | None = None
    terms: TermsOfApproval | None = None
    registered: bool | None = None
    urn: Annotated[int, Field(ge=1, le=99_999_999)] | None = None
    grade: Grade | None = None
    beds_approved: Annotated[int, Field(ge=0, le=100)]
    beds_usable: Annotated[int, Field(ge=0, le=100)]
    bedrooms: Annotated[int, Field(ge=0, le=100)] | None = None
    capabilities: Annotated[tuple[Capability, ...], AfterValidator(by_domain)] = ()
    adaptations: SortedSet[Adaptation] | None = None
    household: Household = Household()
    agreement_ids: Unordered[Identifier] = ()
    weekly_fee_pence: Pence | None = None
    available_from: date | None = None
    vacancy_confirmed_on: date | None = None
    emergency_only: bool = False
    connected_to: SortedSet[Identifier] = frozenset()
    temporary_approval_until: date | None = None
    takes_parent_and_child: bool = False
    long_term: bool | None = None
    post_18: bool | None = None
    quality_visit_due: date | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.beds_usable > self.beds_approved:
            raise ValueError("usable beds are at most those approved")
        domains = [capability.domain for capability in self.capabilities]
        if len(set(domains)) != len(domains):
            raise ValueError("a home has at most one capability in a domain")
        return self

    def capability(self, domain: NeedDomain) -> int | None:
        """Return the level of need the home can meet in a domain; None when not recorded."""
        return self.level_of.get(domain)

    @cached_property
    def level_of(self) -> Mapping[NeedDomain, int]:
        """The level of need the home can meet, by domain, in the order of domains."""
        return {each.domain: each.level for each in self.capabilities}

    def place_code(self, *, long_term: bool) -> PlaceCode:
        """Return the SSDA903 PLACE code that a placement here would have.

        Parameters
        ----------
        long_term
            The child's plan is to grow up here.
        """
        if self.setting is Setting.CONNECTED:
            return PlaceCode.U1 if long_term else PlaceCode.U3
        if self.setting in (Setting.FOSTER, Setting.PARENT_AND_CHILD):
            return PlaceCode.U4 if long_term else PlaceCode.U6
        return _PLACE_CODES[self.setting]


_PLACE_CODES = {
    Setting.CHILDRENS_HOME: PlaceCode.K2,
    Setting.SUPPORTED: PlaceCode.K3,
    Setting.RESIDENTIAL_SCHOOL: PlaceCode.S1,
    Setting.SECURE: PlaceCode.K1,
    Setting.WITH_PARENTS: PlaceCode.P1,
    Setting.ADOPTIVE: PlaceCode.A6,
    Setting.HOSPITAL: PlaceCode.R2,
    Setting.FAMILY_CENTRE: PlaceCode.R3,
    Setting.REMAND: PlaceCode.R5,
    Setting.SHORT_BREAK: PlaceCode.U6,
    Setting.OTHER: PlaceCode.Z1,
}
