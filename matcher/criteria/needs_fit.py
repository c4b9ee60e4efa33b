"""Needs fit: what the home can do against what the child needs, shortfall and surplus."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score
from matcher.domain.home import Setting
from matcher.domain.need import LEVEL_LABELS, NeedDomain
from matcher.domain.phrases import counted, listed
from matcher.evidence.arrays import DOMAINS, setting_codes
from matcher.evidence.lookup import among

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import NeedsFit, Policy

LOSS = (0, 1, 3, 6, 10)
"""Lost by levels short."""

STAFFED = (Setting.CHILDRENS_HOME, Setting.RESIDENTIAL_SCHOOL, Setting.SECURE)
"""Settings in which a bed that can do far more than is needed costs others dearly."""

SUPPORT = {
    NeedDomain.HEALTH: "nursing advice and training in the child's health plan",
    NeedDomain.DISABILITY: "an occupational therapist's assessment, equipment and training",
    NeedDomain.LEARNING: "virtual school support and training in SEND",
    NeedDomain.EMOTIONAL: "therapeutic parenting training and CAMHS consultation",
    NeedDomain.SELF_HARM: "CAMHS consultation and training",
    NeedDomain.BEHAVIOUR: "training in de-escalation and an outreach worker",
    NeedDomain.RISK_TO_OTHERS: "a risk management plan and additional staff or respite",
    NeedDomain.EXPLOITATION: "a safety plan with the exploitation team and a specialist worker",
    NeedDomain.MISSING: "a missing-from-care plan with the police and return interviews",
    NeedDomain.SUBSTANCE_USE: "the young people's substance use service and training",
    NeedDomain.INDEPENDENCE: "a personal adviser and key-work hours",
}
"""Support that closes a shortfall of one level, by domain."""


def levels_short(child: Child, home: Home) -> int | None:
    """Return the levels by which a home falls short, added over domains; None when unknown.

    Domains in which the home's capability is not recorded are left out, unless none is.
    """
    short = [
        max(need.level - capability, 0)
        for need in child.needs
        if (capability := home.capability(need.domain)) is not None
    ]
    return sum(short) if short else None


def levels_short_everywhere(homes: HomeArrays, child: ChildFacts) -> Floats:
    """Return :func:`levels_short` for every home; nan when unknown."""
    assessed = np.flatnonzero(child.levels >= 0)
    can = homes.capability[assessed]
    short = np.maximum(child.levels[assessed][:, None] - can, 0) * (can >= 0)
    known = (can >= 0).any(axis=0)
    return np.where(known, short.sum(axis=0, dtype=np.float64), np.nan)


def _kept_share(surplus: int, settings: NeedsFit) -> float:
    """Return the share left by a surplus of some levels, one of which is free."""
    return 1.0 - settings.surplus_step * max(surplus - 1, 0)


def _judge(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    highest = case.highest_need
    if highest is None:
        return Score(None, "No need has been assessed.")
    policy = case.policy
    levels, can = case.child.level_of, case.home.level_of
    weights = policy.shortfall_weights
    lost = missing = total = 0.0
    needed: list[NeedDomain] = []
    short: list[NeedDomain] = []
    unrecorded: list[NeedDomain] = []
    for domain, level in levels.items():
        weight = weights.get(domain, 1.0)
        if level == 0 or weight == 0:
            continue
        needed.append(domain)
        total += weight * level
        if domain not in can:
            missing += weight * level
            unrecorded.append(domain)
            continue
        below = level - can[domain]
        if below > 0:
            lost += weight * LOSS[below]
            short.append(domain)
    if total and missing == total:
        return Score(
            None,
            "What the home can do is not recorded in any domain in which this child has a need.",
        )
    surplus = 0
    if case.home.setting in STAFFED and can:
        surplus = max(can.values()) - highest
    share = 1 / (1 + lost / policy.needs_fit.half_at_loss)
    share *= _kept_share(surplus, policy.needs_fit)
    if missing:
        share += (policy.unknown_score("needs_fit") - share) * missing / total
    return Score(
        share,
        lambda: _sentence(needed, short, unrecorded, levels, can, surplus),
        lambda: " ".join(_gap(domain, levels[domain], can[domain]) for domain in short),
    )


def _sentence(
    needed: list[NeedDomain],
    short: list[NeedDomain],
    unrecorded: list[NeedDomain],
    levels: Mapping[NeedDomain, int],
    can: Mapping[NeedDomain, int],
    surplus: int,
) -> str:
    said = [_met_sentence(needed, short, unrecorded, levels, can)]
    if unrecorded:
        said.append(f"Not recorded for {listed([each.label for each in unrecorded])}.")
    if surplus > 1:
        said.append(_surplus_sentence(surplus))
    return " ".join(said)


def _met_sentence(
    needed: list[NeedDomain],
    short: list[NeedDomain],
    unrecorded: list[NeedDomain],
    levels: Mapping[NeedDomain, int],
    can: Mapping[NeedDomain, int],
) -> str:
    if not needed:
        return "The child is assessed to have no such needs."
    met = len(needed) - len(unrecorded) - len(short)
    if met == len(needed):
        all_of_them = {1: "the assessed need", 2: "both assessed needs"}
        return f"Meets {all_of_them.get(met, f'all {met} assessed needs')}."
    shortfalls = listed(
        [f"{counted(levels[each] - can[each], 'level')} short in {each.label}" for each in short]
    )
    if len(needed) == 1:
        return f"Does not meet the assessed need: {shortfalls}."
    return f"Meets {met} of {len(needed)} assessed needs{'; ' if short else ''}{shortfalls}."


def _surplus_sentence(surplus: int) -> str:
    return (
        f"Set up for needs {surplus} levels above this child's: a bed that another may need more."
    )


def _gap(domain: NeedDomain, level: int, can: int) -> str:
    offered = "no support with it" if can == 0 else LEVEL_LABELS[can]
    closes = "would close it" if level - can == 1 else "would be needed, agreed in writing first"
    return (
        f"Needs {LEVEL_LABELS[level]} support with {domain.label}; the home offers {offered}: "
        f"{SUPPORT[domain]} {closes}."
    )


def _shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy) -> Floats:
    if child.highest_need is None:
        return np.full(homes.n, np.nan)
    settings = policy.needs_fit
    asked: list[tuple[int, int, float]] = []
    total = 0.0
    for at, level in enumerate(child.levels.tolist()):
        weight = policy.shortfall_weights.get(DOMAINS[at], 1.0) if level > 0 else 0.0
        if weight:
            total += weight * level
            asked.append((at, level, weight))
    few = homes is not homes.whole
    lost, missing = (_in_few_homes if few else _in_all_homes)(homes, asked)
    # In place, since each new array costs more than the arithmetic on it.
    lost /= settings.half_at_loss
    lost += 1
    shares: Floats = np.divide(1, lost, out=lost)
    shares *= _surplus_shares(homes, child.highest_need, settings)
    if missing is not None:
        shares += (policy.unknown_score("needs_fit") - shares) * missing / total
        shares[missing == total] = np.nan
    return shares


def _in_all_homes(
    homes: HomeArrays, asked: list[tuple[int, int, float]]
) -> tuple[Floats, Floats | None]:
    """Return what is lost in every home, and what is not recorded, added over domains.

    Parameters
    ----------
    homes
        The homes.
    asked
        Position, level and weight of each domain in which the child has a need.
    """
    lost: Floats = np.zeros(homes.n)
    missing: Floats | None = None
    for at, level, weight in asked:
        lost += _losses(homes, at, level, weight)
        if _any_unrecorded(homes)[at]:
            if missing is None:
                missing = np.zeros(homes.n)
            missing += _masses_missing(homes, at, level, weight)
    return lost, missing


def _in_few_homes(
    homes: HomeArrays, asked: list[tuple[int, int, float]]
) -> tuple[Floats, Floats | None]:
    """Return the same by one look-up, where there are too few homes to keep anything of them."""
    if not asked:
        return np.zeros(homes.n), None
    can = homes.capability[[at for at, _, _ in asked]]
    # One row a domain: the table of its level begins at six times the level.
    entries = can + _ROWS[[level for _, level, _ in asked]]
    losses = _LOSSES.take(entries)
    losses *= np.array([weight for _, _, weight in asked])[:, None]
    lost: Floats = np.add.reduce(losses, axis=0)
    unrecorded = can < 0
    if not unrecorded.any():
        return lost, None
    masses = np.array([weight * level for _, level, weight in asked])
    return lost, np.add.reduce(masses[:, None] * unrecorded, axis=0)


_ROWS = np.arange(1, 6 * 5, 6, dtype=np.int8)[:, None]
_LOSSES = np.array([[0.0, *(LOSS[max(level - can, 0)] for can in range(5))] for level in range(5)])
"""By level and capability, the first of six not recorded."""


@cache
def _loss_table(level: int, weight: float) -> tuple[float, ...]:
    """Return the weighted loss by capability; the last, at -1, where it is not recorded."""
    return (*(weight * LOSS[max(level - can, 0)] for can in range(5)), 0.0)


def _losses(homes: HomeArrays, at: int, level: int, weight: float) -> Floats:
    """Return the weighted loss in one domain at one level; 0 where it is not recorded."""

    def make() -> Floats:
        found: Floats = np.array(_loss_table(level, weight))[homes.capability[at]]
        return found

    return homes.kept(("needs_fit lost", at, level, weight), make)


def _masses_missing(homes: HomeArrays, at: int, level: int, weight: float) -> Floats:
    """Return weight times level where the capability in one domain is not recorded, else 0."""
    return homes.kept(
        ("needs_fit missing", at, level, weight),
        lambda: weight * level * (homes.capability[at] < 0),
    )


def _any_unrecorded(homes: HomeArrays) -> np.ndarray:
    """Return for each domain whether any home's capability is not recorded."""
    return homes.kept("needs_fit unrecorded", lambda: np.any(homes.capability < 0, axis=1))


def _surplus_shares(homes: HomeArrays, highest: int, settings: NeedsFit) -> Floats:
    """Return the share left by the surplus of each home over a highest need."""
    whole = homes.whole

    def make() -> Floats:
        table = np.array([_kept_share(can - highest, settings) for can in range(5)] + [1.0])
        most = whole.capability.max(axis=0)
        return np.where(among(whole.setting, setting_codes(*STAFFED)), table[most], 1.0)

    return homes.cut(whole.kept(("needs_fit surplus", highest, settings.surplus_step), make))


NEEDS_FIT = Criterion(
    name="needs_fit",
    title="The home can meet what the child needs, and is not kept from one who needs it more",
    measure=(
        "In each domain with an assessed need of 1 or more, a home one level short loses 1, "
        "two levels 3, three 6 and four 10: support can close one level and seldom three. "
        "Losses are multiplied by the domain's weight in the policy and added; the share is 1 "
        "/ (1 + loss/half). In a children's home, residential school or secure home, each "
        "level beyond one by which its highest capability exceeds the child's highest need "
        "takes off a share (`needs_fit.surplus_step`): another child may need that bed. "
        "Domains in which the home's capability is not recorded score what the policy says of "
        "unknowns, in proportion to weight times level. Unknown when no need was assessed, or "
        "the home's capability is recorded in none of the domains."
    ),
    sources=(
        (
            "Children Act 1989, section 22C(5) and (8)(d): the most appropriate placement "
            "available; accommodation suitable to a disabled child's particular needs",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
        (
            "Fostering Services: National Minimum Standards (2011), standard 15: matching; gaps "
            "in the match are identified with the additional support they need",
            "https://www.gov.uk/government/publications/"
            "fostering-services-national-minimum-standards",
        ),
    ),
    needs=("child.needs", "home.capabilities", "home.setting"),
    judge=_judge,
    shares=_shares,
)
