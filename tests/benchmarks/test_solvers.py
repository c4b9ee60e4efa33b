"""The suite that asks several solvers the same: they agree, and nothing stays replaced."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from benchmarks import solvers
from benchmarks.page import page
from benchmarks.settings import Settings
from benchmarks.suites import SUITES
from benchmarks.tapes import recorded
from benchmarks.ways import INTEGER, LINEAR, Answer, DisagreementError, agree
from matcher.solving import solve
from matcher.solving.configurations import search
from matcher.solving.configurations.highs import Programme, Rows
from matcher.solving.configurations.pricing import Pricer

MACHINE = {"processor": "a processor", "cores": 2, "python": "3.11", "nearhome": "1", "numpy": "2"}
pytestmark = pytest.mark.xdist_group("solvers")  # one run serves two of these tests

LINEAR_PARTS = ("over options", "masters")


@functools.cache
def smoke() -> list[dict[str, Any]]:
    return list(SUITES["solvers"].run(Settings(smoke=True, apart=False)))


def test_each_part_is_done_in_each_way() -> None:
    ways = {
        "over options": set(LINEAR),
        "masters": set(LINEAR),
        "integers, final columns": set(INTEGER),
        "integers, as searched": set(INTEGER),
        "pricing": {"compiled", "plain"},
        "small": set(solvers.SMALL),
        "loading": {"warm"},
    }
    rows = smoke()
    assert not [row for row in rows if "failed" in row]
    assert {row["budget_share"] for row in rows if row["name"] in LINEAR_PARTS} == {None, 0.9}
    for name, methods in ways.items():
        assert {row["method"] for row in rows if row["name"] == name} == methods
    for row in rows:
        if row["name"] in LINEAR_PARTS:
            assert row["proved"] == row["programmes"] > 0
            assert 0 < row["building_seconds"] < row["seconds"]


def test_the_page_says_who_is_faster() -> None:
    rows = [
        {
            "name": "masters",
            "seed": 1,
            "budget_share": None,
            "method": method,
            "programmes": 6,
            "rows": 1558,
            "columns": 3205,
            "proved": 6,
            "building_seconds": 0.001,
            "seconds": seconds,
        }
        for method, seconds in (("one", 0.04), ("other", 0.1))
    ]
    text = page({"solvers": {"suite": "solvers", "machine": MACHINE, "rows": rows}})
    assert "| other | 100 | 1.0 | 6 | 2.5 |" in text
    assert "## Which solver for what" in page(
        {"solvers": {"suite": "solvers", "machine": MACHINE, "rows": smoke()}}
    )
    failed = page({"solvers": {"machine": MACHINE, "rows": [{"failed": "exit 1", "seed": 1}]}})
    assert "Not measured: exit 1" in failed


def test_nothing_stays_replaced() -> None:
    before = (Programme.solve, Rows.programme, Pricer.best, search.__dict__["dive"])
    with pytest.raises(KeyError), recorded():
        raise KeyError
    assert before == (Programme.solve, Rows.programme, Pricer.best, search.__dict__["dive"])
    usual = solve.__dict__["search_configurations"]
    task = {"children": 0, "homes": 40, "seed": 1, "method": solvers.TIES_LEFT}
    assert solvers.small(task)["status"] == "optimal"
    assert usual is solve.__dict__["search_configurations"]


@pytest.mark.parametrize(
    ("first", "second", "fine"),
    [
        ((100.0, True), (100.00005, True), True),
        ((100.0, True), (100.1, True), False),
        ((100.0, True), (100.1, False), True),
        ((100.0, True), (99.0, False), False),
        ((None, True), (None, True), True),
        ((None, True), (1.0, False), False),
        ((1.0, True), (None, True), False),
        ((1.0, True), (None, False), True),
    ],
)
def test_contradictions_are_found(
    first: tuple[float | None, bool], second: tuple[float | None, bool], fine: bool
) -> None:
    answers = [Answer(*each, 0.0, 0.0) for each in (first, second)]
    if fine:
        agree(answers)
    else:
        with pytest.raises(DisagreementError):
            agree(answers)
