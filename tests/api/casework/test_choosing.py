"""What a choice may be: of several homes, of an offer, by many at once, beside a cap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.casework import approvals, offering, referrals
from api.casework.choosing import choose
from api.casework.ending import End, end
from api.casework.picking import ChoiceMade, HomePicked
from api.casework.settling import settle
from api.casework.starting import Start, start
from api.errors import ConflictError, InvalidError
from api.records.actor import Role
from api.records.capacity import Booking
from api.records.care_placement import CarePlacement, ReasonCeased
from api.records.offer import Declined, Offer, OfferState
from api.records.referral_case import CaseState, EntryRoute, Funder, FundingShare
from api.records.task import Standing
from matcher.domain.agreement import Route
from matcher.domain.home import Setting
from matcher.domain.placement import Placement
from tests.api.casework.desk import Desk, a_draft, actor, drafted
from tests.builders import AS_OF, BUCKS, a_child, a_home, a_referral, a_world, siblings

if TYPE_CHECKING:
    from api.storage.database import Database


def settle_everything(desk: Desk, choice_id: str) -> None:
    for task in desk.tasks(choice_id=choice_id):
        if task.holds_up_start:
            with desk.work(Role.MANAGER) as work:
                settle(work, task.task_id, "do", judge=desk.judge)
    for approval in desk.approvals():
        with desk.work(Role.MANAGER) as work:
            approvals.decide(
                work, approval.approval_id, approve=True, reasons="Yes.", judge=desk.judge
            )


def test_siblings_in_two_homes_are_one_choice_with_two_ends(database: Database) -> None:
    desk = Desk(database, a_world(siblings(6, 9), [a_home("H-1"), a_home("H-2")]))
    desk.open_search()
    matches = desk.rank().record
    assert matches.report.options[0].together is False
    made = ChoiceMade(
        matches_id=matches.matches_id,
        homes=tuple(
            HomePicked(home_id=part.home_id, child_ids=part.children)
            for part in matches.report.options[0].parts
        ),
        starts_on=AS_OF,
        reasons="No home takes both; contact every week.",
    )
    with desk.work() as work:
        choice = choose(work, "R-1", made, judge=desk.judge).record
    assert (choice.rank, choice.child_ids) == (1, ("C-1", "C-2"))
    settle_everything(desk, choice.choice_id)
    with desk.work() as work:
        start(work, "R-1", Start(started_on=AS_OF), judge=desk.judge)
    with desk.work() as work:
        first, second = [held.record for held in work.find(CarePlacement, referral_id="R-1")]
    assert first.home_id != second.home_id
    for stay, state in ((first, CaseState.PLACED), (second, CaseState.ENDED)):
        with desk.work() as work:
            end(work, stay.placement_id, End(ended_on=AS_OF, ceased=ReasonCeased.E4A))
        assert desk.case().state is state


def test_an_offer_that_is_taken_up_brings_its_fee_and_the_others_are_declined(
    database: Database,
) -> None:
    homes = [
        a_home("H-1"),
        a_home("H-2", provider_id="P-2", agreement_ids=("A-2",), registered=True),
    ]
    desk = Desk(database, a_world([a_child()], homes))
    desk.open_search()
    made = {"provider_id": "P-2", "home_id": "H-2", "route": Route.FRAMEWORK, "agreement_id": "A-2"}
    with desk.work() as work:
        offer = offering.receive(
            work, "R-1", offering.OfferMade(**made, weekly_fee_pence=87_000)
        ).record
        other = offering.receive(
            work,
            "R-1",
            offering.OfferMade(provider_id="P-1", home_id="H-1", route=Route.IN_HOUSE),
        ).record
    choice = desk.chosen("H-2", offer_id=offer.offer_id, why_not_first="Near her school.").record
    assert choice.homes[0].weekly_fee_pence == 87_000
    assert desk.approvals()[0].standing is Standing.HEAD_OF_SERVICE
    settle_everything(desk, choice.choice_id)
    with desk.work() as work:
        start(work, "R-1", Start(started_on=AS_OF), judge=desk.judge)
    with desk.work() as work:
        assert work.get(Offer, offer.offer_id).record.state is OfferState.ACCEPTED
        declined = work.get(Offer, other.offer_id).record
        assert (declined.state, declined.declined_why) == (
            OfferState.DECLINED,
            Declined.NOT_NEEDED,
        )
        assert work.find(CarePlacement)[0].record.weekly_fee_pence == 87_000


def test_an_offer_of_another_home_or_another_agreement_is_refused(database: Database) -> None:
    desk = Desk(database, a_world([a_child()], [a_home("H-1"), a_home("H-2")]))
    desk.open_search()
    wrong = (
        {"provider_id": "P-2", "home_id": "H-1", "route": Route.SPOT},
        {"provider_id": "P-1", "home_id": "H-1", "route": Route.SPOT, "agreement_id": "A-1"},
        {"provider_id": "P-1", "home_id": "H-1", "route": Route.IN_HOUSE, "child_ids": ("C-9",)},
    )
    for made in wrong:
        with pytest.raises(InvalidError), desk.work() as work:
            offering.receive(work, "R-1", offering.OfferMade(**made))
    with desk.work() as work:
        right = offering.OfferMade(provider_id="P-1", home_id="H-1", route=Route.IN_HOUSE)
        offer = offering.receive(work, "R-1", right).record
    with pytest.raises(ConflictError, match="is for home H-1"):
        desk.chosen("H-2", offer_id=offer.offer_id, why_not_first="Mistaken.")


def test_many_who_choose_at_once_share_the_beds_that_there_are(database: Database) -> None:
    children = [a_child(f"C-{at}") for at in range(8)]
    referred = [a_referral(f"R-{at}", f"C-{at}") for at in range(8)]
    desk = Desk(database, a_world(children, [a_home("H-1", 3)], referrals=referred))
    ranked = []
    for at in range(8):
        desk.open_search(f"R-{at}")
        ranked.append(desk.rank(f"R-{at}").record.matches_id)

    def take(at: int) -> bool:
        made = ChoiceMade(
            matches_id=ranked[at],
            homes=(HomePicked(home_id="H-1"),),
            starts_on=AS_OF,
            reasons="First come.",
        )
        try:
            with database.work(BUCKS, actor(Role.OFFICER), at=desk.now) as work:
                choose(work, f"R-{at}", made, judge=desk.judge)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(8))) == 3
    with desk.work() as work:
        beds = [held.record.bed for held in work.find(Booking, home_id="H-1")]
    assert sorted(beds) == [1, 2, 3]


def test_a_share_of_funding_is_asked_for(database: Database) -> None:
    desk = Desk(database, a_world([a_child()], [a_home("H-1")]))
    shares = (
        FundingShare(funder=Funder.SOCIAL_CARE, percent=60),
        FundingShare(funder=Funder.HEALTH, percent=25),
        FundingShare(funder=Funder.EDUCATION, percent=15, agreed_on=AS_OF),
    )
    with desk.work() as work:
        referrals.amend(work, "R-1", a_draft(funding=shares))
    choice = desk.chosen("H-1").record
    asked = desk.tasks(code="FUNDING_SHARE", choice_id=choice.choice_id)
    assert [task.detail for task in asked] == ["25 % from health"]
    with pytest.raises(ValueError, match="add up to 100"):
        a_draft(funding=shares[:2])


def test_a_council_is_asked_before_it_depends_on_one_provider(database: Database) -> None:
    bought = {"provider_id": "P-2", "agreement_ids": ("A-2",), "setting": Setting.FOSTER}
    homes = [a_home(f"H-{at}", **bought) for at in range(20)]
    children = [a_child(f"C-{at}") for at in range(20)]
    stays = [
        Placement(
            child_id=f"C-{at}",
            home_id=f"H-{at}",
            started_on=AS_OF - timedelta(days=90),
            agreement_id="A-2",
        )
        for at in range(19)
    ]
    world = a_world(children, homes, placements=stays, referrals=[a_referral("R-1", "C-19")])
    desk = Desk(database, world)
    choice = desk.chosen("H-19").record
    cap = desk.tasks(code="PROVIDER_DEPENDENCE", choice_id=choice.choice_id)
    assert cap[0].detail == (
        "P-2 would have 100 % of the bought placements; the council's cap is 25 %."
    )
    assert cap[0].standing is Standing.HEAD_OF_SERVICE


def test_nobody_is_chosen_a_home_in_which_they_live(database: Database) -> None:
    world = a_world(
        [a_child()],
        [a_home("H-1", 2), a_home("H-2")],
        referrals=[],
        placements=[Placement(child_id="C-1", home_id="H-1", started_on=AS_OF, may_move=True)],
    )
    desk = Desk(database, world)
    referral_id = drafted(desk, entry=EntryRoute.MOVE)
    with desk.work() as work:
        referrals.submit(work, referral_id)
    with pytest.raises(ConflictError, match="lives in H-1 already"):
        desk.chosen("H-1", referral_id, route=Route.IN_HOUSE, why_not_first="Stays.")
