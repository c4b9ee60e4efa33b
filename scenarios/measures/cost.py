"""What the council pays, altogether and by what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.agreement import Route
from scenarios.measures.measure import Measure, Per
from scenarios.results import Good, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN = "Near Home"


def _yearly_cost(
    name: str,
    label: str,
    definition: str,
    *top: str,
    good: Good = Good.LESS,
    headline: bool = False,
) -> Measure:
    return Measure(
        name=name,
        label=label,
        unit=Unit.PENCE_A_YEAR,
        good=good,
        group="Cost",
        definition=definition,
        source=_OWN,
        top=top,
        per=Per.YEAR,
        headline=headline,
    )


def cost() -> Iterator[Measure]:
    """Yield the measures of cost."""
    yield _yearly_cost(
        "yearly_cost",
        "Cost a year, gross",
        "All that the council pays in a year of 365.25 days: fees, empty block beds, school "
        "transport, capital in the week in which it is spent, running costs, young adults "
        "staying put, and the emergency cost of children without a home. Income is not taken off.",
        "cost.gross_pence",
        headline=True,
    )
    yield _yearly_cost(
        "yearly_cost_net",
        "Cost a year, less income",
        "The gross cost less income from beds that other authorities use.",
        "cost.gross_pence",
        "-income_pence",
    )
    yield _yearly_cost(
        "yearly_cost_without_capital",
        "Cost a year, without capital",
        "The gross cost less capital: what goes on being paid.",
        "cost.gross_pence",
        "-cost.capital_pence",
    )
    yield Measure(
        name="cost_per_child_week",
        label="Cost per child-week",
        unit=Unit.PENCE_A_CHILD_WEEK,
        good=Good.LESS,
        group="Cost",
        definition="The gross cost, for each week in which a child was looked after.",
        source=_OWN,
        top=("cost.gross_pence",),
        bottom=("children",),
        headline=True,
    )
    for name, label, definition in (
        ("fees", "Fees", "Fees of children who are placed, block beds apart."),
        (
            "void",
            "Paid for empty block beds",
            "The part of block prices that is for beds not used.",
        ),
        ("transport", "School transport", "Taking children to the schools that they keep."),
        ("capital", "Capital", "Capital, in the week in which it is spent."),
        ("running", "Running costs", "Running costs of homes and changes, not in fees."),
        (
            "emergency",
            "Paid while children wait without a home",
            "Children who have no home, at the emergency cost of a week.",
        ),
        ("staying_put", "Paid for staying put", "Young adults who stayed with their carers."),
    ):
        yield _yearly_cost(f"cost_{name}", label, f"{definition} A year.", f"cost.{name}_pence")
    yield _yearly_cost(
        "income",
        "Income",
        "From beds that other authorities use. A year.",
        "income_pence",
        good=Good.MORE,
    )
    for route in Route:
        yield _yearly_cost(
            f"cost_route_{route.value}",
            f"Paid by route: {route.label}",
            f"Paid in a year for beds obtained by the route {route.label}.",
            f"cost.route.{route.value}_pence",
            good=Good.NEITHER,
        )
    yield Measure(
        name="fee_unknown_rate",
        label="Fee not known",
        unit=Unit.SHARE,
        good=Good.LESS,
        group="Cost",
        definition="Placed children whose fee is not known, of all placed; they cost nothing in "
        "the sums.",
        source=_OWN,
        top=("fee_unknown",),
        bottom=("placed",),
    )
