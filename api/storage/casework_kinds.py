"""Kinds of record that casework keeps, from a referral to the end of a placement."""

from __future__ import annotations

from api.records.approval import Approval, Delegation, Procedure
from api.records.assurance import (
    CarerTraining,
    DutyShift,
    QualityVisit,
    Target,
    TemporaryApproval,
    Waiver,
)
from api.records.care_placement import CarePlacement, HandoverPack, LegalSpell, Review
from api.records.choice import Choice
from api.records.concerns import Allegation, Watch
from api.records.offer import Offer
from api.records.permanence import AdulthoodPlan, OutcomeNote, PermanenceStep
from api.records.referral_case import ReferralCase
from api.records.search import Matches, ProviderRequest, SearchStep, ShortlistEntry
from api.records.task import Task
from api.storage.kind import Column, Kind, Lifted

_REFERRAL = Lifted(names="referrals")
_CHILD = Lifted(names="children")
_HOME = Lifted(names="homes")
_PLACEMENT = Lifted(names="placements")
_DAY = Lifted(Column.DAY)
_STATE = Lifted()


def _lives_there(placement: CarePlacement) -> str | None:
    """Return the child while they live there, so that nobody lives in two homes."""
    return placement.child_id if placement.state.lived_in else None


def _of_matches(matches: Matches) -> tuple[str, ...]:
    return matches.report.children


def _of_allegation(allegation: Allegation) -> tuple[str, ...]:
    return tuple(sorted(allegation.lives_there))


CASEWORK_KINDS = (
    Kind(
        "referrals",
        ReferralCase,
        "referral_id",
        lifted={"state": _STATE, "needed_by": _DAY},
        personal=True,
        label="referral",
    ),
    Kind(
        "search_steps",
        SearchStep,
        "step_id",
        lifted={"referral_id": _REFERRAL, "state": _STATE},
        personal=True,
    ),
    Kind(
        "matches",
        Matches,
        "matches_id",
        lifted={"referral_id": _REFERRAL},
        children=_of_matches,
        label="ranking",
    ),
    Kind(
        "shortlist_entries",
        ShortlistEntry,
        "entry_id",
        lifted={"referral_id": _REFERRAL, "home_id": _HOME},
        personal=True,
    ),
    Kind(
        "provider_requests",
        ProviderRequest,
        "request_id",
        lifted={"referral_id": _REFERRAL, "state": _STATE},
    ),
    Kind(
        "offers",
        Offer,
        "offer_id",
        lifted={
            "referral_id": _REFERRAL,
            "home_id": _HOME,
            "provider_id": Lifted(names="providers"),
            "state": _STATE,
            "expires_on": _DAY,
        },
        personal=True,
    ),
    Kind(
        "choices",
        Choice,
        "choice_id",
        lifted={"referral_id": _REFERRAL, "state": _STATE},
        personal=True,
    ),
    Kind(
        "tasks",
        Task,
        "task_id",
        lifted={
            "code": Lifted(),
            "state": _STATE,
            "referral_id": _REFERRAL,
            "choice_id": Lifted(names="choices"),
            "placement_id": _PLACEMENT,
            "home_id": _HOME,
            "due_at": Lifted(Column.INSTANT),
        },
        personal=True,
    ),
    Kind(
        "approvals",
        Approval,
        "approval_id",
        lifted={
            "referral_id": _REFERRAL,
            "choice_id": Lifted(names="choices"),
            "state": _STATE,
        },
        personal=True,
    ),
    Kind("delegations", Delegation, "delegation_id", lifted={"actor_id": Lifted()}),
    Kind("procedures", Procedure, "procedure_id"),
    Kind(
        "placements",
        CarePlacement,
        "placement_id",
        lifted={
            "child_id": _CHILD,
            "home_id": _HOME,
            "referral_id": _REFERRAL,
            "state": _STATE,
            "started_on": _DAY,
            "ended_on": _DAY,
            "living": Lifted(value=_lives_there, unique=True),
        },
        personal=True,
        label="placement",
    ),
    Kind("legal_spells", LegalSpell, "spell_id", lifted={"child_id": _CHILD, "starts": _DAY}),
    Kind("reviews", Review, "review_id", lifted={"child_id": _CHILD, "held_on": _DAY}),
    Kind(
        "handover_packs",
        HandoverPack,
        "pack_id",
        lifted={"child_id": _CHILD, "placement_id": _PLACEMENT},
    ),
    Kind(
        "allegations",
        Allegation,
        "allegation_id",
        lifted={"target_id": Lifted(), "state": _STATE},
        personal=True,
        children=_of_allegation,
    ),
    Kind(
        "watches",
        Watch,
        "watch_id",
        lifted={"child_id": _CHILD, "placement_id": _PLACEMENT, "state": _STATE},
        personal=True,
    ),
    Kind(
        "permanence_steps",
        PermanenceStep,
        "step_id",
        lifted={"child_id": _CHILD},
        personal=True,
    ),
    Kind("adulthood_plans", AdulthoodPlan, "plan_id", lifted={"child_id": _CHILD}),
    Kind(
        "outcome_notes",
        OutcomeNote,
        "outcome_id",
        lifted={"child_id": _CHILD, "provider_id": Lifted(names="providers")},
    ),
    Kind(
        "quality_visits",
        QualityVisit,
        "visit_id",
        lifted={"home_id": _HOME, "expires_on": _DAY},
        personal=True,
    ),
    Kind(
        "carer_trainings",
        CarerTraining,
        "training_id",
        lifted={"home_id": _HOME, "expires_on": _DAY},
        label="carers' training",
    ),
    Kind(
        "temporary_approvals",
        TemporaryApproval,
        "approval_id",
        lifted={"home_id": _HOME, "until": _DAY},
    ),
    Kind("targets", Target, "target_id", lifted={"indicator": Lifted()}),
    Kind(
        "waivers",
        Waiver,
        "waiver_id",
        lifted={"provider_id": Lifted(names="providers"), "referral_id": _REFERRAL},
        personal=True,
    ),
    Kind("duty_shifts", DutyShift, "shift_id", lifted={"actor_id": Lifted()}),
)
