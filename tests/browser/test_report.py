"""The report of a run as a person meets it: on a desk, on a telephone, on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scenarios.report.what_if import report_page
from tests.scenarios.report.runs import EFFECTS, a_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Opened

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NASTY = "<script>document.title = 'taken'</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def html() -> str:
    return report_page(a_run())


@pytest.mark.parametrize("width", [1000, 320])
def test_it_can_be_read_by_everybody(
    open_page: Callable[..., Opened], html: str, width: int
) -> None:
    opened = open_page(html, width=width)
    assert opened.violations() == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") == width
    assert opened.said == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []


def test_with_every_table_open_too(open_page: Callable[..., Opened], html: str) -> None:
    opened = open_page(html)
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
