"""Whether there is room: beds, bedrooms, approved number and the usual fostering limit."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from matcher.domain.home import FOSTERING_SETTINGS
from matcher.domain.phrases import counted
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met, unknown
from matcher.rules.approval import OUTSIDE_TERMS
from matcher.rules.masks import kept_verdicts, of_setting, verdict_where
from matcher.rules.rule import HouseholdRule, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from matcher.domain.codes import Sex
    from matcher.evidence.arrays import Arrivals, HomeArrays, Verdicts
    from matcher.evidence.cases import HouseholdCase
    from matcher.policy import Policy

USUAL_FOSTERING_LIMIT = 3
"""Children Act 1989, Schedule 7, paragraph 2."""

OWN_BEDROOM_FROM_AGE = 3
"""Fostering National Minimum Standards 2011, standard 10.6."""


# Beds -----------------------------------------------------------------------------------


def _judge_beds(case: HouseholdCase) -> Judgement:
    reserved = case.world.beds_reserved(case.home.home_id, case.day)
    free = case.home.beds_usable - len(case.occupants) - reserved
    needed = len(case.arrivals)
    if needed <= free:
        return MET
    return not_met(
        usable=counted(case.home.beds_usable, "usable bed"),
        living=len(case.occupants),
        reserved=reserved,
        free=max(free, 0),
        needed=needed,
        short=counted(needed - free, "more bed"),
        day=case.day,
    )


def _mask_beds(homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
    day, size = arrivals.day_ordinal, arrivals.size

    def make() -> Verdicts:
        return verdict_where(homes.beds_free(day) < size, Verdict.NOT_MET)

    return kept_verdicts(homes, ("BEDS_FREE", day, size), make, for_now=True)


BEDS_FREE = HouseholdRule(
    code="BEDS_FREE",
    title="There is a free bed for everybody who arrives",
    family="household",
    sources=(
        Source(
            "Fostering Services: National Minimum Standards 2011, standard 10.1 (the home can "
            "comfortably accommodate all who live there)",
            "https://www.minimumstandards.org/fost_ten.html",
        ),
        Source(
            "Children's Homes (England) Regulations 2015, reg 16 (statement of purpose: "
            "the number of children accommodated)",
            "https://www.legislation.gov.uk/uksi/2015/541/regulation/16",
        ),
    ),
    needs=("home.beds_usable", "placements", "residents", "holds"),
    judge=_judge_beds,
    mask=_mask_beds,
    sentence=(
        "{home} has {usable} ({living} lived in, {reserved} reserved on {day}): "
        "{free} free, {needed} needed."
    ),
    change="{short} in {home} would have to become free.",
)

# Approved number --------------------------------------------------------------------------


def _judge_number(case: HouseholdCase) -> Judgement:
    terms = case.home.terms
    if terms is None:
        return unknown(missing=f"the number of children that {case.home.home_id} is approved for")
    if terms.number is None:
        return MET
    living = sum(occupant.fostered for occupant in case.occupants)
    arriving = len(case.arrivals)
    if living + arriving <= terms.number:
        return MET
    return not_met(approved=terms.number, living=living, arriving=arriving)


def _mask_number(homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
    def make() -> Verdicts:
        over = homes.terms_number - homes.fostered < arrivals.size
        found = verdict_where(over, Verdict.NOT_MET)
        found[~homes.terms_known] = Verdict.UNKNOWN
        return found

    return kept_verdicts(homes, ("APPROVAL_NUMBER", arrivals.size), make, for_now=True)


APPROVAL_NUMBER = HouseholdRule(
    code="APPROVAL_NUMBER",
    title="The number of children is within the home's approval",
    family="household",
    sources=(
        Source(
            "Fostering Services (England) Regulations 2011, reg 27(5)",
            "https://www.legislation.gov.uk/uksi/2011/581/regulation/27",
        ),
        Source(
            "Children's Homes (England) Regulations 2015, reg 16 (statement of purpose)",
            "https://www.legislation.gov.uk/uksi/2015/541/regulation/16",
        ),
    ),
    needs=("home.terms", "placements", "residents"),
    judge=_judge_number,
    mask=_mask_number,
    sentence="{home} is approved for {approved}; {living} live there and {arriving} would arrive.",
    unknown="Not recorded: {missing}.",
    change="A variation of the approval of {home} beyond {approved} would be needed.",
    exemption=OUTSIDE_TERMS,
)

# Usual fostering limit -------------------------------------------------------------------


def _judge_limit(case: HouseholdCase) -> Judgement:
    if not case.home.setting.fostering:
        return NOT_APPLICABLE
    fostered = [each for each in case.together if each.fostered]
    if len(fostered) <= USUAL_FOSTERING_LIMIT:
        return MET
    groups = {each.sibling_group_id for each in fostered}
    if len(groups) == 1 and None not in groups:
        return MET
    return not_met(
        limit=USUAL_FOSTERING_LIMIT,
        living=len(fostered) - len(case.arrivals),
        arriving=len(case.arrivals),
    )


def _mask_limit(homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
    groups = {each.child.sibling_group_id for each in arrivals.members}
    only = next(iter(groups)) if len(groups) == 1 else None

    def make() -> Verdicts:
        within = homes.fostered <= USUAL_FOSTERING_LIMIT - arrivals.size
        if only is not None:
            # Shared by everybody there, or nobody is fostered there yet (-1).
            position = _group_positions(homes)[only]
            within |= (homes.fostered_group == position) | (homes.fostered_group == -1)
        found = verdict_where(within, Verdict.MET, Verdict.NOT_MET)
        found[~fostering(homes)] = Verdict.NOT_APPLICABLE
        return found

    if only is not None:
        return make()
    return kept_verdicts(homes, ("FOSTERING_LIMIT", arrivals.size), make, for_now=True)


def fostering(homes: HomeArrays) -> NDArray[np.bool_]:
    """Return which homes are fostering households; shape (n,)."""
    return of_setting(homes, *FOSTERING_SETTINGS)


def _group_positions(homes: HomeArrays) -> dict[str, int]:
    return homes.kept_for_now(
        "group_positions",
        lambda: {group_id: at for at, group_id in enumerate(homes.world.sibling_groups)},
    )


FOSTERING_LIMIT = HouseholdRule(
    code="FOSTERING_LIMIT",
    title="At most three children are fostered together, unless all are siblings",
    family="household",
    sources=(
        Source(
            "Children Act 1989, section 63(12) and Schedule 7, paragraphs 2 to 4",
            "https://www.legislation.gov.uk/ukpga/1989/41/schedule/7",
        ),
    ),
    needs=("home.setting", "child.sibling_group_id", "placements", "residents"),
    judge=_judge_limit,
    mask=_mask_limit,
    sentence=(
        "In {home} {living} are fostered and {arriving} would arrive: more than the usual "
        "limit of {limit}, and not all siblings of each other."
    ),
    change="An exemption from the usual fostering limit that names the children would be needed.",
    exemption=(
        "An exemption by the authority in whose area the foster carer lives, which names the "
        "children and may have no end date (Children Act 1989, Schedule 7, paragraph 4)."
    ),
)

# Bedrooms --------------------------------------------------------------------------------

Sleeper = tuple["int | None", "Sex | None", "bool | None", "str | None"]
"""Age, sex, whether sharing has been agreed, sibling group."""


def _may_share(a: Sleeper, b: Sleeper) -> bool | None:
    """Return whether two children may share a bedroom; None when a fact is missing.

    Only siblings share. Under the third birthday they may without more. From then on they
    must be of the same sex, and a risk assessment must agree for each who is three or older.
    """
    if a[3] is None or a[3] != b[3]:
        return False
    if all(age is not None and age < OWN_BEDROOM_FROM_AGE for age in (a[0], b[0])):
        return True
    if a[1] is not None and b[1] is not None and a[1] is not b[1]:
        # Opposite sexes: only while both are under three, which may not be known yet.
        small = all(age is None or age < OWN_BEDROOM_FROM_AGE for age in (a[0], b[0]))
        return None if small else False
    sure = a[1] is not None and b[1] is not None
    for age, _, agreed, _ in (a, b):
        if age is not None and age < OWN_BEDROOM_FROM_AGE:
            continue
        if age is not None and agreed is False:
            return False
        sure = sure and agreed is True
    return True if sure else None


def rooms_needed(sleepers: Sequence[Sleeper]) -> tuple[int, int]:
    """Return the fewest bedrooms for children who arrive together, two to a room at most.

    Parameters
    ----------
    sleepers
        The children.

    Returns
    -------
    tuple of int
        With what is known, and if every missing fact turned out well.
    """
    if len(sleepers) == 1:
        return 1, 1
    sure: list[tuple[int, int]] = []
    hoped: list[tuple[int, int]] = []
    for (i, a), (j, b) in combinations(enumerate(sleepers), 2):
        agreed = _may_share(a, b)
        if agreed:
            sure.append((i, j))
        if agreed is not False:
            hoped.append((i, j))
    everybody = (1 << len(sleepers)) - 1
    return _rooms(everybody, tuple(sure)), _rooms(everybody, tuple(hoped))


@cache
def _rooms(waiting: int, pairs: tuple[tuple[int, int], ...]) -> int:
    """Return the fewest rooms for the children whose bits are set."""
    if not pairs or not waiting:
        return waiting.bit_count()
    first = (waiting & -waiting).bit_length() - 1
    alone = 1 + _rooms(waiting & ~(1 << first), pairs)
    shared = (
        1 + _rooms(waiting & ~(1 << i) & ~(1 << j), pairs)
        for i, j in pairs
        if first == i and waiting >> j & 1
    )
    return min(alone, *shared, waiting.bit_count())


def _judge_bedrooms(case: HouseholdCase) -> Judgement:
    home = case.home
    # Where there is a bedroom for every bed, the beds decide.
    bedrooms = home.bedrooms
    if bedrooms is None or bedrooms >= home.beds_usable:
        return NOT_APPLICABLE
    reserved = case.world.beds_reserved(home.home_id, case.day)
    rooms = max(bedrooms - len(case.occupants) - reserved, 0)
    needed, hoped = rooms_needed(
        [
            (child.age_on(case.day), child.sex, child.may_share_bedroom, child.sibling_group_id)
            for child in case.arrivals
        ]
    )
    if needed <= rooms:
        return MET
    if hoped <= rooms:
        return unknown(rooms=counted(rooms, "free bedroom"))
    return not_met(rooms=counted(rooms, "free bedroom"), needed=hoped)


def _mask_bedrooms(homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
    needed, hoped = rooms_needed(
        [
            (
                each.age,
                each.child.sex,
                each.child.may_share_bedroom,
                each.child.sibling_group_id,
            )
            for each in arrivals.members
        ]
    )
    day = arrivals.day_ordinal

    def make() -> Verdicts:
        rooms = _rooms_free(homes, day)
        found = verdict_where(rooms < needed, Verdict.NOT_MET)
        if hoped < needed:
            found[(rooms >= hoped) & (rooms < needed)] = Verdict.UNKNOWN
        found[homes.bedrooms >= homes.beds_usable] = Verdict.NOT_APPLICABLE
        return found

    return kept_verdicts(homes, ("BEDROOM_SHARING", day, needed, hoped), make, for_now=True)


def _rooms_free(homes: HomeArrays, day: int) -> NDArray[np.int16]:
    """Return the bedrooms that are nobody's on a day, as if each has one; shape (n,)."""
    # Beds free are usable beds less occupants and reservations, so this is the bedrooms
    # less occupants and reservations.
    return homes.kept_for_now(
        ("rooms_free", day), lambda: homes.bedrooms - homes.beds_usable + homes.beds_free(day)
    )


BEDROOM_SHARING = HouseholdRule(
    code="BEDROOM_SHARING",
    title="Children of three and over have their own bedroom, unless sharing is agreed",
    family="household",
    sources=(
        Source(
            "Fostering Services: National Minimum Standards 2011, standard 10.6",
            "https://www.minimumstandards.org/fost_ten.html",
        ),
        Source(
            "Councils' bedroom-sharing procedures: siblings of the same sex, never opposite "
            "sexes once one is three"
        ),
    ),
    needs=(
        "home.bedrooms",
        "child.may_share_bedroom",
        "child.date_of_birth",
        "child.sex",
        "child.sibling_group_id",
        "placements",
        "residents",
    ),
    judge=_judge_bedrooms,
    mask=_mask_bedrooms,
    sentence="{home} has {rooms}; needed for {children}: {needed}.",
    unknown=(
        "{home} has {rooms}; whether that is enough for {children} hangs on something not "
        "recorded: their ages, their sexes, or whether siblings may share."
    ),
    change=(
        "Each child's authority would have to agree to a shared bedroom after a risk "
        "assessment, or {home} would need {needed} free bedrooms."
    ),
    exemption=(
        "A recorded agreement of each child's responsible authority to share, after a risk "
        "assessment (Fostering National Minimum Standards 2011, standard 10.6)."
    ),
)

RULES = (BEDS_FREE, APPROVAL_NUMBER, FOSTERING_LIMIT, BEDROOM_SHARING)
