"""Kinds of record that the engine knows, beds taken, and how long everything is kept."""

from __future__ import annotations

from api.records.bed_values import LearntBedValues
from api.records.capacity import Booking, BudgetLine
from api.records.council_policy import CouncilPolicy
from api.records.retention import LegalHold, RetentionSchedule
from api.storage.kind import Column, Kind, Lifted
from matcher.domain.agreement import Agreement, Provider
from matcher.domain.child import Child
from matcher.domain.home import Home
from matcher.domain.placement import Exemption, Hold, Resident
from matcher.domain.sibling_group import SiblingGroup


def _linked(group: SiblingGroup) -> tuple[str, ...]:
    return tuple(sorted({each for link in group.links for each in (link.child_a, link.child_b)}))


DOMAIN_KINDS = (
    Kind(
        "children",
        Child,
        "child_id",
        lifted={
            "sibling_group_id": Lifted(names="sibling_groups"),
            "date_of_birth": Lifted(Column.DAY),
        },
    ),
    Kind("sibling_groups", SiblingGroup, "sibling_group_id", children=_linked),
    Kind("providers", Provider, "provider_id"),
    Kind(
        "agreements",
        Agreement,
        "agreement_id",
        lifted={"provider_id": Lifted(names="providers"), "route": Lifted()},
    ),
    Kind(
        "homes",
        Home,
        "home_id",
        lifted={
            "provider_id": Lifted(names="providers"),
            "setting": Lifted(),
            "vacancy_confirmed_on": Lifted(Column.DAY),
        },
    ),
    Kind("residents", Resident, "resident_id", lifted={"home_id": Lifted(names="homes")}),
    Kind("exemptions", Exemption, "exemption_id", lifted={"home_id": Lifted(names="homes")}),
    Kind("holds", Hold, "hold_id", lifted={"target_id": Lifted()}),
    Kind("budgets", BudgetLine, "budget_id", label="budget"),
    Kind(
        "bookings",
        Booking,
        "booking_id",
        lifted={
            "home_id": Lifted(names="homes"),
            "bed": Lifted(Column.COUNT, indexed=False),
            "starts": Lifted(Column.DAY, indexed=False),
            "ends": Lifted(Column.DAY),
            "child_id": Lifted(names="children"),
            "resident_id": Lifted(names="residents"),
            "purpose": Lifted(indexed=False),
        },
    ),
    Kind("policies", CouncilPolicy, "policy_id", label="policy"),
    Kind("bed_values", LearntBedValues, "values_id", label="bed values"),
    Kind("retention_schedules", RetentionSchedule, "schedule_id"),
    Kind(
        "legal_holds",
        LegalHold,
        "hold_id",
        lifted={"child_id": Lifted()},
        personal=True,
    ),
)
