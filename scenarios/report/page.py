"""A page that is one file: works offline, sends nothing, prints well, reads aloud well.

Every script and style stands in the page and is named by its hash in the page's own content
policy, so that nothing else can run, not even what somebody typed into a name.
``templates/base.html`` is the shell; a report extends it or hands :func:`render_page` its
sections.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from matcher.errors import UsageError
from scenarios.charts.chart import Chart, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_HERE = files("scenarios.report")
SYNTHETIC = "Every child, carer and home on this page is made up. No decision can rest on it."
"""What a page of the demonstration says at its top."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under a heading of the second rank.

    Parameters
    ----------
    id
        Unique on its page.
    title
        The heading.
    paragraphs
        Plain text.
    blocks
        What follows them.
    side_by_side
        Whether charts stand two by two where there is room.
    """

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    blocks: tuple[Chart | Table, ...] = ()
    side_by_side: bool = False


Block = Section | Chart | Table


@cache
def environment() -> jinja2.Environment:
    """Return the templates: escaping is on, and a name that is not given is an error.

    Returns
    -------
    jinja2.Environment
        With the filter ``chart_data``; ``parts.html`` has the macros ``chart``, ``table`` and
        ``block``.
    """
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("scenarios.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["chart_data"] = chart_data
    return made


def render_page(
    *,
    title: str,
    blocks: Sequence[Block] = (),
    subtitle: str = "",
    footer: Sequence[str] = (),
    synthetic: str = "",
    template: str = "base.html",
    charts: Sequence[Chart] = (),
    styles: str = "",
    **more: Any,
) -> str:
    """Return a whole page.

    Parameters
    ----------
    title
        Heading and name of the page.
    blocks
        Sections, charts and tables in order.
    subtitle
        One sentence under the heading.
    footer
        Lines at the end, such as sources and the stamp.
    synthetic
        What the banner says; empty for real data. :data:`SYNTHETIC` fits the demonstration.
    template
        ``base.html``, or one that extends it.
    charts
        Charts that the template itself places, beside those among the blocks.
    styles
        Rules of the template's own, after those of every page.
    more
        Whatever else the template asks for.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    UsageError
        If the JavaScript of the charts has not been fetched.
    """
    shown = [*_charts_of(blocks), *charts]
    names = [chart.id for chart in shown]
    if len(set(names)) != len(names):
        raise ValueError(f"charts of one page share an id: {sorted(names)}")
    style = (
        own_file("templates", "page.css")
        + styles
        + "".join(f"#{chart.id}{{height:{chart.height}px}}" for chart in shown)
    )
    library, script = (echarts(), own_file("charts.js")) if shown else ("", "")
    return (
        environment()
        .get_template(template)
        .render(
            title=title,
            subtitle=subtitle,
            blocks=tuple(blocks),
            footer=tuple(footer),
            synthetic=synthetic,
            style=Markup(style),
            library=Markup(library),
            script=Markup(script),
            charts_follow=bool(shown),
            content_policy=content_policy(
                scripts=[library, script] if shown else [], styles=[style]
            ),
            **more,
        )
    )


def content_policy(*, scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Return a policy under which the given texts run and nothing else does.

    Parameters
    ----------
    scripts, styles
        The text of each element, to the letter.

    Returns
    -------
    str
        For ``Content-Security-Policy``. No address may be asked for anything.
    """
    allowed = {
        "script-src": [_hash(each) for each in scripts],
        "style-src": [_hash(each) for each in styles],
    }
    lines = [f"{name} {' '.join(hashes)}" for name, hashes in allowed.items() if hashes]
    return "; ".join(
        ["default-src 'none'", *lines, "img-src data:", "base-uri 'none'", "form-action 'none'"]
    )


def echarts() -> str:
    """Return Apache ECharts as it was fetched when the package was built.

    Returns
    -------
    str
        JavaScript that can stand inside an element.

    Raises
    ------
    UsageError
        If it is not there: a checkout that was never set up.
    """
    return _asset("echarts.min.js")


@cache
def _asset(name: str) -> str:
    try:
        text = (_HERE / "assets" / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(
            f"The charts need {name}, which is fetched when the package is built and is missing "
            "here. In a checkout run `make assets`; otherwise install the package anew."
        ) from None
    if "</script" in text.lower() or "<!--" in text or "\r" in text:
        raise UsageError(f"{name} cannot stand inside a page. Install the package anew.")
    return text


@cache
def own_file(*names: str) -> str:
    """Return a file of this room, such as ``charts.js``."""
    return _HERE.joinpath(*names).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _charts_of(blocks: Iterable[Block]) -> Iterator[Chart]:
    for block in blocks:
        if isinstance(block, Chart):
            yield block
        elif isinstance(block, Section):
            yield from _charts_of(block.blocks)


def chart_data(chart: Chart) -> Markup:
    """Return what ``charts.js`` reads, as JSON that cannot end the element it stands in."""
    text = json.dumps(
        {"option": chart.option, "maps": chart.maps, "sentence": chart.sentence},
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    )
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)
