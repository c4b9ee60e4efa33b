"""One example of every lever: what is written, what it says, and the changes that it makes."""

from __future__ import annotations

from datetime import date

from scenarios.assumptions import shipped_assumptions
from tests.scenarios.levers.lever_outlook import (
    AUTUMN,
    SPRING,
    Example,
    agency,
    childrens_home,
    number,
)

BANDS = ("under_1", "1_4", "5_9", "10_15", "16_17")


def examples() -> dict[str, Example]:
    """Return an example of every lever, by kind."""
    home_id, provider_id = childrens_home(), agency()
    shipped = shipped_assumptions()
    high = shipped["entry.complexity.high"].value + shipped["entry.complexity.very_high"].value
    fewer = f"{(1 - 1.2 * high) / (1 - high):.6g}"  # so that the shares still add up to 1
    found = [
        Example(
            {
                "kind": "open_childrens_home",
                "near": "High Wycombe",
                "beds": 4,
                "weekly_running_pounds": 21_000,
                "capital_pounds": 850_000,
                "starts": AUTUMN,
            },
            "A children's home of the council's own with 4 beds opens near High Wycombe for ages "
            "10 to 17, needs up to high, filling over 12 weeks, at £21,000 a week after £850,000 "
            "of capital, from 1 October 2026.",
            (
                "opens 2026-10-01 childrens_home beds=4 ages=10-17 ramp=12 weekly=2100000 "
                "capital=85000000",
            ),
        ),
        Example(
            {"kind": "close_home", "home_id": home_id, "starts": SPRING, "notice_weeks": 20,
             "saved_weekly_pounds": 900},
            f"Home {home_id} takes nobody more and shuts 20 weeks later, which saves £900 a week, "
            "on 1 April 2026.",
            (f"HomeCloses home_id={home_id} notice_weeks=20 saved_weekly_pence=90000",),
        ),
        Example(
            {"kind": "emergency_beds", "households": 2, "beds": 2, "area": "Aylesbury",
             "weekly_retainer_pounds": 210},
            "2 foster households near Aylesbury keep 2 beds each for children who need a home the "
            "same day, on a retainer of £210 a week each.",
            ("opens 2025-04-01 foster beds=2 ages=0-17 ramp=0 weekly=21000 capital=0",) * 2,
        ),
        Example(
            {"kind": "step_down", "reviews_a_year": 4, "highest_need": 1, "age_to": 12,
             "yearly_pounds": 104_000},
            "Children of 0 to 12 in children's homes with needs that are at most low are looked "
            "for in a foster home 4 times a year, at £104,000 a year.",
            ("StepDown a_year=4.0 highest_need=1 ages=[0, 12]", "spends once=0 weekly=200000"),
        ),
        Example(
            {"kind": "recruit_carers", "households": 3, "profiles": ("over_tens", "sibling_groups"),
             "area": "south", "over_weeks": 20, "recruitment_pounds": 9_000,
             "weekly_retainer_pounds": 60, "starts": SPRING},
            "3 foster households in the south of the county for over-tens and sibling groups, "
            "shared out evenly, are approved over 20 weeks, with a retainer of £60 a week, each "
            "after £9,000 of recruitment, from 1 April 2026.",
            (
                "opens 2026-04-01 foster beds=2 ages=10-17 ramp=0 weekly=6000 capital=900000",
                "opens 2026-06-10 foster beds=3 ages=0-17 ramp=0 weekly=6000 capital=900000",
                "opens 2026-08-19 foster beds=2 ages=10-17 ramp=0 weekly=6000 capital=900000",
            ),
        ),
        Example(
            {"kind": "lose_carers", "households": 2, "age_from": 11, "over_weeks": 10,
             "notice_weeks": 6, "beds_at_least": 2},
            "2 foster households of the council's own in the county who take children of 11 to 17 "
            "with 2 or more beds stop over 10 weeks, beside those who stop anyway.",
            ("HomeCloses",) * 2,
        ),
        Example(
            {"kind": "convert_agency_carers", "households": 2, "weekly_fee_pounds": 480,
             "fee_to_agency_pounds": 7_500, "over_weeks": 8},
            "2 agency foster households in the county come over to the council over 8 weeks at "
            "£480 a week for each child, for £7,500 each.",
            tuple(
                f"changes {day} 1 home agreement_ids,grade,provider_id,quality_visit_due,"
                "weekly_fee_pence capital=750000"
                for day in ("2025-04-01", "2025-05-27")
            ),
        ),
        Example(
            {"kind": "retain_carers", "fewer_leave_percent": 25, "yearly_pounds": 52_000},
            "25 per cent fewer of the council's own foster carers stop in a year, at £52,000 a "
            "year.",
            (number("carers.in_house.leave_a_year", x="0.75"), "spends once=0 weekly=100000"),
        ),
        Example(
            {"kind": "train_carers", "domains": ("behaviour",), "by": 2, "at_most": 4,
             "households": 3, "area": "county", "yearly_pounds": 5_200},
            "3 foster households of the council's own in the county can meet 2 levels more of need "
            "in behaviour, up to very high, at £5,200 a year.",
            ("CapabilityRises domains=['behaviour'] by=2", "spends once=0 weekly=10000"),
        ),
        Example(
            {"kind": "in_house_therapy", "by": 2, "at_most": 3, "yearly_pounds": 260_000},
            "The council's own foster carers, connected carers and children's homes can meet 2 "
            "levels more of need in emotional wellbeing and self-harm, up to high, with therapists "
            "at hand, at £260,000 a year.",
            (
                "CapabilityRises provider_ids=['P-001'] settings=['foster', 'connected', "
                "'childrens_home'] domains=['emotional', 'self_harm'] by=2 at_most=3",
                "spends once=0 weekly=500000",
            ),
        ),
        Example(
            {"kind": "adapt_carers_homes", "households": 2, "beds_added": 1,
             "adaptations": ("wheelchair_access",), "capital_pounds": 45_000},
            "2 homes of the council's own foster carers in the county are extended by 1 bed and "
            "adapted (wheelchair access) for £45,000 each.",
            (
                "changes 2025-04-01 1 home adaptations,beds_approved,beds_usable,terms "
                "capital=4500000",
                "changes 2025-04-01 1 home adaptations,bedrooms,beds_approved,beds_usable,terms "
                "capital=4500000",
            ),
        ),
        Example(
            {"kind": "reduce_breakdowns", "fewer_percent": 15, "settings": ("foster",),
             "age_from": 10},
            "15 per cent fewer placements of children of 10 to 17 break down (foster household).",
            (number("breakdown.foster", x="0.85", ages="10-17"),),
        ),
        Example(
            {"kind": "block_beds", "beds": 5, "weekly_pounds_a_bed": 5_500, "near": "Aylesbury",
             "age_from": 9, "age_to": 16, "ramp_up_weeks": 4, "shut_percent": 16,
             "starts": SPRING, "ends": date(2026, 9, 30)},
            "5 beds in private homes that open for it near Aylesbury, for ages 9 to 16, are bought "
            "in a block at £5,500 a week each, used or not; the homes can take nobody new in 16 "
            "per cent of weeks, from 1 April 2026 until 30 September 2026.",
            (
                "opens 2026-04-01 childrens_home beds=3 ages=9-16 ramp=4 weekly=0 capital=0",
                "opens 2026-04-01 childrens_home beds=2 ages=9-16 ramp=4 weekly=0 capital=0",
                "block beds=5 weekly=2750000",
                "HoldPlaced ends=2026-05-26",
                "HoldPlaced ends=2026-08-25",
                "HoldPlaced ends=2026-04-21",
                "HoldPlaced ends=2026-07-21",
            ),
        ),
        Example(
            {"kind": "share_spare_beds", "weekly_income_pounds": 4_200, "beds": 2,
             "recall_weeks": 3, "home_ids": (home_id,)},
            f"Up to 2 spare beds in {home_id} are offered to other councils at £4,200 a week, to "
            "be recalled within 3 weeks.",
            ("BedsShared beds=2 weekly_income_pence=420000 recall_weeks=3",),
        ),
        Example(
            {"kind": "join_consortium", "homes": 2, "beds": 4, "share_percent": 30,
             "weekly_fee_pounds": 5_100, "yearly_pounds": 20_800},
            "The council joins a pool of 2 homes in the county with 4 beds each, 2 beds of them "
            "its own, at £5,100 a week for each child, and £20,800 a year.",
            (
                "opens 2025-04-01 childrens_home beds=1 ages=8-17 ramp=0 weekly=0 capital=0",
                "opens 2025-04-01 childrens_home beds=1 ages=8-17 ramp=0 weekly=0 capital=0",
                "spends once=0 weekly=40000",
            ),
        ),
        Example(
            {"kind": "change_fees", "percent": -5, "routes": ("framework", "spot"),
             "settings": ("foster",), "new_only": True},
            "Fees of new placements fall by 5 per cent (foster household; framework and spot).",
            (
                "FeesChange multiply=0.95 routes=['framework', 'spot'] settings=['foster'] "
                "new_only=True",
            ),
        ),
        Example(
            {"kind": "negotiate_discount", "provider_ids": (provider_id,), "discount_percent": 4},
            f"{provider_id} charges 4 per cent less.",
            (f"FeesChange multiply=0.96 provider_ids=['{provider_id}']",),
        ),
        Example(
            {"kind": "retender_framework", "price_percent": -3, "joining_percent": 60,
             "joining_discount_percent": 6, "tier": 3, "settings": ("foster",)},
            "Prices on the framework (foster household) fall by 3 per cent, and 60 per cent of the "
            "homes without an agreement join it in tier 3, at 6 per cent below their quotes.",
            (
                "FeesChange multiply=0.97 routes=['framework'] settings=['foster']",
                *("changes 2025-04-01 1 home agreement_ids,weekly_fee_pence capital=0",) * 3,
            ),
        ),
        Example(
            {"kind": "national_contract", "discount_percent": 3,
             "settings": ("residential_school",)},
            "Homes (residential school) come under a national contract, 3 per cent below today's "
            "prices.",
            ("changes 2025-04-01 1 home agreement_ids capital=0",),
        ),
        Example(
            {"kind": "inflation", "percent_a_year": 3.5},
            "All fees rise by 3.5 per cent a year.",
            (number("cost.fee_growth", **{"+": "0.035"}),),
        ),
        Example(
            {"kind": "provider_fails", "provider_id": provider_id, "notice_weeks": 2,
             "starts": SPRING},
            f"Provider {provider_id} fails, and all its homes shut with 2 weeks of notice, on 1 "
            "April 2026.",
            (f"ProviderFails provider_id={provider_id} notice_weeks=2",),
        ),
        Example(
            {"kind": "cap_provider_share", "share_percent": 20},
            "Nobody more is placed with any one provider while it has 20 per cent of the children "
            "who live with providers.",
            ("ProviderCapped share=0.2",),
        ),
        Example(
            {"kind": "hold_homes", "home_ids": (home_id,), "starts": SPRING, "ends": AUTUMN},
            f"Nobody new is placed in {home_id}; who lives there stays, from 1 April 2026 until 1 "
            "October 2026.",
            ("HoldPlaced ends=2026-10-01",),
        ),
        Example(
            {"kind": "supported_lodgings", "households": 2, "weekly_fee_pounds": 350,
             "area": "HP11", "over_weeks": 10, "yearly_pounds": 10_400},
            "2 households in HP11 offer supported lodgings with 1 bed each for ages 16 and 17, "
            "opening over 10 weeks, at £350 a week, and £10,400 a year.",
            (
                "opens 2025-04-01 supported beds=1 ages=16-17 ramp=0 weekly=0 capital=0",
                "opens 2025-06-10 supported beds=1 ages=16-17 ramp=0 weekly=0 capital=0",
                "spends once=0 weekly=20000",
            ),
        ),
        Example(
            {"kind": "open_semi_independence", "near": "south", "beds": 6,
             "weekly_running_pounds": 6_300, "capital_pounds": 120_000, "ramp_up_weeks": 9,
             "level": 1},
            "Supported accommodation of the council's own with 6 beds opens in the south of the "
            "county for ages 16 and 17, needs up to low, filling over 9 weeks, at £6,300 a week "
            "after £120,000 of capital.",
            (
                "opens 2025-04-01 supported beds=6 ages=16-17 ramp=9 weekly=630000 "
                "capital=12000000",
            ),
        ),
        Example(
            {"kind": "staying_put", "more_points": -8},
            "8 in 100 fewer of those who turn 18 in a foster household stay with their carers.",
            (number("staying_put.share", **{"+": "-0.08"}),),
        ),
        Example(
            {"kind": "special_guardianship", "more_percent": 20, "age_to": 9},
            "20 per cent more children of 0 to 9 leave care to special guardians each year.",
            tuple(
                number(f"leave.special_guardianship.{band}", x="1.2") for band in BANDS[:3]
            ),
        ),
        Example(
            {"kind": "review_connected_carers", "more_orders_percent": 30,
             "fewer_fail_percent": 20},
            "Connected carers are reviewed at six months: 30 per cent more of the children who "
            "live with them leave care to special guardians each year, and 20 per cent fewer "
            "temporary approvals fail.",
            (number("leave.connected_guardianship", x="1.3"), number("connected.fails", x="0.8")),
        ),
        Example(
            {"kind": "adoption", "more_percent": 15, "age_from": 3, "age_to": 7},
            "15 per cent more children of 3 to 7 are placed for adoption each year.",
            tuple(
                number(f"leave.adoption.{band}", x="1.15", ages="3-7") for band in ("1_4", "5_9")
            ),
        ),
        Example(
            {"kind": "early_permanence", "fewer_moves_percent": 25, "more_adopted_percent": 10,
             "age_to": 0},
            "Children up to 0 have 25 per cent fewer planned moves between foster homes, since "
            "they live with carers who may adopt them, and 10 per cent more are placed for "
            "adoption each year.",
            (
                number("move.planned.foster", x="0.75", ages="0-0"),
                number("leave.adoption.under_1", x="1.1"),
            ),
        ),
        Example(
            {"kind": "edge_of_care", "fewer_percent": 12, "age_from": 10, "area": "HP11",
             "yearly_pounds": 312_000},
            "12 per cent fewer children of 10 to 17 in HP11 come into care, at £312,000 a year.",
            (
                number("entry.children_a_year", x="0.88", ages="10-17", area="1"),
                "spends once=0 weekly=600000",
            ),
        ),
        Example(
            {"kind": "return_home", "more_percent": 10, "age_from": 10, "fewer_return_percent": 15},
            "10 per cent more children of 10 to 17 go home each year, and 15 per cent fewer come "
            "back into care.",
            (
                number("leave.return_home.10_15", x="1.1"),
                number("leave.return_home.16_17", x="1.1"),
                number("reentry.share", x="0.85"),
            ),
        ),
        Example(
            {"kind": "prevent_repeat_removals", "fewer_return_percent": 20,
             "fewer_babies_percent": 15},
            "20 per cent fewer children who went home come back into care, and 15 per cent fewer "
            "children under one come into care.",
            (
                number("reentry.share", x="0.8"),
                number("entry.children_a_year", x="0.85", ages="0-0"),
            ),
        ),
        Example(
            {"kind": "more_children", "more_percent": -10, "age_from": 5},
            "10 per cent fewer children of 5 to 17 come into care.",
            (number("entry.children_a_year", x="0.9", ages="5-17"),),
        ),
        Example(
            {"kind": "unaccompanied_children", "more_percent": 60},
            "60 per cent more unaccompanied children come into care.",
            (number("entry.unaccompanied_a_year", x="1.6"),),
        ),
        Example(
            {"kind": "demand_shock", "children_a_year": 30, "unaccompanied": True, "age_from": 15},
            "30 more unaccompanied children a year of 15 to 17 come into care.",
            ("DemandShock children_a_year=30.0 unaccompanied=True ages=[15, 17]",),
        ),
        Example(
            {"kind": "rising_complexity", "more_high_percent": 20},
            "20 per cent more of the children who come into care have high or very high needs.",
            (
                number("entry.complexity.high", x="1.2"),
                number("entry.complexity.very_high", x="1.2"),
                number("entry.complexity.low", x=fewer),
                number("entry.complexity.usual", x=fewer),
            ),
        ),
        Example(
            {"kind": "change_policy", "spot_percent": 20, "out_of_area_percent": 30},
            "Policy: at most 30 per cent of new placements are outside the area; at most 20 per "
            "cent of new placements are bought spot.",
            ("PolicyChanges policy_fields={'out_of_area_share': 0.3, 'spot_share': 0.2}",),
        ),
        Example(
            {"kind": "set_budgets", "weekly_pounds": 60_000, "by_route": {"spot": 20_000}},
            "New placements of a week may cost, a week: £60,000 in all and £20,000 for spot.",
            (
                "BudgetChanges budgets=[{'weekly_pence': 6000000}, {'route': 'spot', "
                "'weekly_pence': 2000000}]",
            ),
        ),
    ]  # fmt: skip
    return {each.kind: each for each in found}
