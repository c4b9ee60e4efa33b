"""Casework."""

from __future__ import annotations

from api.storage.migrations.steps import make_records

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on from the schema before."""
    make_records(
        "adulthood_plans",
        {"child_id": "text"},
        names={"child_id": "children"},
        indexed=("child_id",),
    )
    make_records(
        "allegations", {"target_id": "text", "state": "text"}, indexed=("target_id", "state")
    )
    make_records(
        "carer_trainings",
        {"home_id": "text", "expires_on": "day"},
        names={"home_id": "homes"},
        indexed=("home_id", "expires_on"),
    )
    make_records("delegations", {"actor_id": "text"}, indexed=("actor_id",))
    make_records("duty_shifts", {"actor_id": "text"}, indexed=("actor_id",))
    make_records(
        "legal_spells",
        {"child_id": "text", "starts": "day"},
        names={"child_id": "children"},
        indexed=("child_id", "starts"),
    )
    make_records(
        "outcome_notes",
        {"child_id": "text", "provider_id": "text"},
        names={"child_id": "children", "provider_id": "providers"},
        indexed=("child_id", "provider_id"),
    )
    make_records(
        "permanence_steps",
        {"child_id": "text"},
        names={"child_id": "children"},
        indexed=("child_id",),
    )
    make_records("procedures")
    make_records(
        "quality_visits",
        {"home_id": "text", "expires_on": "day"},
        names={"home_id": "homes"},
        indexed=("home_id", "expires_on"),
    )
    make_records("referrals", {"state": "text", "needed_by": "day"}, indexed=("state", "needed_by"))
    make_records(
        "choices",
        {"referral_id": "text", "state": "text"},
        names={"referral_id": "referrals"},
        indexed=("referral_id", "state"),
    )
    make_records(
        "approvals",
        {"referral_id": "text", "choice_id": "text", "state": "text"},
        names={"referral_id": "referrals", "choice_id": "choices"},
        indexed=("referral_id", "choice_id", "state"),
    )
    make_records(
        "matches",
        {"referral_id": "text"},
        names={"referral_id": "referrals"},
        indexed=("referral_id",),
    )
    make_records(
        "offers",
        {
            "referral_id": "text",
            "home_id": "text",
            "provider_id": "text",
            "state": "text",
            "expires_on": "day",
        },
        names={"referral_id": "referrals", "home_id": "homes", "provider_id": "providers"},
        indexed=("referral_id", "home_id", "provider_id", "state", "expires_on"),
    )
    make_records(
        "placements",
        {
            "child_id": "text",
            "home_id": "text",
            "referral_id": "text",
            "state": "text",
            "started_on": "day",
            "ended_on": "day",
            "living": "text",
        },
        names={"child_id": "children", "home_id": "homes", "referral_id": "referrals"},
        unique=("living",),
        indexed=("child_id", "home_id", "referral_id", "state", "started_on", "ended_on"),
    )
    make_records(
        "handover_packs",
        {"child_id": "text", "placement_id": "text"},
        names={"child_id": "children", "placement_id": "placements"},
        indexed=("child_id", "placement_id"),
    )
    make_records(
        "provider_requests",
        {"referral_id": "text", "state": "text"},
        names={"referral_id": "referrals"},
        indexed=("referral_id", "state"),
    )
    make_records(
        "reviews",
        {"child_id": "text", "held_on": "day"},
        names={"child_id": "children"},
        indexed=("child_id", "held_on"),
    )
    make_records(
        "search_steps",
        {"referral_id": "text", "state": "text"},
        names={"referral_id": "referrals"},
        indexed=("referral_id", "state"),
    )
    make_records(
        "shortlist_entries",
        {"referral_id": "text", "home_id": "text"},
        names={"referral_id": "referrals", "home_id": "homes"},
        indexed=("referral_id", "home_id"),
    )
    make_records("targets", {"indicator": "text"}, indexed=("indicator",))
    make_records(
        "tasks",
        {
            "code": "text",
            "state": "text",
            "referral_id": "text",
            "choice_id": "text",
            "placement_id": "text",
            "home_id": "text",
            "due_at": "instant",
        },
        names={
            "referral_id": "referrals",
            "choice_id": "choices",
            "placement_id": "placements",
            "home_id": "homes",
        },
        indexed=("code", "state", "referral_id", "choice_id", "placement_id", "home_id", "due_at"),
    )
    make_records(
        "temporary_approvals",
        {"home_id": "text", "until": "day"},
        names={"home_id": "homes"},
        indexed=("home_id", "until"),
    )
    make_records(
        "waivers",
        {"provider_id": "text", "referral_id": "text"},
        names={"provider_id": "providers", "referral_id": "referrals"},
        indexed=("provider_id", "referral_id"),
    )
    make_records(
        "watches",
        {"child_id": "text", "placement_id": "text", "state": "text"},
        names={"child_id": "children", "placement_id": "placements"},
        indexed=("child_id", "placement_id", "state"),
    )
