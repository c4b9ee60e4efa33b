"""The tutorial does what it says, command by command, on both databases."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from api.records.actor import Actor, ActorKind
from api.records.capacity import Booking
from tests.api.casework.shell import Shell

if TYPE_CHECKING:
    from tests.api.service import DemoService

TUTORIAL = Path(__file__).parents[3] / "docs" / "tutorials" / "casework-with-curl.md"


def test_the_tutorial_does_what_it_says(demo: DemoService) -> None:
    shell = Shell(demo.app, demo.clock().date())
    for block in re.findall(r"```sh\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.S):
        shell.run(block)
    assert shell.refused == [409], "only the submission without a legal basis"
    states = [line for line in shell.printed if re.fullmatch(r"[a-z]+", line)]
    assert states == ["approved", "placed", "ended"]
    clocks = next(line for line in shell.printed if "PLACEMENT_PLAN" in line).split()
    assert {"PLACEMENT_MEETING", "NOTIFY_GP", "FIRST_REVIEW", "FIRST_VISIT"} <= set(clocks)
    reader = Actor(authority=demo.authority, actor_id="J-test", kind=ActorKind.JOB)
    with demo.database.work(demo.authority, reader, at=demo.clock()) as work:
        assert work.find(Booking, child_id="C-DANA") == [], "the bed is free again"
