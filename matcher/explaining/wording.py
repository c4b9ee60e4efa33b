"""One home for some children, in words: verdicts, points, distances and money.

Masks decide and judges explain. Where the two do not agree the answer is worth nothing, so
it is withheld: :class:`~matcher.errors.CheckFailedError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from matcher.domain.phrases import listed
from matcher.domain.purchase import household_fee_pence, purchase_of
from matcher.errors import CheckFailedError
from matcher.evidence.cases import HouseholdCase, PairCase
from matcher.evidence.verdict import Verdict
from matcher.explaining.explanation import RuleAnswer
from matcher.explaining.report import ChildDistances, CriterionPoints, Part
from matcher.geography.areas import area_of
from matcher.geography.distance import NEAR_HOME_MILES
from matcher.rules.catalogue import BARS, GATES
from matcher.rules.rule import HouseholdRule, PairRule
from matcher.rules.sentences import change_of, sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from matcher.candidates import Appraisal, Appraiser
    from matcher.criteria.criterion import Criterion, Score
    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.evidence.verdict import Judgement
    from matcher.rules.catalogue import AnyRule


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of a home, in words.

    Parameters
    ----------
    rule
        The rule.
    verdict
        The gravest over the children.
    sentence, change
        Why, and what would have to change or be done.
    """

    rule: AnyRule
    verdict: Verdict
    sentence: str
    change: str


class Wording:
    """Puts one set of children in one home into words.

    Parameters
    ----------
    appraiser
        Homes and policy.
    appraisal
        What is said of these children in every home.
    home_at
        Position of the home.
    """

    def __init__(self, appraiser: Appraiser, appraisal: Appraisal, home_at: int) -> None:
        self.world = appraiser.homes.world
        self.policy = appraiser.policy
        self.criteria = appraiser.criteria
        self.appraisal = appraisal
        self.at = home_at
        self.home: Home = self.world.homes[appraiser.homes.ids[home_at]]
        self.children: tuple[Child, ...] = tuple(
            member.child for member in appraisal.arrivals.members
        )
        self.day: date = appraisal.arrivals.members[0].day
        self.leaving = appraiser.leaving
        self.cases = tuple(
            PairCase(child, self.home, self.world, self.policy, self.day, self.leaving)
            for child in self.children
        )

    @cached_property
    def _verdicts(self) -> tuple[list[int], list[int]]:
        """What every rule that excludes says of this home, and every one that asks for a task."""
        appraisal = self.appraisal
        return appraisal.bars[:, self.at].tolist(), appraisal.gates[:, self.at].tolist()

    def findings(self, *verdicts: Verdict, gates: bool = False) -> Iterator[Finding]:
        """Yield what the rules with some verdicts say, in the order of the catalogue."""
        found = self._verdicts[gates]
        if not any(verdict in found for verdict in verdicts):
            return
        for rule, verdict in zip(GATES if gates else BARS, found, strict=True):
            if verdict in verdicts:
                yield self.finding(rule, Verdict(verdict))

    def finding(self, rule: PairRule | HouseholdRule, verdict: Verdict) -> Finding:
        """Return what one rule says, having asked its judge."""
        judged = list(self._judgements(rule))
        gravest = max(judgement.verdict for _, judgement in judged)
        if gravest is not verdict:
            raise CheckFailedError(
                [
                    f"rule {rule.code} for home {self.home.home_id}: the vectorised test says "
                    f"{verdict.label}, the plain one says {gravest.label}."
                ]
            )
        alike: dict[tuple[str, str], list[dict[str, str]]] = {}
        for names, judgement in judged:
            if judgement.verdict is gravest:
                # Said of nobody in particular, so that what holds for several is said once.
                anonymous = {name: f"{{{name}}}" for name in names}
                said = (
                    sentence_of(rule, judgement, **anonymous),
                    change_of(rule, judgement, **anonymous),
                )
                alike.setdefault(said, []).append(names)
        sentences = [_said(sentence, them) for (sentence, _), them in alike.items()]
        changes = [_said(change, them) for (_, change), them in alike.items()]
        return Finding(rule, gravest, _joined(sentences), _joined(changes))

    def _judgements(
        self, rule: PairRule | HouseholdRule
    ) -> Iterator[tuple[dict[str, str], Judgement]]:
        if isinstance(rule, PairRule):
            for case in self.cases:
                names = {"child": case.child.child_id, "home": self.home.home_id}
                yield names, rule.verdict(case)
        else:
            household = HouseholdCase(
                self.home, self.children, self.world, self.policy, self.day, self.leaving
            )
            children = listed([child.child_id for child in self.children])
            yield {"children": children, "home": self.home.home_id}, rule.verdict(household)

    def answers(self) -> tuple[RuleAnswer, ...]:
        """Return what every rule says, the gravest first."""
        found = [
            *self.findings(*Verdict),
            *self.findings(*Verdict, gates=True),
        ]
        found.sort(key=lambda each: (each.rule.effect.value, -each.verdict, each.rule.code))
        return tuple(
            RuleAnswer(
                rule=each.rule.code,
                title=each.rule.title,
                effect=each.rule.effect.value,
                verdict=each.verdict.label,
                sentence=each.sentence,
                change=each.change,
                exemption=(each.rule.exemption or None)
                if each.verdict is Verdict.NOT_MET
                else None,
            )
            for each in found
        )

    def _beds_left(self) -> int:
        """Return the beds free once these children have come and others have left."""
        going = sum(
            each.occupant_id in self.leaving for each in self.world.occupants_of(self.home.home_id)
        )
        return self.world.beds_free(self.home.home_id, self.day) + going - len(self.children)

    def part(self) -> Part:
        """Return the home as part of an option."""
        purchase = purchase_of(self.home, self.world, self.day)
        fee = household_fee_pence(self.children, self.home, purchase, self.day)
        transport = sum(case.transport_pence for case in self.cases)
        applying = [case.miles for case in self.cases if not case.child.unaccompanied]
        known = [each for each in applying if each is not None]
        farthest = max(known) if applying and len(known) == len(applying) else None
        location = self.world.location(self.home.postcode)
        lasting = any(
            child.permanence_plan is not None and child.permanence_plan.long_term
            for child in self.children
        )
        return Part(
            home_id=self.home.home_id,
            provider_id=self.home.provider_id,
            setting=self.home.setting,
            children=tuple(child.child_id for child in self.children),
            route=purchase.route,
            agreement_id=purchase.agreement.agreement_id if purchase.agreement else None,
            place_code=self.home.place_code(long_term=lasting),
            area=area_of(location.authority if location else None, self.world.authority),
            distance_miles=farthest,
            near_home=None if farthest is None else farthest <= NEAR_HOME_MILES,
            distances=tuple(map(_distances, self.cases)),
            weekly_fee_pence=fee,
            weekly_transport_pence=transport,
            yearly_cost_pence=None if fee is None else 52 * (fee + transport),
            prepaid=purchase.prepaid,
            beds_left=self._beds_left(),
            # Several rules may ask for the same thing.
            tasks=tuple(
                dict.fromkeys(
                    each.change
                    for each in self.findings(Verdict.NOT_MET, Verdict.UNKNOWN, gates=True)
                )
            ),
            to_ask=tuple(each.sentence for each in self.findings(Verdict.UNKNOWN)),
            exemptions=tuple(each.sentence for each in self.findings(Verdict.EXEMPTED)),
        )

    def scores(self, criterion: Criterion) -> list[Score]:
        """Return a criterion's score for each child."""
        return [criterion.judge(case, self.children) for case in self.cases]


def criteria_points(wordings: Sequence[Wording]) -> tuple[tuple[CriterionPoints, ...], list[str]]:
    """Return where the points of an option come from, and its gaps.

    Parameters
    ----------
    wordings
        One for each part of the option.

    Returns
    -------
    criteria : tuple of CriterionPoints
        The weightiest loss first.
    gaps : list of str
        What falls short and the support that would close it.
    """
    policy = wordings[0].policy
    children = [child.child_id for wording in wordings for child in wording.children]
    rows = []
    gaps: list[str] = []
    for criterion in wordings[0].criteria:
        of = policy.weights[criterion.name]
        scores = [score for wording in wordings for score in wording.scores(criterion)]
        unknown = policy.unknown_score(criterion.name)
        points = of * sum(unknown if score.share is None else score.share for score in scores)
        rows.append(
            CriterionPoints(
                name=criterion.name,
                points=round(points / len(children), 2),
                of=of,
                known=all(score.share is not None for score in scores),
                applies=any(score.applies for score in scores),
                sentence=_by_child(children, [score.sentence for score in scores]),
            )
        )
        gap = _by_child(children, [score.gap for score in scores])
        if gap:
            gaps.append(gap)
    rows.sort(key=lambda row: (row.points - row.of, row.name))
    return tuple(rows), gaps


def _said(text: str, them: Sequence[dict[str, str]]) -> str:
    """Fill in the names, and say whom else it holds for."""
    first, *others = them
    for name, value in first.items():
        text = text.replace(f"{{{name}}}", value)
    if others and first.get("child", "") in text:
        text += f" The same holds for {listed([names['child'] for names in others])}."
    return text


def _by_child(children: Sequence[str], sentences: Sequence[str]) -> str:
    """Say each sentence once, with the children it holds for unless it holds for all."""
    first = sentences[0]
    if sentences.count(first) == len(sentences):
        return first
    alike: dict[str, list[str]] = {}
    for child, sentence in zip(children, sentences, strict=True):
        alike.setdefault(sentence, []).append(child)
    return " ".join(
        f"{listed(sorted(them))}: {sentence}" for sentence, them in alike.items() if sentence
    )


def _joined(sentences: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(each for each in sentences if each))


def _distances(case: PairCase) -> ChildDistances:
    return ChildDistances(
        child_id=case.child.child_id,
        home_miles=None if case.child.unaccompanied else case.miles,
        school_miles=case.school_miles,
        contact_miles=tuple(case.miles_to(each.postcode) for each in case.child.contacts),
    )
