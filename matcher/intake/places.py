"""The tables about homes, those who live there, and what the council has agreed and decided."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from matcher.domain.agreement import Agreement, Budget, Fee, Provider
from matcher.domain.home import Home, Household, TermsOfApproval
from matcher.domain.need import Capability, NeedDomain
from matcher.domain.placement import Exemption, Hold, Placement, Resident
from matcher.intake.definition import NOT_KNOWN, Column, Table, column, owner_column
from matcher.intake.kinds import YesNo
from matcher.intake.people import by_identifier, nested
from matcher.intake.quantities import Number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.domain.world import World


def _home(values: dict[str, Any]) -> Home:
    recorded = values.pop("terms_recorded", None)
    terms = nested(values, "terms")
    if terms and recorded is False:
        raise ValueError(
            "terms of approval are given, and terms_recorded says that they are not recorded"
        )
    if terms or recorded:
        values["terms"] = TermsOfApproval(**terms)
    if household := nested(values, "household"):
        values["household"] = Household(**household)
    if levels := nested(values, "capabilities"):
        values["capabilities"] = tuple(
            [_capability(domain, level) for domain, level in levels.items()]
        )
    return Home(**values)


@lru_cache(maxsize=1000)
def _capability(domain: str, level: int) -> Capability:
    """Return one value for all the homes that can do the same."""
    return Capability(domain=NeedDomain(domain), level=level)


def _capability_column(domain: NeedDomain) -> Column:
    return Column(
        name=f"capability_{domain.value}",
        meaning=f"The highest level of need in {domain.label} that the home can meet: "
        "0 none, 1 low, 2 moderate, 3 high, 4 very high.",
        kind=Number(least=0, most=4),
        required=False,
        empty=NOT_KNOWN,
        field=f"capabilities.{domain.value}",
        get=lambda home: home.capability(domain),
    )


HOMES = Table(
    name="homes",
    one="home",
    meaning="One row for each place with beds: a foster household, a children's home, a "
    "supported-accommodation unit, and those where children are left as they are.",
    required=True,
    key="home_id",
    make=_home,
    records=by_identifier("homes"),
    columns=(
        column(Home, "home_id", "The home's identifier, never the carers' name."),
        column(Home, "setting", "What kind of home it is."),
        column(Home, "provider_id", "Who runs it.", references="providers"),
        column(Home, "postcode", "Where it is."),
        Column(
            name="terms_recorded",
            meaning="Whether the terms of approval, or the statement of purpose, have been seen. "
            "With yes, an empty approved_ column means that no such limit was set.",
            kind=YesNo(),
            required=False,
            empty="yes, if any approved_ column is filled",
            field="terms_recorded",
            get=lambda home: None if home.terms is None else True,
        ),
        column(
            TermsOfApproval,
            "age_from",
            "The youngest age in completed years that may be placed.",
            within="terms",
            prefix="approved_",
            unit="years",
            empty="no limit set",
        ),
        column(
            TermsOfApproval,
            "age_to",
            "The oldest age in completed years that may be placed.",
            within="terms",
            prefix="approved_",
            unit="years",
            empty="no limit set",
        ),
        column(
            TermsOfApproval,
            "sex",
            "The only sex that may be placed.",
            within="terms",
            prefix="approved_",
            empty="no limit set",
        ),
        column(
            TermsOfApproval,
            "number",
            "How many children may be placed.",
            within="terms",
            prefix="approved_",
            unit="children",
            empty="no limit set",
        ),
        column(Home, "registered", "Whether it is registered with Ofsted, where that is needed."),
        column(Home, "urn", "Ofsted's unique reference number."),
        column(Home, "grade", "Ofsted's judgement."),
        column(Home, "beds_approved", "Beds on the certificate or approval.", unit="beds"),
        column(Home, "beds_usable", "Beds that can be used now, taken ones included.", unit="beds"),
        column(
            Home,
            "bedrooms",
            "Rooms for placed children.",
            unit="bedrooms",
            empty="one for each bed",
        ),
        *(_capability_column(domain) for domain in NeedDomain),
        column(Home, "adaptations", "What the home has for disabled children."),
        column(Household, "adult_men", "Men who live there.", within="household", unit="adults"),
        column(
            Household, "adult_women", "Women who live there.", within="household", unit="adults"
        ),
        column(
            Household,
            "own_children_ages",
            "Ages of the carers' own children at home.",
            within="household",
            unit="years",
        ),
        column(Household, "pets", "Whether there are any pets.", within="household"),
        column(Household, "smokers", "Whether anybody smokes.", within="household"),
        column(Household, "ethnicities", "The carers' ethnicities.", within="household"),
        column(Household, "religions", "The carers' religions.", within="household"),
        column(Household, "languages", "The languages they speak.", within="household"),
        column(
            Home,
            "agreement_ids",
            "Agreements under which its beds may be bought.",
            references="agreements",
        ),
        column(
            Home,
            "weekly_fee_pence",
            "A quote for this home, which stands before any fee table.",
            empty="the fee table",
        ),
        column(
            Home, "available_from", "The first day on which a free bed can be used.", empty="now"
        ),
        column(
            Home,
            "vacancy_confirmed_on",
            "When the provider last confirmed the vacancy.",
            empty="never",
        ),
        column(Home, "emergency_only", "Whether its beds are kept for same-day emergencies."),
        column(
            Home,
            "connected_to",
            "For connected persons: the children they are assessed for.",
            empty="nobody",
        ),
        column(
            Home,
            "temporary_approval_until",
            "For connected persons under regulation 24: the last day.",
            empty="fully approved",
        ),
        column(
            Home, "takes_parent_and_child", "Whether it is approved for a parent with their baby."
        ),
        column(Home, "long_term", "Whether it offers a home to grow up in."),
        column(Home, "post_18", "Whether it offers to go on after 18."),
        column(
            Home,
            "quality_visit_due",
            "When the council's own quality visit expires.",
            empty="no visit was made",
        ),
    ),
)

PROVIDERS = Table(
    name="providers",
    one="provider",
    meaning="One row for each organisation that runs homes, the council included.",
    key="provider_id",
    make=lambda values: Provider(**values),
    records=by_identifier("providers"),
    columns=(
        column(Provider, "provider_id", "The provider's identifier."),
        column(Provider, "sector", "As returned in PLACE_PROVIDER."),
        column(Provider, "authority", "For a council: which one.", empty="not a council"),
        column(Provider, "urn", "Ofsted's unique reference number of the agency."),
    ),
)

AGREEMENTS = Table(
    name="agreements",
    one="agreement",
    meaning="One row for each agreement under which beds are bought.",
    key="agreement_id",
    make=lambda values: Agreement(**values),
    records=by_identifier("agreements"),
    columns=(
        column(Agreement, "agreement_id", "The agreement's identifier."),
        column(Agreement, "provider_id", "With whom.", references="providers"),
        column(Agreement, "route", "How beds are obtained under it."),
        column(
            Agreement,
            "tier",
            "For a framework: its order, from 1.",
            empty="not a framework",
        ),
        column(Agreement, "starts", "The first day in force.", empty="always was"),
        column(Agreement, "ends", "The last day in force.", empty="no end"),
        column(
            Agreement,
            "sibling_discount_percent",
            "Off the fee of the second and every further sibling in the same home.",
            unit="per cent",
        ),
        column(Agreement, "solo_extra_pence", "Added when the child must be the only one."),
        column(Agreement, "parent_and_child_extra_pence", "Added for a parent with their baby."),
        column(
            Agreement,
            "block_beds",
            "For a block: beds paid for whether used or not.",
            unit="beds",
        ),
        column(Agreement, "block_weekly_pence", "For a block: what they cost together."),
        column(
            Agreement,
            "share_percent",
            "For a consortium: the share of the beds that is this council's.",
            unit="per cent",
        ),
    ),
)


def _fees(world: World) -> Iterator[tuple[str, Fee]]:
    for agreement_id, agreement in world.agreements.items():
        for fee in agreement.fees:
            yield agreement_id, fee


FEES = Table(
    name="fees",
    one="fee",
    meaning="One row for each line of an agreement's fee table. Lines of one agreement do not "
    "overlap; an age and need that no line covers has an unknown fee.",
    owner=("agreements", "fees"),
    make=lambda values: Fee(**values),
    records=_fees,
    columns=(
        owner_column("agreement_id", "The agreement.", "agreements"),
        column(Fee, "age_from", "The youngest age it is for, in completed years.", unit="years"),
        column(Fee, "age_to", "The oldest age it is for, in completed years.", unit="years"),
        column(Fee, "need_from", "The lowest level of the child's highest need that it is for."),
        column(Fee, "need_to", "The highest level of the child's highest need that it is for."),
        column(Fee, "weekly_fee_pence", "For one child."),
    ),
)

PLACEMENTS = Table(
    name="placements",
    one="placement",
    meaning="One row for each child of this council who lives in a home now.",
    key="child_id",
    make=lambda values: Placement(**values),
    records=by_identifier("placements"),
    columns=(
        column(Placement, "child_id", "Who.", references="children"),
        column(Placement, "home_id", "Where.", references="homes"),
        column(Placement, "started_on", "The first day."),
        column(
            Placement, "place_code", "As returned in PLACE.", empty="the one of the home's setting"
        ),
        column(
            Placement,
            "agreement_id",
            "Under which it is paid.",
            references="agreements",
            empty="none",
        ),
        column(Placement, "weekly_fee_pence", "What is paid now, extras included."),
        column(Placement, "expected_end", "When it is expected to end.", empty="open"),
        column(Placement, "may_move", "Whether a review agreed that a move may be looked for."),
    ),
)

RESIDENTS = Table(
    name="residents",
    one="resident",
    meaning="One row for each person who uses a bed and is not looked after by this council.",
    key="resident_id",
    make=lambda values: Resident(**values),
    records=by_identifier("residents"),
    columns=(
        column(Resident, "resident_id", "The resident's pseudonym."),
        column(Resident, "home_id", "Where they live.", references="homes"),
        column(Resident, "kind", "Why they use a bed."),
        column(
            Resident,
            "responsible_authority",
            "For a fostered child: the council looking after them.",
        ),
        column(Resident, "age", "Completed years on the date of the data.", unit="years"),
        column(Resident, "sex", "As in the SSDA903."),
        column(Resident, "solo", "Whether they must be the only child there."),
        column(
            Resident,
            "incompatible_with",
            "Children, by identifier, whom they must not live with.",
        ),
        column(
            Resident,
            "sibling_group_id",
            "The sibling group they belong to.",
            empty="none of ours",
        ),
    ),
)

EXEMPTIONS = Table(
    name="exemptions",
    one="exemption",
    meaning="One row for each lawful exception to a rule, for children, for a home, or for both.",
    key="exemption_id",
    make=lambda values: Exemption(**values),
    records=by_identifier("exemptions"),
    columns=(
        column(Exemption, "exemption_id", "The exemption's identifier."),
        column(Exemption, "rule", "The rule, by its code."),
        column(
            Exemption,
            "child_ids",
            "The children it names.",
            references="children",
            empty="any child",
        ),
        column(Exemption, "home_id", "The home it is for.", references="homes", empty="any home"),
        column(Exemption, "granted_by", "Who granted it, by role."),
        column(Exemption, "granted_on", "When."),
        column(Exemption, "until", "The last day.", empty="no end"),
    ),
)

HOLDS = Table(
    name="holds",
    one="hold",
    meaning="One row for each stop on new placements, and for beds reserved for others.",
    key="hold_id",
    make=lambda values: Hold(**values),
    records=by_identifier("holds"),
    columns=(
        column(Hold, "hold_id", "The hold's identifier."),
        column(Hold, "scope", "What it is on."),
        column(Hold, "target_id", "The home or provider, by identifier."),
        column(Hold, "kind", "Why."),
        column(Hold, "starts", "The first day."),
        column(Hold, "until", "The last day.", empty="until it is lifted"),
        column(
            Hold,
            "beds",
            "For reserved: how many. Other holds stop every bed.",
            unit="beds",
            empty="every bed",
        ),
    ),
)

BUDGETS = Table(
    name="budgets",
    one="budget",
    meaning="One row for each limit on the money for new placements in one matching run.",
    make=lambda values: Budget(**values),
    records=lambda world: (("", budget) for budget in world.budgets),
    columns=(
        column(Budget, "route", "The route that it limits.", empty="the total"),
        column(Budget, "weekly_pence", "The limit."),
    ),
)
