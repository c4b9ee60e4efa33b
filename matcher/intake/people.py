"""The tables about children: who they are, what they need, whom they see and what they want."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matcher.domain.child import Child, Contact, SafetyZone, School, Wish
from matcher.domain.need import Need
from matcher.domain.referral import Referral
from matcher.domain.sibling_group import SiblingGroup, SiblingLink
from matcher.intake.definition import Table, column, owner_column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matcher.domain.world import World


def nested(values: dict[str, Any], group: str) -> dict[str, Any]:
    """Take the values of a group, "school.postcode", out of a row's values.

    Parameters
    ----------
    values
        By field; those of the group are removed.
    group
        Its name, without the dot.

    Returns
    -------
    dict
        The group's values, by field within it.
    """
    before = group + "."
    inside = [name for name in values if name.startswith(before)]
    return {name.removeprefix(before): values.pop(name) for name in inside}


def _child(values: dict[str, Any]) -> Child:
    if school := nested(values, "school"):
        values["school"] = School(**school)
    return Child(**values)


def _owned(collection: str, field: str) -> Callable[[World], Iterator[tuple[str, Any]]]:
    def rows(world: World) -> Iterator[tuple[str, Any]]:
        for owner, record in getattr(world, collection).items():
            for each in getattr(record, field):
                yield owner, each

    return rows


def by_identifier(collection: str) -> Callable[[World], Iterator[tuple[str, Any]]]:
    """Return what lists a World's collection, each record with its identifier."""

    def rows(world: World) -> Iterator[tuple[str, Any]]:
        yield from getattr(world, collection).items()

    return rows


CHILDREN = Table(
    name="children",
    one="child",
    meaning="One row a child in care or about to come into care, by pseudonym.",
    required=True,
    key="child_id",
    make=_child,
    records=by_identifier("children"),
    columns=(
        column(Child, "child_id", "The child's pseudonym, never a name or a case number."),
        column(Child, "responsible_authority", "The council that looks after the child."),
        column(Child, "date_of_birth", "The child's date of birth."),
        column(Child, "sex", "As returned in the SSDA903."),
        column(Child, "ethnicity", "As returned in the SSDA903."),
        column(Child, "religion", "The child's religion, in a word from your own list."),
        column(
            Child,
            "languages",
            "Languages the child speaks, the main one first.",
            empty="not recorded",
        ),
        column(Child, "unaccompanied", "Whether the child is seeking asylum without a parent."),
        column(Child, "home_postcode", "Where the child lived when they came into care."),
        column(Child, "legal_status", "As returned in the SSDA903."),
        column(Child, "category_of_need", "As returned in the SSDA903."),
        column(Child, "permanence_plan", "Where the care plan is heading."),
        column(Child, "adaptations", "What the home must have for this child."),
        column(Child, "solo", "Whether it is evidenced that no other child may live there."),
        column(
            Child,
            "incompatible_with",
            "Children and residents, by identifier, whom the child must not live with.",
        ),
        column(Child, "household_risks", "Whom the child must not live with, as assessed."),
        column(
            Child,
            "may_share_bedroom",
            "Whether an assessment agrees to sharing with a sibling of the same sex.",
            empty="not assessed",
        ),
        column(School, "postcode", "Where the school is.", within="school"),
        column(School, "urn", "The school's unique reference number.", within="school"),
        column(
            School,
            "keep",
            "Whether staying at this school matters.",
            within="school",
            empty="yes, if there is a school",
        ),
        column(Child, "ehcp", "Whether there is an education, health and care plan."),
        column(Child, "secure_order", "Whether a court has authorised secure accommodation."),
        column(
            Child,
            "secure_minister_approval",
            "Under 13: whether the Secretary of State approved secure accommodation.",
        ),
        column(
            Child, "deprivation_of_liberty", "Whether the care plan deprives the child of liberty."
        ),
        column(
            Child, "deprivation_of_liberty_order", "Whether the High Court has authorised that."
        ),
        column(Child, "away_for_safety", "Whether the care plan says to live away from home."),
        column(
            Child,
            "parent_in_placement",
            "Whether the child is a parent who needs to live with their baby.",
        ),
        column(
            Child,
            "asthma_or_heart_condition",
            "Whether the child has a breathing, glue ear or heart condition.",
        ),
        column(
            Child,
            "sibling_group_id",
            "The sibling group the child belongs to.",
            empty="no siblings in care",
            references="sibling_groups",
        ),
    ),
)

NEEDS = Table(
    name="needs",
    one="need",
    meaning="One row for each need of a child that has been assessed.",
    owner=("children", "needs"),
    make=lambda values: Need(**values),
    records=_owned("children", "needs"),
    columns=(
        owner_column("child_id", "Whose need it is.", "children"),
        column(Need, "domain", "What the need is in; once for each child."),
        column(Need, "level", "0 none, 1 low, 2 moderate, 3 high, 4 very high."),
        column(
            Need,
            "non_negotiable",
            "Whether a home must be able to meet it from the first night.",
        ),
        column(Need, "assessed_on", "When it was assessed."),
        column(Need, "source", "Which service assessed it."),
    ),
)

SAFETY_ZONES = Table(
    name="safety_zones",
    one="safety zone",
    meaning="One row for each place that a child must live away from: a postcode with a radius, "
    "or a whole authority.",
    owner=("children", "safety_zones"),
    make=lambda values: SafetyZone(**values),
    records=_owned("children", "safety_zones"),
    columns=(
        owner_column("child_id", "Who must be kept away.", "children"),
        column(SafetyZone, "postcode", "The middle of the zone.", empty="a whole authority"),
        column(
            SafetyZone,
            "radius_miles",
            "Straight-line miles around it that the child must live outside of.",
            unit="miles",
            empty="a whole authority",
        ),
        column(SafetyZone, "authority", "A whole council's area to stay out of.", empty="a radius"),
        column(SafetyZone, "reason", "Why."),
        column(SafetyZone, "until", "The last day on which it holds.", empty="no end"),
    ),
)

CONTACTS = Table(
    name="contacts",
    one="contact",
    meaning="One row for each person whom the child sees under the contact plan.",
    owner=("children", "contacts"),
    make=lambda values: Contact(**values),
    records=_owned("children", "contacts"),
    columns=(
        owner_column("child_id", "Whose contact it is.", "children"),
        column(Contact, "with_whom", "The relation, never a name."),
        column(Contact, "postcode", "Where it takes place."),
        column(Contact, "times_a_month", "How often.", unit="times a month"),
    ),
)

WISHES = Table(
    name="wishes",
    one="wish",
    meaning="One row for each thing that the child or the family has asked for.",
    owner=("children", "wishes"),
    make=lambda values: Wish(**values),
    records=_owned("children", "wishes"),
    columns=(
        owner_column("child_id", "Which child it is about.", "children"),
        column(Wish, "voice", "Whose wish it is."),
        column(Wish, "topic", "What it is about."),
        column(
            Wish,
            "home_id",
            "The home meant, for this_home and not_this_home.",
            empty="no home in particular",
        ),
    ),
)

SIBLING_GROUPS = Table(
    name="sibling_groups",
    one="sibling group",
    meaning="One row for each group of brothers and sisters. Who belongs to it stands in the "
    "children table.",
    key="sibling_group_id",
    make=lambda values: SiblingGroup(**values),
    records=by_identifier("sibling_groups"),
    columns=(
        column(SiblingGroup, "sibling_group_id", "The group's identifier."),
        column(SiblingGroup, "together", "What the together-or-apart assessment says."),
        column(SiblingGroup, "assessed_by", "Who assessed it, by role."),
        column(SiblingGroup, "assessed_on", "When it was assessed."),
    ),
)

SIBLING_LINKS = Table(
    name="sibling_links",
    one="sibling link",
    meaning="One row for each two siblings who were assessed differently from their group.",
    owner=("sibling_groups", "links"),
    make=lambda values: SiblingLink(**values),
    records=_owned("sibling_groups", "links"),
    columns=(
        owner_column("sibling_group_id", "The group.", "sibling_groups"),
        column(SiblingLink, "child_a", "One of the two.", references="children"),
        column(SiblingLink, "child_b", "The other.", references="children"),
        column(SiblingLink, "together", "What the assessment says of these two."),
        column(SiblingLink, "assessed_by", "Who assessed it, by role."),
        column(SiblingLink, "assessed_on", "When it was assessed."),
    ),
)

REFERRALS = Table(
    name="referrals",
    one="referral",
    meaning="One row for each placement request: one child, or siblings of one group.",
    key="referral_id",
    make=lambda values: Referral(**values),
    records=by_identifier("referrals"),
    columns=(
        column(Referral, "referral_id", "The request's identifier."),
        column(Referral, "child_ids", "The children to be placed.", references="children"),
        column(Referral, "received_on", "When the request was made."),
        column(Referral, "needed_by", "The day by which the home is needed."),
        column(Referral, "timescale", "How soon the home is needed."),
        column(
            Referral,
            "settings_sought",
            "The kinds of home that the placement plan allows.",
            empty="any that is lawful",
        ),
        column(
            Referral,
            "expected_weeks",
            "How long the placement is expected to last.",
            unit="weeks",
            empty="not estimated",
        ),
        column(
            Referral,
            "child_views_on",
            "When the child's views were obtained.",
            empty="not yet obtained",
        ),
        column(
            Referral,
            "family_views_on",
            "When the family's views were obtained.",
            empty="not yet obtained",
        ),
    ),
)
