"""Colours, dashes and the parts of an option that every chart shares.

Colours are told apart under every common kind of colour blindness and stand out from white by
3:1 or more (WCAG 2.2, 1.4.11); a test measures both. Dashes, symbols and patterns say the
same again, for print in grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INK = "#0b0c0c"
QUIET = "#505a5f"
LINE = "#b1b4b6"
PAPER = "#ffffff"
FONT = "Arial, Helvetica, sans-serif"


@dataclass(frozen=True, slots=True)
class Stroke:
    """How one series looks.

    Parameters
    ----------
    colour
        Of line and symbol.
    dash
        ECharts' word or lengths in pixels.
    symbol
        ECharts' word.
    """

    colour: str
    dash: str | tuple[int, ...]
    symbol: str


BASE = Stroke("#505a5f", (6, 4), "rect")
"""Today, or England: what others are held against."""

STROKES = (
    Stroke("#0b5cad", "solid", "circle"),
    Stroke("#c8500a", (10, 3), "triangle"),
    Stroke("#0a8f66", (2, 3), "diamond"),
    Stroke("#42145f", (12, 3, 2, 3), "pin"),
)
"""In the order in which they are given out; the first is the one to look at."""


def stroke(index: int) -> Stroke:
    """Return the look of the series at a place in the order, starting anew after the last."""
    return STROKES[index % len(STROKES)]


def text(size: int = 14, *, colour: str = INK, bold: bool = False) -> dict[str, Any]:
    """Return ECharts' style of a text.

    Parameters
    ----------
    size
        Pixels.
    colour
        Hexadecimal.
    bold
        Whether bold.

    Returns
    -------
    dict
        For ``textStyle``, or spread into ``axisLabel``.
    """
    style: dict[str, Any] = {"fontFamily": FONT, "fontSize": size, "color": colour}
    return style | ({"fontWeight": "bold"} if bold else {})


def shared(sentence: str) -> dict[str, Any]:
    """Return what every option begins with: no motion, words for screen readers, patterns.

    Parameters
    ----------
    sentence
        What a reader should see in the chart.

    Returns
    -------
    dict
        Of an option.
    """
    return {
        "animation": False,
        "backgroundColor": PAPER,
        "textStyle": text(),
        "aria": {
            "enabled": True,
            "label": {"enabled": True, "description": sentence},
            "decal": {"show": True},
        },
    }


def legend(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a legend above a chart."""
    return {
        "data": entries,
        "top": 0,
        "left": 0,
        "itemWidth": 36,
        "itemGap": 18,
        "textStyle": text(),
    }


def tooltip(formatter: str, *, trigger: str = "axis") -> dict[str, Any]:
    """Return a hover label that is drawn, so that no style stands in the page.

    Parameters
    ----------
    formatter
        A function of ``charts.js``, named ``nearhome:...``.
    trigger
        ``axis`` or ``item``.

    Returns
    -------
    dict
        Of an option.
    """
    return {
        "trigger": trigger,
        "renderMode": "richText",
        "confine": True,
        "formatter": formatter,
        "backgroundColor": PAPER,
        "borderColor": QUIET,
        "borderWidth": 1,
        "textStyle": text(),
        "axisPointer": {"type": "line", "lineStyle": {"color": QUIET}},
    }


def value_axis(scale: str, *, name: str = "", from_zero: bool = False) -> dict[str, Any]:
    """Return an axis of figures with its unit at the end.

    Parameters
    ----------
    scale
        A :class:`scenarios.charts.chart.Scale`.
    name
        The unit, shown at the end of the axis.
    from_zero
        Whether the axis must hold zero.

    Returns
    -------
    dict
        For ``xAxis`` or ``yAxis``.
    """
    return {
        "type": "value",
        "scale": not from_zero,
        "name": name,
        "nameTextStyle": text(colour=QUIET) | {"align": "left"},
        "axisLabel": text(colour=QUIET) | {"formatter": f"nearhome:axis:{scale}"},
        "splitLine": {"lineStyle": {"color": "#e3e5e6"}},
        "splitNumber": 4,
    }


def category_axis(names: list[str]) -> dict[str, Any]:
    """Return an axis of names, years for the most part."""
    return {
        "type": "category",
        "data": names,
        "axisLabel": text(colour=QUIET),
        "axisLine": {"lineStyle": {"color": QUIET}, "onZero": False},
        "axisTick": {"show": True},
    }
