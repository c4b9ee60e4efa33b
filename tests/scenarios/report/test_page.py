"""The shell of a page: nothing gets in that was not meant to, and faults are said plainly."""

from __future__ import annotations

import base64
import hashlib
import re

import jinja2
import pytest

from matcher.errors import UsageError
from scenarios.charts.chart import Chart, Scale, Table
from scenarios.charts.lines import Line, time_series
from scenarios.report import page
from scenarios.report.page import SYNTHETIC, Section, render_page

NASTY = "</script><script>alert('x')</script>"


def chart(chart_id: str = "trend", name: str = "Here") -> Chart:
    return time_series(
        chart_id,
        title=f"{name} over time",
        sentence="It rises & rises.",
        times=("2024", "2025"),
        lines=[Line(name, (1.0, 2.0))],
        scale=Scale.COUNT,
    )


def elements(html: str, name: str) -> list[str]:
    return re.findall(rf"<{name}>(.*?)</{name}>", html, re.DOTALL)


def test_the_policy_names_every_script_and_style_by_its_hash() -> None:
    html = render_page(title="T", blocks=[chart()])
    (policy,) = re.findall(r'Security-Policy" content="([^"]*)"', html)
    for name, directive in (("script", "script-src"), ("style", "style-src")):
        found = elements(html, name)
        assert found != []
        (allowed,) = re.findall(rf"{directive} ([^;]*)", policy.replace("&#39;", "'"))
        assert allowed.split() == [
            f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
            for text in found
        ]
    assert policy.startswith("default-src")
    assert "unsafe" not in policy
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", html)


def test_what_people_typed_is_text_wherever_it_stands() -> None:
    section = Section("s", NASTY, (NASTY,), (chart(name=NASTY),))
    html = render_page(title=NASTY, subtitle=NASTY, blocks=[section], footer=[NASTY])
    plain = render_page(title="T", subtitle="T", blocks=[Section("s", "T", ("T",), (chart(),))])
    assert html.count("<script") == plain.count("<script")
    assert "alert('x')</script>" not in html


def test_a_page_without_charts_runs_nothing() -> None:
    html = render_page(title="T", blocks=[Table("C", ("a",), (("1",),))])
    assert "<script" not in html
    assert "script-src" not in html
    assert len(html) < 20_000


def test_the_banner_stands_on_pages_of_made_up_data_alone() -> None:
    assert SYNTHETIC in render_page(title="T", synthetic=SYNTHETIC)
    assert "Demonstration" not in render_page(title="T")


def test_two_charts_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="share an id"):
        render_page(title="T", blocks=[chart(), chart()])


def test_a_checkout_that_was_never_set_up_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(page, "_HERE", tmp_path)
    page._asset.cache_clear()
    with pytest.raises(UsageError, match="run `make assets`"):
        page.echarts()
    page._asset.cache_clear()


def test_a_figure_that_is_no_number_never_reaches_a_page() -> None:
    broken = Chart("c", "T", "S", {"x": float("nan")}, Table("T", ("a",), ()))
    with pytest.raises(ValueError, match="JSON"):
        render_page(title="T", blocks=[broken])


def test_a_name_that_a_template_was_not_given_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        page.environment().get_template("base.html").render(title="T")
