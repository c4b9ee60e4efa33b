"""Records that are simply kept: visits, training, targets, waivers, plans, the procedure."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Body, Depends, Path, Response

from api.casework.keeping import keep
from api.casework.procedure import SHIPPED
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.approval import Delegation, Procedure
from api.records.assurance import CarerTraining, DutyShift, QualityVisit, Target, Waiver
from api.records.permanence import AdulthoodPlan, OutcomeNote, PermanenceStep
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatchOrNew, Paging, allowed
from api.routes.steps import SeesNames, read_one, read_page, shown
from api.routes.units import ServiceRoute
from api.routes.writing import Reason, check_same_id
from matcher.domain.record import Identifier, Record


class Noun(NamedTuple):
    """A kind of record that is kept as it is sent."""

    type: type[Record]
    path: str
    one: str
    """In the names of operations: "QualityVisit"."""
    label: str
    reads: Permission
    writes: Permission
    example: dict[str, Any]
    tag: str


_SHIPPED: dict[str, Any] = SHIPPED.model_dump(mode="json")

NOUNS = (
    Noun(
        QualityVisit,
        "quality-visits",
        "QualityVisit",
        "a quality visit",
        Permission.READ_HOMES,
        Permission.WRITE_HOMES,
        {
            "visit_id": "V-2026-014",
            "home_id": "H-0012",
            "visited_on": "2026-11-16",
            "expires_on": "2027-11-15",
            "passed": True,
        },
        "assurance",
    ),
    Noun(
        CarerTraining,
        "carer-trainings",
        "CarerTraining",
        "a carer's training",
        Permission.READ_HOMES,
        Permission.WRITE_HOMES,
        {
            "training_id": "TR-2026-031",
            "home_id": "H-0012",
            "course": "child_protection",
            "completed_on": "2026-10-02",
            "expires_on": "2028-10-01",
        },
        "assurance",
    ),
    Noun(
        PermanenceStep,
        "permanence-steps",
        "PermanenceStep",
        "a step of a permanence plan",
        Permission.READ_REFERRALS,
        Permission.WRITE_PLACEMENTS,
        {
            "step_id": "PS-0001",
            "child_id": "C-0001",
            "plan": "long_term_fostering",
            "stage": "family_finding",
            "since": "2026-09-01",
            "due_on": "2027-02-28",
            "blocker": "no_family",
        },
        "plans",
    ),
    Noun(
        AdulthoodPlan,
        "adulthood-plans",
        "AdulthoodPlan",
        "a plan for adulthood",
        Permission.READ_REFERRALS,
        Permission.WRITE_PLACEMENTS,
        {
            "plan_id": "AP-0001",
            "child_id": "C-0001",
            "next_home": "staying_put",
            "housing_told_on": "2026-10-12",
        },
        "plans",
    ),
    Noun(
        OutcomeNote,
        "outcome-notes",
        "OutcomeNote",
        "an outcome for a child",
        Permission.READ_REFERRALS,
        Permission.WRITE_PLACEMENTS,
        {
            "outcome_id": "OC-0001",
            "child_id": "C-0001",
            "placement_id": "PL-C-0001",
            "provider_id": "P-003",
            "area": "education",
            "change": 1,
            "recorded_on": "2026-11-01",
        },
        "plans",
    ),
    Noun(
        Target,
        "targets",
        "Target",
        "a target",
        Permission.READ_TARGETS,
        Permission.WRITE_TARGETS,
        {
            "target_id": "near-home-2027",
            "indicator": "near_home_of_known",
            "year": 2027,
            "aim": 60.0,
            "higher_is_better": True,
            "reviewed_on": "2026-04-20",
        },
        "assurance",
    ),
    Noun(
        Waiver,
        "waivers",
        "Waiver",
        "a waiver of standing orders",
        Permission.READ_AGREEMENTS,
        Permission.WAIVE_ORDERS,
        {
            "waiver_id": "W-2026-004",
            "provider_id": "P-003",
            "granted_on": "2026-11-02",
            "granted_by": "head_of_service",
            "until": "2027-01-31",
            "limit_pence": 450_000,
            "reasons": "No framework provider could take a child who uses a wheelchair.",
        },
        "assurance",
    ),
    Noun(
        DutyShift,
        "duty-shifts",
        "DutyShift",
        "an out-of-hours shift",
        Permission.READ_REFERRALS,
        Permission.WRITE_REFERRALS,
        {
            "shift_id": "DS-2026-47-SAT",
            "actor_id": "U-0K3V7Q2M1-7QF2M0XA",
            "starts": "2026-11-21T17:00:00Z",
            "ends": "2026-11-22T09:00:00Z",
        },
        "plans",
    ),
    Noun(
        Delegation,
        "delegations",
        "Delegation",
        "an entry of the scheme of delegation",
        Permission.READ_REFERRALS,
        Permission.MANAGE_SETTINGS,
        {
            "delegation_id": "D-2026-02",
            "actor_id": "U-0K3V7Q2M1-7QF2M0XA",
            "standing": "head_of_service",
            "starts": "2026-04-01",
        },
        "procedure",
    ),
    Noun(
        Procedure,
        "procedures",
        "Procedure",
        "the council's procedure",
        Permission.READ_REFERRALS,
        Permission.MANAGE_SETTINGS,
        _SHIPPED,
        "procedure",
    ),
)
"""What is kept."""


def _router(noun: Noun) -> APIRouter:
    router = APIRouter(
        prefix=f"/v1/{noun.path}",
        tags=[noun.tag],
        route_class=ServiceRoute,
        responses=documented(401, 403),
    )
    type_: Any = noun.type
    key = Annotated[Identifier, Path(examples=[str(next(iter(noun.example.values())))])]
    reads = Annotated[Actor, Depends(allowed(noun.reads))]
    writes = Annotated[Actor, Depends(allowed(noun.writes))]
    many = noun.path.replace("-", " ")

    @router.get(
        "",
        operation_id=f"list{noun.one}s",
        summary=f"List {many}",
        description="Return them, a page at a time.",
        responses=documented(422),
    )
    def several(
        _: reads,
        work: CurrentWork,
        paging: Paging,
        names: SeesNames,
    ) -> PageOut[HeldOut[type_]]:
        return read_page(work, type_, paging, names=names)

    @router.get(
        "/{record_id}",
        operation_id=f"get{noun.one}",
        summary=f"Read {noun.label}",
        description="Return one, as it is stored.",
        responses=documented(404, 422),
    )
    def one(
        _: reads,
        record_id: key,
        work: CurrentWork,
        names: SeesNames,
        response: Response,
    ) -> HeldOut[type_]:
        return read_one(work, type_, record_id, names=names, response=response)

    @router.put(
        "/{record_id}",
        operation_id=f"put{noun.one}",
        summary=f"Store {noun.label}",
        description="Store a new one with `If-None-Match: *`, or change the version in `If-Match`.",
        responses={
            201: {"model": HeldOut[type_], "description": "It is new."},
            **documented(404, 409, 412, 422, 428),
        },
    )
    def put(
        _: writes,
        record_id: key,
        sent: Annotated[type_, Body(openapi_examples={"one": {"value": noun.example}})],
        version: IfMatchOrNew,
        work: CurrentWork,
        names: SeesNames,
        response: Response,
        reason: Reason = "",
    ) -> HeldOut[type_]:
        check_same_id(record_id, sent)
        held = keep(work, sent, expected=version, reason=reason)
        if version == 0:
            response.status_code = 201
        return shown(held, type_, names=names, response=response)

    return router


ROUTERS = tuple(_router(noun) for noun in NOUNS)
"""One for each noun."""
