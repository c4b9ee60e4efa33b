"""The provider: how Ofsted judged it, and whether the council prefers it for such children."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.criteria.criterion import Criterion, Score, does_not_apply
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import FOSTERING_SETTINGS, Grade, Setting
from matcher.evidence.arrays import GRADES, SETTINGS, setting_codes
from matcher.evidence.lookup import among
from matcher.evidence.purchases import ROUTES, purchases_on

if TYPE_CHECKING:
    from matcher.domain.agreement import Route
    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.domain.world import World
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy, Preference

GRADE_SHARES = {
    Grade.OUTSTANDING: 1.0,
    Grade.GOOD: 0.85,
    Grade.REQUIRES_IMPROVEMENT: 0.4,
    Grade.INADEQUATE: 0.0,
    Grade.CONSISTENTLY_POSITIVE: 1.0,
    Grade.INCONSISTENT: 0.4,
    Grade.SERIOUS_CONCERNS: 0.0,
}
"""Share of the points by grade; a home that was never inspected is unknown."""


def _not_graded(home: Home, world: World) -> bool:
    """Whether Ofsted grades no such home: the council's own and connected fostering households."""
    if home.grade is not None or not home.setting.fostering:
        return False
    provider = world.providers[home.provider_id]
    return home.setting is Setting.CONNECTED or provider.sector is PlaceProvider.PR1


def _judge_quality(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    grade = case.home.grade
    if _not_graded(case.home, case.world):
        return does_not_apply("Ofsted does not grade the council's fostering households singly.")
    if grade is None:
        return Score(None, "Ofsted's judgement is not recorded.")
    if grade is Grade.NOT_YET_INSPECTED:
        return Score(None, "Not yet inspected by Ofsted.")
    return Score(GRADE_SHARES[grade], lambda: f"Judged {grade.label} by Ofsted.")


def _shares_quality(
    homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy
) -> Floats:
    whole = homes.whole

    def make() -> Floats:
        table = np.array([GRADE_SHARES.get(each, np.nan) for each in GRADES] + [np.nan])
        shares = table[whole.grade]
        providers = whole.world.providers.values()
        councils = np.array([each.sector is PlaceProvider.PR1 for each in providers] + [False])
        fostering = among(whole.setting, setting_codes(*FOSTERING_SETTINGS))
        connected = whole.setting == SETTINGS.index(Setting.CONNECTED)
        shares[(whole.grade < 0) & fostering & (connected | councils[whole.provider])] = 1.0
        return shares

    return homes.cut(whole.kept("provider_quality", make))


def _covers(row: Preference, age: int | None, need: int | None) -> bool | None:
    """Whether a row of the policy is for a child; None when that hangs on something unknown."""
    answers = []
    for value, low, high, widest in (
        (age, row.age_from, row.age_to, (0, 25)),
        (need, row.need_from, row.need_to, (0, 4)),
    ):
        if (low, high) == widest:
            continue
        answers.append(None if value is None else low <= value <= high)
    if False in answers:
        return False
    return None if None in answers else True


def _fits(row: Preference, setting: Setting, route: Route) -> bool:
    return row.setting is setting and row.route in (None, route)


def _preferred_share(
    covering: list[Preference], perhaps: list[Preference], setting: Setting, route: Route
) -> float | None:
    """Return 1 when a kind of home is preferred for a child, 0 when another is, None if unclear."""
    if any(_fits(row, setting, route) for row in covering):
        return 1.0
    if any(_fits(row, setting, route) for row in perhaps):
        return None
    return 0.0 if covering else None


def _rows(
    policy: Policy, age: int | None, need: int | None
) -> tuple[list[Preference], list[Preference]]:
    """Return the policy's rows that cover a child, and those that perhaps do."""
    known = policy.preferred_for
    if (age, need) not in known:
        answers = [(row, _covers(row, age, need)) for row in policy.preferred]
        known[age, need] = (
            [row for row, yes in answers if yes],
            [row for row, yes in answers if yes is None],
        )
    return known[age, need]


def _judge_preferred(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    covering, perhaps = _rows(case.policy, case.age, case.highest_need)
    if not covering and not perhaps:
        return does_not_apply("The policy prefers no kind of home for this child.")
    route, setting = case.purchase.route, case.home.setting
    share = _preferred_share(covering, perhaps, setting, route)
    if share is None:
        return Score(
            None, "The child's age or needs are not recorded: the preferred kind is unknown."
        )
    kind = "A kind" if share else "Not the kind"
    return Score(
        share,
        lambda: (
            f"{kind} of home that the policy prefers for this child: {setting.label}, "
            f"{route.label}."
        ),
    )


def _shares_preferred(
    homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy
) -> Floats:
    # The policy is kept beside its table, so that no other can come to have its identity.
    key = ("preferred", id(policy), child.age, child.highest_need)
    _, table = homes.whole.kept(key, lambda: (policy, _table(policy, child)))
    if table is None:
        return np.ones(homes.n)
    found: Floats = np.take(table, _kinds(homes, child.day_ordinal))
    return found


def _table(policy: Policy, child: ChildFacts) -> Floats | None:
    """Return the share by kind of home, see :func:`_kinds`; None when it does not apply."""
    covering, perhaps = _rows(policy, child.age, child.highest_need)
    if not covering and not perhaps:
        return None
    table = np.full((len(SETTINGS), len(ROUTES)), 0.0 if covering else np.nan)
    for rows, share in ((perhaps, np.nan), (covering, 1.0)):
        for row in rows:
            route = slice(None) if row.route is None else ROUTES.index(row.route)
            table[SETTINGS.index(row.setting), route] = share
    found: Floats = table.ravel()
    return found


def _kinds(homes: HomeArrays, day: int) -> Any:
    """Return the kind of each home, its setting and route together, on an ordinal day."""
    whole = homes.whole
    bought = purchases_on(whole, day)

    def make() -> Any:
        kinds = whole.setting.astype(np.intp)
        kinds *= len(ROUTES)
        kinds += bought.route
        return kinds

    return homes.cut(whole.kept(("kinds", bought.usable), make))


PROVIDER_QUALITY = Criterion(
    name="provider_quality",
    title="Ofsted judges the home, or its agency, well",
    measure=(
        "Ofsted's judgement: outstanding or consistently positive 1, good 0.85, requires "
        "improvement or inconsistent 0.4, inadequate or serious concerns 0. Does not apply to "
        "the council's own fostering households and connected persons, which are not graded "
        "singly. Unknown when not yet inspected or not recorded."
    ),
    sources=(
        (
            "Ofsted, Social care common inspection framework (SCCIF): judgements of children's "
            "homes, fostering agencies and supported accommodation",
            "https://www.gov.uk/government/collections/social-care-common-inspection-framework-sccif",
        ),
    ),
    needs=("home.grade", "home.setting", "provider.sector"),
    judge=_judge_quality,
    shares=_shares_quality,
)

PREFERRED_PROVIDER = Criterion(
    name="preferred_provider",
    title="The home is of a kind that the council prefers for such children",
    measure=(
        "In full where the home's setting and route fit a row of the policy's `preferred` "
        "that covers the child's age and highest need, nothing elsewhere. Does not apply when "
        "no row covers the child. Unknown where it hangs on an age or a need that is not "
        "recorded."
    ),
    sources=(
        (
            "Children Act 1989, section 22G: sufficiency of accommodation; the preferences are "
            "the council's own, in its policy",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22G",
        ),
    ),
    needs=("child.date_of_birth", "child.needs", "home.setting", "home.agreement_ids"),
    judge=_judge_preferred,
    shares=_shares_preferred,
)
