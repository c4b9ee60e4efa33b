"""Every page in every state on PostgreSQL: what the tests with a browser see on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.service import demo_service
from tests.browser.prepared import prepare
from tests.browser.states import STATES

if TYPE_CHECKING:
    from pathlib import Path

STATUS = {"forbidden": 403, "not there": 404, "refused": 422}


def test_every_page_opens(postgres_demo_url: str, tmp_path: Path) -> None:
    with demo_service(postgres_demo_url) as demo:
        names = prepare(demo, tmp_path)
        opened = {
            f"{state.route}, {state.what}": (answer.status_code, STATUS.get(state.what, 200))
            for role, states in STATES.items()
            for browser in (demo.stranger() if role is None else demo.of(role),)
            for state in states
            if not state.steps
            for answer in (
                browser.get(state.path.format(**names), headers={"Accept": "text/html"}),
            )
        }
    assert len(opened) > 50
    assert {what: statuses for what, statuses in opened.items() if len(set(statuses)) > 1} == {}
