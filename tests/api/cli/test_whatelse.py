"""``nearhome alternatives``, ``beds`` and the other questions to ``assign``."""

from __future__ import annotations

import orjson
import pytest

from api.cli.plans import earlier_plan, frontier_chart
from matcher.errors import DataError

QUESTIONS = {
    "prices": ("assign", "--prices"),
    "frontier": ("assign", "--frontier"),
    "plans": ("assign", "--plans", "2"),
    "beds": ("beds",),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_answers_in_words_and_in_json(run, name, folder):
    said = run(*QUESTIONS[name], "--world", str(folder))
    assert said.code == 0, said.err
    assert "Synthetic data" in said.out
    answer = orjson.loads(run(*QUESTIONS[name], "--world", str(folder), "--json").out)
    assert answer["schema_version"] == "1.0"
    assert isinstance(answer[name], list)
    assert answer["stamp"]["policy"] == "balanced"


def test_the_chart_is_a_picture_with_words(run, tmp_path, folder):
    chart = tmp_path / "frontier.svg"
    said = run("assign", "--frontier", "--chart", str(chart), "--world", str(folder))
    assert said.code == 0, said.err
    text = chart.read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "<title>Weekly cost against children far from home</title>" in text
    assert frontier_chart(()).endswith("</svg>\n")


def test_an_earlier_plan_is_read_and_anything_else_is_refused(run, tmp_path, folder):
    plan = tmp_path / "plan.json"
    plan.write_text(run("assign", "--world", str(folder), "--json").out, encoding="utf-8")
    said = run("assign", "--keep", str(plan), "--changes", "1", "--world", str(folder))
    assert said.code == 0, said.err
    assert "placed yesterday" in said.out
    other = tmp_path / "other.json"
    other.write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="not a plan"):
        earlier_plan(other)
    with pytest.raises(DataError, match="cannot be read"):
        earlier_plan(tmp_path / "nothing.json")
