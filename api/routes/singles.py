"""Reading one record of the kinds that have nothing else to be asked one by one."""

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Path, Response

from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.assurance import TemporaryApproval
from api.records.care_placement import HandoverPack, LegalSpell, Review
from api.records.concerns import Watch
from api.records.search import ProviderRequest, SearchStep, ShortlistEntry
from api.routes.answers import HeldOut
from api.routes.dependencies import CurrentWork, allowed
from api.routes.steps import READ, SeesNames, read_one
from api.routes.units import ServiceRoute
from matcher.domain.record import Identifier, Record

router = APIRouter(prefix="/v1", route_class=ServiceRoute, responses=documented(401, 403))


class Single(NamedTuple):
    """A kind of record that can be read one by one."""

    type: type[Record]
    path: str
    label: str
    example: str
    tag: str


SINGLES = (
    Single(SearchStep, "search-steps", "a tier of a search", "W-0K3V7Q2M1-7QF2M0XA", "search"),
    Single(ShortlistEntry, "shortlist-entries", "a shortlisted home", "S-0K3V7Q2M1", "search"),
    Single(ProviderRequest, "provider-requests", "a request to providers", "Q-0K3V7Q2", "search"),
    Single(Review, "reviews", "a review", "V-0K3V7Q2M1-7QF2M0XA", "placements"),
    Single(LegalSpell, "legal-statuses", "a legal status", "L-0K3V7Q2M1", "placements"),
    Single(Watch, "watches", "a watched placement", "Y-0K3V7Q2M1-7QF2M0XA", "placements"),
    Single(HandoverPack, "handover-packs", "a handover pack", "K-0K3V7Q2M1", "placements"),
    Single(
        TemporaryApproval,
        "temporary-approvals",
        "a temporary approval",
        "E-0K3V7Q2M1-7QF2M0XA",
        "safeguarding",
    ),
)
"""What can be read one by one."""


def _readable(single: Single) -> None:
    type_: Any = single.type

    @router.get(
        f"/{single.path}/{{record_id}}",
        tags=[single.tag],
        operation_id=f"get{type_.__name__}",
        summary=f"Read {single.label}",
        description="Return one, as it is stored.",
        responses=READ,
    )
    def one(
        _: Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))],
        record_id: Annotated[Identifier, Path(examples=[single.example])],
        work: CurrentWork,
        names: SeesNames,
        response: Response,
    ) -> HeldOut[type_]:
        return read_one(work, type_, record_id, names=names, response=response)


for _single in SINGLES:
    _readable(_single)
