"""SSDA903 codes verbatim, with the collection years in which each may be returned.

A collection year runs from 1 April to 31 March and is named here by the calendar
year in which it ends: 2025 is 1 April 2024 to 31 March 2025.

References
----------
.. [1] Department for Education, "Looked-after children: guide to submitting data",
   annual SSDA903 guides.
.. [2] data-to-insight, csc-validator-be-903, rule packs lac2022_23 to lac2026_27.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from datetime import date


class Code(StrEnum):
    """A code with its meaning and the collection years in which it may be returned."""

    meaning: str
    first_year: int
    last_year: int

    def __new__(cls, value: str, meaning: str, first_year: int = 0, last_year: int = 9999) -> Self:
        """Attach the meaning and the years to the code."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.first_year = first_year
        member.last_year = last_year
        return member

    def valid_in(self, collection_year: int) -> bool:
        """Whether the code may be returned for a collection year.

        Parameters
        ----------
        collection_year
            The calendar year in which the collection year ends.
        """
        return self.first_year <= collection_year <= self.last_year


def collection_year(day: date) -> int:
    """Return the SSDA903 collection year that a day falls in.

    Examples
    --------
    >>> from datetime import date
    >>> collection_year(date(2025, 3, 31)), collection_year(date(2025, 4, 1))
    (2025, 2026)
    """
    return day.year if (day.month, day.day) < (4, 1) else day.year + 1


class Sex(Code):
    """SEX as returned."""

    MALE = ("1", "male")
    FEMALE = ("2", "female")


class PlaceCode(Code):
    """PLACE: the kind of placement."""

    U1 = ("U1", "foster placement with relative or friend, long term")
    U2 = ("U2", "foster placement with relative or friend who is also an approved adopter")
    U3 = ("U3", "foster placement with relative or friend, neither long term nor for adoption")
    U4 = ("U4", "foster placement with other foster carer, long term")
    U5 = ("U5", "foster placement with other foster carer who is also an approved adopter")
    U6 = ("U6", "foster placement with other foster carer, neither long term nor for adoption")
    K1 = ("K1", "secure children's home")
    K2 = ("K2", "children's home subject to the Children's Homes Regulations")
    K3 = ("K3", "supported accommodation registered with Ofsted", 2024)
    H5 = ("H5", "semi-independent living accommodation not subject to the Regulations", 0, 2025)
    P1 = ("P1", "placed with own parents or other person with parental responsibility")
    P2 = ("P2", "independent living", 0, 2024)
    P3 = ("P3", "residential employment")
    R1 = ("R1", "residential care home")
    R2 = ("R2", "NHS or other establishment providing medical or nursing care")
    R3 = ("R3", "family centre or mother-and-baby unit")
    R5 = ("R5", "young offender institution")
    S1 = ("S1", "residential school")
    A3 = ("A3", "placed for adoption with consent, with current foster carer")
    A4 = ("A4", "placed for adoption with consent, not with current foster carer")
    A5 = ("A5", "placed for adoption with placement order, with current foster carer")
    A6 = ("A6", "placed for adoption with placement order, not with current foster carer")
    T0 = ("T0", "temporary move, any type")
    T1 = ("T1", "temporary period in hospital")
    T2 = ("T2", "temporary absence on holiday")
    T3 = ("T3", "temporary accommodation while the foster carer is on holiday")
    T4 = ("T4", "temporary accommodation of seven days or less for another reason")
    Z1 = ("Z1", "other placement", 0, 2025)
    Z11 = ("Z11", "other placement, first of the four kinds returned since 2025/26", 2026)
    Z12 = ("Z12", "other placement, second of the four kinds returned since 2025/26", 2026)
    Z13 = ("Z13", "other placement, third of the four kinds returned since 2025/26", 2026)
    Z14 = ("Z14", "other placement, fourth of the four kinds returned since 2025/26", 2026)


class PlaceProvider(Code):
    """PLACE_PROVIDER: who provides the placement."""

    PR0 = ("PR0", "parent or other person with parental responsibility")
    PR1 = ("PR1", "own provision by the local authority")
    PR2 = ("PR2", "provision by another local authority")
    PR3 = ("PR3", "other public provision")
    PR4 = ("PR4", "private provision")
    PR5 = ("PR5", "voluntary or third-sector provision")


class CategoryOfNeed(Code):
    """CIN: why the child needed help."""

    N1 = ("N1", "abuse or neglect")
    N2 = ("N2", "child's disability")
    N3 = ("N3", "parental illness or disability")
    N4 = ("N4", "family in acute stress")
    N5 = ("N5", "family dysfunction")
    N6 = ("N6", "socially unacceptable behaviour")
    N7 = ("N7", "low income")
    N8 = ("N8", "absent parenting")


class LegalStatus(Code):
    """LS: the legal status under which the child is looked after."""

    C1 = ("C1", "interim care order")
    C2 = ("C2", "full care order")
    D1 = ("D1", "freeing order granted")
    E1 = ("E1", "placement order granted")
    V2 = ("V2", "single period of accommodation under section 20")
    V3 = ("V3", "accommodated under an agreed series of short breaks, one episode each")
    V4 = ("V4", "accommodated under an agreed series of short breaks")
    L1 = ("L1", "under police protection")
    L2 = ("L2", "emergency protection order")
    L3 = ("L3", "under child assessment order and in local authority accommodation")
    J1 = ("J1", "remanded to local authority accommodation or youth detention accommodation")
    J2 = ("J2", "accommodated under the Police and Criminal Evidence Act 1984")
    J3 = ("J3", "sentenced to a youth rehabilitation order with residence requirement")


class ReasonForNewEpisode(Code):
    """RNE: why the episode began."""

    S = ("S", "started to be looked after")
    L = ("L", "change of legal status only")
    P = ("P", "change of placement and carer")
    T = ("T", "change of placement, same carer")
    B = ("B", "change of legal status, placement and carer")
    U = ("U", "change of legal status and placement, same carer")


class ReasonPlaceChange(Code):
    """REASON_PLACE_CHANGE: why the placement changed; on the ceasing episode."""

    CARPL = ("CARPL", "change to or implementation of the care plan")
    CLOSE = ("CLOSE", "resignation or closure of the provision")
    ALLEG = ("ALLEG", "allegation under section 47")
    STAND = ("STAND", "standards of care concern")
    APPRR = ("APPRR", "approval removed")
    CREQB = ("CREQB", "carer requests end because of the child's behaviour")
    CREQO = ("CREQO", "carer requests end for another reason")
    CHILD = ("CHILD", "child requests end")
    LAREQ = ("LAREQ", "responsible or area authority requests end")
    PLACE = ("PLACE", "change in the status of the placement only")
    CUSTOD = ("CUSTOD", "custody arrangement")
    OTHER = ("OTHER", "other")


class Ethnicity(Code):
    """ETHNIC as returned, the 2021 census groups."""

    WBRI = ("WBRI", "White British")
    WIRI = ("WIRI", "White Irish")
    WIRT = ("WIRT", "Traveller of Irish heritage")
    WROM = ("WROM", "Gypsy or Roma")
    WOTH = ("WOTH", "any other White background")
    MWBC = ("MWBC", "White and Black Caribbean")
    MWBA = ("MWBA", "White and Black African")
    MWAS = ("MWAS", "White and Asian")
    MOTH = ("MOTH", "any other mixed background")
    AIND = ("AIND", "Indian")
    APKN = ("APKN", "Pakistani")
    ABAN = ("ABAN", "Bangladeshi")
    AOTH = ("AOTH", "any other Asian background")
    CHNE = ("CHNE", "Chinese")
    BCRB = ("BCRB", "Caribbean")
    BAFR = ("BAFR", "African")
    BOTH = ("BOTH", "any other Black background")
    OOTH = ("OOTH", "any other ethnic group")
    REFU = ("REFU", "refused")
    NOBT = ("NOBT", "information not yet obtained")

    @property
    def group(self) -> str | None:
        """The broad group of the published statistics; None when refused or not obtained."""
        if self in (Ethnicity.REFU, Ethnicity.NOBT):
            return None
        if self is Ethnicity.CHNE:
            return "A"
        return self.value[0]
