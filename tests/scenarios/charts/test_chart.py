"""Figures as people write them, tables that fit, colours that everyone can tell apart."""

from __future__ import annotations

import itertools

import pytest

from scenarios.charts.chart import Chart, Scale, Table, written
from scenarios.charts.look import BASE, STROKES
from scenarios.charts.maps import LIVE, PLACED

# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
BLINDNESS = {
    "none": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
LOOKS = {BASE.colour, *(each.colour for each in STROKES)}


def linear(colour: str) -> tuple[float, ...]:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)


def luminance(light: tuple[float, ...]) -> float:
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), light, strict=True))


def lab(light: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = (min(1.0, max(0.0, c)) for c in light)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116 for c in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize(
    ("value", "scale", "signed", "text"),
    [
        (None, Scale.COUNT, False, "not known"),
        (1234.4, Scale.COUNT, False, "1,234"),
        (-0.4, Scale.COUNT, True, "0"),
        (-3.0, Scale.COUNT, False, "−3"),
        (53.7, Scale.PER_CENT, False, "53.7%"),
        (1.84, Scale.POINTS, True, "+1.8 points"),
        (-0.04, Scale.POINTS, True, "0.0 points"),
        (0.3, Scale.POUNDS, True, "£0"),
        (840.4, Scale.POUNDS, False, "£840"),
        (1_234, Scale.POUNDS, False, "£1,230"),
        (12_345, Scale.POUNDS, False, "£12,300"),
        (502_938, Scale.POUNDS, True, "+£503,000"),
        (999_499, Scale.POUNDS, False, "£999,000"),
        (999_500, Scale.POUNDS, False, "£1.0 million"),
        (-12_345_678, Scale.POUNDS, True, "−£12.3 million"),
        (123_456_789, Scale.POUNDS, False, "£123 million"),
        (2.345, Scale.HUNDREDTHS, False, "2.35"),
        (0.0264, Scale.THOUSANDTHS, True, "+0.026"),
        (12.34, Scale.TENTHS, False, "12.3"),
    ],
)
def test_figures_as_people_write_them(
    value: float | None, scale: Scale, signed: bool, text: str
) -> None:
    assert written(value, scale, signed=signed) == text


@pytest.mark.parametrize("colour", sorted(LOOKS))
def test_a_line_stands_out_from_the_paper(colour: str) -> None:
    assert 1.05 / (luminance(linear(colour)) + 0.05) >= 3.0


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_colours_are_told_apart(blindness: str) -> None:
    matrix = BLINDNESS[blindness]

    def seen(colour: str) -> tuple[float, float, float]:
        light = linear(colour)
        return lab(tuple(sum(w * c for w, c in zip(row, light, strict=True)) for row in matrix))

    pairs = [*itertools.combinations(sorted(LOOKS), 2)]
    pairs.append((LIVE.colour, PLACED.colour))
    distances = {
        pair: sum((a - b) ** 2 for a, b in zip(*map(seen, pair), strict=True)) ** 0.5
        for pair in pairs
    }
    assert {pair: round(away) for pair, away in distances.items() if away < 15} == {}


def test_every_line_has_its_own_dash_and_symbol_too() -> None:
    looks = (BASE, *STROKES)
    assert len({each.dash for each in looks}) == len(looks)
    assert len({each.symbol for each in looks}) == len(looks)


def test_a_ragged_table_is_refused() -> None:
    with pytest.raises(ValueError, match="2 headings"):
        Table("T", ("a", "b"), (("1", "2"), ("1",)))


def test_a_chart_needs_an_id_that_fits_a_page() -> None:
    with pytest.raises(ValueError, match="cannot be the id"):
        Chart("1 x", "T", "S", {}, Table("T", ("a",), ()))
