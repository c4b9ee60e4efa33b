"""A funding decision on one page: need, options considered, why this one, who approved what."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from api.records.approval import Approval, ApprovalState
from api.records.choice import Choice
from api.records.offer import Offer
from api.records.referral_case import FundingShare, ReferralCase
from api.records.search import Exhausted, Matches, SearchStep, Tier
from api.records.task import Standing, Task, TaskState
from api.records.text import without_free_text
from api.storage.trail_reading import Question, Trail
from matcher.domain.agreement import Route
from matcher.domain.record import Record
from matcher.explaining.report import Stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.storage.reading import Held
    from api.storage.work import Work
    from matcher.explaining.report import Option, RankReport

OPTIONS_SHOWN = 5
WEEKS_A_YEAR = 52


class OptionConsidered(Record):
    """An option of the ranking, as it was shown to whoever chose."""

    rank: int
    home_ids: tuple[str, ...]
    routes: tuple[Route, ...]
    score: float
    distance_miles: float | None
    weekly_fee_pence: int | None
    sentence: str
    chosen: bool


class OfferConsidered(Record):
    """What a provider offered, and what became of it."""

    offer_id: str
    provider_id: str
    home_id: str
    weekly_fee_pence: int | None
    outcome: str


class TierSearched(Record):
    """A step of the search, and why it led to nothing."""

    tier: Tier
    framework_tier: int | None
    opened_on: date
    exhausted_why: Exhausted | None


class GatePassed(Record):
    """Something that had to be done before the start."""

    code: str
    title: str
    state: TaskState
    settled_on: date | None
    settled_by: str | None
    standing: Standing | None


class ApprovalGiven(Record):
    """Who was asked for how much, and what they said."""

    approval_id: str
    home_id: str
    weekly_fee_pence: int | None
    standing: Standing
    state: ApprovalState
    retrospective: bool
    decided_at: datetime | None
    decided_by: str | None
    decided_as: Standing | None
    reasons: str | None


class Proof(Record):
    """An entry of the audit trail on which the page rests."""

    sequence: int
    action: str
    hash: str


class DecisionRecord(Record):
    """A funding decision, whole, as it was known when it was made.

    Parameters
    ----------
    choice_id, referral_id, child_ids
        What it is about; children by pseudonym.
    decided_at
        When the last approval was decided; None while one is open.
    as_known_at
        The moment as of which need and search are told.
    needed_by, timescale, entry, legal_status
        The request.
    need
        A sentence for each child.
    funding
        Who pays which share.
    tiers, options, offers, excluded_count, excluded_by_rule
        What was looked at.
    home_ids, starts_on, weekly_fee_pence, yearly_cost_pence
        What was chosen, and what it costs; None when a fee was not agreed.
    emergency
        The start did not wait for approval.
    chosen_by, chosen_at, reasons, why_not_first
        Who chose, when and why.
    gates, approvals
        What had to be done, and who approved what.
    stamp
        What the ranking was made from.
    proofs
        Entries of the audit trail about the choice and its approvals.
    """

    choice_id: str
    referral_id: str
    child_ids: tuple[str, ...]
    decided_at: datetime | None
    as_known_at: datetime
    needed_by: date
    timescale: str
    entry: str
    legal_status: str | None
    need: tuple[str, ...]
    funding: tuple[FundingShare, ...]
    tiers: tuple[TierSearched, ...]
    options: tuple[OptionConsidered, ...]
    offers: tuple[OfferConsidered, ...]
    excluded_count: int
    excluded_by_rule: tuple[tuple[str, int], ...]
    home_ids: tuple[str, ...]
    starts_on: date
    weekly_fee_pence: int | None
    yearly_cost_pence: int | None
    emergency: bool
    chosen_by: str
    chosen_at: datetime
    reasons: str
    why_not_first: str | None
    gates: tuple[GatePassed, ...]
    approvals: tuple[ApprovalGiven, ...]
    stamp: Stamp
    proofs: tuple[Proof, ...]


def decision_record(
    work: Work, choice_id: str, *, title_of: Callable[[str], str] = lambda code: code
) -> DecisionRecord:
    """Put together what a decision rested on.

    Parameters
    ----------
    work
        The transaction; free text is withheld from actors who may not see names.
    choice_id
        The choice that was, or is to be, approved.
    title_of
        The title of a task, by its code.

    Raises
    ------
    NotFoundError
        If there is no such choice.
    """
    choice = work.get(Choice, choice_id).record
    approvals = [held.record for held in work.find(Approval, choice_id=choice_id)]
    decided = [each.decided_at for each in approvals if each.decided_at is not None]
    complete = bool(approvals) and len(decided) == len(approvals)
    moment = max(decided) if complete else work.at
    then = work.as_of(moment)
    case = then.get(ReferralCase, choice.referral_id).record
    matches = work.get(Matches, choice.matches_id).record
    tasks = [held.record for held in work.find(Task, choice_id=choice_id)]
    work.read(*choice.child_ids, why="decision record")
    if not work.actor.see_names:
        choice, case = without_free_text(choice), without_free_text(case)
        approvals = [without_free_text(each) for each in approvals]
    fees = [home.weekly_fee_pence for home in choice.homes]
    known = [fee for fee in fees if fee is not None]
    weekly = sum(known) if len(known) == len(fees) else None
    report = matches.report
    return DecisionRecord(
        choice_id=choice_id,
        referral_id=choice.referral_id,
        child_ids=choice.child_ids,
        decided_at=moment if complete else None,
        as_known_at=moment,
        needed_by=case.needed_by,
        timescale=case.timescale.label,
        entry=case.entry.label,
        legal_status=case.legal_basis.legal_status.meaning if case.legal_basis else None,
        need=tuple(each.sentence for each in report.about),
        funding=tuple(case.funding),
        tiers=_tiers(then.find(SearchStep, referral_id=choice.referral_id)),
        options=_options(report, choice),
        offers=_offers(then.find(Offer, referral_id=choice.referral_id)),
        excluded_count=report.excluded_count,
        excluded_by_rule=tuple(
            sorted(report.excluded_by_rule.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        home_ids=tuple(home.home_id for home in choice.homes),
        starts_on=choice.starts_on,
        weekly_fee_pence=weekly,
        yearly_cost_pence=None if weekly is None else weekly * WEEKS_A_YEAR,
        emergency=choice.emergency,
        chosen_by=choice.chosen_by,
        chosen_at=choice.chosen_at,
        reasons=choice.reasons,
        why_not_first=choice.why_not_first,
        gates=tuple(
            GatePassed(
                code=task.code,
                title=title_of(task.code),
                state=task.state,
                settled_on=task.settled_at.astimezone(UTC).date() if task.settled_at else None,
                settled_by=task.settled_by,
                standing=task.standing,
            )
            for task in sorted(tasks, key=lambda task: (task.code, task.task_id))
            if task.holds_up_start
        ),
        approvals=tuple(_approval(each) for each in approvals),
        stamp=report.stamp,
        proofs=_proofs(work, choice_id, [each.approval_id for each in approvals]),
    )


def _tiers(steps: list[Held[SearchStep]]) -> tuple[TierSearched, ...]:
    found = sorted((held.record for held in steps), key=lambda step: step.opened_at)
    return tuple(
        TierSearched(
            tier=step.tier,
            framework_tier=step.framework_tier,
            opened_on=step.opened_at.date(),
            exhausted_why=step.exhausted_why,
        )
        for step in found
    )


def _options(report: RankReport, choice: Choice) -> tuple[OptionConsidered, ...]:
    """Return the first options, and the chosen one wherever it stands."""
    shown = [
        option
        for option in report.options
        if option.rank <= OPTIONS_SHOWN or option.rank == choice.rank
    ]
    return tuple(_option(option, chosen=option.rank == choice.rank) for option in shown)


def _option(option: Option, *, chosen: bool) -> OptionConsidered:
    fees = [part.weekly_fee_pence for part in option.parts]
    known = [fee for fee in fees if fee is not None]
    miles = [part.distance_miles for part in option.parts]
    far = [mile for mile in miles if mile is not None]
    return OptionConsidered(
        rank=option.rank,
        home_ids=tuple(part.home_id for part in option.parts),
        routes=tuple(part.route for part in option.parts),
        score=option.score,
        distance_miles=max(far) if len(far) == len(miles) else None,
        weekly_fee_pence=sum(known) if len(known) == len(fees) else None,
        sentence=option.sentence,
        chosen=chosen,
    )


def _offers(offers: list[Held[Offer]]) -> tuple[OfferConsidered, ...]:
    return tuple(
        OfferConsidered(
            offer_id=each.offer_id,
            provider_id=each.provider_id,
            home_id=each.home_id,
            weekly_fee_pence=each.weekly_fee_pence,
            outcome=each.state.value
            if each.declined_why is None
            else f"{each.state.value}: {each.declined_why.label}",
        )
        for each in (held.record for held in offers)
    )


def _approval(approval: Approval) -> ApprovalGiven:
    return ApprovalGiven(
        approval_id=approval.approval_id,
        home_id=approval.home_id,
        weekly_fee_pence=approval.weekly_fee_pence,
        standing=approval.standing,
        state=approval.state,
        retrospective=approval.retrospective,
        decided_at=approval.decided_at,
        decided_by=approval.decided_by,
        decided_as=approval.decided_as,
        reasons=approval.reasons,
    )


def _proofs(work: Work, choice_id: str, approval_ids: list[str]) -> tuple[Proof, ...]:
    trail = Trail(work.connection, work.authority)
    about = [("choices", choice_id), *(("approvals", each) for each in approval_ids)]
    found = [
        Proof(sequence=entry.sequence, action=entry.action, hash=entry.hash)
        for kind, record_id in about
        for entry in trail.page(Question(kind=kind, record_id=record_id), limit=100).items
        if entry.version is not None
    ]
    return tuple(sorted(found, key=lambda proof: proof.sequence))
