"""One authority's World in memory, kept current by what changes."""

from __future__ import annotations

from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from api.records.bed_values import LearntBedValues
from api.worlds.following import IN_ORDER, SOURCES
from matcher.domain.places import postcodes_of
from matcher.engine import Engine
from matcher.live import LiveWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from api.storage.database import Change
    from api.worlds.following import Key, Stored
    from matcher.domain.world import World
    from matcher.explaining.report import RankReport, RulesFailed
    from matcher.geography.location import Location
    from matcher.live.register import Known
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy

    Locate = Callable[[Iterable[str]], Mapping[str, Location]]

_PLACE = {kind: at for at, kind in enumerate(IN_ORDER)}
POLICIES_KEPT = 8
"""For so many policies what appraises homes is kept between changes."""
RANKINGS_KEPT = 100
"""So many rankings under each policy are kept between changes; one takes some 300 kB."""


class Ranking(NamedTuple):
    """A ranking, and which rules each home fails."""

    report: RankReport
    failed: RulesFailed


class CurrentWorld:
    """What is so in one authority, as far as a ranking depends on it.

    Used by one thread at a time: whoever asks holds :attr:`lock`.

    Parameters
    ----------
    authority
        Whose World.
    stored
        What is stored of it.
    sequence
        Up to which change.
    policy
        To begin with.
    values
        What beds are worth, for policies that look ahead; None where nothing was learnt.
    locate
        Finds where postcodes lie.
    synthetic
        Whether the people are invented.
    """

    def __init__(
        self,
        authority: str,
        stored: Stored,
        *,
        sequence: int,
        policy: Policy,
        values: BedValues | None,
        locate: Locate,
        synthetic: bool,
    ) -> None:
        self.lock = RLock()
        self.sequence = sequence
        self.changed_at = sequence
        """The last change that could make any difference to a ranking."""
        self._stored = stored
        self._locate = locate
        world = stored.world(authority=authority, locate=locate, synthetic=synthetic)
        self._live = LiveWorld(world, policy, values)
        self._engines: list[Engine] = []
        self._rankings: dict[Engine, dict[tuple[str, int], Ranking]] = {}

    # Keeping up ---------------------------------------------------------------------------

    def follow(
        self, changes: Iterable[Change], *, upto: int, kinds: Mapping[str, type[Any]]
    ) -> None:
        """Take in what has changed since, in the order in which it did.

        Parameters
        ----------
        changes
            What changed.
        upto
            The sequence up to which that is all.
        kinds
            The class of each kind of record by its name.
        """
        touched: set[Key] = set()
        budgets = self._stored.budgets
        for change in changes:
            kind = kinds[change.kind]
            if kind is LearntBedValues:
                learnt = change.record
                self._live.bed_values = (
                    learnt.values if isinstance(learnt, LearntBedValues) else None
                )
                self._engines.clear()
                self.changed_at = change.sequence
            if kind not in SOURCES:
                continue
            self.changed_at = change.sequence
            if change.record is None:
                touched |= self._stored.drop(kind, change.record_id)
            else:
                touched |= self._stored.put(change.record)
        self.sequence = upto
        if self._stored.budgets != budgets:
            self._live.set_budgets(self._stored.budgets)
            self._forget()
        self._settle(touched)

    def set_today(self, today: date) -> None:
        """Let days pass."""
        if today == self._live.day:
            return
        touched = self._stored.set_today(today)
        self._live.set_day(today)
        self._forget()
        self._settle(touched)

    def _settle(self, touched: Iterable[Key]) -> None:
        """Let the World hold what follows for some records, and nothing else of them."""
        put: list[Known] = []
        drop: list[Key] = []
        for key in touched:
            before = self._present(key)
            after = self._stored.follows(key)
            if after is None and before is not None:
                drop.append(key)
            elif after is not None and after != before:
                put.append(after)
        self._apply(put, drop)

    def _present(self, key: Key) -> Any:
        return self._live.record(*key)

    def _apply(self, put: Sequence[Known], drop: Sequence[Key]) -> None:
        if not put and not drop:
            return
        self._forget()
        unlocated = {
            postcode
            for record in put
            for postcode in postcodes_of(record)
            if postcode not in self._live.view.locations
        }
        if unlocated:
            self._live.locate(self._locate(sorted(unlocated)))
        # What names goes before what is named: a stay before its child and its home.
        for kind, record_id in sorted(drop, key=lambda key: (-_PLACE[key[0]], key[1])):
            if self._present((kind, record_id)) is not None:
                self._live.drop(kind, record_id)
        self._live.put(*sorted(put, key=lambda each: _PLACE[type(each)]))

    # Asking -------------------------------------------------------------------------------

    @property
    def view(self) -> World:
        """The World as it is now; it changes under whoever keeps it."""
        return self._live.view

    def frozen(self) -> World:
        """Return the World as a value of its own, for work that takes longer."""
        return self._live.world()

    def home_ids(self) -> tuple[str, ...]:
        """Return every home, in the order in which bits of homes are given."""
        return self._live.home_ids

    def engine(self, policy: Policy) -> Engine:
        """Return an engine over the World as it is now, under a policy."""
        for engine in self._engines:
            if engine.policy is policy or engine.policy == policy:
                return engine
        if len(self._engines) == POLICIES_KEPT:
            del self._rankings[self._engines.pop(0)]
        engine = Engine.over(self._live, policy)
        self._engines.append(engine)
        self._rankings[engine] = {}
        return engine

    def rank(self, policy: Policy, referral_id: str, *, top: int) -> Ranking:
        """Return what an engine ranks; the same question again is answered as before.

        Parameters
        ----------
        policy, referral_id, top
            The question.
        """
        engine = self.engine(policy)
        kept = self._rankings[engine]
        found = kept.get((referral_id, top))
        if found is None:
            report = engine.rank(referral_id, top=top, excluded=0)
            found = Ranking(report, engine.rules_failed(referral_id))
            if len(kept) == RANKINGS_KEPT:
                del kept[next(iter(kept))]
            kept[referral_id, top] = found
        return found

    def _forget(self) -> None:
        """Forget what was made of the World as it was before a change."""
        self._engines.clear()
        self._rankings.clear()

    @contextmanager
    def supposing(self, *records: Known, without: Sequence[Key] = ()) -> Iterator[None]:
        """Ask for a moment as if some records were otherwise, or were not there.

        Parameters
        ----------
        *records
            What is supposed instead, or besides.
        without
            What is supposed not to be there.
        """
        keys = [(type(each), getattr(each, IN_ORDER[type(each)])) for each in records]
        before = {key: self._present(key) for key in (*keys, *without)}
        self._apply(records, [key for key in without if before[key] is not None])
        try:
            yield
        finally:
            self._apply(
                [each for each in before.values() if each is not None],
                [key for key, each in before.items() if each is None],
            )
