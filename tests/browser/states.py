"""Every page in every state, for tests that look at each: where it is, and how it comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.records.actor import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Step = Callable[[Page], object]


class State(NamedTuple):
    """One state of one page."""

    route: str
    """As the application names it."""
    what: str
    path: str
    """Names in braces are of :func:`tests.browser.prepared.prepare`."""
    steps: tuple[Step, ...] = ()
    """What is done on the page before it is in this state."""
    says: str = ""
    """Stands in what people read then."""
    wrong: bool = False
    """Whether a form was refused."""


def press(button: str) -> Step:
    """Return a press on a button, and what it leads to."""

    def pressed(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=button, exact=True).last.click()

    return pressed


def fill(name: str, text: str) -> Step:
    """Return the filling in of a field."""
    return lambda page: page.fill(f"[name='{name}']", text)


def pick(selector: str, value: str) -> Step:
    """Return the picking of one of several."""
    return lambda page: page.select_option(selector, value)


def tick(selector: str) -> Step:
    """Return the ticking of a box."""
    return lambda page: page.check(selector)


def refused(route: str, path: str, button: str, says: str, *before: Step) -> State:
    """Return the state of a page whose form was sent and refused."""
    return State(route, f"refused: {says}", path, (*before, press(button)), says, wrong=True)


WITHOUT_A_PAGE = {
    "/": "sends on to where a role begins",
    "/assets/{edition}/{name}": "styles and scripts",
    "/scenarios/{job_id}/files/{name}": "downloads",
    "/plans/{job_id}/files/{name}": "downloads",
}
"""Addresses that are asked for by GET and show no page, and why."""

RECORDED = ("agreement", "plan", "meeting", "visit", "review", "watch", "pack", "end")
MATCHES = "/matches/{matches_id}"
RECORD = "/placements/{placement_id}/record/{what}"

STRANGER = (
    State("/sign-in", "asked", "/sign-in?next=%2Fqueue", says="Sign in"),
    refused("/sign-in", "/sign-in", "Sign in", "Enter your sign-in name"),
    State("/signed-out", "read", "/signed-out?authority=E06000060", says="You are signed out"),
    State("/accessibility", "read", "/accessibility", says="WCAG"),
    State("/about", "read", "/about", says="decide"),
)

OFFICER = (
    State("/queue", "filled", "/queue", says="to do"),
    State("/queue", "empty", "/queue?find=nothing-like-this", says="Nothing here matches"),
    State("/referrals", "filled", "/referrals", says="R-"),
    State("/referrals", "empty", "/referrals?state=approved", says="No referral"),
    State("/referrals/new", "asked", "/referrals/new", says="Draft a referral"),
    refused("/referrals/new", "/referrals/new", "Save and submit", "Say whose home is sought"),
    refused(
        "/referrals/new",
        "/referrals/new?child={child}",
        "Save and submit",
        "Say by which day a home is needed",
    ),
    State("/referrals/{referral_id}", "submitted", "/referrals/{waiting}", says="Submitted"),
    State("/referrals/{referral_id}", "searching", "/referrals/{searching}", says="P-015"),
    State("/referrals/{referral_id}", "drafted", "/referrals/{draft}", says="Submit it"),
    State("/referrals/{referral_id}", "withdrawn", "/referrals/{withdrawn}", says="Open it again"),
    State("/referrals/{referral_id}", "chosen", "/referrals/{chosen}", says="Decision record"),
    State("/referrals/{referral_id}/edit", "filled", "/referrals/{draft}/edit"),
    refused(
        "/referrals/{referral_id}/edit",
        "/referrals/{draft}/edit",
        "Save as it is",
        "Enter a real date",
        fill("needed_by-day", "31"),
        fill("needed_by-month", "2"),
    ),
    State("/referrals/{referral_id}/tiers", "asked", "/referrals/{searching}/tiers"),
    refused(
        "/referrals/{referral_id}/tiers",
        "/referrals/{searching}/tiers",
        "Open this tier",
        "Choose where to search next",
    ),
    State("/referrals/{referral_id}/offers/new", "whose", "/referrals/{searching}/offers/new"),
    State(
        "/referrals/{referral_id}/offers/new",
        "of what",
        "/referrals/{family}/offers/new?provider=P-015",
        says="What P-015 offers",
    ),
    refused(
        "/referrals/{referral_id}/offers/new",
        "/referrals/{searching}/offers/new?provider=P-015",
        "Record the offer",
        "how many children",
        pick("#home_id", "new"),
    ),
    State("/referrals/{referral_id}/choice", "unranked", "/referrals/{draft}/choice", says="first"),
    State("/referrals/{referral_id}/choice", "ranked", "/referrals/{searching}/choice"),
    refused(
        "/referrals/{referral_id}/choice",
        "/referrals/{searching}/choice",
        "Choose this home",
        "Choose one of the homes",
        fill("reasons", "Nearest to school"),
    ),
    refused(
        "/referrals/{referral_id}/choice",
        "/referrals/{searching}/choice",
        "Choose this home",
        "most appropriate",
        tick("#option"),
    ),
    State("/referrals/{referral_id}/start", "asked", "/referrals/{chosen}/start"),
    refused(
        "/referrals/{referral_id}/start",
        "/referrals/{chosen}/start",
        "Start the placement",
        "Enter a real date",
        fill("started_on-day", "40"),
    ),
    State(MATCHES, "of one child", "/matches/{matches}", says="Rank without looking ahead"),
    State(
        "/matches/{matches_id}", "of siblings", "/matches/{siblings}", says="Together, and apart"
    ),
    State(MATCHES + "/not-offered", "filled", "/matches/{matches}/not-offered"),
    State(MATCHES + "/not-offered", "beyond", "/matches/{matches}/not-offered?after=9999"),
    State(MATCHES + "/compare", "empty", "/matches/{siblings}/compare", says="Tick"),
    State(MATCHES + "/compare", "filled", "/matches/{siblings}/compare?option=1&option=2"),
    State(MATCHES + "/what-if", "asked", "/matches/{siblings}/what-if"),
    State(
        MATCHES + "/what-if",
        "moved",
        "/matches/{siblings}/what-if?weight-near_home=3&weight-needs_fit=0",
        says="Points then",
    ),
    State("/offers/{offer_id}/decline", "asked", "/offers/{offer}/decline"),
    refused(
        "/offers/{offer_id}/decline",
        "/offers/{offer}/decline",
        "Decline it",
        "Choose why it is not taken",
    ),
    State("/search-steps/{step_id}/exhaustion", "asked", "/search-steps/{step}/exhaustion"),
    refused(
        "/search-steps/{step_id}/exhaustion",
        "/search-steps/{step}/exhaustion",
        "Record it as exhausted",
        "Choose why it led to nothing",
    ),
    State("/search-steps/{step_id}/requests", "of providers", "/search-steps/{step}/requests"),
    State("/search-steps/{step_id}/requests", "of nobody", "/search-steps/{first_step}/requests"),
    refused(
        "/search-steps/{step_id}/requests",
        "/search-steps/{step}/requests",
        "Ask those ticked",
        "Tick the providers to ask",
    ),
    State(
        "/placements/{placement_id}", "with notice", "/placements/{placement}", says="last night"
    ),
    State("/placements/{placement_id}", "ended", "/placements/{ended}", says="How it ended"),
    *(State(RECORD, what, f"/placements/{{placement}}/record/{what}") for what in RECORDED),
    State(RECORD, "notice", "/placements/{calm}/record/notice"),
    refused(RECORD, "/placements/{calm}/record/end", "Record it", "Choose whether"),
    refused(RECORD, "/placements/{calm}/record/notice", "Record it", "Choose who gave notice"),
    refused(RECORD, "/placements/{calm}/record/watch", "Record it", "looked at again"),
    refused(
        RECORD,
        "/placements/{calm}/record/agreement",
        "Record it",
        "Enter the fee",
        fill("weekly_fee", ""),
    ),
    State("/children/{child_id}", "placed", "/children/{child}"),
    State("/vacancies", "filled", "/vacancies"),
    State("/vacancies", "empty", "/vacancies?beds=20&setting=foster", says="No home"),
    State("/homes/{home_id}", "read", "/homes/{free}"),
    refused("/homes/{home_id}/edit", "/homes/{free}/edit", "Store it", "Say who told you"),
    State("/account", "read", "/account", says="You work as"),
    refused("/account", "/account", "Change it, and sign out", "assword"),
    State("/users", "forbidden", "/users", says="Your role may not"),
    State("/homes/{home_id}", "not there", "/homes/H-nowhere", says="There is no"),
    State("/nowhere", "not there", "/nowhere", says="There is no page"),
)

MANAGER = (
    State("/approvals", "filled", "/approvals"),
    State("/approvals/{approval_id}", "asked", "/approvals/{approval}"),
    refused(
        "/approvals/{approval_id}",
        "/approvals/{approval}",
        "Record the decision",
        "Choose whether to approve it",
    ),
    State("/choices/{choice_id}/decision", "printed", "/choices/{choice}/decision"),
    State("/tasks/{task_id}", "open", "/tasks/{task}"),
    refused("/tasks/{task_id}", "/tasks/{task}", "Record it", "Choose what came of it"),
    State("/dashboard", "filled", "/dashboard"),
    State("/dashboard/{which}", "filled", "/dashboard/near"),
    State("/dashboard/{which}", "not there", "/dashboard/nonsense", says="There is no such list"),
    State("/plans", "filled", "/plans", says="Make a plan"),
    State("/plans/{job_id}", "done", "/plans/{plan}", says="Nobody is placed by it"),
    State("/plans/{job_id}", "queued", "/plans/{queued_plan}", says="Waiting for a worker"),
    State("/names", "asked", "/names", says="1 person asks"),
    State("/homes/{home_id}", "on hold", "/homes/{home}", says="on hold"),
    refused(
        "/homes/{home_id}",
        "/homes/{free}",
        "Put the hold in place",
        "Choose why nobody may be placed",
        lambda page: page.click("text=Put a hold on this home"),
    ),
    refused("/homes/{home_id}", "/homes/{home}", "Lift this hold", "Say why the hold is lifted"),
    refused(
        "/homes/new",
        "/homes/new?provider={provider}&setting=connected",
        "Add this home",
        "for which children",
        fill("beds_approved", "1"),
        fill("beds_usable", "1"),
    ),
)

COMMISSIONER = (
    State("/sufficiency", "filled", "/sufficiency"),
    State("/bed-values", "filled", "/bed-values", says="homes of"),
    State("/providers/new", "asked", "/providers/new", says="What kind of provider is it?"),
    refused(
        "/providers/new",
        "/providers/new",
        "Add this provider",
        "Choose what kind",
        fill("provider_id", "P-NEW"),
    ),
    State("/homes/new", "whose", "/homes/new", says="Whose home is it?"),
    refused("/homes/new", "/homes/new", "Continue", "Choose whose home it is"),
    State("/homes/new", "of what", "/homes/new?provider={provider}&setting=childrens_home"),
    refused(
        "/homes/new",
        "/homes/new?provider={provider}&setting=foster",
        "Add this home",
        "Choose what is known of its terms",
        fill("beds_approved", "2"),
        fill("beds_usable", "1"),
    ),
    State("/scenarios", "filled", "/scenarios", says="More carers"),
    State("/scenarios/new", "asked", "/scenarios/new"),
    State(
        "/scenarios/new",
        "a lever",
        "/scenarios/new",
        (pick("#kind", "recruit_carers"), press("Add this lever")),
    ),
    refused(
        "/scenarios/new",
        "/scenarios/new",
        "Put it in",
        "needed",
        pick("#kind", "recruit_carers"),
        press("Add this lever"),
    ),
    State(
        "/scenarios/new",
        "holds together",
        "/scenarios/new",
        (press("Look whether it holds together"),),
        "It holds together",
    ),
    State("/scenarios/{job_id}", "done", "/scenarios/{run}", says="In pictures"),
    State("/scenarios/{job_id}", "failed", "/scenarios/{failed_run}", says="has no homes"),
    State("/scenarios/{job_id}", "queued", "/scenarios/{queued_run}", says="Waiting for a worker"),
    State("/scenarios/compare", "empty", "/scenarios/compare", says="Tick two or more"),
    State("/scenarios/compare", "filled", "/scenarios/compare?job={run}&job={other_run}"),
)

COMMISSIONER += (
    State("/agreements", "filled", "/agreements", says="in force"),
    State("/agreements", "empty", "/agreements?provider=nobody", says="No agreement fits"),
    refused("/agreements/new", "/agreements/new", "Record it", "Enter the agreement"),
    State("/agreements/{agreement_id}", "read", "/agreements/{agreement}"),
    refused(
        "/agreements/{agreement_id}/edit",
        "/agreements/{agreement}/edit",
        "Store it",
        "Enter an amount",
        fill("fee-0", "much"),
    ),
    State("/providers/{provider_id}", "read", "/providers/{provider}"),
    State("/budgets", "filled", "/budgets?period=year", says="a week"),
    State("/budgets/started", "filled", "/budgets/started?period=year", says="Began"),
    State("/budgets/started", "empty", "/budgets/started?route=block", says="None began"),
    refused("/budgets/new", "/budgets/new", "Store it", "Choose what it is for"),
    refused("/budgets/{budget_id}", "/budgets/BU-1", "Store it", "Say why"),
    State("/targets", "filled", "/targets", says="reviews due"),
    refused("/targets/new", "/targets/new", "Set it", "Choose what is measured"),
    refused("/targets/{target_id}", "/targets/TG-3", "Record the review", "the review found"),
    refused("/names", "/names", "Ask for it", "Choose what for"),
)

AUDITOR = (
    State("/audit", "filled", "/audit", says="entries"),
    State("/audit", "empty", "/audit?child=C-nobody", says="No entry answers this"),
    State("/audit", "refused", "/audit?since=nonsense", says="Enter a real date", wrong=True),
    State("/audit", "verified", "/audit", (press("Verify the whole chain"),), "The chain is whole"),
    State("/data-quality", "filled", "/data-quality"),
    State("/scenarios", "forbidden", "/scenarios", says="Your role may not"),
)

ADMINISTRATOR = (
    State("/users", "filled", "/users", says="demo.example"),
    State("/users/new", "asked", "/users/new"),
    refused("/users/new", "/users/new", "Add", "at least one role"),
    State("/users/{user_id}", "filled", "/users/{user}"),
    State("/policy", "filled", "/policy"),
    refused("/policy", "/policy", "Keep it, from now on", "Say why it is changed"),
    refused("/policy", "/policy", "Try it on those who wait", "", fill("text", "nonsense")),
    State("/policy", "tried", "/policy", (press("Try it on those who wait"),), "First then"),
)

STATES: dict[Role | None, tuple[State, ...]] = {
    None: STRANGER,
    Role.OFFICER: OFFICER,
    Role.MANAGER: MANAGER,
    Role.COMMISSIONER: COMMISSIONER,
    Role.AUDITOR: AUDITOR,
    Role.ADMINISTRATOR: ADMINISTRATOR,
}
"""By who looks."""
