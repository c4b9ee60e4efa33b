"""One provider: its homes, who lives there, what it costs, how stable it is, how children fare."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.capacity.beds import Wanted, vacancies
from api.casework.providers import shares
from api.pages.asking import CurrentWork, PageRoute, allowed
from api.pages.names import names_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.care_placement import LIVED_IN, CarePlacement
from api.records.permanence import OutcomeNote
from matcher.domain.agreement import Agreement, Provider
from matcher.domain.placement import Hold

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_AGREEMENTS))]


@router.get("/providers/{provider_id}")
def provider(actor: MAY_READ, request: Request, work: CurrentWork, provider_id: str) -> Response:
    """Show a provider."""
    record = work.get(Provider, provider_id).record
    homes = vacancies(work, Wanted(provider_id=provider_id))
    home_ids = {each.home.record.home_id for each in homes}
    stays = [
        held.record
        for held in work.find(CarePlacement, state=LIVED_IN)
        if held.record.home_id in home_ids
    ]
    outcomes = [held.record for held in work.find(OutcomeNote, provider_id=provider_id)]
    children = sorted({*(each.child_id for each in stays), *(each.child_id for each in outcomes)})
    work.read(*children, why=f"looked at provider {provider_id}")
    targets = (provider_id, *sorted(home_ids))
    return render(
        request,
        "providers/provider.html",
        actor=actor,
        provider=record,
        share=next((each for each in shares(work) if each.provider_id == provider_id), None),
        homes=homes,
        agreements=[held.record for held in work.find(Agreement, provider_id=provider_id)],
        holds=[
            held.record
            for held in work.find(Hold, target_id=targets)
            if held.record.in_force(work.today)
        ],
        stays=sorted(stays, key=lambda each: (each.home_id, each.child_id)),
        outcomes=sorted(outcomes, key=lambda each: each.recorded_on, reverse=True),
        names=names_of(work, children),
        may_write=actor.may(Permission.WRITE_HOMES),
    )
