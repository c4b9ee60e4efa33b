from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from matcher.policy import Policy
from scenarios.assumptions import shipped_assumptions
from scenarios.county import make_county
from scenarios.outlook import Outlook
from scenarios.simulation import simulate

if TYPE_CHECKING:
    from scenarios.tallies import Course

START = date(2025, 4, 1)


@pytest.fixture(scope="session")
def outlook() -> Outlook:
    return Outlook(make_county(size=0.1), Policy.named("balanced"), shipped_assumptions())


@pytest.fixture(scope="session")
def course(outlook: Outlook) -> Course:
    return simulate(outlook, start=START, years=1, seed=1, replication=0)
