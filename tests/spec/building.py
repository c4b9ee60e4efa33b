"""Real domain records from one row of a spec table; see :mod:`tests.spec.cells`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matcher.domain.agreement import Agreement, Provider
from matcher.domain.child import Child
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Home
from matcher.domain.placement import Exemption, Hold, Placement, Resident
from matcher.domain.referral import Referral
from matcher.domain.sibling_group import SiblingGroup
from matcher.domain.world import World, make_world
from matcher.policy import Policy
from tests.spec.cells import (
    CENTRE,
    HOME_POSTCODE,
    OURS,
    Draft,
    born,
    people_in,
    read_agreements,
    read_cell,
)

if TYPE_CHECKING:
    from datetime import date


@dataclass
class Built:
    """What one row describes."""

    world: World
    policy: Policy
    day: date
    arriving: tuple[str, ...]
    plan: dict[str, str | None]
    derived: dict[str, Any]
    """What the checker derives of the plan before plan rules are asked."""

    @property
    def child(self) -> Child:
        return self.world.children[self.arriving[0]]

    @property
    def home(self) -> Home:
        return self.world.homes["H1"]


def _child(child_id: str, values: dict[str, Any], day: date) -> Child:
    known = {name: value for name, value in values.items() if name in Child.model_fields}
    defaults = {"sex": "2", "date_of_birth": born(10, day), "home_postcode": CENTRE.postcode}
    return Child.model_validate(
        {"child_id": child_id, "responsible_authority": OURS, **defaults, **known}
    )


def _home(draft: Draft, home_id: str, **more: Any) -> Home:
    return Home.model_validate(
        {
            "home_id": home_id,
            "setting": "foster",
            "provider_id": "P1",
            "postcode": HOME_POSTCODE,
            "beds_approved": 6,
            "beds_usable": 6,
            "terms": draft.terms,
            "household": draft.household,
            "agreement_ids": [f"A{at}" for at, _ in enumerate(draft.agreements, 1)],
            "vacancy_confirmed_on": draft.day,
            "quality_visit_due": draft.day,
            **draft.home,
            **more,
        }
    )


def build(cells: dict[str, str], day: date, code: str) -> Built:
    """Return the World of one row, and who would go where in it."""
    draft = Draft(day)
    for column, cell in cells.items():
        read_cell(draft, column, cell)
    if not draft.agreements and "home.agreement" not in cells:
        read_agreements(draft, "framework")
    people = people_in(draft.arriving, day) or [draft.child]
    arriving = [_child(f"C{at}", person, day) for at, person in enumerate(people, 1)]
    living, residents, placements = [], [], []
    for at, person in enumerate(people_in(draft.living, day), 1):
        if "of" in person or "kind" in person:
            known = {k: v for k, v in person.items() if k in Resident.model_fields}
            known |= {"responsible_authority": person.get("of")}
            residents.append(Resident(resident_id=f"X{at}", home_id="H1", **known))
        else:
            living.append(_child(f"L{at}", person, day))
            placements.append(Placement(child_id=f"L{at}", home_id="H1", started_on="2020-01-01"))
    if draft.siblings:
        arriving = [each.replace(sibling_group_id="G1") for each in arriving]
        living = [each.replace(sibling_group_id="G1") for each in living]
    if draft.lives not in ("", "-"):
        where = "H1" if draft.lives == "there" else "H2"
        agreed = draft.lives.endswith("may move")
        placements.append(
            Placement(child_id="C1", home_id=where, started_on="2020-01-01", may_move=agreed)
        )
    referral = {"received_on": day, "needed_by": day, **draft.referral}
    exemptions = []
    if draft.exemption is not None:
        granted = {"exemption_id": "E1", "rule": code, "granted_on": "2020-01-01"}
        child_ids = [each.child_id for each in arriving]
        exemptions.append(Exemption(**granted, **draft.exemption, child_ids=child_ids))
    world = make_world(
        as_of=day,
        authority=OURS,
        children=[*arriving, *living],
        sibling_groups=[SiblingGroup(sibling_group_id="G1", together=draft.siblings)]
        if draft.siblings
        else [],
        homes=[_home(draft, "H1"), _home(draft, "H2", agreement_ids=[])],
        providers=[
            Provider(provider_id="P1", sector=PlaceProvider.PR4),
            Provider(provider_id="P2", sector=PlaceProvider.PR1, authority=OURS),
        ],
        agreements=[
            Agreement(agreement_id=f"A{at}", provider_id="P1", **each)
            for at, each in enumerate(draft.agreements, 1)
        ],
        referrals=[
            Referral(referral_id="R1", child_ids=[each.child_id for each in arriving], **referral)
        ]
        if cells.get("referral") != "-"
        else [],
        placements=placements,
        residents=residents,
        exemptions=exemptions,
        holds=[Hold(hold_id=f"S{at}", **each) for at, each in enumerate(draft.holds, 1)],
        budgets=draft.budgets,
        locations={place.postcode: place for place in (CENTRE, draft.place)},
    )
    policy = Policy.named("balanced").replace(**draft.policy)
    ids = tuple(each.child_id for each in arriving)
    return Built(world, policy, day, ids, draft.plan, draft.derived)
