"""A child in care or about to come into care: what matching needs to know, and no name."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from matcher.domain.codes import CategoryOfNeed, Ethnicity, LegalStatus, Sex
from matcher.domain.need import Adaptation, Need, NeedDomain, by_domain
from matcher.domain.record import (
    AuthorityCode,
    Identifier,
    Postcode,
    Record,
    SortedSet,
    Unordered,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class PermanencePlan(StrEnum):
    """Where the care plan is heading."""

    RETURN_HOME = "return_home"
    CONNECTED_PERSON = "connected_person"
    SPECIAL_GUARDIANSHIP = "special_guardianship"
    LONG_TERM_FOSTERING = "long_term_fostering"
    RESIDENTIAL = "residential"
    ADOPTION = "adoption"
    INDEPENDENCE = "independence"
    NOT_DECIDED = "not_decided"

    @property
    def long_term(self) -> bool:
        """Whether the child is expected to grow up where they are placed."""
        return self in (
            PermanencePlan.CONNECTED_PERSON,
            PermanencePlan.SPECIAL_GUARDIANSHIP,
            PermanencePlan.LONG_TERM_FOSTERING,
            PermanencePlan.RESIDENTIAL,
        )


class HouseholdRisk(StrEnum):
    """Who a child must not live with, evidenced by a risk assessment."""

    NO_YOUNGER_CHILDREN = "no_younger_children"
    NO_OLDER_CHILDREN = "no_older_children"
    NO_BOYS = "no_boys"
    NO_GIRLS = "no_girls"
    NO_ADULT_MEN = "no_adult_men"
    NO_ADULT_WOMEN = "no_adult_women"
    NO_PETS = "no_pets"

    @property
    def label(self) -> str:
        """The risk as people write it: "no younger children"."""
        return self.value.replace("_", " ")


class ZoneReason(StrEnum):
    """Why a child must be kept away from a place."""

    EXPLOITATION = "exploitation"
    GANG = "gang"
    FAMILY_RISK = "family_risk"
    COURT_ORDER = "court_order"
    OTHER = "other"


class SafetyZone(Record):
    """A place that the child must live away from.

    Parameters
    ----------
    postcode
        Its centre; None when the zone is a whole authority.
    radius_miles
        Straight-line miles around the centre that the child must live outside of.
    authority
        A whole local authority to stay out of; None when the zone has a centre.
    reason
        Why.
    until
        Last day on which the zone holds; None when it has no end.
    """

    postcode: Postcode | None = None
    radius_miles: Annotated[float, Field(gt=0, le=200)] | None = None
    authority: AuthorityCode | None = None
    reason: ZoneReason = ZoneReason.OTHER
    until: date | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        centred = self.postcode is not None and self.radius_miles is not None
        if centred == (self.authority is not None) or (self.postcode is None) != (
            self.radius_miles is None
        ):
            raise ValueError("a zone has either a postcode with a radius, or an authority")
        return self


class ContactWith(StrEnum):
    """Whom the child sees."""

    PARENT = "parent"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    OTHER_FAMILY = "other_family"
    FRIEND = "friend"


class Contact(Record):
    """Family time in the contact plan.

    Parameters
    ----------
    with_whom
        The relation, never a name.
    postcode
        Where it takes place.
    times_a_month
        How often, 0 to 31.
    """

    with_whom: ContactWith
    postcode: Postcode
    times_a_month: Annotated[float, Field(ge=0, le=31)]


class School(Record):
    """Where the child is on roll.

    Parameters
    ----------
    postcode
        The school's postcode.
    urn
        Unique reference number in the school register; None when not recorded.
    keep
        Staying at this school matters (exam years, EHCP, the child's own word).
    """

    postcode: Postcode
    urn: Annotated[int, Field(ge=100000, le=999999)] | None = None
    keep: bool = True


class Voice(StrEnum):
    """Whose wish it is."""

    CHILD = "child"
    FAMILY = "family"


class WishTopic(StrEnum):
    """What a wish is about; each can be checked against a home."""

    NEAR_HOME = "near_home"
    SAME_SCHOOL = "same_school"
    WITH_SIBLINGS = "with_siblings"
    FAMILY_HOME = "family_home"
    CHILDRENS_HOME = "childrens_home"
    PETS = "pets"
    NO_PETS = "no_pets"
    NO_OTHER_CHILDREN = "no_other_children"
    OTHER_CHILDREN = "other_children"
    SAME_RELIGION = "same_religion"
    SAME_LANGUAGE = "same_language"
    SAME_ETHNICITY = "same_ethnicity"
    THIS_HOME = "this_home"
    NOT_THIS_HOME = "not_this_home"

    @property
    def label(self) -> str:
        """The wish as people write it."""
        return self.value.replace("_", " ").replace("childrens", "children's")


class Wish(Record):
    """Something the child or the family has asked for.

    Parameters
    ----------
    voice
        The child's own wish or the family's view.
    topic
        What it is about.
    home_id
        The home meant, for ``this_home`` and ``not_this_home``.
    """

    voice: Voice
    topic: WishTopic
    home_id: Identifier | None = None

    @model_validator(mode="after")
    def _home_named(self) -> Self:
        names_a_home = self.topic in (WishTopic.THIS_HOME, WishTopic.NOT_THIS_HOME)
        if names_a_home != (self.home_id is not None):
            raise ValueError("this_home and not_this_home name a home, other wishes do not")
        return self


class Child(Record):
    """A child, by pseudonym.

    Parameters
    ----------
    child_id
        Pseudonymous identifier.
    responsible_authority
        ONS code of the council that looks after the child.
    date_of_birth, sex, ethnicity, legal_status, category_of_need
        As returned in the SSDA903; None when not recorded.
    religion, languages
        From the council's own list of words; None or empty when not recorded.
    unaccompanied
        Unaccompanied asylum-seeking child: distance from home does not apply.
    home_postcode
        Where the child lived when they came into care; None when not known.
    permanence_plan
        Where the care plan is heading; None when not recorded.
    needs
        Assessed needs, at most one a domain. A domain that is absent is unknown.
    adaptations
        What the home must have for this child.
    solo
        Evidenced: must be the only child in the home.
    incompatible_with
        Children, by identifier, whom this child must not live with.
    household_risks
        Who this child must not live with.
    may_share_bedroom
        A risk assessment agrees to sharing with a sibling of the same sex; None when not
        assessed. Only matters from the third birthday.
    safety_zones, school, contacts, wishes
        See the classes.
    ehcp
        Has an education, health and care plan; None when not recorded.
    secure_order
        A court has authorised secure accommodation (Children Act 1989, section 25).
    secure_minister_approval
        The Secretary of State has approved secure accommodation of a child under 13.
    deprivation_of_liberty_order
        The High Court has authorised deprivation of liberty outside a secure home.
    deprivation_of_liberty
        The care plan deprives the child of liberty.
    away_for_safety
        The care plan says that the child must be away from home: distance is no loss.
    parent_in_placement
        The child is a parent who needs a parent-and-child placement with their baby.
    asthma_or_heart_condition
        Breathing, glue ear or heart conditions: no smoking household.
    sibling_group_id
        The sibling group the child belongs to; None when they have no siblings in care.
    """

    child_id: Identifier
    responsible_authority: AuthorityCode
    date_of_birth: date | None = None
    sex: Sex | None = None
    ethnicity: Ethnicity | None = None
    religion: Word | None = None
    languages: Unordered[Word] = ()
    unaccompanied: bool = False
    home_postcode: Postcode | None = None
    legal_status: LegalStatus | None = None
    category_of_need: CategoryOfNeed | None = None
    permanence_plan: PermanencePlan | None = None
    needs: Annotated[tuple[Need, ...], AfterValidator(by_domain)] = ()
    adaptations: SortedSet[Adaptation] = frozenset()
    solo: bool = False
    incompatible_with: SortedSet[Identifier] = frozenset()
    household_risks: SortedSet[HouseholdRisk] = frozenset()
    may_share_bedroom: bool | None = None
    safety_zones: Unordered[SafetyZone] = ()
    school: School | None = None
    contacts: Unordered[Contact] = ()
    wishes: Unordered[Wish] = ()
    ehcp: bool | None = None
    secure_order: bool = False
    secure_minister_approval: bool = False
    deprivation_of_liberty: bool = False
    deprivation_of_liberty_order: bool = False
    away_for_safety: bool = False
    parent_in_placement: bool = False
    asthma_or_heart_condition: bool = False
    sibling_group_id: Identifier | None = None

    @model_validator(mode="after")
    def _one_need_a_domain(self) -> Self:
        domains = [need.domain for need in self.needs]
        if len(set(domains)) != len(domains):
            raise ValueError("a child has at most one need in a domain")
        if self.child_id in self.incompatible_with:
            raise ValueError("a child cannot be incompatible with themselves")
        return self

    def age_on(self, day: date) -> int | None:
        """Return completed years on a day; None when the date of birth is not recorded.

        A child born on 29 February has their birthday on 1 March in other years; a child
        not yet born on the day is 0.
        """
        born = self.date_of_birth
        if born is None:
            return None
        years = day.year - born.year
        if day.month < born.month or (day.month == born.month and day.day < born.day):
            years -= 1
        return years if years > 0 else 0

    @cached_property
    def level_of(self) -> Mapping[NeedDomain, int]:
        """The assessed level by domain, in the order of domains."""
        return {need.domain: need.level for need in self.needs}

    @cached_property
    def highest_need(self) -> int | None:
        """The highest assessed level, 0 to 4; None when nothing is assessed."""
        return max(self.level_of.values(), default=None)

    @cached_property
    def must_be_met(self) -> tuple[Need, ...]:
        """The needs that a home must be able to meet from the first night."""
        return tuple(need for need in self.needs if need.non_negotiable and need.level > 0)
