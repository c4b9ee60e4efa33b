"""``nearhome history`` as a person and a program use it."""

from __future__ import annotations

import json
import sys

import pytest

from api.cli.main import main
from tests.scenarios.history.returns import a_return, council, episode


@pytest.fixture
def run(monkeypatch, capfd):
    """Run the command as the shell does, and return what it says."""

    def call(*arguments, code=0):
        monkeypatch.setattr(sys, "argv", ["nearhome", "history", *arguments])
        capfd.readouterr()
        try:
            main()
            left = 0
        except SystemExit as leaving:
            left = leaving.code or 0
        said = capfd.readouterr()
        assert left == code, said.err
        return said.err if code else said.out

    return call


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("returns")
    council(path, years=2, a_year=20, leaving=0.5, seed=4)
    return str(path)


def test_check_counts_every_row(run, folder):
    found = json.loads(run("check", folder, "--json"))
    totals = found["totals"]
    assert totals["rows"] == totals["used"] + totals["merged"] + totals["set_aside"]
    assert found["years"] == [2016, 2017]
    assert {"rule", "outcome", "count", "sentence", "advice", "by_file"} == set(found["rules"][0])
    for rule in found["rules"]:
        assert sum(rule["by_file"].values()) == rule["count"]


def test_indicators_have_the_promised_names(run, folder):
    found = json.loads(run("indicators", folder, "--json", "--authority", "E06000060"))
    for year in found["years"]:
        assert {"year", "in_care", "started", "ceased", "near_home_rate"} <= set(year)


def test_a_forecast_has_the_promised_names_and_repeats(run, folder):
    options = ("forecast", folder, "--months", "3", "--train-to", "2017-01-31", "--json")
    text = run(*options, "--draws", "200")
    found = json.loads(text)
    assert found["months"] == ["2017-02-28", "2017-03-31", "2017-04-30"]
    for band in (found["in_care"], *found["by_category"].values(), *found["by_age_band"].values()):
        assert set(band) == {"mean", "p05", "p50", "p95"}
        assert all(len(line) == 3 for line in band.values())
    assert set(found["by_category"]) == {"Fostering", "Residential", "Supported", "Other"}
    assert run(*options, "--draws", "200") == text


def test_people_get_tables(run, folder):
    assert "In care on 31 March" in run("indicators", folder)
    assert "rows:" in run("check", folder)


def test_every_mistake_is_a_sentence_and_an_exit_code(run, tmp_path, folder):
    assert "no folder" in run("check", str(tmp_path / "none"), code=2)
    assert "no CSV or XML" in run("check", str(tmp_path), code=2)
    assert "Choose a day in them" in run("forecast", folder, "--train-to", "2040-01-01", code=2)
    assert "E123" in run("indicators", folder, "--authority", "E123", code=2)
    short = a_return(tmp_path / "short", [episode("A", "05/05/2019", "01/09/2019")])
    assert "a year to learn from" in run("backtest", str(short), code=2)
    assert "holds no CSV file" in run("published", "--statistics", str(tmp_path), code=3)
