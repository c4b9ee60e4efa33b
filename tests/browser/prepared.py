"""The small county brought into every state that pages show, quickly: by the HTTP interface."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from api.casework.learning import learn_bed_values
from api.planning.worker import Worker, jobs_actor
from api.records.actor import Role
from api.records.job import JobState
from api.storage.job_queue import JobQueue
from scenarios.result_files import write_results
from tests.api.pages.sending import day_fields, send
from tests.api.service import small_county
from tests.scenarios.report.runs import EFFECTS, a_run, shown

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.access.doors import Browser
    from tests.api.service import DemoService

SCENARIO = """\
name = "More carers"
years = 2

[[variant]]
name = "A variant"

[[variant.lever]]
kind = "recruit_carers"
households = 4
area = "county"
"""
MEASURES = ("near_home_rate", "yearly_cost", "siblings_together")


def prepare(demo: DemoService, folder: Path) -> dict[str, str]:
    """Bring a county that was just loaded into every state; return what stands in addresses.

    Parameters
    ----------
    demo
        The service.
    folder
        For files on their way.
    """
    world = small_county()
    officer = demo.of(Role.OFFICER)
    children = {each: len(made.child_ids) for each, made in world.referrals.items()}
    alone, waiting, *_ = sorted(each for each, count in children.items() if count == 1)
    family = min(each for each, count in children.items() if count > 1)
    placed = sorted(world.placements)
    found = {
        "waiting": waiting,
        "searching": alone,
        "family": family,
        "child": placed[0],
        "placement": f"PL-{placed[0]}",
        "ended": f"PL-{placed[1]}",
        "calm": f"PL-{placed[4]}",
        "home": world.placements[placed[0]].home_id,
        "free": min(world.homes),
    }
    found |= _searched(officer, alone)
    worlds, actor = demo.service.worlds, jobs_actor(demo.authority)
    learn_bed_values(demo.database, worlds, actor, at=demo.clock())
    found["matches"] = _ranked(officer, alone, looking_ahead=True)
    found["siblings"] = _ranked(officer, family)
    found |= _drafts(officer, placed[2:4])
    found |= _chosen(demo, placed[5])
    _lived_in(demo, found["placement"], found["ended"])
    _held(demo, found["home"])
    found["agreement"] = min(key for key, made in world.agreements.items() if made.fees)
    found["provider"] = world.agreements[found["agreement"]].provider_id
    found["plan"] = _asked_for_plan(demo)
    Worker(demo.settings, demo.database, demo.clock).once()
    found |= _jobs(demo, folder)
    found["queued_plan"] = _asked_for_plan(demo)
    _asked_for_names(demo, placed[0])
    found["user"] = _user(demo)
    return found


def _ok(answer: Any) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json()["record"]


def _ranked(officer: Browser, referral: str, *, looking_ahead: bool = False) -> str:
    sent = {"top": 20, "looking_ahead": looking_ahead}
    kept = _ok(officer.post(f"/v1/referrals/{referral}/matches", sent))
    home = next(
        (part["home_id"] for each in kept["report"]["options"] for part in each["parts"]), None
    )
    if home is not None:
        listed = {"home_id": home, "matches_id": kept["matches_id"]}
        _ok(officer.post(f"/v1/referrals/{referral}/shortlist", listed))
    matches_id: str = kept["matches_id"]
    return matches_id


def _searched(officer: Browser, referral: str) -> dict[str, str]:
    """Open a search, a further tier, a request to a provider, and record its offer."""
    path = f"/v1/referrals/{referral}"
    assert officer.post(f"{path}/open-search").status_code == 200
    first = re.search(
        r"/search-steps/([^/]+)/exhaustion", officer.get(f"/referrals/{referral}").text
    )
    assert first is not None
    step = _ok(officer.post(f"{path}/search-steps", {"tier": "block", "why_now": "Tonight."}))
    request = {"step_id": step["step_id"], "provider_ids": ["P-015"]}
    _ok(officer.post(f"{path}/provider-requests", request))
    offer = _ok(
        officer.post(
            f"{path}/offers",
            {
                "provider_id": "P-015",
                "route": "block",
                "weekly_fee_pence": 92_000,
                "new_home": {"setting": "foster", "beds": 1, "postcode": "HP20 1UA"},
            },
        )
    )
    return {"first_step": first[1], "step": step["step_id"], "offer": offer["offer_id"]}


def _drafts(officer: Browser, children: list[str]) -> dict[str, str]:
    drafts = []
    for child in children:
        sent = {"child_ids": [child], "received_on": "2025-03-31", "needed_by": "2025-04-20"}
        drafts.append(_ok(officer.post("/v1/referrals", sent))["referral_id"])
    draft, gone = drafts
    assert officer.post(f"/v1/referrals/{gone}/withdraw", {"why": "A mistake."}).status_code == 200
    return {"draft": draft, "withdrawn": gone}


def _chosen(demo: DemoService, child: str) -> dict[str, str]:
    """Refer a child who lives somewhere, and choose a home for them."""
    officer, today = demo.of(Role.OFFICER), demo.clock().date().isoformat()
    sent = {
        "child_ids": [child],
        "received_on": today,
        "needed_by": today,
        "child_views_on": today,
        "family_views_on": today,
        "legal_basis": {
            "legal_status": "C2",
            "decided_on": today,
            "decided_by": "head_of_service",
            "rationale": "Reasons that were tested.",
        },
    }
    referral = _ok(officer.post("/v1/referrals", sent))["referral_id"]
    for step in ("submit", "open-search"):
        assert officer.post(f"/v1/referrals/{referral}/{step}").status_code == 200
    kept = _ok(officer.post(f"/v1/referrals/{referral}/matches", {"top": 5}))
    option = next(each for each in kept["report"]["options"] if each["status"] == "eligible")
    made = {
        "matches_id": kept["matches_id"],
        "homes": [{"home_id": each["home_id"]} for each in option["parts"]],
        "starts_on": today,
        "reasons": "Near school, and the carer knows such needs.",
        "why_not_first": None if option["rank"] == 1 else "A fact of the first is missing.",
    }
    choice = _ok(officer.post(f"/v1/referrals/{referral}/choices", made))["choice_id"]
    page = officer.get(f"/referrals/{referral}").text
    approval, task = (re.search(rf"/{what}/([^\"]+)", page) for what in ("approvals", "tasks"))
    assert approval is not None
    assert task is not None
    return {"chosen": referral, "choice": choice, "approval": approval[1], "task": task[1]}


def _lived_in(demo: DemoService, current: str, ended: str) -> None:
    """Record what can be recorded of one placement, and end another."""
    officer, today = demo.of(Role.OFFICER), day_fields("day", demo.clock().date().isoformat())
    for placement, what, typed in (
        (current, "agreement", {"weekly_fee": "900", "notice_days": "28"}),
        (current, "review", {"participation": "PN1", "move_agreed": "yes"}),
        (current, "watch", {"signs": ["missing"], "support": "Respite"}),
        (current, "notice", {"by": "carer", "reason": "CREQB"}),
        (ended, "end", {"ceased": "X1", "reason": "CARPL"}),
    ):
        form = f"/placements/{placement}/record/{what}"
        answer = send(officer, form, form, **today, **typed)
        assert answer.status_code == 303, answer.text


def _held(demo: DemoService, home_id: str) -> None:
    hold = {
        "target_id": home_id,
        "scope": "home",
        "kind": "safeguarding",
        "reason": "An allegation is looked into.",
    }
    _ok(demo.of(Role.MANAGER).post("/v1/holds", hold))


def _asked_for_plan(demo: DemoService) -> str:
    answer = demo.of(Role.MANAGER).post("/v1/assignments", {"kind": "assignment"})
    job_id: str = answer.json()["job"]["job_id"]
    return job_id


def _asked_for_names(demo: DemoService, child: str) -> None:
    today = demo.clock().date().isoformat()
    typed = {"purpose": "court", "reason": "A hearing.", "child_ids": child}
    days = {**day_fields("starts", today), **day_fields("until", today)}
    answer = send(demo.of(Role.AUDITOR), "/names", "/names", **typed, **days)
    assert answer.status_code == 303, answer.text


def _user(demo: DemoService) -> str:
    page = demo.of(Role.ADMINISTRATOR).get("/users").text
    found = re.search(r"/users/(U-[^\"]+)", page)
    assert found is not None
    return found[1]


def _jobs(demo: DemoService, folder: Path) -> dict[str, str]:
    """Ask for scenarios, and let three of four end: with made-up results, and with none."""
    commissioner = demo.of(Role.COMMISSIONER)
    asked = []
    for _ in range(4):
        sent = {"kind": "scenario", "scenario": SCENARIO, "replications": 60}
        answer = commissioner.post("/v1/scenarios", sent)
        assert answer.status_code == 202, answer.text
        asked.append(answer.json()["job"]["job_id"])
    effects = list(EFFECTS.items())
    ended = []
    for number in range(2):
        some = dict(effects[number : number + 2])
        write_results(a_run(effects=some, years=2, measures=shown(*MEASURES)), folder)
        results = [
            (name, "application/octet-stream", (folder / name).read_bytes())
            for name in ("summary.json", "results.parquet", "results.csv")
        ]
        ended.append(_end(demo, JobState.DONE, "Sixty futures of two years.", results))
    ended.append(_end(demo, JobState.FAILED, "The county of the scenario has no homes.", []))
    # They were asked for in the same moment, so that their order is nobody's.
    queued = set(asked) - set(ended)
    return dict(
        zip(("run", "other_run", "failed_run", "queued_run"), (*ended, *queued), strict=True)
    )


def _end(
    demo: DemoService, state: JobState, sentence: str, results: list[tuple[str, str, bytes]]
) -> str:
    """End a job that waits as its worker would, and return which it was."""
    queue = JobQueue(demo.database)
    claim = queue.claim(at=demo.clock(), lease_seconds=60)
    assert claim is not None
    with demo.database.work(demo.authority, jobs_actor(demo.authority), at=demo.clock()) as work:
        assert queue.finish(work, claim, state, sentence=sentence, results=results)
        work.note("job ended", details={"job": claim.job.job_id})
    return claim.job.job_id
