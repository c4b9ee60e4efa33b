"""The publications' own words, and the values that stand for them here."""

from __future__ import annotations

from enum import IntEnum

from matcher.domain.codes import CategoryOfNeed, LegalStatus, PlaceProvider, Sex


class Kind(IntEnum):
    """Kind of placement, in the order of the published table."""

    FOSTER = 0
    SUPPORTED = 1
    OTHER = 2
    RESIDENTIAL = 3
    ADOPTION = 4
    PARENTS = 5
    SCHOOL = 6
    CHILDRENS_HOME = 7


PLACEMENT_LABELS = {
    Kind.FOSTER: "Foster placements",
    Kind.SUPPORTED: "Independent and semi-independent living arrangements/supported accommodation",
    Kind.OTHER: "Other placements",
    Kind.RESIDENTIAL: "Other residential settings",
    Kind.ADOPTION: "Placed for adoption",
    Kind.PARENTS: "Placed with parents or other person with parental responsibility",
    Kind.SCHOOL: "Residential schools",
    Kind.CHILDRENS_HOME: "Secure homes and children's homes",
}


class Cell(IntEnum):
    """Distance and locality, in the order of the published table."""

    NEAR_INSIDE = 0
    NEAR_OUTSIDE = 1
    FAR_INSIDE = 2
    FAR_OUTSIDE = 3
    UNKNOWN_INSIDE = 4
    UNKNOWN_OUTSIDE = 5

    @property
    def inside(self) -> bool:
        """Whether the placement is inside the authority's boundary."""
        return self in (Cell.NEAR_INSIDE, Cell.FAR_INSIDE, Cell.UNKNOWN_INSIDE)

    @property
    def known(self) -> bool:
        """Whether the distance is known."""
        return self not in (Cell.UNKNOWN_INSIDE, Cell.UNKNOWN_OUTSIDE)


CELL_LABELS = {
    Cell.NEAR_INSIDE: "1. Placed inside the LA boundary, 20 miles or less from home",
    Cell.NEAR_OUTSIDE: "2. Placed outside the LA boundary, 20 miles or less from home",
    Cell.FAR_INSIDE: "3. Placed inside the LA boundary, more than 20 miles from home",
    Cell.FAR_OUTSIDE: "4. Placed outside the LA boundary, more than 20 miles from home",
    Cell.UNKNOWN_INSIDE: "5. Placed inside the LA boundary, distance not known or not recorded",
    Cell.UNKNOWN_OUTSIDE: "6. Placed outside the LA boundary, distance not known or not recorded",
}

DISTANCE_LABELS = (
    "Placed 20 miles or less from home",
    "Placed more than 20 miles from home",
    "Distance not known or not recorded",
)
LOCALITY_LABELS = (
    "Placed inside the local authority boundary",
    "Placed outside the local authority boundary",
)

AGE_LABELS = {
    (0, 0): "Under 1 year",
    (1, 4): "1 to 4 years",
    (5, 9): "5 to 9 years",
    (10, 15): "10 to 15 years",
    (16, 17): "16 years and over",
}
AGE_BANDS = tuple(AGE_LABELS)

ETHNIC_LABELS = {
    "W": "White",
    "M": "Mixed or Multiple ethnic groups",
    "A": "Asian or Asian British",
    "B": "Black, African, Caribbean or Black British",
    "O": "Other ethnic group",
    "": "Refused or information not yet available",
}
ETHNIC_GROUPS = tuple(ETHNIC_LABELS)

NEED_LABELS = {
    CategoryOfNeed.N1: "N1. Abuse or neglect",
    CategoryOfNeed.N2: "N2. Child's disability",
    CategoryOfNeed.N3: "N3. Parental illness or disability",
    CategoryOfNeed.N4: "N4. Family in acute stress",
    CategoryOfNeed.N5: "N5. Family dysfunction",
    CategoryOfNeed.N6: "N6. Socially unacceptable behaviour",
    CategoryOfNeed.N7: "N7. Low income",
    CategoryOfNeed.N8: "N8. Absent parenting",
}
NEEDS = tuple(NEED_LABELS)

LEGAL_LABELS = {
    "Interim care order": (LegalStatus.C1,),
    "Full care order": (LegalStatus.C2,),
    "Placement order granted": (LegalStatus.E1, LegalStatus.D1),
    "Voluntary agreements under S20 CA 1989": (LegalStatus.V2,),
    "Detained for child protection": (LegalStatus.L1, LegalStatus.L2, LegalStatus.L3),
    "Youth justice legal statuses": (LegalStatus.J1, LegalStatus.J2, LegalStatus.J3),
}
LEGAL = tuple(statuses[0] for statuses in LEGAL_LABELS.values())

PROVIDER_LABELS = {
    PlaceProvider.PR0: "Parents or other person with parental responsibility",
    PlaceProvider.PR1: "Own provision (by the LA)",
    PlaceProvider.PR2: "Other LA provision",
    PlaceProvider.PR3: "Other public provision (e.g. by a PCT etc)",
    PlaceProvider.PR4: "Private provision",
    PlaceProvider.PR5: "Voluntary/third sector provision",
}
NOT_REPORTED = "Placement provider not reported"
PROVIDERS = tuple(PROVIDER_LABELS)

SEX_LABELS = {Sex.MALE: "Male", Sex.FEMALE: "Female"}
SEXES = tuple(SEX_LABELS)
