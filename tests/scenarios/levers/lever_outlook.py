"""The county that levers are tried on, and how their changes are shown in a line."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from matcher.policy import Policy
from scenarios import changes as vocabulary
from scenarios.assumptions import shipped_assumptions
from scenarios.county import make_county
from scenarios.levers import LEVERS, Lever
from scenarios.outlook import Outlook

if TYPE_CHECKING:
    from scenarios.changes import AnyChange

SPRING = date(2026, 4, 1)
AUTUMN = date(2026, 10, 1)
SEED = 7


@cache
def outlook() -> Outlook:
    """A county of some 160 children, with nothing changed."""
    return Outlook(make_county(size=0.3), Policy.named("balanced"), shipped_assumptions())


class Example(NamedTuple):
    """A lever as a file writes it, its sentence, and its changes in short."""

    written: dict[str, Any]
    sentence: str
    changes: tuple[str, ...]

    @property
    def kind(self) -> str:
        return str(self.written["kind"])

    @property
    def lever(self) -> Lever:
        return LEVERS[self.kind].model_validate(self.written)


def number(name: str, **fields: Any) -> str:
    """What a change of an assumption looks like in short."""
    return f"{name} " + " ".join(f"{key}={value}" for key, value in fields.items())


def short(change: AnyChange) -> str:
    """A change in one line: its kind, what it holds for, and what is not as usual."""
    if isinstance(change, vocabulary.NumberChanges):
        parts = {"x": f"{change.multiply:g}"} if change.multiply != 1 else {}
        parts |= {"+": f"{change.add:g}"} if change.add else {}
        parts |= {"ages": f"{change.ages[0]}-{change.ages[1]}"} if change.ages else {}
        parts |= {"area": str(len(change.area))} if change.area else {}
        return number(change.name, **parts)
    if isinstance(change, vocabulary.HomeOpens):
        home, terms = change.home, change.home.terms
        assert terms is not None
        return (
            f"opens {change.starts} {home.setting.value} beds={home.beds_approved} "
            f"ages={terms.age_from}-{terms.age_to} ramp={change.ramp_up_weeks} "
            f"weekly={change.running_weekly_pence} capital={change.capital_pence}"
        )
    if isinstance(change, vocabulary.HomesChange):
        return (
            f"changes {change.starts} {len(change.home_ids)} home {','.join(sorted(change.fields))}"
            f" capital={change.capital_pence}"
        )
    if isinstance(change, vocabulary.MoneySpent):
        return f"spends once={change.once_pence} weekly={change.weekly_pence}"
    if isinstance(change, vocabulary.BlockStarts):
        agreement = change.agreement
        return f"block beds={agreement.block_beds} weekly={agreement.block_weekly_pence}"
    plain = change.model_dump(mode="json", exclude_defaults=True, exclude={"starts", "home_ids"})
    return type(change).__name__ + "".join(f" {key}={value}" for key, value in plain.items())


def _some(setting: str, *sectors: str) -> list[str]:
    world = outlook().world
    return [
        home.home_id
        for home in world.homes.values()
        if home.setting.value == setting
        and world.providers[home.provider_id].sector.value in sectors
    ]


def childrens_home() -> str:
    """A private children's home of the county."""
    return _some("childrens_home", "PR4")[0]


def agency() -> str:
    """A private fostering agency of the county."""
    return outlook().world.homes[_some("foster", "PR4")[0]].provider_id
