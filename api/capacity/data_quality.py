"""What is not recorded, or was recorded too long ago, and what that does to a ranking."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from matcher.geography.location import Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.domain.world import World

OLD_ASSESSMENT = timedelta(days=365)
OLD_VACANCY = timedelta(days=14)


class Gap(NamedTuple):
    """One thing that is lacking."""

    about: str
    """Children or homes."""
    what: str
    why: str
    """What it keeps from being known."""
    lacking: tuple[str, ...]
    """Whose records, in the order of identifiers."""
    of: int

    @property
    def per_cent(self) -> float:
        """How many of a hundred lack it."""
        return 100 * len(self.lacking) / self.of if self.of else 0.0


def data_quality(world: World) -> tuple[Gap, ...]:
    """Return what is lacking, that which most lack first.

    Parameters
    ----------
    world
        The World of today.
    """
    today = world.as_of
    children = world.children.values()
    homes = [home for home in world.homes.values() if home.setting.offered]

    def placed(postcode: str | None) -> bool:
        place = world.location(postcode)
        return place is not None and place.precision is Precision.POSTCODE

    def child(what: str, why: str, lacks: Callable[[Child], bool], among: Iterable[Child]) -> Gap:
        those = list(among)
        lacking = tuple(sorted(each.child_id for each in those if lacks(each)))
        return Gap("children", what, why, lacking, len(those))

    def home(what: str, why: str, lacks: Callable[[Home], bool]) -> Gap:
        lacking = tuple(sorted(each.home_id for each in homes if lacks(each)))
        return Gap("homes", what, why, lacking, len(homes))

    found = (
        child(
            "date of birth", "which homes are lawful", lambda c: c.date_of_birth is None, children
        ),
        child(
            "home postcode",
            "how far a home is",
            lambda c: not placed(c.home_postcode),
            [each for each in children if not each.unaccompanied],
        ),
        child("needs assessed", "whether a home can meet them", lambda c: not c.needs, children),
        child(
            "needs assessed within a year",
            "whether they are still so",
            lambda c: any(
                need.assessed_on is None or need.assessed_on < today - OLD_ASSESSMENT
                for need in c.needs
            ),
            children,
        ),
        child("the child's wishes", "what they want", lambda c: not c.wishes, children),
        child("ethnicity", "whether a home reflects it", lambda c: c.ethnicity is None, children),
        child("legal status", "what the law asks", lambda c: c.legal_status is None, children),
        child(
            "plan for permanence",
            "whether a home can be for long",
            lambda c: c.permanence_plan is None,
            children,
        ),
        home("terms of approval", "whom it may take", lambda h: h.terms is None),
        home("postcode", "how far it is", lambda h: not placed(h.postcode)),
        home("capabilities", "which needs it can meet", lambda h: not h.capabilities),
        home(
            "vacancy confirmed within a fortnight",
            "whether the bed is really free",
            lambda h: (
                h.vacancy_confirmed_on is None or h.vacancy_confirmed_on < today - OLD_VACANCY
            ),
        ),
        home("registration", "whether it is lawful", lambda h: h.registered is None),
        home(
            "who else lives there",
            "whether the household fits",
            lambda h: h.setting.fostering and h.household.own_children_ages is None,
        ),
        home(
            "pets and smoking",
            "whether it is safe for a child",
            lambda h: (
                h.setting.fostering and (h.household.pets is None or h.household.smokers is None)
            ),
        ),
        home(
            "fee or agreement",
            "what it costs",
            lambda h: h.weekly_fee_pence is None and not h.agreement_ids,
        ),
    )
    return tuple(sorted(found, key=lambda gap: (-gap.per_cent, gap.about, gap.what)))
