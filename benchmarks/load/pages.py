"""Pages that people wait for: how soon they answer, how soon they can be used, what they weigh.

The county is stored as a demonstration stores it. Homes are ranked for those who wait, and chosen
for a third of them, so that the queue holds tasks. Two scenarios are run on a synthetic county of a
tenth of the size: a comparison reads nothing but their results.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx2 as httpx
import numpy as np
from playwright.sync_api import sync_playwright

from api import demonstration
from api.records.actor import Role
from api.storage.database import Database
from benchmarks.load.officers import CHEAP
from benchmarks.load.served import SECRET, Served
from scenarios.county import make_county

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, BrowserContext

Row = dict[str, Any]

CHROMIUM = os.environ.get("NEARHOME_CHROMIUM") or "/usr/bin/chromium"
AS_A_BROWSER = {
    "Accept": "text/html",
    "Accept-Encoding": "gzip, deflate, br",
    "Sec-Fetch-Site": "same-origin",
}
"""What decides how a page is sent."""
SCENARIO = """\
name = "{households} more carers"
authority = "E06000060"
size = 0.1
years = 3

[[variant]]
name = "{households} more carers"

[[variant.lever]]
kind = "recruit_carers"
households = {households}
area = "county"
"""
MOST_RANKED = 90
"""Referrals for which homes are ranked; in a larger county the others only wait."""
FUTURES = 4
"""Of each scenario."""
CHARTS = ("echarts.js", "charts.js")
"""Loaded by pages that have charts, and by no other."""


class Asked(NamedTuple):
    """One page, and who opens it."""

    name: str
    role: Role
    paths: tuple[str, ...]
    """Of one kind; each request takes the next, a browser the first."""


class Weight(NamedTuple):
    """Bytes of one kind: as sent, and as read."""

    sent: int = 0
    read: int = 0

    def plus(self, sent: float, read: float) -> Weight:
        """Return the weight with one more file."""
        return Weight(self.sent + int(sent), self.read + int(read))

    def __str__(self) -> str:
        return f"{self.sent / 1000:,.0f} of {self.read / 1000:,.0f}" if self.read else "-"


def measure(url: str, *, size: float, requests: int, visits: int) -> list[Row]:
    """Open the pages again and again, by requests and in a browser.

    Parameters
    ----------
    url
        Of an empty database with the latest schema.
    size
        Of the county; 1 is the demonstration's.
    requests
        How often each page is asked for.
    visits
        How often each is opened in a browser.
    """
    world = make_county(size=size)
    database = Database(url, secret=SECRET)
    demonstration.load(database, CHEAP, world, at=datetime.now(UTC))
    database.dispose()
    figures = {"children": len(world.children), "homes": len(world.homes)}
    with (
        Served(
            url, workers=2, job_workers=1, solving_per_minute=100_000, sign_ins_per_minute=10_000
        ) as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        people = {role: _sign_in(served.origin, role) for role in (Role.OFFICER, Role.COMMISSIONER)}
        try:
            return [
                {
                    "page": asked.name,
                    **figures,
                    **_answered(served, people[asked.role], asked.paths, requests),
                    **_seen(browser, served.origin, people[asked.role], asked.paths[0], visits),
                }
                for asked in _pages(people, sorted(world.referrals))
            ]
        finally:
            for client in people.values():
                client.close()
            browser.close()


def _sign_in(origin: str, role: Role) -> httpx.Client:
    client = httpx.Client(base_url=origin, timeout=600, headers=AS_A_BROWSER)
    name = next(each.name for each in demonstration.SIGN_INS if each.role is role)
    answer = client.post(
        "/v1/session", json={"sign_in_name": name, "password": demonstration.PASSWORD}
    )
    client.headers["Near-Home-CSRF"] = answer.raise_for_status().json()["forgery_token"]
    return client


def _pages(people: dict[Role, httpx.Client], referrals: Sequence[str]) -> tuple[Asked, ...]:
    rankings = _rank_and_choose(people[Role.OFFICER], referrals)
    runs = "&".join(f"job={each}" for each in _run(people[Role.COMMISSIONER]))
    return (
        Asked("work queue", Role.OFFICER, ("/queue",)),
        Asked("ranked matches", Role.OFFICER, tuple(f"/matches/{each}" for each in rankings)),
        Asked("scenario comparison", Role.COMMISSIONER, (f"/scenarios/compare?{runs}",)),
    )


def _rank_and_choose(officer: httpx.Client, referrals: Sequence[str]) -> list[str]:
    """Rank homes for those who wait, choose for a third; return the longest ranking first."""
    rankings = []
    for number, referral in enumerate(referrals[:MOST_RANKED]):
        officer.post(f"/v1/referrals/{referral}/open-search").raise_for_status()
        answer = officer.post(f"/v1/referrals/{referral}/matches", json={"top": 20})
        kept = answer.raise_for_status().json()["record"]
        options = kept["report"]["options"]
        rankings.append((-len(options), kept["matches_id"]))
        ready = [each for each in options if each["status"] == "eligible"]
        if number % 3 == 0 and ready:
            parts = ready[0]["parts"]
            # A home that has been chosen for somebody else meanwhile is refused, as in life.
            officer.post(
                f"/v1/referrals/{referral}/choices",
                json={
                    "matches_id": kept["matches_id"],
                    "homes": [
                        {"home_id": each["home_id"], "child_ids": each["children"]}
                        for each in parts
                    ],
                    "starts_on": datetime.now(UTC).date().isoformat(),
                    "reasons": "To be measured.",
                    "why_not_first": "To be measured." if ready[0]["rank"] != 1 else None,
                },
            )
    return [matches_id for _, matches_id in sorted(rankings)]


def _run(commissioner: httpx.Client) -> list[str]:
    jobs = []
    for households in (5, 10):
        text = SCENARIO.format(households=households)
        answer = commissioner.post(
            "/v1/scenarios",
            json={"kind": "scenario", "scenario": text, "replications": FUTURES},
        )
        jobs.append(answer.raise_for_status().json()["job"]["job_id"])
    for job in jobs:
        while (state := _state(commissioner, job)) in ("queued", "running"):
            time.sleep(0.5)
        if state != "done":
            raise RuntimeError(f"the scenario ended as {state}")
    return jobs


def _state(client: httpx.Client, job: str) -> str:
    state: str = client.get(f"/v1/jobs/{job}").raise_for_status().json()["job"]["state"]
    return state


def _answered(
    served: Served, client: httpx.Client, paths: Sequence[str], requests: int
) -> dict[str, float]:
    """Ask so many times, one after the other; milliseconds until the first byte of each answer."""
    for path in list(paths[:5]) * 2:  # both processes have read what they keep
        client.get(path).raise_for_status()
    before = served.cost()
    took = []
    for number in range(requests):
        began = time.perf_counter()
        with client.stream("GET", paths[number % len(paths)]) as answer:
            chunks = answer.iter_raw()
            next(chunks)
            took.append(1000 * (time.perf_counter() - began))
            answer.raise_for_status()
            for _ in chunks:
                pass
    spent = served.cost().processor_seconds - before.processor_seconds
    p50, p95 = np.percentile(took, (50, 95))
    return {
        "requests": requests,
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "cpu_ms_a_request": round(1000 * spent / requests, 1),
    }


def _seen(
    browser: Browser, origin: str, client: httpx.Client, path: str, visits: int
) -> dict[str, Any]:
    """Open a page in browsers that have kept nothing, and once more in each."""
    first, again, weighed = [], [], []
    for _ in range(visits):
        context = browser.new_context(viewport={"width": 1200, "height": 900})
        context.add_cookies(
            [
                {"name": name, "value": value, "url": origin}
                for name, value in client.cookies.items()
            ]
        )
        timing, weights = _visit(context, origin + path)
        first.append(timing)
        weighed.append(weights)
        again.append(_visit(context, origin + path)[0])
        context.close()
    weights = weighed[0]
    return {
        "interactive_ms": round(median(first)),
        "interactive_again_ms": round(median(again)),
        "html_kb": str(weights["html"]),
        "css_kb": str(weights["css"]),
        "js_kb": str(weights["js"]),
        "before_charts_kb": str(
            weights["html"].plus(*weights["css"]).plus(*weights["js"]).plus(*weights["others"])
        ),
        "charts_kb": str(weights["charts"]),
    }


def _visit(context: BrowserContext, address: str) -> tuple[float, dict[str, Weight]]:
    """Return when every script of the page had run, charts drawn, and what was fetched."""
    page = context.new_page()
    page.goto(address)
    found = page.evaluate(
        """() => {
            const page = performance.getEntriesByType("navigation")[0];
            const each = (entry) => [entry.name, entry.encodedBodySize, entry.decodedBodySize];
            return {
                interactive: page.domContentLoadedEventEnd,
                page: each(page),
                files: performance.getEntriesByType("resource").map(each),
            };
        }"""
    )
    page.close()
    weights = {kind: Weight() for kind in ("html", "css", "js", "charts", "others")}
    weights["html"] = Weight().plus(*found["page"][1:])
    for name, sent, read in found["files"]:
        file = name.rpartition("/")[2]
        kind = "charts" if file in CHARTS else file.rpartition(".")[2]
        kind = kind if kind in weights else "others"
        weights[kind] = weights[kind].plus(sent, read)
    return float(found["interactive"]), weights
