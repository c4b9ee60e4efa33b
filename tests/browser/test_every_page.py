"""Every page in every state: for everybody, wide and narrow, with and without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.routes.rules import route_rules
from api.settings import Settings
from tests.browser.axe import violations
from tests.browser.prepared import prepare
from tests.browser.served import Served, serving
from tests.browser.states import STATES, WITHOUT_A_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from api.records.actor import Role
    from tests.browser.served import Watched
    from tests.browser.states import State

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WIDE, NARROW = 1200, 320
"""Pixels; the second is also what is left of 1,280 at 400 % zoom."""


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[tuple[Served, dict[str, str]]]:
    """Serve a county in which every page has something to show."""
    folder = tmp_path_factory.mktemp("states")
    with serving(f"sqlite:///{folder / 'nearhome.sqlite'}") as (service, origin):
        served = Served(service, origin, browser)
        yield served, prepare(service, folder)
        served.close()


def test_no_page_is_left_out() -> None:
    shown = {
        rule.path
        for rule in route_rules(create_app(Settings(demo=True)))
        if rule.method == "GET" and not rule.path.startswith("/v1/")
    }
    looked_at = {state.route for states in STATES.values() for state in states} - {"/nowhere"}
    assert shown - set(WITHOUT_A_PAGE) == looked_at


@pytest.mark.parametrize("javascript", [True, False], ids=["with JS", "without JS"])
@pytest.mark.parametrize("role", STATES, ids=str)
def test_every_state_can_be_read_by_everybody(
    prepared: tuple[Served, dict[str, str]], role: Role | None, javascript: bool
) -> None:
    served, names = prepared
    watched = served.signed_in(role, javascript=javascript, width=WIDE if javascript else NARROW)
    faults = [
        f"{state.route}, {state.what}: {fault}"
        for state in STATES[role]
        for fault in faults_of(watched, state, names, javascript=javascript)
    ]
    assert not faults, "\n".join(faults)
    assert watched.quiet() == []


def faults_of(
    watched: Watched, state: State, names: dict[str, str], *, javascript: bool
) -> list[str]:
    """Bring a page into a state, and return whatever is wrong with it."""
    page = watched.page
    watched.go(state.path.format(**names))
    for step in state.steps:
        step(page)
    page.wait_for_load_state()
    seen = page.evaluate(LOOK)
    faults = []
    if seen["h1"] != 1:
        faults.append(f"it has {seen['h1']} first headings")
    if state.says not in seen["text"]:
        faults.append(f"it does not say {state.says!r}")
    if javascript and seen["unsorted"]:
        faults.append("a table of it cannot be sorted")
    if state.wrong:
        faults += wrongly_refused(seen, javascript=javascript)
    if "made up" not in seen["text"] and "nobody in it exists" not in seen["text"]:
        faults.append("it does not say that its data are made up")
    if not javascript:
        watched.let_scripts_run(True)
    faults += violations(page) + too_wide(page)
    if not javascript:
        watched.let_scripts_run(False)
    return faults


LOOK = """() => {
  const summary = document.querySelector(".govuk-error-summary");
  const links = summary ? [...summary.querySelectorAll("a")] : [];
  const led = links.map((each) => document.getElementById(each.hash.slice(1)));
  const tables = [...document.querySelectorAll('[data-module="moj-sortable-table"]')];
  return {
    unsorted: tables.filter((each) => !each.querySelector("th button")).length,
    h1: document.querySelectorAll("h1").length,
    text: document.body.innerText,
    title: document.title,
    summary: summary !== null,
    focused: summary !== null && summary.contains(document.activeElement),
    leads: led.every((each) => each && (each.matches("input, select, textarea, main"))),
  };
}"""


def wrongly_refused(seen: dict[str, object], *, javascript: bool) -> list[str]:
    """Return what is wrong with how a form was refused."""
    faults = []
    if not seen["summary"]:
        return ["it has no error summary"]
    if not str(seen["title"]).startswith("Error: "):
        faults.append("its title does not begin with 'Error: '")
    if not seen["leads"]:
        faults.append("its error summary leads to no field")
    if javascript and not seen["focused"]:
        faults.append("its error summary is not focused")
    return faults


def too_wide(page: Page) -> list[str]:
    """Return whether a page is wider than a narrow screen, and what stands out."""
    size = page.viewport_size
    assert size is not None
    if size["width"] != NARROW:
        page.set_viewport_size({"width": NARROW, "height": size["height"]})
    found = page.evaluate(STANDS_OUT)
    page.set_viewport_size(size)
    return [f"it is wider than a screen of {NARROW} pixels: {found}"] if found else []


STANDS_OUT = """async () => {
  // Charts are drawn anew once they hear of their new width.
  for (let n = 0; n < 2; n += 1) await new Promise((done) => requestAnimationFrame(done));
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return "";
  const out = [...document.body.querySelectorAll("*")].filter(
    (each) => each.getBoundingClientRect().right > wide && !each.closest(".nh-scroll"));
  return out.length ? out.at(-1).outerHTML.slice(0, 160) : "something";
}"""
