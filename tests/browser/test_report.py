"""The report of a run as a person meets it: on a desk, on a telephone, on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scenarios.report.what_if import report_page
from tests.scenarios.report.runs import EFFECTS, a_run, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Opened

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NASTY = "<script>document.title = 'taken'</script><img src=x onerror=alert(1)>"


FEW = ("near_home_rate", "yearly_cost", "siblings_together")


@pytest.fixture(scope="module")
def html() -> str:
    """Two variants, three measures and two years: all kinds of parts, and few of each."""
    kept = ("A four-bed home in the south", "Six block beds")
    return report_page(
        a_run(effects={name: EFFECTS[name] for name in kept}, years=2, measures=shown(*FEW))
    )


def test_it_can_be_read_by_everybody(open_page: Callable[..., Opened], html: str) -> None:
    opened = open_page(html)
    assert opened.violations() == []
    assert opened.said == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []


def test_on_a_telephone_nothing_hangs_over(open_page: Callable[..., Opened], html: str) -> None:
    opened = open_page(html, width=320)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 320


def test_with_every_table_open_too(open_page: Callable[..., Opened], html: str) -> None:
    opened = open_page(html, width=320)
    opened.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert opened.violations() == []


def test_what_people_typed_is_shown_and_not_run(open_page: Callable[..., Opened]) -> None:
    opened = open_page(report_page(a_run(effects={NASTY: EFFECTS["Six block beds"]}, name=NASTY)))
    assert opened.page.title() == NASTY
    assert opened.page.locator("h1").inner_text() == NASTY
    assert opened.page.locator("img").count() == 0
    assert opened.said == []


def test_it_prints_whole(open_page: Callable[..., Opened], html: str) -> None:
    opened = open_page(html)
    opened.page.emulate_media(media="print")
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator("details:not([open])").count() == 0
    wide = opened.page.evaluate(
        "Array.from(document.querySelectorAll('.chart svg')).map(e => e.clientWidth)"
    )
    assert wide
    assert max(wide) <= 680
    assert opened.said == []


def test_without_javascript_every_figure_is_in_a_table(
    open_page: Callable[..., Opened], html: str
) -> None:
    opened = open_page(html, javascript=False)
    assert opened.page.locator("text=drawn by JavaScript").count() > 0
    assert opened.page.locator("figure table").count() == opened.page.locator("figure").count()
