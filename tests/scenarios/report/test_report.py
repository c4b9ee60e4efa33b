"""The page: everything is in it, nothing is fetched, and what people typed stays text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from scenarios.report import write_report
from scenarios.report.summary import summarise
from scenarios.report.what_if import report_page
from scenarios.results import RunResult
from tests.scenarios.report.runs import EFFECTS, a_run

if TYPE_CHECKING:
    from pathlib import Path

NASTY = "<script>document.title = 'taken'</script>"


class Parsed(HTMLParser):
    """Tags with their attributes, and the text outside scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text += data

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", self.text)


@pytest.fixture(scope="module")
def run() -> RunResult:
    return a_run()


@pytest.fixture(scope="module")
def page(run: RunResult) -> Parsed:
    return Parsed(report_page(run))


def test_the_page_says_what_the_summary_says(run: RunResult, page: Parsed) -> None:
    for sentence in summarise(run).sentences:
        assert sentence in page.words


def test_every_assumption_lever_measure_and_stamp_is_there(run: RunResult, page: Parsed) -> None:
    for assumption in run.summary.assumptions:
        assert assumption.sentence in page.words
        assert assumption.source in page.words
    for variant in run.summary.variants:
        for lever in variant.levers:
            assert lever.sentence in page.words
    for measure in run.summary.measures:
        assert measure.definition in page.words
    stamp = run.summary.stamp
    for each in (stamp.version, stamp.data_hash, stamp.scenario, stamp.policy, stamp.rule_set):
        assert each in page.words
    assert "48,212" in page.words


def test_every_measure_leads_to_its_definition_and_shows_it_on_hover(
    run: RunResult, page: Parsed
) -> None:
    ids = {attrs.get("id") for _, attrs in page.tags}
    links = [
        attrs for tag, attrs in page.tags if tag == "a" and "defined" in (attrs.get("class") or "")
    ]
    definitions = {f"#measure-{each.name}": each.definition for each in run.summary.measures}
    assert links
    for link in links:
        assert link["href"] is not None
        assert link["href"].removeprefix("#") in ids
        assert link["title"] == definitions[link["href"]]


def test_every_chart_has_its_table(page: Parsed) -> None:
    charts = [attrs["id"] for tag, attrs in page.tags if attrs.get("class") == "chart"]
    figures = sum(tag == "figure" for tag, _ in page.tags)
    assert figures == len(charts) == 3 + 2 * 4 + 1
    html_order = [tag for tag, _ in page.tags if tag in ("figure", "details", "table")]
    for n, tag in enumerate(html_order):
        if tag == "figure":
            assert html_order[n + 1 : n + 3] == ["details", "table"]


def test_nothing_is_fetched(page: Parsed) -> None:
    for tag, attrs in page.tags:
        assert tag not in ("iframe", "object", "embed", "base")
        for name in ("src", "href", "action", "data", "srcset"):
            value = attrs.get(name) or "#"
            assert value.startswith(("#", "data:")), f"{tag} {name}={value}"


def test_made_up_people_are_called_that(run: RunResult, page: Parsed) -> None:
    assert "Every child, carer and home on this page is made up." in page.words
    stamp = run.summary.stamp.model_copy(update={"synthetic": False})
    real = RunResult(summary=run.summary.model_copy(update={"stamp": stamp}), values=run.values)
    assert "made up" not in Parsed(report_page(real)).words


def test_what_people_typed_stays_text() -> None:
    page = Parsed(report_page(a_run(effects={NASTY: EFFECTS["Six block beds"]}, name=NASTY)))
    assert NASTY in page.words
    assert sum(tag == "script" for tag, _ in page.tags) == sum(
        tag == "script"
        for tag, _ in Parsed(report_page(a_run(effects={"Plain": EFFECTS["Six block beds"]}))).tags
    )


@pytest.mark.parametrize(("effects", "replications"), [({}, 20), (EFFECTS, 1), (EFFECTS, 2)])
def test_runs_with_little_to_say_still_make_a_page(
    effects: dict[str, dict[str, tuple[float, float]]], replications: int
) -> None:
    page = Parsed(report_page(a_run(effects=effects, replications=replications)))
    assert "In short" in page.words
    assert "NaN" not in page.text


def test_no_figure_is_quoted_where_there_is_no_telling(run: RunResult) -> None:
    effects = {"Nothing": {"near_home_rate": (0.0, 0.02)}}
    page = Parsed(report_page(a_run(effects=effects, seed=3)))
    assert "Cannot be told" in page.words
    assert "Inside the noise" in page.words


def test_an_authority_that_no_directory_knows_has_no_map() -> None:
    page = Parsed(report_page(a_run(authority="E09999999")))
    assert "Where children live and homes are" not in page.words


def test_the_file_is_the_page(run: RunResult, tmp_path: Path) -> None:
    write_report(run, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == report_page(run)
